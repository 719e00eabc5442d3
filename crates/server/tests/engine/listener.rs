//! The accept loop.

use std::time::Duration;

use tokio::time::Instant;

use kith_server::listener::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::{Server, config};
use crate::client::{Ws, http, soon};

#[tokio::test]
async fn slow_headers_are_cut_off() {
    let limits = Limits { header_timeout: Duration::from_millis(300), ..Limits::default() };
    let server = Server::start_with(config(), limits).await;
    let begin = Instant::now();
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nx-slow: ").await.unwrap();
        slow.push(stream);
    }
    assert_eq!(http(server.address, "GET", "/socket.io/?EIO=4&transport=polling", "").await.status, 200);
    for mut stream in slow {
        let mut rest = Vec::new();
        let _ = soon(stream.read_to_end(&mut rest)).await;
    }
    let elapsed = begin.elapsed();
    assert!(elapsed >= Duration::from_millis(250) && elapsed < Duration::from_secs(3), "{elapsed:?}");
}

#[tokio::test]
async fn an_address_has_so_many_connections_websockets_included() {
    let server = Server::start_with(config(), Limits { per_address: 3, ..Limits::default() }).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(Ws::connect(&server, "anna").await.0);
    }
    let mut refused = TcpStream::connect(server.address).await.unwrap();
    let mut nothing = Vec::new();
    let _ = refused.write_all(b"GET / HTTP/1.1\r\nhost: kith\r\n\r\n").await;
    let _ = soon(refused.read_to_end(&mut nothing)).await;
    assert!(nothing.is_empty());
    clients.pop();
    for _ in 0..100 {
        let mut again = TcpStream::connect(server.address).await.unwrap();
        let _ = again.write_all(b"GET / HTTP/1.1\r\nhost: kith\r\nconnection: close\r\n\r\n").await;
        let mut answer = Vec::new();
        if soon(again.read_to_end(&mut answer)).await.is_ok() && !answer.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the place of a closed WebSocket is never free again");
}
