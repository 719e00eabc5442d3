/**
 * Unsent text, one per conversation. It is in `localStorage`, which writes at once (nothing is lost on reload) and
 * tells the other tabs.
 */
import { Observable } from './observable'

export interface Draft {
  text: string
  /** The message it answers. */
  replyTo?: string
}

export type DraftsSnapshot = ReadonlyMap<string, Draft>

export class Drafts extends Observable<DraftsSnapshot> {
  readonly #prefix: string

  constructor(userId: string) {
    super(new Map())
    this.#prefix = `kith.${userId}.draft.`
    this.#read()
  }

  open(): void {
    window.addEventListener('storage', this.#changedElsewhere)
  }

  close(): void {
    window.removeEventListener('storage', this.#changedElsewhere)
  }

  get(conversationId: string): Draft | undefined {
    return this.getSnapshot().get(conversationId)
  }

  set(conversationId: string, draft: Draft): void {
    const key = this.#prefix + conversationId
    if (draft.text === '' && !draft.replyTo) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(draft))
    this.#read()
  }

  readonly #changedElsewhere = (event: StorageEvent): void => {
    if (event.key === null || event.key.startsWith(this.#prefix)) this.#read()
  }

  #read(): void {
    const drafts = new Map<string, Draft>()
    for (let index = 0; index < localStorage.length; index++) {
      const key = localStorage.key(index) ?? ''
      const stored = key.startsWith(this.#prefix) ? localStorage.getItem(key) : null
      if (stored !== null) drafts.set(key.slice(this.#prefix.length), JSON.parse(stored) as Draft)
    }
    this.publish(drafts)
  }
}
