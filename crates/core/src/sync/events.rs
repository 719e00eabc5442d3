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
use kith_db::{Tx, conversations, messages};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

/// Messages that a stretch of the log shows, as they are now, by place.
pub(super) type Messages = HashMap<(ConversationId, i64), Arc<Message>>;

/// The place of the message that an entry shows with its text.
fn shown(entry: &Entry) -> Option<(ConversationId, i64)> {
    let shows = matches!(entry.kind.as_str(), kind::NEW | kind::EDITED);
    let visible = entry.message.is_some_and(|message| !message.hidden);
    entry.seq.filter(|_| shows && visible).map(|seq| (ConversationId(entry.scope_id), seq))
}

/// Views of all messages that the entries show.
pub(super) fn messages(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<Messages> {
    let places: BTreeSet<_> = entries.iter().filter_map(shown).collect();
    let stored = messages::at_places(tx, &places.into_iter().collect::<Vec<_>>())?;
    let views = view::messages(tx, stored)?;
    Ok(views.into_iter().map(|view| ((view.conversation_id, view.seq), Arc::new(view))).collect())
}

/// Cuts the entries where the texts they show come to `most` bytes, but never before the first; whether it did.
pub(super) fn cut(entries: &mut Vec<Entry>, most: i64) -> bool {
    let mut seen = HashSet::new();
    let mut bytes = 0;
    let end = entries.iter().position(|entry| {
        let full = bytes >= most;
        if shown(entry).is_some_and(|place| seen.insert(place)) {
            bytes += entry.message.map_or(0, |message| message.bytes);
        }
        full
    });
    entries.truncate(end.unwrap_or(usize::MAX));
    end.is_some()
}

/// About how many bytes of JSON an event is.
pub(super) fn weight(event: &Event) -> i64 {
    fn message(message: &Message) -> i64 {
        let texts = [&message.content, &message.encrypted_text].into_iter().flatten();
        let people =
            message.mentions.len() + message.reactions.iter().map(|r| r.user_ids.len()).sum::<usize>();
        (texts.map(String::len).sum::<usize>() + 40 * people + 600) as i64
    }
    match event {
        Event::NewMessage(new) | Event::MessageUpdated(new) => message(new),
        Event::ConversationCreated(view) | Event::ConversationUpdated(view) => {
            let last = view.last_message.as_ref().map_or(0, |last| message(last));
            last + 250 * view.participants.len() as i64 + 600
        }
        _ => 300,
    }
}

/// The event of an entry of a conversation's log, or of an account's own. `None` if what it speaks of is gone or
/// hidden, or if this version cannot read it; later entries tell the rest.
pub(super) fn event(tx: &mut Tx<'_>, entry: &Entry, messages: &Messages) -> Result<Option<Event>> {
    let id = ConversationId(entry.scope_id);
    let version = entry.version;
    let user = entry.subject.map(UserId);
    let message = entry.message.zip(entry.seq);
    Ok(match (entry.kind.as_str(), message, user) {
        (kind::NEW, Some((_, seq)), _) => messages.get(&(id, seq)).cloned().map(Event::NewMessage),
        (kind::EDITED, Some((_, seq)), _) => messages.get(&(id, seq)).cloned().map(Event::MessageUpdated),
        (kind::DELETED, Some((message, seq)), _) => Some(Event::MessageDeleted(MessageDeleted {
            message_id: message.id,
            conversation_id: id,
            seq,
            version,
            deleted_at: message.deleted_at.unwrap_or(entry.at),
        })),
        // Of a message that the viewer hides, too: what is before it was received or read all the same.
        (kind::RECEIPT, Some((message, seq)), Some(user_id)) => {
            Some(Event::MessageStatus(MessageStatusChanged {
                message_id: message.id,
                conversation_id: id,
                seq,
                user_id,
                status: match entry.data.as_deref() {
                    Some("read") => ReceiptKind::Read,
                    _ => ReceiptKind::Delivered,
                },
                at: entry.at,
                version,
            }))
        }
        (kind::REACTED | kind::UNREACTED, Some((message, _)), Some(user_id)) if !message.hidden => {
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
        (kind::CREATED, ..) => view::shared_conversation(tx, id, i64::MAX)?
            .map(|view| Event::ConversationCreated(Box::new(view))),
        (kind::UPDATED, ..) => view::shared_conversation(tx, id, view::LISTED_PARTICIPANTS)?
            .map(|view| Event::ConversationUpdated(Box::new(view))),
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
