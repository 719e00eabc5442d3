//! Power cuts, in their short form; and that they are real ones.

use kith_faults::power;
use std::path::Path;

const WRITER: &str = env!("CARGO_BIN_EXE_soak");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_power_fails() {
    power::round(3, 1).await.assert_holds();
}

/// A disk that lies to the server costs messages that it had acknowledged, and the checker says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_lies_is_found() {
    let finding = power::lying_round(4).await;
    assert!(!finding.holds(), "nothing was lost on a disk that forgets: {}", finding.report);
}

#[test]
fn what_is_not_synced_is_lost() {
    let lost = power::lost_rows(Path::new(WRITER), "NORMAL", 4, 1);
    assert!(lost > 0, "synchronous=NORMAL survived power cuts, so they are none");
}

#[test]
fn what_is_synced_is_kept() {
    assert_eq!(power::lost_rows(Path::new(WRITER), "FULL", 10, 1), 0);
}
