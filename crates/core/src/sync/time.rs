//! Keeping the store's clock from falling behind cursors across restarts.

use crate::{Ctx, Result};
use kith_db::meta;
use std::time::Duration;

/// An answer that took longer says too little about what time it is now.
const PROMPT: Duration = Duration::from_millis(500);

/// Sets the store's clock by the database server's, and notes in the store how far cursors have gone, if they have. To be called every five seconds: what was given out
/// since is covered by the overlap of cursors, should the machine's clock go back while the server is down.
pub async fn keep_time(ctx: &Ctx) -> Result<()> {
    let clock = &ctx.inner().store_clock;
    let shown = clock.shown();
    let asked = ctx.elapsed();
    let (noted, server_now) = ctx.read(|tx| Ok((meta::time(tx)?, tx.server_now()?))).await?;
    clock.not_before(noted);
    let took = ctx.elapsed().saturating_sub(asked);
    if let Some(now) = server_now.filter(|_| took < PROMPT) {
        clock.set(now, asked + took / 2);
    }
    if noted >= shown {
        return Ok(());
    }
    ctx.write(uuid::Uuid::nil(), move |w| Ok(meta::raise_time(w.tx, shown)?)).await
}
