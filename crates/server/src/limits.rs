//! Rate limits: one token bucket for each tier and whoever is limited, the same for every transport.
//!
//! Nodes that have Redis share their buckets; while it is away each counts for itself.

mod buckets;
mod shared;

use crate::bus::Servers;
use crate::config;
use buckets::{Buckets, Taken};
use kith_api::{ErrorCode, UserId};
use kith_core::Error;
use sha2::{Digest, Sha256};
use shared::Shared;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
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
        let mut first = [0; 8];
        first.copy_from_slice(&Sha256::digest(login.trim().to_lowercase())[..8]);
        Self::SignIn(subscriber(address), u64::from_be_bytes(first))
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::User(id) => write!(f, "u.{}", id.0.simple()),
            Self::Address(address) => write!(f, "a.{address}"),
            Self::SignIn(address, login) => write!(f, "s.{address}.{login:016x}"),
        }
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

/// The buckets of every tier.
#[derive(Debug)]
pub struct Limiter {
    started: Instant,
    api: Option<Arc<Buckets>>,
    sign_in: Option<Arc<Buckets>>,
    registration: Option<Arc<Buckets>>,
    messages: Option<Arc<Buckets>>,
    commands: Option<Arc<Buckets>>,
    shared: Option<Shared>,
}

impl Limiter {
    /// Empty buckets are made as they are needed.
    pub fn new(limits: &config::Limits) -> Self {
        let buckets = |rate: Option<config::Rate>| rate.map(|rate| Arc::new(Buckets::new(rate)));
        Self {
            started: Instant::now(),
            api: buckets(limits.api()),
            sign_in: buckets(limits.sign_in()),
            registration: buckets(limits.registration()),
            messages: buckets(limits.messages()),
            commands: buckets(limits.socket_commands()),
            shared: None,
        }
    }

    /// Shares the buckets with the other nodes of a store. Must be called inside a Tokio runtime.
    pub fn share(&mut self, servers: Servers, store: &str) {
        self.shared = Some(Shared::connect(servers, store));
    }

    /// Takes one; `None` if the tier is off.
    pub async fn check(&self, tier: Tier, key: Key) -> Option<Decision> {
        let buckets = self.buckets(tier)?;
        let decision = match buckets.take(key, self.now()) {
            // All nodes together have taken at least as much.
            Taken::Refused(decision) => decision,
            Taken::Surely(decision) => {
                self.tell(tier, key, buckets);
                decision
            }
            Taken::Perhaps(decision) => self.ask(tier, key, buckets).await.unwrap_or(decision),
        };
        if decision.retry_after.is_some() {
            crate::metrics::limited(tier);
        }
        Some(decision)
    }

    /// Puts back one that was taken for something that turned out not to count.
    pub fn give_back(&self, tier: Tier, key: Key) {
        if let Some(buckets) = self.buckets(tier) {
            buckets.give_back(key);
            if let Some(shared) = &self.shared {
                shared.give_back(tier, key, buckets);
            }
        }
    }

    /// What all nodes together have to say.
    async fn ask(&self, tier: Tier, key: Key, buckets: &Arc<Buckets>) -> Option<Decision> {
        let (reset, retry_after) = self.shared.as_ref()?.take(tier, key, buckets).await?;
        Some(buckets.agree(key, self.now(), reset, retry_after))
    }

    /// Takes one from what is shared, without waiting for what becomes of it.
    fn tell(&self, tier: Tier, key: Key, buckets: &Arc<Buckets>) {
        let Some(shared) = &self.shared else { return };
        let answer = shared.take(tier, key, buckets);
        let (buckets, started) = (Arc::clone(buckets), self.started);
        tokio::spawn(async move {
            if let Some((reset, retry_after)) = answer.await {
                buckets.agree(key, started.elapsed(), reset, retry_after);
            }
        });
    }

    fn buckets(&self, tier: Tier) -> Option<&Arc<Buckets>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_subscriber_is_one_key() {
        let key = |text: &str| Key::address(text.parse().unwrap());
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        let ip = "192.0.2.1".parse().unwrap();
        assert_eq!(Key::sign_in(ip, " Ada"), Key::sign_in(ip, "ada"));
        assert_ne!(Key::sign_in(ip, "ada"), Key::sign_in(ip, "bob"));
    }
}
