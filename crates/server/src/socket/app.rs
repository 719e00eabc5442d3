//! What an application is to the engine.

use std::borrow::Cow;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};
use kith_wire::json::Values;
use kith_wire::socketio::MAIN;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::session::{CloseReason, Session};

/// The application behind the sockets.
///
/// Calls for one session come in order: `connect`, `connected`, any number of `event`s, `disconnected`. A session
/// that lost its transport is `detached` first and is either `connected` again, with `resumed`, or `disconnected`.
pub trait App: Send + Sync + Sized + 'static {
    /// What the application keeps for one connected namespace of one session. A raw WebSocket has one, `/`.
    type Conn: Send + Sync + 'static;

    /// A Socket.IO CONNECT arrived, or a raw WebSocket was opened. Decides who this is and does nothing else: the
    /// session hears no event before [`App::connected`].
    fn connect(
        self: &Arc<Self>,
        session: &Arc<Session>,
        request: ConnectRequest,
    ) -> impl Future<Output = Result<Arc<Self::Conn>, Refusal>> + Send;

    /// Whether a client that was just authenticated as `fresh` may go on with the session kept for `kept`: the same
    /// user and the same sign-in. `kept` stays the session's connection and `fresh` is dropped.
    fn may_resume(self: &Arc<Self>, _kept: &Arc<Self::Conn>, _fresh: &Arc<Self::Conn>) -> bool {
        false
    }

    /// The CONNECT reply is queued; first events may be pushed here. `resumed`: the session was detached and goes on,
    /// and what it missed is queued already.
    fn connected(self: &Arc<Self>, session: &Arc<Session>, conn: &Arc<Self::Conn>, resumed: bool);

    /// One event of the client. Futures of one session are first polled in the order of arrival; at most 64 run at
    /// once, and they are never dropped half-way.
    fn event(
        self: &Arc<Self>,
        session: &Arc<Session>,
        conn: &Arc<Self::Conn>,
        event: Incoming,
    ) -> impl Future<Output = Option<Reply>> + Send;

    /// The namespace, or the whole session, is gone for good.
    fn disconnected(self: &Arc<Self>, session: &Arc<Session>, conn: &Arc<Self::Conn>, reason: CloseReason);

    /// The session lost its transport but may come back.
    fn detached(self: &Arc<Self>, _session: &Arc<Session>, _conn: &Arc<Self::Conn>) {}

    /// A message on an engine that speaks plain Engine.IO.
    fn engine_message(self: &Arc<Self>, _session: &Arc<Session>, _message: EngineMessage<'_>) {}
}

/// A message of plain Engine.IO.
#[derive(Debug, Clone, Copy)]
pub enum EngineMessage<'a> {
    /// UTF-8.
    Text(&'a str),
    /// Bytes.
    Binary(&'a [u8]),
}

/// How a session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// HTTP long-polling.
    Polling,
    /// A WebSocket.
    WebSocket,
}

/// Headers that are kept of a handshake.
const KEPT: [HeaderName; 6] =
    [AUTHORIZATION, COOKIE, HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL, HeaderName::from_static("sec-fetch-site")];

/// The HTTP request that opened a session.
#[derive(Debug, Clone)]
pub struct Handshake {
    /// Path and query. It may hold a token: never log it.
    pub uri: Uri,
    /// The headers that say who is there and from which page. They may hold a token: never log them.
    pub headers: HeaderMap,
    /// The other end of the TCP connection, which may be a proxy.
    pub peer: SocketAddr,
    /// How the session began.
    pub transport: Transport,
}

impl Handshake {
    /// Copies what is asked for later. All parts of a request share the buffer they were read into, which would stay
    /// as long as one of them.
    pub(super) fn copy<B>(request: &Request<B>, peer: SocketAddr, transport: Transport) -> Self {
        let uri = request.uri().to_string().parse().unwrap_or_default();
        let mut headers = HeaderMap::new();
        for name in KEPT {
            for value in request.headers().get_all(&name) {
                if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                    headers.append(name.clone(), value);
                }
            }
        }
        Self { uri, headers, peer, transport }
    }

    /// The sub-protocols that a WebSocket client offered, in its order.
    pub fn subprotocols(&self) -> impl Iterator<Item = &str> {
        self.headers
            .get_all(http::header::SEC_WEBSOCKET_PROTOCOL)
            .into_iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
    }
}

