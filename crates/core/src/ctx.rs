//! What every action works with.

use crate::accounts::{cache::AccountCache, hasher::Hasher, sessions::SessionCache, tokens::Tokens};
use crate::clock::{self, StoreClock};
use crate::presence::PresenceBoard;
use crate::replica::Replica;
use crate::typing::TypingBoard;
use crate::write::{self, Job, Write};
use crate::{Clock, Error, Result};
use kith_api::view::{ConversationType, MemberRole};
use kith_api::{ConversationId, Envelope, Event, Scope, Timestamp, UserId};
use kith_db::{Engine, Options, Readers, Tx, Writers, conversations, meta, migrate};
use moka::sync::Cache;
use std::{sync::Arc, time::Duration};
use tokio::sync::oneshot;
use uuid::Uuid;

/// How long a role is believed by ephemeral commands when another node changes it.
const ROLE_TTL: Duration = Duration::from_secs(60);

/// Takes events to those they concern. Called after the commit, on a writing thread: it must not block.
pub trait Publisher: Send + Sync {
    /// Events in the order they were committed.
    fn publish(&self, envelopes: Vec<Envelope>);

    /// What other processes remember of this account is no longer so.
    fn forget(&self, account: UserId);
}

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Anybody.
    Open,
    /// Nobody; administrators make accounts.
    Closed,
}

/// Rules that actions follow, from the configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Signs tokens; at least 32 bytes.
    pub secret: Vec<u8>,
    /// Lifetime of an access token.
    pub access_ttl: Duration,
    /// Lifetime of a refresh token.
    pub refresh_ttl: Duration,
    /// How long a rotated refresh token still answers with its successor.
    pub refresh_grace: Duration,
    /// Who may make an account.
    pub registration: Registration,
    /// While there is no administrator, only the account with this address becomes one; without it, the first account.
    pub admin_email: Option<String>,
    /// Failed sign-ins that lock an account, and within which time.
    pub lockout: (u32, Duration),
    /// Fewest characters of a password, and its least zxcvbn score (0–4).
    pub password: (usize, u8),
    /// Argon2id memory in KiB, passes and lanes.
    pub argon2: (u32, u32, u32),
    /// How long the log is kept: older cursors get `resync`.
    pub log_retention: Duration,
    /// Writing threads on PostgreSQL.
    pub writers: usize,
    /// A copy of the store for reading, which may be behind.
    pub replica: Option<Engine>,
}

/// Database, clock, randomness, caches and the way out to the clients. Cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) readers: Readers,
    pub(crate) replica: Option<Replica>,
    writers: Writers<Job>,
    pub(crate) publisher: Arc<dyn Publisher>,
    clock: Arc<dyn Clock>,
    pub(crate) store_clock: Arc<StoreClock>,
    pub(crate) epoch: String,
    pub(crate) tokens: Tokens,
    pub(crate) hasher: Hasher,
    pub(crate) sessions: SessionCache,
    pub(crate) accounts: AccountCache,
    /// Accounts by name, and dms by their pair: neither ever changes its meaning, so nothing invalidates them.
    pub(crate) user_ids: Cache<String, UserId>,
    pub(crate) dm_ids: Cache<(UserId, UserId), ConversationId>,
    /// Roles, asked for by ephemeral commands; durable ones read them in their transaction.
    pub(crate) roles: Cache<(ConversationId, UserId), Option<(ConversationType, MemberRole)>>,
    pub(crate) presence: PresenceBoard,
    pub(crate) typing: TypingBoard,
}

