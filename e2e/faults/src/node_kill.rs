//! One node of three is killed.

use crate::{Finding, site::Site};
use kith_testkit::load::{Load, Plan};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Kills one node after the other under load; 99 of 100 clients must be back within 5 s.
///
/// # Panics
/// If the site does not start.
pub async fn round(kills: usize) -> Finding {
    let mut finding = Finding::about("one node of three killed").within(Duration::from_secs(5));
    let mut site = Site::start().await;
    let load = Load::begin_at(&site.fronts(), &Plan::at(60)).await;
    let begin = Instant::now();
    let mut back = Vec::new();
    for kill in 0..kills {
        sleep(crate::random(400..1500)).await;
        let node = &mut site.nodes[kill % 3];
        node.kill();
        back.extend(load.recover().await);
        node.restart().await;
    }
    finding.lasted = begin.elapsed();
    finding.recovered_but_one_percent(kills, back);
    finding.judge(load).await;
    finding
}
