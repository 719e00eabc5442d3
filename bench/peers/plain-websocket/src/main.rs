//! What a WebSocket server costs that only relays: tokio-tungstenite with a small read buffer, one text for all members
//! of a room, and one flush for all that waits. Nothing is checked and nothing is stored.

use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{
    collections::HashMap,
    error::Error,
    net::Ipv4Addr,
    sync::{
        Arc, LazyLock, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use tokio_tungstenite::{
    WebSocketStream, accept_async_with_config,
    tungstenite::{Message, Utf8Bytes, protocol::WebSocketConfig},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bytes of a connection's read buffer; the library's own choice is 128 KiB.
const READ_BUFFER: usize = 4 << 10;

/// Messages of one connection that are written with one flush.
const TURN: usize = 64;

type Member = (u64, UnboundedSender<Utf8Bytes>);
type Room = Arc<RwLock<Vec<Member>>>;

static ROOMS: LazyLock<RwLock<HashMap<String, Room>>> = LazyLock::new(RwLock::default);
static NEXT: AtomicU64 = AtomicU64::new(1);

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(default)]
    id: u64,
    #[serde(borrow)]
    data: &'a RawValue,
}

#[derive(Deserialize)]
struct Hello {
    token: String,
    rooms: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Send<'a> {
    conversation_id: &'a str,
    client_message_id: &'a str,
    content: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Relayed<'a> {
    id: u64,
    conversation_id: &'a str,
    sender_id: &'a str,
    client_message_id: &'a str,
    content: &'a str,
}

struct Connection {
    number: u64,
    name: String,
    rooms: HashMap<String, Room>,
    outbox: UnboundedSender<Utf8Bytes>,
}

impl Connection {
    /// Does what a frame asks for and returns the answer.
    fn take(&mut self, text: &str) -> Result<String, serde_json::Error> {
        let frame: Frame<'_> = serde_json::from_str(text)?;
        if frame.kind == "hello" {
            let hello: Hello = serde_json::from_str(frame.data.get())?;
            self.name = hello.token;
            hello.rooms.into_iter().for_each(|room| self.join(room));
            return Ok(r#"{"type":"connection:established"}"#.to_owned());
        }
        let send: Send<'_> = serde_json::from_str(frame.data.get())?;
        let id = frame.id;
        let Some(room) = self.rooms.get(send.conversation_id) else {
            return Ok(format!(r#"{{"type":"ack","id":{id},"data":{{"success":false}}}}"#));
        };
        let message = serde_json::to_string(&Relayed {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            conversation_id: send.conversation_id,
            sender_id: &self.name,
            client_message_id: send.client_message_id,
            content: send.content,
        })?;
        let event = Utf8Bytes::from(format!(r#"{{"type":"new_message","data":{message}}}"#));
        for (number, member) in &*room.read().expect("nobody panics") {
            if *number != self.number {
                let _ = member.send(event.clone());
            }
        }
        Ok(format!(r#"{{"type":"ack","id":{id},"data":{{"success":true,"data":{message}}}}}"#))
    }

    fn join(&mut self, name: String) {
        let room = ROOMS.write().expect("nobody panics").entry(name.clone()).or_default().clone();
        room.write().expect("nobody panics").push((self.number, self.outbox.clone()));
        self.rooms.insert(name, room);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        for room in self.rooms.values() {
            room.write().expect("nobody panics").retain(|(number, _)| *number != self.number);
        }
    }
}

async fn serve(stream: TcpStream) -> Result<(), Box<dyn Error + std::marker::Send + Sync>> {
    stream.set_nodelay(true)?;
    if answered_over_http(&stream).await? {
        return Ok(());
    }
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER).write_buffer_size(READ_BUFFER);
    let mut socket = accept_async_with_config(stream, Some(config)).await?;
    let (outbox, mut waiting) = unbounded_channel();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut connection = Connection { number, name: String::new(), rooms: HashMap::new(), outbox };
    loop {
        tokio::select! {
            frame = socket.next() => match frame {
                Some(frame) => {
                    if let Message::Text(text) = frame? {
                        socket.feed(Message::text(connection.take(&text)?)).await?;
                    }
                }
                None => return Ok(()),
            },
            Some(event) = waiting.recv() => socket.feed(Message::Text(event)).await?,
        }
        write_the_rest(&mut socket, &mut waiting).await?;
    }
}

/// What else waits goes out with the same flush.
async fn write_the_rest(
    socket: &mut WebSocketStream<TcpStream>,
    waiting: &mut UnboundedReceiver<Utf8Bytes>,
) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    for _ in 1..TURN {
        let Ok(event) = waiting.try_recv() else { break };
        socket.feed(Message::Text(event)).await?;
    }
    socket.flush().await
}

/// The load tool asks over HTTP whether the server is ready.
async fn answered_over_http(stream: &TcpStream) -> std::io::Result<bool> {
    let mut head = [0; 64];
    let read = stream.peek(&mut head).await?;
    if memchr::memmem::find(&head[..read], b"/health/ready").is_none() {
        return Ok(false);
    }
    stream.writable().await?;
    stream.try_write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")?;
    Ok(true)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = std::env::var("PORT")?.parse()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve(stream));
    }
}