impl Ctx {
    /// Brings the schema up to date and starts the database threads.
    pub fn open(
        options: &Options,
        settings: Settings,
        clock: Arc<dyn Clock>,
        publisher: Arc<dyn Publisher>,
    ) -> Result<Self, kith_db::Error> {
        for name in migrate::up(options, clock.now())? {
            tracing::info!(migration = name, "migrated");
        }
        let fresh_epoch = hex(&clock::random::<8>());
        let (newest, server_now, epoch) = kith_db::Connection::open(options)?.transaction(|tx| {
            let newest = kith_db::conversations::newest_change(tx)?.max(meta::time(tx)?);
            let server_now = tx.server_now()?;
            Ok::<_, kith_db::Error>((newest, server_now, meta::get_or_set(tx, "epoch", &fresh_epoch)?))
        })?;
        let store_clock = Arc::new(StoreClock::new(Arc::clone(&clock), newest));
        if let Some(now) = server_now {
            store_clock.set(now, clock.elapsed());
        }
        let count = match options.engine {
            kith_db::Engine::Sqlite(_) => 1,
            kith_db::Engine::Postgres(_) => settings.writers,
        };
        let batches = write::Batches {
            publisher: Arc::clone(&publisher),
            clock: Arc::clone(&clock),
            store_clock: Arc::clone(&store_clock),
            standings: Cache::new(200_000),
        };
        let writers = Writers::start(options, count, move |connection, jobs| batches.run(connection, jobs))?;
        Ok(Self {
            inner: Arc::new(Inner {
                readers: Readers::new(options.clone()),
                replica: settings
                    .replica
                    .clone()
                    .map(|engine| Replica::new(Options { engine, ..options.clone() })),
                writers,
                publisher,
                clock,
                store_clock,
                epoch,
                tokens: Tokens::new(&settings),
                hasher: Hasher::new(settings.argon2),
                sessions: SessionCache::new(),
                accounts: AccountCache::new(),
                user_ids: Cache::new(100_000),
                dm_ids: Cache::new(100_000),
                roles: Cache::builder().max_capacity(200_000).time_to_live(ROLE_TTL).build(),
                presence: PresenceBoard::default(),
                typing: TypingBoard::default(),
                settings,
            }),
        })
    }

    /// Waits until everything that was asked to be written is committed, refuses what is asked afterwards, and lets the
    /// reading threads end. Blocks.
    pub fn close(&self) {
        self.inner.writers.close();
        self.inner.readers.close();
        if let Some(replica) = &self.inner.replica {
            replica.close();
        }
    }

    /// The rules.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Wall-clock time.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Time that passed since some moment; never jumps.
    pub(crate) fn elapsed(&self) -> Duration {
        self.inner.clock.elapsed()
    }

    /// The store's time: never goes back.
    pub(crate) fn store_now(&self) -> Timestamp {
        self.inner.store_clock.now()
    }

    /// The store's time, for a cursor.
    pub(crate) fn shown_now(&self) -> Timestamp {
        self.inner.store_clock.show()
    }

    /// A new identifier.
    pub fn new_id(&self) -> Uuid {
        clock::new_id(self.now())
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// Who is connected.
    pub fn presence(&self) -> &PresenceBoard {
        &self.inner.presence
    }

    /// Changes state: `work` runs in a transaction that it may share with others, is undone as a whole if it fails,
    /// and what it [emits](Write::emit) is announced after the commit. It runs again, from the beginning, if another
    /// transaction was in the way: work that locks the same rows should have the same `scope`, which names the writing
    /// thread, so that this is rare.
    pub async fn write<T: Send + 'static>(
        &self,
        scope: Uuid,
        work: impl Fn(&mut Write<'_, '_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.submit(scope, write::job(work, reply))?;
        answered(answer).await
    }

    /// As [`Self::write`], with the conversation locked: what `work` sees of it and its members stays so until the
    /// commit, whatever other nodes do.
    pub async fn change<T: Send + 'static>(
        &self,
        id: ConversationId,
        work: impl Fn(&mut Write<'_, '_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let locked = move |w: &mut Write<'_, '_>| {
            conversations::lock(w.tx, id)?;
            work(w)
        };
        self.write(id.0, locked).await
    }

    pub(crate) fn submit(&self, scope: Uuid, job: Job) -> Result<()> {
        let (high, low) = scope.as_u64_pair();
        self.inner.writers.submit(high ^ low, job).map_err(|_| stopped())
    }

    /// Reads without a transaction.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.inner.readers.read(work).await
    }

    /// Reads one state of the store with several statements.
    pub async fn snapshot<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.inner.readers.snapshot(work).await
    }

    /// What tells this store from others: cursors and nodes of one are of no use to another.
    pub fn epoch(&self) -> &str {
        &self.inner.epoch
    }

    /// Forgets which role somebody has in a conversation: it has changed.
    pub fn forget_role(&self, id: ConversationId, user: UserId) {
        self.inner.roles.invalidate(&(id, user));
    }

    /// Announces an ephemeral event: it has no number and is never stored.
    pub fn whisper(&self, scope: Scope, except: Option<UserId>, event: Event) {
        self.inner.publisher.publish(vec![Envelope {
            scope,
            version: None,
            event,
            except,
            aside: None,
            accepted: None,
        }]);
    }
}

pub(crate) async fn answered<T>(answer: oneshot::Receiver<Result<T>>) -> Result<T> {
    answer.await.unwrap_or_else(|_| Err(stopped()))
}

fn stopped() -> Error {
    kith_db::Error::Unavailable("the writers have stopped".into()).into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
