//! The engine as the public test suites of the Engine.IO and Socket.IO protocol documents expect it, on
//! 127.0.0.1:3000: `cargo run --release --example conformance`.

use std::sync::Arc;
use std::time::Duration;

use kith_server::listener;
use kith_server::socket::{
    App, Class, CloseReason, Config, ConnectRequest, Engine, EngineMessage, Frame, Incoming, Refusal, Reply,
    Session,
};
use serde_json::Value;

/// Between the CONNECT reply and the `auth` event.
const AUTH_DELAY: Duration = Duration::from_millis(10);

struct Conformance;

/// What a namespace was connected with: its name and its `auth`.
struct Namespace {
    name: String,
    auth: Value,
}

impl App for Conformance {
    type Conn = Namespace;

    async fn connect(
        self: &Arc<Self>,
        _session: &Arc<Session>,
        request: ConnectRequest,
    ) -> Result<Arc<Namespace>, Refusal> {
        if !matches!(request.namespace.as_str(), "/" | "/custom") {
            return Err(Refusal {
                message: "Invalid namespace".into(),
                code: "".into(),
                data: None,
                close_code: CloseReason::Forbidden.code(),
            });
        }
        let auth = if request.auth.is_null() { Value::Object(serde_json::Map::new()) } else { request.auth };
        Ok(Arc::new(Namespace { name: request.namespace, auth }))
    }

    fn connected(self: &Arc<Self>, session: &Arc<Session>, conn: &Arc<Namespace>, _resumed: bool) {
        let auth = Frame::socketio_event_in(&conn.name, "auth", &conn.auth.to_string(), &[]);
        let session = session.clone();
        // The suite listens for one message at a time and would miss one that comes in the same segment as the
        // CONNECT reply.
        tokio::spawn(async move {
            tokio::time::sleep(AUTH_DELAY).await;
            session.push(auth, Class::Reply);
        });
    }

    async fn event(
        self: &Arc<Self>,
        session: &Arc<Session>,
        conn: &Arc<Namespace>,
        event: Incoming,
    ) -> Option<Reply> {
        match event.name() {
            "message" if conn.name == "/" => {
                let back =
                    Frame::socketio_event_in(&conn.name, "message-back", event.args(), event.attachments());
                session.push(back, Class::Reply);
                None
            }
            "message-with-ack" if conn.name == "/" => {
                Some(Reply::args(event.args(), event.attachments().to_vec()))
            }
            _ => None,
        }
    }

    fn disconnected(self: &Arc<Self>, _: &Arc<Session>, _: &Arc<Namespace>, _: CloseReason) {}

    fn engine_message(self: &Arc<Self>, session: &Arc<Session>, message: EngineMessage<'_>) {
        let echo = match message {
            EngineMessage::Text(text) => Frame::engine_text(text),
            EngineMessage::Binary(data) => Frame::engine_binary(data),
        };
        session.push(echo, Class::Reply);
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let config = Config {
        ping_interval: Duration::from_millis(300),
        ping_timeout: Duration::from_millis(200),
        max_payload: 1_000_000,
        connect_timeout: Duration::from_millis(1000),
        // The suites expect a CONNECT reply with nothing but the session id.
        recovery_window: Duration::ZERO,
        ..Config::default()
    };
    let engine = Engine::new(Arc::new(Conformance), config);
    let router = engine.router().merge(engine.engine_router("/engine.io"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    listener::serve(listener, router, listener::Limits::default(), std::future::pending()).await;
    Ok(())
}
