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

/** Once the server said that it was too much, the rest of the queue goes out at this pace. */
const PACE_MS = 500

export class Outbox extends Observable<OutboxSnapshot> {
  readonly #wiring: Wiring
  /** Shown already, but not yet in the database. */
  readonly #unstored = new Set<OutgoingMessage>()
  #retry: ReturnType<typeof setTimeout> | undefined
  #attempt = 0
  /** Ends the pause that the server asked for. */
  #wake: () => void = () => undefined
  #closed = false

  constructor(wiring: Wiring) {
    super([])
    this.#wiring = wiring
    wiring.channel.addEventListener('message', this.#changedElsewhere)
  }

  /** Reads what an earlier page left and tries to send it. */
  async open(): Promise<void> {
    await this.#reload()
    this.flush()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    this.#wake()
    this.#wiring.channel.removeEventListener('message', this.#changedElsewhere)
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
    if (!(await this.#wiring.storage.requeue(clientMessageId))) return
    await this.#reload()
    this.#tellOtherTabs()
    this.flush()
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

  /** A pause that the server asked for is spent here, holding the lock: no tab goes on in the meantime. */
  async #drain(): Promise<void> {
    let pace = 0
    while (!this.#closed && this.#wiring.isOnline()) {
      const next = (await this.#wiring.storage.all()).find((message) => message.failure === undefined)
      if (!next) return
      try {
        this.#wiring.delivered(await this.#wiring.deliver(next))
        this.#attempt = 0
        await this.remove(next.clientMessageId)
        if (pace > 0) await this.#pause(pace)
      } catch (error) {
        const reason = error instanceof ApiError ? error : new ApiError('internal', String(error))
        if (reason.retryAfter !== undefined) {
          pace = PACE_MS
          await this.#pause(reason.retryAfter * 1000)
        } else if (reason.isTransient) return this.#flushLater()
        else await this.#fail(next, reason.message)
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

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #flushLater(): void {
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.flush(), backoff(this.#attempt++))
  }

  #forget(clientMessageId: string): void {
    this.publish(this.getSnapshot().filter((message) => message.clientMessageId !== clientMessageId))
  }

  #tellOtherTabs(): void {
    if (!this.#closed) this.#wiring.channel.postMessage('outbox')
  }

  /** Whichever tab wrote, all may send: that one may have lost its connection, or be gone. */
  readonly #changedElsewhere = async (): Promise<void> => {
    await this.#reload()
    if (!this.#closed) this.flush()
  }

  readonly #reload = async (): Promise<void> => {
    const stored = await this.#wiring.storage.all()
    if (!this.#closed) this.publish([...stored, ...this.#unstored])
  }
}
