//! The rules of the Engine.IO protocol document, version 4.

use std::time::Duration;

use tokio::time::Instant;

use kith_server::socket::Config;
use serde_json::{Value, json};

use crate::app::{Server, config};
use crate::client::{Poller, Received, Ws, http, soon};

const POLLING: &str = "/engine.io/?EIO=4&transport=polling";
const WEBSOCKET: &str = "/engine.io/?EIO=4&transport=websocket";

fn short_beats() -> Config {
    Config { ping_interval: Duration::from_millis(300), ping_timeout: Duration::from_millis(200), ..config() }
}

#[tokio::test]
async fn a_handshake_announces_the_session_on_both_transports() {
    let server = Server::start(config()).await;
    let answer = http(server.address, "GET", POLLING, "").await;
    assert!(
        answer.head.contains("content-type: text/plain; charset=utf-8") && answer.head.contains("no-store")
    );
    let mut open: Value = serde_json::from_str(answer.body.strip_prefix('0').unwrap()).unwrap();
    assert_eq!(open["sid"].take().as_str().unwrap().len(), 20);
    let expected = |upgrades: Value| json!({"sid": null, "upgrades": upgrades, "pingInterval": 20_000, "pingTimeout": 20_000, "maxPayload": 1 << 20});
    assert_eq!(open, expected(json!(["websocket"])));

    let mut ws = Ws::open(&server, WEBSOCKET).await;
    let mut open: Value = serde_json::from_str(ws.text().await.strip_prefix('0').unwrap()).unwrap();
    open["sid"].take();
    assert_eq!(open, expected(json!([])));
    // Without the slash at the end as well.
    assert_eq!(http(server.address, "GET", "/engine.io?EIO=4&transport=polling", "").await.status, 200);
}

#[tokio::test]
async fn bad_handshakes_are_refused() {
    let server = Server::start(config()).await;
    let cases = [
        ("GET", "/engine.io/?transport=polling", 5),
        ("GET", "/engine.io/?EIO=3&transport=polling", 5),
        ("GET", "/engine.io/?EIO=abc&transport=polling", 5),
        ("GET", "/engine.io/?EIO=4", 0),
        ("GET", "/engine.io/?EIO=4&transport=abc", 0),
        ("POST", POLLING, 2),
        ("PUT", POLLING, 2),
        ("GET", "/engine.io/?EIO=4&transport=polling&sid=unknown", 1),
        ("GET", "/engine.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA", 1),
        ("POST", "/engine.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA", 1),
    ];
    for (method, target, code) in cases {
        let answer = http(server.address, method, target, "").await;
        let problem: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, problem["code"].as_u64()), (400, Some(code)), "{method} {target}");
    }
    for target in [
        "/engine.io/?transport=websocket",
        "/engine.io/?EIO=abc&transport=websocket",
        "/engine.io/?EIO=4",
        "/engine.io/?EIO=4&transport=websocket&sid=AAAAAAAAAAAAAAAAAAAA",
    ] {
        assert_eq!(Ws::try_open(server.address, target, "").await.err().unwrap().status, 400, "{target}");
    }
    // A WebSocket without its headers.
    assert_eq!(http(server.address, "GET", WEBSOCKET, "").await.status, 400);
    server.is_deserted().await;
}

#[tokio::test]
async fn packets_are_echoed_on_long_polling() {
    let server = Server::start(config()).await;
    let poller = Poller::open(&server, "/engine.io").await;
    for payload in ["4hello", "4test1\x1e4test2\x1e4test3", "4hello\x1ebAQIDBA==", "4", "b", "4€"] {
        let answer = poller.post(payload).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
        assert_eq!(poller.get().await.body, payload);
    }
}

#[tokio::test]
async fn packets_are_echoed_on_websocket() {
    let server = Server::start(config()).await;
    let mut ws = Ws::engine(&server, "/engine.io").await;
    ws.send("4hello").await;
    assert_eq!(ws.text().await, "4hello");
    ws.frame(kith_wire::websocket::Opcode::Binary, &[1, 2, 3, 4]).await;
    assert_eq!(ws.receive().await, Received::Binary(vec![1, 2, 3, 4]));
    ws.send("6").await;
    ws.is_quiet().await;
}

