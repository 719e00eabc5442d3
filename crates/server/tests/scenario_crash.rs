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
    // How much more it is depends on what else the machine is doing; the figure is printed.
    assert!(outcome.report.acknowledged > 300, "too little was sent to show anything: {outcome}");
}

kith_testkit::on_both_engines!(five_kills);
