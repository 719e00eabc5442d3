//! Clients that speak the protocols byte by byte, so that tests can break them at will.

use std::net::SocketAddr;
use std::time::Duration;

use kith_wire::websocket::{Decoder, Message, Opcode, Role, accept_key, write_frame};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::Server;

/// How long an answer may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// Fails the test instead of hanging.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("it takes too long")
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Sends one request on a connection of its own.
pub(crate) async fn http(address: SocketAddr, method: &str, target: &str, body: &str) -> Answer {
    soon(async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let length = body.len();
        let request = format!(
            "{method} {target} HTTP/1.1\r\nhost: kith\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        parse(&answer)
    })
    .await
}

fn parse(answer: &[u8]) -> Answer {
    let answer = std::str::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

/// A session on long-polling.
pub(crate) struct Poller {
    pub(crate) address: SocketAddr,
    pub(crate) target: String,
    pub(crate) sid: String,
}

impl Poller {
    /// Opens a session at `path`.
    pub(crate) async fn open(server: &Server, path: &str) -> Self {
        let target = format!("{path}/?EIO=4&transport=polling");
        let answer = http(server.address, "GET", &target, "").await;
        assert_eq!(answer.status, 200);
        let open: Value = serde_json::from_str(answer.body.strip_prefix('0').unwrap()).unwrap();
        let sid = open["sid"].as_str().unwrap().to_owned();
        Self { address: server.address, target: format!("{target}&sid={sid}"), sid }
    }

    /// Opens a Socket.IO session and connects its main namespace.
    pub(crate) async fn connect(server: &Server, user: &str) -> (Self, Value) {
        let poller = Self::open(server, "/socket.io").await;
        poller.post(&format!(r#"40{{"token":"{user}"}}"#)).await;
        let answer = poller.get().await;
        let reply = serde_json::from_str(answer.body.strip_prefix("40").unwrap()).unwrap();
        (poller, reply)
    }

    pub(crate) async fn get(&self) -> Answer {
        http(self.address, "GET", &self.target, "").await
    }

    pub(crate) async fn post(&self, body: &str) -> Answer {
        http(self.address, "POST", &self.target, body).await
    }

    /// Packets of polls until there are `count`.
    pub(crate) async fn packets(&self, count: usize) -> Vec<String> {
        let mut packets = Vec::new();
        while packets.len() < count {
            let answer = self.get().await;
            assert_eq!(answer.status, 200, "{answer:?}");
            packets.extend(answer.body.split('\u{1e}').map(str::to_owned));
        }
        packets
    }
}

/// What comes out of a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Received {
    Text(String),
    Binary(Vec<u8>),
    Ping,
    Pong(Vec<u8>),
    /// With the code, if there was one.
    Close(Option<u16>),
    /// The end of the stream, or its reset.
    End,
}

/// A WebSocket client.
pub(crate) struct Ws {
    pub(crate) stream: TcpStream,
    decoder: Decoder,
    input: Vec<u8>,
    at: usize,
    pub(crate) head: String,
}

impl Ws {
    /// Opens a WebSocket.
    pub(crate) async fn open(server: &Server, target: &str) -> Self {
        Self::try_open(server.address, target, "")
            .await
            .unwrap_or_else(|answer| panic!("refused: {answer:?}"))
    }

    /// Opens a WebSocket with more headers, or says how it was refused.
    pub(crate) async fn try_open(address: SocketAddr, target: &str, headers: &str) -> Result<Self, Answer> {
        Self::try_open_on(TcpStream::connect(address).await.unwrap(), target, headers).await
    }

    pub(crate) async fn try_open_on(
        mut stream: TcpStream,
        target: &str,
        headers: &str,
    ) -> Result<Self, Answer> {
        let key = "dGhlIHNhbXBsZSBub25jZQ==";
        let request = format!(
            "GET {target} HTTP/1.1\r\nhost: kith\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: {key}\r\n{headers}\r\n"
        );
        soon(async {
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            while !answer.windows(4).any(|window| window == b"\r\n\r\n") {
                if stream.read_buf(&mut answer).await.unwrap_or(0) == 0 {
                    break;
                }
            }
            let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
            let input = answer.split_off(end);
            let answer = parse(&answer);
            if answer.status != 101 {
                return Err(answer);
            }
            assert!(answer.head.contains(&accept_key(key.as_bytes()).to_ascii_lowercase()));
            let decoder = Decoder::new(Role::Client, 16 << 20);
            Ok(Self { stream, decoder, input, at: 0, head: answer.head })
        })
        .await
    }

    /// Opens an Engine.IO session at `path` and takes its handshake.
    pub(crate) async fn engine(server: &Server, path: &str) -> Self {
        let mut ws = Self::open(server, &format!("{path}/?EIO=4&transport=websocket")).await;
        let open = ws.text().await;
        assert!(open.starts_with("0{"), "{open}");
        ws
    }

    /// Opens a Socket.IO session and connects its main namespace; returns the reply, too.
    pub(crate) async fn connect(server: &Server, user: &str) -> (Self, Value) {
        Self::connect_with(server, &format!(r#"{{"token":"{user}"}}"#)).await
    }

    pub(crate) async fn connect_with(server: &Server, auth: &str) -> (Self, Value) {
        let mut ws = Self::engine(server, "/socket.io").await;
        ws.send(&format!("40{auth}")).await;
        let reply = ws.text().await;
        let reply =
            serde_json::from_str(reply.strip_prefix("40").unwrap_or_else(|| panic!("{reply}"))).unwrap();
        (ws, reply)
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.frame(Opcode::Text, text.as_bytes()).await;
    }

    pub(crate) async fn frame(&mut self, opcode: Opcode, payload: &[u8]) {
        let mut out = Vec::new();
        write_frame(&mut out, opcode, payload, Some([1, 2, 3, 4]));
        self.bytes(&out).await;
    }

    /// Anything. That the server has closed already is for the reader to notice.
    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        let _ = soon(self.stream.write_all(bytes)).await;
    }

    pub(crate) async fn receive(&mut self) -> Received {
        soon(async {
            loop {
                match self
                    .decoder
                    .next(&mut self.input, &mut self.at)
                    .expect("a server that follows the protocol")
                {
                    Some(Message::Text(text)) => return Received::Text(text.to_owned()),
                    Some(Message::Binary(data)) => return Received::Binary(data.to_vec()),
                    Some(Message::Ping(_)) => return Received::Ping,
                    Some(Message::Pong(payload)) => return Received::Pong(payload.to_vec()),
                    Some(Message::Close(close)) => return Received::Close(close.map(|close| close.code)),
                    None => {}
                }
                self.input.clear();
                self.at = 0;
                if self.stream.read_buf(&mut self.input).await.unwrap_or(0) == 0 {
                    return Received::End;
                }
            }
        })
        .await
    }

    /// The next message, which must be text. Pings of the heartbeat are answered on the way.
    pub(crate) async fn text(&mut self) -> String {
        loop {
            match self.receive().await {
                Received::Text(text) if text == "2" => self.send("3").await,
                Received::Text(text) => return text,
                other => panic!("text expected, not {other:?}"),
            }
        }
    }

    /// Nothing comes for a while.
    pub(crate) async fn is_quiet(&mut self) {
        let quiet = tokio::time::timeout(Duration::from_millis(100), self.receive()).await;
        assert!(quiet.is_err(), "{quiet:?}");
    }

    /// The code of the close frame after whatever comes first, `None` if the stream just ends.
    pub(crate) async fn close_code(&mut self) -> Option<u16> {
        loop {
            match self.receive().await {
                Received::Close(code) => return code,
                Received::End => return None,
                _ => {}
            }
        }
    }

    /// Events until `count` have come: each as text, without the offsets of recovery, of which the last is returned.
    pub(crate) async fn events(&mut self, count: usize) -> (Vec<String>, Option<String>) {
        let (mut events, mut offset) = (Vec::new(), None);
        while events.len() < count || offset.is_none() {
            let text = self.text().await;
            match text.strip_prefix(r#"42["offset",""#) {
                Some(rest) => offset = rest.strip_suffix(r#""]"#).map(str::to_owned),
                None => events.push(text),
            }
        }
        (events, offset)
    }
}
