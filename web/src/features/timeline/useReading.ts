import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect } from 'react'
import { useClient } from '~/app/context'
import type { Row } from './rows'

/** Seen means: in view this long, while the window has the focus. */
const SEEN_MS = 1000

/** Tells the server how far the messages in view have been read. */
export function useReading(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  rows: readonly Row[],
  conversationId: string,
  scroller: RefObject<HTMLDivElement | null>,
): void {
  const client = useClient()
  const { scrollOffset } = virtualizer
  // biome-ignore lint/correctness/useExhaustiveDependencies: a scroll starts the time anew.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const watch = () => {
      clearTimeout(timer)
      const seq = document.hasFocus() && scroller.current ? lastVisibleSeq(scroller.current, virtualizer, rows) : 0
      if (seq > 0) timer = setTimeout(() => client.read(conversationId, seq), SEEN_MS)
    }
    watch()
    window.addEventListener('focus', watch)
    window.addEventListener('blur', watch)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('focus', watch)
      window.removeEventListener('blur', watch)
    }
  }, [client, conversationId, rows, scroller, virtualizer, scrollOffset])
}

/** The newest stored message whose end is in view. */
function lastVisibleSeq(
  scroller: HTMLElement,
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  rows: readonly Row[],
): number {
  const bottom = scroller.scrollTop + scroller.clientHeight + 1
  for (const item of virtualizer.getVirtualItems().toReversed()) {
    const row = rows[item.index]
    if (row && !row.outgoing && item.end <= bottom) return row.message.seq
  }
  return 0
}
