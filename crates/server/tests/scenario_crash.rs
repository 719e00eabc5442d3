//! `kill -9` at random moments under load: nothing acknowledged is lost, doubled or out of order.

use kith_testkit::{
    Engine, TestServer,
    crash::{Plan, crash},
};

async fn five_kills(engine: Engine) {
    let mut server = TestServer::start(engine).await;
    let outcome = crash(&mut server, &Plan::default()).await;
    println!("{engine:?}: {outcome}");
    outcome.report.assert_clean();
    assert!(outcome.report.acknowledged > 500, "too little was sent to show anything: {outcome}");
    assert!(outcome.rate >= 300.0, "the load was too light: {outcome}");
}

kith_testkit::on_both_engines!(five_kills);
