//! From messages to calls of the application, and from its answers to frames.

use std::borrow::Cow;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use futures_util::FutureExt as _;
use kith_wire::socketio::{self, MAIN, Packet};
use kith_wire::{json, raw};
use serde_json::{Map, Value};

use super::app::{Answer, App, ConnectRequest, EngineMessage, Handshake, Incoming, Refusal, Reply};
use super::engine::Inner;
use super::frame::Frame;
use super::recovery::parse_offset;
use super::session::{Answered, Assembly, Class, CloseReason, Kind, Resumption, Session};

/// Most events of one session that the application works on at once.
pub(super) const MAX_IN_FLIGHT: usize = 64;

/// Something that the application works on. It answers the client by itself.
pub(super) type Command = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where the answer to an event goes.
enum Target {
    SocketIo {
        namespace: Option<Box<str>>,
        id: Option<u64>,
    },
    /// `id` is JSON text.
    Raw {
        id: Option<Box<str>>,
    },
}

impl<A: App> Inner<A> {
    /// Takes a text message. `Err`: the session must be closed.
    pub(super) fn text(
        self: &Arc<Self>,
        session: &Arc<Session>,
        text: &str,
    ) -> Result<Option<Command>, CloseReason> {
        match session.kind() {
            Kind::SocketIo => self.packet(session, text),
            Kind::Raw => self.raw_frame(session, text),
            Kind::EngineIo => {
                self.guard(|| self.app.engine_message(session, EngineMessage::Text(text)));
                Ok(None)
            }
        }
    }

    /// Takes a binary message. `Err`: the session must be closed.
    pub(super) fn binary(
        self: &Arc<Self>,
        session: &Arc<Session>,
        data: &[u8],
    ) -> Result<Option<Command>, CloseReason> {
        match session.kind() {
            Kind::SocketIo => match session.add_attachment(data)? {
                Some(assembly) => self.assembled(session, *assembly),
                None => Ok(None),
            },
            Kind::Raw => Err(CloseReason::Malformed),
            Kind::EngineIo => {
                self.guard(|| self.app.engine_message(session, EngineMessage::Binary(data)));
                Ok(None)
            }
        }
    }

    /// One Socket.IO packet.
    fn packet(self: &Arc<Self>, session: &Arc<Session>, text: &str) -> Result<Option<Command>, CloseReason> {
        if session.is_assembling() {
            return Err(CloseReason::Malformed);
        }
        let packet = Packet::decode(text).map_err(|_| CloseReason::Malformed)?;
        match packet {
            Packet::Connect { namespace, data } => self.connect(session, namespace, data).map(Some),
            Packet::Disconnect { namespace } => {
                let conn = session.leave(namespace).ok_or(CloseReason::Malformed)?;
                self.announce_end(session, conn, CloseReason::ClientLeft);
                Ok(None)
            }
            Packet::Event { attachments: expected @ 1.., .. }
            | Packet::Ack { attachments: expected @ 1.., .. } => {
                let assembly = Assembly {
                    text: text.to_owned(),
                    attachments: Vec::new(),
                    expected: usize::from(expected),
                    bytes: text.len(),
                };
                if session.begin_assembly(assembly) { Ok(None) } else { Err(CloseReason::Malformed) }
            }
            packet => self.deliver(session, packet, Vec::new()),
        }
    }

    /// A packet whose attachments have all come. Its text was checked when it came.
    fn assembled(
        self: &Arc<Self>,
        session: &Arc<Session>,
        assembly: Assembly,
    ) -> Result<Option<Command>, CloseReason> {
        let packet = Packet::decode(&assembly.text).map_err(|_| CloseReason::Malformed)?;
        self.deliver(session, packet, assembly.attachments)
    }

    fn deliver(
        self: &Arc<Self>,
        session: &Arc<Session>,
        packet: Packet<'_>,
        attachments: Vec<Bytes>,
    ) -> Result<Option<Command>, CloseReason> {
        match packet {
            Packet::Event { namespace, id, name, args, .. } => {
                let conn = session.conn(namespace).ok_or(CloseReason::Malformed)?;
                let namespace = (namespace != MAIN).then(|| Box::from(namespace));
                let event = Incoming {
                    namespace: namespace.clone(),
                    name: name.into(),
                    args: args.as_str().into(),
                    attachments,
                    wants_ack: id.is_some(),
                };
                Ok(Some(self.event(session, conn, event, Target::SocketIo { namespace, id })))
            }
            Packet::Ack { namespace, id, args, .. } => {
                session.conn::<A::Conn>(namespace).ok_or(CloseReason::Malformed)?;
                session.answered(id, Answered { args: args.as_str().into(), attachments });
                Ok(None)
            }
            _ => Err(CloseReason::Malformed),
        }
    }

