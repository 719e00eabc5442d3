//! The loads, each of which is run against one system at a time and gives figures.

pub(crate) mod http;
pub(crate) mod idle;
pub(crate) mod pairs;
pub(crate) mod room;

use crate::{
    process,
    system::{Account, System},
    wire::{self, Connection, Door},
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use hdrhistogram::Histogram;
use std::{collections::BTreeMap, io, time::Duration};
use tokio::time::Instant;

/// Measured figures by name.
pub(crate) type Figures = BTreeMap<String, f64>;

/// How long a load runs before its figures count.
pub(crate) const WARM_UP: Duration = Duration::from_secs(1);

/// Connections that are opened at the same time.
const OPENING: usize = 64;

/// Names figures.
pub(crate) fn figures<const COUNT: usize>(named: [(&str, f64); COUNT]) -> Figures {
    named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Opens a connection for each of these people, in this order.
pub(crate) async fn connect<'a>(
    system: &System,
    people: impl IntoIterator<Item = &'a Account>,
) -> io::Result<Vec<Connection>> {
    connect_through(system.door(), OPENING, system, people).await
}

/// As [`connect`], with so many at the same time, through a door of one's own.
pub(crate) async fn connect_through<'a>(
    door: Door,
    at_once: usize,
    system: &System,
    people: impl IntoIterator<Item = &'a Account>,
) -> io::Result<Vec<Connection>> {
    let hellos: Vec<_> = people.into_iter().map(|account| system.hello(account)).collect();
    stream::iter(hellos)
        .map(|hello| async move { wire::open(door, &hello).await })
        .buffered(at_once)
        .try_collect()
        .await
}

/// Processor time of a system over a stretch of time.
pub(crate) struct Meter {
    roots: Vec<u32>,
    cpu: Duration,
    /// Of the database alone, if it is a process of its own.
    database: Duration,
    begin: Instant,
}

impl Meter {
    pub(crate) fn start(system: &System) -> io::Result<Self> {
        let roots = system.roots()?;
        let (cpu, database) = (process::cpu_time(&roots)?, process::cpu_time(&roots[1..])?);
        Ok(Self { cpu, database, roots, begin: Instant::now() })
    }

    /// Microseconds of processor time and seconds of time since the start.
    pub(crate) fn read(&self) -> io::Result<(f64, f64)> {
        let seconds = self.begin.elapsed().as_secs_f64();
        let cpu = process::cpu_time(&self.roots)?.saturating_sub(self.cpu);
        Ok((cpu.as_secs_f64() * 1e6, seconds))
    }

    /// Microseconds of processor time of the database alone since the start.
    pub(crate) fn read_database(&self) -> io::Result<f64> {
        let cpu = process::cpu_time(&self.roots[1..])?.saturating_sub(self.database);
        Ok(cpu.as_secs_f64() * 1e6)
    }
}

/// Latencies from a microsecond to a minute.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("these bounds are valid")
}

/// A quantile of microseconds, in milliseconds.
pub(crate) fn milliseconds(histogram: &Histogram<u64>, quantile: f64) -> f64 {
    histogram.value_at_quantile(quantile) as f64 / 1e3
}

/// Microseconds since the load began, as messages are stamped.
pub(crate) fn stamp(begin: Instant) -> u64 {
    u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Keeps the latency of an event that was stamped when it was due.
pub(crate) fn record(histogram: &mut Histogram<u64>, begin: Instant, stamped: u64) {
    histogram.saturating_record(stamp(begin).saturating_sub(stamped).max(1));
}

/// Distinguishes the `clientMessageId`s of runs on the same data.
pub(crate) fn run_number() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_milliseconds() {
        let mut latencies = histogram();
        (1..=1000).for_each(|n| latencies.record(n * 1000).unwrap());
        let near = |value: f64, wanted: f64| (value / wanted - 1.0).abs() < 2e-3;
        assert!(near(milliseconds(&latencies, 0.5), 500.0), "{}", milliseconds(&latencies, 0.5));
        assert!(near(milliseconds(&latencies, 0.99), 990.0), "{}", milliseconds(&latencies, 0.99));
    }
}
