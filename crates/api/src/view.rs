//! What clients are shown.

use crate::{ConversationId, MessageId, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! names {
    ($($type:ident { $($variant:ident = $name:literal),* $(,)? })*) => {$(
        impl $type {
            /// The name as it stands in JSON and in the store.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),*
                }
            }

            /// Reads a name.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    )*};
}

names! {
    Role { User = "user", Moderator = "moderator", Admin = "admin" }
    AccountStatus { Active = "active", Pending = "pending", Suspended = "suspended" }
    Presence { Online = "online", Away = "away", Dnd = "dnd", Offline = "offline" }
    ConversationType { Dm = "dm", Group = "group", Channel = "channel" }
    MemberRole { Subscriber = "subscriber", Member = "member", Admin = "admin", Owner = "owner" }
    Encryption { None = "none", Mls = "mls", Client = "client" }
    MessageType { Text = "text", Image = "image", File = "file", Voice = "voice", System = "system", Call = "call" }
}

/// What an account may do on the whole server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A person.
    User,
    /// May also handle reports.
    Moderator,
    /// May do everything on the server.
    Admin,
}

/// Whether an account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AccountStatus {
    /// In use.
    Active,
    /// Waits for an administrator.
    Pending,
    /// Closed by an administrator.
    Suspended,
}

/// Presence as others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// Connected.
    Online,
    /// Connected but idle.
    Away,
    /// Connected, asks not to be disturbed.
    Dnd,
    /// Not connected, or chooses to look so.
    #[default]
    Offline,
}

/// An account as others see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Identifier.
    pub id: UserId,
    /// Unique name, lower case.
    #[schema(example = "ada")]
    pub username: String,
    /// Name to show.
    #[schema(example = "Ada Lovelace")]
    pub display_name: String,
    /// Address; only the account itself and administrators see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A few words about the person.
    pub bio: Option<String>,
    /// Where the picture is.
    pub avatar_url: Option<String>,
    /// Role on the server.
    pub role: Role,
    /// Presence now.
    pub status: Presence,
    /// Whether `status` is anything but offline.
    pub is_online: bool,
    /// When the person was last connected.
    pub last_seen: Option<Timestamp>,
    /// Published key for client-side encryption, opaque to the server.
    pub public_key: Option<String>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the profile last changed.
    pub updated_at: Timestamp,
}

/// The caller's own account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The profile.
    #[serde(flatten)]
    pub user: User,
    /// Whether the account may be used.
    pub account_status: AccountStatus,
    /// Whether a second factor is asked for at sign-in.
    pub two_factor: bool,
    /// Number of registered passkeys.
    pub passkeys: u32,
    /// Whether the e-mail address was confirmed.
    pub email_verified: bool,
}

/// Tokens of a new or refreshed session.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// The access token, under the name that some clients expect.
    pub token: String,
    /// The access token: a JWT for `Authorization: Bearer`.
    pub access_token: String,
    /// The refresh token: opaque, single use.
    pub refresh_token: String,
    /// Lifetime of the access token in seconds.
    #[schema(example = 900)]
    pub expires_in: u64,
}

/// Answer of register and login.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// The tokens.
    #[serde(flatten)]
    pub tokens: Tokens,
    /// The account.
    pub user: Me,
}

/// A signed-in device.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Identifier.
    pub id: SessionId,
    /// The device's own identifier.
    pub device_id: Option<String>,
    /// The device's name for people.
    pub device_name: Option<String>,
    /// `User-Agent` at sign-in.
    pub user_agent: Option<String>,
    /// Address of last use.
    pub ip: Option<String>,
    /// Place of that address, if the server has a location database.
    pub location: Option<String>,
    /// Sign-in.
    pub created_at: Timestamp,
    /// Last refresh or connection.
    pub last_used_at: Timestamp,
    /// Whether the caller is using this one.
    pub current: bool,
}

/// A published public key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicKey {
    /// The key as published.
    pub public_key: String,
    /// What kind of key it is, as the owner said.
    pub algorithm: Option<String>,
    /// SHA-256 of the key's bytes as text, hexadecimal.
    pub fingerprint: String,
    /// When it was published.
    pub updated_at: Timestamp,
}

/// A device that the caller registered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// The device's own identifier.
    pub device_id: String,
    /// Name for people.
    pub device_name: Option<String>,
    /// Such as `web`, `ios`, `android`.
    pub platform: Option<String>,
    /// When it was last registered.
    pub updated_at: Timestamp,
}

/// Figures about the caller; administrators also see the server's.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Messages the caller sent.
    pub messages_sent: i64,
    /// Conversations the caller is in.
    pub conversations: i64,
    /// Devices signed in.
    pub devices: i64,
    /// Totals, for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerStats>,
}

