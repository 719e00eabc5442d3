//! The disk is full: a small file system in memory, which only the server sees.

use crate::Finding;
use kith_api::ErrorCode;
use kith_client::Error;
use kith_testkit::{
    TestServer,
    load::{Load, Plan},
};
use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// Gives the server a mount namespace of its own, which ends with it, and 16 MiB for its data.
const SMALL_DISK: &str = r#"mkdir -p "$KITH_SERVER__DATA_DIR"; mount -t tmpfs -o size=16m small "$KITH_SERVER__DATA_DIR"; exec "$@""#;

/// Fills the disk under load: sends are refused with 507 `storage_full`, reads work, and all is well within 5 s of there
/// being room again.
///
/// # Panics
/// If sends are not refused.
pub async fn round() -> Finding {
    let mut finding = Finding::about("disk full").within(Duration::from_secs(5));
    let mut server = TestServer::prepare(None, &[]).expect("a place for the server is made").launched_by([
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-ec",
        SMALL_DISK,
        "sh",
    ]);
    server.restart().await;
    let load = Load::begin(&server.rest(), &Plan::at(300)).await;
    let begin = Instant::now();
    load.go_on(300).await;
    let ada = &load.people()[0];
    // Not a conversation of the record, so that the checker does not wonder who said this.
    let aside = ada.group("Aside", &[&load.people()[1]]).await.id;

    let filler = inside(&server).join("filler");
    fill(&filler);
    let refusal = loop {
        match ada.rest.send(&crate::message(aside, "Is there room?")).await {
            Ok(_) => fill(&filler),
            Err(Error::Api(refusal)) => break refusal,
            Err(error) => panic!("no answer while the disk is full: {error}"),
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "the disk does not fill");
    };
    finding.expect(
        refusal.status == 507 && refusal.code == ErrorCode::StorageFull,
        format!("sends are answered with 507 storage_full, not {} {}", refusal.status, refusal.code),
    );
    // Everybody meets the full disk.
    sleep(Duration::from_secs(1)).await;
    let read = ada.rest.history(load.group()).await;
    finding.expect(read.is_ok_and(|history| history.len() > 20), "reads work while the disk is full");
    fs::remove_file(filler).expect("the filler is removed");
    let slowest = load.recover().await.pop().unwrap_or_default();
    finding.recovered(slowest);
    for (code, count) in load.refusals() {
        finding.expect(
            code == ErrorCode::StorageFull,
            format!("no other refusals than storage_full: {count} {code}"),
        );
    }
    finding.lasted = begin.elapsed();
    finding.judge(load).await;
    finding
}

/// The data directory as the server sees it.
fn inside(server: &TestServer) -> PathBuf {
    let root = PathBuf::from(format!("/proc/{}/root", server.pid().unwrap_or_default()));
    root.join(server.data_dir().strip_prefix("/").unwrap_or(Path::new("")))
}

/// Writes until there is no room.
fn fill(path: &Path) {
    let mut file = File::options().create(true).append(true).open(path).expect("the filler opens");
    for size in [1 << 16, 1 << 12, 1] {
        while file.write_all(&vec![b'x'; size]).is_ok() {}
    }
}
