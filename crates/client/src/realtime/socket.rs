//! A socket that comes back: one connection after the other.

use super::{Closed, Connection, Transport, connection::Answer};
use crate::{Backoff, Error, Rest};
use kith_api::{ErrorCode, event::ConnectionEstablished};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

/// The close code for a token that is not valid, or not any more.
const UNAUTHENTICATED: u16 = 4401;

/// What a socket tells, in order.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// A connection was made; everything since the last one may have been missed.
    Connected(ConnectionEstablished),
    /// An event, by name.
    Event(String, Value),
    /// The connection ended; another is being made unless the reason is terminal.
    Disconnected(Closed),
    /// The server refuses this account or session: nothing more comes.
    Refused(Error),
}

/// A handle to a socket that reconnects by itself. The socket ends when all handles are dropped.
#[derive(Clone, Debug)]
pub struct Socket {
    commands: mpsc::UnboundedSender<Command>,
}

#[derive(Debug)]
struct Command {
    name: String,
    payload: String,
    started: oneshot::Sender<Answer>,
}

impl Socket {
    /// Begins to connect, with the tokens of `rest`, which are refreshed when they expire.
    pub fn connect(
        rest: Rest,
        transport: Transport,
        backoff: Backoff,
    ) -> (Self, mpsc::UnboundedReceiver<Incoming>) {
        let (commands, received) = mpsc::unbounded_channel();
        let (tell, incoming) = mpsc::unbounded_channel();
        tokio::spawn(Driver { rest, transport, backoff, tell, commands: received }.run());
        (Self { commands }, incoming)
    }

    /// Sends a command once there is a connection, and waits for the answer.
    ///
    /// # Errors
    /// [`Error::Unanswered`] when the connection ends first: the command may have been carried out or not.
    pub async fn call(&self, name: &str, payload: &impl Serialize) -> Result<Value, Error> {
        let payload = serde_json::to_string(payload).map_err(Error::protocol)?;
        let (started, starting) = oneshot::channel();
        let ended = || Error::unanswered("the socket has ended");
        self.commands.send(Command { name: name.to_owned(), payload, started }).map_err(|_| ended())?;
        starting.await.map_err(|_| ended())?.get().await
    }
}

struct Driver {
    rest: Rest,
    transport: Transport,
    backoff: Backoff,
    tell: mpsc::UnboundedSender<Incoming>,
    commands: mpsc::UnboundedReceiver<Command>,
}

impl Driver {
    async fn run(mut self) {
        loop {
            let token = self.rest.token();
            match self.establish().await {
                Ok(connection) => {
                    let Some(closed) = self.carry(connection).await else { return };
                    tracing::debug!(reason = closed.reason, code = closed.code, "disconnected");
                    let refused = self.refused(&closed, token).await;
                    let heard = self.tell.send(Incoming::Disconnected(closed)).is_ok();
                    if let Some(error) = refused {
                        // Nobody may be listening any more.
                        let _ = self.tell.send(Incoming::Refused(error));
                        return;
                    }
                    if !heard {
                        return;
                    }
                }
                Err(error) if is_final(&error) => {
                    // Nobody may be listening any more.
                    let _ = self.tell.send(Incoming::Refused(error));
                    return;
                }
                Err(error) => tracing::debug!(%error, "not connected"),
            }
            if self.commands.is_closed() {
                return;
            }
            tokio::time::sleep(self.backoff.next_wait()).await;
        }
    }

    /// Why the server will not have this session back, if that is so. A raw socket is told of an expired token only by
    /// the close code; then a new one is fetched.
    async fn refused(&self, closed: &Closed, token: Option<String>) -> Option<Error> {
        if closed.code == Some(UNAUTHENTICATED) {
            return self.rest.renew(token).await.err().filter(is_final);
        }
        closed
            .is_terminal()
            .then(|| Error::unanswered(format!("the server ended the session: {}", closed.reason)))
    }

    async fn establish(&self) -> Result<Connection, Error> {
        let token = self.rest.token();
        match Connection::open(&self.rest, self.transport).await {
            Err(error) if error.code() == Some(ErrorCode::TokenExpired) => {
                self.rest.renew(token).await?;
                Connection::open(&self.rest, self.transport).await
            }
            opened => opened,
        }
    }

    /// Passes events and commands until the connection ends; `None` when nobody uses the socket any more.
    async fn carry(&mut self, mut connection: Connection) -> Option<Closed> {
        loop {
            tokio::select! {
                // Commands of the application may depend on what it has seen, not the other way round.
                biased;
                event = connection.events.recv() => {
                    let Some((name, data)) = event else { return Some(connection.closed().await) };
                    let incoming = match name.as_str() {
                        // For connection state recovery of the official clients; here `sync` serves.
                        "offset" => continue,
                        "connection:established" => match serde_json::from_value(data) {
                            Ok(established) => {
                                self.backoff.reset();
                                Incoming::Connected(established)
                            }
                            Err(error) => Incoming::Refused(Error::protocol(error)),
                        },
                        _ => Incoming::Event(name, data),
                    };
                    if self.tell.send(incoming).is_err() && self.commands.is_closed() {
                        return None;
                    }
                }
                command = self.commands.recv() => {
                    let command = command?;
                    // The caller may have given up waiting; the command is carried out all the same.
                    let _ = command.started.send(connection.start(command.name, command.payload));
                }
            }
        }
    }
}

/// Whether it is no use to try again.
fn is_final(error: &Error) -> bool {
    matches!(
        error.code(),
        Some(
            ErrorCode::Unauthenticated
                | ErrorCode::SessionRevoked
                | ErrorCode::AccountPending
                | ErrorCode::AccountSuspended
                | ErrorCode::Forbidden
        )
    )
}
