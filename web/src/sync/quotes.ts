/** Messages that replies quote, for when they are outside of what is loaded. */
import { ApiError } from '~/api/http'
import type { Change, Message } from '~/api/types'
import { tombstone } from './message'
import { Observable } from './observable'

/** `null`: there is no such message (any more). */
export type QuotesSnapshot = ReadonlyMap<string, Message | null>

export class Quotes extends Observable<QuotesSnapshot> {
  readonly #fetch: (messageId: string) => Promise<Message>
  readonly #asked = new Set<string>()
  readonly #failed = new Set<string>()

  constructor(fetch: (messageId: string) => Promise<Message>) {
    super(new Map())
    this.#fetch = fetch
  }

  /** Asks for a message once; the snapshot has it when it came. */
  need(messageId: string): void {
    if (this.#asked.has(messageId)) return
    this.#asked.add(messageId)
    this.#fetch(messageId).then(
      (message) => this.#set(messageId, message),
      (error) => {
        if (error instanceof ApiError && error.status === 404) this.#set(messageId, null)
        else this.#failed.add(messageId)
      },
    )
  }

  /** Asks again for what could not be fetched. */
  retry(): void {
    const failed = [...this.#failed]
    this.#failed.clear()
    for (const messageId of failed) {
      this.#asked.delete(messageId)
      this.need(messageId)
    }
  }

  apply(change: Change): void {
    if (change.type === 'message_updated' && this.getSnapshot().has(change.data.id)) {
      this.#set(change.data.id, change.data)
    }
    if (change.type === 'message_deleted') {
      const quoted = this.getSnapshot().get(change.data.messageId)
      if (quoted) this.#set(quoted.id, tombstone(quoted, change.version, change.data.deletedAt ?? quoted.createdAt))
    }
  }

  #set(messageId: string, message: Message | null): void {
    this.publish(new Map(this.getSnapshot()).set(messageId, message))
  }
}
