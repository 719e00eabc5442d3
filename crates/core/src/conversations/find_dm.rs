//! The dm with a person.

use crate::accounts::profile;
use crate::{Actor, Ctx, Result};
use kith_api::ConversationId;
use kith_db::conversations;

/// The dm of the caller with somebody, if they have one.
pub async fn find_dm(ctx: &Ctx, actor: &Actor, id_or_username: &str) -> Result<Option<ConversationId>> {
    let key = super::create::dm_key(actor.user_id(), profile::find(ctx, id_or_username).await?.id);
    ctx.read(move |tx| Ok(conversations::by_dm_key(tx, &key)?)).await
}
