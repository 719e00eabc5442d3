//! Signing out.

use super::sessions;
use crate::{Actor, Ctx, Result};

/// Ends the caller's session and closes its sockets.
pub async fn logout(ctx: &Ctx, actor: &Actor) -> Result<()> {
    sessions::end(ctx, actor.user_id(), actor.session_id(), "signed_out").await
}

/// Ends every session of the caller; how many.
pub async fn logout_all(ctx: &Ctx, actor: &Actor) -> Result<usize> {
    sessions::end_all(ctx, actor.user_id(), None, "signed_out").await
}
