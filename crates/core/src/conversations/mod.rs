//! Conversations: making them, their members, what was read.

pub mod add_member;
pub mod change_role;
pub mod create;
pub mod delete;
pub mod find_dm;
pub mod get;
pub mod list;
pub mod mark;
pub mod remove_member;
pub mod update;

use crate::{Error, Result};
use kith_api::ConversationId;
use kith_api::view::Participant;
use kith_db::{Tx, conversations};

/// The conversation, for changing it.
pub(crate) fn stored(tx: &mut Tx<'_>, id: ConversationId) -> Result<conversations::Conversation> {
    conversations::by_id(tx, id)?.ok_or_else(|| Error::not_found("conversation"))
}

pub(crate) fn participant(
    tx: &mut Tx<'_>,
    id: ConversationId,
    user: kith_api::UserId,
) -> Result<Participant> {
    let member = conversations::member_of(tx, id, user)?.ok_or_else(|| Error::not_found("participant"))?;
    Ok(crate::view::participant(member))
}
