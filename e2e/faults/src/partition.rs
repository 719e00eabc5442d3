//! A node is cut off from Redis, from PostgreSQL, and from both: its packets are dropped.

use crate::{
    Finding,
    site::{Service, Site},
};
use kith_testkit::load::{Load, Plan};
use std::time::Duration;
use tokio::{
    task::block_in_place,
    time::{Instant, sleep},
};

/// Cuts a node off under load for some seconds, each time from something else; everybody comes to speak and to hear again.
///
/// # Panics
/// If the site does not start; it needs root.
pub async fn round() -> Finding {
    let mut finding = Finding::about("partition");
    let site = Site::start_apart().await;
    let load = Load::begin_at(&site.fronts(), &Plan::at(60)).await;
    let begin = Instant::now();
    load.go_on(100).await;
    let cuts: [&[Service]; 3] =
        [&[Service::Redis], &[Service::Postgres], &[Service::Redis, Service::Postgres]];
    for (node, from) in cuts.into_iter().enumerate() {
        block_in_place(|| site.cut(node, from));
        sleep(Duration::from_secs(4)).await;
        block_in_place(|| site.heal(node));
        let healed = Instant::now();
        load.recover().await;
        load.catch_up().await;
        finding.recovered(healed.elapsed());
    }
    finding.lasted = begin.elapsed();
    finding.judge(load).await;
    finding
}
