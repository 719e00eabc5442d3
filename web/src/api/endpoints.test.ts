import { afterEach, expect, test, vi } from 'vitest'
import { conversations, users } from './endpoints'

afterEach(() => vi.unstubAllGlobals())

test.each([
  ['/users/online', users.online],
  ['/conversations', conversations.all],
])('%s is asked for page by page, to the last one', async (path, all) => {
  const pages = [
    { data: [{ id: '1' }, { id: '2' }], page: { hasMore: true, nextCursor: 'second' } },
    { data: [{ id: '3' }], page: { hasMore: true, nextCursor: 'third' } },
    { data: [{ id: '4' }], page: { hasMore: false, nextCursor: null } },
  ]
  const calls: string[] = []
  vi.stubGlobal('fetch', async (url: string) => {
    calls.push(url)
    return new Response(JSON.stringify(pages[calls.length - 1]))
  })
  expect((await all()).map(({ id }) => id)).toEqual(['1', '2', '3', '4'])
  expect(calls).toEqual([
    `/api${path}?limit=100`,
    `/api${path}?limit=100&cursor=second`,
    `/api${path}?limit=100&cursor=third`,
  ])
})
