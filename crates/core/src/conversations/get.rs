//! One conversation.

use crate::{Actor, Ctx, Error, Result, view};
use kith_api::ConversationId;
use kith_api::view::{Conversation as View, Receipt};
use kith_db::{conversations, receipts};

/// A conversation as the caller has it, with all participants.
pub async fn get(ctx: &Ctx, actor: &Actor, id: ConversationId) -> Result<View> {
    let user = actor.user_id();
    ctx.snapshot(move |tx| {
        let membership = conversations::membership_of(tx, id, user)?;
        let membership = membership.ok_or_else(|| Error::not_found("conversation"))?;
        let mut views = view::conversations(tx, user, vec![membership], i64::MAX)?;
        views.pop().ok_or_else(|| Error::not_found("conversation"))
    })
    .await
}

/// How far each member has come; with `seq`, only those who have received that message.
pub async fn receipts(
    ctx: &Ctx,
    actor: &Actor,
    id: ConversationId,
    seq: Option<i64>,
) -> Result<Vec<Receipt>> {
    let user = actor.user_id();
    ctx.read(move |tx| {
        conversations::role(tx, id, user)?.ok_or_else(|| Error::not_found("conversation"))?;
        let marks = receipts::watermarks(tx, vec![id.0], i64::MAX)?.into_iter().map(|(_, _, mark)| mark);
        Ok(marks
            .filter(|mark| seq.is_none_or(|seq| mark.delivered_seq >= seq))
            .map(|mark| Receipt {
                user_id: mark.user_id,
                delivered_seq: mark.delivered_seq,
                read_seq: mark.read_seq,
            })
            .collect())
    })
    .await
}
