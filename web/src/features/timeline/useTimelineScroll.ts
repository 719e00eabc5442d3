/**
 * Where the timeline stands: at the first unread message, at the end, at a permalink, or where it stood when this
 * visit of the address was left. And what follows from where it stands: fetching more, and what counts as read.
 */
import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { ApiError } from '~/api/http'
import { useClient, useSelect } from '~/app/context'
import { useVisit } from '~/app/location'
import { backoff } from '~/sync/backoff'
import type { OutgoingMessage } from '~/sync/outbox'
import type { Timeline, TimelineSnapshot } from '~/sync/timeline'
import { notify } from '~/ui/Notices'
import { useWords } from '~/words'
import { estimateHeight, type Row } from './rows'
import { explain } from './useMessageCommands'

/** Closer to the end than this, one is at the end. */
const END_PX = 80
/** Further messages are fetched this far before they come into view. */
const AHEAD_PX = 1200

/** Rows on the way are measured and aimed at again this often before the goal is where it belongs. */
const LANDING_FRAMES = 5

/** A timeline that could not be loaded is tried again after `backoff` of this, and then of more. */
const RETRY = 2

interface Position {
  messageId: string
  /** Of the top of the view below the top of that row. */
  offset: number
}

/** Where each visit was left; `null` is the end. */
const positions = new Map<string, Position | null>()

/** The heights of the rows that were drawn. */
const measured = new WeakMap<Timeline, VirtualItem[]>()

type Goal = { kind: 'end' } | { kind: 'divider' } | { kind: 'message'; messageId: string; offset: number | null }

