/** The socket: connects with the sign-in cookie, comes back by itself, and turns acknowledgements into promises. */
import { io, type Socket } from 'socket.io-client'
import { ApiError, refresh } from '~/api/http'
import { backoff } from './backoff'
import { Observable } from './observable'

export type ConnectionState =
  | { status: 'connecting' }
  | { status: 'online' }
  /** Not connected; another attempt is made by itself. */
  | { status: 'offline' }
  /** The session is over; only signing in again helps. */
  | { status: 'ended' }

type Ack = { success: true; data: unknown } | { success: false; error: string; code: string; retryAfter?: number }

/** What the rest of the client needs of a connection; tests put a scripted one in its place. */
export interface Transport {
  getSnapshot(): ConnectionState
  subscribe(listener: () => void): () => void
  /** Sends a command; rejects with `ApiError`, with code `network` when no answer came. */
  request<T>(command: string, payload: object): Promise<T>
  /** Sends a command whose loss does not matter. */
  tell(command: string, payload: object): void
  /** Hears every event of the server. */
  onEvent(listener: (name: string, payload: unknown) => void): void
  open(): void
  /** Drops the connection and makes a new one. */
  restart(): void
  /** The session is not ours any more: comes to an end that only signing in again mends. */
  end(): void
  close(): void
}

const ACK_TIMEOUT_MS = 15_000
const CONNECT_TIMEOUT_MS = 8000

export class Connection extends Observable<ConnectionState> implements Transport {
  readonly #socket: Socket
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super({ status: 'connecting' })
    this.#socket = io({
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      autoConnect: false,
      timeout: CONNECT_TIMEOUT_MS,
      // Its own reconnection neither refreshes the cookie nor spreads clients over the whole delay.
      reconnection: false,
    })
    this.#socket.on('connect', this.#connected)
    this.#socket.on('disconnect', this.#lost)
    this.#socket.on('connect_error', this.#refused)
    this.#socket.on('session_revoked', () => this.end())
  }

  onEvent(listener: (name: string, payload: unknown) => void): void {
    this.#socket.onAny(listener)
  }

  open(): void {
    window.addEventListener('online', this.#connectNow)
    document.addEventListener('visibilitychange', this.#connectWhenSeen)
    this.#socket.connect()
  }

  close(): void {
    window.removeEventListener('online', this.#connectNow)
    document.removeEventListener('visibilitychange', this.#connectWhenSeen)
    clearTimeout(this.#retry)
    this.#socket.off('disconnect', this.#lost)
    this.#socket.disconnect()
  }

  restart(): void {
    this.#socket.disconnect()
  }

  async request<T>(command: string, payload: object): Promise<T> {
    if (!this.#socket.connected) throw new ApiError('network', 'Not connected.')
    let ack: Ack
    try {
      ack = await this.#socket.timeout(ACK_TIMEOUT_MS).emitWithAck(command, payload)
    } catch {
      throw new ApiError('network', 'The server did not answer.')
    }
    if (ack.success) return ack.data as T
    throw new ApiError(ack.code, ack.error, { retryAfter: ack.retryAfter })
  }

  tell(command: string, payload: object): void {
    if (this.#socket.connected) this.#socket.emit(command, payload)
  }

  readonly #connected = () => {
    this.#attempt = 0
    this.publish({ status: 'online' })
  }

  readonly #lost = () => {
    if (this.getSnapshot().status !== 'ended') this.#retryLater()
  }

  readonly #refused = async (error: Error & { data?: { code?: string } }) => {
    const code = error.data?.code
    if (code === 'session_revoked') return this.end()
    if (code !== 'unauthenticated' && code !== 'token_expired') return this.#retryLater()
    try {
      await refresh(Date.now())
      this.#retryLater()
    } catch (reason) {
      if (reason instanceof ApiError && reason.status === 401) this.end()
      else this.#retryLater()
    }
  }

  end(): void {
    this.publish({ status: 'ended' })
    this.close()
  }

  readonly #retryLater = () => {
    this.publish({ status: 'offline' })
    clearTimeout(this.#retry)
    this.#retry = setTimeout(this.#connectNow, backoff(this.#attempt++))
  }

  readonly #connectNow = () => {
    if (this.getSnapshot().status !== 'offline') return
    clearTimeout(this.#retry)
    this.#socket.connect()
  }

  readonly #connectWhenSeen = () => {
    if (document.visibilityState === 'visible') this.#connectNow()
  }
}
