/**
 * What of the contract this client reads: parts of the generated types, so a change of the server's that matters here
 * fails to compile. The events have no schema of their own there; theirs follow `2-realtime.md`.
 */

import type { components } from './schema'

type Schemas = components['schemas']

export type UserStatus = 'online' | 'away' | 'dnd' | 'offline'

export type User = Pick<
  Schemas['User'],
  | 'id'
  | 'username'
  | 'displayName'
  | 'email'
  | 'bio'
  | 'avatarUrl'
  | 'role'
  | 'status'
  | 'isOnline'
  | 'lastSeen'
  | 'createdAt'
>

export type Participant = Pick<
  Schemas['Participant'],
  'userId' | 'username' | 'displayName' | 'role' | 'lastReadSeq' | 'lastDeliveredSeq'
>

export type Reaction = Pick<Schemas['Reaction'], 'emoji' | 'count' | 'userIds'>

export type Message = Pick<
  Schemas['Message'],
  | 'id'
  | 'conversationId'
  | 'seq'
  | 'version'
  | 'senderId'
  | 'clientMessageId'
  | 'messageType'
  | 'content'
  | 'encryptedText'
  | 'replyTo'
  | 'reactions'
  | 'mentions'
  | 'editedAt'
  | 'deletedAt'
  | 'createdAt'
>

export type Conversation = Pick<
  Schemas['Conversation'],
  | 'id'
  | 'conversationType'
  | 'name'
  | 'topic'
  | 'avatarUrl'
  | 'lastActivity'
  | 'messageCount'
  | 'unreadCount'
  | 'lastReadSeq'
  | 'version'
  | 'createdAt'
> & {
  participants: Participant[]
  lastMessage?: Message | null
}

export type Session = Pick<
  Schemas['Session'],
  'id' | 'deviceName' | 'userAgent' | 'ip' | 'location' | 'createdAt' | 'lastUsedAt' | 'current'
>

export type MessageEdit = Pick<Schemas['Edit'], 'content' | 'replacedAt'>

export type ServerInfo = Pick<Schemas['ServerInfo'], 'name' | 'version' | 'registration'>

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
