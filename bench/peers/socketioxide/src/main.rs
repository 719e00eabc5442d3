//! A relay as people write it with socketioxide and axum: a name and its rooms in the handshake, and an acknowledgement
//! once the message has gone to the others of a room. Nothing is stored.

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use socketioxide::{
    SocketIo,
    extract::{AckSender, Data, SocketRef, TryData},
};
use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

static NEXT: AtomicU64 = AtomicU64::new(1);

#[derive(Deserialize)]
struct Hello {
    token: String,
    rooms: Vec<String>,
}

#[derive(Clone)]
struct Name(String);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Send {
    conversation_id: String,
    client_message_id: String,
    content: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: u64,
    conversation_id: String,
    sender_id: String,
    client_message_id: String,
    content: String,
    created_at: u64,
}

#[derive(Serialize)]
struct Done<T> {
    success: bool,
    data: T,
}

async fn connected(socket: SocketRef, TryData(hello): TryData<Hello>) {
    let Ok(hello) = hello else {
        let _ = socket.disconnect();
        return;
    };
    socket.extensions.insert(Name(hello.token));
    socket.join(hello.rooms);
    socket.on("send_message", relay);
    let _ = socket.emit("connection:established", &serde_json::json!({}));
}

async fn relay(socket: SocketRef, Data(send): Data<Send>, ack: AckSender) {
    let message = Message {
        id: NEXT.fetch_add(1, Ordering::Relaxed),
        conversation_id: send.conversation_id,
        sender_id: socket.extensions.get::<Name>().map(|name| name.0).unwrap_or_default(),
        client_message_id: send.client_message_id,
        content: send.content,
        created_at: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64),
    };
    let _ = socket.to(message.conversation_id.clone()).emit("new_message", &message).await;
    let _ = ack.send(&Done { success: true, data: message });
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::var("PORT")?.parse()?;
    let (layer, io) = SocketIo::builder()
        .ping_interval(Duration::from_secs(25))
        .ping_timeout(Duration::from_secs(60))
        .build_layer();
    io.ns("/", connected);
    let app = Router::new().route("/health/ready", get(|| async { "ready" })).layer(layer);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    axum::serve(listener, app).await?;
    Ok(())
}
