//! One message.

use crate::{Actor, Ctx, Error, Result, view};
use kith_api::MessageId;
use kith_api::view::{Edit, Message as View};
use kith_db::messages;

/// A message.
pub async fn get(ctx: &Ctx, actor: &Actor, id: MessageId) -> Result<View> {
    let actor = actor.clone();
    ctx.snapshot(move |tx| {
        let (message, ..) = super::visible(tx, &actor, id)?;
        view::messages(tx, vec![message])?.pop().ok_or_else(|| Error::not_found("message"))
    })
    .await
}

/// Earlier texts of a message, oldest first.
pub async fn history(ctx: &Ctx, actor: &Actor, id: MessageId) -> Result<Vec<Edit>> {
    let actor = actor.clone();
    ctx.snapshot(move |tx| {
        let (message, ..) = super::visible(tx, &actor, id)?;
        let edits = messages::history(tx, message.conversation_id, message.seq)?;
        Ok(edits.into_iter().map(|(content, replaced_at)| Edit { content, replaced_at }).collect())
    })
    .await
}
