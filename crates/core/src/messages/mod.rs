//! Messages: sending, listing, editing, deleting, reacting.

pub mod delete;
pub mod edit;
pub mod get;
pub mod list;
pub mod react;
pub mod send;

use crate::{Actor, Ctx, Error, Result};
use kith_api::view::{ConversationType, MemberRole};
use kith_api::{ConversationId, MessageId};
use kith_db::{Tx, conversations, messages};

/// The conversation of a message: what changes the message queues with everything else that is written there, and does
/// not contend for its row.
async fn place(ctx: &Ctx, id: MessageId) -> Result<ConversationId> {
    let conversation = ctx.read(move |tx| Ok(messages::conversation_of(tx, id)?)).await?;
    conversation.ok_or_else(|| Error::not_found("message"))
}

/// A message that the actor may see, with the conversation's shape and the actor's role in it.
pub(crate) fn visible(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: MessageId,
) -> Result<(messages::Message, ConversationType, MemberRole)> {
    let message = messages::visible(tx, id, actor.user_id())?;
    with_role(tx, actor, message)
}

/// As [`visible`], but also one that the actor has hidden.
fn reachable(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: MessageId,
) -> Result<(messages::Message, ConversationType, MemberRole)> {
    let message = messages::reachable(tx, id, actor.user_id())?;
    with_role(tx, actor, message)
}

fn with_role(
    tx: &mut Tx<'_>,
    actor: &Actor,
    message: Option<messages::Message>,
) -> Result<(messages::Message, ConversationType, MemberRole)> {
    let hidden = || Error::not_found("message");
    let message = message.ok_or_else(hidden)?;
    let role = conversations::role(tx, message.conversation_id, actor.user_id())?;
    let (kind, role) = role.ok_or_else(hidden)?;
    Ok((message, kind, role))
}