#[tokio::test]
async fn a_poll_waits_for_packets_and_carries_at_most_sixteen() {
    let server = Server::start(config()).await;
    let poller = Poller::open(&server, "/engine.io").await;
    let (polled, posted) = tokio::join!(poller.get(), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        poller.post("4late").await
    });
    assert_eq!((polled.body.as_str(), posted.status), ("4late", 200));
    let burst: Vec<_> = (0..40).map(|number| format!("4{number}")).collect();
    poller.post(&burst.join("\x1e")).await;
    let sizes = [16, 16, 8];
    let mut polled = Vec::new();
    for size in sizes {
        let packets = poller.packets(1).await;
        assert_eq!(packets.len(), size);
        polled.extend(packets);
    }
    assert_eq!(polled, burst);
}

#[tokio::test]
async fn malformed_packets_close_the_session() {
    let server = Server::start(config()).await;
    for payload in ["abc", "", "7", "4a\x1e", "b?", "0", "2", "5", "4a\x1eb=", "\u{e9}"] {
        let poller = Poller::open(&server, "/engine.io").await;
        assert_eq!(poller.post(payload).await.status, 400, "{payload:?}");
        assert_eq!(poller.get().await.status, 400, "{payload:?}");
    }
    for message in ["abc", "", "7", "0", "2", "2probe", "5"] {
        let mut ws = Ws::engine(&server, "/engine.io").await;
        ws.send(message).await;
        assert_eq!(ws.close_code().await, Some(4400), "{message:?}");
    }
    server.is_deserted().await;
}

#[tokio::test]
async fn bodies_that_are_not_utf8_close_the_session() {
    let server = Server::start(config()).await;
    let poller = Poller::open(&server, "/engine.io").await;
    let mut stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: kith\r\nconnection: close\r\ncontent-length: 2\r\n\r\n",
        poller.target
    );
    let mut answer = Vec::new();
    soon(async {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(b"4\xff").await.unwrap();
        stream.read_to_end(&mut answer).await.unwrap();
    })
    .await;
    assert!(answer.starts_with(b"HTTP/1.1 400"));
    assert_eq!(poller.get().await.status, 400);
}

#[tokio::test]
async fn a_second_poll_closes_the_session() {
    let server = Server::start(config()).await;
    let poller = Poller::open(&server, "/engine.io").await;
    let (first, second) = tokio::join!(poller.get(), async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        poller.get().await
    });
    assert_eq!((first.status, first.body.as_str()), (200, "1"));
    assert_eq!(second.status, 400);
    assert_eq!(poller.get().await.status, 400);
    server.is_deserted().await;
}

#[tokio::test]
async fn a_second_post_closes_the_session() {
    use tokio::io::AsyncWriteExt as _;
    let server = Server::start(config()).await;
    let poller = Poller::open(&server, "/engine.io").await;
    let mut stuck = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let head = format!("POST {} HTTP/1.1\r\nhost: kith\r\ncontent-length: 9\r\n\r\n4", poller.target);
    stuck.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(poller.post("4x").await.status, 400);
    assert_eq!(poller.get().await.body, "1");
    server.is_deserted().await;
}

#[tokio::test]
async fn a_poll_that_is_broken_off_closes_the_session() {
    use tokio::io::AsyncWriteExt as _;
    let server = Server::start(config()).await;
    let poller = Poller::open(&server, "/engine.io").await;
    let mut stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let head = format!("GET {} HTTP/1.1\r\nhost: kith\r\n\r\n", poller.target);
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(stream);
    server.is_deserted().await;
    assert_eq!(poller.get().await.status, 400);
}

#[tokio::test]
async fn payloads_above_the_limit_are_refused_with_and_without_a_length() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let server = Server::start(Config { max_payload: 1000, ..config() }).await;
    let poller = Poller::open(&server, "/engine.io").await;
    assert_eq!(poller.post(&format!("4{}", "x".repeat(1000))).await.status, 413);
    let mut stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: kith\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n",
        poller.target
    );
    let mut answer = Vec::new();
    soon(async {
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(format!("7d0\r\n{}\r\n0\r\n\r\n", "4".repeat(2000)).as_bytes()).await.unwrap();
        let _ = stream.read_to_end(&mut answer).await;
    })
    .await;
    assert!(answer.starts_with(b"HTTP/1.1 413"), "{:?}", String::from_utf8_lossy(&answer));
    // The session goes on.
    assert_eq!(poller.post(&format!("4{}", "x".repeat(999))).await.status, 200);
}

#[tokio::test]
async fn heartbeats_keep_a_session_alive_on_both_transports() {
    let server = Server::start(short_beats()).await;
    let poller = Poller::open(&server, "/engine.io").await;
    let mut ws = Ws::engine(&server, "/engine.io").await;
    for _ in 0..3 {
        assert_eq!(poller.get().await.body, "2");
        assert_eq!(poller.post("3").await.status, 200);
        assert_eq!(ws.receive().await, Received::Text("2".to_owned()));
        ws.send("3").await;
    }
    ws.send("4still here").await;
    assert_eq!(ws.text().await, "4still here");
}

