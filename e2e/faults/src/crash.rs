//! The process is killed at random moments.

use crate::Finding;
use kith_testkit::{
    Engine, TestServer,
    load::{Load, Plan},
};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Kills the server again and again under load; it must be ready again within 2 s.
pub async fn round(engine: Engine, kills: usize) -> Finding {
    let mut finding = Finding::about(format!("process crash, {engine:?}")).within(Duration::from_secs(2));
    let mut server = TestServer::start(engine).await;
    let load = Load::begin(&server.rest(), &Plan::default()).await;
    for _ in 0..kills {
        let begin = Instant::now();
        sleep(crate::random(400..1500)).await;
        server.kill();
        finding.lasted += begin.elapsed();
        finding.recovered(server.restart().await);
        load.go_on(1).await;
    }
    finding.judge(load).await;
    finding
}
