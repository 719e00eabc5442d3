//! What is counted and measured, under the names that `/metrics` shows (Prometheus text format 0.0.4).

use crate::{limits::Tier, socket::Stats};
use kith_core::ReplicaReads;
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::borrow::Cow;
use std::sync::OnceLock;
use std::time::Duration;

const REQUESTS: &str = "kith_http_requests_total";
const REQUEST_SECONDS: &str = "kith_http_request_duration_seconds";
const LIMITED: &str = "kith_limited_total";
const CONNECTIONS: &str = "kith_connections";
const USERS_ONLINE: &str = "kith_users_online";
const COMMANDS: &str = "kith_commands_total";
const COMMAND_SECONDS: &str = "kith_command_duration_seconds";
const EVENTS: &str = "kith_events_total";
const DELIVERIES: &str = "kith_deliveries_total";
const DELIVERY_SECONDS: &str = "kith_delivery_duration_seconds";
const COMMIT_EVENTS: &str = "kith_commit_events";
const DROPPED_EVENTS: &str = "kith_dropped_events_total";
const RESYNCS: &str = "kith_resyncs_total";
const RESUMED: &str = "kith_resumed_sessions_total";
const STALLED: &str = "kith_stalled_clients_total";
const GAPS: &str = "kith_log_gaps_total";
const BUS_CONNECTIONS: &str = "kith_bus_connections_total";
const BUS_DROPPED: &str = "kith_bus_dropped_total";
const REPLICA_READS: &str = "kith_replica_reads_total";
const PANICS: &str = "kith_panics_total";

/// Bounds of latency histograms, seconds.
const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Bounds of the histogram of batches.
const SIZES: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];

/// What `/metrics` reads from.
#[derive(Clone)]
pub struct Exporter(PrometheusHandle);

impl Exporter {
    /// The recorder of this process, installed at the first call.
    pub fn install() -> Self {
        static EXPORTER: OnceLock<Exporter> = OnceLock::new();
        EXPORTER
            .get_or_init(|| {
                let recorder = builder().build_recorder();
                let exporter = Self(recorder.handle());
                if let Err(error) = metrics::set_global_recorder(recorder) {
                    tracing::warn!(%error, "metrics are recorded elsewhere; /metrics stays empty");
                }
                describe();
                exporter
            })
            .clone()
    }

    /// The metrics in the text format.
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Folds what histograms collected; called every few seconds, so that they do not grow between two scrapes.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}

fn builder() -> PrometheusBuilder {
    let suffix = |text: &str| Matcher::Suffix(text.to_owned());
    PrometheusBuilder::new()
        .set_buckets_for_metric(suffix("_seconds"), SECONDS)
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Full(COMMIT_EVENTS.to_owned()), SIZES))
        .expect("the bounds are not empty")
}

fn describe() {
    describe_counter!(REQUESTS, "HTTP requests, by route, method and status");
    describe_histogram!(REQUEST_SECONDS, Unit::Seconds, "Time to answer an HTTP request, by route");
    describe_counter!(LIMITED, "What was refused by a rate limit, by tier");
    describe_gauge!(CONNECTIONS, "Open realtime connections, by transport");
    describe_gauge!(USERS_ONLINE, "People with at least one realtime connection");
    describe_counter!(COMMANDS, "Realtime commands, by name and outcome");
    describe_histogram!(COMMAND_SECONDS, Unit::Seconds, "Time from a command to its acknowledgement");
    describe_counter!(EVENTS, "Events that reached this node, by name");
    describe_counter!(DELIVERIES, "Events put into connections' queues");
    describe_histogram!(
        DELIVERY_SECONDS,
        Unit::Seconds,
        "Time from accepting a message to queueing it for its last recipient"
    );
    describe_histogram!(COMMIT_EVENTS, "Events that one commit announced");
    describe_counter!(DROPPED_EVENTS, "Events that clients lost because they did not keep up");
    describe_counter!(RESYNCS, "Clients that were told to synchronise");
    describe_counter!(RESUMED, "Socket.IO sessions that were resumed");
    describe_counter!(STALLED, "Clients that were closed because they did not read");
    describe_counter!(GAPS, "Gaps in a scope's numbers that were filled from the log");
    describe_counter!(BUS_CONNECTIONS, "Times the bus was connected to, the first time included");
    describe_counter!(BUS_DROPPED, "Packets that were not given to a bus that was away or slow");
    describe_counter!(REPLICA_READS, "Reads for which the replica was asked, by outcome");
    describe_counter!(PANICS, "Defects that were caught at the edge, by place");
}

