/** Who is writing where, and telling others that we are. */
import type { TypingUpdate } from '~/api/types'
import { Observable } from './observable'

/** Conversation id → user ids. */
export type TypingSnapshot = ReadonlyMap<string, readonly string[]>

/** The server relays at most one `typing_start` in this time; more would be wasted. */
const REPEAT_MS = 3000
/** Without a repetition, somebody stopped writing. */
const EXPIRY_MS = 6000

export class TypingBoard extends Observable<TypingSnapshot> {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()
  readonly #tell: (command: 'typing_start' | 'typing_stop', payload: { conversationId: string }) => void
  #own: { conversationId: string; at: number } | null = null

  constructor(tell: (command: 'typing_start' | 'typing_stop', payload: { conversationId: string }) => void) {
    super(new Map())
    this.#tell = tell
  }

  apply({ conversationId, userId, isTyping }: TypingUpdate): void {
    const key = `${conversationId} ${userId}`
    clearTimeout(this.#timers.get(key))
    this.#timers.delete(key)
    if (isTyping) {
      this.#timers.set(
        key,
        setTimeout(() => this.stopped(conversationId, userId), EXPIRY_MS),
      )
    }
    this.#set(conversationId, userId, isTyping)
  }

  /** A message of theirs arrived, or their time ran out. */
  stopped(conversationId: string, userId: string): void {
    this.apply({ conversationId, userId, username: '', isTyping: false })
  }

  /** A key was pressed in our composer. */
  write(conversationId: string, now = Date.now()): void {
    const own = this.#own
    if (own?.conversationId === conversationId && now - own.at < REPEAT_MS) return
    this.#own = { conversationId, at: now }
    this.#tell('typing_start', { conversationId })
  }

  /** Our text was sent or removed. */
  rest(): void {
    if (!this.#own) return
    this.#tell('typing_stop', { conversationId: this.#own.conversationId })
    this.#own = null
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  #set(conversationId: string, userId: string, isTyping: boolean): void {
    const known = this.getSnapshot().get(conversationId) ?? []
    if (known.includes(userId) === isTyping) return
    const next = new Map(this.getSnapshot())
    next.set(conversationId, isTyping ? [...known, userId] : known.filter((id) => id !== userId))
    this.publish(next)
  }
}
