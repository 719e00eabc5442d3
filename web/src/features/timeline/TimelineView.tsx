import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Conversation } from '~/api/types'
import { useClient, useSnapshot } from '~/app/context'
import { titleOf } from '~/features/conversations/naming'
import { useToday } from '~/platform/useToday'
import { day } from '~/platform/when'
import { Button } from '~/ui/Button'
import { EmptyState } from '~/ui/EmptyState'
import { ErrorBoundary } from '~/ui/ErrorBoundary'
import { Icon } from '~/ui/Icon'
import { useWords } from '~/words'
import { LoadingRows } from './LoadingRows'
import { MessageRow } from './MessageRow'
import { buildRows, type Row } from './rows'
import { useLongPress } from './useLongPress'
import type { MessageCommands } from './useMessageCommands'
import { useReading } from './useReading'
import { useTimelineScroll } from './useTimelineScroll'

interface Props {
  conversation: Conversation
  messageId: string | null
  commands: MessageCommands
  onLeave: () => void
}

/** The messages of one conversation. */
export function TimelineView({ conversation, messageId, commands, onLeave }: Props) {
  const words = useWords()
  const client = useClient()
  const timeline = client.timeline(conversation.id)
  const snapshot = useSnapshot(timeline)
  const outbox = useSnapshot(client.outbox)
  const outgoing = useMemo(
    () => outbox.filter((entry) => entry.conversationId === conversation.id),
    [outbox, conversation.id],
  )
  const { messages, reachedStart, reachedEnd, dividerSeq } = snapshot
  const rows = useMemo(
    () => buildRows({ messages, reachedStart, reachedEnd, dividerSeq }, outgoing, client.me),
    [messages, reachedStart, reachedEnd, dividerSeq, outgoing, client],
  )
  const scroller = useRef<HTMLDivElement>(null)
  const scroll = useTimelineScroll(timeline, snapshot, rows, outgoing, conversation.id, messageId, scroller)
  const { virtualizer, toEnd } = scroll
  useReading(virtualizer, rows, conversation.id, scroller)
  useEffect(() => () => timeline.rest(), [timeline])

  const mentionable = useMemo(
    () => new Set(conversation.participants.map(({ username }) => username.toLowerCase())),
    [conversation.participants],
  )
  const { activeKey, onKeyDown, onFocus } = useRowKeyboard(rows, scroll, scroller, commands, onLeave)
  const longPress = useLongPress((target) => {
    target.closest('[data-message]')?.querySelector<HTMLElement>('[data-action=menu]')?.click()
  })
  const loaded = snapshot.status === 'ready' || rows.length > 0

  return (
    <div className="relative flex min-h-0 grow flex-col">
      <div
        ref={scroller}
        onScroll={scroll.onScroll}
        className="flex min-h-0 grow flex-col overflow-y-auto overscroll-contain thin-scroll [overflow-anchor:none]"
        data-timeline
      >
        {snapshot.status === 'loading' && rows.length === 0 && <LoadingRows />}
        {snapshot.status === 'failed' && rows.length === 0 && (
          <EmptyState icon="danger" title={words.timeline.failed} hint={words.timeline.failedHint}>
            <Button onClick={scroll.tryAgain}>{words.app.tryAgain}</Button>
          </EmptyState>
        )}
        {loaded && rows.length === 0 && snapshot.status === 'ready' && (
          <div className="flex grow">
            <EmptyState icon="chat" title={words.timeline.start} hint={words.timeline.startHint} />
          </div>
        )}
        <div
          role="feed"
          id="messages"
          aria-label={words.timeline.label(titleOf(conversation, client.me))}
          aria-busy={snapshot.fetching !== null || snapshot.status === 'loading'}
          className="relative mt-auto shrink-0"
          style={{ blockSize: virtualizer.getTotalSize() }}
          onKeyDown={onKeyDown}
          onFocus={onFocus}
          {...longPress}
        >
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index] as Row
            return (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Separators row={row} />
                <ErrorBoundary fallback={<p className="px-4 py-1 text-ink-3 italic">{words.timeline.broken}</p>}>
                  <MessageRow
                    row={row}
                    conversation={conversation}
                    mentionable={mentionable}
                    commands={commands}
                    flashing={scroll.flashing === row.message.id}
                    active={row.key === activeKey}
                    position={item.index + 1}
                  />
                </ErrorBoundary>
              </div>
            )
          })}
        </div>
      </div>
      {snapshot.fetching === 'older' && (
        <p
          aria-hidden="true"
          className="pointer-events-none absolute inset-x-0 top-2 mx-auto w-fit animate-[appear_180ms_400ms_both] rounded-full border border-line bg-surface px-3 py-1 text-sm text-ink-2 shadow-float"
        >
          {words.timeline.older}
        </p>
      )}
      {(!scroll.atEnd || !reachedEnd) && loaded && (
        <button
          type="button"
          onClick={() => void toEnd()}
          className="press absolute end-4 bottom-3 inline-flex min-h-9 items-center gap-2 rounded-full border border-line bg-surface px-4 text-sm font-semibold text-accent tabular shadow-float pointer-coarse:min-h-11"
        >
          <Icon name="down" size={16} />
          {conversation.unreadCount > 0 ? words.timeline.latestNew(conversation.unreadCount) : words.timeline.latest}
        </button>
      )}
    </div>
  )
}

