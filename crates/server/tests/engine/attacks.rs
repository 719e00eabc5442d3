//! Hostile input over real sockets: it is refused with the right code, costs little, and harms nobody else.

use std::time::Duration;

use kith_wire::websocket::{Opcode, write_frame};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::{Server, config};
use crate::client::{Received, Ws, soon};

/// A masked frame with any first byte.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    write_frame(&mut out, Opcode::Text, payload, Some([7, 7, 7, 7]));
    out[0] = first;
    out
}

/// Bytes of memory that the process holds, from /proc.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    status.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

#[tokio::test]
async fn frames_that_break_rfc_6455_are_refused_with_its_codes() {
    let server = Server::start(config()).await;
    let many_fragments: Vec<u8> =
        std::iter::once(frame(0x01, b"4")).chain((0..1100).map(|_| frame(0x00, b""))).flatten().collect();
    let mut huge = vec![0x81, 0xff];
    huge.extend_from_slice(&(1_u64 << 40).to_be_bytes());
    huge.extend_from_slice(&[0; 4]);
    let cases = [
        ("unmasked", vec![0x81, 1, b'4'], 1002),
        ("reserved bit", frame(0xc1, b"4"), 1002),
        ("reserved opcode", frame(0x83, b"4"), 1002),
        ("lonely continuation", frame(0x80, b"4"), 1002),
        ("message in a message", [frame(0x01, b"4"), frame(0x81, b"4")].concat(), 1002),
        ("fragmented ping", frame(0x09, b""), 1002),
        ("long ping", frame(0x89, &[0; 126]), 1002),
        ("bad close code", frame(0x88, &[3, 0xed]), 1002),
        ("not UTF-8", frame(0x81, b"4\xff"), 1007),
        ("not UTF-8 in fragments", [frame(0x01, b"4\xc3"), frame(0x80, b"(")].concat(), 1007),
        ("fragment bomb", many_fragments, 1008),
        ("too large by its header", huge, 4413),
        (
            "too large by its parts",
            [frame(0x01, &[b'4'; 600_000]), frame(0x80, &[b'4'; 600_000])].concat(),
            4413,
        ),
    ];
    for (what, bytes, code) in cases {
        let (mut ws, _) = Ws::connect(&server, "anna").await;
        ws.bytes(&bytes).await;
        assert_eq!(ws.close_code().await, Some(code), "{what}");
    }
    server.is_deserted().await;
}

#[tokio::test]
async fn a_message_may_come_in_fragments_and_single_bytes() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    let text = r#"421["echo","ä"]"#.as_bytes();
    for (number, byte) in text.iter().enumerate() {
        let opcode = if number == 0 { 0x01 } else { 0x00 };
        let fin = if number + 1 == text.len() { 0x80 } else { 0 };
        for byte in frame(fin | opcode, &[*byte]) {
            ws.bytes(&[byte]).await;
        }
        ws.bytes(&frame(0x89, b"!")).await;
    }
    let mut pongs = 0;
    loop {
        match ws.receive().await {
            Received::Pong(_) => pongs += 1,
            Received::Text(answer) => break assert_eq!(answer, r#"431["ä"]"#),
            other => panic!("{other:?}"),
        }
    }
    // The pong to the last ping may come before or after the answer.
    assert!(pongs >= text.len() - 1);
}

