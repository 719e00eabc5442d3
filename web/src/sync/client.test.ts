import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiError } from '~/api/http'
import { bob, World } from '~/test/world'
import type { Client } from './client'

let world: World
const clients: Client[] = []

beforeEach(() => {
  world = new World()
})

afterEach(async () => {
  for (const client of clients.splice(0)) {
    await client.forget()
    client.close()
  }
})

async function connected() {
  const { client, wire } = world.client()
  clients.push(client)
  await vi.waitFor(() => expect(client.conversations.getSnapshot().status).toBe('ready'))
  await client.timeline('c').latest()
  return { client, wire }
}

function shown(client: Client): (string | null | undefined)[] {
  return client
    .timeline('c')
    .getSnapshot()
    .messages.map(({ content }) => content)
}

describe('nothing twice, nothing left out', () => {
  test('a message arrives in the timeline and in the list', async () => {
    const { client } = await connected()
    world.say('hello')
    expect(shown(client)).toEqual(['hello'])
    expect(client.conversations.get('c')).toMatchObject({
      unreadCount: 1,
      lastMessage: { content: 'hello' },
      version: 1,
    })
  })

  test('an event that is heard again changes nothing', async () => {
    const { client } = await connected()
    world.say('one')
    world.say('two')
    const before = client.timeline('c').getSnapshot()
    world.repeat()
    expect(client.timeline('c').getSnapshot()).toBe(before)
    expect(client.conversations.get('c')?.unreadCount).toBe(2)
  })

  test('a hole is filled from the log before what came after it is shown', async () => {
    const { client } = await connected()
    world.say('one')
    world.deaf = true
    world.say('two')
    world.edit(1, 'one, edited')
    world.deaf = false
    world.say('three')
    expect(shown(client)).toEqual(['one'])
    await vi.waitFor(() => expect(shown(client)).toEqual(['one, edited', 'two', 'three']))
    expect(client.conversations.get('c')?.unreadCount).toBe(3)
  })

  test('a lost last event is noticed by the heads', async () => {
    const { client } = await connected()
    world.deaf = true
    world.say('lost')
    world.heads()
    await vi.waitFor(() => expect(shown(client)).toEqual(['lost']))
  })

  test('after a reconnection everything that was missed is there, page by page', async () => {
    const { client, wire } = await connected()
    wire.disconnect()
    for (let index = 1; index <= 10; index++) world.say(`${index}`)
    wire.connect()
    await vi.waitFor(() => expect(shown(client)).toHaveLength(10))
    expect(new Set(shown(client)).size).toBe(10)
  })

  test('a log that does not reach back leads to a fresh load', async () => {
    const { client, wire } = await connected()
    world.say('old')
    wire.disconnect()
    world.say('missed')
    world.logStart = 5
    wire.connect()
    await vi.waitFor(() => expect(shown(client)).toEqual(['old', 'missed']))
    world.say('live again')
    expect(shown(client)).toEqual(['old', 'missed', 'live again'])
  })

  test('what happens while a page is on its way is in the result', async () => {
    world.say('one')
    const { client } = world.client()
    clients.push(client)
    await vi.waitFor(() => expect(client.conversations.getSnapshot().status).toBe('ready'))
    const stale = await world.source.messages.before('c', undefined, 50)
    let answer: (page: typeof stale) => void = () => undefined
    world.source.messages.before = () => new Promise((resolve) => (answer = resolve))
    const loading = client.timeline('c').latest()
    world.edit(1, 'one, edited')
    world.say('two')
    answer(stale)
    await loading
    expect(shown(client)).toEqual(['one, edited', 'two'])
  })
})

describe('whose connection it is', () => {
  test('a tab whose cookie became that of another account sends nothing and ends', async () => {
    const { client, wire } = await connected()
    wire.disconnect()
    await client.send('c', 'not to be said by Bob')
    world.requests.length = 0
    world.signedIn = bob
    wire.connect()
    expect(wire.getSnapshot().status).toBe('ended')
    await client.send('c', 'neither')
    expect(world.requests).toEqual([])
    expect(client.outbox.getSnapshot()).toHaveLength(2)
  })
})

