/**
 * The loaded part of one conversation: a window of messages without holes, which grows at either end, follows live
 * changes, and can be moved elsewhere (a permalink). It knows nothing of the screen.
 */
import { messages as api, type MessagePage } from '~/api/endpoints'
import { ApiError } from '~/api/http'
import type { Change, Message } from '~/api/types'
import { backoff } from './backoff'
import { mergeMessages, react, tombstone } from './message'
import { Observable } from './observable'

export interface TimelineSnapshot {
  status: 'loading' | 'ready' | 'failed'
  /** In `seq` order. */
  messages: readonly Message[]
  /** The window begins with the first message there is. */
  reachedStart: boolean
  /** The window ends with the newest message, so live ones are appended. */
  reachedEnd: boolean
  /** Which end is being fetched. */
  fetching: 'older' | 'newer' | null
  /** The last page did not come: before this moment none is asked for. */
  retryAt: number | null
  /** The "New" divider stands before this message. */
  dividerSeq: number | null
}

/** Where the messages come from; tests serve an array. */
export type MessageSource = Pick<typeof api, 'before' | 'after' | 'get'>

export const PAGE = 50
const AROUND = 30
/** A conversation that is left keeps this many of its newest messages. */
const KEPT = 100

const EMPTY: TimelineSnapshot = {
  status: 'loading',
  messages: [],
  reachedStart: false,
  reachedEnd: false,
  fetching: null,
  retryAt: null,
  dividerSeq: null,
}

export class Timeline extends Observable<TimelineSnapshot> {
  readonly #conversationId: string
  readonly #source: MessageSource
  /** Changes that arrived while a page was on its way: the page may be older than they are. */
  #sinceFetch: Change[] | null = null
  /** Counts window moves: the answer to a question asked of another window is dropped. */
  #generation = 0
  /** The window is whole: nothing is missing in it. */
  #loaded = false
  /** Pages in a row that did not come. */
  #failures = 0

  constructor(conversationId: string, source: MessageSource = api) {
    super(EMPTY)
    this.#conversationId = conversationId
    this.#source = source
  }

  /**
   * Loads what a reader of everything up to `lastReadSeq` should see first: the end, or the first unread message with
   * the divider before it. Answers null, and only places the divider, if the window already holds it.
   */
  open(lastReadSeq: number, lastSeq: number): Promise<void> | null {
    const unread = lastSeq > lastReadSeq
    const dividerSeq = unread ? lastReadSeq + 1 : null
    const { messages, status, reachedEnd } = this.getSnapshot()
    const holds = this.#loaded && status === 'ready' && reachedEnd && (messages[0]?.seq ?? 0) <= lastReadSeq + 1
    if (!holds) return unread ? this.#move(lastReadSeq, dividerSeq) : this.latest()
    if (dividerSeq !== this.getSnapshot().dividerSeq) this.#update({ dividerSeq })
    return null
  }