/// A client wants to be connected.
#[derive(Debug, Clone)]
pub struct ConnectRequest {
    /// Begins with a slash; `/` on a raw WebSocket.
    pub namespace: String,
    /// The `auth` payload of a Socket.IO client, an object; null if there was none.
    pub auth: Value,
    /// The request that opened the session. The engine releases it when the first namespace is connected, and a
    /// further namespace finds an empty one here.
    pub handshake: Arc<Handshake>,
}

/// Why a client is not connected.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// For people.
    pub message: Cow<'static, str>,
    /// For programs: `data.code` of the `connect_error`. Nothing is sent if empty.
    pub code: Cow<'static, str>,
    /// More members of `data`.
    pub data: Option<Value>,
    /// Close code of a raw WebSocket.
    pub close_code: u16,
}

impl Refusal {
    /// The application panicked.
    pub(super) fn internal() -> Self {
        Self { message: "Internal error".into(), code: "internal".into(), data: None, close_code: 1011 }
    }

    /// The payload of CONNECT_ERROR: `{message, data: {code, …}}`.
    pub(super) fn to_json(&self) -> String {
        let mut data = match &self.data {
            Some(Value::Object(data)) => data.clone(),
            Some(other) => Map::from_iter([("data".to_owned(), other.clone())]),
            None => Map::new(),
        };
        if !self.code.is_empty() {
            data.insert("code".to_owned(), Value::from(&*self.code));
        }
        let mut body = Map::from_iter([("message".to_owned(), Value::from(&*self.message))]);
        if !data.is_empty() {
            body.insert("data".to_owned(), Value::Object(data));
        }
        Value::Object(body).to_string()
    }
}

/// One event of a client. On a raw WebSocket the name is the frame's `type` and the only argument its `data`.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// `None` is the main one.
    pub(super) namespace: Option<Box<str>>,
    pub(super) name: Arc<str>,
    pub(super) args: Box<str>,
    pub(super) attachments: Vec<Bytes>,
    pub(super) wants_ack: bool,
}

impl Incoming {
    /// Begins with a slash.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or(MAIN)
    }

    /// The event's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The arguments as a comma-separated list of JSON values, without brackets. They were checked to be JSON of
    /// bounded depth.
    #[must_use]
    pub fn args(&self) -> &str {
        &self.args
    }

    /// Each argument as JSON text.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        Values::new(&self.args)
    }

    /// Decodes the first argument; a missing one reads as null.
    ///
    /// # Errors
    /// What serde says when the argument is not a `T`.
    pub fn first<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.iter().next().unwrap_or("null"))
    }

    /// The binary attachments, which the arguments name by `{"_placeholder":true,"num":n}`.
    #[must_use]
    pub fn attachments(&self) -> &[Bytes] {
        &self.attachments
    }

    /// Whether the client waits for an answer.
    #[must_use]
    pub fn wants_ack(&self) -> bool {
        self.wants_ack
    }
}

/// The answer to an event. Without an acknowledgement a success is not sent, and an error becomes an `error` event.
#[derive(Debug, Clone)]
pub struct Reply(pub(super) Answer);

#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// JSON of `data`.
    Success(Option<String>),
    Error {
        error: Cow<'static, str>,
        code: Cow<'static, str>,
        extra: Map<String, Value>,
    },
    Args {
        args: String,
        attachments: Vec<Bytes>,
    },
}

impl Reply {
    /// `{"success":true,"data":…}`; `data` is JSON text.
    #[must_use]
    pub fn success(data: impl Into<String>) -> Self {
        Self(Answer::Success(Some(data.into())))
    }

    /// `{"success":true,"data":…}` with a value to encode. A value that JSON cannot hold becomes null.
    #[must_use]
    pub fn success_of<T: Serialize + ?Sized>(data: &T) -> Self {
        Self::success(serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned()))
    }

    /// `{"success":true}`.
    #[must_use]
    pub fn done() -> Self {
        Self(Answer::Success(None))
    }

    /// `{"success":false,"error":…,"code":…}`.
    #[must_use]
    pub fn error(error: impl Into<Cow<'static, str>>, code: impl Into<Cow<'static, str>>) -> Self {
        Self(Answer::Error { error: error.into(), code: code.into(), extra: Map::new() })
    }

    /// Adds a member, such as `retryAfter`, to an error.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        if let Answer::Error { extra, .. } = &mut self.0 {
            extra.insert(key.into(), value.into());
        }
        self
    }

    /// The acknowledgement's arguments as they are: a comma-separated JSON list without brackets, and what its
    /// placeholders name. On a raw WebSocket the first argument becomes `data`.
    #[must_use]
    pub fn args(args: impl Into<String>, attachments: Vec<Bytes>) -> Self {
        Self(Answer::Args { args: args.into(), attachments })
    }
}
