//! Changing a message's text; earlier texts are kept as its history.

use crate::policy::{Action, Object, can};
use crate::validate::{CONTENT_CHARS, Problems};
use crate::{Actor, Ctx, Error, Result, view};
use kith_api::view::Message as View;
use kith_api::{ErrorCode, Event, MessageId, Scope};
use kith_db::{log, messages};
use std::sync::Arc;

/// Gives a message another text; only its sender may. The text it has already changes nothing.
pub async fn edit(ctx: &Ctx, actor: &Actor, id: MessageId, content: String) -> Result<Arc<View>> {
    let mut problems = Problems::default();
    problems.text("content", &content, 1, CONTENT_CHARS);
    problems.finish()?;
    let who = actor.clone();
    let place = super::place(ctx, id).await?;
    ctx.change(place, move |w| {
        let (message, kind, role) = super::visible(w.tx, &who, id)?;
        can(&who, Action::EditMessage, Object::Message(kind, Some(role), message.sender_id))?;
        if message.deleted_at.is_some() {
            return Err(Error::new(ErrorCode::Gone, "This message was deleted."));
        }
        if message.content.is_none() {
            return Err(Error::new(ErrorCode::Conflict, "An encrypted message has no text to edit."));
        }
        if message.content.as_ref() == Some(&content) {
            let view =
                view::messages(w.tx, vec![message])?.pop().ok_or_else(|| Error::not_found("message"))?;
            return Ok(Arc::new(view));
        }
        let (conversation, seq, now) = (message.conversation_id, message.seq, w.now);
        let note = log::Note { kind: log::kind::EDITED, seq: Some(seq), ..Default::default() };
        let mut edited = None;
        w.emit(Scope::Conversation(conversation), &note, |tx, version| {
            messages::edit(tx, &message, &content, version, now)?;
            let stored = messages::at(tx, conversation, seq)?.into_iter().collect();
            let view = view::messages(tx, stored)?.pop().ok_or_else(|| Error::not_found("message"))?;
            let view = Arc::new(view);
            edited = Some(Arc::clone(&view));
            Ok(Event::MessageUpdated(view))
        })?;
        edited.ok_or_else(|| Error::not_found("message"))
    })
    .await
}
