//! Entries of the log that cannot be read.

use crate::Finding;
use kith_api::ConversationId;
use kith_testkit::{
    Engine, TestServer,
    load::{Load, Plan},
};
use std::time::Duration;
use tokio::{task::block_in_place, time::Instant};

/// Entries that nobody can read: their kind, and their subject in the SQL of SQLite and of PostgreSQL.
const POISONS: [(&str, &str, &str); 3] = [
    ("never heard of", "NULL", "NULL"),
    // Whose receipt, and for which message?
    ("receipt", "zeroblob(16)", "'00000000-0000-0000-0000-000000000000'"),
    // Identifiers have sixteen bytes; PostgreSQL takes nothing else.
    ("joined", "x'0102'", "NULL"),
];

/// Puts unreadable entries into the log under load, and restarts the server so that every device syncs across them: each
/// is flagged in the server's log, and everything else arrives.
///
/// # Panics
/// If the entries cannot be stored.
pub async fn round(engine: Engine) -> Finding {
    let mut finding = Finding::about(format!("poison row, {engine:?}"));
    let mut server = TestServer::start(engine).await;
    let load = Load::begin(&server.rest(), &Plan::at(300)).await;
    let begin = Instant::now();
    load.go_on(200).await;
    let mut planted = Vec::new();
    for poison in POISONS {
        planted.push((poison.0, block_in_place(|| plant(&server, load.group(), poison))));
        let slowest = load.recover().await.pop().unwrap_or_default();
        finding.recovered(slowest);
    }
    server.kill();
    server.restart().await;
    load.recover().await;
    let log = server.log();
    for (kind, version) in planted {
        let place = format!(" version={version} ");
        let flagged = log.lines().any(|line| line.contains("unreadable log entry") && line.contains(&place));
        finding
            .expect(flagged || kind == "receipt", format!("an entry that is {kind} is flagged in the log"));
    }
    for (code, count) in load.refusals() {
        finding.broken.push(format!("no refusals: {count} {code}"));
    }
    finding.lasted = begin.elapsed();
    finding.judge(load).await;
    finding
}

/// Takes the next number of the conversation and logs nonsense under it; the number.
fn plant(server: &TestServer, group: ConversationId, poison: (&str, &str, &str)) -> i64 {
    let (kind, on_sqlite, on_postgres) = poison;
    match server.database() {
        Some(database) => {
            let sql = format!(
                "WITH taken AS (UPDATE conversations SET version = version + 1 WHERE id = '{group}'
                                RETURNING id, version, changed_at)
                 INSERT INTO log (scope_id, version, kind, subject, at)
                 SELECT id, version, '{kind}', {on_postgres}, changed_at FROM taken RETURNING version"
            );
            let version = database.sql(&sql).expect("the poison is planted");
            version.trim().parse().expect("the number is a number")
        }
        None => {
            let group = group.0.simple();
            let path = server.data_dir().join("kith.db");
            let mut store = rusqlite::Connection::open(path).expect("the store opens");
            store.busy_timeout(Duration::from_secs(10)).expect("waiting is possible");
            let immediate = rusqlite::TransactionBehavior::Immediate;
            let planting = store.transaction_with_behavior(immediate).expect("it begins");
            let take = format!("UPDATE conversations SET version = version + 1 WHERE id = x'{group}'");
            planting.execute(&take, []).expect("a number is taken");
            let log = format!(
                "INSERT INTO log (scope_id, version, kind, subject, at)
                 SELECT id, version, '{kind}', {on_sqlite}, changed_at FROM conversations WHERE id = x'{group}'
                 RETURNING version"
            );
            let version = planting.query_row(&log, [], |row| row.get(0)).expect("the poison is planted");
            planting.commit().expect("the poison stays");
            version
        }
    }
}
