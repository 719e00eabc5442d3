//! What clients may ask for: the bodies of the HTTP API and the commands of the realtime transports.

use crate::view::{ConversationType, Encryption, EncryptionEnvelope, MemberRole, MessageType, Presence};
use crate::{ConversationId, MessageId, UserId};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// Tells an explicit `null` (clear it) from an absent field (leave it).
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// `POST /api/auth/register`.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Register {
    /// 3–32 of `[a-z0-9_.]`, unique without regard to case.
    #[schema(example = "ada")]
    pub username: String,
    /// At least 8 characters, at most 1,024 bytes.
    #[schema(example = "correct horse battery staple")]
    pub password: String,
    /// Address, unique.
    pub email: Option<String>,
    /// Name to show; the username if absent.
    pub display_name: Option<String>,
    /// Key for client-side encryption.
    pub public_key: Option<String>,
    /// The device's own identifier.
    pub device_id: Option<String>,
    /// The device's name for people.
    pub device_name: Option<String>,
}

/// `POST /api/auth/login`: exactly one of `email`, `username`, `login`.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// By address.
    pub email: Option<String>,
    /// By name.
    #[schema(example = "ada")]
    pub username: Option<String>,
    /// By either.
    pub login: Option<String>,
    /// The password.
    #[schema(example = "correct horse battery staple")]
    pub password: String,
    /// The device's own identifier.
    pub device_id: Option<String>,
    /// The device's name for people.
    pub device_name: Option<String>,
}

/// `POST /api/auth/refresh`; without a body the cookie is used.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Refresh {
    /// The refresh token.
    #[schema(example = "0193000000007000800000000000.0.bWFj")]
    pub refresh_token: Option<String>,
}

/// `PUT /api/users/{id}`: absent fields stay, `null` clears.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateProfile {
    /// Name to show, ≤64 characters.
    #[schema(example = "Ada Lovelace")]
    pub display_name: Option<String>,
    /// A few words, ≤500 characters.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub bio: Option<Option<String>>,
    /// Address.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
}

/// `PUT /api/users/me/public-key`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublishKey {
    /// The key, ≤16 KiB of text.
    #[schema(example = "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8A")]
    pub public_key: String,
    /// What kind of key.
    #[schema(example = "RSA-OAEP-4096")]
    pub algorithm: Option<String>,
}

/// `POST /api/users/device`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegisterDevice {
    /// The device's own identifier, ≤128 characters.
    #[schema(example = "laptop-1")]
    pub device_id: String,
    /// Name for people.
    pub device_name: Option<String>,
    /// Such as `web`, `ios`, `android`.
    pub platform: Option<String>,
}

/// `PUT /api/users/me/presence` and `presence_update`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdatePresence {
    /// What others shall see while a device is connected.
    pub status: Presence,
}

/// `POST /api/conversations`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateConversation {
    /// Its shape.
    pub conversation_type: ConversationType,
    /// Members by identifier.
    pub participant_ids: Option<Vec<UserId>>,
    /// Members by name.
    #[schema(example = json!(["bob"]))]
    pub usernames: Option<Vec<String>>,
    /// Name, 1–100 characters; a group needs one.
    pub name: Option<String>,
    /// What it is about, ≤500 characters.
    pub topic: Option<String>,
    /// How messages are encrypted.
    pub encryption: Option<Encryption>,
}

/// `PUT /api/conversations/{id}`: absent fields stay, `null` clears.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateConversation {
    /// New name.
    #[schema(example = "Friends")]
    pub name: Option<String>,
    /// New topic.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub topic: Option<Option<String>>,
}

/// `POST /api/conversations/{id}/participants`: exactly one of the two.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct AddParticipant {
    /// By identifier.
    pub user_id: Option<UserId>,
    /// By name.
    #[schema(example = "bob")]
    pub username: Option<String>,
    /// Role; `member` if absent.
    pub role: Option<MemberRole>,
}

/// `PUT /api/conversations/{id}/participants/{userId}`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeRole {
    /// The new role. Naming another owner makes the old one an admin.
    pub role: MemberRole,
}

