//! Deleting a conversation with everything in it.

use super::remove_member::log_removal;
use crate::policy::{Action, Object, can};
use crate::{Actor, Ctx, Error, Result, Write};
use kith_api::event::ConversationRemoved;
use kith_api::{ConversationId, Event, Scope};
use kith_db::{conversations, log};

/// Deletes it for everybody; only the owner may.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: ConversationId) -> Result<()> {
    let who = actor.clone();
    ctx.change(id, move |w| {
        let mine = conversations::role(w.tx, id, who.user_id())?;
        let (kind, role) = mine.ok_or_else(|| Error::not_found("conversation"))?;
        can(&who, Action::Delete, Object::Conversation(kind, Some(role)))?;
        remove_all(w, id)
    })
    .await?;
    // Roles of its members are cached by pairs that cannot be listed; they end by themselves within a minute, and
    // nothing can be said in a conversation that is not there.
    Ok(())
}

/// Takes all members out, tells each, and deletes the rows.
pub(super) fn remove_all(w: &mut Write<'_, '_>, id: ConversationId) -> Result<()> {
    let (version, _) = log::number(w.tx, Scope::Conversation(id), w.at)?;
    for (user, _) in conversations::roles(w.tx, id)? {
        log_removal(w, id, user, version)?;
    }
    conversations::delete(w.tx, id)?;
    log::forget(w.tx, id)?;
    let removed = ConversationRemoved { conversation_id: id, version };
    w.whisper(Scope::Conversation(id), None, Event::ConversationRemoved(removed));
    Ok(())
}