/// Totals of the server.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerStats {
    /// Accounts.
    pub users: i64,
    /// People connected now.
    pub online: i64,
    /// Conversations.
    pub conversations: i64,
    /// Messages stored.
    pub messages: i64,
}

/// The shape of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ConversationType {
    /// Between two people; there is one for each pair.
    Dm,
    /// Invited members, all may write.
    Group,
    /// Subscribers read, admins write.
    Channel,
}

/// What a member may do in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MemberRole {
    /// Reads.
    Subscriber,
    /// Reads and writes.
    Member,
    /// Also changes the conversation, its members and others' messages.
    Admin,
    /// Also names admins and deletes the conversation.
    Owner,
}

/// How a conversation's messages are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// Not by the clients.
    None,
    /// MLS (RFC 9420).
    Mls,
    /// By a scheme of the clients' own.
    Client,
}

/// A member of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// The account.
    pub user_id: UserId,
    /// Its unique name.
    pub username: String,
    /// Its name to show.
    pub display_name: String,
    /// Role in this conversation.
    pub role: MemberRole,
    /// Everything up to this `seq` reached a device of theirs.
    pub last_delivered_seq: i64,
    /// Everything up to this `seq` was read.
    pub last_read_seq: i64,
}

/// A conversation as one member sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// Identifier.
    pub id: ConversationId,
    /// The same under the name that some clients expect.
    pub chat_id: ConversationId,
    /// Its shape.
    pub conversation_type: ConversationType,
    /// Name; absent for a dm.
    pub name: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// Where the picture is.
    pub avatar_url: Option<String>,
    /// Members.
    pub participants: Vec<Participant>,
    /// Members' identifiers.
    pub participant_ids: Vec<UserId>,
    /// The newest message.
    pub last_message: Option<Box<Message>>,
    /// Its identifier.
    pub last_message_id: Option<MessageId>,
    /// When something was last said.
    pub last_activity: Timestamp,
    /// Messages ever sent (the newest `seq`).
    pub message_count: i64,
    /// Messages of others after `lastReadSeq`.
    pub unread_count: i64,
    /// Those of them that mention the viewer.
    pub mention_count: i64,
    /// The viewer has read up to here.
    pub last_read_seq: i64,
    /// Number of the newest change.
    pub version: i64,
    /// How messages are encrypted.
    pub encryption: Encryption,
    /// Messages older than this many days are deleted; absent: the server's rule.
    pub retention_days: Option<i64>,
    /// Messages vanish after this many seconds.
    pub disappearing_seconds: Option<i64>,
    /// Least time between two messages of one member, seconds.
    pub slow_mode_seconds: Option<i64>,
    /// No notifications until then (own).
    pub muted_until: Option<Timestamp>,
    /// Put away (own).
    pub archived: bool,
    /// Kept on top (own).
    pub pinned: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MessageType {
    /// Words.
    #[default]
    Text,
    /// A picture.
    Image,
    /// A file.
    File,
    /// A voice note.
    Voice,
    /// Said by the server.
    System,
    /// A finished call.
    Call,
}

/// How far a message has come: `read` and `delivered` mean by everybody it was sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MessageStatus {
    /// Will be sent later.
    Scheduled,
    /// Stored.
    Sent,
    /// On a device of each recipient.
    Delivered,
    /// Read by each recipient.
    Read,
}

/// How `encryptedText` was made; opaque to the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EncryptionEnvelope {
    /// Name of the scheme.
    #[schema(example = "aes-256-cbc")]
    pub scheme: String,
    /// Which key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// Initialisation vector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iv: Option<String>,
    /// MLS epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<i64>,
    /// Signature over the ciphertext.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// One kind of reaction to a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    /// One emoji.
    #[schema(example = "👍")]
    pub emoji: String,
    /// How many people.
    pub count: i64,
    /// Who.
    pub user_ids: Vec<UserId>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Identifier.
    pub id: MessageId,
    /// Where it was said.
    pub conversation_id: ConversationId,
    /// The same under the name that some clients expect.
    pub chat_id: ConversationId,
    /// Place in the conversation, from 1, without gaps.
    pub seq: i64,
    /// The conversation's version at this message's last change.
    pub version: i64,
    /// Who said it.
    pub sender_id: UserId,
    /// To whom, in a dm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver_id: Option<UserId>,
    /// The sender's own identifier for it.
    pub client_message_id: Option<String>,
    /// What it is.
    pub message_type: MessageType,
    /// The words, as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The ciphertext, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted_text: Option<String>,
    /// How the ciphertext was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<EncryptionEnvelope>,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// The message whose thread it is in.
    pub thread_root_id: Option<MessageId>,
    /// Messages in the thread below it.
    pub thread_reply_count: i64,
    /// Files.
    #[schema(value_type = Vec<Object>)]
    pub attachments: Vec<serde_json::Value>,
    /// Reactions, in the order they first came.
    pub reactions: Vec<Reaction>,
    /// People it names.
    pub mentions: Vec<UserId>,
    /// How far it has come.
    pub status: MessageStatus,
    /// Last edit.
    pub edited_at: Option<Timestamp>,
    /// Deletion; the content is gone.
    pub deleted_at: Option<Timestamp>,
    /// When it vanishes.
    pub expires_at: Option<Timestamp>,
    /// When it was pinned.
    pub pinned_at: Option<Timestamp>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// The same under the name that some clients expect.
    pub timestamp: Timestamp,
    /// Set when this answers a repeated send.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
}

