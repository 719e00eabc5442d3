//! Rate limits: one token bucket for each tier and whoever is limited, the same for every transport.
//!
//! A bucket is kept as one number, the time at which it will be full again (the generic cell rate algorithm of ITU-T
//! I.371), and one that is full need not be kept.

use crate::config::{self, Rate};
use kith_api::{ErrorCode, UserId};
use kith_core::Error;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;
use tokio::time::Instant;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Requests of a person, or of an address that is not signed in.
    Api,
    /// Failed sign-ins from an address to an account.
    SignIn,
    /// Registrations from an address.
    Registration,
    /// Messages of a person.
    Messages,
    /// Commands of a person over sockets.
    Commands,
}

/// Who is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A person.
    User(UserId),
    /// An address; of IPv6 the network, of which one subscriber has all addresses.
    Address(IpAddr),
    /// An address that signs in to an account.
    SignIn(IpAddr, u64),
}

impl Key {
    /// Whoever comes from this address.
    pub fn address(address: IpAddr) -> Self {
        Self::Address(subscriber(address))
    }

    /// Whoever comes from this address and says to be `login`, which may be of any length.
    pub fn sign_in(address: IpAddr, login: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        login.trim().to_lowercase().hash(&mut hasher);
        Self::SignIn(subscriber(address), hasher.finish())
    }
}

/// What one customer of a provider has: an IPv4 address, or a /64 of IPv6.
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// What a bucket has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What the full bucket holds.
    pub limit: u32,
    /// What it still holds.
    pub remaining: u32,
    /// Until it is full again.
    pub reset: Duration,
    /// Until there is something in it again; `None` if this was allowed.
    pub retry_after: Option<Duration>,
}

impl Decision {
    /// The error to answer with, if this was not allowed.
    pub fn refusal(&self) -> Option<Error> {
        let message = "This is too much at once; try again in a moment.";
        self.retry_after
            .map(|after| Error { retry_after: Some(after), ..Error::new(ErrorCode::RateLimited, message) })
    }
}

/// All buckets of this process.
#[derive(Debug)]
pub struct Limiter {
    started: Instant,
    api: Option<Buckets>,
    sign_in: Option<Buckets>,
    registration: Option<Buckets>,
    messages: Option<Buckets>,
    commands: Option<Buckets>,
}

impl Limiter {
    /// Empty buckets are made as they are needed.
    pub fn new(limits: &config::Limits) -> Self {
        Self {
            started: Instant::now(),
            api: limits.api().map(Buckets::new),
            sign_in: limits.sign_in().map(Buckets::new),
            registration: limits.registration().map(Buckets::new),
            messages: limits.messages().map(Buckets::new),
            commands: limits.socket_commands().map(Buckets::new),
        }
    }

    /// Takes one; `None` if the tier is off.
    pub fn check(&self, tier: Tier, key: Key) -> Option<Decision> {
        let decision = self.buckets(tier)?.take(key, self.now());
        if decision.retry_after.is_some() {
            crate::metrics::limited(tier);
        }
        Some(decision)
    }

    /// Puts back one that was taken for something that turned out not to count.
    pub fn give_back(&self, tier: Tier, key: Key) {
        if let Some(buckets) = self.buckets(tier) {
            buckets.give_back(key);
        }
    }

    fn buckets(&self, tier: Tier) -> Option<&Buckets> {
        match tier {
            Tier::Api => self.api.as_ref(),
            Tier::SignIn => self.sign_in.as_ref(),
            Tier::Registration => self.registration.as_ref(),
            Tier::Messages => self.messages.as_ref(),
            Tier::Commands => self.commands.as_ref(),
        }
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Locks that requests of different people seldom share.
const SHARDS: usize = 16;
/// Fewest entries at which a shard looks for full buckets to forget.
const SWEEP_AT: usize = 1024;

#[derive(Debug)]
struct Buckets {
    burst: u32,
    /// Time in which one token is gained.
    interval: Duration,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    /// When each bucket is full again, since the limiter's start.
    full_at: HashMap<Key, Duration>,
    sweep_at: usize,
}

impl Buckets {
    fn new(rate: Rate) -> Self {
        let interval = (rate.per / rate.count).max(Duration::from_nanos(1));
        Self { burst: rate.burst, interval, shards: Default::default() }
    }

    fn take(&self, key: Key, now: Duration) -> Decision {
        let mut shard = self.shard(key).lock();
        let decision = self.decide(shard.full_at.get(&key).copied(), now);
        if decision.retry_after.is_none() {
            shard.full_at.insert(key, now + decision.reset);
            if shard.full_at.len() >= shard.sweep_at.max(SWEEP_AT) {
                shard.full_at.retain(|_, full_at| *full_at > now);
                shard.sweep_at = shard.full_at.len() * 2;
            }
        }
        decision
    }

    fn give_back(&self, key: Key) {
        if let Some(full_at) = self.shard(key).lock().full_at.get_mut(&key) {
            *full_at = full_at.saturating_sub(self.interval);
        }
    }

    /// Whether one more token can be taken from a bucket that would be full at `full_at`.
    fn decide(&self, full_at: Option<Duration>, now: Duration) -> Decision {
        let missing = full_at.unwrap_or_default().saturating_sub(now);
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
    use std::net::Ipv4Addr;

    const PER_SECOND: Rate = Rate { count: 1, per: Duration::from_secs(1), burst: 3 };

    fn address(last: u8) -> Key {
        Key::address(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let buckets = Buckets::new(PER_SECOND);
        let at = |seconds| buckets.take(address(1), Duration::from_secs(seconds));
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
            assert_eq!(buckets.take(address(1), Duration::ZERO).remaining, 2);
            buckets.give_back(address(1));
        }
        for _ in 0..4 {
            buckets.take(address(1), Duration::ZERO);
        }
        assert!(buckets.take(address(1), Duration::ZERO).retry_after.is_some());
        assert_eq!(buckets.take(address(2), Duration::ZERO).remaining, 2);
        buckets.give_back(address(3));
        assert_eq!(buckets.take(address(3), Duration::ZERO).remaining, 2);
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let buckets = Buckets::new(PER_SECOND);
        for n in 0..100_000u128 {
            let key = Key::User(UserId(uuid::Uuid::from_u128(n)));
            buckets.take(key, Duration::from_millis(n as u64));
        }
        let kept: usize = buckets.shards.iter().map(|shard| shard.lock().full_at.len()).sum();
        assert!(kept < SHARDS * 2 * SWEEP_AT, "{kept} buckets kept");
    }

    #[test]
    fn one_subscriber_is_one_key() {
        let key = |text: &str| Key::address(text.parse().unwrap());
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), address(1));
        let ip = "192.0.2.1".parse().unwrap();
        assert_eq!(Key::sign_in(ip, " Ada"), Key::sign_in(ip, "ada"));
        assert_ne!(Key::sign_in(ip, "ada"), Key::sign_in(ip, "bob"));
    }
}
