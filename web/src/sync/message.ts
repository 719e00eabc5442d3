/** Pure changes of messages. A message's `version` decides: what is not newer than what is known changes nothing. */
import type { Change, Message, Reaction } from '~/api/types'

/** Both lists in `seq` order, each message once, in its newest version. */
export function mergeMessages(known: readonly Message[], incoming: readonly Message[]): readonly Message[] {
  if (incoming.length === 0) return known
  const last = known.at(-1)
  const first = incoming[0] as Message
  if (!last || (incoming.length === 1 && first.seq > last.seq)) return [...known, ...incoming]

  const bySeq = new Map(known.map((message) => [message.seq, message]))
  for (const message of incoming) {
    const current = bySeq.get(message.seq)
    if (!current || message.version >= current.version) bySeq.set(message.seq, message)
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}

/** Adds or takes back one person's reaction; doing it twice is doing it once. */
export function react(reactions: readonly Reaction[], emoji: string, userId: string, add: boolean): Reaction[] {
  const current = reactions.find((reaction) => reaction.emoji === emoji)
  const others = (current?.userIds ?? []).filter((id) => id !== userId)
  const userIds = add ? [...others, userId] : others
  const changed = { emoji, userIds, count: userIds.length }
  if (!current) return add ? [...reactions, changed] : [...reactions]
  return reactions.flatMap((reaction) => (reaction === current ? (userIds.length > 0 ? [changed] : []) : [reaction]))
}

/** What is left of a deleted message: its place. */
export function tombstone(message: Message, version: number, deletedAt: string): Message {
  return { ...message, version, deletedAt, content: null, encryptedText: null, reactions: [] }
}

/** For this account's devices alone, so outside of the conversation's numbering. Taking it twice does no harm. */
export function isPersonal({ type }: Change): boolean {
  return type === 'read_marker' || type === 'message_hidden'
}
