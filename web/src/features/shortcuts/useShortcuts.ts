import { useEffect } from 'react'
import { useClient } from '~/app/context'
import { openDialog, useInterface } from '~/app/interface'
import { openChat, parseChat, useVisit } from '~/app/location'

/** The keys that work anywhere while signed in. */
export function useShortcuts(): void {
  const client = useClient()
  const { path } = useVisit()

  useEffect(() => {
    function step(by: number) {
      const { order } = client.conversations.getSnapshot()
      const at = order.findIndex(({ id }) => id === parseChat(path)?.conversationId)
      const next = order[at < 0 ? 0 : at + by]
      if (next) openChat(next.id)
    }

    function onKeyDown(event: KeyboardEvent) {
      if (event.isComposing) return
      const control = event.ctrlKey || event.metaKey
      const jumps = control && !event.shiftKey && event.key.toLowerCase() === 'k'
      // With a dialog open the key does nothing, rather than what the browser has it for.
      if (useInterface.getState().dialog !== null) return jumps ? event.preventDefault() : undefined
      if (jumps) openDialog('switcher')
      else if (event.altKey && !control && event.code === 'KeyN') openDialog('new-chat')
      else if (event.altKey && !control && event.key === 'ArrowUp') step(-1)
      else if (event.altKey && !control && event.key === 'ArrowDown') step(1)
      else if (control && event.key === '/') openDialog('shortcuts')
      else if (event.key === '?' && !isTyping(event.target)) openDialog('shortcuts')
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [client, path])
}

/** In a text, a question mark is a question mark. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]')
}