describe('the queue', () => {
  test('what is written offline goes out in order when the connection is back', async () => {
    const { client, wire } = await connected()
    wire.disconnect()
    for (const text of ['a', 'b', 'c']) await client.send('c', text)
    expect(client.outbox.getSnapshot()).toHaveLength(3)
    wire.connect()
    await vi.waitFor(() => expect(client.outbox.getSnapshot()).toHaveLength(0))
    expect(world.messages.map(({ content }) => content)).toEqual(['a', 'b', 'c'])
    expect(shown(client)).toEqual(['a', 'b', 'c'])
  })

  test('it survives a reload', async () => {
    const first = await connected()
    first.wire.disconnect()
    await first.client.send('c', 'kept')
    clients.splice(0)
    first.client.close()
    const { client } = await connected()
    await vi.waitFor(() => expect(shown(client)).toEqual(['kept']))
    expect(client.outbox.getSnapshot()).toHaveLength(0)
  })

  test('a lost acknowledgement does not make a second message', async () => {
    const { client } = await connected()
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const store = world.command.bind(world)
    let lost = false
    world.command = async (command, payload) => {
      const answer = await store(command, payload)
      if (command === 'send_message' && !lost) {
        lost = true
        throw new ApiError('network', 'The server did not answer.')
      }
      return answer
    }
    await client.send('c', 'once')
    await vi.waitFor(() => expect(client.outbox.getSnapshot()).toHaveLength(0))
    expect(lost).toBe(true)
    expect(shown(client)).toEqual(['once'])
  })

  test('a refused message steps aside and can be tried again', async () => {
    const { client } = await connected()
    world.failures = [new ApiError('validation_failed', 'Too long.')]
    await client.send('c', 'refused')
    await client.send('c', 'next')
    await vi.waitFor(() => expect(shown(client)).toEqual(['next']))
    const [failed] = client.outbox.getSnapshot()
    expect(failed).toMatchObject({ content: 'refused', failure: 'Too long.' })
    await client.outbox.retry(failed?.clientMessageId ?? '')
    await vi.waitFor(() => expect(shown(client)).toEqual(['next', 'refused']))
  })

  test('an acknowledged message shows also while a sync runs', async () => {
    const { client, wire } = await connected()
    const command = world.command.bind(world)
    world.command = (name, payload) => (name === 'sync' ? new Promise(() => undefined) : command(name, payload))
    wire.disconnect()
    wire.connect()
    await client.send('c', 'mine')
    await vi.waitFor(() => expect(client.outbox.getSnapshot()).toHaveLength(0))
    expect(shown(client)).toEqual(['mine'])
  })

  test('what was too much waits as long as the server says, also when more is written', async () => {
    const { client } = await connected()
    world.failures = [new ApiError('rate_limited', 'Slower.', { retryAfter: 0.2 })]
    const sent = () => world.requests.filter(({ command }) => command === 'send_message')
    await client.send('c', 'one')
    await vi.waitFor(() => expect(sent()).toHaveLength(1))
    const refused = Date.now()
    await client.send('c', 'two')
    await vi.waitFor(() => expect(sent()).toHaveLength(2))
    expect(Date.now() - refused).toBeGreaterThanOrEqual(150)
    await vi.waitFor(() => expect(shown(client)).toEqual(['one', 'two']))
  })

  test('a session that is over refuses no message', async () => {
    const { client } = await connected()
    vi.spyOn(Math, 'random').mockReturnValue(0)
    world.failures = [new ApiError('session_revoked', 'Signed out.')]
    await client.send('c', 'kept')
    await vi.waitFor(() => expect(shown(client)).toEqual(['kept']))
  })

  test('a tab without a connection has its messages sent by one that has', async () => {
    const one = await connected()
    const two = await connected()
    one.wire.disconnect()
    await one.client.send('c', 'from the other tab')
    await vi.waitFor(() => expect(shown(two.client)).toEqual(['from the other tab']))
    await vi.waitFor(() => expect(one.client.outbox.getSnapshot()).toHaveLength(0))
  })

  test('two presses on Retry send once', async () => {
    const { client } = await connected()
    world.failures = [new ApiError('validation_failed', 'Too long.')]
    await client.send('c', 'refused')
    await vi.waitFor(() => expect(client.outbox.getSnapshot()[0]?.failure).toBe('Too long.'))
    const id = client.outbox.getSnapshot()[0]?.clientMessageId ?? ''
    await Promise.all([client.outbox.retry(id), client.outbox.retry(id)])
    await vi.waitFor(() => expect(client.outbox.getSnapshot()).toHaveLength(0))
    expect(world.messages.map(({ content }) => content)).toEqual(['refused'])
  })

  test('two tabs send one queue once', async () => {
    const one = await connected()
    const two = await connected()
    one.wire.disconnect()
    two.wire.disconnect()
    for (const text of ['a', 'b', 'c', 'd']) await one.client.send('c', text)
    one.wire.connect()
    two.wire.connect()
    await vi.waitFor(() => expect(one.client.outbox.getSnapshot()).toHaveLength(0))
    expect(world.messages.map(({ content }) => content)).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('reading', () => {
  test('reading clears the count at once and tells the server once', async () => {
    const { client } = await connected()
    world.say('one')
    world.say('two')
    client.read('c', 1)
    expect(client.conversations.get('c')?.unreadCount).toBe(1)
    client.read('c', 2)
    expect(client.conversations.get('c')?.unreadCount).toBe(0)
    const sent = () => world.requests.filter(({ command }) => command === 'mark_read').map(({ payload }) => payload)
    await vi.waitFor(() => expect(sent()).toEqual([{ conversationId: 'c', seq: 2 }]))
  })

  test('a message is told as delivered once, however often the list is loaded', async () => {
    world.say('one')
    const told = () =>
      world.requests.filter(({ command }) => command === 'mark_delivered').map(({ payload }) => payload)
    await connected()
    await vi.waitFor(() => expect(told()).toEqual([{ conversationId: 'c', seq: 1 }]))
    await connected()
    world.say('two')
    await vi.waitFor(() => expect(told()).toContainEqual({ conversationId: 'c', seq: 2 }))
    expect(told().filter(({ seq }: { seq?: number }) => seq === 1)).toHaveLength(1)
  })

  test('a receipt that was too much is told when the server says', async () => {
    const { client } = await connected()
    world.say('one')
    world.failures = [new ApiError('rate_limited', 'Slower.', { retryAfter: 0.05 })]
    client.read('c', 1)
    const told = () => world.requests.filter(({ command }) => command === 'mark_read')
    await vi.waitFor(() => expect(told().length).toBeGreaterThanOrEqual(1))
    await vi.waitFor(() => expect(world.view().lastReadSeq).toBe(1))
  })

  test('reading on another device clears here', async () => {
    const { client } = await connected()
    world.say('one')
    for (const wire of world.wires) wire.hear('read_marker', { conversationId: 'c', seq: 1, unreadCount: 0 })
    expect(client.conversations.get('c')).toMatchObject({ unreadCount: 0, lastReadSeq: 1, version: 1 })
  })

  test('"mark unread from here" counts what was read before, and survives a fresh list', async () => {
    const { client } = await connected()
    for (const text of ['one', 'two', 'three']) world.say(text)
    client.read('c', 3)
    const second = client.timeline('c').getSnapshot().messages[1]
    if (second) client.markUnread(second)
    expect(client.conversations.get('c')).toMatchObject({ unreadCount: 2, lastReadSeq: 1 })
    world.readUpTo(3)
    client.conversations.load([world.view()])
    expect(client.conversations.get('c')).toMatchObject({ unreadCount: 2, lastReadSeq: 1 })
    client.read('c', 3)
    expect(client.conversations.get('c')?.unreadCount).toBe(0)
  })
})
