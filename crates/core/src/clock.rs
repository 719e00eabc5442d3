//! The only clock and the only source of randomness.

use kith_api::Timestamp;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Wall-clock time; may jump.
    fn now(&self) -> Timestamp;

    /// Time that passed since some moment, the machine's sleep included; never jumps.
    fn elapsed(&self) -> Duration {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
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

/// The store's time: set once by the wall clock, or by the clock of the database server that all nodes share, and then
/// running by itself, so that nobody who sets a clock moves it. It never goes back, not even across restarts.
///
/// Sync cursors are points on it: nothing may be written behind one that was given out. (A hybrid logical clock,
/// Kulkarni et al. 2014, with milliseconds as its only part, since the numbers of a scope order what falls together.)
pub(crate) struct StoreClock {
    clock: Arc<dyn Clock>,
    /// The time when [`Clock::elapsed`] was zero.
    base: AtomicI64,
    /// The newest time that was told.
    time: AtomicI64,
    /// The newest time that a cursor names.
    shown: AtomicI64,
}

impl StoreClock {
    /// A clock that is not behind `newest`, the newest time in the store.
    pub(crate) fn new(clock: Arc<dyn Clock>, newest: Timestamp) -> Self {
        let base = clock.now().0 - milliseconds(&*clock);
        let [base, time, shown] = [base, newest.0, 0].map(AtomicI64::new);
        Self { clock, base, time, shown }
    }

    /// It was this time when so much had elapsed, as the database server says.
    pub(crate) fn set(&self, time: Timestamp, elapsed: Duration) {
        self.base.store(time.0 - elapsed.as_millis() as i64, Ordering::Release);
    }

    /// Some cursor has gone as far as this.
    pub(crate) fn not_before(&self, shown: Timestamp) {
        self.time.fetch_max(shown.0, Ordering::AcqRel);
    }

    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.base.load(Ordering::Acquire) + milliseconds(&*self.clock);
        Timestamp(self.time.fetch_max(now, Ordering::AcqRel).max(now))
    }

    /// The time now, for a cursor.
    pub(crate) fn show(&self) -> Timestamp {
        let now = self.now();
        self.shown.fetch_max(now.0, Ordering::AcqRel);
        now
    }

    /// The newest time that a cursor names.
    pub(crate) fn shown(&self) -> Timestamp {
        Timestamp(self.shown.load(Ordering::Acquire))
    }
}

fn milliseconds(clock: &dyn Clock) -> i64 {
    i64::try_from(clock.elapsed().as_millis()).unwrap_or(i64::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Shows what it is told to.
    #[derive(Default)]
    struct Told {
        now: Mutex<i64>,
        elapsed: Mutex<u64>,
    }

    impl Clock for Told {
        fn now(&self) -> Timestamp {
            Timestamp(*self.now.lock().unwrap())
        }

        fn elapsed(&self) -> Duration {
            Duration::from_millis(*self.elapsed.lock().unwrap())
        }
    }

    #[test]
    fn nobody_who_sets_a_clock_moves_the_store() {
        let told = Arc::new(Told { now: Mutex::new(5_000), elapsed: Mutex::new(100) });
        let store = StoreClock::new(told.clone(), Timestamp(4_000));
        assert_eq!(store.now(), Timestamp(5_000));
        *told.now.lock().unwrap() = 900_000;
        *told.elapsed.lock().unwrap() = 150;
        assert_eq!(store.now(), Timestamp(5_050));
        store.set(Timestamp(7_000), told.elapsed());
        assert_eq!(store.show(), Timestamp(7_000));
        store.set(Timestamp(6_000), told.elapsed());
        *told.elapsed.lock().unwrap() = 500;
        assert_eq!(store.now(), Timestamp(7_000), "it stands still until the server has caught up");
        assert_eq!(store.shown(), Timestamp(7_000));
    }

    #[test]
    fn it_is_not_behind_what_is_stored() {
        let told = Arc::new(Told { now: Mutex::new(5_000), ..Told::default() });
        assert_eq!(StoreClock::new(told, Timestamp(9_000)).now(), Timestamp(9_000));
    }
}
