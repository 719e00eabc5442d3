//! What servers announce.

use crate::command::{ReactionAction, ReceiptKind};
use crate::view::{Conversation, Message, Participant, Presence, ReadMarker};
use crate::{ConversationId, MessageId, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Whose event it is: the scope numbers its durable events from 1 without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// For the members of a conversation.
    Conversation(ConversationId),
    /// For the devices of one account.
    User(UserId),
}

/// An event on its way to those it concerns.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Whose it is.
    pub scope: Scope,
    /// Its number in the scope; `None` for ephemeral events, which are never stored.
    pub version: Option<i64>,
    /// What happened.
    pub event: Event,
    /// Not for the devices of this account.
    pub except: Option<UserId>,
    /// Said first, to the devices of one account alone: somebody who comes into a conversation is told what it is,
    /// somebody who leaves is told that they left.
    pub aside: Option<Box<(UserId, Event)>>,
    /// When the command that caused it was accepted, on the server's monotonic clock (for the latency metric).
    pub accepted: Option<std::time::Instant>,
}

/// `message_deleted`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageDeleted {
    /// Which.
    pub message_id: MessageId,
    /// Where.
    pub conversation_id: ConversationId,
    /// Its place, kept by a tombstone.
    pub seq: i64,
    /// Number of the change.
    pub version: i64,
    /// When.
    pub deleted_at: Timestamp,
}

/// `message_status`: everything up to `seq` has come this far with `userId`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageStatusChanged {
    /// The message at `seq`.
    pub message_id: MessageId,
    /// Where.
    pub conversation_id: ConversationId,
    /// Up to here.
    pub seq: i64,
    /// The recipient.
    pub user_id: UserId,
    /// How far.
    pub status: ReceiptKind,
    /// When.
    pub at: Timestamp,
    /// Number of the change.
    pub version: i64,
}

/// `reaction`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReactionChanged {
    /// To which message.
    pub message_id: MessageId,
    /// Where.
    pub conversation_id: ConversationId,
    /// The emoji.
    pub emoji: String,
    /// Whose.
    pub user_id: UserId,
    /// Put or taken back.
    pub action: ReactionAction,
    /// Number of the change.
    pub version: i64,
}

/// `user_typing`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserTyping {
    /// Where.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
    /// Their name.
    pub username: String,
    /// Started or stopped; a start expires by itself after 6 s.
    pub is_typing: bool,
}

/// `presence`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresenceChanged {
    /// Who.
    pub user_id: UserId,
    /// What they show.
    pub status: Presence,
    /// Whether that is anything but offline.
    pub is_online: bool,
    /// When they were last connected.
    pub last_seen: Option<Timestamp>,
}

/// `member_joined`, `member_updated`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberChanged {
    /// Where.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
    /// The member as it is now.
    pub participant: Participant,
    /// Number of the change.
    pub version: i64,
}

/// `member_left`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberLeft {
    /// Where.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
    /// Who removed them; themselves if they left.
    pub by: UserId,
    /// Number of the change.
    pub version: i64,
}

/// `conversation_removed`: the recipient is no longer in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationRemoved {
    /// Which.
    pub conversation_id: ConversationId,
    /// Number of the change in the conversation.
    pub version: i64,
}

/// `message_hidden`: deleted for the recipient alone, on another device of theirs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageHidden {
    /// Which.
    pub message_id: MessageId,
    /// Where.
    pub conversation_id: ConversationId,
    /// Its place.
    pub seq: i64,
}

/// `key_changed`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyChanged {
    /// Whose.
    pub user_id: UserId,
    /// SHA-256 of the new key.
    pub fingerprint: String,
    /// When.
    pub updated_at: Timestamp,
}

/// `session_revoked`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionRevoked {
    /// Which.
    pub session_id: SessionId,
    /// Why: `signed_out`, `token_reused`, `password_changed`, `too_many_connections`.
    pub reason: String,
}

/// `connection:established`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionEstablished {
    /// Who is connected.
    pub user_id: UserId,
    /// With which session.
    pub session_id: SessionId,
    /// The server's clock.
    pub server_time: Timestamp,
    /// For `sync` after the next reconnect.
    pub cursor: String,
    /// Milliseconds between heartbeats.
    pub ping_interval: u64,
}

/// The newest change of one conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// Which.
    pub conversation_id: ConversationId,
    /// Its newest version: a client that is behind calls `sync`.
    pub version: i64,
}

/// `heads`: sent every 30 s for conversations that changed, so that a lost last event is noticed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Heads {
    /// One for each active conversation.
    pub heads: Vec<Head>,
}

/// Everything that can happen. Serialises as its payload; [`Event::name`] is the name on every transport.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Event {
    /// A message was stored.
    NewMessage(Arc<Message>),
    /// A message was edited.
    MessageUpdated(Arc<Message>),
    /// A message was deleted for everyone.
    MessageDeleted(MessageDeleted),
    /// A message was deleted for this account alone.
    MessageHidden(MessageHidden),
    /// A watermark moved.
    MessageStatus(MessageStatusChanged),
    /// A reaction came or went.
    Reaction(ReactionChanged),
    /// Somebody types, or stopped.
    UserTyping(UserTyping),
    /// Somebody's presence changed.
    Presence(PresenceChanged),
    /// The recipient is in a new conversation.
    ConversationCreated(Box<Conversation>),
    /// Name, topic or policy changed. The viewer's own fields are those of a member who has read everything.
    ConversationUpdated(Box<Conversation>),
    /// The recipient is no longer in it.
    ConversationRemoved(ConversationRemoved),
    /// Somebody came in.
    MemberJoined(Box<MemberChanged>),
    /// Somebody left or was removed.
    MemberLeft(MemberLeft),
    /// Somebody's role changed.
    MemberUpdated(Box<MemberChanged>),
    /// The recipient read on another device.
    ReadMarker(ReadMarker),
    /// A contact published another key.
    KeyChanged(KeyChanged),
    /// The session was ended.
    SessionRevoked(SessionRevoked),
}

impl Event {
    /// The event's name on every transport.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NewMessage(_) => "new_message",
            Self::MessageUpdated(_) => "message_updated",
            Self::MessageDeleted(_) => "message_deleted",
            Self::MessageHidden(_) => "message_hidden",
            Self::MessageStatus(_) => "message_status",
            Self::Reaction(_) => "reaction",
            Self::UserTyping(_) => "user_typing",
            Self::Presence(_) => "presence",
            Self::ConversationCreated(_) => "conversation_created",
            Self::ConversationUpdated(_) => "conversation_updated",
            Self::ConversationRemoved(_) => "conversation_removed",
            Self::MemberJoined(_) => "member_joined",
            Self::MemberLeft(_) => "member_left",
            Self::MemberUpdated(_) => "member_updated",
            Self::ReadMarker(_) => "read_marker",
            Self::KeyChanged(_) => "key_changed",
            Self::SessionRevoked(_) => "session_revoked",
        }
    }
}

/// One entry of `sync`: an event as it would have come over a socket.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The event's name.
    #[serde(rename = "type")]
    #[schema(example = "new_message")]
    pub kind: String,
    /// Where; absent for events of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// Number of the change in its scope; absent for events without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The event's payload.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}