    /// One frame of a raw WebSocket. The engine itself answers `ping`.
    fn raw_frame(
        self: &Arc<Self>,
        session: &Arc<Session>,
        text: &str,
    ) -> Result<Option<Command>, CloseReason> {
        let frame = raw::Frame::decode(text).map_err(|_| CloseReason::Malformed)?;
        match &*frame.kind {
            "ping" => {
                let pong = Frame::text(64, |out| raw::write_event(out, "pong", frame.id, None));
                session.push(pong, Class::Reply);
                Ok(None)
            }
            "pong" => Ok(None),
            _ => {
                let conn = session.conn(MAIN).ok_or(CloseReason::Malformed)?;
                let id = frame.id.map(Box::from);
                let event = Incoming {
                    namespace: None,
                    name: frame.kind.into(),
                    args: frame.data.unwrap_or_default().into(),
                    attachments: Vec::new(),
                    wants_ack: id.is_some(),
                };
                Ok(Some(self.event(session, conn, event, Target::Raw { id })))
            }
        }
    }

    fn event(
        self: &Arc<Self>,
        session: &Arc<Session>,
        conn: Arc<A::Conn>,
        event: Incoming,
        target: Target,
    ) -> Command {
        let (engine, session) = (self.clone(), session.clone());
        Box::pin(async move {
            let name = event.name.clone();
            let answer = AssertUnwindSafe(async { engine.app.event(&session, &conn, event).await });
            let reply = match answer.catch_unwind().await {
                Ok(reply) => reply,
                Err(_) => {
                    engine.count_panic();
                    Some(Reply::error("Internal error", "internal"))
                }
            };
            if let Some(frame) = reply.and_then(|reply| reply.to_frame(&target, &name)) {
                session.push(frame, Class::Reply);
            }
        })
    }

    /// A client asks for a namespace.
    fn connect(
        self: &Arc<Self>,
        session: &Arc<Session>,
        namespace: &str,
        auth: Option<&str>,
    ) -> Result<Command, CloseReason> {
        let auth = auth.map(serde_json::from_str).transpose().map_err(|_| CloseReason::Malformed)?;
        let handshake = session.begin_connect(namespace).ok_or(CloseReason::Malformed)?;
        Ok(self.authenticate(session, namespace.to_owned(), auth.unwrap_or_default(), handshake))
    }

    /// A raw WebSocket was opened.
    pub(super) fn connect_raw(self: &Arc<Self>, session: &Arc<Session>) -> Option<Command> {
        let handshake = session.begin_connect(MAIN)?;
        Some(self.authenticate(session, MAIN.to_owned(), Value::Null, handshake))
    }

    fn authenticate(
        self: &Arc<Self>,
        session: &Arc<Session>,
        namespace: String,
        auth: Value,
        handshake: Arc<Handshake>,
    ) -> Command {
        let (engine, session) = (self.clone(), session.clone());
        Box::pin(async move {
            let wanted = wanted_resumption(&namespace, &auth);
            let request = ConnectRequest { namespace: namespace.clone(), auth, handshake };
            let answer = AssertUnwindSafe(async { engine.app.connect(&session, request).await });
            let answer = match answer.catch_unwind().await {
                Ok(answer) => answer,
                Err(_) => {
                    engine.count_panic();
                    Err(Refusal::internal())
                }
            };
            match answer {
                Err(refusal) => engine.refuse(&session, &namespace, &refusal),
                Ok(conn) => {
                    if let Some((id, offset)) = wanted
                        && engine.resume(&session, &conn, &id, offset).await
                    {
                        return;
                    }
                    engine.admit(&session, &namespace, conn);
                }
            }
        })
    }

    fn refuse(self: &Arc<Self>, session: &Arc<Session>, namespace: &str, refusal: &Refusal) {
        session.leave(namespace);
        match session.kind() {
            Kind::Raw => session.close(CloseReason::from_code(refusal.close_code)),
            _ => {
                let body = refusal.to_json();
                let frame = Frame::message(namespace.len() + body.len() + 2, &[], |out| {
                    socketio::write_connect_error(out, namespace, &body);
                });
                session.push(frame, Class::Reply);
            }
        }
    }

    fn admit(self: &Arc<Self>, session: &Arc<Session>, namespace: &str, conn: Arc<A::Conn>) {
        let reply = (session.kind() == Kind::SocketIo).then(|| connect_reply(session, namespace));
        if session.finish_connect(namespace, conn.clone(), reply) {
            self.welcome(session, namespace, &conn, false);
        }
    }

