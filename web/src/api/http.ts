/** REST over `fetch` with the sign-in cookies: one envelope, one error type, one silent refresh. */
import { exclusively } from '~/platform/exclusively'

/** Refusals that say nothing about the request itself: the same may succeed later. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'network',
  'rate_limited',
  'storage_full',
  'unavailable',
  'internal',
  'unauthenticated',
  'token_expired',
  'session_revoked',
])

export interface FieldError {
  field: string
  message: string
}

/** A refusal of the server, or (`code: 'network'`) no answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly status: number
  readonly details: FieldError[]
  /** Seconds to wait before trying again, if the server said so. */
  readonly retryAfter: number | undefined

  constructor(
    code: string,
    message: string,
    extra: { status?: number; details?: FieldError[]; retryAfter?: number | undefined } = {},
  ) {
    super(message)
    this.code = code
    this.status = extra.status ?? 0
    this.details = extra.details ?? []
    this.retryAfter = extra.retryAfter
  }

  get isTransient(): boolean {
    return TRANSIENT.has(this.code)
  }
}

export interface Page {
  nextCursor: string | null
  hasMore: boolean
}

interface Envelope<T> {
  data: T
  page?: Page
}

type Query = Record<string, string | number | boolean | undefined>

interface Options {
  query?: Query
  body?: unknown
  signal?: AbortSignal
}

const REFRESHED_AT = 'kith.refreshedAt'

/** Calls a route below `/api` and answers its envelope; a 401 is answered by one refresh and one more try. */
export async function request<T>(method: string, path: string, options: Options = {}): Promise<Envelope<T>> {
  const started = Date.now()
  try {
    return await once<T>(method, path, options)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401 || path.startsWith('/auth/login')) throw error
    await refresh(started)
    return once<T>(method, path, options)
  }
}

/**
 * Trades the refresh cookie for a new access cookie. Tabs share the cookies, so one of them does it under a lock and
 * the others notice that it was done after `since`.
 */
export function refresh(since: number): Promise<void> {
  return exclusively('kith.refresh', async () => {
    const refreshedAt = Number(localStorage.getItem(REFRESHED_AT))
    // A time to come was written by a clock that was wrong: it says nothing.
    if (refreshedAt >= since && refreshedAt <= Date.now()) return
    await once('POST', '/auth/refresh')
    localStorage.setItem(REFRESHED_AT, String(Date.now()))
  })
}

async function once<T>(method: string, path: string, { query, body, signal }: Options = {}): Promise<Envelope<T>> {
  let response: Response
  let envelope: Record<string, unknown>
  try {
    response = await fetch(`/api${path}${queryString(query)}`, {
      method,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      ...(signal ? { signal } : {}),
    })
    envelope = await response.json()
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError('network', 'The server cannot be reached.')
  }
  if (response.ok) return envelope as unknown as Envelope<T>
  throw new ApiError(String(envelope.code ?? 'internal'), String(envelope.error ?? response.statusText), {
    status: response.status,
    details: (envelope.details as FieldError[] | undefined) ?? [],
    retryAfter: Number(response.headers.get('Retry-After')) || undefined,
  })
}

function queryString(query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`
}
