// A socket.io-client that remembers what it heard.
import { io } from 'socket.io-client'

import { until } from '../web/kith.js'

export class Listener {
  #heard = []
  #read = 0

  constructor(kith, options) {
    this.socket = io(kith.url, { forceNew: true, ...options })
    this.socket.onAny((name, data) => this.#heard.push({ name, data }))
  }

  /** The payloads of all events of this name. */
  all(name) {
    return this.#heard.filter((event) => event.name === name).map(({ data }) => data)
  }

  /** The next event of this name that fits, after the one that was returned last. */
  async next(name, fits = () => true) {
    const find = () => this.#heard.findIndex((event, at) => at >= this.#read && event.name === name && fits(event.data))
    await until(() => find() >= 0, `${name}; heard: ${JSON.stringify(this.#heard)}`)
    const at = find()
    this.#read = at + 1
    return this.#heard[at].data
  }

  /** Sends a command and returns the acknowledgement. */
  call(name, body) {
    return this.socket.timeout(10_000).emitWithAck(name, body)
  }

  close() {
    this.socket.close()
  }
}

/** Connects somebody and waits until the server has greeted them. */
export async function connect(kith, person, options) {
  const listener = new Listener(kith, { auth: { token: person.token }, ...options })
  await until(() => listener.all('connection:established').length > 0, 'the connection')
  return listener
}
