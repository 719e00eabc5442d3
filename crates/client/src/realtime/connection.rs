//! One connection, from the handshake to its end.

use super::{
    Transport,
    dialect::{Dialect, Signal},
    link::{self, Arrival, Link},
    polling,
};
use crate::{
    Rest,
    error::{ApiError, Error, Refusal},
};
use kith_api::ErrorCode;
use serde::Serialize;
use serde_json::Value;
use std::{collections::HashMap, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout, timeout_at},
};

/// The server pings every 25 s and gives up after 60 s more; a raw one pings after 30 s of silence.
const SILENCE: Duration = Duration::from_secs(90);

/// For the handshake as a whole.
const HANDSHAKE: Duration = Duration::from_secs(20);

/// Why a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The WebSocket close code, if there was one.
    pub code: Option<u16>,
    /// For people.
    pub reason: String,
}

impl Closed {
    /// Whether the server said not to come back with this token.
    pub fn is_terminal(&self) -> bool {
        matches!(self.code, Some(4401 | 4403 | 4409))
    }
}

/// An open connection. Dropping it closes it.
#[derive(Debug)]
pub struct Connection {
    commands: mpsc::UnboundedSender<Command>,
    /// Events in the order in which they came; ends with the connection.
    pub events: mpsc::UnboundedReceiver<(String, Value)>,
    closed: oneshot::Receiver<Closed>,
}

#[derive(Debug)]
struct Command {
    name: String,
    payload: String,
    answer: oneshot::Sender<Result<Value, Error>>,
}

/// An answer that is under way.
#[derive(Debug)]
pub(super) struct Answer(oneshot::Receiver<Result<Value, Error>>);

impl Answer {
    pub(super) async fn get(self) -> Result<Value, Error> {
        self.0.await.unwrap_or_else(|_| Err(Error::unanswered("the connection was lost")))
    }
}

impl Connection {
    /// Connects and waits until the server has accepted the token.
    ///
    /// # Errors
    /// [`Error::Api`] when the server refuses, else why it could not be reached.
    pub async fn open(rest: &Rest, transport: Transport) -> Result<Self, Error> {
        let token = rest.token().unwrap_or_default();
        let dialect = if transport == Transport::Raw { Dialect::Raw } else { Dialect::SocketIo };
        let opening = async {
            match dialect {
                Dialect::Raw => open_raw(rest, &token).await,
                Dialect::SocketIo => open_socket_io(rest, transport, &token).await,
            }
        };
        let link = timeout(HANDSHAKE, opening)
            .await
            .map_err(|_| Error::unanswered("the handshake took too long"))??;
        let (commands, received) = mpsc::unbounded_channel();
        let (events, happened) = mpsc::unbounded_channel();
        let (end, closed) = oneshot::channel();
        let driver = Driver { link, dialect, events, waiting: HashMap::new(), next_id: 0 };
        tokio::spawn(async move {
            let why = driver.run(received).await;
            // Whoever held the connection may be gone.
            let _ = end.send(why);
        });
        Ok(Self { commands, events: happened, closed })
    }

    /// Sends a command and waits for the server's answer.
    ///
    /// # Errors
    /// [`Error::Unanswered`] when the connection ends first.
    pub async fn call(&self, name: &str, payload: &impl Serialize) -> Result<Value, Error> {
        let payload = serde_json::to_string(payload).map_err(Error::protocol)?;
        self.start(name.to_owned(), payload).get().await
    }

    pub(super) fn start(&self, name: String, payload: String) -> Answer {
        let (answer, receiver) = oneshot::channel();
        // If the connection is gone the answer's sender goes with the command, and the receiver says so.
        let _ = self.commands.send(Command { name, payload, answer });
        Answer(receiver)
    }

    /// Hands out the events, for somebody else to listen to. Nothing comes to [`Self::events`] any more.
    pub fn take_events(&mut self) -> mpsc::UnboundedReceiver<(String, Value)> {
        std::mem::replace(&mut self.events, mpsc::unbounded_channel().1)
    }

    /// Waits for the end and tells why.
    pub async fn closed(self) -> Closed {
        let Self { commands, events: _events, closed } = self;
        let why = closed.await;
        drop(commands);
        why.unwrap_or(Closed { code: None, reason: "closed".into() })
    }
}

async fn open_raw(rest: &Rest, token: &str) -> Result<Link, Error> {
    let url = rest.base().join("/ws").map_err(Error::protocol)?;
    link::over_websocket(&url, &[("Authorization", &format!("Bearer {token}"))]).await
}

