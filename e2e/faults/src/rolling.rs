//! One node after the other is told to stop, and started again.

use crate::{Finding, site::Site};
use kith_client::Transport;
use kith_testkit::load::{Load, Plan};
use std::time::Duration;
use tokio::time::Instant;

/// Ends each node by SIGTERM under load: it drains within 15 s, and whatever was taken was acknowledged.
///
/// # Panics
/// If the site does not start, or a node does not end.
pub async fn round() -> Finding {
    let mut finding = Finding::about("rolling restart").within(Duration::from_secs(15));
    let mut site = Site::start().await;
    // A long-polling session that moves, because nginx hashes anew when a node goes or comes, may lose an answer.
    let transports = &[Transport::WebSocket, Transport::Upgrade, Transport::Raw];
    let load = Load::begin_at(&site.fronts(), &Plan { transports, ..Plan::at(60) }).await;
    let begin = Instant::now();
    for node in &mut site.nodes {
        load.go_on(100).await;
        finding.recovered(node.terminate().await);
        node.restart().await;
        load.recover().await;
    }
    finding.lasted = begin.elapsed();
    finding.judge(load).await;
    let unacknowledged = finding.report.unknown_present;
    finding.expect(
        unacknowledged == 0,
        format!("what is stored is acknowledged, but for {unacknowledged} messages"),
    );
    finding
}
