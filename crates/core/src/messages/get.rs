//! One message.

use crate::{Actor, Ctx, Error, Result, view};
use kith_api::MessageId;
use kith_api::view::{Edit, Message as View, Page};
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

/// Earlier texts of a message, oldest first, after the one that `cursor` names.
pub async fn history(
    ctx: &Ctx,
    actor: &Actor,
    id: MessageId,
    cursor: Option<String>,
    offset: i64,
    limit: i64,
) -> Result<(Vec<Edit>, Page)> {
    let after = cursor.map_or(Ok(0), |cursor| cursor.parse());
    let after = after.map_err(|_| Error::field("cursor", "is not one that this server gave out"))?;
    let actor = actor.clone();
    ctx.snapshot(move |tx| {
        let (message, ..) = super::visible(tx, &actor, id)?;
        let (place, seq) = (message.conversation_id, message.seq);
        let mut found = messages::history(tx, place, seq, after, offset, limit + 1)?;
        let has_more = found.len() as i64 > limit;
        found.truncate(limit as usize);
        let next_cursor = found.last().filter(|_| has_more).map(|last| last.version.to_string());
        let edits = found.into_iter();
        let edits = edits.map(|edit| Edit { content: edit.content, replaced_at: edit.replaced_at });
        Ok((edits.collect(), Page { next_cursor, has_more }))
    })
    .await
}