async fn open_socket_io(rest: &Rest, transport: Transport, token: &str) -> Result<Link, Error> {
    let over_websocket = transport == Transport::WebSocket;
    let query = if over_websocket { "websocket" } else { "polling" };
    let path = format!("/socket.io/?EIO=4&transport={query}");
    let url = rest.base().join(&path).map_err(Error::protocol)?;
    let mut link = if over_websocket {
        link::over_websocket(&url, &[]).await?
    } else {
        polling::open(rest.http(), &url, transport == Transport::Upgrade).await?
    };
    match link.incoming.recv().await {
        Some(Arrival::Text(text)) if text.starts_with('0') => {}
        other => return Err(Error::unanswered(format!("no Engine.IO handshake but {other:?}"))),
    }
    let _ = link.outgoing.send(Dialect::connect(token)?);
    loop {
        match link.incoming.recv().await {
            Some(Arrival::Text(text)) => match Dialect::SocketIo.read(&text)? {
                Signal::Ready => return Ok(link),
                Signal::Refused { message, code } => return Err(refused(message, code)),
                Signal::Ping(pong) => drop(link.outgoing.send(pong.to_owned())),
                Signal::Closed => return Err(Error::unanswered("closed during the handshake")),
                Signal::Event { .. } | Signal::Ack { .. } | Signal::Nothing => {}
            },
            other => return Err(Error::unanswered(format!("no Socket.IO handshake but {other:?}"))),
        }
    }
}

fn refused(message: String, code: Option<ErrorCode>) -> Error {
    let code = code.unwrap_or(ErrorCode::Unauthenticated);
    ApiError { status: 0, code, message, details: Vec::new(), request_id: None, retry_after: None }.into()
}

struct Driver {
    link: Link,
    dialect: Dialect,
    events: mpsc::UnboundedSender<(String, Value)>,
    waiting: HashMap<u64, oneshot::Sender<Result<Value, Error>>>,
    next_id: u64,
}

impl Driver {
    async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) -> Closed {
        let closed = |reason: &str| Closed { code: None, reason: reason.to_owned() };
        let mut silent_at = Instant::now() + SILENCE;
        loop {
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.send(command),
                    None => return closed("closed by this end"),
                },
                arrival = timeout_at(silent_at, self.link.incoming.recv()) => {
                    silent_at = Instant::now() + SILENCE;
                    match arrival {
                        Err(_) => return closed("the server fell silent"),
                        Ok(None) => return closed("the connection was lost"),
                        Ok(Some(Arrival::Closed(code, reason))) => return Closed { code, reason },
                        Ok(Some(Arrival::Text(text))) if text.is_empty() => {}
                        Ok(Some(Arrival::Text(text))) => match self.dialect.read(&text) {
                            Ok(Signal::Closed) => return closed("closed by the server"),
                            Ok(signal) => self.receive(signal),
                            Err(error) => return closed(&error.to_string()),
                        },
                    }
                }
            }
        }
    }

    fn send(&mut self, command: Command) {
        self.next_id += 1;
        let id = self.next_id;
        match self.dialect.command(id, &command.name, &command.payload) {
            Ok(text) => {
                self.waiting.insert(id, command.answer);
                // If the link is gone, its end arrives next and all that wait are told.
                let _ = self.link.outgoing.send(text);
            }
            Err(error) => drop(command.answer.send(Err(error))),
        }
    }

    fn receive(&mut self, signal: Signal) {
        match signal {
            Signal::Ping(pong) => drop(self.link.outgoing.send(pong.to_owned())),
            // Whoever listens may have stopped; commands go on.
            Signal::Event { name, data } => drop(self.events.send((name, data))),
            Signal::Ack { id, answer } => {
                if let Some(waiting) = self.waiting.remove(&id) {
                    drop(waiting.send(read_answer(answer)));
                }
            }
            Signal::Ready | Signal::Refused { .. } | Signal::Closed | Signal::Nothing => {}
        }
    }
}

/// `{success: true, data}` or `{success: false, error, code}`.
fn read_answer(mut answer: Value) -> Result<Value, Error> {
    if answer["success"] == true {
        return Ok(answer["data"].take());
    }
    let refusal: Refusal = serde_json::from_value(answer).map_err(Error::protocol)?;
    Err(refusal.into_error(0).into())
}
