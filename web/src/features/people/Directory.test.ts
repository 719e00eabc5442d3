import { expect, test, vi } from 'vitest'
import { ApiError } from '~/api/http'
import type { Conversation, User } from '~/api/types'
import type { ConversationsSnapshot } from '~/sync/conversations'
import { Observable } from '~/sync/observable'
import { ada, bob, conversation } from '~/test/world'
import { Directory } from './Directory'

class List extends Observable<ConversationsSnapshot> {
  show(...all: Conversation[]): void {
    this.publish({ status: 'ready', byId: new Map(all.map((one) => [one.id, one])), order: all })
  }
}

function world(fetch: (id: string) => Promise<User>) {
  const list = new List({ status: 'loading', byId: new Map(), order: [] })
  const directory = new Directory(list, fetch)
  directory.follow()
  return { list, directory, name: (id: string) => directory.getSnapshot().get(id) }
}

test('whoever leaves keeps the name that was known', () => {
  const { list, name } = world(() => Promise.reject(new Error('not needed')))
  list.show(conversation())
  list.show(conversation({ participants: conversation().participants.filter(({ userId }) => userId === ada.id) }))
  expect(name(bob.id)).toBe('Bob Martin')
})

test('somebody unknown is fetched once; an account that is gone is known to be', async () => {
  const fetch = vi.fn(async (id: string) => {
    if (id === 'gone') throw new ApiError('not_found', 'There is no such user.', { status: 404 })
    return { ...bob, id }
  })
  const { directory, name } = world(fetch)
  for (const id of ['x', 'x', 'gone', 'x']) directory.need(id)
  await vi.waitFor(() => expect(name('x')).toBe('Bob Martin'))
  expect(name('gone')).toBeNull()
  directory.need('gone')
  expect(fetch).toHaveBeenCalledTimes(2)
})

test('a network that fails is asked again', async () => {
  const fetch = vi
    .fn<(id: string) => Promise<User>>()
    .mockRejectedValueOnce(new ApiError('network', 'Not connected.'))
    .mockResolvedValue(bob)
  const { directory, name } = world(fetch)
  await vi.waitFor(() => {
    directory.need(bob.id)
    expect(name(bob.id)).toBe('Bob Martin')
  })
})
