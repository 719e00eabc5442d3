//! Keeping the store's clock from falling behind cursors across restarts.

use crate::{Ctx, Result};
use kith_db::meta;

/// Notes in the store how far cursors have gone, if they have. To be called every five seconds: what was given out
/// since is covered by the overlap of cursors, should the machine's clock go back while the server is down.
pub async fn keep_time(ctx: &Ctx) -> Result<()> {
    let shown = ctx.inner().store_clock.shown();
    if ctx.read(|tx| Ok(meta::time(tx)?)).await? >= shown {
        return Ok(());
    }
    ctx.write(uuid::Uuid::nil(), move |w| Ok(meta::raise_time(w.tx, shown)?)).await
}
