//! The machine's clock jumps by two days, there and back.

use crate::{Finding, shim};
use kith_testkit::{
    Engine, TestServer,
    load::{Load, Plan},
};
use std::{fs, path::Path};
use tokio::time::Instant;

const TWO_DAYS: i64 = 2 * 24 * 3600;

/// Shifts the server's clock under load, and restarts the server on each time: the order stays, nobody is signed out, and
/// devices go on from their cursors.
///
/// # Panics
/// If the shim cannot be built.
pub async fn round(engine: Engine) -> Finding {
    let mut finding = Finding::about(format!("clock jump, {engine:?}"));
    let place = crate::Place::new("clock");
    let library = shim::build("clock", place.path());
    let shift = place.path().join("shift");
    set(&shift, 0);
    let shift_path = shift.display().to_string();
    let settings = [("LD_PRELOAD", library.as_str()), ("CLOCK_SHIFT", shift_path.as_str())];
    let mut server = TestServer::start_with(engine, &settings).await;
    let load = Load::begin(&server.rest(), &Plan::at(300)).await;
    let begin = Instant::now();
    load.go_on(200).await;
    for jump in [TWO_DAYS, -TWO_DAYS, 0] {
        set(&shift, jump);
        let slowest = load.recover().await.pop().unwrap_or_default();
        finding.recovered(slowest);
        server.kill();
        server.restart().await;
        load.recover().await;
        for person in load.people() {
            let me = person.rest.me().await;
            finding.expect(me.is_ok(), format!("nobody is signed out at {jump} s: {me:?}"));
        }
    }
    for (code, count) in load.refusals() {
        finding.broken.push(format!("no refusals: {count} {code}"));
    }
    finding.lasted = begin.elapsed();
    finding.judge(load).await;
    finding
}

/// The shim maps the file, so it is written in place.
fn set(path: &Path, seconds: i64) {
    use std::os::unix::fs::FileExt as _;
    let file = fs::File::options().create(true).truncate(false).write(true).open(path);
    file.and_then(|file| file.write_all_at(&seconds.to_ne_bytes(), 0)).expect("the shift is written");
}
