//! All accounts, for the operator of the server.

use crate::{Ctx, Result};
use kith_db::users::{self, Account};

/// Every account, in order of creation.
pub async fn list(ctx: &Ctx) -> Result<Vec<Account>> {
    ctx.read(|tx| Ok(users::list(tx)?)).await
}
