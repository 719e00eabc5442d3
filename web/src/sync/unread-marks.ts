/** "Mark unread from here": kept on this device, because the server's read markers never go backwards. */
import type { Conversation } from '~/api/types'

interface Mark {
  seq: number
  /** How many messages of others it made unread again. */
  count: number
}

export class UnreadMarks {
  readonly #prefix: string

  constructor(userId: string) {
    this.#prefix = `kith.${userId}.unread.`
  }

  set(conversationId: string, mark: Mark): void {
    localStorage.setItem(this.#prefix + conversationId, JSON.stringify(mark))
  }

  clear(conversationId: string): void {
    localStorage.removeItem(this.#prefix + conversationId)
  }

  /** The conversation as this device sees it. */
  overlay(conversation: Conversation): Conversation {
    const stored = localStorage.getItem(this.#prefix + conversation.id)
    if (stored === null) return conversation
    const mark = JSON.parse(stored) as Mark
    return {
      ...conversation,
      lastReadSeq: Math.min(conversation.lastReadSeq, mark.seq - 1),
      unreadCount: conversation.unreadCount + mark.count,
    }
  }
}
