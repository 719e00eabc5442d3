/** Who is signed in on this page, and the running client of that account. */
import { create } from 'zustand'
import { auth, type Credentials } from '~/api/endpoints'
import { ApiError } from '~/api/http'
import type { User } from '~/api/types'
import { randomId } from '~/platform/random-id'
import { Client } from '~/sync/client'

export type SessionState =
  | { status: 'checking' }
  | { status: 'unreachable' }
  | { status: 'signed-out'; ended: boolean }
  | { status: 'signed-in'; client: Client }

export const useSession = create<SessionState>(() => ({ status: 'checking' }))

/** Asks the server whether the cookies still hold. */
export async function restoreSession(): Promise<void> {
  useSession.setState({ status: 'checking' }, true)
  try {
    enter(await auth.me())
  } catch (error) {
    const refused = error instanceof ApiError && (error.status === 401 || error.status === 403)
    useSession.setState(refused ? { status: 'signed-out', ended: false } : { status: 'unreachable' }, true)
  }
}

export async function signIn(credentials: Credentials): Promise<void> {
  const { user } = await auth.login({ ...credentials, ...device() })
  enter(user)
}

/** Answers false if the account was made but waits for approval. */
export async function signUp(credentials: Credentials & { displayName?: string }): Promise<boolean> {
  const { user, accessToken } = await auth.register({ ...credentials, ...device() })
  if (!accessToken) return false
  enter(user)
  return true
}

/** Signing out: the socket may hear of the session's end before the answer comes, and must not go ahead of it. */
let leaving = false

/** Ends the session here, and with `everywhere` on every other device. What this device kept of it goes too. */
export async function signOut({ everywhere = false } = {}): Promise<void> {
  const state = useSession.getState()
  if (state.status !== 'signed-in') return
  leaving = true
  try {
    await (everywhere ? auth.logoutEverywhere() : auth.logout())
  } catch (error) {
    // A session that is over already is what was wanted.
    if (!(error instanceof ApiError && error.status === 401)) {
      leaving = false
      if (state.client.connection.getSnapshot().status === 'ended') leave(true)
      throw error
    }
  }
  await state.client.forget().catch(() => undefined)
  leaving = false
  leave(false)
}

function enter(user: User): void {
  const client = new Client(user)
  client.connection.subscribe(() => {
    if (client.connection.getSnapshot().status === 'ended' && !leaving) leave(true)
  })
  client.open()
  useSession.setState({ status: 'signed-in', client }, true)
}

function leave(ended: boolean): void {
  const state = useSession.getState()
  if (state.status !== 'signed-in') return
  useSession.setState({ status: 'signed-out', ended }, true)
  state.client.close()
}

const DEVICE_ID = 'kith.deviceId'

function device(): { deviceId: string; deviceName: string } {
  const deviceId = localStorage.getItem(DEVICE_ID) ?? randomId()
  localStorage.setItem(DEVICE_ID, deviceId)
  return { deviceId, deviceName: deviceName(navigator.userAgent) }
}

/** "Firefox on Windows", as far as the browser tells. */
export function deviceName(userAgent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(userAgent)?.[1] ?? 'Browser'
  const named: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' }
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|CrOS|Linux)/.exec(userAgent)?.[1]
  const systems: Record<string, string> = { 'Mac OS X': 'macOS', CrOS: 'ChromeOS' }
  return [named[browser] ?? browser, system && `on ${systems[system] ?? system}`].filter(Boolean).join(' ')
}
