//! Realtime: Engine.IO 4 / Socket.IO 5 and raw WebSocket over one kind of session.
//!
//! ```text
//! listener ─ router ─┬ websocket   one task a socket: frames ⇄ messages, vectored writes
//!                    └ polling     GET and POST: payloads ⇄ messages
//!                         │
//!                     protocol     messages → CONNECT, events, acknowledgements → [`App`]
//!                         │
//!                      session     bounded outbox, slow-client policy, recovery
//!                         │
//!                       wheel      heartbeats and every other deadline
//! ```
//!
//! The application implements [`App`] and pushes [`Frame`]s into [`Session`]s; it never sees a transport.

mod app;
mod engine;
mod frame;
mod outbox;
mod polling;
mod protocol;
mod recovery;
mod registry;
mod session;
mod websocket;
mod wheel;

pub use app::{App, ConnectRequest, EngineMessage, Handshake, Incoming, Refusal, Reply, Transport};
pub use engine::Engine;
pub use frame::Frame;
pub use registry::{Config, Stats};
pub use session::{Answered, Class, CloseReason, Kind, Session, SessionId};
