//! Readers that never read.

use crate::Finding;
use kith_client::realtime::websocket;
use kith_testkit::{
    Engine, TestServer,
    load::{Load, Plan},
};
use std::fs;
use tokio::time::Instant;

/// What a reader may cost: 300 MB for a thousand.
const BYTES_EACH: u64 = 300_000;

/// Messages that they are sent, and their length: more than the kernel and the server keep for one of them.
const MESSAGES: usize = 300;
const LENGTH: usize = 4000;

/// Opens sockets that are never read from, and says so much to them that every queue overflows, while others talk.
///
/// # Panics
/// If a reader is not let in.
pub async fn round(engine: Engine, readers: usize) -> Finding {
    let mut finding = Finding::about("readers that never read");
    let server = TestServer::start_with(engine, &[("KITH_REALTIME__CONNECTIONS_PER_USER", "10000")]).await;
    let load = Load::begin(&server.rest(), &Plan::at(100)).await;
    let begin = Instant::now();
    load.go_on(100).await;
    let people = load.people();
    let aside = people[0].group("Aside", &people[1..].iter().collect::<Vec<_>>()).await.id;
    let url = server.rest().base().join("/ws").expect("the address is an address");
    let mut stuck = Vec::new();
    for person in people.iter().cycle().take(readers) {
        let token = format!("Bearer {}", person.rest.token().unwrap_or_default());
        let socket = websocket::connect(&url, &[("Authorization", &token)]).await;
        stuck.push(socket.expect("the reader is let in"));
    }
    let before = resident(&server);
    let mut most = before;
    let text = "x".repeat(LENGTH);
    for _ in 0..MESSAGES {
        people[0].rest.send(&crate::message(aside, &text)).await.expect("is sent");
        most = most.max(resident(&server));
    }
    let grown = most.saturating_sub(before);
    finding.expect(
        grown < BYTES_EACH * readers as u64,
        format!("{readers} readers cost less than {BYTES_EACH} bytes each: {grown} bytes in all"),
    );
    finding.recovered(load.recover().await.pop().unwrap_or_default());
    finding.expect(load.refusals().is_empty(), format!("no refusals: {:?}", load.refusals()));
    finding.lasted = begin.elapsed();
    finding.judge(load).await;
    drop(stuck);
    finding
}

/// Bytes of memory that the server has.
fn resident(server: &TestServer) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid().unwrap_or_default()));
    let status = status.expect("the process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.expect("the kernel says how much") * 1024
}
