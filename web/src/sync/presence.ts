/** Who is here. Whoever is not in the snapshot is taken to be offline. */
import type { PresenceUpdate, UserStatus } from '~/api/types'
import { Observable } from './observable'

export interface Presence {
  status: UserStatus
  lastSeen: string | null
}

export type PresenceSnapshot = ReadonlyMap<string, Presence>

export class PresenceBoard extends Observable<PresenceSnapshot> {
  constructor() {
    super(new Map())
  }

  /** Replaces all that is known: these are online, nobody else is. */
  load(online: readonly { id: string; status: UserStatus }[]): void {
    this.publish(new Map(online.map(({ id, status }) => [id, { status, lastSeen: null }])))
  }

  apply({ userId, status, isOnline, lastSeen }: PresenceUpdate): void {
    const presence: Presence = { status: isOnline ? status : 'offline', lastSeen: lastSeen ?? null }
    this.publish(new Map(this.getSnapshot()).set(userId, presence))
  }
}
