//! Keeping the log as long as the settings say.

use crate::{Ctx, Result};
use kith_db::log;
use uuid::Uuid;

/// Scopes that are looked at, and trimmed in one transaction.
const SCOPES: i64 = 200;

/// Deletes log entries older than the retention; how many. Cursors that old are answered with `resync`.
pub async fn trim_log(ctx: &Ctx) -> Result<u64> {
    let before = ctx.store_now().plus_seconds(-(ctx.settings().log_retention.as_secs() as i64));
    let (mut trimmed, mut after) = (0, Uuid::nil());
    loop {
        let scopes = ctx.read(move |tx| Ok(log::oldest(tx, after, SCOPES)?)).await?;
        let Some((last, _)) = scopes.last() else { return Ok(trimmed) };
        after = *last;
        let overdue: Vec<_> =
            scopes.iter().filter(|(_, oldest)| *oldest < before).map(|(id, _)| *id).collect();
        if overdue.is_empty() {
            continue;
        }
        trimmed += ctx
            .write(Uuid::nil(), move |w| {
                overdue.iter().try_fold(0, |deleted, scope| Ok(deleted + log::trim(w.tx, *scope, before)?))
            })
            .await?;
    }
}
