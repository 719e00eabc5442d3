/** The list of conversations: what each is, who is in it, what was said last and how much of it is unread. */
import type { Change, Conversation, Message, Participant } from '~/api/types'
import { isPersonal, tombstone } from './message'
import { Observable } from './observable'
import type { UnreadMarks } from './unread-marks'

export interface ConversationsSnapshot {
  status: 'loading' | 'ready' | 'failed'
  byId: ReadonlyMap<string, Conversation>
  /** Newest activity first. */
  order: readonly Conversation[]
}

export class Conversations extends Observable<ConversationsSnapshot> {
  readonly #me: string
  readonly #marks: UnreadMarks

  constructor(me: string, marks: UnreadMarks) {
    super({ status: 'loading', byId: new Map(), order: [] })
    this.#me = me
    this.#marks = marks
  }

  get(id: string): Conversation | undefined {
    return this.getSnapshot().byId.get(id)
  }

  load(all: readonly Conversation[]): void {
    this.#publish(
      new Map(all.map((conversation) => [conversation.id, this.#marks.overlay(conversation.id, conversation)])),
      'ready',
    )
  }

  failed(): void {
    if (this.getSnapshot().status === 'loading') this.publish({ ...this.getSnapshot(), status: 'failed' })
  }

  /**
   * Adds a conversation, or replaces it by a newer view of itself. A known one keeps its `version`: its timeline has
   * not seen the changes in between, so they must not be taken for known when they arrive.
   */
  put(conversation: Conversation): void {
    const known = this.get(conversation.id)
    if (known && known.version > conversation.version) return
    const view = this.#marks.overlay(conversation.id, conversation)
    const version = known?.version ?? conversation.version
    this.#publish(new Map(this.getSnapshot().byId).set(conversation.id, { ...view, version }))
  }

  remove(id: string): void {
    const byId = new Map(this.getSnapshot().byId)
    if (byId.delete(id)) this.#publish(byId)
  }

  /** Everything up to `seq` has been read here or on another device; `unreadCount` is what is left. */
  read(id: string, seq: number, unreadCount: number): void {
    this.#marks.clear(id)
    this.#patch(id, (conversation) => ({
      lastReadSeq: Math.max(conversation.lastReadSeq, seq),
      unreadCount,
    }))
  }

  /**
   * Makes these messages of others, and those already unread, unread again from `seq` on; on this device only, since
   * the server's markers never go back.
   */
  markUnread(id: string, seq: number, messages: readonly Message[]): void {
    const earlier = this.#marks.get(id)
    this.#patch(id, ({ lastReadSeq, unreadCount }) => {
      const upTo = earlier?.upTo ?? lastReadSeq
      const seqs = messages.map((message) => message.seq).filter((at) => at >= seq && at <= upTo)
      this.#marks.set(id, { seq, upTo, seqs })
      const others = unreadCount - (earlier?.seqs.length ?? 0)
      return { lastReadSeq: Math.min(upTo, seq - 1), unreadCount: others + seqs.length }
    })
  }

  /** A message that was unread is gone. */
  unreadGone(id: string, seq: number): void {
    const mark = this.#marks.get(id)
    if (mark) this.#marks.set(id, { ...mark, seqs: mark.seqs.filter((at) => at !== seq) })
    this.#patch(id, ({ lastReadSeq, unreadCount }) => ({
      unreadCount: seq > lastReadSeq ? Math.max(0, unreadCount - 1) : unreadCount,
    }))
  }

  /** Says that every change up to `version` is known, also those that were none of this account's business. */
  reached(id: string, version: number): void {
    this.#patch(id, (conversation) => ({ version: Math.max(conversation.version, version) }))
  }

  apply(change: Change): void {
    this.#patch(change.conversationId, (conversation) => ({
      ...this.#changed(conversation, change),
      version: isPersonal(change) ? conversation.version : Math.max(conversation.version, change.version),
    }))
  }

  #changed(conversation: Conversation, change: Change): Partial<Conversation> {
    const last = conversation.lastMessage
    switch (change.type) {
      case 'new_message':
        return this.#withMessage(conversation, change.data)
      case 'message_updated':
        return last?.id === change.data.id ? { lastMessage: change.data } : {}
      case 'message_deleted':
        return last?.id === change.data.messageId
          ? { lastMessage: tombstone(last, change.version, change.data.deletedAt ?? last.createdAt) }
          : {}
      case 'message_status':
        return { participants: conversation.participants.map((member) => withReceipt(member, change.data)) }
      case 'conversation_created':
      case 'conversation_updated':
        return sharedPart(change.data)
      case 'read_marker': {
        const { seq: lastReadSeq, unreadCount } = change.data
        if (lastReadSeq < conversation.lastReadSeq) return {}
        return this.#marks.overlay(conversation.id, { lastReadSeq, unreadCount })
      }
      default:
        return {}
    }
  }

  #withMessage(conversation: Conversation, message: Message): Partial<Conversation> {
    if (message.seq <= (conversation.lastMessage?.seq ?? 0)) return {}
    const mine = message.senderId === this.#me
    const unread = !mine && !message.deletedAt && message.seq > conversation.lastReadSeq
    return {
      lastMessage: message,
      lastActivity: message.createdAt,
      messageCount: conversation.messageCount + 1,
      unreadCount: conversation.unreadCount + (unread ? 1 : 0),
    }
  }

  #patch(id: string, change: (conversation: Conversation) => Partial<Conversation>): void {
    const conversation = this.get(id)
    if (!conversation) return
    this.#publish(new Map(this.getSnapshot().byId).set(id, { ...conversation, ...change(conversation) }))
  }

  #publish(byId: ReadonlyMap<string, Conversation>, status = this.getSnapshot().status): void {
    const order = [...byId.values()].sort((a, b) => b.lastActivity.localeCompare(a.lastActivity))
    this.publish({ status, byId, order })
  }
}

/** A broadcast view cannot carry what differs per member (unread counts, markers), so only the rest is taken. */
function sharedPart({ name, topic, avatarUrl, participants }: Conversation): Partial<Conversation> {
  return { name, topic, avatarUrl, participants }
}

function withReceipt(member: Participant, receipt: { userId: string; status: string; seq: number }): Participant {
  if (member.userId !== receipt.userId) return member
  const lastDeliveredSeq = Math.max(member.lastDeliveredSeq ?? 0, receipt.seq)
  if (receipt.status !== 'read') return { ...member, lastDeliveredSeq }
  return { ...member, lastDeliveredSeq, lastReadSeq: Math.max(member.lastReadSeq ?? 0, receipt.seq) }
}