/// `POST /api/messages` and `send_message`.
///
/// Exactly one destination (`conversationId`, `chatId`, `receiverId`, `receiverUsername`) and exactly one body
/// (`content`, `encryptedText`). A dm is made if there is none yet.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct SendMessage {
    /// To a conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The same under another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<ConversationId>,
    /// To a person by identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver_id: Option<UserId>,
    /// To a person by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "bob")]
    pub receiver_username: Option<String>,
    /// Plain text, 1–16,384 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Hello")]
    pub content: Option<String>,
    /// Ciphertext, base64, ≤256 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted_text: Option<String>,
    /// How the ciphertext was made; only with `encryptedText`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<EncryptionEnvelope>,
    /// The sender's identifier, 1–128 characters: a repeat returns the first message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_message_id: Option<String>,
    /// `text` if absent; `system` and `call` are the server's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_type: Option<MessageType>,
    /// The message it answers, of the same conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// People it names, ≤50; only members count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Vec<UserId>>,
    /// Refused, as the next three are, until it does something: ignored, it would send another message than was meant.
    #[serde(skip_serializing)]
    #[schema(ignore)]
    pub send_at: Option<serde_json::Value>,
    /// Refused.
    #[serde(skip_serializing)]
    #[schema(ignore)]
    pub expires_in_seconds: Option<serde_json::Value>,
    /// Refused unless empty.
    #[serde(skip_serializing)]
    #[schema(ignore)]
    pub attachments: Option<serde_json::Value>,
    /// Refused.
    #[serde(skip_serializing)]
    #[schema(ignore)]
    pub thread_root_id: Option<serde_json::Value>,
}

/// `PUT /api/messages/{id}`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditContent {
    /// The new text, 1–16,384 characters.
    pub content: String,
}

/// `edit_message`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditMessage {
    /// Which.
    pub message_id: MessageId,
    /// The new text, 1–16,384 characters.
    pub content: String,
}

/// For whom a message is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeleteFor {
    /// The content goes, a tombstone keeps the place.
    #[default]
    Everyone,
    /// It is no longer shown to the caller.
    Me,
}

/// `delete_message`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeleteMessage {
    /// Which.
    pub message_id: MessageId,
    /// For whom; `everyone` if absent.
    #[serde(default, rename = "for")]
    pub scope: DeleteFor,
}

/// A receipt's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReceiptKind {
    /// It reached a device.
    Delivered,
    /// It was read.
    Read,
}

/// `PATCH /api/messages/{id}/status`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SetStatus {
    /// How far it has come.
    pub status: ReceiptKind,
}

/// `mark_delivered`, `mark_read`: cumulative, never backwards.
/// Exactly one of `messageIds`, `messageId`, `conversationId` + `seq`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Mark {
    /// Up to each of these, ≤100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_ids: Option<Vec<MessageId>>,
    /// Up to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// In this conversation
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// up to this `seq`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
}

/// `POST /api/conversations/{id}/read` and `/delivered`: exactly one of the two.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct MarkUpTo {
    /// Up to this `seq`.
    #[schema(example = 7)]
    pub seq: Option<i64>,
    /// Up to this message.
    pub message_id: Option<MessageId>,
}

/// `typing_start` and `typing_stop`: exactly one of the two.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Typing {
    /// In a conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// In the dm with a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver_username: Option<String>,
}

/// What to do with a reaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReactionAction {
    /// Put it.
    #[default]
    Add,
    /// Take it back.
    Remove,
}

/// `reaction`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct React {
    /// To which message.
    pub message_id: MessageId,
    /// One emoji.
    #[schema(example = "👍")]
    pub emoji: String,
    /// `add` if absent.
    #[serde(default)]
    pub action: ReactionAction,
}

/// `POST /api/messages/{id}/reactions`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AddReaction {
    /// One emoji.
    #[schema(example = "👍")]
    pub emoji: String,
}

/// `presence_subscribe`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscribePresence {
    /// Whom to watch, ≤500; replaces the former list.
    pub user_ids: Vec<UserId>,
}

