//! Figures.

use crate::{Actor, Ctx, Result};
use kith_api::view::{Role, ServerStats, Stats};
use kith_db::users;

/// Figures about the caller, and for administrators about the server.
pub async fn get(ctx: &Ctx, actor: &Actor) -> Result<Stats> {
    let (id, now, admin) = (actor.user_id(), ctx.now(), actor.role() == Role::Admin);
    let online = ctx.presence().count() as i64;
    ctx.read(move |tx| {
        let (messages_sent, conversations, devices) = users::own_figures(tx, id, now)?;
        let server = if admin {
            let (users, conversations, messages) = users::totals(tx)?;
            Some(ServerStats { users, online, conversations, messages })
        } else {
            None
        };
        Ok(Stats { messages_sent, conversations, devices, server })
    })
    .await
}
