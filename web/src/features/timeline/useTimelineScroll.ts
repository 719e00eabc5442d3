/**
 * Where the timeline stands: at the first unread message, at the end, at a permalink, or where it stood when this
 * visit of the address was left. And what follows from where it stands: fetching more, and what counts as read.
 */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useClient } from '~/app/context'
import { useVisit } from '~/app/location'
import type { Timeline, TimelineSnapshot } from '~/sync/timeline'
import { notify } from '~/ui/Notices'
import { useWords } from '~/words'
import { estimateHeight, type Row } from './rows'

/** Closer to the end than this, one is at the end. */
const END_PX = 80
/** Further messages are fetched this far before they come into view. */
const AHEAD_PX = 1200

interface Position {
  messageId: string
  /** Of the top of the view below the top of that row. */
  offset: number
}

/** Where each visit was left; `null` is the end. */
const positions = new Map<string, Position | null>()

type Goal = { kind: 'end' } | { kind: 'divider' } | { kind: 'message'; messageId: string; offset: number | null }

export function useTimelineScroll(
  timeline: Timeline,
  snapshot: TimelineSnapshot,
  rows: readonly Row[],
  conversationId: string,
  messageId: string | null,
  scroller: RefObject<HTMLDivElement | null>,
) {
  const words = useWords()
  const client = useClient()
  const { key: visit } = useVisit()
  const [goal, setGoal] = useState<Goal | null>(null)
  const [flashing, setFlashing] = useState<string | null>(null)
  const [atEnd, setAtEnd] = useState(true)
  const followsEnd = useRef(false)

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateHeight(rows[index] as Row),
    getItemKey: (index) => rows[index]?.key ?? index,
    anchorTo: 'end',
    followOnAppend: followsEnd.current,
    scrollEndThreshold: END_PX,
    paddingEnd: 8,
    overscan: 5,
  })
  // Growing at the lower end by a fetched page must not run after that page's end.
  useEffect(() => {
    followsEnd.current = snapshot.reachedEnd
  })

  // What this visit wants to see, and making sure it is loaded.
  useEffect(() => {
    let current = true
    const saved = positions.get(visit)
    const aim = async (): Promise<Goal> => {
      if (saved) {
        await timeline.show(saved.messageId)
        return { kind: 'message', ...saved }
      }
      if (saved === undefined && messageId) {
        await timeline.show(messageId)
        return { kind: 'message', messageId, offset: null }
      }
      const conversation = client.conversations.get(conversationId)
      const lastSeq = conversation?.lastMessage?.seq ?? 0
      const unread = saved === undefined && (conversation?.unreadCount ?? 0) > 0
      await timeline.open(unread ? (conversation?.lastReadSeq ?? 0) : lastSeq, lastSeq)
      return timeline.getSnapshot().dividerSeq === null ? { kind: 'end' } : { kind: 'divider' }
    }
    aim().then(
      (next) => current && setGoal(next),
      () => {
        if (!current || !messageId) return
        notify(words.timeline.goneTarget)
        timeline.latest().then(
          () => current && setGoal({ kind: 'end' }),
          () => undefined,
        )
      },
    )
    return () => {
      current = false
    }
  }, [timeline, client, conversationId, messageId, visit, words])

  // Going there, before the browser paints.
  useLayoutEffect(() => {
    if (!goal || snapshot.status !== 'ready') return
    if (goal.kind === 'end') virtualizer.scrollToEnd()
    if (goal.kind === 'divider') {
      const index = rows.findIndex((row) => row.startsUnread)
      if (index < 0) virtualizer.scrollToEnd()
      else virtualizer.scrollToIndex(index, { align: 'start' })
    }
    if (goal.kind === 'message') {
      const index = rows.findIndex((row) => row.message.id === goal.messageId)
      if (index < 0) return
      if (goal.offset === null) {
        virtualizer.scrollToIndex(index, { align: 'center' })
        setFlashing(goal.messageId)
      } else {
        virtualizer.scrollToIndex(index, { align: 'start' })
        virtualizer.scrollBy(goal.offset)
      }
    }
    setGoal(null)
  }, [goal, rows, snapshot.status, virtualizer])

  useEffect(() => {
    if (!flashing) return
    const timer = setTimeout(() => setFlashing(null), 2000)
    return () => clearTimeout(timer)
  }, [flashing])

  const onScroll = useCallback(() => {
    const element = scroller.current
    if (!element || goal) return
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight
    const end = distance <= END_PX && timeline.getSnapshot().reachedEnd
    setAtEnd(end)
    const top = virtualizer.getVirtualItemForOffset(element.scrollTop)
    const row = top && rows[top.index]
    positions.set(visit, end || !row ? null : { messageId: row.message.id, offset: element.scrollTop - top.start })
    if (element.scrollTop < AHEAD_PX) void timeline.older().catch(() => undefined)
    if (distance < AHEAD_PX) void timeline.newer().catch(() => undefined)
  }, [goal, rows, scroller, timeline, virtualizer, visit])

  // A short first page may not fill the view, so nothing would ever scroll.
  useEffect(() => {
    if (snapshot.status === 'ready' && !goal) onScroll()
  }, [snapshot.status, goal, onScroll])

  const toEnd = useCallback(async () => {
    await timeline.latest()
    setGoal({ kind: 'end' })
  }, [timeline])

  return { virtualizer, flashing, atEnd, onScroll, toEnd }
}
