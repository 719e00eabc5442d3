//! The only clock and the only source of randomness.

use kith_api::Timestamp;
use std::{
    sync::{
        OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Wall-clock time; may jump.
    fn now(&self) -> Timestamp;

    /// Time that passed since some moment; never jumps.
    fn elapsed(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        instant().duration_since(*START.get_or_init(instant))
    }
}

/// The present, to measure from.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the monotonic clock")]
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Timestamp(since.map_or(0, |duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// The store's time: like the wall clock, but never goes back, not even across restarts.
///
/// Sync cursors are points on it. A wall clock that jumps forward and back again makes it stand still for a while,
/// and nothing written in the meantime falls behind a cursor that was given out. (A hybrid logical clock, Kulkarni
/// et al. 2014, with milliseconds as its only part, since the numbers of a scope order what falls together.)
#[derive(Debug)]
pub(crate) struct StoreClock {
    time: AtomicI64,
    /// The newest time that a cursor names.
    shown: AtomicI64,
}

impl StoreClock {
    /// A clock that is not behind `newest`, the newest time in the store.
    pub(crate) fn starting_at(newest: Timestamp) -> Self {
        Self { time: AtomicI64::new(newest.0), shown: AtomicI64::new(0) }
    }

    /// The time now, given the wall clock's.
    pub(crate) fn at(&self, wall: Timestamp) -> Timestamp {
        Timestamp(self.time.fetch_max(wall.0, Ordering::AcqRel).max(wall.0))
    }

    /// The time now, for a cursor.
    pub(crate) fn show(&self, wall: Timestamp) -> Timestamp {
        let now = self.at(wall);
        self.shown.fetch_max(now.0, Ordering::AcqRel);
        now
    }

    /// The newest time that a cursor names.
    pub(crate) fn shown(&self) -> Timestamp {
        Timestamp(self.shown.load(Ordering::Acquire))
    }
}

/// Fills `N` bytes from the operating system's generator.
#[expect(clippy::disallowed_methods, reason = "the one place that takes randomness from the system")]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without randomness nothing here is safe: tokens, identifiers and salts all rest on it.
    getrandom::fill(&mut bytes).expect("the operating system provides randomness");
    bytes
}

/// A new UUIDv7 for this time.
pub(crate) fn new_id(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random()).into_uuid()
}
