//! The process may open no more files.

use crate::Finding;
use kith_api::ErrorCode;
use kith_testkit::{
    Engine, TestServer,
    load::{Load, Plan},
};
use reqwest::Method;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::{fs, time::Duration};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};

/// Takes away what descriptors are left under load: newcomers wait, sessions live on, and newcomers are let in when there
/// is room again.
///
/// # Panics
/// If the limit cannot be set.
pub async fn round(engine: Engine) -> Finding {
    let mut finding = Finding::about("out of descriptors");
    let server = TestServer::start(engine).await;
    let load = Load::begin(&server.rest(), &Plan::at(300)).await;
    let begin = Instant::now();
    load.go_on(300).await;

    let pid = server.pid().expect("the server runs");
    let used = fs::read_dir(format!("/proc/{pid}/fd")).expect("the process is there").count() as u64;
    let pid = Pid::from_raw(pid.cast_signed());
    let limit = |files: Option<u64>| {
        let hard = prlimit(pid, Resource::Nofile, Rlimit { current: files, maximum: Some(19_000) });
        hard.expect("the limit of open files is set")
    };
    let before = limit(Some(used + 4));
    let mut crowd = Vec::new();
    for _ in 0..20 {
        crowd.push(TcpStream::connect(server.address()).await.expect("the kernel takes the connection"));
    }
    let stranger = server.rest();
    let let_in = stranger.raw(Method::GET, "/health/live", None);
    let let_in = timeout(Duration::from_secs(1), let_in).await;
    finding.expect(let_in.is_err(), "newcomers wait while there are no descriptors");
    finding.expect(server.log().contains("accepting pauses"), "the log says why newcomers wait");
    let talked = load.go_on(200).await;
    finding
        .expect(talked < Duration::from_secs(5), format!("sessions live on: 200 messages took {talked:?}"));

    drop(crowd);
    limit(before.current.min(Some(19_000)));
    let healed = Instant::now();
    let answer = stranger.raw(Method::GET, "/health/ready", None).await;
    finding.expect(answer.is_ok_and(|answer| answer.status == 200), "newcomers are let in again");
    load.recover().await;
    finding.recovered(healed.elapsed());
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
