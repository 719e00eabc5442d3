// Starts the program under test on a port and in a directory of its own, and speaks REST to it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const PASSWORD = 'four unrelated words here'

/** Unique names, so that tests can share a server. */
let people = 0

/** A running server. `stop` and `start` again keep its data and its port. */
export class Kith {
  #process
  #directory
  #port

  static async start() {
    const kith = new Kith()
    if (process.env.KITH_URL) {
      kith.url = process.env.KITH_URL
      return kith
    }
    kith.#directory = await mkdtemp(join(tmpdir(), 'kith-web-'))
    kith.#port = await freePort()
    kith.url = `http://127.0.0.1:${kith.#port}`
    await kith.start()
    return kith
  }

  async start() {
    const binary = process.env.KITH ?? process.env.KITH_BIN
    if (!binary) throw new Error('KITH must be the path of the program')
    const { KITH, KITH_BIN, ...inherited } = process.env
    this.#process = spawn(binary, ['serve'], {
      cwd: this.#directory,
      stdio: ['ignore', 'ignore', process.env.KITH_LOG ? 'inherit' : 'ignore'],
      env: {
        ...inherited,
        KITH_SERVER__BIND: `127.0.0.1:${this.#port}`,
        KITH_SERVER__DATA_DIR: join(this.#directory, 'data'),
        KITH_LIMITS__PRESET: 'off',
      },
    })
    await until(async () => (await fetch(`${this.url}/health/ready`)).ok, 'the server to be ready')
  }

  /** Without a word of farewell, as a crash does. */
  async kill() {
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exited
  }

  async close() {
    if (!this.#process) return
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await exited
    await rm(this.#directory, { recursive: true })
  }

  /** Registers somebody. */
  async person(displayName) {
    const username = `${displayName.toLowerCase().replace(/[^a-z]/g, '')}_${process.pid}_${++people}`
    const { accessToken, user } = await this.call('POST', '/auth/register', {
      username,
      password: PASSWORD,
      displayName,
    })
    return new Person(this, user, accessToken)
  }

  async call(method, path, body, token) {
    const response = await fetch(`${this.url}/api${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const envelope = await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(envelope)}`)
    return envelope.data
  }
}

/** Somebody with an account, as seen from REST. */
export class Person {
  #kith
  password = PASSWORD

  constructor(kith, user, token) {
    this.#kith = kith
    this.token = token
    Object.assign(this, { id: user.id, username: user.username, displayName: user.displayName })
  }

  call(method, path, body) {
    return this.#kith.call(method, path, body, this.token)
  }

  chatWith(other) {
    return this.call('POST', '/conversations', { conversationType: 'dm', participantIds: [other.id] })
  }

  group(name, others) {
    const participantIds = others.map(({ id }) => id)
    return this.call('POST', '/conversations', { conversationType: 'group', name, participantIds })
  }

  say(conversation, content, more = {}) {
    return this.call('POST', `/conversations/${conversation.id}/messages`, { content, ...more })
  }

  /** Says many things in order. */
  async sayAll(conversation, contents) {
    const said = []
    for (const content of contents) said.push(await this.say(conversation, content))
    return said
  }

  read(conversation, seq) {
    return this.call('POST', `/conversations/${conversation.id}/read`, { seq })
  }

  messages(conversation, query = 'limit=100') {
    return this.call('GET', `/conversations/${conversation.id}/messages?${query}`)
  }
}

/** Waits for a condition outside of the page. */
export async function until(condition, what, timeout = 15_000) {
  const deadline = Date.now() + timeout
  for (;;) {
    try {
      const value = await condition()
      if (value) return value
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`waited for ${what}`, { cause: error })
    }
    if (Date.now() > deadline) throw new Error(`waited for ${what}`)
    await pause(20)
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
