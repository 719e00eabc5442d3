/** "Mark unread from here": kept on this device, because the server's read markers never go backwards. */
import type { Conversation } from '~/api/types'

interface Mark {
  seq: number
  /** What was read when it was made: what comes after that is unread without it. */
  upTo: number
  /** The messages of others, up to there, that it made unread again. */
  seqs: readonly number[]
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

  /** The server's view of what is read, as this device sees it. Reading on beyond a mark ends it. */
  overlay<T extends Pick<Conversation, 'lastReadSeq' | 'unreadCount'>>(conversationId: string, view: T): T {
    const mark = this.get(conversationId)
    if (!mark) return view
    if (view.lastReadSeq > mark.upTo) {
      this.clear(conversationId)
      return view
    }
    // Those that the server's marker has not reached yet it counts as unread itself.
    const again = mark.seqs.filter((seq) => seq <= view.lastReadSeq)
    return {
      ...view,
      lastReadSeq: Math.min(view.lastReadSeq, mark.seq - 1),
      unreadCount: view.unreadCount + again.length,
    }
  }
}
