/**
 * One signed-in account: wires the connection to the stores and keeps them true.
 *
 * The socket is a hint, the server's log is the truth. Every durable change carries the next `version` of its
 * conversation. One that is not newer than what is known is dropped; one that leaves a hole is held while `sync`
 * fetches what is missing; every reconnection syncs from the cursor. So nothing shows twice and nothing is left out.
 */
import * as api from '~/api/endpoints'
import { ApiError } from '~/api/http'
import type {
  Change,
  ChangeType,
  Conversation,
  Established,
  Heads,
  Message,
  PresenceUpdate,
  SyncPage,
  TypingUpdate,
  User,
} from '~/api/types'
import { randomId } from '~/platform/random-id'
import { backoff } from './backoff'
import { Connection, type Transport } from './connection'
import { Conversations } from './conversations'
import { Drafts } from './drafts'
import { mentionedIn } from './mentions'
import { isPersonal } from './message'
import { Observable } from './observable'
import { Outbox, type OutgoingMessage } from './outbox'
import { PresenceBoard } from './presence'
import { Quotes } from './quotes'
import { Receipts } from './receipts'
import { OutboxStorage } from './storage'
import { type MessageSource, Timeline } from './timeline'
import { TypingBoard } from './typing'
import { UnreadMarks } from './unread-marks'

const DURABLE: ReadonlySet<string> = new Set<ChangeType>([
  'new_message',
  'message_updated',
  'message_deleted',
  'message_hidden',
  'message_status',
  'reaction',
  'conversation_created',
  'conversation_updated',
  'conversation_removed',
  'member_joined',
  'member_left',
  'member_updated',
  'read_marker',
])

/** An acknowledgement may overtake the events before it, but not by more than this. */
const OVERTAKE_MS = 2000
/** A sync that failed on a living connection is tried again after `backoff` of this. */
const CATCH_UP_RETRY = 3

/** The REST calls that keep the stores true; tests answer them from memory. */
export interface Source {
  conversations(): Promise<Conversation[]>
  conversation(id: string): Promise<Conversation>
  online(): Promise<Pick<User, 'id' | 'status'>[]>
  messages: MessageSource
}

const REST: Source = {
  conversations: api.conversations.all,
  conversation: api.conversations.get,
  online: api.users.online,
  messages: api.messages,
}

class Profile extends Observable<User> {
  set(user: User): void {
    this.publish(user)
  }
}

export class Client {
  readonly profile: Profile
  readonly connection: Transport
  readonly conversations: Conversations
  readonly outbox: Outbox
  readonly drafts: Drafts
  readonly presence = new PresenceBoard()
  readonly typing: TypingBoard
  readonly quotes: Quotes

  readonly #source: Source
  readonly #channel: BroadcastChannel
  readonly #storage: OutboxStorage
  readonly #timelines = new Map<string, Timeline>()
  readonly #messageListeners = new Set<(message: Message) => void>()

  /** Up to where the log is known; null before the first load. */
  #cursor: string | null = null
  #catchingUp = false
  #catchUpAgain = false
  /** Live changes that must wait for a load or a sync. */
  #held: Change[] = []
  /** Changes of conversations that are being fetched because they were unknown. */
  readonly #adopting = new Map<string, Change[]>()
  readonly #receipts: Receipts
  /** The server has said whose connection this is, and it is ours. */
  #established = false
  #closed = false

  constructor(user: User, connection: Transport = new Connection(), source: Source = REST) {
    this.profile = new Profile(user)
    this.connection = connection
    this.#source = source
    this.#channel = new BroadcastChannel(`kith.${user.id}`)
    this.#storage = new OutboxStorage(user.id)
    this.conversations = new Conversations(user.id, new UnreadMarks(user.id))
    this.drafts = new Drafts(user.id)
    this.typing = new TypingBoard((command, payload) => connection.tell(command, payload))
    this.quotes = new Quotes(source.messages.get)
    this.#receipts = new Receipts((command, payload) => connection.request(command, payload))
    this.outbox = new Outbox({
      storage: this.#storage,
      lockName: `kith.${user.id}.outbox`,
      channel: this.#channel,
      isOnline: () => this.#established,
      deliver: ({ createdAt: _, failure: __, ...message }) => connection.request<Message>('send_message', message),
      delivered: (message) => this.#acknowledged(message),
    })
  }

  get me(): string {
    return this.profile.getSnapshot().id
  }

