import type { Conversation, Participant } from '~/api/types'
import type { Words } from '~/words'
import type { Namer } from './useNames'

/** The other person of a direct chat. */
export function counterpart(conversation: Conversation, me: string): Participant | undefined {
  if (conversation.conversationType !== 'dm') return undefined
  return conversation.participants.find(({ userId }) => userId !== me) ?? conversation.participants[0]
}

export function nameOf(member: { displayName?: string; username: string }): string {
  return member.displayName || member.username
}

/** What a conversation is called in front of `me`. */
export function titleOf(conversation: Conversation, me: string): string {
  const other = counterpart(conversation, me)
  if (other) return nameOf(other)
  if (conversation.name) return conversation.name
  const others = conversation.participants.filter(({ userId }) => userId !== me)
  return others.map(nameOf).join(', ') || '…'
}

/** One line of what was said last. */
export function preview(conversation: Conversation, me: string, words: Words, name: Namer): string {
  const last = conversation.lastMessage
  if (!last) return words.list.nothingYet
  if (last.deletedAt) return words.list.deleted
  const text = last.content?.replace(/\s+/g, ' ').trim() || words.list.encrypted
  if (last.messageType === 'system') return text
  if (last.senderId === me) return `${words.list.you}: ${text}`
  return conversation.conversationType === 'dm' ? text : `${name(conversation, last.senderId)}: ${text}`
}
