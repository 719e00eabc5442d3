//! From log entries back to the events they stand for.

use crate::{Result, view};
use kith_api::command::{ReactionAction, ReceiptKind};
use kith_api::event::{
    ConversationRemoved, MemberChanged, MemberLeft, MessageDeleted, MessageHidden, MessageStatusChanged,
    ReactionChanged,
};
use kith_api::view::Message;
use kith_api::{ConversationId, Event, MessageId, UserId};
use kith_db::log::{Entry, kind};
use kith_db::{Tx, conversations};
use std::{collections::HashMap, sync::Arc};

/// Messages of a stretch of the log as they are now, by place.
pub(super) type Messages = HashMap<(ConversationId, i64), Arc<Message>>;

/// Views of all messages that the entries speak of.
pub(super) fn messages(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<Messages> {
    let mut stored: HashMap<(ConversationId, i64), _> = HashMap::new();
    for message in entries.iter().filter_map(|entry| entry.message.as_ref()) {
        stored.entry((message.conversation_id, message.seq)).or_insert_with(|| message.clone());
    }
    let views = view::messages(tx, stored.into_values().collect())?;
    Ok(views.into_iter().map(|view| ((view.conversation_id, view.seq), Arc::new(view))).collect())
}

/// The event of an entry of a conversation's log, or of an account's own. `None` if what it speaks of is gone or
/// hidden, or if this version cannot read it; later entries tell the rest.
pub(super) fn event(tx: &mut Tx<'_>, entry: &Entry, messages: &Messages) -> Result<Option<Event>> {
    let id = ConversationId(entry.scope_id);
    let version = entry.version;
    let user = entry.subject.map(UserId);
    let message = entry.seq.and_then(|seq| messages.get(&(id, seq)));
    Ok(match (entry.kind.as_str(), message, user) {
        (kind::NEW, Some(message), _) => Some(Event::NewMessage(Arc::clone(message))),
        (kind::EDITED, Some(message), _) => Some(Event::MessageUpdated(Arc::clone(message))),
        (kind::DELETED, Some(message), _) => Some(Event::MessageDeleted(MessageDeleted {
            message_id: message.id,
            conversation_id: id,
            seq: message.seq,
            version,
            deleted_at: message.deleted_at.unwrap_or(entry.at),
        })),
        (kind::RECEIPT, Some(message), Some(user_id)) => Some(Event::MessageStatus(MessageStatusChanged {
            message_id: message.id,
            conversation_id: id,
            seq: message.seq,
            user_id,
            status: match entry.data.as_deref() {
                Some("read") => ReceiptKind::Read,
                _ => ReceiptKind::Delivered,
            },
            at: entry.at,
            version,
        })),
        (kind::REACTED | kind::UNREACTED, Some(message), Some(user_id)) => {
            let added = entry.kind == kind::REACTED;
            Some(Event::Reaction(ReactionChanged {
                message_id: message.id,
                conversation_id: id,
                emoji: entry.data.clone().unwrap_or_default(),
                user_id,
                action: if added { ReactionAction::Add } else { ReactionAction::Remove },
                version,
            }))
        }
        (kind::CREATED, ..) => {
            view::shared_conversation(tx, id)?.map(|view| Event::ConversationCreated(Box::new(view)))
        }
        (kind::UPDATED, ..) => {
            view::shared_conversation(tx, id)?.map(|view| Event::ConversationUpdated(Box::new(view)))
        }
        (kind::JOINED | kind::ROLE, _, Some(user_id)) => {
            // Somebody who came and went since is told of by the later entry alone.
            conversations::member_of(tx, id, user_id)?.map(|member| {
                let participant = view::participant(member);
                let changed = Box::new(MemberChanged { conversation_id: id, user_id, participant, version });
                if entry.kind == kind::JOINED {
                    Event::MemberJoined(changed)
                } else {
                    Event::MemberUpdated(changed)
                }
            })
        }
        (kind::LEFT, _, Some(user_id)) => Some(Event::MemberLeft(MemberLeft {
            conversation_id: id,
            user_id,
            by: entry.data.as_deref().and_then(|by| by.parse().ok()).unwrap_or(user_id),
            version,
        })),
        (kind::HIDDEN, ..) => own(entry).map(|(conversation_id, seq)| {
            let message_id = entry.data.as_deref().and_then(|id| id.parse().ok());
            Event::MessageHidden(MessageHidden {
                message_id: message_id.unwrap_or(MessageId(uuid::Uuid::nil())),
                conversation_id,
                seq,
            })
        }),
        (kind::REMOVED, ..) => own(entry).map(|(conversation_id, version)| {
            Event::ConversationRemoved(ConversationRemoved { conversation_id, version })
        }),
        (kind::NEW | kind::EDITED | kind::DELETED | kind::RECEIPT | kind::REACTED | kind::UNREACTED, ..) => {
            None
        }
        (other, ..) => {
            tracing::error!(scope = %entry.scope_id, version, kind = other, "unreadable log entry skipped");
            None
        }
    })
}

/// The conversation and number that an entry of an account's own log speaks of.
fn own(entry: &Entry) -> Option<(ConversationId, i64)> {
    entry.subject.map(ConversationId).zip(entry.seq)
}