/// `sync`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Sync {
    /// As given by the last `sync` or by `connection:established`.
    pub cursor: Option<String>,
    /// Changes a page, 1–1,000.
    pub limit: Option<i64>,
}

/// A realtime command: one vocabulary for Socket.IO and raw WebSocket.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Command {
    /// `send_message` (raw: `message`).
    SendMessage(Box<SendMessage>),
    /// `edit_message`.
    EditMessage(EditMessage),
    /// `delete_message`.
    DeleteMessage(DeleteMessage),
    /// `mark_delivered` (raw: `message_ack`).
    MarkDelivered(Mark),
    /// `mark_read` (raw: `message_read`).
    MarkRead(Mark),
    /// `typing_start`.
    TypingStart(Typing),
    /// `typing_stop`.
    TypingStop(Typing),
    /// `reaction`.
    React(React),
    /// `presence_update`.
    UpdatePresence(UpdatePresence),
    /// `presence_subscribe`.
    SubscribePresence(SubscribePresence),
    /// `sync`.
    Sync(Sync),
    /// `ping`.
    Ping,
}

/// Why a command could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// No command has this name.
    #[error("there is no command of this name")]
    UnknownCommand,
    /// The payload does not fit the command.
    #[error("{0}")]
    Payload(#[from] serde_json::Error),
}

impl Command {
    /// The Socket.IO name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SendMessage(_) => "send_message",
            Self::EditMessage(_) => "edit_message",
            Self::DeleteMessage(_) => "delete_message",
            Self::MarkDelivered(_) => "mark_delivered",
            Self::MarkRead(_) => "mark_read",
            Self::TypingStart(_) => "typing_start",
            Self::TypingStop(_) => "typing_stop",
            Self::React(_) => "reaction",
            Self::UpdatePresence(_) => "presence_update",
            Self::SubscribePresence(_) => "presence_subscribe",
            Self::Sync(_) => "sync",
            Self::Ping => "ping",
        }
    }

    /// Reads a command by its Socket.IO or raw name. `payload` is one JSON value; an empty one counts as `{}`.
    pub fn parse(name: &str, payload: &str) -> Result<Self, ParseError> {
        let payload = match payload.trim_start() {
            "" | "null" => "{}",
            _ => payload,
        };
        fn read<'a, T: Deserialize<'a>>(payload: &'a str) -> Result<T, ParseError> {
            // serde would take an array for the fields of a struct in order.
            if !payload.trim_start().starts_with('{') {
                let error = serde::de::Error::custom("the payload must be an object");
                return Err(ParseError::Payload(error));
            }
            Ok(serde_json::from_str(payload)?)
        }
        Ok(match name {
            "send_message" | "message" => Self::SendMessage(read(payload)?),
            "edit_message" => Self::EditMessage(read(payload)?),
            "delete_message" => Self::DeleteMessage(read(payload)?),
            "mark_delivered" | "message_ack" => Self::MarkDelivered(read(payload)?),
            "mark_read" | "message_read" => Self::MarkRead(read(payload)?),
            "typing_start" => Self::TypingStart(read(payload)?),
            "typing_stop" => Self::TypingStop(read(payload)?),
            "reaction" => Self::React(read(payload)?),
            "presence_update" => Self::UpdatePresence(read(payload)?),
            "presence_subscribe" => Self::SubscribePresence(read(payload)?),
            "sync" => Self::Sync(read(payload)?),
            "ping" => Self::Ping,
            _ => return Err(ParseError::UnknownCommand),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_an_object() {
        for name in ["send_message", "edit_message", "mark_read", "typing_start", "sync"] {
            for payload in ["[]", r#"["0193e1c2-0000-7000-8000-000000000000", "text"]"#, "1", r#""text""#] {
                let refused = Command::parse(name, payload);
                assert!(matches!(refused, Err(ParseError::Payload(_))), "{name} {payload}");
            }
        }
        for payload in ["", "null", " {}"] {
            assert!(matches!(Command::parse("sync", payload), Ok(Command::Sync(_))), "{payload:?}");
        }
        assert!(matches!(Command::parse("dance", "[]"), Err(ParseError::UnknownCommand)));
    }
}
