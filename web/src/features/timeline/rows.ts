/** From what is known of a conversation to what its timeline draws, row by row. Pure. */
import type { Conversation, Message } from '~/api/types'
import { daysBetween } from '~/platform/when'
import type { OutgoingMessage } from '~/sync/outbox'
import type { TimelineSnapshot } from '~/sync/timeline'

export interface Row {
  /** The same before and after the server took the message, so that the row stays the same element. */
  key: string
  message: Message
  /** A message of ours that the server does not have yet. */
  outgoing: OutgoingMessage | null
  /** Draws the sender: somebody else, or some time, came between. */
  startsGroup: boolean
  /** The first of its day. */
  startsDay: boolean
  /** The "New" divider stands above it. */
  startsUnread: boolean
}

/** What of a timeline decides its rows. */
export type Window = Pick<TimelineSnapshot, 'messages' | 'reachedStart' | 'reachedEnd' | 'dividerSeq'>

const GROUP_MS = 5 * 60_000

/**
 * The oldest loaded message is left out while there are older ones: whether it starts a day or a group is not known
 * yet, and a row that changes its height when its predecessor arrives would move what is being read. Unsent messages
 * come last wherever the window ends: what one has just written is never out of sight.
 */
export function buildRows(timeline: Window, outgoing: readonly OutgoingMessage[], me: string): Row[] {
  const { messages, reachedStart, reachedEnd, dividerSeq } = timeline
  const rows: Row[] = []
  let previous: Message | undefined
  let divided = dividerSeq === null

  for (const message of messages) {
    const startsUnread = !divided && message.seq >= (dividerSeq ?? 0) && message.senderId !== me
    if (startsUnread) divided = true
    if (previous || reachedStart) rows.push(row(message, previous, null, startsUnread))
    previous = message
  }
  if (!reachedEnd) previous = undefined

  const arrived = new Set(messages.map((message) => message.clientMessageId))
  for (const entry of outgoing) {
    if (arrived.has(entry.clientMessageId)) continue
    const message = provisional(entry, me)
    rows.push(row(message, previous, entry, false))
    previous = message
  }
  return rows

  function row(
    message: Message,
    before: Message | undefined,
    entry: OutgoingMessage | null,
    startsUnread: boolean,
  ): Row {
    const startsDay = !before || daysBetween(new Date(before.createdAt), new Date(message.createdAt)) !== 0
    return {
      key: message.senderId === me && message.clientMessageId ? message.clientMessageId : message.id,
      message,
      outgoing: entry,
      startsDay,
      startsUnread,
      startsGroup: startsDay || startsUnread || !before || !continues(before, message),
    }
  }
}

function continues(before: Message, message: Message): boolean {
  return (
    before.senderId === message.senderId &&
    before.messageType !== 'system' &&
    message.messageType !== 'system' &&
    !message.replyTo &&
    Date.parse(message.createdAt) - Date.parse(before.createdAt) < GROUP_MS
  )
}

/** An unsent message in the shape of a stored one. */
function provisional(entry: OutgoingMessage, me: string): Message {
  return {
    id: entry.clientMessageId,
    clientMessageId: entry.clientMessageId,
    conversationId: entry.conversationId,
    seq: Number.MAX_SAFE_INTEGER,
    version: 0,
    senderId: me,
    messageType: 'text',
    content: entry.content,
    replyTo: entry.replyTo ?? null,
    reactions: [],
    mentions: entry.mentions ?? [],
    createdAt: entry.createdAt,
  }
}

export type DeliveryStatus = 'queued' | 'failed' | 'sent' | 'delivered' | 'read'

/** How far a message of ours has come. In a group, "read" means by everybody. */
export function deliveryStatus(row: Row, conversation: Conversation, me: string): DeliveryStatus {
  if (row.outgoing) return row.outgoing.failure === undefined ? 'queued' : 'failed'
  const others = conversation.participants.filter(({ userId }) => userId !== me)
  if (others.length === 0) return 'read'
  const reached = (marker: 'lastReadSeq' | 'lastDeliveredSeq') =>
    others.every((member) => Math.max(member[marker] ?? 0, member.lastReadSeq ?? 0) >= row.message.seq)
  if (reached('lastReadSeq')) return 'read'
  return reached('lastDeliveredSeq') ? 'delivered' : 'sent'
}

/** A guess of a row's height in pixels, until it is measured: close guesses keep the scroll bar calm. */
export function estimateHeight({ message, startsGroup, startsDay, startsUnread }: Row): number {
  const text = message.content ?? ''
  const lines = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 64)), 0)
  return (
    lines * 22 +
    (startsGroup ? 38 : 6) +
    (startsDay ? 36 : 0) +
    (startsUnread ? 28 : 0) +
    (message.replyTo ? 40 : 0) +
    (message.reactions.length > 0 ? 36 : 0)
  )
}
