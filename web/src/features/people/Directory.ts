/**
 * What people are called who wrote something but are not in the conversation any more. Whoever is or was seen as a
 * participant of anything is known; others are fetched once.
 */
import { ApiError } from '~/api/http'
import type { User } from '~/api/types'
import { nameOf } from '~/features/conversations/naming'
import type { ConversationsSnapshot } from '~/sync/conversations'
import { Observable } from '~/sync/observable'

/** `null`: there is no such account (any more). */
export type DirectorySnapshot = ReadonlyMap<string, string | null>

interface Source {
  subscribe: (listener: () => void) => () => void
  getSnapshot: () => ConversationsSnapshot
}

export class Directory extends Observable<DirectorySnapshot> {
  readonly #conversations: Source
  readonly #fetch: (userId: string) => Promise<User>
  readonly #asked = new Set<string>()

  constructor(conversations: Source, fetch: (userId: string) => Promise<User>) {
    super(new Map())
    this.#conversations = conversations
    this.#fetch = fetch
    this.#learn()
  }

  /** Learns from the conversations until the answer is called. */
  follow(): () => void {
    return this.#conversations.subscribe(this.#learn)
  }

  /** Asks for somebody's name once; the snapshot has it when it came. */
  need(userId: string): void {
    if (this.#asked.has(userId) || this.getSnapshot().has(userId)) return
    this.#asked.add(userId)
    this.#fetch(userId).then(
      (user) => this.#set(new Map([[userId, nameOf(user)]])),
      (error) => {
        if (error instanceof ApiError && error.status === 404) this.#set(new Map([[userId, null]]))
        else this.#asked.delete(userId)
      },
    )
  }

  readonly #learn = (): void => {
    const known = this.getSnapshot()
    const learned = new Map<string, string>()
    for (const { participants } of this.#conversations.getSnapshot().byId.values()) {
      for (const member of participants) {
        if (known.get(member.userId) !== nameOf(member)) learned.set(member.userId, nameOf(member))
      }
    }
    if (learned.size > 0) this.#set(learned)
  }

  #set(names: DirectorySnapshot): void {
    this.publish(new Map([...this.getSnapshot(), ...names]))
  }
}
