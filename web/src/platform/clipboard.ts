/** Puts text on the clipboard. The clipboard's own interface exists only in secure contexts: without it, by selection. */
export async function copyToClipboard(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const before = document.activeElement as HTMLElement | null
  const box = document.createElement('textarea')
  box.value = text
  box.style.position = 'fixed'
  box.style.opacity = '0'
  document.body.append(box)
  box.select()
  const copied = document.execCommand('copy')
  box.remove()
  before?.focus()
  if (!copied) throw new Error('The browser did not copy.')
}
