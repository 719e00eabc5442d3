/** "Mark unread from here": kept on this device, because the server's read markers never go backwards. */
import type { Conversation } from '~/api/types'

interface Mark {
  seq: number
  /** What was read when it was made: what comes after that is unread without it. */
  upTo: number
  /** How many messages of others, up to there, it made unread again. */
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

  get(conversationId: string): Mark | undefined {
    const stored = localStorage.getItem(this.#prefix + conversationId)
    return stored === null ? undefined : (JSON.parse(stored) as Mark)
  }

  /** Drops the mark if more has been read since it was made; answers the one that is left. */
  settle(conversationId: string, readUpTo: number): Mark | undefined {
    const mark = this.get(conversationId)
    if (!mark || readUpTo <= mark.upTo) return mark
    this.clear(conversationId)
    return undefined
  }

  /** The conversation as this device sees it. */
  overlay(conversation: Conversation): Conversation {
    const { id, lastReadSeq, unreadCount } = conversation
    const mark = this.settle(id, lastReadSeq)
    // While the server's own marker is before it, it counts all of those as unread itself.
    if (!mark || lastReadSeq < mark.seq) return conversation
    return { ...conversation, lastReadSeq: mark.seq - 1, unreadCount: unreadCount + mark.count }
  }
}
