//! Redis is restarted, forgets everything, or is away.

use crate::{Finding, site::Site};
use kith_testkit::load::{Load, Plan};
use std::time::Duration;
use tokio::{
    task::block_in_place,
    time::{Instant, sleep},
};

/// Does all three under load: every device has everything within 3 s of Redis being there again.
///
/// # Panics
/// If the site does not start.
pub async fn round() -> Finding {
    let mut finding = Finding::about("Redis restart, flush, away").within(Duration::from_secs(3));
    let mut site = Site::start().await;
    let load = Load::begin_at(&site.fronts(), &Plan::at(60)).await;
    let begin = Instant::now();
    load.go_on(100).await;

    site.redis.kill(0);
    block_in_place(|| site.redis.restart(0));
    finding.recovered(load.catch_up().await);

    load.go_on(100).await;
    block_in_place(|| site.redis.redis_command(0, &["FLUSHALL"]));
    finding.recovered(load.catch_up().await);

    load.go_on(100).await;
    site.redis.kill(0);
    sleep(Duration::from_secs(3)).await;
    // Sends go on without it.
    load.go_on(100).await;
    block_in_place(|| site.redis.restart(0));
    finding.recovered(load.catch_up().await);

    for (code, count) in load.refusals() {
        finding.broken.push(format!("no refusals: {count} {code}"));
    }
    finding.lasted = begin.elapsed();
    finding.judge(load).await;
    finding
}
