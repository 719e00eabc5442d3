import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useRef } from 'react'
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
  const seen = useRef<{ seq: number; timer: ReturnType<typeof setTimeout> } | null>(null)
  const read = useRef(0)
  const { scrollOffset } = virtualizer

  /** Lets the time run on for what was in view first, however much comes after it; what is out of view starts anew. */
  const watch = useCallback(() => {
    const seq = document.hasFocus() && scroller.current ? lastVisibleSeq(scroller.current, virtualizer, rows) : 0
    if (seen.current && seq >= seen.current.seq) return
    clearTimeout(seen.current?.timer)
    seen.current = null
    if (seq <= read.current) return
    const timer = setTimeout(() => {
      seen.current = null
      read.current = seq
      client.read(conversationId, seq)
      latest.current()
    }, SEEN_MS)
    seen.current = { seq, timer }
  }, [client, conversationId, rows, scroller, virtualizer])
  const latest = useRef(watch)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a scroll changes what is in view.
  useEffect(() => {
    latest.current = watch
    watch()
    window.addEventListener('focus', watch)
    window.addEventListener('blur', watch)
    document.addEventListener('visibilitychange', watch)
    return () => {
      window.removeEventListener('focus', watch)
      window.removeEventListener('blur', watch)
      document.removeEventListener('visibilitychange', watch)
    }
  }, [watch, scrollOffset])
  useEffect(() => () => clearTimeout(seen.current?.timer), [])
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