    /// Goes on with a session that was kept. False: the client must begin anew.
    async fn resume(
        self: &Arc<Self>,
        fresh: &Arc<Session>,
        conn: &Arc<A::Conn>,
        recovery_id: &str,
        offset: u64,
    ) -> bool {
        let Some(kept) = Session::find(&self.registry, recovery_id) else { return false };
        let Some(kept_conn) = kept.conn::<A::Conn>(MAIN) else { return false };
        if self.guard(|| self.app.may_resume(&kept_conn, conn)) != Some(true) {
            return false;
        }
        loop {
            match kept.resume(fresh, offset, connect_reply(&kept, MAIN)) {
                Resumption::Resumed => break,
                Resumption::Impossible => return false,
                Resumption::Busy => tokio::task::yield_now().await,
            }
        }
        self.registry.counters.resumed.fetch_add(1, Ordering::Relaxed);
        self.welcome(&kept, MAIN, &kept_conn, true);
        true
    }

    fn welcome(
        self: &Arc<Self>,
        session: &Arc<Session>,
        namespace: &str,
        conn: &Arc<A::Conn>,
        resumed: bool,
    ) {
        self.guard(|| self.app.connected(session, conn, resumed));
        // It may have ended in the middle of this.
        if let Some(reason) = session.settle(namespace) {
            self.guard(|| self.app.disconnected(session, conn, reason));
        }
    }
}

/// The recovery id and the offset that an official client adds to its `auth`. One that has seen no event yet sends no
/// offset.
fn wanted_resumption(namespace: &str, auth: &Value) -> Option<(String, u64)> {
    let id = auth.get("pid")?.as_str().filter(|_| namespace == MAIN)?;
    let offset = match auth.get("offset") {
        None | Some(Value::Null) => 0,
        Some(offset) => parse_offset(offset.as_str()?)?,
    };
    Some((id.to_owned(), offset))
}

/// The reply to CONNECT. Only the main namespace can be recovered, and its session id is that of the session.
fn connect_reply(session: &Session, namespace: &str) -> Frame {
    let data = match session.recovery_id().filter(|_| namespace == MAIN) {
        Some(recovery_id) => format!(r#"{{"sid":"{}","pid":"{recovery_id}"}}"#, session.id()),
        None => format!(r#"{{"sid":"{}"}}"#, session.id()),
    };
    Frame::message(namespace.len() + data.len() + 2, &[], |out| {
        socketio::write_connect(out, namespace, Some(&data));
    })
}

impl Reply {
    /// The frame that answers the event `name`, if one is due.
    fn to_frame(&self, target: &Target, name: &str) -> Option<Frame> {
        match target {
            Target::SocketIo { namespace, id: Some(id) } => {
                let namespace = namespace.as_deref().unwrap_or(MAIN);
                let (args, attachments): (Cow<'_, str>, &[Bytes]) = match &self.0 {
                    Answer::Args { args, attachments } => (args.into(), attachments),
                    answer => (answer.to_json().into(), &[]),
                };
                Some(Frame::message(args.len() + namespace.len() + 32, attachments, |out| {
                    socketio::write_ack(out, namespace, *id, &args, attachments.len());
                }))
            }
            Target::Raw { id: Some(id) } => {
                let answer = self.0.to_json();
                Some(Frame::text(answer.len() + id.len() + 32, |out| raw::write_ack(out, id, &answer)))
            }
            Target::SocketIo { namespace, id: None } => {
                let error = self.0.to_error_event(name)?;
                Some(Frame::socketio_event_in(namespace.as_deref().unwrap_or(MAIN), "error", &error, &[]))
            }
            Target::Raw { id: None } => Some(Frame::raw_event("error", &self.0.to_error_event(name)?)),
        }
    }
}

impl Answer {
    /// `{"success":true,"data":…}` or `{"success":false,"error":…,"code":…}`.
    fn to_json(&self) -> String {
        match self {
            Self::Success(None) => r#"{"success":true}"#.to_owned(),
            Self::Success(Some(data)) => format!(r#"{{"success":true,"data":{data}}}"#),
            Self::Args { args, .. } => {
                format!(r#"{{"success":true,"data":{}}}"#, json::Values::new(args).next().unwrap_or("null"))
            }
            Self::Error { error, code, extra } => {
                let mut body = Map::from_iter([("success".to_owned(), Value::Bool(false))]);
                body.extend(error_members(error, code, extra));
                Value::Object(body).to_string()
            }
        }
    }

    /// The payload of the `error` event, for an error that no acknowledgement can carry.
    fn to_error_event(&self, name: &str) -> Option<String> {
        let Self::Error { error, code, extra } = self else { return None };
        let mut body = Map::from_iter(error_members(error, code, extra));
        body.insert("ref".to_owned(), Value::from(name));
        Some(Value::Object(body).to_string())
    }
}

fn error_members(
    error: &str,
    code: &str,
    extra: &Map<String, Value>,
) -> impl IntoIterator<Item = (String, Value)> {
    [("error".to_owned(), Value::from(error)), ("code".to_owned(), Value::from(code))]
        .into_iter()
        .chain(extra.clone())
}