#[tokio::test]
async fn a_missing_pong_ends_the_session_in_time() {
    let server = Server::start(short_beats()).await;
    let begin = Instant::now();
    let poller = Poller::open(&server, "/engine.io").await;
    let mut ws = Ws::engine(&server, "/engine.io").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(poller.post("4too late").await.status, 400);
    while ws.receive().await != Received::End {}
    let elapsed = begin.elapsed();
    assert!(elapsed >= Duration::from_millis(450) && elapsed < Duration::from_millis(1500), "{elapsed:?}");
    server.is_deserted().await;
}

#[tokio::test]
async fn the_client_closes_the_session() {
    let server = Server::start(config()).await;
    let poller = Poller::open(&server, "/engine.io").await;
    let (polled, posted) = tokio::join!(poller.get(), poller.post("1"));
    assert_eq!((polled.body.as_str(), posted.body.as_str()), ("6", "ok"));
    assert_eq!(poller.get().await.status, 400);

    let mut ws = Ws::engine(&server, "/engine.io").await;
    ws.send("1").await;
    assert_eq!(ws.close_code().await, Some(1000));
    assert_eq!(ws.receive().await, Received::End);
    server.is_deserted().await;
}

#[tokio::test]
async fn the_upgrade_loses_and_doubles_nothing() {
    let server = Server::start(config()).await;
    let poller = Poller::open(&server, "/engine.io").await;
    poller.post("4before").await;
    let mut ws = Ws::open(&server, &format!("{WEBSOCKET}&sid={}", poller.sid)).await;
    // Until the upgrade packet, long-polling is the transport.
    assert_eq!(poller.get().await.body, "4before");
    let (polled, ()) = tokio::join!(poller.get(), async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        ws.send("2probe").await;
    });
    assert_eq!(polled.body, "6");
    assert_eq!(ws.text().await, "3probe");
    poller.post("4between").await;
    // The upgrade and data in one segment.
    let mut bytes = Vec::new();
    for text in ["5", "4after"] {
        kith_wire::websocket::write_frame(
            &mut bytes,
            kith_wire::websocket::Opcode::Text,
            text.as_bytes(),
            Some([9; 4]),
        );
    }
    ws.bytes(&bytes).await;
    assert_eq!(ws.text().await, "4between");
    assert_eq!(ws.text().await, "4after");
    // The session has one transport only.
    assert_eq!(poller.get().await.status, 400);
    assert_eq!(poller.post("4x").await.status, 400);
    let second = Ws::try_open(server.address, &format!("{WEBSOCKET}&sid={}", poller.sid), "").await;
    assert_eq!(second.err().unwrap().status, 400);
    ws.send("4still").await;
    assert_eq!(ws.text().await, "4still");
    assert_eq!((server.stats().polling, server.stats().websocket), (0, 1));
}

#[tokio::test]
async fn a_poll_during_the_upgrade_is_answered_by_a_noop() {
    let server = Server::start(config()).await;
    let poller = Poller::open(&server, "/engine.io").await;
    let mut ws = Ws::open(&server, &format!("{WEBSOCKET}&sid={}", poller.sid)).await;
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe");
    assert_eq!(poller.get().await.body, "6");
}

#[tokio::test]
async fn a_failed_upgrade_leaves_long_polling_as_it_was() {
    let server = Server::start(config()).await;
    let poller = Poller::open(&server, "/engine.io").await;
    let target = format!("{WEBSOCKET}&sid={}", poller.sid);
    let first = Ws::open(&server, &target).await;
    // Only one may try at a time.
    assert_eq!(Ws::try_open(server.address, &target, "").await.err().unwrap().status, 400);
    drop(first);
    let mut second = loop {
        match Ws::try_open(server.address, &target, "").await {
            Ok(ws) => break ws,
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    };
    second.send("4not a probe").await;
    assert_eq!(second.close_code().await, None);
    poller.post("4on").await;
    assert_eq!(poller.get().await.body, "4on");
}

#[tokio::test]
async fn a_panic_of_the_application_is_contained() {
    let server = Server::start(config()).await;
    let mut ws = Ws::engine(&server, "/engine.io").await;
    ws.send("4panic").await;
    ws.send("4fine").await;
    assert_eq!(ws.text().await, "4fine");
    assert_eq!(server.stats().panics, 1);
}
