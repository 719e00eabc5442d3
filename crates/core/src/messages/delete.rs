//! Deleting a message, for everyone or for oneself.

use crate::policy::{Action, Object, can};
use crate::{Actor, Ctx, Result, Write};
use kith_api::command::DeleteFor;
use kith_api::event::{MessageDeleted, MessageHidden};
use kith_api::{Event, MessageId, Scope};
use kith_db::log;
use kith_db::messages::{self, Message};

/// Deletes a message. For everyone: the content goes, a tombstone keeps its place. Doing it again changes nothing, and
/// who has deleted it for themselves can still delete it for everyone.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: MessageId, whom: DeleteFor) -> Result<()> {
    let who = actor.clone();
    let place = super::place(ctx, id).await?;
    ctx.change(place, move |w| {
        let (message, kind, role) = super::reachable(w.tx, &who, id)?;
        match whom {
            DeleteFor::Everyone => {
                can(&who, Action::DeleteMessage, Object::Message(kind, Some(role), message.sender_id))?;
                for_everyone(w, &message)
            }
            DeleteFor::Me => for_me(w, &who, &message),
        }
    })
    .await
}

fn for_everyone(w: &mut Write<'_, '_>, message: &Message) -> Result<()> {
    if message.deleted_at.is_some() {
        return Ok(());
    }
    let (message_id, conversation_id, seq, deleted_at) =
        (message.id, message.conversation_id, message.seq, w.now);
    let note = log::Note { kind: log::kind::DELETED, seq: Some(seq), ..Default::default() };
    w.emit(Scope::Conversation(conversation_id), &note, |tx, version| {
        messages::delete(tx, conversation_id, seq, version, deleted_at)?;
        Ok(Event::MessageDeleted(MessageDeleted { message_id, conversation_id, seq, version, deleted_at }))
    })?;
    Ok(())
}

fn for_me(w: &mut Write<'_, '_>, who: &Actor, message: &Message) -> Result<()> {
    let (message_id, conversation_id, seq) = (message.id, message.conversation_id, message.seq);
    if !messages::hide(w.tx, conversation_id, seq, who.user_id())? {
        return Ok(());
    }
    let note = log::Note {
        kind: log::kind::HIDDEN,
        subject: Some(conversation_id.0),
        seq: Some(seq),
        data: Some(&message_id.to_string()),
    };
    w.emit(Scope::User(who.user_id()), &note, |_, _| {
        Ok(Event::MessageHidden(MessageHidden { message_id, conversation_id, seq }))
    })?;
    Ok(())
}
