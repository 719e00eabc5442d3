//! Faults of one server, in their short form.

use kith_faults::{clock, crash, database, descriptors, disk, poison, slow};
use kith_testkit::Engine;

async fn five_kills(engine: Engine) {
    let finding = crash::round(engine, 5).await;
    finding.assert_holds();
    assert!(finding.rate() >= 300.0, "the load was too light: {:.0} messages/s", finding.rate());
}

async fn the_clock_jumps(engine: Engine) {
    clock::round(engine).await.assert_holds();
}

async fn the_log_is_poisoned(engine: Engine) {
    poison::round(engine).await.assert_holds();
}

kith_testkit::on_both_engines!(five_kills, the_clock_jumps, the_log_is_poisoned);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disk_is_full() {
    disk::round().await.assert_holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_no_descriptors() {
    descriptors::round(Engine::Sqlite).await.assert_holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_restarts() {
    database::round().await.assert_holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_never_read() {
    slow::round(Engine::Sqlite, 200).await.assert_holds();
}
