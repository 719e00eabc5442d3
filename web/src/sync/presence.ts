/** Who is here. Whoever is not in the snapshot is taken to be offline. */
import type { PresenceUpdate, UserStatus } from '~/api/types'
import { Observable } from './observable'

export interface Presence {
  status: UserStatus
  lastSeen: string | null
}

export type PresenceSnapshot = ReadonlyMap<string, Presence>

export class PresenceBoard extends Observable<PresenceSnapshot> {
  /** What events said since the last question was asked. */
  #meanwhile: Map<string, Presence> | null = null

  constructor() {
    super(new Map())
  }

  /** Asks who is online: nobody else is, but for what events say while the answer is on its way. */
  async load(fetch: () => Promise<readonly { id: string; status: UserStatus }[]>): Promise<void> {
    const meanwhile = new Map<string, Presence>()
    this.#meanwhile = meanwhile
    const online = await fetch()
    if (this.#meanwhile !== meanwhile) return
    this.#meanwhile = null
    const next = new Map<string, Presence>()
    for (const [id, { lastSeen }] of this.getSnapshot()) next.set(id, { status: 'offline', lastSeen })
    for (const { id, status } of online) next.set(id, { status, lastSeen: null })
    for (const [id, presence] of meanwhile) next.set(id, presence)
    this.publish(next)
  }

  apply({ userId, status, isOnline, lastSeen }: PresenceUpdate): void {
    const presence: Presence = { status: isOnline ? status : 'offline', lastSeen: lastSeen ?? null }
    this.#meanwhile?.set(userId, presence)
    this.publish(new Map(this.getSnapshot()).set(userId, presence))
  }
}
