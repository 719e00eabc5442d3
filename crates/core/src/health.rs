//! Whether what everything depends on answers.

use crate::{Ctx, Error, Result};
use kith_api::ErrorCode;
use kith_db::meta;
use std::time::Duration;
use uuid::Uuid;

/// A dependency that takes longer counts as away.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads something.
pub async fn can_read(ctx: &Ctx) -> Result<()> {
    let read = ctx.read(|tx| Ok(meta::get(tx, "epoch")?));
    in_time(async { read.await.map(drop) }).await
}

/// Commits nothing, by way of a writing thread.
pub async fn can_write(ctx: &Ctx) -> Result<()> {
    in_time(ctx.write(Uuid::nil(), |_| Ok(()))).await
}

async fn in_time(work: impl Future<Output = Result<()>>) -> Result<()> {
    let late = Error::new(ErrorCode::Unavailable, "The database does not answer in time.");
    tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(late))
}