#[tokio::test]
async fn a_million_brackets_cost_no_memory() {
    let server = Server::start(config()).await;
    let nested = "[".repeat(1_000_000);
    let packets = [
        format!(r#"42["echo",{nested}"#),
        format!(r#"40/x,{{"a":{nested}"#),
        format!(r#"451-["echo",{{"_placeholder":true,"num":0}},{nested}"#),
        format!("42{nested}"),
    ];
    // Warm up, so that only growth is measured.
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    ws.send(&packets[0]).await;
    ws.close_code().await;
    let before = resident();
    for _ in 0..10 {
        for packet in &packets {
            let (mut ws, _) = Ws::connect(&server, "anna").await;
            ws.send(packet).await;
            assert_eq!(ws.close_code().await, Some(4400));
        }
        let mut raw = Ws::open(&server, "/ws?token=anna").await;
        raw.send(&format!(r#"{{"type":"echo","data":{nested}"#)).await;
        assert_eq!(raw.close_code().await, Some(4400));
    }
    // The test's own buffers of a megabyte are in this, too.
    let grown = resident().saturating_sub(before);
    assert!(grown < 30 << 20, "{grown} bytes");
    server.is_deserted().await;
}

#[tokio::test]
async fn deep_but_allowed_arguments_do_not_break_the_application() {
    let server = Server::start(config()).await;
    let (mut ws, _) = Ws::connect(&server, "anna").await;
    let nested = "[".repeat(60) + &"]".repeat(60);
    ws.send(&format!(r#"421["number",{nested}]"#)).await;
    assert!(ws.text().await.contains("validation"));
    ws.send(r#"422["number","\ud800"]"#).await;
    assert!(ws.text().await.contains("validation"));
    ws.send(r#"423["echo","\ud800",1e999]"#).await;
    assert_eq!(ws.text().await, r#"433["\ud800",1e999]"#);
}

#[tokio::test]
async fn declared_lengths_are_not_believed() {
    let server = Server::start(config()).await;
    let mut clients = Vec::new();
    for _ in 0..100 {
        clients.push(Ws::connect(&server, "anna").await.0);
    }
    let before = resident();
    for ws in &mut clients {
        // A megabyte is announced, ten bytes come.
        let mut begun = vec![0x81, 0xff];
        begun.extend_from_slice(&(1_u64 << 20).to_be_bytes());
        begun.extend_from_slice(&[0; 4]);
        begun.extend_from_slice(b"42[\"echo\",\"");
        ws.bytes(&begun).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(resident().saturating_sub(before) < 20 << 20);
}

#[tokio::test]
async fn handshakes_that_are_none_are_refused() {
    let server = Server::start(config()).await;
    let headers = [
        "",
        "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: x\r\n",
        "connection: upgrade\r\nupgrade: h2c\r\nsec-websocket-version: 13\r\nsec-websocket-key: x\r\n",
        "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 8\r\nsec-websocket-key: x\r\n",
        "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n",
    ];
    for target in ["/ws", "/socket.io/?EIO=4&transport=websocket"] {
        for headers in headers {
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            let request = format!("GET {target} HTTP/1.1\r\nhost: kith\r\n{headers}\r\n");
            let mut answer = vec![0; 12];
            soon(async {
                stream.write_all(request.as_bytes()).await.unwrap();
                stream.read_exact(&mut answer).await.unwrap();
            })
            .await;
            // A version that we do not speak is answered with the one that we do (RFC 6455, section 4.4).
            let wanted: &[u8] =
                if headers.contains("version: 8") { b"HTTP/1.1 426" } else { b"HTTP/1.1 400" };
            assert_eq!(answer, wanted, "{target} {headers:?}");
        }
    }
    server.is_deserted().await;
}

#[tokio::test]
async fn random_bytes_never_stop_the_server() {
    let server = Server::start(config()).await;
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for round in 0..200 {
        let mut ws = if round % 2 == 0 {
            Ws::connect(&server, "anna").await.0
        } else {
            Ws::open(&server, "/ws?token=anna").await
        };
        let length = (random() % 300) as usize;
        let noise: Vec<u8> = (0..length).map(|_| (random() & 0xff) as u8).collect();
        if round % 3 == 0 {
            ws.bytes(&noise).await;
        } else {
            let text: String = noise.iter().map(|byte| char::from(32 + byte % 95)).collect();
            ws.send(&text).await;
        }
        drop(ws);
    }
    let (mut ws, _) = Ws::connect_with(&server, &json!({"token": "ben"}).to_string()).await;
    ws.send(r#"421["echo",1]"#).await;
    assert_eq!(ws.text().await, "431[1]");
    assert_eq!(server.stats().panics, 0);
}
