//! Receipts: cumulative watermarks that only move forward.

use crate::messages::get;
use crate::view::RECEIPTS_UP_TO;
use crate::{Actor, Ctx, Error, Result};
use kith_api::command::{Mark, MarkUpTo, ReceiptKind};
use kith_api::event::MessageStatusChanged;
use kith_api::view::{Message, ReadMarker};
use kith_api::{ConversationId, Event, MessageId, Scope};
use kith_db::{conversations, log, messages, receipts};
use std::collections::BTreeMap;

/// Most messages that one command can mark.
const MARKED: usize = 100;

/// Marks what the request names as delivered or read; the caller's place in each conversation it touches.
pub async fn mark(ctx: &Ctx, actor: &Actor, kind: ReceiptKind, request: Mark) -> Result<Vec<ReadMarker>> {
    let ways = [request.message_ids.is_some(), request.message_id.is_some(), request.seq.is_some()];
    if ways.iter().filter(|given| **given).count() != 1
        || request.seq.is_some() != request.conversation_id.is_some()
    {
        let rule = "exactly one of messageIds, messageId, conversationId with seq is needed";
        return Err(Error::field("messageId", rule));
    }
    let places = match (request.conversation_id, request.seq) {
        (Some(id), Some(seq)) => BTreeMap::from([(id, seq)]),
        _ => {
            let ids = request.message_ids.unwrap_or_default().into_iter().chain(request.message_id).collect();
            places(ctx, actor, ids).await?
        }
    };
    let mut markers = Vec::new();
    for (id, seq) in places {
        markers.push(advance(ctx, actor, kind, id, seq).await?);
    }
    Ok(markers)
}

/// The furthest of these messages in each conversation.
async fn places(ctx: &Ctx, actor: &Actor, ids: Vec<MessageId>) -> Result<BTreeMap<ConversationId, i64>> {
    if ids.is_empty() || ids.len() > MARKED {
        return Err(Error::field("messageIds", format!("must name 1 to {MARKED} messages")));
    }
    let user = actor.user_id();
    ctx.read(move |tx| {
        let mut places = BTreeMap::new();
        for id in ids {
            let message = messages::visible(tx, id, user)?.ok_or_else(|| Error::not_found("message"))?;
            let furthest = places.entry(message.conversation_id).or_insert(0);
            *furthest = message.seq.max(*furthest);
        }
        Ok(places)
    })
    .await
}

/// Marks a conversation up to a `seq` or message of it.
pub async fn up_to(
    ctx: &Ctx,
    actor: &Actor,
    kind: ReceiptKind,
    id: ConversationId,
    request: MarkUpTo,
) -> Result<ReadMarker> {
    let seq = match (request.seq, request.message_id) {
        (Some(seq), None) => seq,
        (None, Some(message)) => {
            let place = places(ctx, actor, vec![message]).await?.remove(&id);
            place.ok_or_else(|| Error::not_found("message"))?
        }
        _ => return Err(Error::field("seq", "exactly one of seq, messageId is needed")),
    };
    advance(ctx, actor, kind, id, seq).await
}

/// Marks one message, and so all before it, as its recipient; the message afterwards.
pub async fn message(ctx: &Ctx, actor: &Actor, kind: ReceiptKind, id: MessageId) -> Result<Message> {
    let message = get::get(ctx, actor, id).await?;
    if message.sender_id == actor.user_id() {
        return Err(Error::forbidden("Only a recipient can mark a message."));
    }
    advance(ctx, actor, kind, message.conversation_id, message.seq).await?;
    get::get(ctx, actor, id).await
}

/// Moves the caller's watermark in one conversation.
pub async fn advance(
    ctx: &Ctx,
    actor: &Actor,
    kind: ReceiptKind,
    id: ConversationId,
    seq: i64,
) -> Result<ReadMarker> {
    let user = actor.user_id();
    ctx.write(id.0, move |w| {
        let member =
            conversations::member_of(w.tx, id, user)?.ok_or_else(|| Error::not_found("conversation"))?;
        let moved = receipts::advance(w.tx, id, user, kind, seq)?;
        let read_seq = match (kind, moved) {
            (ReceiptKind::Read, Some(seq)) => seq,
            _ => member.read_seq,
        };
        let unread_count = receipts::unread(w.tx, id, user)?;
        let marker = ReadMarker { conversation_id: id, seq: read_seq, unread_count };
        let Some(seq) = moved else { return Ok(marker) };
        if conversations::member_count(w.tx, id)? <= RECEIPTS_UP_TO {
            let message = messages::at(w.tx, id, seq)?.ok_or_else(|| Error::not_found("message"))?;
            let at = w.now;
            let data = match kind {
                ReceiptKind::Delivered => "delivered",
                ReceiptKind::Read => "read",
            };
            let note = log::Note {
                kind: log::kind::RECEIPT,
                subject: Some(user.0),
                seq: Some(seq),
                data: Some(data),
            };
            w.emit(Scope::Conversation(id), &note, |_, version| {
                Ok(Event::MessageStatus(MessageStatusChanged {
                    message_id: message.id,
                    conversation_id: id,
                    seq,
                    user_id: user,
                    status: kind,
                    at,
                    version,
                }))
            })?;
        }
        if kind == ReceiptKind::Read {
            w.whisper(Scope::User(user), None, Event::ReadMarker(marker.clone()));
        }
        Ok(marker)
    })
    .await
}
