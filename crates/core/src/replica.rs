//! Reading from a copy of the store that may be behind it, without anybody noticing.
//!
//! A read says what it must have seen, as numbers that only grow: they are asked of the store itself, which is one cheap
//! look-up, and of the copy in the same snapshot as the read. A copy that is not as far is not believed, so whoever has
//! just written something, on whatever node, finds it.

use crate::{Ctx, Error, Result};
use kith_api::ErrorCode;
use kith_db::{Options, Readers, Tx};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a copy that did not answer is left alone.
const PAUSE: Duration = Duration::from_secs(5);

/// How long it may take to answer; the store itself would do so by then.
const PATIENCE: Duration = Duration::from_secs(2);

/// Numbers that grow with what a read must have seen.
pub(crate) type Mark = [i64; 2];

/// A copy of the store.
pub(crate) struct Replica {
    readers: Readers,
    /// Until when it is left alone, in milliseconds of [`crate::Clock::elapsed`].
    paused: AtomicU64,
    figures: Figures,
}

#[derive(Default)]
struct Figures {
    used: AtomicU64,
    behind: AtomicU64,
    away: AtomicU64,
}

/// How often the copy answered, was behind, or did not answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplicaReads {
    /// It answered.
    pub used: u64,
    /// It did not have all yet.
    pub behind: u64,
    /// It did not answer.
    pub away: u64,
}

impl Replica {
    pub(crate) fn new(options: Options) -> Self {
        Self { readers: Readers::new(options), paused: AtomicU64::new(0), figures: Figures::default() }
    }

    pub(crate) fn close(&self) {
        self.readers.close();
    }

    /// What `work` finds in the copy, or `None` if the copy must not be asked.
    async fn read<T: Send + 'static>(
        &self,
        ctx: &Ctx,
        needed: Mark,
        mark: impl Fn(&mut Tx<'_>) -> Result<Mark> + Send + 'static,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let now = ctx.elapsed().as_millis() as u64;
        if now < self.paused.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let read = self.readers.snapshot(move |tx| {
            let there = match mark(tx) {
                Ok(there) => there,
                Err(error) if error.code == ErrorCode::NotFound => return Ok(None),
                Err(error) => return Err(error),
            };
            let is_there = there.iter().zip(needed).all(|(there, needed)| *there >= needed);
            if is_there { work(tx).map(Some) } else { Ok(None) }
        });
        let late = || Err(Error::new(ErrorCode::Unavailable, "The replica does not answer in time."));
        match tokio::time::timeout(PATIENCE, read).await.unwrap_or_else(|_| late()) {
            Ok(found) => {
                let figure = if found.is_some() { &self.figures.used } else { &self.figures.behind };
                figure.fetch_add(1, Ordering::Relaxed);
                Ok(found)
            }
            Err(error) if matches!(error.code, ErrorCode::Unavailable | ErrorCode::Internal) => {
                tracing::warn!(%error, "the replica is left alone for a while");
                self.figures.away.fetch_add(1, Ordering::Relaxed);
                self.paused.store(now + PAUSE.as_millis() as u64, Ordering::Relaxed);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

impl Ctx {
    /// Reads from the replica, if there is one and it has seen at least what `mark` says of the store; else from the
    /// store. `mark` is asked of the store first, and refuses what the caller may not see.
    pub(crate) async fn read_copy<T: Send + 'static>(
        &self,
        mark: impl Fn(&mut Tx<'_>) -> Result<Mark> + Clone + Send + 'static,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        let Some(replica) = &self.inner().replica else {
            return self
                .snapshot(move |tx| {
                    mark(tx)?;
                    work(tx)
                })
                .await;
        };
        let needed = {
            let mark = mark.clone();
            self.read(move |tx| mark(tx)).await?
        };
        let work = Arc::new(work);
        let found = {
            let work = Arc::clone(&work);
            replica.read(self, needed, mark, move |tx| work(tx)).await?
        };
        match found {
            Some(found) => Ok(found),
            None => self.snapshot(move |tx| work(tx)).await,
        }
    }

    /// How the replica has done since the start.
    pub fn replica_reads(&self) -> ReplicaReads {
        let Some(Replica { figures, .. }) = &self.inner().replica else { return ReplicaReads::default() };
        let count = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
        ReplicaReads {
            used: count(&figures.used),
            behind: count(&figures.behind),
            away: count(&figures.away),
        }
    }
}

/// What somebody who is in a conversation must have seen of it, and of what they did themselves.
pub(crate) fn conversation_mark(
    tx: &mut Tx<'_>,
    id: kith_api::ConversationId,
    user: kith_api::UserId,
) -> Result<Mark> {
    kith_db::conversations::mark(tx, id, user)?.ok_or_else(|| Error::not_found("conversation"))
}
