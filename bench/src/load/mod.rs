//! The loads, each of which is run against one system at a time and gives figures.

pub(crate) mod http;
pub(crate) mod idle;
pub(crate) mod pairs;
pub(crate) mod room;

use crate::{
    process,
    system::System,
    wire::{self, Receiver, Sender},
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use hdrhistogram::Histogram;
use std::{collections::BTreeMap, io, time::Duration};
use tokio::time::Instant;

/// Measured figures by name.
pub(crate) type Figures = BTreeMap<&'static str, f64>;

/// Connections that are opened at the same time.
const OPENING: usize = 64;

/// Opens a connection for each token, in this order.
pub(crate) async fn connect(system: &System, tokens: Vec<String>) -> io::Result<Vec<(Sender, Receiver)>> {
    let address = system.address();
    stream::iter(tokens)
        .map(|token| async move { wire::open(address, &token).await })
        .buffered(OPENING)
        .try_collect()
        .await
}

/// Processor time of a system over a stretch of time.
pub(crate) struct Meter {
    roots: Vec<u32>,
    cpu: Duration,
    begin: Instant,
}

impl Meter {
    pub(crate) fn start(system: &System) -> io::Result<Self> {
        let roots = system.roots()?;
        Ok(Self { cpu: process::cpu_time(&roots)?, roots, begin: Instant::now() })
    }

    /// Microseconds of processor time and seconds of time since the start.
    pub(crate) fn read(&self) -> io::Result<(f64, f64)> {
        let seconds = self.begin.elapsed().as_secs_f64();
        let cpu = process::cpu_time(&self.roots)?.saturating_sub(self.cpu);
        Ok((cpu.as_secs_f64() * 1e6, seconds))
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
