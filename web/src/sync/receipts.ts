/**
 * Telling the server how far messages came. Receipts are cumulative, so a burst of messages costs one; and they go
 * one after the other, so that a hundred chats which moved on meanwhile do not exceed what the server takes at once.
 */
import { ApiError } from '~/api/http'
import { backoff } from './backoff'

export type ReceiptCommand = 'mark_read' | 'mark_delivered'

interface Receipt {
  command: ReceiptCommand
  conversationId: string
  seq: number
}

const DELAY_MS = 250
/** Without a word of the server when, a refused receipt is told again after `backoff` of this. */
const RETRY = 3

export class Receipts {
  readonly #request: (command: ReceiptCommand, payload: { conversationId: string; seq: number }) => Promise<unknown>
  readonly #waiting = new Map<string, Receipt>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #telling = false

  constructor(
    request: (command: ReceiptCommand, payload: { conversationId: string; seq: number }) => Promise<unknown>,
  ) {
    this.#request = request
  }

  add(receipt: Receipt): void {
    const key = `${receipt.command} ${receipt.conversationId}`
    if ((this.#waiting.get(key)?.seq ?? 0) >= receipt.seq) return
    this.#waiting.set(key, receipt)
    this.#timer ??= setTimeout(this.#tell, DELAY_MS)
  }

  /** There is a connection (again): tells what waits. */
  resume(): void {
    void this.#tell()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#waiting.clear()
  }

  readonly #tell = async (): Promise<void> => {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#telling) return
    this.#telling = true
    const failure = await this.#tellAll()
    this.#telling = false
    // Without a connection the next one resumes.
    if (failure && failure.code !== 'network' && this.#waiting.size > 0) {
      const delay = failure.retryAfter === undefined ? backoff(RETRY) : failure.retryAfter * 1000
      clearTimeout(this.#timer)
      this.#timer = setTimeout(this.#tell, delay)
    }
  }

  /** Answers why it stopped before everything was told. */
  async #tellAll(): Promise<ApiError | undefined> {
    for (const [key, receipt] of this.#waiting) {
      const { command, conversationId, seq } = receipt
      try {
        await this.#request(command, { conversationId, seq })
      } catch (error) {
        if (error instanceof ApiError && error.isTransient) return error
      }
      if (this.#waiting.get(key) === receipt) this.#waiting.delete(key)
    }
    return undefined
  }
}
