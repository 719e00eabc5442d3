/**
 * What a Kith server says: the views of `1-http-api.md` and the events of `2-realtime.md` that this client reads.
 * Times are RFC 3339 UTC strings; ids are UUIDv7 strings.
 */

export type UserStatus = 'online' | 'away' | 'dnd' | 'offline'

export interface User {
  id: string
  username: string
  displayName: string
  email?: string | null
  bio?: string | null
  avatarUrl?: string | null
  role: 'user' | 'moderator' | 'admin'
  status: UserStatus
  isOnline: boolean
  lastSeen?: string | null
  createdAt: string
}

export type ParticipantRole = 'owner' | 'admin' | 'member' | 'subscriber'

export interface Participant {
  userId: string
  username: string
  displayName: string
  role: ParticipantRole
  /** Everything up to this message has been read by this member. */
  lastReadSeq?: number
  /** Everything up to this message has reached a device of this member. */
  lastDeliveredSeq?: number
}

export interface Reaction {
  emoji: string
  count: number
  userIds: string[]
}

export type MessageType = 'text' | 'image' | 'file' | 'voice' | 'system' | 'call'

export interface Message {
  id: string
  conversationId: string
  /** Position in the conversation, from 1. */
  seq: number
  /** The conversation's version of this message's last change. */
  version: number
  senderId: string
  clientMessageId?: string | null
  messageType: MessageType
  content?: string | null
  encryptedText?: string | null
  replyTo?: string | null
  reactions: Reaction[]
  mentions?: string[]
  editedAt?: string | null
  deletedAt?: string | null
  createdAt: string
}

export interface Conversation {
  id: string
  conversationType: 'dm' | 'group' | 'channel'
  name?: string | null
  topic?: string | null
  avatarUrl?: string | null
  participants: Participant[]
  lastMessage?: Message | null
  lastActivity: string
  messageCount: number
  unreadCount: number
  mentionCount: number
  lastReadSeq: number
  /** How many changes the conversation has had; every durable event carries the next number. */
  version: number
  createdAt: string
}

export interface Session {
  id: string
  deviceName?: string | null
  userAgent?: string | null
  ip?: string | null
  location?: string | null
  createdAt: string
  lastUsedAt: string
  current: boolean
}

export interface MessageEdit {
  content: string
  /** When another text took its place. */
  replacedAt: string
}

export interface ServerInfo {
  name: string
  version: string
  registration: 'open' | 'closed' | 'invite' | 'approval'
}

/**
 * A durable event: the same thing arrives live on the socket and in `GET /api/sync`. `version` is its number in the
 * conversation; `read_marker` and `message_hidden` concern one account alone and are not numbered there.
 */
export type Change = { conversationId: string; version: number } & (
  | { type: 'new_message' | 'message_updated'; data: Message }
  | { type: 'message_deleted'; data: { messageId: string; seq: number; deletedAt?: string } }
  | { type: 'reaction'; data: { messageId: string; emoji: string; userId: string; action: 'add' | 'remove' } }
  | { type: 'message_status'; data: { seq: number; userId: string; status: 'delivered' | 'read'; at: string } }
  | { type: 'conversation_created' | 'conversation_updated'; data: Conversation }
  | { type: 'conversation_removed'; data: object }
  | { type: 'member_joined' | 'member_left' | 'member_updated'; data: { userId: string } | Conversation }
  | { type: 'message_hidden'; data: { messageId: string; seq: number } }
  | { type: 'read_marker'; data: { seq: number; unreadCount: number } }
)

export type ChangeType = Change['type']

export interface SyncPage {
  changes: Change[]
  cursor: string
  hasMore: boolean
}

export interface Established {
  userId: string
  sessionId: string
  serverTime: string
  cursor: string
}

export interface Heads {
  heads: { conversationId: string; version: number }[]
}

export interface PresenceUpdate {
  userId: string
  status: UserStatus
  isOnline: boolean
  lastSeen?: string | null
}

export interface TypingUpdate {
  conversationId: string
  userId: string
  username: string
  isTyping: boolean
}
