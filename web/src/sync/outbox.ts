/**
 * The queue of messages that the server has not acknowledged. It is in IndexedDB, so it survives a reload, and all
 * tabs share it: whichever holds the lock empties it, one message at a time, in the order of writing. A message sent
 * twice (a lost acknowledgement, a second tab) carries the same `clientMessageId` and becomes one message.
 */
import { ApiError } from '~/api/http'
import type { Message } from '~/api/types'
import { exclusively } from '~/platform/exclusively'
import { backoff } from './backoff'
import { Observable } from './observable'
import type { OutboxStorage, OutgoingMessage } from './storage'

export type { OutgoingMessage } from './storage'

/** Oldest first. */
export type OutboxSnapshot = readonly OutgoingMessage[]

interface Wiring {
  storage: OutboxStorage
  lockName: string
  channel: BroadcastChannel
  isOnline: () => boolean
  /** Hands one message to the server and answers what it stored. */
  deliver: (message: OutgoingMessage) => Promise<Message>
  /** The message is on the server: it must be in the timeline before it leaves the queue. */
  delivered: (message: Message) => void
}

/** Refusals that say nothing about the message itself: the same message may succeed later. */
const TRANSIENT = new Set([
  'network',
  'rate_limited',
  'storage_full',
  'unavailable',
  'internal',
  'unauthenticated',
  'token_expired',
])

export class Outbox extends Observable<OutboxSnapshot> {
  readonly #wiring: Wiring
  /** Shown already, but not yet in the database. */
  readonly #unstored = new Set<OutgoingMessage>()
  #retry: ReturnType<typeof setTimeout> | undefined
  #attempt = 0
  #closed = false

  constructor(wiring: Wiring) {
    super([])
    this.#wiring = wiring
    wiring.channel.addEventListener('message', this.#reload)
  }

  /** Reads what an earlier page left and tries to send it. */
  async open(): Promise<void> {
    await this.#reload()
    this.flush()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    this.#wiring.channel.removeEventListener('message', this.#reload)
  }

  /** Shows the message at once, stores it, then sends it. Rejects if it could not be stored: then it is not shown. */
  async add(message: OutgoingMessage): Promise<void> {
    this.#unstored.add(message)
    this.publish([...this.getSnapshot(), message])
    try {
      await this.#wiring.storage.put(message)
    } catch (error) {
      this.#unstored.delete(message)
      this.#forget(message.clientMessageId)
      throw error
    }
    this.#unstored.delete(message)
    this.#tellOtherTabs()
    this.flush()
  }

  /** Puts a refused message back at the end of the queue. */
  async retry(clientMessageId: string): Promise<void> {
    const message = this.getSnapshot().find((entry) => entry.clientMessageId === clientMessageId)
    if (!message) return
    const { failure: _, ...again } = message
    await this.remove(clientMessageId)
    await this.add(again)
  }

  async remove(clientMessageId: string): Promise<void> {
    await this.#wiring.storage.remove(clientMessageId)
    this.#forget(clientMessageId)
    this.#tellOtherTabs()
  }

  /** Sends what waits, unless another tab is doing so: then it sends ours too. */
  flush(): void {
    clearTimeout(this.#retry)
    if (!this.#wiring.isOnline()) return
    void exclusively(this.#wiring.lockName, () => this.#drain())
  }

  async #drain(): Promise<void> {
    while (!this.#closed && this.#wiring.isOnline()) {
      const next = (await this.#wiring.storage.all()).find((message) => message.failure === undefined)
      if (!next) return
      try {
        this.#wiring.delivered(await this.#wiring.deliver(next))
        this.#attempt = 0
        await this.remove(next.clientMessageId)
      } catch (error) {
        const reason = error instanceof ApiError ? error : new ApiError('internal', String(error))
        if (TRANSIENT.has(reason.code)) return this.#flushLater(reason.retryAfter)
        await this.#fail(next, reason.message)
      }
    }
  }

  /** A refused message steps aside, so that it holds up no other. */
  async #fail(message: OutgoingMessage, failure: string): Promise<void> {
    const failed = { ...message, failure }
    await this.#wiring.storage.put(failed)
    this.publish(
      this.getSnapshot().map((entry) => (entry.clientMessageId === message.clientMessageId ? failed : entry)),
    )
    this.#tellOtherTabs()
  }

  #flushLater(retryAfterSeconds: number | undefined): void {
    const delay = retryAfterSeconds === undefined ? backoff(this.#attempt++) : retryAfterSeconds * 1000
    this.#retry = setTimeout(() => this.flush(), delay)
  }

  #forget(clientMessageId: string): void {
    this.publish(this.getSnapshot().filter((message) => message.clientMessageId !== clientMessageId))
  }

  #tellOtherTabs(): void {
    if (!this.#closed) this.#wiring.channel.postMessage('outbox')
  }

  readonly #reload = async (): Promise<void> => {
    const stored = await this.#wiring.storage.all()
    if (!this.#closed) this.publish([...stored, ...this.#unstored])
  }
}
