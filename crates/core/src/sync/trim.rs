//! Keeping the log as long as the settings say.

use crate::{Ctx, Result};
use kith_db::log;

/// Scopes whose old entries are deleted in one transaction.
const SCOPES: i64 = 100;

/// Deletes log entries older than the retention; how many. Cursors that old are answered with `resync`.
pub async fn trim_log(ctx: &Ctx) -> Result<u64> {
    let before = ctx.store_now().plus_seconds(-(ctx.settings().log_retention.as_secs() as i64));
    let mut trimmed = 0;
    loop {
        let scopes = ctx.read(move |tx| Ok(log::overdue(tx, before, SCOPES)?)).await?;
        if scopes.is_empty() {
            return Ok(trimmed);
        }
        trimmed += ctx
            .write(uuid::Uuid::nil(), move |w| {
                let mut deleted = 0;
                for scope in &scopes {
                    deleted += log::trim(w.tx, *scope, before)?;
                }
                Ok(deleted)
            })
            .await?;
    }
}
