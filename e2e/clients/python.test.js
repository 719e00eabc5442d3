// python-socketio talks through the program: polling, upgrade, acknowledgements, bursts and reconnection.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { after, before, describe, test } from 'node:test'

import { Kith } from '../web/kith.js'
import { connect } from './listener.js'

const SCRIPT = fileURLToPath(new URL('chat.py', import.meta.url))

let kith
before(async () => { kith = await Kith.start() })
after(() => kith.close())

/** A chat.py that does what it is told. */
class Python {
  #process
  #answers

  constructor(person, conversation, transports) {
    const python = process.env.PYTHON ?? 'python3'
    this.#process = spawn(python, [SCRIPT, kith.url, person.token, conversation.id, transports], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  async ask(line) {
    this.#process.stdin.write(`${line}\n`)
    const { value, done } = await this.#answers.next()
    assert.ok(!done, `chat.py ended instead of answering "${line}"`)
    return JSON.parse(value)
  }

  async close() {
    const exited = once(this.#process, 'exit')
    this.#process.stdin.end()
    const [code] = await exited
    assert.equal(code, 0)
  }
}

for (const transports of ['', 'polling', 'websocket']) {
  describe(transports || 'the default transports', () => {
    test('it chats with socket.io-client', async () => {
      const [ada, ben] = [await kith.person('Ada'), await kith.person('Ben')]
      const dm = await ada.chatWith(ben)
      const [adas, python] = [await connect(kith, ada), new Python(ben, dm, transports)]
      try {
        assert.equal(await python.ask('connected 1'), transports || 'websocket')
        const answer = await python.ask('send good morning')
        assert.equal(answer.success, true)
        const heard = await adas.next('new_message')
        assert.deepEqual([heard.id, heard.content], [answer.data.id, 'good morning'])
        await adas.call('send_message', { conversationId: dm.id, content: 'to you too' })
        assert.deepEqual(await python.ask('heard 1'), ['to you too'])
      } finally {
        adas.close()
        await python.close()
      }
    })

    test('it hears a burst once and in order', async () => {
      const [ada, ben] = [await kith.person('Ada'), await kith.person('Ben')]
      const dm = await ada.chatWith(ben)
      const [adas, python] = [await connect(kith, ada), new Python(ben, dm, transports)]
      try {
        await python.ask('connected 1')
        // Far more than the sixteen packets of one poll.
        const contents = Array.from({ length: 120 }, (_, n) => `number ${n}`)
        await Promise.all(contents.map((content) => adas.call('send_message', { conversationId: dm.id, content })))
        assert.deepEqual(await python.ask('heard 120'), contents)
      } finally {
        adas.close()
        await python.close()
      }
    })

    test('it comes back after a crash of the server', async () => {
      const [ada, ben] = [await kith.person('Ada'), await kith.person('Ben')]
      const dm = await ada.chatWith(ben)
      const python = new Python(ben, dm, transports)
      try {
        await python.ask('connected 1')
        await kith.kill()
        await kith.start()
        await python.ask('connected 2')
        await ada.say(dm, 'are you there?')
        assert.deepEqual(await python.ask('heard 1'), ['are you there?'])
        const answer = await python.ask('send yes')
        assert.equal(answer.data.content, 'yes')
      } finally {
        await python.close()
      }
    })
  })
}
