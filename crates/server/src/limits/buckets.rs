//! Token buckets of this process.
//!
//! A bucket is kept as one number, the time at which it will be full again (the generic cell rate algorithm of ITU-T
//! I.371), and one that is full need not be kept.

use super::{Decision, Key};
use crate::config::Rate;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// Locks that requests of different people seldom share.
const SHARDS: usize = 16;
/// Fewest entries at which a shard looks for full buckets to forget.
const SWEEP_AT: usize = 1024;

/// How long what all nodes agreed on is believed without asking again.
const FRESH: Duration = Duration::from_secs(1);

/// The buckets of one tier.
#[derive(Debug)]
pub(super) struct Buckets {
    pub(super) burst: u32,
    /// Time in which one token is gained.
    pub(super) interval: Duration,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    buckets: HashMap<Key, Bucket>,
    sweep_at: usize,
}

/// Times since the limiter's start.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    /// When it is full again.
    full_at: Duration,
    /// When all nodes last agreed on that.
    agreed: Option<Duration>,
}

/// What became of a take in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// There was nothing left.
    Refused(Decision),
    /// There is plenty, or was a moment ago when all nodes agreed on it.
    Surely(Decision),
    /// As far as this process knows.
    Perhaps(Decision),
}

impl Buckets {
    pub(super) fn new(rate: Rate) -> Self {
        let interval = (rate.per / rate.count).max(Duration::from_nanos(1));
        Self { burst: rate.burst, interval, shards: Default::default() }
    }

    pub(super) fn take(&self, key: Key, now: Duration) -> Taken {
        let mut shard = self.shard(key).lock();
        let bucket = shard.buckets.get(&key).copied().unwrap_or_default();
        let decision = self.decide(bucket.full_at, now);
        if decision.retry_after.is_some() {
            return Taken::Refused(decision);
        }
        shard.buckets.insert(key, Bucket { full_at: now + decision.reset, ..bucket });
        if shard.buckets.len() >= shard.sweep_at.max(SWEEP_AT) {
            shard.buckets.retain(|_, bucket| bucket.full_at > now);
            shard.sweep_at = shard.buckets.len() * 2;
        }
        let is_fresh = bucket.agreed.is_some_and(|agreed| now < agreed + FRESH);
        match is_fresh && decision.remaining > self.burst / 2 {
            true => Taken::Surely(decision),
            false => Taken::Perhaps(decision),
        }
    }

    pub(super) fn give_back(&self, key: Key) {
        if let Some(bucket) = self.shard(key).lock().buckets.get_mut(&key) {
            bucket.full_at = bucket.full_at.saturating_sub(self.interval);
        }
    }

    /// Notes what all nodes agreed on: how long until the bucket is full, and until something is in it again if it was
    /// empty.
    pub(super) fn agree(
        &self,
        key: Key,
        now: Duration,
        reset: Duration,
        retry_after: Option<Duration>,
    ) -> Decision {
        let mut shard = self.shard(key).lock();
        let reset = reset.min(self.interval * self.burst);
        let bucket = shard.buckets.entry(key).or_default();
        *bucket = Bucket { full_at: bucket.full_at.max(now + reset), agreed: Some(now) };
        let left = (self.interval * self.burst).saturating_sub(reset).as_nanos() / self.interval.as_nanos();
        let remaining = match retry_after {
            Some(_) => 0,
            None => u32::try_from(left).unwrap_or(u32::MAX),
        };
        Decision { limit: self.burst, remaining, reset, retry_after }
    }

    /// Whether one more token can be taken from a bucket that would be full at `full_at`.
    fn decide(&self, full_at: Duration, now: Duration) -> Decision {
        let missing = full_at.saturating_sub(now);
        let whole = self.interval * self.burst;
        let after = missing + self.interval;
        let limit = self.burst;
        match after.checked_sub(whole) {
            Some(wait) if !wait.is_zero() => {
                Decision { limit, remaining: 0, reset: missing, retry_after: Some(wait) }
            }
            _ => {
                let left = (whole - after).as_nanos() / self.interval.as_nanos();
                let remaining = u32::try_from(left).unwrap_or(u32::MAX);
                Decision { limit, remaining, reset: after, retry_after: None }
            }
        }
    }

    fn shard(&self, key: Key) -> &Mutex<Shard> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        &self.shards[hasher.finish() as usize % SHARDS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kith_api::UserId;
    use std::net::{IpAddr, Ipv4Addr};

    const PER_SECOND: Rate = Rate { count: 1, per: Duration::from_secs(1), burst: 3 };

    fn address(last: u8) -> Key {
        Key::address(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
    }

    fn decision(taken: Taken) -> Decision {
        match taken {
            Taken::Refused(decision) | Taken::Surely(decision) | Taken::Perhaps(decision) => decision,
        }
    }

    fn taken(buckets: &Buckets, last: u8) -> Decision {
        decision(buckets.take(address(last), Duration::ZERO))
    }

    #[test]
    fn what_others_took_counts_here() {
        let buckets = Buckets::new(Rate { burst: 10, ..PER_SECOND });
        let at = |millis| buckets.take(address(1), Duration::from_millis(millis));
        assert!(matches!(at(0), Taken::Perhaps(_)), "nobody else was asked yet");
        let agreed = buckets.agree(address(1), Duration::ZERO, Duration::from_secs(3), None);
        assert_eq!(agreed.remaining, 7);
        assert!(matches!(at(10), Taken::Surely(it) if it.remaining == 6));
        assert!(matches!(at(2_000), Taken::Perhaps(_)), "that was long ago");
        buckets.agree(address(1), Duration::from_secs(2), Duration::from_secs(10), None);
        assert!(matches!(at(2_010), Taken::Refused(_)), "the others left nothing");
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let buckets = Buckets::new(PER_SECOND);
        let at = |seconds| decision(buckets.take(address(1), Duration::from_secs(seconds)));
        assert_eq!([at(10), at(10), at(10)].map(|d| d.remaining), [2, 1, 0]);
        let refused = at(10);
        assert_eq!(refused.retry_after, Some(Duration::from_secs(1)));
        assert_eq!(refused.reset, Duration::from_secs(3));
        assert_eq!(at(11).retry_after, None);
        assert!(at(11).retry_after.is_some());
        assert_eq!(at(99).remaining, 2);
    }

    #[test]
    fn what_is_given_back_counts_for_nobody() {
        let buckets = Buckets::new(PER_SECOND);
        for _ in 0..10 {
            assert_eq!(taken(&buckets, 1).remaining, 2);
            buckets.give_back(address(1));
        }
        for _ in 0..4 {
            taken(&buckets, 1);
        }
        assert!(taken(&buckets, 1).retry_after.is_some());
        assert_eq!(taken(&buckets, 2).remaining, 2);
        buckets.give_back(address(3));
        assert_eq!(taken(&buckets, 3).remaining, 2);
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let buckets = Buckets::new(PER_SECOND);
        for n in 0..100_000u128 {
            let key = Key::User(UserId(uuid::Uuid::from_u128(n)));
            buckets.take(key, Duration::from_millis(n as u64));
        }
        let kept: usize = buckets.shards.iter().map(|shard| shard.lock().buckets.len()).sum();
        assert!(kept < SHARDS * 2 * SWEEP_AT, "{kept} buckets kept");
    }
}