/// An HTTP request was answered.
pub fn request(method: &'static str, route: &str, status: u16, took: Duration) {
    let route = route.to_owned();
    counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    histogram!(REQUEST_SECONDS, "route" => route).record(took.as_secs_f64());
}

/// A rate limit refused something.
pub fn limited(tier: Tier) {
    let tier = match tier {
        Tier::Api => "api",
        Tier::SignIn => "sign_in",
        Tier::Registration => "registration",
        Tier::Messages => "messages",
        Tier::Commands => "commands",
    };
    counter!(LIMITED, "tier" => tier).increment(1);
}

/// Connections of one transport (`websocket`, `polling`, `raw`) now.
pub fn connections(transport: &'static str, now: usize) {
    gauge!(CONNECTIONS, "transport" => transport).set(now as f64);
}

/// People connected now.
pub fn users_online(now: usize) {
    gauge!(USERS_ONLINE).set(now as f64);
}

/// A realtime command was answered; `outcome` is `ok` or an error's code.
pub fn command(name: &'static str, outcome: &'static str, took: Duration) {
    counter!(COMMANDS, "name" => name, "outcome" => outcome).increment(1);
    histogram!(COMMAND_SECONDS).record(took.as_secs_f64());
}

/// An event reached the hub and went into so many queues.
pub fn event(name: Cow<'static, str>, deliveries: usize) {
    counter!(EVENTS, "name" => name).increment(1);
    counter!(DELIVERIES).increment(deliveries as u64);
}

/// A message was queued for its last recipient, so long after it was accepted.
pub fn delivered(after: Duration) {
    histogram!(DELIVERY_SECONDS).record(after.as_secs_f64());
}

/// So many events were announced by one commit.
pub fn batch(size: usize) {
    histogram!(COMMIT_EVENTS).record(size as f64);
}

/// What the engine has counted since it started: events that slow clients lost, clients that were told to
/// synchronise, sessions that were resumed, clients that were closed because they did not read.
pub fn sockets(stats: &Stats) {
    counter!(DROPPED_EVENTS).absolute(stats.dropped);
    counter!(RESYNCS).absolute(stats.sync_required);
    counter!(RESUMED).absolute(stats.resumed);
    counter!(STALLED).absolute(stats.stalled);
    counter!(PANICS, "where" => "socket").absolute(stats.panics);
}

/// A gap in a scope's numbers was filled from the log.
pub fn gap_filled() {
    counter!(GAPS).increment(1);
}

/// The bus was connected to (again).
pub fn bus_connected() {
    counter!(BUS_CONNECTIONS).increment(1);
}

/// So many packets were not given to the bus.
pub fn bus_dropped(packets: usize) {
    counter!(BUS_DROPPED).increment(packets as u64);
}

/// How often the replica answered, was behind, or did not answer.
pub fn replica(reads: ReplicaReads) {
    for (outcome, count) in [("used", reads.used), ("behind", reads.behind), ("away", reads.away)] {
        counter!(REPLICA_READS, "outcome" => outcome).absolute(count);
    }
}

/// A panic was caught at this place.
pub fn panicked(place: &'static str) {
    counter!(PANICS, "where" => place).increment(1);
}
