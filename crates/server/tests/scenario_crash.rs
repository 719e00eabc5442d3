//! The end of the process, asked for: what was taken is kept and answered. Ends that nobody asked for are in `e2e/faults`.

use kith_api::command::SendMessage;
use kith_client::Transport;
use kith_testkit::{Ears, Engine, TestServer};
use std::sync::Arc;
use tokio::task::JoinSet;

async fn a_server_that_is_told_to_stop_keeps_what_it_has_taken(engine: Engine) {
    let mut server = TestServer::start(engine).await;
    let [ada, ben] = [server.account("ada").await, server.account("ben").await];
    let dm = ada.dm(&ben).await.id;
    let ears = Arc::new(Ears::open(&ada.rest, Transport::WebSocket).await);
    let mut sends = JoinSet::new();
    for number in 0..200 {
        let ears = Arc::clone(&ears);
        sends.spawn(async move {
            let content = format!("line {number}");
            let message = SendMessage {
                conversation_id: Some(dm),
                content: Some(content.clone()),
                ..SendMessage::default()
            };
            ears.call("send_message", &message).await.map(|_| content)
        });
    }
    let first = sends.join_next().await.expect("there are sends").expect("no panic").expect("is answered");
    server.terminate().await;
    let mut acknowledged = vec![first];
    acknowledged.extend(sends.join_all().await.into_iter().filter_map(Result::ok));
    server.restart().await;
    let history = ben.rest.history(dm).await.expect("is there");
    let mut kept: Vec<_> = history.into_iter().filter_map(|message| message.content).collect();
    for list in [&mut kept, &mut acknowledged] {
        list.sort();
    }
    assert_eq!(kept, acknowledged, "what was stored was acknowledged, and the other way round");
}

kith_testkit::on_both_engines!(a_server_that_is_told_to_stop_keeps_what_it_has_taken);
