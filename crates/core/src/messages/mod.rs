//! Messages: sending, listing, editing, deleting, reacting.

pub mod delete;
pub mod edit;
pub mod get;
pub mod list;
pub mod react;
pub mod send;

use crate::{Actor, Error, Result};
use kith_api::MessageId;
use kith_api::view::{ConversationType, MemberRole};
use kith_db::{Tx, conversations, messages};

/// A message that the actor may see, with the conversation's shape and the actor's role in it.
pub(crate) fn visible(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: MessageId,
) -> Result<(messages::Message, ConversationType, MemberRole)> {
    let hidden = || Error::not_found("message");
    let message = messages::visible(tx, id, actor.user_id())?.ok_or_else(hidden)?;
    let (kind, role) =
        conversations::role(tx, message.conversation_id, actor.user_id())?.ok_or_else(hidden)?;
    Ok((message, kind, role))
}
