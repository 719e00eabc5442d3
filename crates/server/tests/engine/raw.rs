//! Raw WebSocket.

use std::time::Duration;

use kith_server::socket::{Class, Config};
use kith_wire::websocket::Opcode;
use serde_json::{Value, json};

use crate::app::{Server, config};
use crate::client::{Received, Ws};

async fn open(server: &Server, user: &str) -> Ws {
    let ws = Ws::open(server, &format!("/ws?token={user}")).await;
    server.app.noted(&format!("{user} connected /")).await;
    ws
}

#[tokio::test]
async fn commands_are_acknowledged_by_id() {
    let server = Server::start(config()).await;
    let mut ws = open(&server, "anna").await;
    let cases = [
        (
            r#"{"type":"echo","id":7,"data":{"x":1}}"#,
            json!({"type": "ack", "id": 7, "success": true, "data": {"x": 1}}),
        ),
        (
            r#"{"id":"a","type":"number","data":5}"#,
            json!({"type": "ack", "id": "a", "success": true, "data": 5}),
        ),
        (
            r#"{"type":"number","id":null}"#,
            json!({"type": "ack", "id": null, "success": false, "error": "Not a number", "code": "validation"}),
        ),
        (
            r#"{"type":"fail","id":[1]}"#,
            json!({"type": "ack", "id": [1], "success": false, "error": "No such thing", "code": "not_found", "retryAfter": 3}),
        ),
        (
            r#"{"type":"fail"}"#,
            json!({"type": "error", "data": {"error": "No such thing", "code": "not_found", "retryAfter": 3, "ref": "fail"}}),
        ),
        (r#"{"type":"ping"}"#, json!({"type": "pong"})),
        (r#"{"type":"ping","id":3}"#, json!({"type": "pong", "id": 3})),
    ];
    for (sent, expected) in cases {
        ws.send(sent).await;
        assert_eq!(serde_json::from_str::<Value>(&ws.text().await).unwrap(), expected, "{sent}");
    }
    // What nobody waits for is not answered.
    ws.send(r#"{"type":"number","data":5}"#).await;
    ws.send(r#"{"type":"pong"}"#).await;
    ws.is_quiet().await;
    server.app.broadcast("presence", r#"{"userId":1}"#, Class::Ephemeral);
    assert_eq!(ws.text().await, r#"{"type":"presence","data":{"userId":1}}"#);
}

#[tokio::test]
async fn the_token_may_be_a_subprotocol() {
    let server = Server::start(config()).await;
    let offer = "sec-websocket-protocol: kith, anna\r\n";
    let ws = Ws::try_open(server.address, "/ws/1/2", offer).await.unwrap();
    assert!(ws.head.contains("sec-websocket-protocol: kith\r\n"), "{}", ws.head);
    server.app.noted("anna connected /").await;
    let other = Ws::try_open(server.address, "/ws", "sec-websocket-protocol: chat\r\n").await.unwrap();
    assert!(!other.head.contains("sec-websocket-protocol"));
}

#[tokio::test]
async fn a_refused_client_gets_the_code() {
    let server = Server::start(config()).await;
    let mut ws = Ws::open(&server, "/ws?token=expired").await;
    // Frames that came before the refusal are never looked at.
    ws.send(r#"{"type":"number","id":1,"data":5}"#).await;
    assert_eq!(ws.receive().await, Received::Close(Some(4401)));
    drop(ws);
    server.is_deserted().await;
    assert!(server.app.log.lock().is_empty());
}

#[tokio::test]
async fn frames_sent_at_once_wait_for_the_sign_in() {
    let server = Server::start(config()).await;
    let mut ws = Ws::open(&server, "/ws?token=anna").await;
    ws.send(r#"{"type":"number","id":1,"data":5}"#).await;
    assert!(ws.text().await.contains(r#""data":5"#));
}

#[tokio::test]
async fn malformed_frames_close_with_4400_and_large_ones_with_4413() {
    let server = Server::start(Config { max_payload: 10_000, ..config() }).await;
    for frame in ["", "x", "{}", "[]", r#"{"type":5}"#, r#"{"type":"a""#, r#"{"type":"a","type":"b"}"#] {
        let mut ws = open(&server, "anna").await;
        ws.send(frame).await;
        assert_eq!(ws.close_code().await, Some(4400), "{frame}");
        server.app.noted("anna disconnected / malformed").await;
    }
    let mut ws = open(&server, "anna").await;
    ws.frame(Opcode::Binary, b"{}").await;
    assert_eq!(ws.close_code().await, Some(4400));
    server.app.noted("anna disconnected / malformed").await;
    let mut ws = open(&server, "anna").await;
    ws.send(&format!(r#"{{"type":"echo","id":1,"data":"{}"}}"#, "x".repeat(10_000))).await;
    assert_eq!(ws.close_code().await, Some(4413));
    server.app.noted("anna disconnected / too_large").await;
    server.is_deserted().await;
}

#[tokio::test]
async fn the_client_says_goodbye() {
    let server = Server::start(config()).await;
    let mut ws = open(&server, "anna").await;
    ws.frame(Opcode::Close, &4000_u16.to_be_bytes()).await;
    assert_eq!(ws.receive().await, Received::Close(Some(4000)));
    assert_eq!(ws.receive().await, Received::End);
    server.app.noted("anna disconnected / client_left").await;
    let ws = open(&server, "ben").await;
    drop(ws);
    server.app.noted("ben disconnected / connection_lost").await;
    server.is_deserted().await;
}

#[tokio::test]
async fn silence_is_pinged_and_then_closed() {
    let config =
        Config { raw_ping: Duration::from_millis(100), raw_timeout: Duration::from_millis(450), ..config() };
    let server = Server::start(config).await;
    let mut ws = open(&server, "anna").await;
    let mut talker = open(&server, "ben").await;
    let mut pings = 0;
    let code = loop {
        match ws.receive().await {
            Received::Ping => {
                pings += 1;
                // Anything that is said counts.
                talker.send(r#"{"type":"ping"}"#).await;
            }
            Received::Close(code) => break code,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, Some(4408));
    assert!((3..=4).contains(&pings), "{pings}");
    talker.send(r#"{"type":"number","id":1,"data":5}"#).await;
    loop {
        match talker.receive().await {
            Received::Text(text) if text.contains("ack") => break,
            Received::Text(_) | Received::Ping => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn control_frames_are_answered() {
    let server = Server::start(config()).await;
    let mut ws = open(&server, "anna").await;
    ws.frame(Opcode::Ping, b"are you there").await;
    assert_eq!(ws.receive().await, Received::Pong(b"are you there".to_vec()));
}
