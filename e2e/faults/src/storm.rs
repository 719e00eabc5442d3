//! Everybody comes back at the same time.

use crate::{Finding, Place};
use kith_client::{Backoff, Device, Transport};
use kith_testkit::{Account, TestServer, postgres::Cluster};
use std::{sync::Arc, time::Duration};
use tokio::{
    task::{JoinSet, block_in_place},
    time::{Instant, sleep},
};

/// People in a group; each has one device.
const GROUP: usize = 100;

/// Statements that the return of one device may cost that has missed nothing.
const STATEMENTS: f64 = 2.0;

/// Devices that are connecting at the same time before the storm.
const AT_ONCE: usize = 50;

/// Kills a server that so many devices of as many people are connected to, twice; all have everything within 30 s of its
/// being ready again. Whoever has missed nothing costs two statements.
///
/// # Panics
/// If the devices do not connect in the first place.
pub async fn round(devices: usize) -> Finding {
    let allowed = Duration::from_secs(30);
    let mut finding = Finding::about(format!("reconnect storm, {devices} sockets")).within(allowed);
    let place = Place::new("storm");
    let cluster = Cluster::private(place.path()).expect("PostgreSQL starts");
    let database = cluster.database().expect("a database is made");
    let sql = |sql: &str| block_in_place(|| database.sql(sql)).expect("PostgreSQL answers");
    sql("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
    block_in_place(|| cluster.stop().and_then(|()| cluster.resume())).expect("PostgreSQL restarts");
    sql("CREATE EXTENSION pg_stat_statements");
    // Beginnings and ends of transactions are not counted.
    sql("ALTER SYSTEM SET pg_stat_statements.track_utility = off");
    sql("SELECT pg_reload_conf()");
    let url = database.url();
    let mut server = TestServer::prepare(None, &[("KITH_DATABASE__URL", &url)]).expect("a place is made");
    server.restart().await;
    let rest = server.rest();
    let (mut owners, mut everybody) = (Vec::new(), Vec::new());
    for group in 0..devices.div_ceil(GROUP) {
        let size = GROUP.min(devices - group * GROUP);
        let names = (0..size).map(|number| format!("storm{group}.{number}"));
        let people = in_turn(names, |name| {
            let rest = rest.clone();
            async move { Account::register(&rest, &name).await }
        });
        let people = people.await;
        let id = people[0].group("Storm", &people[1..].iter().collect::<Vec<_>>()).await.id;
        owners.push((people[0].clone(), id));
        everybody.extend(people);
    }
    // Whoever comes back is told again what happened up to ten seconds before the cursor: here it is to be nothing.
    sleep(Duration::from_secs(11)).await;
    let crowd: Vec<Arc<Device>> = in_turn(everybody.into_iter(), |person| async move {
        let device = Device::connect(person.rest, Transport::WebSocket, Backoff::default()).await;
        Arc::new(device.expect("the device connects"))
    })
    .await;

    let begin = Instant::now();
    // All come back to find that they have missed nothing.
    server.kill();
    let times: Vec<u64> = crowd.iter().map(|device| device.returns() + 1).collect();
    server.restart().await;
    sql("SELECT pg_stat_statements_reset()");
    let ready = Instant::now();
    let returning = crowd.iter().zip(times).map(|(device, times)| {
        let device = Arc::clone(device);
        async move { device.until_returned(times, 2 * allowed).await }
    });
    let back = all(returning).await;
    finding.expect(back == devices, format!("all come back: {back} of {devices}"));
    finding.recovered(ready.elapsed());
    let calls = sql("SELECT sum(calls) FROM pg_stat_statements");
    let each = calls.trim().parse::<f64>().unwrap_or(f64::INFINITY) / devices as f64;
    let common = "SELECT calls, regexp_replace(left(query, 100), '\\s+', ' ', 'g')
                  FROM pg_stat_statements ORDER BY calls DESC LIMIT 10";
    let common = sql(common);
    // The server's own, by the clock, are among them.
    let allowed_each = STATEMENTS + 100.0 / devices as f64;
    finding.expect(
        each <= allowed_each,
        format!("at most {STATEMENTS} statements each: {each:.2}, of which\n{common}"),
    );

    // They come back once more, and there is something to read.
    server.kill();
    server.restart().await;
    let ready = Instant::now();
    for (owner, group) in &owners {
        owner.say(*group, "Is everybody back?").await;
    }
    let waiting = crowd.iter().enumerate().map(|(number, device)| {
        let (device, group) = (Arc::clone(device), owners[number / GROUP].1);
        async move {
            let said = |line: &kith_client::Timeline| !line.shown.is_empty();
            device.wait_for(2 * allowed, |view| view.timeline(group).is_some_and(said)).await
        }
    });
    let back = all(waiting).await;
    finding.expect(back == devices, format!("all have what they missed: {back} of {devices}"));
    finding.recovered(ready.elapsed());
    // Each device shows the one message of its group, once.
    let twice = crowd.iter().filter(|device| device.view().timelines().any(|line| line.shown.len() > 1));
    finding.expect(twice.count() == 0, "nobody sees the message twice");
    finding.report.acknowledged = owners.len();
    finding.lasted = begin.elapsed();
    drop((crowd, server));
    finding
}

/// How many of these come to `true`.
async fn all<F>(waiting: impl Iterator<Item = F>) -> usize
where
    F: Future<Output = bool> + Send + 'static,
{
    let mut waiting: JoinSet<bool> = waiting.collect();
    let mut came = 0;
    while let Some(done) = waiting.join_next().await {
        came += usize::from(done.unwrap_or(false));
    }
    came
}

/// Does something for each, a few at a time; the results come in the order of the work.
async fn in_turn<T, R, F>(items: impl Iterator<Item = T>, work: impl Fn(T) -> F) -> Vec<R>
where
    R: Send + 'static,
    F: Future<Output = R> + Send + 'static,
{
    let (mut running, mut done) = (JoinSet::new(), Vec::new());
    for (place, item) in items.enumerate() {
        if running.len() >= AT_ONCE {
            done.extend(running.join_next().await);
        }
        let work = work(item);
        running.spawn(async move { (place, work.await) });
    }
    while let Some(next) = running.join_next().await {
        done.push(next);
    }
    let mut done: Vec<(usize, R)> = done.into_iter().map(|done| done.expect("it is done")).collect();
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}
