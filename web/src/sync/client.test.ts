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

function unread(client: Client): number | undefined {
  return client.conversations.get('c')?.unreadCount
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

describe('a change that comes while another answer is on its way', () => {
  /** Holds the answers of one command back; what was asked is answered with how things stood then. */
  function slow(command: string) {
    const answer = world.command.bind(world)
    const waiting: (() => void)[] = []
    world.command = async (name, payload) => {
      const found = await answer(name, payload)
      if (name === command) await new Promise<void>((resolve) => waiting.push(resolve))
      return found
    }
    return {
      asked: (times: number) => vi.waitFor(() => expect(waiting).toHaveLength(times)),
      answer: () => waiting.shift()?.(),
    }
  }

  const syncs = () => world.requests.filter(({ command }) => command === 'sync').length

  test('and leaves a hole after the list waits for the log', async () => {
    const stale = [world.view()]
    let answer: () => void = () => undefined
    world.source.conversations = () => new Promise((resolve) => (answer = () => resolve(stale)))
    const { client } = world.client()
    clients.push(client)
    await client.timeline('c').latest()
    world.deaf = true
    world.say('one')
    world.deaf = false
    world.say('two')
    answer()
    await vi.waitFor(() => expect(shown(client)).toEqual(['one', 'two']))
    expect(client.conversations.get('c')).toMatchObject({ unreadCount: 2, version: 2 })
  })

  test('and leaves a hole after the log makes it be read once more', async () => {
    const { client, wire } = await connected()
    const sync = slow('sync')
    wire.restart()
    await sync.asked(1)
    world.say('one')
    world.deaf = true
    world.say('two')
    world.deaf = false
    world.say('three')
    sync.answer()
    await sync.asked(1)
    expect(shown(client)).toEqual(['one'])
    sync.answer()
    await vi.waitFor(() => expect(shown(client)).toEqual(['one', 'two', 'three']))
    expect(client.conversations.get('c')).toMatchObject({ unreadCount: 3, version: 3 })
  })

  test('and follows on the log is taken without reading it again', async () => {
    const { client, wire } = await connected()
    const sync = slow('sync')
    wire.restart()
    await sync.asked(1)
    world.say('one')
    world.say('two')
    expect(shown(client)).toEqual([])
    sync.answer()
    await vi.waitFor(() => expect(shown(client)).toEqual(['one', 'two']))
    expect(syncs()).toBe(1)
  })

  test('waits for a conversation that was unknown, also if fetching that fails at first', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    world.source.conversations = async () => []
    const { client } = await connected()
    const conversation = vi.spyOn(world.source, 'conversation')
    conversation.mockRejectedValueOnce(new ApiError('network', 'Gone.'))
    let answer: () => void = () => undefined
    world.say('one')
    const stale = world.view()
    conversation.mockImplementationOnce(() => new Promise((resolve) => (answer = () => resolve(stale))))
    world.say('two')
    await vi.waitFor(() => expect(conversation).toHaveBeenCalledTimes(2))
    world.edit(2, 'two, edited')
    world.say('three')
    expect(client.conversations.get('c')).toBeUndefined()
    answer()
    await vi.waitFor(() => expect(client.conversations.get('c')).toMatchObject({ unreadCount: 3, version: 4 }))
    expect(shown(client)).toEqual(['two, edited', 'three'])
    expect(syncs()).toBe(0)
  })

  test('and leaves a hole in a conversation that was unknown makes the log be read', async () => {
    world.source.conversations = async () => []
    const { client } = await connected()
    let answer: () => void = () => undefined
    world.source.conversation = () => {
      const stale = world.view()
      return new Promise((resolve) => (answer = () => resolve(stale)))
    }
    world.say('one')
    world.deaf = true
    world.say('two')
    world.deaf = false
    world.say('three')
    answer()
    await vi.waitFor(() => expect(client.conversations.get('c')).toMatchObject({ unreadCount: 3, version: 3 }))
  })

  test('a conversation that is gone when it is fetched is not asked for again', async () => {
    world.source.conversations = async () => []
    const { client } = await connected()
    const conversation = vi.spyOn(world.source, 'conversation')
    conversation.mockRejectedValueOnce(new ApiError('not_found', 'Gone.', { status: 404 }))
    world.say('one')
    await vi.waitFor(() => expect(conversation.mock.settledResults[0]?.type).toBe('rejected'))
    expect(client.conversations.get('c')).toBeUndefined()
    world.say('two')
    await vi.waitFor(() => expect(client.conversations.get('c')).toMatchObject({ unreadCount: 2 }))
    expect(conversation).toHaveBeenCalledTimes(2)
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

  test('a message that is deleted before it was read is not unread any more', async () => {
    const { client } = await connected()
    for (const text of ['one', 'two', 'three']) world.say(text)
    client.read('c', 1)
    world.delete(1)
    expect(unread(client)).toBe(2)
    world.delete(2)
    expect(unread(client)).toBe(1)
    client.read('c', 3)
    expect(unread(client)).toBe(0)
  })

  test('what was deleted is not counted with what is left to read', async () => {
    const { client } = await connected()
    for (const text of ['one', 'two', 'three']) world.say(text)
    world.delete(2)
    client.read('c', 1)
    expect(unread(client)).toBe(1)
  })

  test('a deletion counts also where nothing is loaded but the list', async () => {
    for (const text of ['one', 'two', 'three']) world.say(text)
    const { client } = world.client()
    clients.push(client)
    await vi.waitFor(() => expect(unread(client)).toBe(3))
    world.delete(3)
    expect(unread(client)).toBe(2)
    world.delete(1)
    await vi.waitFor(() => expect(unread(client)).toBe(1))
  })

  test('what came and was deleted while there was no connection is not unread', async () => {
    const { client, wire } = await connected()
    wire.disconnect()
    world.say('one')
    world.say('two')
    world.delete(1)
    wire.connect()
    await vi.waitFor(() => expect(client.conversations.get('c')?.version).toBe(3))
    expect(unread(client)).toBe(1)
  })

  test('a message that another device hid is neither unread nor the last one', async () => {
    const { client, wire } = await connected()
    for (const text of ['one', 'two']) world.say(text)
    const { seq, id } = world.messages.pop() ?? {}
    wire.hear('message_hidden', { conversationId: 'c', seq, messageId: id })
    await vi.waitFor(() => expect(unread(client)).toBe(1))
    expect(client.conversations.get('c')?.lastMessage?.content).toBe('one')
    expect(shown(client)).toEqual(['one'])
  })
})

describe('"mark unread from here"', () => {
  /** Five messages, read up to `upTo`, of which the server has been told. */
  async function reader(upTo = 5) {
    const { client, wire } = await connected()
    for (const text of ['one', 'two', 'three', 'four', 'five']) world.say(text)
    client.read('c', upTo)
    await vi.waitFor(() => expect(world.view().lastReadSeq).toBe(upTo))
    const mark = (seq: number) => client.markUnread(client.timeline('c').find(`m${seq}`) ?? world.say('?'))
    const reload = () => client.conversations.load([world.view()])
    return { client, wire, mark, reload }
  }

  test('counts what was read before, survives a fresh list, and ends by reading', async () => {
    const { client, mark, reload } = await reader()
    mark(4)
    expect(client.conversations.get('c')).toMatchObject({ unreadCount: 2, lastReadSeq: 3 })
    reload()
    expect(client.conversations.get('c')).toMatchObject({ unreadCount: 2, lastReadSeq: 3 })
    client.read('c', 5)
    expect(unread(client)).toBe(0)
    reload()
    expect(unread(client)).toBe(0)
  })

  test('counts what was unread all the time once, and what comes later', async () => {
    const { client, mark, reload } = await reader(3)
    mark(2)
    expect(client.conversations.get('c')).toMatchObject({ unreadCount: 4, lastReadSeq: 1 })
    world.say('six')
    expect(unread(client)).toBe(5)
    reload()
    expect(unread(client)).toBe(5)
  })

  test.each([0, 1, 2, 3, 4])('counts nothing twice while the server knows of %i read ones', async (told) => {
    const { client } = await connected()
    for (const text of ['one', 'two', 'three', 'four', 'five']) world.say(text)
    client.read('c', 5)
    const third = client.timeline('c').find('m3')
    if (third) client.markUnread(third)
    world.readUpTo(told)
    client.conversations.load([world.view()])
    expect(unread(client)).toBe(Math.max(3, 5 - told))
    await vi.waitFor(() => expect(world.view().lastReadSeq).toBe(5))
    expect(client.conversations.get('c')).toMatchObject({ unreadCount: 3, lastReadSeq: 2 })
  })

  test('a second mark takes the place of the first', async () => {
    const { client, mark, reload } = await reader()
    for (const [seq, count] of [
      [3, 3],
      [2, 4],
      [5, 1],
    ] as const) {
      mark(seq)
      expect(client.conversations.get('c')).toMatchObject({ unreadCount: count, lastReadSeq: seq - 1 })
      reload()
      expect(client.conversations.get('c')).toMatchObject({ unreadCount: count, lastReadSeq: seq - 1 })
    }
  })

  test('ends when another device reads what came after it', async () => {
    const { client, mark, reload } = await reader()
    mark(2)
    world.say('six')
    expect(unread(client)).toBe(5)
    world.readUpTo(6)
    expect(client.conversations.get('c')).toMatchObject({ unreadCount: 0, lastReadSeq: 6 })
    reload()
    expect(unread(client)).toBe(0)
  })

  test('a message that is deleted after it was marked counts no more', async () => {
    const { client, mark, reload } = await reader()
    mark(3)
    world.delete(4)
    expect(unread(client)).toBe(2)
    reload()
    expect(unread(client)).toBe(2)
  })

  test('own messages do not count', async () => {
    const { client, mark } = await reader()
    world.say('from my phone', { senderId: 'ada' })
    mark(5)
    expect(unread(client)).toBe(1)
  })
})

describe('coming back', () => {
  test('a quote that could not be fetched is fetched on the next connection, one that is gone is not', async () => {
    const get = vi.spyOn(world.source.messages, 'get')
    const quoted = world.say('quoted')
    const { client, wire } = await connected()
    get.mockRejectedValueOnce(new ApiError('network', 'Gone.'))
    client.quotes.need(quoted.id)
    client.quotes.need('never was')
    await vi.waitFor(() => expect(client.quotes.getSnapshot().get('never was')).toBeNull())
    expect(client.quotes.getSnapshot().has(quoted.id)).toBe(false)
    client.quotes.need(quoted.id)
    expect(get).toHaveBeenCalledTimes(2)
    wire.restart()
    await vi.waitFor(() => expect(client.quotes.getSnapshot().get(quoted.id)?.content).toBe('quoted'))
    expect(get).toHaveBeenCalledTimes(3)
  })
})
