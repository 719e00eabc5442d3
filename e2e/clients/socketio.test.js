// The official socket.io-client talks through the program: every transport, acknowledgements, binary packets,
// reconnection and connection state recovery.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

import { Kith, until } from '../web/kith.js'
import { connect, Listener } from './listener.js'

const run = promisify(execFile)

let kith
before(async () => { kith = await Kith.start() })
after(() => kith.close())

/** Two people with a dm. */
async function pair() {
  const [ada, ben] = [await kith.person('Ada'), await kith.person('Ben')]
  return { ada, ben, dm: await ada.chatWith(ben) }
}

const TRANSPORTS = {
  'polling with an upgrade to WebSocket': undefined,
  'polling alone': ['polling'],
  'WebSocket alone': ['websocket'],
}

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  describe(name, () => {
    test('people chat, and answers are acknowledgements', async () => {
      const { ada, ben, dm } = await pair()
      const [adas, bens] = [await connect(kith, ada, { transports }), await connect(kith, ben, { transports })]
      try {
        const expected = transports?.[0] === 'polling' ? 'polling' : 'websocket'
        await until(() => adas.socket.io.engine.transport.name === expected, `the transport ${expected}`)
        const answer = await adas.call('send_message', { conversationId: dm.id, content: 'hello', clientMessageId: 'a' })
        assert.equal(answer.success, true)
        assert.equal(answer.data.seq, 1)
        const heard = await bens.next('new_message')
        assert.deepEqual([heard.id, heard.content, heard.senderId], [answer.data.id, 'hello', ada.id])

        await bens.call('typing_start', { conversationId: dm.id })
        assert.equal((await adas.next('user_typing')).username, ben.username)
        await bens.call('mark_read', { messageId: heard.id })
        const status = await adas.next('message_status', ({ status }) => status === 'read')
        assert.deepEqual([status.seq, status.userId], [1, ben.id])

        const again = await adas.call('send_message', { conversationId: dm.id, content: 'hello', clientMessageId: 'a' })
        assert.deepEqual([again.data.id, again.data.duplicate], [answer.data.id, true])
      } finally {
        adas.close()
        bens.close()
      }
    })

    test('a hundred messages arrive once and in order', async () => {
      const { ada, ben, dm } = await pair()
      const bens = await connect(kith, ben, { transports })
      try {
        const contents = Array.from({ length: 100 }, (_, n) => `number ${n}`)
        await ada.sayAll(dm, contents)
        await until(() => bens.all('new_message').length >= 100, 'a hundred messages')
        await pause(100)
        assert.deepEqual(bens.all('new_message').map(({ content }) => content), contents)
      } finally {
        bens.close()
      }
    })

    test('a packet with binary attachments is answered, and the connection goes on', async () => {
      const { ada, dm } = await pair()
      const adas = await connect(kith, ada, { transports })
      try {
        const refused = await adas.call('send_message', { conversationId: dm.id, content: Buffer.from([1, 2, 3]) })
        assert.deepEqual([refused.success, refused.code], [false, 'validation_failed'])
        const answer = await adas.call('send_message', { conversationId: dm.id, content: 'still here' })
        assert.equal(answer.success, true)
      } finally {
        adas.close()
      }
    })
  })
}

test('what is wrong is said in the acknowledgement', async () => {
  const { ada, ben } = await pair()
  const adas = await connect(kith, ada)
  try {
    const codes = async (name, body) => (await adas.call(name, body)).code
    assert.equal(await codes('no_such_command', {}), 'unknown_command')
    assert.equal(await codes('send_message', { content: 'to nobody' }), 'validation_failed')
    assert.equal(await codes('send_message', { receiverUsername: ben.username, content: 5 }), 'validation_failed')
    assert.equal(await codes('edit_message', { messageId: crypto.randomUUID(), content: 'x' }), 'not_found')
  } finally {
    adas.close()
  }
})

test('without a good token there is a connect_error with a code', async () => {
  const ada = await kith.person('Ada')
  for (const token of [undefined, 'nonsense', `${ada.token}x`]) {
    const listener = new Listener(kith, { auth: { token }, reconnection: false })
    const error = await new Promise((resolve) => listener.socket.once('connect_error', resolve))
    assert.equal(error.data?.code, 'unauthenticated', `${error.message}: ${JSON.stringify(error.data)}`)
    listener.close()
  }
})

test('a client that lost its transport gets what it missed: recovered', async () => {
  const { ada, ben, dm } = await pair()
  const bens = await connect(kith, ben, { transports: ['websocket'], reconnectionDelay: 400, reconnectionDelayMax: 400 })
  try {
    await ada.say(dm, 'before')
    await bens.next('new_message')
    const { id } = bens.socket
    const reconnected = new Promise((resolve) => bens.socket.once('connect', resolve))
    bens.socket.io.engine.close()
    await ada.sayAll(dm, ['one', 'two', 'three'])
    await reconnected
    assert.equal(bens.socket.recovered, true)
    assert.equal(bens.socket.id, id)
    await ada.say(dm, 'after')
    await bens.next('new_message', ({ content }) => content === 'after')
    const contents = bens.all('new_message').map(({ content }) => content)
    assert.deepEqual(contents, ['before', 'one', 'two', 'three', 'after'])
  } finally {
    bens.close()
  }
})

test('a restarted server is found again, and sync tells what was missed', async () => {
  const { ada, ben, dm } = await pair()
  const bens = await connect(kith, ben, { reconnectionDelay: 50, reconnectionDelayMax: 200 })
  try {
    const { cursor } = bens.all('connection:established')[0]
    await ada.say(dm, 'before')
    await bens.next('new_message')
    const reconnected = new Promise((resolve) => bens.socket.once('connect', resolve))
    await kith.kill()
    await kith.start()
    await ada.say(dm, 'meanwhile')
    await reconnected
    assert.equal(bens.socket.recovered, false)
    const { data } = await bens.call('sync', { cursor })
    const contents = data.changes.filter(({ type }) => type === 'new_message').map(({ data }) => data.content)
    assert.deepEqual(contents, ['before', 'meanwhile'])
    assert.equal(data.hasMore, false)
  } finally {
    bens.close()
  }
})

test('a curl user takes part', async () => {
  const { ada, ben, dm } = await pair()
  const adas = await connect(kith, ada)
  try {
    const curl = async (path, ...more) => {
      const { stdout } = await run('curl', [
        '--silent', '--show-error', '--header', `Authorization: Bearer ${ben.token}`, ...more, `${kith.url}${path}`,
      ])
      return JSON.parse(stdout)
    }
    const body = JSON.stringify({ receiverUsername: ada.username, content: 'from a terminal' })
    const sent = await curl('/api/messages', '--json', body)
    assert.equal(sent.success, true)
    const heard = await adas.next('new_message')
    assert.deepEqual([heard.id, heard.content], [sent.data.id, 'from a terminal'])
    await adas.call('send_message', { conversationId: dm.id, content: 'welcome' })
    const page = await curl(`/api/conversations/${dm.id}/messages?limit=2`)
    assert.deepEqual(page.data.map(({ content }) => content), ['welcome', 'from a terminal'])
  } finally {
    adas.close()
  }
})