  open(): void {
    this.connection.onEvent(this.#receive)
    this.connection.subscribe(this.#connectionChanged)
    this.drafts.open()
    void this.outbox.open()
    this.connection.open()
  }

  close(): void {
    this.#closed = true
    this.#receipts.close()
    this.outbox.close()
    this.drafts.close()
    this.typing.close()
    this.connection.close()
    this.#channel.close()
    void this.#storage.close()
  }

  /** Removes what this device keeps of the account. */
  async forget(): Promise<void> {
    await this.#storage.clear()
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`kith.${this.me}.`)) localStorage.removeItem(key)
    }
  }

  timeline(conversationId: string): Timeline {
    let timeline = this.#timelines.get(conversationId)
    if (!timeline) {
      timeline = new Timeline(conversationId, this.#source.messages)
      this.#timelines.set(conversationId, timeline)
    }
    return timeline
  }

  /** Hears every message of somebody else as it arrives, not those that a sync brings. */
  onMessage(listener: (message: Message) => void): () => void {
    this.#messageListeners.add(listener)
    return () => this.#messageListeners.delete(listener)
  }

  /** Queues a message; it goes out as soon as there is a connection. */
  send(conversationId: string, content: string, replyTo?: string): Promise<void> {
    this.typing.rest()
    const mentions = mentionedIn(content, this.conversations.get(conversationId)?.participants ?? [])
    const message: OutgoingMessage = {
      clientMessageId: randomId(),
      conversationId,
      content,
      createdAt: new Date().toISOString(),
      ...(replyTo ? { replyTo } : {}),
      ...(mentions.length > 0 ? { mentions } : {}),
    }
    return this.outbox.add(message)
  }

  async edit(message: Message, content: string): Promise<void> {
    const edited = await this.connection.request<Message>('edit_message', { messageId: message.id, content })
    this.timeline(message.conversationId).apply({
      type: 'message_updated',
      conversationId: message.conversationId,
      version: edited.version,
      data: edited,
    })
  }

  async deleteForEveryone(message: Message): Promise<void> {
    await this.connection.request('delete_message', { messageId: message.id, for: 'everyone' })
  }

  async deleteForMe(message: Message): Promise<void> {
    await this.connection.request('delete_message', { messageId: message.id, for: 'me' })
  }

  async react(message: Message, emoji: string, add: boolean): Promise<void> {
    const timeline = this.timeline(message.conversationId)
    timeline.reactLocally(message.id, emoji, this.me, add)
    try {
      await this.connection.request('reaction', { messageId: message.id, emoji, action: add ? 'add' : 'remove' })
    } catch (error) {
      timeline.reactLocally(message.id, emoji, this.me, !add)
      throw error
    }
  }

  /** Everything up to `seq` was seen. */
  read(conversationId: string, seq: number): void {
    const conversation = this.conversations.get(conversationId)
    if (!conversation || conversation.unreadCount === 0 || seq <= conversation.lastReadSeq) return
    this.conversations.read(conversationId, seq, this.#unreadAfter(conversation, seq))
    this.#receipts.add({ command: 'mark_read', conversationId, seq })
  }

  /** Makes `message` and all after it unread again. */
  markUnread(message: Message): void {
    this.conversations.markUnread(message.conversationId, message.seq, this.#countable(message.conversationId))
  }

  /** Takes in a conversation that a REST call answered. */
  adopt(conversation: Conversation): void {
    this.conversations.put(conversation)
  }

  /** Fetches a conversation again, after a change that says too little about it; answers whether there was an answer. */
  async refetch(id: string): Promise<boolean> {
    try {
      this.conversations.put(await this.#source.conversation(id))
      return true
    } catch (error) {
      const gone = error instanceof ApiError && error.status === 404
      if (gone) this.#drop(id)
      return gone
    }
  }

  #unreadAfter(conversation: Conversation, seq: number): number {
    const lastSeq = conversation.lastMessage?.seq ?? 0
    if (seq >= lastSeq) return 0
    const others = this.#countable(conversation.id)
    if (this.timeline(conversation.id).getSnapshot().reachedEnd) {
      return others.filter((message) => message.seq > seq).length
    }
    const justRead = others.filter((message) => message.seq > conversation.lastReadSeq && message.seq <= seq)
    return Math.max(0, conversation.unreadCount - justRead.length)
  }

  /** The loaded messages of a conversation that are unread until they are read. */
  #countable(conversationId: string): Message[] {
    const { messages } = this.timeline(conversationId).getSnapshot()
    return messages.filter(({ senderId, deletedAt }) => senderId !== this.me && !deletedAt)
  }

  readonly #connectionChanged = (): void => {
    const { status } = this.connection.getSnapshot()
    if (status !== 'online') this.#established = false
    // Without a socket the list can still be read; the first connection reads it again, with a cursor.
    if (status === 'offline' && this.#cursor === null) {
      this.#source.conversations().then(
        (all) => this.#cursor === null && this.conversations.load(all),
        () => this.conversations.failed(),
      )
    }
  }

  readonly #receive = (name: string, payload: unknown): void => {
    if (DURABLE.has(name)) return this.#hear(asChange(name as ChangeType, payload))
    switch (name) {
      case 'connection:established':
        return void this.#welcomed(payload as Established)
      case 'heads':
        return this.#compareHeads(payload as Heads)
      case 'sync_required':
        return void this.#catchUp()
      case 'presence':
        return this.presence.apply(payload as PresenceUpdate)
      case 'user_typing':
        return this.typing.apply(payload as TypingUpdate)
    }
  }

  /** Before anything is sent: the cookie may have become that of somebody who signed in in another tab. */
  async #welcomed({ userId, cursor }: Established): Promise<void> {
    if (userId !== this.me) return this.connection.end()
    this.#established = true
    this.outbox.flush()
    this.quotes.retry()
    void this.presence.load(this.#source.online).catch(() => undefined)
    if (this.#cursor === null) await this.#load(cursor)
    else await this.#catchUp()
    this.#receipts.resume()
  }

  /** Reads the list afresh. `cursor` was given after the server began to send us changes, so none can be missed. */
  async #load(cursor: string): Promise<void> {
    for (let attempt = 0; !this.#closed; attempt++) {
      try {
        this.conversations.load(await this.#source.conversations())
        break
      } catch {
        this.conversations.failed()
        await new Promise((resolve) => setTimeout(resolve, backoff(attempt)))
      }
    }
    this.#cursor = cursor
    for (const timeline of this.#timelines.values()) void timeline.reload().catch(() => undefined)
    for (const conversation of this.conversations.getSnapshot().order) {
      if (conversation.lastMessage) this.#delivered(conversation, conversation.lastMessage)
    }
    for (const change of this.#held.splice(0)) this.#admit(change)
  }

  #hear(change: Change): void {
    const known = this.conversations.get(change.conversationId)?.version
    if (change.type === 'new_message' && change.data.senderId !== this.me && change.version > (known ?? 0)) {
      this.typing.stopped(change.conversationId, change.data.senderId)
      for (const listener of this.#messageListeners) listener(change.data)
    }
    this.#admit(change)
  }

  /** A live change: taken at once if it is the next one, held if something before it is missing. */
  #admit(change: Change): void {
    const known = this.conversations.get(change.conversationId)?.version
    if (this.#cursor === null || this.#catchingUp) this.#held.push(change)
    else if (isPersonal(change) || known === undefined || change.version <= known + 1) this.#take(change)
    else {
      this.#held.push(change)
      void this.#catchUp()
    }
  }

  /** Applies a change unless it is known already. */
  #take(change: Change): void {
    const id = change.conversationId
    const known = this.conversations.get(id)
    if (change.type === 'conversation_removed') return this.#drop(id)
    if (!known) return this.#meet(change)
    if (!isPersonal(change) && change.version <= known.version) return
    if (change.type === 'member_left' && 'userId' in change.data && change.data.userId === this.me)
      return this.#drop(id)

    if (change.type === 'message_deleted') this.#countDeleted(known, change.data)
    this.#timelines.get(id)?.apply(change)
    this.quotes.apply(change)
    this.conversations.apply(change)
    if (saysTooLittle(change, known)) void this.refetch(id)
    if (change.type === 'new_message') this.#delivered(known, change.data)
  }

  /** What is deleted before it was read is not unread any more. Called while the message can still be found. */
  #countDeleted({ id, lastMessage, lastReadSeq, unreadCount }: Conversation, gone: { messageId: string; seq: number }) {
    if (gone.seq <= lastReadSeq || unreadCount === 0) return
    const message = this.#timelines.get(id)?.find(gone.messageId) ?? lastMessage
    if (message?.id !== gone.messageId) void this.refetch(id)
    else if (message.senderId !== this.me && !message.deletedAt) this.conversations.unreadGone(id, gone.seq)
  }

  /** A message has come to this device; of what the server knows already nothing is told. */
  #delivered({ id, participants }: Conversation, { seq, senderId }: Message): void {
    const own = participants.find(({ userId }) => userId === this.me)
    const told = Math.max(own?.lastDeliveredSeq ?? 0, own?.lastReadSeq ?? 0)
    if (senderId !== this.me && seq > told) {
      this.#receipts.add({ command: 'mark_delivered', conversationId: id, seq })
    }
  }

  /** The first we hear of this conversation: fetch it, then apply what came meanwhile. */
  #meet(change: Change): void {
    const id = change.conversationId
    const waiting = this.#adopting.get(id)
    if (waiting) return void waiting.push(change)
    this.#adopting.set(id, [change])
    void this.#adopt(id)
  }

  async #adopt(id: string): Promise<void> {
    for (let attempt = 0; !this.#closed && !(await this.refetch(id)); attempt++) {
      await new Promise((resolve) => setTimeout(resolve, backoff(attempt)))
    }
    const changes = this.#adopting.get(id) ?? []
    this.#adopting.delete(id)
    if (!this.conversations.get(id)) return
    for (const waited of changes) this.#admit(waited)
  }

  #drop(id: string): void {
    this.conversations.remove(id)
    this.#timelines.delete(id)
  }

  #compareHeads({ heads }: Heads): void {
    const behind = heads.filter(({ conversationId, version }) => {
      const known = this.conversations.get(conversationId)
      if (!known) void this.refetch(conversationId)
      return known !== undefined && known.version < version
    })
    if (behind.length === 0) return
    void this.#catchUp().then((complete) => {
      if (!complete) return
      for (const { conversationId, version } of behind) this.conversations.reached(conversationId, version)
    })
  }

  /** Fetches from the log what is missing; answers whether all of it came. */
  async #catchUp(): Promise<boolean> {
    if (this.#cursor === null) return false
    if (this.#catchingUp) {
      this.#catchUpAgain = true
      return false
    }
    this.#catchingUp = true
    // The log has all that came before these, so after it they have their turn; those heard later may leave a hole.
    const heardBefore = this.#held.splice(0)
    try {
      await this.#readLog(this.#cursor)
    } catch (error) {
      this.#held.unshift(...heardBefore)
      this.#catchUpFailed(error)
      return false
    } finally {
      this.#catchingUp = false
    }
    for (const change of heardBefore) this.#take(change)
    if (this.#catchUpAgain) {
      this.#catchUpAgain = false
      return this.#catchUp()
    }
    for (const change of this.#held.splice(0)) this.#admit(change)
    return true
  }

  async #readLog(from: string): Promise<void> {
    let cursor: string | null = from
    while (cursor !== null) {
      const page: SyncPage = await this.connection.request<SyncPage>('sync', { cursor })
      for (const change of page.changes) this.#take(change)
      this.#cursor = page.cursor
      cursor = page.hasMore ? page.cursor : null
    }
  }

  #catchUpFailed(error: unknown): void {
    if (error instanceof ApiError && error.code === 'resync') {
      // The log does not reach back that far: ask for where it is now, then load what that says nothing about.
      this.#cursor = null
      void this.connection.request<SyncPage>('sync', {}).then(
        ({ cursor }) => this.#load(cursor),
        () => this.connection.restart(),
      )
    } else if (this.connection.getSnapshot().status === 'online') {
      setTimeout(() => void this.#catchUp(), backoff(CATCH_UP_RETRY))
    }
  }

  /** The server stored a message of ours. */
  #acknowledged(message: Message): void {
    const id = message.conversationId
    const change: Change = { type: 'new_message', conversationId: id, version: message.version, data: message }
    // It leaves the queue now, so it is shown now, whatever the list must wait for.
    this.#timelines.get(id)?.apply(change)
    const known = this.conversations.get(id)?.version ?? 0
    if (message.version <= known + 1) return this.#hear(change)
    // The acknowledgement overtook other events: the list waits for its turn.
    setTimeout(() => {
      if ((this.conversations.get(id)?.version ?? 0) < message.version) void this.#catchUp()
    }, OVERTAKE_MS)
  }
}

/** The list needs more than such a change carries. */
function saysTooLittle(change: Change, { lastMessage, lastReadSeq, unreadCount }: Conversation): boolean {
  switch (change.type) {
    case 'member_joined':
    case 'member_left':
    case 'member_updated':
      return true
    case 'message_hidden':
      return change.data.messageId === lastMessage?.id || (unreadCount > 0 && change.data.seq > lastReadSeq)
    default:
      return false
  }
}

function asChange(type: ChangeType, payload: unknown): Change {
  const { conversationId, version } = payload as { conversationId: string; version: number }
  const id = conversationId ?? (payload as { id: string }).id
  return { type, conversationId: id, version, data: payload } as Change
}
