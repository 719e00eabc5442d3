/** How well a title fits what was typed: 0 not at all; higher is better. Accents and case do not count. */
export function rank(title: string, typed: string): number {
  const text = fold(title)
  const wanted = fold(typed)
  if (wanted === '') return 1
  if (text === wanted) return 4
  if (text.startsWith(wanted)) return 3
  if (text.split(/[\s._-]+/).some((word) => word.startsWith(wanted))) return 2
  return text.includes(wanted) ? 1 : 0
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLocaleLowerCase()
    .trim()
}
