//! Clients that do not read.

use std::time::Duration;

use kith_server::socket::{Class, Config, Kind};

use crate::app::{Server, config};
use crate::client::{Poller, Received, Ws};

/// An event of about a kilobyte.
fn payload(number: u32) -> String {
    format!(r#"{{"n":{number},"text":"{}"}}"#, "x".repeat(1000))
}

/// Emits until the queue is full, and far beyond.
async fn flood(server: &Server) -> u32 {
    let mut number = 0;
    while server.stats().sync_required == 0 {
        server.app.broadcast("new_message", &payload(number), Class::Durable);
        number += 1;
        if number % 100 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(number < 100_000, "the queue never overflows");
    }
    for _ in 0..10_000 {
        server.app.broadcast("new_message", &payload(number), Class::Durable);
        server.app.broadcast("typing", "{}", Class::Ephemeral);
    }
    number
}

#[tokio::test]
async fn a_client_that_falls_behind_is_told_to_sync_and_goes_on() {
    for kind in [Kind::SocketIo, Kind::Raw] {
        let server = Server::start(config()).await;
        let mut ws = match kind {
            Kind::Raw => Ws::open(&server, "/ws?token=anna").await,
            _ => Ws::connect(&server, "anna").await.0,
        };
        server.app.noted("anna connected /").await;
        flood(&server).await;
        assert!(server.app.session().queued_bytes() <= 256 << 10);
        // Now it reads: what the kernel held, then the request to sync, exactly once.
        let (mut events, mut told) = (0_u32, 0);
        let sync = if kind == Kind::Raw {
            r#"{"type":"sync_required","data":{"reason":"slow"}}"#
        } else {
            r#"42["sync_required",{"reason":"slow"}]"#
        };
        while told == 0 {
            match ws.receive().await {
                Received::Text(text) if text == sync => told += 1,
                Received::Text(text) if text.contains("new_message") => {
                    assert!(text.contains(&format!(r#""n":{events},"#)), "in order");
                    events += 1;
                }
                Received::Text(text) => assert!(text.contains("offset") || text.contains("typing"), "{text}"),
                other => panic!("{other:?}"),
            }
        }
        server.app.broadcast("new_message", "1", Class::Durable);
        loop {
            match ws.receive().await {
                Received::Text(text) if text.contains("new_message") => break,
                Received::Text(text) => assert_ne!(text, sync),
                other => panic!("{other:?}"),
            }
        }
        let stats = server.stats();
        assert_eq!(stats.sync_required, 1);
        assert!(stats.dropped > 10_000);
    }
}

#[tokio::test]
async fn a_client_that_never_reads_is_closed() {
    let server = Server::start(Config { stall_timeout: Duration::from_millis(300), ..config() }).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    flood(&server).await;
    server.app.noted("anna disconnected / stalled").await;
    assert_eq!(server.stats().stalled, 1);
    // It can still learn why, if it reads at last.
    assert_eq!(ws.close_code().await, Some(4503));
    drop(ws);
    server.is_deserted().await;
}

#[tokio::test]
async fn a_client_that_reads_slowly_but_steadily_is_not_closed() {
    let server = Server::start(Config { stall_timeout: Duration::from_millis(400), ..config() }).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    flood(&server).await;
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        for _ in 0..1000 {
            match tokio::time::timeout(Duration::from_millis(5), ws.receive()).await {
                Ok(Received::Close(code)) => panic!("closed with {code:?}"),
                Ok(_) => {}
                // It has caught up.
                Err(_) => break,
            }
        }
    }
    assert_eq!(server.stats().stalled, 0);
}

#[tokio::test]
async fn a_poller_that_falls_behind_is_told_to_sync() {
    let server = Server::start(Config { queue_bytes: 10_000, ..config() }).await;
    let (poller, _) = Poller::connect(&server, "anna").await;
    for number in 0..20 {
        server.app.broadcast("new_message", &payload(number), Class::Durable);
    }
    assert_eq!(poller.packets(1).await, [r#"42["sync_required",{"reason":"slow"}]"#]);
    server.app.broadcast("new_message", "1", Class::Durable);
    assert_eq!(poller.packets(1).await[0], r#"42["new_message",1]"#);
}

#[tokio::test]
async fn a_client_that_asks_without_reading_is_not_read_from() {
    let server = Server::start(Config { stall_timeout: Duration::from_millis(500), ..config() }).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    let question = format!(r#"421["echo","{}"]"#, "x".repeat(50_000));
    // More than both kernels take, so that the sender blocks.
    for _ in 0..2000 {
        let sent = tokio::time::timeout(Duration::from_millis(200), ws.send(&question)).await;
        if sent.is_err() {
            break;
        }
    }
    let queued = server.app.sessions.lock().iter().map(|session| session.queued_bytes()).sum::<usize>();
    assert!(queued <= (256 << 10) + 100_000, "{queued}");
    server.app.noted("anna disconnected / stalled").await;
}

/// One that never reads does not hold up the others, and costs no more than its queue.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_are_not_held_up() {
    let server = Server::start(config()).await;
    let mut stuck = Vec::new();
    for _ in 0..50 {
        stuck.push(Ws::connect(&server, "stuck").await.0);
    }
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    let app = server.app.clone();
    let emitter = tokio::spawn(async move {
        for number in 0..3000 {
            app.broadcast("new_message", &payload(number), Class::Durable);
            if number % 10 == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    });
    let (events, _) = ws.events(3000).await;
    for (number, event) in events.iter().enumerate() {
        assert!(event.contains(&format!(r#""n":{number},"#)), "{number}");
    }
    emitter.await.unwrap();
    for session in server.app.sessions.lock().iter() {
        assert!(session.queued_bytes() <= 256 << 10);
    }
}
