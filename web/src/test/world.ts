/**
 * A server in memory at the client's two seams: the REST calls and the socket. Numbers `seq` and `version` as the real
 * one does, keeps a log for `sync`, and lets a test drop, hold and repeat what goes over the wire.
 */
import { ApiError } from '~/api/http'
import type { Change, Conversation, Message, SyncPage, User } from '~/api/types'
import { Client, type Source } from '~/sync/client'
import type { ConnectionState, Transport } from '~/sync/connection'
import { Observable } from '~/sync/observable'

export const ada: User = user('ada', 'Ada Lovelace')
export const bob: User = user('bob', 'Bob Martin')

function user(username: string, displayName: string): User {
  const createdAt = '2026-01-01T00:00:00.000Z'
  return { id: username, username, displayName, role: 'user', status: 'offline', isOnline: false, createdAt }
}

export function message(seq: number, part: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    conversationId: 'c',
    seq,
    version: seq,
    senderId: bob.id,
    messageType: 'text',
    content: `text ${seq}`,
    reactions: [],
    mentions: [],
    createdAt: new Date(Date.UTC(2026, 0, 1, 12, seq)).toISOString(),
    ...part,
  }
}

export function conversation(part: Partial<Conversation> = {}): Conversation {
  return {
    id: 'c',
    conversationType: 'dm',
    participants: [ada, bob].map(({ id, username, displayName }) => ({
      userId: id,
      username,
      displayName,
      role: 'member',
      lastReadSeq: 0,
      lastDeliveredSeq: 0,
    })),
    lastActivity: '2026-01-01T12:00:00.000Z',
    messageCount: 0,
    unreadCount: 0,
    lastReadSeq: 0,
    version: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    ...part,
  }
}

/** The socket of one client in a world. */
class Wire extends Observable<ConnectionState> implements Transport {
  readonly #world: World
  #listener: (name: string, payload: unknown) => void = () => undefined
  readonly told: { command: string; payload: object }[] = []

  constructor(world: World) {
    super({ status: 'connecting' })
    this.#world = world
  }

  onEvent(listener: (name: string, payload: unknown) => void): void {
    this.#listener = listener
  }

  open(): void {
    this.#world.wires.add(this)
    this.connect()
  }