  /** Moves the window to the newest messages. */
  async latest(): Promise<void> {
    if (this.#loaded && this.getSnapshot().reachedEnd) return
    await this.#load(async () => {
      const page = await this.#source.before(this.#conversationId, undefined, PAGE)
      return { messages: page.messages, reachedStart: !page.hasMore, reachedEnd: true }
    })
  }

  /**
   * Makes sure that the window holds this message and the one before it, without which it is not drawn. Rejects with
   * `not_found` if this conversation has no such message; answers null if nothing has to be loaded.
   */
  show(messageId: string): Promise<void> | null {
    const { messages, reachedStart } = this.getSnapshot()
    const index = messages.findIndex(({ id }) => id === messageId)
    if (this.#loaded && (index > 0 || (index === 0 && reachedStart))) return null
    return this.#load(async () => {
      const { conversationId, seq } = await this.#source.get(messageId)
      const window = conversationId === this.#conversationId ? await this.#around(seq) : null
      if (window?.messages.some(({ id }) => id === messageId)) return { ...window, dividerSeq: null }
      throw new ApiError('not_found', 'There is no such message.', { status: 404 })
    })
  }

  /** Loads afresh: the server no longer remembers what changed since we last listened. */
  async reload(): Promise<void> {
    const last = this.getSnapshot().messages.at(-1)
    this.#loaded = false
    if (last && !this.getSnapshot().reachedEnd) await this.#move(last.seq, this.getSnapshot().dividerSeq)
    else await this.latest()
  }

  async older(): Promise<void> {
    const { messages, reachedStart } = this.getSnapshot()
    const first = messages[0]
    if (!first || reachedStart) return
    await this.#grow('older', () => this.#source.before(this.#conversationId, first.seq, PAGE))
  }

  async newer(): Promise<void> {
    const { messages, reachedEnd } = this.getSnapshot()
    const last = messages.at(-1)
    if (!last || reachedEnd) return
    await this.#grow('newer', () => this.#source.after(this.#conversationId, last.seq, PAGE))
  }

  find(messageId: string): Message | undefined {
    return this.getSnapshot().messages.find((message) => message.id === messageId)
  }

  /** Nobody looks any more: forget the divider, and of a long window all but the newest part. */
  rest(): void {
    const { messages, reachedEnd } = this.getSnapshot()
    const trim = reachedEnd && messages.length > 2 * KEPT
    this.#update({ dividerSeq: null, ...(trim ? { messages: messages.slice(-KEPT), reachedStart: false } : {}) })
  }

  /** Takes in a change; one that the window already reflects, or does not cover, changes nothing. */
  apply(change: Change): void {
    this.#sinceFetch?.push(change)
    const snapshot = this.getSnapshot()
    switch (change.type) {
      case 'new_message':
        if (snapshot.reachedEnd || this.find(change.data.id)) this.#merge([change.data])
        return
      case 'message_updated':
        if (this.find(change.data.id)) this.#merge([change.data])
        return
      case 'message_deleted':
        return this.#edit(change.data.messageId, change.version, (message) =>
          tombstone(message, change.version, change.data.deletedAt ?? new Date().toISOString()),
        )
      case 'message_hidden': {
        const { messageId } = change.data
        if (this.find(messageId)) this.#update({ messages: snapshot.messages.filter(({ id }) => id !== messageId) })
        return
      }
      case 'reaction': {
        const { messageId, emoji, userId, action } = change.data
        return this.#edit(messageId, change.version, (message) => ({
          ...message,
          version: change.version,
          reactions: react(message.reactions, emoji, userId, action === 'add'),
        }))
      }
    }
  }

  /** Shows a change of one's own before the server has confirmed it. */
  reactLocally(messageId: string, emoji: string, userId: string, add: boolean): void {
    this.#edit(messageId, Number.POSITIVE_INFINITY, (message) => ({
      ...message,
      reactions: react(message.reactions, emoji, userId, add),
    }))
  }

  /** Loads a window with `seq` in its middle. */
  #move(seq: number, dividerSeq: number | null): Promise<void> {
    return this.#load(async () => ({ ...(await this.#around(seq)), dividerSeq }))
  }

  async #around(seq: number) {
    const [older, newer] = await Promise.all([
      this.#source.before(this.#conversationId, seq + 1, AROUND),
      this.#source.after(this.#conversationId, seq, AROUND),
    ])
    return {
      messages: [...older.messages, ...newer.messages],
      reachedStart: !older.hasMore,
      reachedEnd: !newer.hasMore,
    }
  }

  async #load(fetch: () => Promise<Partial<TimelineSnapshot> & { messages: Message[] }>): Promise<void> {
    const generation = ++this.#generation
    this.#sinceFetch = []
    this.#update({ status: 'loading', fetching: null, retryAt: null })
    try {
      const window = await fetch()
      if (generation !== this.#generation) return
      this.#loaded = true
      this.#update({ dividerSeq: null, ...window, messages: mergeMessages([], window.messages), status: 'ready' })
      this.#replay()
    } catch (error) {
      if (generation !== this.#generation) return
      this.#sinceFetch = null
      this.#update({ status: this.#loaded ? 'ready' : 'failed' })
      throw error
    }
  }

  async #grow(end: 'older' | 'newer', fetch: () => Promise<MessagePage>): Promise<void> {
    const { fetching, status, retryAt } = this.getSnapshot()
    if (fetching || status !== 'ready' || Date.now() < (retryAt ?? 0)) return
    const generation = this.#generation
    this.#sinceFetch = []
    this.#update({ fetching: end, retryAt: null })
    try {
      const page = await fetch()
      if (generation !== this.#generation) return
      this.#failures = 0
      this.#update({
        messages: mergeMessages(this.getSnapshot().messages, page.messages),
        fetching: null,
        ...(end === 'older' ? { reachedStart: !page.hasMore } : { reachedEnd: !page.hasMore }),
      })
      this.#replay()
    } catch (error) {
      if (generation === this.#generation) {
        this.#sinceFetch = null
        this.#update({ fetching: null, retryAt: Date.now() + backoff(this.#failures++, () => 1) })
      }
      throw error
    }
  }

  #replay(): void {
    const changes = this.#sinceFetch ?? []
    this.#sinceFetch = null
    for (const change of changes) this.apply(change)
  }

  #merge(incoming: Message[]): void {
    this.#update({ messages: mergeMessages(this.getSnapshot().messages, incoming) })
  }

  #edit(messageId: string, version: number, change: (message: Message) => Message): void {
    const { messages } = this.getSnapshot()
    const index = messages.findIndex((message) => message.id === messageId)
    const message = messages[index]
    if (!message || message.version >= version) return
    this.#update({ messages: messages.with(index, change(message)) })
  }

  #update(part: Partial<TimelineSnapshot>): void {
    this.publish({ ...this.getSnapshot(), ...part })
  }
}
