//! Connection state recovery: nothing lost, nothing twice, and never for somebody else.

use std::time::Duration;

use kith_server::socket::{Class, CloseReason, Config};
use serde_json::{Value, json};

use crate::app::{Server, config};
use crate::client::{Poller, Received, Ws};

/// The `auth` of an official client that comes back.
fn auth(user: &str, reply: &Value, offset: Option<&str>) -> String {
    json!({"token": user, "pid": reply["pid"], "offset": offset}).to_string()
}

/// Emits durable events `from..to`.
fn emit(server: &Server, numbers: std::ops::Range<u32>) {
    for number in numbers {
        server.app.broadcast("new_message", &number.to_string(), Class::Durable);
    }
}

fn messages(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|number| format!(r#"42["new_message",{number}]"#)).collect()
}

/// Connects, receives three events, and loses the connection.
async fn lose_connection(server: &Server) -> (Value, String) {
    let (mut ws, reply) = Ws::connect(server, "anna").await;
    emit(server, 0..3);
    let (events, offset) = ws.events(3).await;
    assert_eq!(events, messages(0..3));
    drop(ws);
    server.app.noted("anna detached /").await;
    (reply, offset.unwrap())
}

#[tokio::test]
async fn a_client_that_comes_back_gets_exactly_what_it_missed() {
    let server = Server::start(config()).await;
    let (reply, offset) = lose_connection(&server).await;
    assert_eq!(server.stats().detached, 1);
    emit(&server, 3..6);
    server.app.broadcast("typing", "{}", Class::Ephemeral);
    let (mut ws, again) = Ws::connect_with(&server, &auth("anna", &reply, Some(&offset))).await;
    // The same ids: official clients take that for `recovered`.
    assert_eq!(again, reply);
    server.app.noted("anna resumed /").await;
    let (events, offset) = ws.events(3).await;
    assert_eq!(events, messages(3..6));
    emit(&server, 6..7);
    let (events, later) = ws.events(1).await;
    assert_eq!(events, messages(6..7));
    assert_ne!(later, offset);
    ws.is_quiet().await;
    assert_eq!((server.stats().detached, server.stats().resumed), (0, 1));
    assert_eq!(*server.app.log.lock(), ["anna connected /", "anna detached /", "anna resumed /"]);
}

#[tokio::test]
async fn what_was_sent_but_not_received_is_sent_again() {
    let server = Server::start(config()).await;
    let (mut ws, reply) = Ws::connect(&server, "anna").await;
    emit(&server, 0..2);
    let (_, offset) = ws.events(2).await;
    emit(&server, 2..20);
    // The server has written all of it; the client has read nothing.
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(ws);
    server.app.noted("anna detached /").await;
    emit(&server, 20..22);
    let (mut ws, _) = Ws::connect_with(&server, &auth("anna", &reply, offset.as_deref())).await;
    let (events, _) = ws.events(20).await;
    assert_eq!(events, messages(2..22));
    ws.is_quiet().await;
}

#[tokio::test]
async fn a_client_that_saw_nothing_yet_resumes_from_the_beginning() {
    let server = Server::start(config()).await;
    let (ws, reply) = Ws::connect(&server, "anna").await;
    drop(ws);
    server.app.noted("anna detached /").await;
    emit(&server, 0..1);
    // An official client leaves the offset out of its JSON.
    let auth = json!({"token": "anna", "pid": reply["pid"]}).to_string();
    let (mut ws, again) = Ws::connect_with(&server, &auth).await;
    assert_eq!(again, reply);
    assert_eq!(ws.events(1).await.0, messages(0..1));
}

#[tokio::test]
async fn recovery_crosses_transports() {
    let server = Server::start(config()).await;
    let (poller, reply) = Poller::connect(&server, "anna").await;
    emit(&server, 0..2);
    let packets = poller.packets(3).await;
    assert_eq!(packets[..2], messages(0..2));
    let offset = packets[2].strip_prefix(r#"42["offset",""#).unwrap().strip_suffix(r#""]"#).unwrap();
    // An Engine.IO close is no goodbye of Socket.IO.
    poller.post("1").await;
    server.app.noted("anna detached /").await;
    emit(&server, 2..4);
    let (mut ws, again) = Ws::connect_with(&server, &auth("anna", &reply, Some(offset))).await;
    assert_eq!(again, reply);
    let (events, offset) = ws.events(2).await;
    assert_eq!(events, messages(2..4));
    ws.send("1").await;
    server.app.noted("anna detached /").await;
    emit(&server, 4..40);

    let poller = Poller::open(&server, "/socket.io").await;
    poller.post(&format!("40{}", auth("anna", &reply, offset.as_deref()))).await;
    let packets = poller.packets(37).await;
    assert_eq!(serde_json::from_str::<Value>(&packets[0][2..]).unwrap(), reply);
    let events: Vec<_> = packets[1..].iter().filter(|packet| !packet.contains("offset")).cloned().collect();
    assert_eq!(events, messages(4..40));
    // Its session answers by the new id.
    poller.post(r#"421["whoami"]"#).await;
    assert!(poller.packets(1).await[0].starts_with("431["));
}

#[tokio::test]
async fn a_connection_that_the_server_believes_alive_is_taken_over() {
    let server = Server::start(config()).await;
    let (mut old, reply) = Ws::connect(&server, "anna").await;
    emit(&server, 0..2);
    let (_, offset) = old.events(2).await;
    let (mut ws, again) = Ws::connect_with(&server, &auth("anna", &reply, offset.as_deref())).await;
    assert_eq!(again, reply);
    assert_eq!(old.close_code().await, None);
    emit(&server, 2..3);
    assert_eq!(ws.events(1).await.0, messages(2..3));
    ws.send(r#"421["whoami"]"#).await;
    assert!(ws.text().await.contains("anna"));
    assert_eq!(server.stats().websocket, 1);
}

#[tokio::test]
async fn nobody_else_and_nothing_made_up_resumes() {
    let server = Server::start(config()).await;
    let (reply, offset) = lose_connection(&server).await;
    let pid = reply["pid"].as_str().unwrap();
    let (key, secret) = pid.split_once('.').unwrap();
    let guesses = [
        json!({"token": "ben", "pid": pid, "offset": offset}),
        json!({"token": "anna", "pid": format!("{key}.AAAAAAAAAAAAAAAAAAAA"), "offset": offset}),
        json!({"token": "anna", "pid": format!("ffff.{secret}"), "offset": offset}),
        json!({"token": "anna", "pid": secret, "offset": offset}),
        json!({"token": "anna", "pid": 5, "offset": offset}),
        // Not what the server said, or from the future.
        json!({"token": "anna", "pid": pid, "offset": "hello"}),
        json!({"token": "anna", "pid": pid, "offset": "~99"}),
        json!({"token": "anna", "pid": pid, "offset": 3}),
    ];
    for guess in guesses {
        let (ws, fresh) = Ws::connect_with(&server, &guess.to_string()).await;
        assert_ne!(fresh["pid"], reply["pid"], "{guess}");
        assert_ne!(fresh["sid"], reply["sid"], "{guess}");
        drop(ws);
    }
    // A refused one is refused, and the session still waits for its owner.
    let mut ws = Ws::engine(&server, "/socket.io").await;
    ws.send(&format!("40{}", auth("expired", &reply, Some(&offset)))).await;
    assert!(ws.text().await.starts_with("44"));
    let (_ws, again) = Ws::connect_with(&server, &auth("anna", &reply, Some(&offset))).await;
    assert_eq!(again, reply);
}

#[tokio::test]
async fn a_goodbye_or_an_end_by_the_server_cannot_be_resumed() {
    let server = Server::start(config()).await;
    let (mut ws, reply) = Ws::connect(&server, "anna").await;
    ws.send("41").await;
    server.app.noted("anna disconnected / client_left").await;
    drop(ws);
    let (_ws, fresh) = Ws::connect_with(&server, &auth("anna", &reply, None)).await;
    assert_ne!(fresh["pid"], reply["pid"]);

    server.app.session().close(CloseReason::Revoked);
    server.app.noted("anna disconnected / revoked").await;
    let (ws, again) = Ws::connect_with(&server, &auth("anna", &fresh, None)).await;
    assert_ne!(again["pid"], fresh["pid"]);

    // Nor one that is ended while it waits.
    drop(ws);
    server.app.noted("anna detached /").await;
    server.app.session().close(CloseReason::Revoked);
    server.app.noted("anna disconnected / revoked").await;
    let (_ws, last) = Ws::connect_with(&server, &auth("anna", &again, None)).await;
    assert_ne!(last["pid"], again["pid"]);
}

#[tokio::test]
async fn the_window_ends() {
    let server = Server::start(Config { recovery_window: Duration::from_millis(200), ..config() }).await;
    let (reply, offset) = lose_connection(&server).await;
    server.app.noted("anna disconnected / connection_lost").await;
    server.is_deserted().await;
    let (_ws, fresh) = Ws::connect_with(&server, &auth("anna", &reply, Some(&offset))).await;
    assert_ne!(fresh["pid"], reply["pid"]);
}

#[tokio::test]
async fn what_no_longer_fits_cannot_be_resumed() {
    let server = Server::start(Config { queue_bytes: 1000, ..config() }).await;
    let (reply, offset) = lose_connection(&server).await;
    emit(&server, 0..100);
    assert!(server.app.session().queued_bytes() <= 1000);
    let (mut ws, fresh) = Ws::connect_with(&server, &auth("anna", &reply, Some(&offset))).await;
    assert_ne!(fresh["pid"], reply["pid"]);
    ws.is_quiet().await;
}

#[tokio::test]
async fn a_pong_confirms_what_came_before() {
    let beats = Config { ping_interval: Duration::from_millis(100), ..config() };
    let server = Server::start(beats).await;
    let (mut ws, reply) = Ws::connect(&server, "anna").await;
    emit(&server, 0..2);
    let (_, first) = ws.events(2).await;
    emit(&server, 2..4);
    let (_, second) = ws.events(2).await;
    let _ = tokio::time::timeout(Duration::from_millis(250), ws.text()).await;
    drop(ws);
    server.app.noted("anna detached /").await;
    // It had everything, so what it says about less is not believed.
    let (ws, fresh) = Ws::connect_with(&server, &auth("anna", &reply, first.as_deref())).await;
    assert_ne!(fresh["pid"], reply["pid"]);
    drop(ws);
    let (_ws, again) = Ws::connect_with(&server, &auth("anna", &reply, second.as_deref())).await;
    assert_eq!(again, reply);
}

#[tokio::test]
async fn other_namespaces_are_connected_anew() {
    let server = Server::start(config()).await;
    let (mut ws, reply) = Ws::connect(&server, "anna").await;
    ws.send(r#"40/custom,{"token":"ben"}"#).await;
    ws.text().await;
    drop(ws);
    server.app.noted("anna detached /").await;
    assert!(server.app.log.lock().contains(&"ben disconnected /custom connection_lost".to_owned()));
    let (mut ws, again) = Ws::connect_with(&server, &auth("anna", &reply, None)).await;
    assert_eq!(again, reply);
    ws.send(r#"40/custom,{"token":"ben"}"#).await;
    assert!(ws.text().await.starts_with("40/custom,"));
}

#[tokio::test]
async fn with_recovery_off_there_is_no_trace_of_it() {
    let server = Server::start(Config { recovery_window: Duration::ZERO, ..config() }).await;
    let (mut ws, reply) = Ws::connect(&server, "anna").await;
    assert!(reply["pid"].is_null());
    emit(&server, 0..1);
    assert_eq!(ws.text().await, messages(0..1)[0]);
    ws.is_quiet().await;
    drop(ws);
    server.app.noted("anna disconnected / connection_lost").await;
    server.is_deserted().await;
}

/// One client loses its connection at random moments while events keep coming.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_lost_connections_lose_and_double_nothing() {
    let server = Server::start(config()).await;
    let (mut ws, reply) = Ws::connect(&server, "anna").await;
    let (mut seen, mut offset): (Vec<u32>, Option<String>) = (Vec::new(), None);
    let mut emitted = 0;
    for round in 0..100_u32 {
        let app = server.app.clone();
        let numbers = emitted..emitted + round * 7 % 13;
        emitted = numbers.end;
        let emitter = tokio::spawn(async move {
            for number in numbers {
                app.broadcast("new_message", &number.to_string(), Class::Durable);
                if number % 3 == 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        });
        // Events count when their offset has come: one segment carries both.
        let mut unconfirmed = Vec::new();
        for _ in 0..round * 5 % 97 {
            let received = tokio::time::timeout(Duration::from_millis(2), ws.receive()).await;
            let Ok(Received::Text(text)) = received else { break };
            if let Some(rest) = text.strip_prefix(r#"42["offset",""#) {
                offset = rest.strip_suffix(r#""]"#).map(str::to_owned);
                seen.append(&mut unconfirmed);
            } else {
                unconfirmed.extend(number(&text));
            }
        }
        // Half of them leave the old connection open, to be taken over.
        let old = (round % 2 == 0).then_some(ws);
        let (next, again) = Ws::connect_with(&server, &auth("anna", &reply, offset.as_deref())).await;
        assert_eq!(again, reply, "round {round}, offset {offset:?} of {emitted}");
        ws = next;
        drop(old);
        emitter.await.unwrap();
    }
    // One more, so that there is something to wait for.
    emit(&server, emitted..emitted + 1);
    emitted += 1;
    let (events, _) = ws.events(emitted as usize - seen.len()).await;
    seen.extend(events.iter().filter_map(|text| number(text)));
    assert_eq!(seen, (0..emitted).collect::<Vec<_>>());
}

/// The number in an event.
fn number(event: &str) -> Option<u32> {
    event.strip_prefix(r#"42["new_message","#)?.strip_suffix(']')?.parse().ok()
}