  connect(): void {
    this.publish({ status: 'online' })
    this.hear('connection:established', { userId: this.#world.signedIn.id, cursor: this.#world.cursor() })
  }

  disconnect(): void {
    this.publish({ status: 'offline' })
  }

  end(): void {
    this.publish({ status: 'ended' })
    this.close()
  }

  restart(): void {
    this.disconnect()
    this.connect()
  }

  close(): void {
    this.#world.wires.delete(this)
  }

  hear(name: string, payload: unknown): void {
    if (this.getSnapshot().status === 'online') this.#listener(name, payload)
  }

  tell(command: string, payload: object): void {
    this.told.push({ command, payload })
  }

  async request<T>(command: string, payload: object): Promise<T> {
    if (this.getSnapshot().status !== 'online') throw new ApiError('network', 'Not connected.')
    return (await this.#world.command(command, payload)) as T
  }
}

export class World {
  readonly wires = new Set<Wire>()
  readonly messages: Message[] = []
  readonly requests: { command: string; payload: object }[] = []
  /** While true, events are lost on their way; the log still has them. */
  deaf = false
  /** Commands that fail with this the next times they come. */
  failures: ApiError[] = []
  /** Whose cookie the browser has. */
  signedIn = ada
  /** What `sync` answers to a cursor below this: `resync`. */
  logStart = 0
  #log: Change[] = []
  #version = 0
  #marker = { read: 0, delivered: 0 }

  client(): { client: Client; wire: Wire } {
    const wire = new Wire(this)
    const client = new Client(ada, wire, this.source)
    client.open()
    return { client, wire }
  }

  readonly source: Source = {
    conversations: async () => [this.view()],
    conversation: async () => this.view(),
    online: async () => [{ id: bob.id, status: 'online' }],
    messages: {
      before: async (_id, seq, limit) => {
        const found = this.messages.filter((message) => seq === undefined || message.seq < seq)
        return { messages: found.slice(-limit), hasMore: found.length > limit }
      },
      after: async (_id, seq, limit) => {
        const found = this.messages.filter((message) => message.seq > seq)
        return { messages: found.slice(0, limit), hasMore: found.length > limit }
      },
      get: async (id) => {
        const found = this.messages.find((message) => message.id === id)
        if (!found) throw new ApiError('not_found', 'There is no such message.', { status: 404 })
        return found
      },
    },
  }

  cursor(): string {
    return String(this.#log.length)
  }

  view(): Conversation {
    const unread = this.messages.filter(
      ({ seq, senderId, deletedAt }) => seq > this.#marker.read && senderId !== ada.id && !deletedAt,
    )
    const { participants } = conversation()
    const { read, delivered } = this.#marker
    return conversation({
      participants: participants.map((member) =>
        member.userId === ada.id ? { ...member, lastReadSeq: read, lastDeliveredSeq: delivered } : member,
      ),
      lastMessage: this.messages.at(-1) ?? null,
      messageCount: this.messages.length,
      unreadCount: unread.length,
      lastReadSeq: this.#marker.read,
      version: this.#version,
    })
  }

  /** A message of Bob, or of another device of Ada. */
  say(content: string, part: Partial<Message> = {}): Message {
    const seq = this.messages.length + 1
    const stored = message(seq, { content, version: this.#version + 1, ...part })
    this.messages.push(stored)
    this.emit('new_message', stored)
    return stored
  }

  edit(seq: number, content: string): void {
    const index = seq - 1
    const edited = { ...(this.messages[index] as Message), content, version: this.#version + 1, editedAt: 'now' }
    this.messages[index] = edited
    this.emit('message_updated', edited)
  }

  delete(seq: number): void {
    const index = seq - 1
    const deleted = {
      ...(this.messages[index] as Message),
      content: null,
      deletedAt: 'now',
      version: this.#version + 1,
    }
    this.messages[index] = deleted
    this.emit('message_deleted', { messageId: deleted.id, seq, deletedAt: 'now' })
  }

  /** On another device of Ada. */
  readUpTo(seq: number): void {
    this.#marker.read = Math.max(this.#marker.read, seq)
    const { unreadCount } = this.view()
    for (const wire of this.wires)
      wire.hear('read_marker', { conversationId: 'c', seq: this.#marker.read, unreadCount })
  }

  emit(type: Change['type'], data: object): void {
    const version = ++this.#version
    const payload = { ...data, conversationId: 'c', version }
    this.#log.push({ type, conversationId: 'c', version, data: payload } as Change)
    if (!this.deaf) for (const wire of this.wires) wire.hear(type, payload)
  }

  /** Says again what was said already. */
  repeat(): void {
    for (const { type, data } of this.#log) for (const wire of this.wires) wire.hear(type, data)
  }

  heads(): void {
    for (const wire of this.wires) wire.hear('heads', { heads: [{ conversationId: 'c', version: this.#version }] })
  }

  async command(command: string, payload: object): Promise<unknown> {
    this.requests.push({ command, payload })
    const failure = command === 'sync' ? undefined : this.failures.shift()
    if (failure) throw failure
    if (command === 'send_message') return this.#store(payload as { clientMessageId: string; content: string })
    if (command === 'sync') return this.#sync((payload as { cursor?: string }).cursor)
    if (command === 'mark_delivered') this.#marker.delivered = (payload as { seq: number }).seq
    if (command === 'mark_read') this.readUpTo((payload as { seq: number }).seq)
    return {}
  }

  #store({ clientMessageId, content }: { clientMessageId: string; content: string }): Message {
    const known = this.messages.find((message) => message.clientMessageId === clientMessageId)
    return known ?? this.say(content, { clientMessageId, senderId: ada.id })
  }

  #sync(cursor: string | undefined): SyncPage {
    if (cursor === undefined) return { changes: [], cursor: this.cursor(), hasMore: false }
    const from = Number(cursor)
    if (from < this.logStart) throw new ApiError('resync', 'Load afresh.')
    const to = Math.min(from + 3, this.#log.length)
    const changes = this.#log.slice(from, to).map((change) => this.#asItIsNow(change))
    return { changes, cursor: String(to), hasMore: to < this.#log.length }
  }

  /** The log says what happened in order, but speaks of messages as they are now. */
  #asItIsNow(change: Change): Change {
    if (change.type !== 'new_message' && change.type !== 'message_updated') return change
    return { ...change, data: this.messages[change.data.seq - 1] ?? change.data }
  }
}