export function useTimelineScroll(
  timeline: Timeline,
  snapshot: TimelineSnapshot,
  rows: readonly Row[],
  outgoing: readonly OutgoingMessage[],
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
  /** Counts what was aimed at: of two aims only the later one is followed. */
  const aims = useRef(0)
  const [attempt, setAttempt] = useState(0)

  const total = useRef<() => number>(() => 0)
  const wish = () => {
    const saved = positions.get(visit)
    const target = saved?.messageId ?? (saved === undefined ? messageId : null)
    const { lastMessage, unreadCount = 0, lastReadSeq = 0 } = client.conversations.get(conversationId) ?? {}
    const lastSeq = lastMessage?.seq ?? 0
    return { saved, target, lastSeq, lastReadSeq: saved === undefined && unreadCount > 0 ? lastReadSeq : lastSeq }
  }

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
    // Most chats open at their end: then no rows from elsewhere are drawn first…
    initialOffset: () => {
      const { target, lastSeq, lastReadSeq } = wish()
      return target || lastReadSeq < lastSeq ? 0 : total.current()
    },
    // …and what was measured in an earlier visit is not measured again before it is drawn.
    initialMeasurementsCache: measured.get(timeline) ?? [],
  })
  total.current = () => Math.max(0, virtualizer.getTotalSize() - (scroller.current?.clientHeight ?? 0))
  useEffect(() => () => void measured.set(timeline, virtualizer.takeSnapshot()), [timeline, virtualizer])
  // Growing at the lower end by a fetched page must not run after that page's end.
  useEffect(() => {
    followsEnd.current = snapshot.reachedEnd
  })

  // What this visit wants to see, and making sure it is loaded: at once if it is, so that no other rows are drawn before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt aims anew.
  useLayoutEffect(() => {
    const mine = ++aims.current
    const current = () => aims.current === mine
    const { saved, target, lastReadSeq, lastSeq } = wish()
    const reached = () => {
      if (!current()) return
      if (target) setGoal({ kind: 'message', messageId: target, offset: saved?.offset ?? null })
      else setGoal({ kind: timeline.getSnapshot().dividerSeq === null ? 'end' : 'divider' })
    }
    const missed = async (error: unknown) => {
      if (!current()) return
      if (error instanceof ApiError && error.status === 404) {
        if (!saved) notify(words.timeline.goneTarget)
        await timeline.latest()
        if (current()) setGoal({ kind: 'end' })
      } else if (timeline.getSnapshot().status === 'ready') {
        notify(explain(error, words), 'danger')
      }
    }
    const loading = target ? timeline.show(target) : timeline.open(lastReadSeq, lastSeq)
    // What `missed` cannot load either, the timeline says itself.
    if (loading) loading.then(reached, missed).catch(() => undefined)
    else reached()
    return () => {
      if (current()) aims.current++
    }
  }, [timeline, client, conversationId, messageId, visit, words, attempt])

  // A failed timeline heals: at the next connection, after a while, and at once for those who ask.
  const tryAgain = useCallback(() => setAttempt((count) => count + 1), [])
  const failed = snapshot.status === 'failed'
  useEffect(() => {
    if (!failed) return
    const timer = setTimeout(
      tryAgain,
      backoff(attempt + RETRY, () => 1),
    )
    const unsubscribe = client.connection.subscribe(() => {
      if (client.connection.getSnapshot().status === 'online') tryAgain()
    })
    return () => {
      clearTimeout(timer)
      unsubscribe()
    }
  }, [failed, attempt, client, tryAgain])

  // Going there, before the browser paints, and again when the rows change on the way.
  const landing = goal !== null && (snapshot.status === 'ready' || goal.kind === 'end')
  useLayoutEffect(() => {
    if (!goal || !landing) return
    if (goal.kind === 'end') virtualizer.scrollToEnd()
    if (goal.kind === 'divider') {
      const index = rows.findIndex((row) => row.startsUnread)
      if (index < 0) virtualizer.scrollToEnd()
      else virtualizer.scrollToIndex(index, { align: 'start' })
    }
    if (goal.kind === 'message') {
      const index = rows.findIndex((row) => row.message.id === goal.messageId)
      if (index < 0) {
        notify(words.timeline.goneTarget)
        setGoal(null)
      } else if (goal.offset === null) {
        virtualizer.scrollToIndex(index, { align: 'center' })
        setFlashing(goal.messageId)
      } else {
        virtualizer.scrollToIndex(index, { align: 'start' })
        virtualizer.scrollBy(goal.offset)
      }
    }
  }, [goal, landing, rows, virtualizer, words])

  // A page that is put before the goal while the virtualizer still steers to its index would lead elsewhere, so until
  // it has landed nothing is fetched.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another goal is another landing.
  useEffect(() => {
    if (!landing) return
    let left = LANDING_FRAMES
    let frame = requestAnimationFrame(function next() {
      if (--left === 0) setGoal(null)
      else frame = requestAnimationFrame(next)
    })
    return () => cancelAnimationFrame(frame)
  }, [goal, landing])

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
    const place = row && !row.outgoing && { messageId: row.message.id, offset: element.scrollTop - top.start }
    positions.set(visit, end || !place ? null : place)
    if (element.scrollTop < AHEAD_PX) void timeline.older().catch(() => undefined)
    if (distance < AHEAD_PX) void timeline.newer().catch(() => undefined)
  }, [goal, rows, scroller, timeline, virtualizer, visit])

  // A short first page may not fill the view, so nothing would ever scroll.
  useEffect(() => {
    if (snapshot.status === 'ready' && !goal) onScroll()
  }, [snapshot.status, goal, onScroll])

  // A page that did not come is asked for again in its time, also when nobody scrolls.
  const { retryAt } = snapshot
  useEffect(() => {
    if (retryAt === null) return
    const timer = setTimeout(onScroll, retryAt - Date.now())
    return () => clearTimeout(timer)
  }, [retryAt, onScroll])

  // The box grows with its text, the keyboard of a phone opens: who is at the end stays there.
  const staysAtEnd = useRef(false)
  useEffect(() => {
    staysAtEnd.current = atEnd && !goal && snapshot.reachedEnd
  })
  useEffect(() => {
    if (!scroller.current) return
    const observer = new ResizeObserver(() => {
      if (staysAtEnd.current) virtualizer.scrollToEnd()
    })
    observer.observe(scroller.current)
    return () => observer.disconnect()
  }, [scroller, virtualizer])

  /** Goes to the newest message; answers whether it could be loaded. */
  const toEnd = useCallback(async (): Promise<boolean> => {
    aims.current++
    try {
      await timeline.latest()
      return true
    } catch (error) {
      notify(explain(error, words), 'danger')
      return false
    } finally {
      setGoal({ kind: 'end' })
    }
  }, [timeline, words])

  useFollowOutgoing(outgoing, toEnd, setGoal)

  return { virtualizer, flashing, atEnd, onScroll, toEnd, tryAgain }
}

/** What one has just written is always brought into view; if the newest messages cannot be had then, once they can. */
function useFollowOutgoing(
  outgoing: readonly OutgoingMessage[],
  toEnd: () => Promise<boolean>,
  setGoal: (goal: Goal) => void,
): void {
  const { connection } = useClient()
  const online = useSelect(connection, ({ status }) => status === 'online')
  const seen = useRef(new Set(outgoing.map(({ clientMessageId }) => clientMessageId)))
  const owed = useRef(false)
  useEffect(() => {
    const fresh = outgoing.some(({ clientMessageId }) => !seen.current.has(clientMessageId))
    seen.current = new Set(outgoing.map(({ clientMessageId }) => clientMessageId))
    if (fresh) setGoal({ kind: 'end' })
    if (!fresh && !(owed.current && online)) return
    owed.current = false
    void toEnd().then((reached) => {
      owed.current = !reached
    })
  }, [outgoing, online, toEnd, setGoal])
}