function Separators({ row }: { row: Row }) {
  const words = useWords()
  const today = useToday()
  return (
    <>
      {row.startsDay && (
        <div className="flex items-center gap-3 px-4 pt-4 pb-1 text-xs font-semibold text-ink-3">
          <span className="h-px grow bg-line" />
          {day(new Date(row.message.createdAt), today, words)}
          <span className="h-px grow bg-line" />
        </div>
      )}
      {row.startsUnread && (
        <div data-divider className="flex items-center gap-3 px-4 pt-3 text-xs font-semibold text-accent">
          <span className="h-px grow bg-accent" />
          {words.timeline.unread}
        </div>
      )}
    </>
  )
}

/** Arrows move between the messages; letters act on the one that has the focus. */
function useRowKeyboard(
  rows: readonly Row[],
  { virtualizer, toEnd }: ReturnType<typeof useTimelineScroll>,
  scroller: React.RefObject<HTMLDivElement | null>,
  commands: MessageCommands,
  onLeave: () => void,
) {
  const client = useClient()
  const [chosenKey, setChosenKey] = useState<string | null>(null)
  const activeKey = reachableKey(rows, virtualizer, chosenKey)
  /** The row to focus once it is on the screen. */
  const wanted = useRef<string | null>(null)

  useLayoutEffect(() => {
    const row = wanted.current && scroller.current?.querySelector<HTMLElement>(`[data-message="${wanted.current}"]`)
    if (!row) return
    wanted.current = null
    row.focus({ preventScroll: true })
  })

  const focusRow = useCallback(
    (from: number, step: 1 | -1) => {
      let index = from
      while (rows[index]?.message.messageType === 'system') index += step
      const row = rows[index]
      if (!row) return
      wanted.current = row.message.id
      setChosenKey(row.key)
      virtualizer.scrollToIndex(index, { align: 'auto' })
    },
    [rows, virtualizer],
  )

  function onKeyDown(event: KeyboardEvent) {
    const article = (event.target as HTMLElement).closest<HTMLElement>('[data-message]')
    if (event.target !== article || event.ctrlKey || event.metaKey || event.altKey) return
    const index = rows.findIndex((row) => row.message.id === article?.dataset.message)
    const row = rows[index]
    if (!article || !row) return
    const press = (action: string) => article.querySelector<HTMLElement>(`[data-action=${action}]`)?.click()
    const own = row.message.senderId === client.me && !row.outgoing && !row.message.deletedAt
    const { outgoing } = row
    const stored = !row.outgoing && !row.message.deletedAt
    const actions: Record<string, (() => void) | false> = {
      ArrowUp: () => focusRow(index - 1, -1),
      ArrowDown: () => (index === rows.length - 1 ? onLeave() : focusRow(index + 1, 1)),
      PageUp: () => focusRow(Math.max(0, index - 10), 1),
      PageDown: () => focusRow(Math.min(rows.length - 1, index + 10), -1),
      Home: () => focusRow(0, 1),
      End: () => focusRow(rows.length - 1, -1),
      Enter: !row.message.deletedAt && (() => press('menu')),
      r: stored && (() => commands.reply(row.message)),
      '+': stored && (() => press('react')),
      e: outgoing ? () => commands.takeBack(outgoing) : own && (() => commands.edit(row.message)),
      Delete: outgoing ? () => commands.discard(outgoing) : own && (() => commands.remove(row.message)),
      Escape: () => {
        void toEnd()
        onLeave()
      },
    }
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (!action) return
    event.preventDefault()
    action()
  }

  function onFocus(event: React.FocusEvent) {
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-message]')?.dataset.message
    const row = rows.find(({ message }) => message.id === id)
    if (row) setChosenKey(row.key)
  }

  return { activeKey, onKeyDown, onFocus }
}

/** The row that Tab reaches: the chosen one while it is drawn, else the last one in view. */
function reachableKey(
  rows: readonly Row[],
  virtualizer: ReturnType<typeof useTimelineScroll>['virtualizer'],
  chosenKey: string | null,
): string | null {
  const drawn = virtualizer.getVirtualItems().filter(({ index }) => rows[index]?.message.messageType !== 'system')
  if (drawn.some(({ index }) => rows[index]?.key === chosenKey)) return chosenKey
  const end = (virtualizer.scrollOffset ?? 0) + (virtualizer.scrollRect?.height ?? 0)
  const item = drawn.findLast(({ start }) => start < end) ?? drawn.at(-1)
  return item ? (rows[item.index]?.key ?? null) : null
}
