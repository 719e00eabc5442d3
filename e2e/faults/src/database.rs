//! PostgreSQL is restarted.

use crate::{Finding, site::Site};
use kith_api::ErrorCode;
use kith_client::{Error, Rest};
use kith_testkit::{
    TestServer,
    load::{Load, Plan},
    postgres::Cluster,
};
use std::time::Duration;
use tokio::{
    task::block_in_place,
    time::{Instant, sleep},
};

/// Restarts the PostgreSQL of one server.
///
/// # Panics
/// If PostgreSQL does not start or stop.
pub async fn round() -> Finding {
    let place = crate::Place::new("postgres");
    let cluster = Cluster::private(place.path()).expect("PostgreSQL starts");
    let database = cluster.database().expect("a database is made");
    let mut server = TestServer::prepare(Some(database), &[]).expect("a place for the server is made");
    server.restart().await;
    let finding = restarted("PostgreSQL restart", &cluster, &[server.rest()]).await;
    drop(server);
    finding
}

/// Restarts the PostgreSQL of three nodes.
///
/// # Panics
/// If PostgreSQL does not start or stop.
pub async fn site_round() -> Finding {
    let site = Site::start().await;
    restarted("PostgreSQL restart, three nodes", &site.postgres, &site.fronts()).await
}

/// Stops PostgreSQL for two seconds under load: requests are answered with 503 and `Retry-After`, and all is well within
/// 10 s of its being back.
async fn restarted(fault: &str, cluster: &Cluster, rests: &[Rest]) -> Finding {
    let mut finding = Finding::about(fault).within(Duration::from_secs(10));
    let load = Load::begin_at(rests, &Plan::at(300)).await;
    let begin = Instant::now();
    load.go_on(300).await;
    let ada = &load.people()[0];
    // Not a conversation of the record, so that the checker does not wonder who said this.
    let aside = ada.group("Aside", &[&load.people()[1]]).await.id;

    block_in_place(|| cluster.stop()).expect("PostgreSQL stops");
    let answers = [
        ("a send", ada.rest.send(&crate::message(aside, "Hello?")).await.map(drop)),
        ("a read", ada.rest.history(load.group()).await.map(drop)),
    ];
    for (what, answer) in answers {
        let polite = matches!(&answer, Err(Error::Api(refusal))
            if refusal.status == 503 && refusal.retry_after.is_some());
        finding.expect(polite, format!("{what} is answered with 503 and Retry-After, not {answer:?}"));
    }
    sleep(Duration::from_secs(2)).await;
    block_in_place(|| cluster.resume()).expect("PostgreSQL comes back");
    let slowest = load.recover().await.pop().unwrap_or_default();
    finding.recovered(slowest);
    for (code, count) in load.refusals() {
        finding.expect(
            code == ErrorCode::Unavailable,
            format!("no other refusals than unavailable: {count} {code}"),
        );
    }
    finding.lasted = begin.elapsed();
    finding.judge(load).await;
    finding
}
