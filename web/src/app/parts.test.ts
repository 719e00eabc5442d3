import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { part, startAnewWithoutParts } from './parts'

const reload = vi.fn()

beforeEach(() => {
  sessionStorage.clear()
  reload.mockClear()
})

afterEach(() => vi.unstubAllGlobals())

test('a part that the network withheld is loaded when it is back', async () => {
  const load = vi.fn().mockRejectedValueOnce(new TypeError('failed')).mockResolvedValue('part')
  const loading = part(load)
  await vi.waitFor(() => expect(load).toHaveBeenCalledOnce())
  await Promise.resolve()
  window.dispatchEvent(new Event('online'))
  expect(await loading).toBe('part')
})

test('a missing part starts the page anew once, and never while the server does not answer', async () => {
  startAnewWithoutParts(reload)
  const fetch = vi.fn().mockRejectedValueOnce(new TypeError('failed')).mockResolvedValue(new Response('{}'))
  vi.stubGlobal('fetch', fetch)
  const miss = () => window.dispatchEvent(new Event('vite:preloadError'))
  miss()
  await vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(1))
  expect(reload).not.toHaveBeenCalled()
  miss()
  await vi.waitFor(() => expect(reload).toHaveBeenCalledOnce())
  miss()
  miss()
  await Promise.resolve()
  expect(fetch).toHaveBeenCalledTimes(2)
  expect(reload).toHaveBeenCalledOnce()
})
