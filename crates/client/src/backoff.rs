//! Waiting between attempts: exponential with a cap and full jitter.

use std::time::Duration;

/// Doubles the longest wait with every failure, up to a cap, and waits a random part of it, so that clients that lost
/// the same server do not come back in step.
#[derive(Clone, Debug)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
    failures: u32,
}

impl Default for Backoff {
    /// From 200 ms up to 10 s.
    fn default() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(10))
    }
}

impl Backoff {
    /// The first wait is below `base`, none is above `cap`.
    pub fn new(base: Duration, cap: Duration) -> Self {
        Self { base, cap, failures: 0 }
    }

    /// The next wait.
    pub fn next_wait(&mut self) -> Duration {
        let longest = self.base.saturating_mul(1 << self.failures.min(20)).min(self.cap);
        self.failures = self.failures.saturating_add(1);
        longest.mul_f64(fraction())
    }

    /// After a success.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

/// From 0 to 1. Without a source of randomness it is the middle: late is better than never.
fn fraction() -> f64 {
    getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_the_cap_and_starts_again() {
        let (base, cap) = (Duration::from_millis(100), Duration::from_secs(1));
        let mut backoff = Backoff::new(base, cap);
        for failures in 0..40 {
            let longest = base.saturating_mul(1 << failures.min(20)).min(cap);
            assert!(backoff.next_wait() <= longest);
        }
        backoff.reset();
        assert!(backoff.next_wait() <= base);
    }

    #[test]
    fn waits_differ() {
        let waits: std::collections::HashSet<_> = (0..20).map(|_| Backoff::default().next_wait()).collect();
        assert!(waits.len() > 10, "clients would come back in step: {waits:?}");
    }
}
