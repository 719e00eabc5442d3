import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { request } from './http'

type Answer = { status: number; body: object; headers?: Record<string, string> }
let calls: string[]
let answers: Record<string, Answer[]>

beforeEach(() => {
  calls = []
  answers = {}
  vi.stubGlobal('fetch', async (path: string, { method }: RequestInit) => {
    const call = `${method} ${path}`
    calls.push(call)
    const { status, body, headers } = answers[call]?.shift() ?? { status: 404, body: { code: 'not_found', error: '?' } }
    return new Response(JSON.stringify(body), { status, headers: headers ?? {} })
  })
})

afterEach(() => vi.unstubAllGlobals())

const expired = { status: 401, body: { success: false, code: 'token_expired', error: 'Expired.' } }

test('an expired token is refreshed once and the call made again', async () => {
  answers = {
    'GET /api/x': [expired, { status: 200, body: { success: true, data: 1 } }],
    'POST /api/auth/refresh': [{ status: 200, body: { success: true, data: {} } }],
  }
  expect((await request('GET', '/x')).data).toBe(1)
  expect(calls).toEqual(['GET /api/x', 'POST /api/auth/refresh', 'GET /api/x'])
})

test('two calls that expire together share one refresh', async () => {
  const fine = { status: 200, body: { success: true, data: 1 } }
  answers = {
    'GET /api/x': [expired, fine],
    'GET /api/y': [expired, fine],
    'POST /api/auth/refresh': [{ status: 200, body: { success: true, data: {} } }],
  }
  await Promise.all([request('GET', '/x'), request('GET', '/y')])
  expect(calls.filter((call) => call.includes('refresh'))).toHaveLength(1)
})

test('a refresh in the future, of a clock that was wrong, hinders no refresh', async () => {
  localStorage.setItem('kith.refreshedAt', String(Date.now() + 3_600_000))
  answers = {
    'GET /api/x': [expired, { status: 200, body: { success: true, data: 1 } }],
    'POST /api/auth/refresh': [{ status: 200, body: { success: true, data: {} } }],
  }
  await request('GET', '/x')
  expect(calls).toContain('POST /api/auth/refresh')
})

test('a refused refresh is the end of it', async () => {
  answers = { 'GET /api/x': [expired], 'POST /api/auth/refresh': [expired] }
  await expect(request('GET', '/x')).rejects.toMatchObject({ code: 'token_expired', status: 401 })
  expect(calls).toHaveLength(2)
})

test('a refusal carries its code, its fields and when to try again', async () => {
  const details = [{ field: 'username', message: 'must be 3 to 32 characters' }]
  answers = {
    'POST /api/x?a=1': [
      { status: 429, body: { code: 'rate_limited', error: 'Slower.', details }, headers: { 'Retry-After': '7' } },
    ],
  }
  await expect(request('POST', '/x', { query: { a: 1, b: undefined }, body: {} })).rejects.toMatchObject({
    code: 'rate_limited',
    message: 'Slower.',
    details,
    retryAfter: 7,
  })
})

test('no answer is the code "network"', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')))
  await expect(request('GET', '/x')).rejects.toMatchObject({ code: 'network' })
})
