import { expect, test } from 'vitest'
import { ApiError } from '~/api/http'
import type { User } from '~/api/types'
import { PresenceBoard } from './presence'

type Online = Pick<User, 'id' | 'status'>[]

/** A question whose answer comes when the test says. */
function question() {
  let answer: (online: Online) => void = () => undefined
  const pending = new Promise<Online>((resolve) => {
    answer = resolve
  })
  return { fetch: () => pending, answer }
}

const left = (userId: string) => ({ userId, status: 'online' as const, isOnline: false, lastSeen: 'just now' })
const came = (userId: string) => ({ userId, status: 'away' as const, isOnline: true })

function statuses(board: PresenceBoard) {
  return Object.fromEntries([...board.getSnapshot()].map(([id, { status }]) => [id, status]))
}

test('what is heard while the list is on its way is newer than the list', async () => {
  const board = new PresenceBoard()
  const { fetch, answer } = question()
  const loading = board.load(fetch)
  board.apply(left('bob'))
  board.apply(came('eve'))
  answer([
    { id: 'bob', status: 'online' },
    { id: 'dan', status: 'dnd' },
  ])
  await loading
  expect(statuses(board)).toEqual({ bob: 'offline', eve: 'away', dan: 'dnd' })
  expect(board.getSnapshot().get('bob')?.lastSeen).toBe('just now')
})

test('what was heard before is older than the list, but when somebody was last seen is kept', async () => {
  const board = new PresenceBoard()
  board.apply(came('eve'))
  board.apply(left('bob'))
  await board.load(async () => [{ id: 'dan', status: 'online' }])
  expect(statuses(board)).toEqual({ bob: 'offline', eve: 'offline', dan: 'online' })
  expect(board.getSnapshot().get('bob')?.lastSeen).toBe('just now')
})

test('the answer to an earlier question is dropped', async () => {
  const board = new PresenceBoard()
  const [first, second] = [question(), question()]
  const loading = [board.load(first.fetch), board.load(second.fetch)]
  second.answer([{ id: 'bob', status: 'online' }])
  first.answer([{ id: 'eve', status: 'online' }])
  await Promise.all(loading)
  expect(statuses(board)).toEqual({ bob: 'online' })
})

test('a question without an answer changes nothing', async () => {
  const board = new PresenceBoard()
  board.apply(came('eve'))
  await expect(board.load(() => Promise.reject(new ApiError('network', 'Gone.')))).rejects.toThrow('Gone.')
  board.apply(came('bob'))
  expect(statuses(board)).toEqual({ eve: 'away', bob: 'away' })
})