/// An earlier text of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// What it said.
    pub content: String,
    /// When another text took its place.
    pub replaced_at: Timestamp,
}

/// How far one member has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The member.
    pub user_id: UserId,
    /// Everything up to this `seq` reached a device of theirs.
    pub delivered_seq: i64,
    /// Everything up to this `seq` was read.
    pub read_seq: i64,
}

/// The caller's place in a conversation after marking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadMarker {
    /// Where.
    pub conversation_id: ConversationId,
    /// Read up to here.
    pub seq: i64,
    /// Messages of others after it.
    pub unread_count: i64,
}

/// Where a list goes on.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// Give this as `cursor` for the next page.
    pub next_cursor: Option<String>,
    /// Whether there is more.
    pub has_more: bool,
}

/// What changed since a cursor.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncPage {
    /// Changes, oldest first within each conversation; the same names and payloads as the realtime events.
    #[schema(value_type = Vec<crate::event::Change>)]
    pub changes: Vec<crate::event::Change>,
    /// Give this next time.
    pub cursor: String,
    /// Whether to ask again at once.
    pub has_more: bool,
}

/// Realtime connections now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SocketFigures {
    /// Open connections.
    #[schema(example = 3)]
    pub connections: u64,
    /// The same by transport.
    pub transports: TransportFigures,
    /// People with at least one connection.
    #[schema(example = 2)]
    pub users_online: u64,
}

/// Connections of each transport.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransportFigures {
    /// Socket.IO over WebSocket.
    #[schema(example = 1)]
    pub websocket: u64,
    /// Socket.IO over long-polling.
    #[schema(example = 1)]
    pub polling: u64,
    /// Raw WebSocket.
    #[schema(example = 1)]
    pub raw: u64,
}

/// What anybody may know of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerInfo {
    /// Its name.
    #[schema(example = "Kith")]
    pub name: String,
    /// The version of the program.
    #[schema(example = "0.1.0")]
    pub version: String,
    /// Who may make an account.
    pub registration: RegistrationPolicy,
    /// What it takes at most.
    pub limits: ServerLimits,
    /// Other ways to sign in.
    #[schema(example = json!([]))]
    pub providers: Vec<String>,
    /// What it can do beyond the least.
    #[schema(example = json!(["groups", "reactions", "receipts", "sync", "typing"]))]
    pub features: Vec<String>,
    /// Its clock.
    pub time: Timestamp,
}

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationPolicy {
    /// Anybody.
    Open,
    /// Nobody; administrators make accounts.
    Closed,
}

/// What a server takes at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerLimits {
    /// Characters of a message.
    #[schema(example = 16384)]
    pub content_characters: u64,
    /// Bytes of base64 ciphertext.
    #[schema(example = 262144)]
    pub encrypted_bytes: u64,
    /// Fewest characters of a password.
    #[schema(example = 8)]
    pub password_characters: u64,
    /// Bytes of a realtime message.
    #[schema(example = 1048576)]
    pub payload_bytes: u64,
}

/// How a server is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// `ok` if every dependency is.
    pub status: HealthStatus,
    /// The version of the program.
    #[schema(example = "0.1.0")]
    pub version: String,
    /// Seconds since the start.
    #[schema(example = 86400)]
    pub uptime: u64,
    /// Each thing it depends on.
    pub dependencies: Vec<Dependency>,
}

/// Something a server depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dependency {
    /// What it is.
    #[schema(example = "database")]
    pub name: String,
    /// How it is.
    pub status: HealthStatus,
    /// How long it took to answer, milliseconds.
    #[schema(example = 1)]
    pub latency_ms: u64,
}

/// Whether something works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    /// It does.
    Ok,
    /// It does not.
    Unavailable,
    /// The server is about to stop.
    Draining,
}
