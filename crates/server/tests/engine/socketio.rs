//! The rules of the Socket.IO protocol document, version 5, and what Kith promises on top.

use std::time::Duration;

use kith_server::socket::{Class, CloseReason, Config};
use kith_wire::websocket::Opcode;
use serde_json::{Value, json};

use crate::app::{Server, config};
use crate::client::{Poller, Received, Ws};

#[tokio::test]
async fn a_client_connects_with_its_auth() {
    let server = Server::start(config()).await;
    let (mut ws, reply) = Ws::connect(&server, "anna").await;
    assert_eq!(reply["sid"], json!(server.app.session().id().as_str()));
    assert!(reply["pid"].is_string());
    server.app.noted("anna connected /").await;
    ws.send(r#"421["whoami"]"#).await;
    assert_eq!(ws.text().await, r#"431[{"success":true,"data":["anna","/"]}]"#);

    let (poller, reply) = Poller::connect(&server, "ben").await;
    assert!(reply["sid"].is_string());
    poller.post(r#"420["whoami"]"#).await;
    assert_eq!(poller.get().await.body, r#"430[{"success":true,"data":["ben","/"]}]"#);
}

#[tokio::test]
async fn namespaces_are_independent() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    ws.send(r#"40/custom,{"token":"ben"}"#).await;
    let reply = ws.text().await;
    let reply: Value = serde_json::from_str(reply.strip_prefix("40/custom,").unwrap()).unwrap();
    assert!(reply["sid"].is_string() && reply["pid"].is_null());
    ws.send(r#"42/custom,7["whoami"]"#).await;
    assert_eq!(ws.text().await, r#"43/custom,7[{"success":true,"data":["ben","/custom"]}]"#);
    ws.send("41/custom,").await;
    server.app.noted("ben disconnected /custom client_left").await;
    ws.send(r#"420["whoami"]"#).await;
    assert!(ws.text().await.contains("anna"));
    // A namespace can be connected again, without a comma too.
    ws.send("40/custom").await;
    assert!(ws.text().await.starts_with("40/custom,"));
}

#[tokio::test]
async fn a_refused_client_hears_why() {
    let server = Server::start(config()).await;
    let mut ws = Ws::engine(&server, "/socket.io").await;
    ws.send("40/none,").await;
    let refusal = ws.text().await;
    let refusal: Value = serde_json::from_str(refusal.strip_prefix("44/none,").unwrap()).unwrap();
    assert_eq!(
        refusal,
        json!({"message": "Invalid namespace", "data": {"code": "not_found", "user": "anonymous"}})
    );
    ws.send(r#"40{"token":"panic"}"#).await;
    assert!(ws.text().await.starts_with("44{"));
    // It may try again on the same connection.
    ws.send(r#"40{"token":"anna"}"#).await;
    assert!(ws.text().await.starts_with("40{"));
    assert_eq!(*server.app.log.lock(), ["anna connected /"]);
}

#[tokio::test]
async fn a_client_must_connect_in_time_and_first() {
    let server = Server::start(Config { connect_timeout: Duration::from_millis(300), ..config() }).await;
    let mut silent = Ws::engine(&server, "/socket.io").await;
    let poller = Poller::open(&server, "/socket.io").await;
    for packet in [r#"42["echo"]"#, "41", "430[]", r#"44{"message":"x"}"#] {
        let mut ws = Ws::engine(&server, "/socket.io").await;
        ws.send(packet).await;
        assert_eq!(ws.close_code().await, Some(4400), "{packet}");
    }
    assert_eq!(silent.close_code().await, Some(4408));
    assert_eq!(poller.get().await.body, "1");
    // The timeout runs again when the last namespace is left.
    let (mut left, _) = Ws::connect(&server, "anna").await;
    left.send("41").await;
    assert_eq!(left.close_code().await, Some(4408));
    server.is_deserted().await;
}

#[tokio::test]
async fn packets_that_break_the_protocol_close_the_connection() {
    let server = Server::start(config()).await;
    let packets = [
        "4abc",
        "4",
        "47",
        "42",
        "42{}",
        "42[]",
        "42[null]",
        r#"42[{"toString":1}]"#,
        r#"42["connect"]"#,
        r#"42["disconnect"]"#,
        r#"42abc["echo"]"#,
        r#"4299999999999999999999["echo"]"#,
        r#"42["echo""#,
        r#"42["echo"]]"#,
        r#"42/unknown,["echo"]"#,
        r#"40{"token":"again"}"#,
        "40/x,[]",
        "43[]",
        r#"45["echo"]"#,
        r#"451-["echo"]"#,
        r#"4511-["echo"]"#,
        r#"451000000-["echo"]"#,
        r#"451-["echo",{"_placeholder":true,"num":1}]"#,
    ];
    for packet in packets {
        let (mut ws, _) = Ws::connect(&server, "anna").await;
        ws.send(packet).await;
        assert_eq!(ws.close_code().await, Some(4400), "{packet}");
        server.app.noted("anna disconnected / malformed").await;
    }
    let (poller, _) = Poller::connect(&server, "anna").await;
    assert_eq!(poller.post("42{}").await.status, 400);
    assert_eq!(poller.get().await.status, 400);
    server.is_deserted().await;
}

#[tokio::test]
async fn attachments_go_both_ways() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    let args = r#"{"_placeholder":true,"num":0},"x",{"_placeholder":true,"num":1}"#;
    for (sent, expected) in [
        (format!(r#"452-["back",{args}]"#), format!(r#"452-["back",{args}]"#)),
        (format!(r#"452-9["echo",{args}]"#), format!("462-9[{args}]")),
    ] {
        ws.send(&sent).await;
        ws.frame(Opcode::Binary, &[1, 2, 3]).await;
        ws.frame(Opcode::Binary, &[]).await;
        assert_eq!(ws.text().await, expected);
        assert_eq!(ws.receive().await, Received::Binary(vec![1, 2, 3]));
        assert_eq!(ws.receive().await, Received::Binary(vec![]));
    }
    let (poller, _) = Poller::connect(&server, "ben").await;
    // Attachments may come in a later request.
    poller.post(&format!("452-9[\"echo\",{args}]\u{1e}bAQID")).await;
    poller.post("b").await;
    assert_eq!(poller.packets(3).await, [&format!("462-9[{args}]"), "bAQID", "b"]);
}

#[tokio::test]
async fn broken_attachments_close_the_connection() {
    let server = Server::start(Config { max_payload: 1000, ..config() }).await;
    let begun = r#"451-["echo",{"_placeholder":true,"num":0}]"#;
    let (mut text, _) = Ws::connect(&server, "anna").await;
    text.send(begun).await;
    text.send(r#"42["echo"]"#).await;
    assert_eq!(text.close_code().await, Some(4400));
    let (mut unasked, _) = Ws::connect(&server, "anna").await;
    unasked.frame(Opcode::Binary, b"x").await;
    assert_eq!(unasked.close_code().await, Some(4400));
    // The limit is for a packet with all that belongs to it.
    let (mut large, _) = Ws::connect(&server, "anna").await;
    large.send(begun).await;
    large.frame(Opcode::Binary, &[0; 990]).await;
    assert_eq!(large.close_code().await, Some(4413));
    server.is_deserted().await;
}

#[tokio::test]
async fn commands_answer_by_acknowledgement_or_error_event() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    let cases = [
        (r#"421["echo",1,"2",{"3":[false]}]"#, r#"431[1,"2",{"3":[false]}]"#),
        (r#"422["echo"]"#, "432[]"),
        (r#"423["number",5]"#, r#"433[{"success":true,"data":5}]"#),
    ];
    for (sent, expected) in cases {
        ws.send(sent).await;
        assert_eq!(ws.text().await, expected);
    }
    let error = |text: String, head: &str| -> Value {
        serde_json::from_str(text.strip_prefix(head).unwrap()).unwrap()
    };
    ws.send(r#"424["fail"]"#).await;
    let ack = error(ws.text().await, "434");
    assert_eq!(
        ack,
        json!([{"success": false, "error": "No such thing", "code": "not_found", "retryAfter": 3}])
    );
    ws.send(r#"42["fail"]"#).await;
    let event = error(ws.text().await, "42");
    let payload = json!({"error": "No such thing", "code": "not_found", "retryAfter": 3, "ref": "fail"});
    assert_eq!(event, json!(["error", payload]));
    ws.send(r#"425["panic"]"#).await;
    assert_eq!(error(ws.text().await, "435")[0]["code"], "internal");
    assert_eq!(server.stats().panics, 1);
    // A success that nobody asked for is not sent.
    ws.send(r#"42["number",5]"#).await;
    ws.is_quiet().await;
}

#[tokio::test]
async fn the_server_calls_the_client() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    ws.send(r#"42["ask",5]"#).await;
    assert_eq!(ws.text().await, r#"421["question",5]"#);
    // An answer to no call is ignored, and so is a second one.
    ws.send("4377[0]").await;
    ws.send("431[6,7]").await;
    ws.send("431[8]").await;
    assert_eq!(ws.text().await, r#"42["answered",6,7]"#);
    ws.is_quiet().await;
}

#[tokio::test]
async fn commands_begin_in_order_and_answer_when_they_are_done() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    for (id, pause) in [(1, 300), (2, 20), (3, 150), (4, 0)] {
        ws.send(&format!(r#"42{id}["wait",{pause}]"#)).await;
    }
    let mut answered = Vec::new();
    for _ in 0..4 {
        answered.push(ws.text().await[2..3].to_owned());
    }
    assert_eq!(answered, ["4", "2", "3", "1"]);
    assert_eq!(server.app.log.lock()[1..], ["wait 300", "wait 20", "wait 150", "wait 0"]);
}

#[tokio::test]
async fn no_more_than_64_commands_run_at_once_and_none_is_lost() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    let (poller, _) = Poller::connect(&server, "ben").await;
    let commands: Vec<_> = (0..200).map(|id| format!(r#"42{id}["wait",100]"#)).collect();
    for command in &commands {
        ws.send(command).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(server.app.log.lock().iter().filter(|line| line.starts_with("wait")).count(), 64);
    let mut answered = Vec::new();
    for _ in 0..200 {
        let text = ws.text().await;
        answered.push(text[2..text.find('[').unwrap()].parse::<usize>().unwrap());
    }
    // All of one pause, hence in the order of their beginning.
    assert!(answered.is_sorted());

    server.app.log.lock().clear();
    let payload = commands.join("\x1e");
    let (posted, running) = tokio::join!(poller.post(&payload), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        server.app.log.lock().len()
    });
    assert_eq!((posted.status, running), (200, 64));
    assert_eq!(poller.packets(200).await.len(), 200);
}

#[tokio::test]
async fn commands_are_finished_even_if_the_client_is_gone() {
    let server = Server::start(Config { recovery_window: Duration::ZERO, ..config() }).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    for _ in 0..100 {
        ws.send(r#"42["wait",200]"#).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(ws);
    server.app.noted("anna disconnected / connection_lost").await;
    server.is_deserted().await;
    // The 64 that had begun hold nothing back and crash nothing.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(server.stats().panics, 0);
}

#[tokio::test]
async fn a_slow_connect_is_followed_by_its_events() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    ws.send("40/slow,").await;
    // Twice at once is against the protocol.
    ws.send("40/slow,").await;
    assert_eq!(ws.close_code().await, Some(4400));
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    ws.send("40/slow,").await;
    assert!(ws.text().await.starts_with("40/slow,"));
    ws.send(r#"42/slow,1["echo",1]"#).await;
    assert_eq!(ws.text().await, "43/slow,1[1]");
}

#[tokio::test]
async fn whoever_must_not_come_back_is_told_to_leave_the_namespace() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    server.app.broadcast("session_revoked", "{}", Class::Durable);
    server.app.session().close(CloseReason::Revoked);
    assert!(!server.app.broadcast("late", "{}", Class::Durable).eq(&1));
    let mut seen = Vec::new();
    let code = loop {
        match ws.receive().await {
            Received::Text(text) => seen.push(text),
            Received::Close(code) => break code,
            other => panic!("{other:?}"),
        }
    };
    // The last event, then DISCONNECT, then the close frame.
    assert_eq!(seen.first().unwrap(), r#"42["session_revoked",{}]"#);
    assert!(seen.contains(&"41".to_owned()), "{seen:?}");
    assert_eq!(code, Some(4409));
    server.app.noted("anna disconnected / revoked").await;

    let (poller, _) = Poller::connect(&server, "ben").await;
    poller.post(r#"42["close",4409]"#).await;
    assert_eq!(poller.packets(2).await, ["41", "1"]);
    server.app.noted("ben disconnected / revoked").await;
    assert_eq!(poller.get().await.status, 400);
    server.is_deserted().await;
}

#[tokio::test]
async fn whoever_may_come_back_just_loses_the_connection() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    ws.send(r#"42["close",4429]"#).await;
    assert_eq!(ws.receive().await, Received::Close(Some(4429)));
    server.app.noted("anna disconnected / too_many_events").await;
}

/// A client that is refused a POST hangs up, and never hears the answers to what was taken.
#[tokio::test]
async fn a_closing_session_on_polling_takes_nothing_more_and_refuses_no_post() {
    let server = Server::start(config()).await;
    let (poller, _) = Poller::connect(&server, "anna").await;
    poller.post(r#"42["close",4503]"#).await;
    let answer = poller.post(r#"421["echo","late"]"#).await;
    assert_eq!((answer.status, &*answer.body), (200, "ok"));
    assert_eq!(poller.get().await.body, "1");
    assert_eq!(poller.post(r#"422["echo","later"]"#).await.status, 400);
}

#[tokio::test]
async fn draining_tells_everybody_to_come_back_later() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    let (poller, _) = Poller::connect(&server, "ben").await;
    let (mut raw, address) = (Ws::open(&server, "/ws?token=carl").await, server.address);
    server.until("connected", |stats| stats.raw == 1).await;
    server.app.noted("carl connected /").await;
    let engine = server.engine.clone();
    let drained = tokio::spawn(async move { engine.drain(Duration::from_millis(300)).await });
    let polled = poller.get().await;
    assert_eq!(polled.body, "1");
    assert_eq!(ws.close_code().await, Some(4503));
    assert_eq!(raw.close_code().await, Some(4503));
    // Clients close their side.
    drop((ws, raw));
    drained.await.unwrap();
    server.is_deserted().await;
    let answer = crate::client::http(address, "GET", "/socket.io/?EIO=4&transport=polling", "").await;
    assert_eq!(answer.status, 503);
    assert_eq!(Ws::try_open(address, "/ws", "").await.err().unwrap().status, 503);
}
