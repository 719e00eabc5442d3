//! Faults of three nodes behind nginx, in their short form.

use kith_faults::{bus, database, node_kill, partition, rolling};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_is_killed_five_times() {
    node_kill::round(5).await.assert_holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_node_restarts_in_turn() {
    rolling::round().await.assert_holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_restarts_forgets_and_is_away() {
    bus::round().await.assert_holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_is_cut_off() {
    partition::round().await.assert_holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_restarts_under_all_of_them() {
    database::site_round().await.assert_holds();
}
