//! History is read from a streaming replica, and nobody notices when that is behind or gone.

use kith_api::command::DeleteFor;
use kith_testkit::{TestServer, postgres::Cluster};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// How often the replica was asked, with this outcome.
async fn reads(server: &TestServer, outcome: &str) -> u64 {
    let reply = reqwest::get(format!("{}/metrics", server.url())).await.expect("answers");
    let metrics = reply.text().await.expect("is text");
    let line = format!("kith_replica_reads_total{{outcome=\"{outcome}\"}} ");
    metrics.lines().find_map(|it| it.strip_prefix(&line)?.parse().ok()).unwrap_or_default()
}

/// Waits until such a read shows, which takes as long as metrics are gathered.
async fn shows(server: &TestServer, outcome: &str, more_than: u64) {
    let begin = Instant::now();
    while reads(server, outcome).await <= more_than {
        assert!(begin.elapsed() < Duration::from_secs(20), "no read that is {outcome}");
        sleep(Duration::from_millis(100)).await;
    }
}

fn directory() -> TempDir {
    tempfile::Builder::new().prefix("kith-pg-").tempdir().expect("a directory is made")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_writes_reads_it_however_far_the_replica_is_behind() {
    let (one, two) = (directory(), directory());
    let primary = Cluster::private(one.path()).expect("PostgreSQL starts");
    let database = primary.database().expect("a database is made");
    let replica = primary.replica(two.path()).expect("a replica starts");
    let url = replica.url_of(&database);
    let settings = [("KITH_DATABASE__REPLICA_URL", &*url)];
    let mut server = TestServer::prepare(Some(database), &settings).expect("a place for the server is made");
    server.restart().await;
    let [ada, ben] = [server.account("ada").await, server.account("ben").await];
    let dm = ada.dm(&ben).await.id;
    for number in 0..60 {
        ada.say(dm, &format!("line {number}")).await;
    }

    let written = primary.sql("SELECT pg_current_wal_lsn()").expect("answers");
    let caught_up = format!("SELECT pg_last_wal_replay_lsn() >= '{}'", written.trim());
    while replica.sql(&caught_up).expect("answers").trim() != "t" {
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(ben.rest.history(dm).await.expect("answers").len(), 60);
    shows(&server, "used", 0).await;

    replica.sql("SELECT pg_wal_replay_pause()").expect("pauses");
    let behind = reads(&server, "behind").await;
    let last = ada.say(dm, "and one more").await;
    assert_eq!(ben.rest.history(dm).await.expect("answers").len(), 61, "written by another, read at once");
    ben.rest.delete_message(last.id, DeleteFor::Me).await.expect("hides it");
    assert_eq!(ben.rest.history(dm).await.expect("answers").len(), 60, "hidden is hidden at once");
    shows(&server, "behind", behind).await;

    drop(replica);
    ada.say(dm, "without a replica").await;
    assert_eq!(ada.rest.history(dm).await.expect("answers").len(), 62);
    shows(&server, "away", 0).await;
}
