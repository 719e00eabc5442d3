//! The realtime API: one vocabulary over four ways to carry it.
//!
//! A link carries texts ([`websocket`], polling), a dialect turns them into events and acknowledgements, a connection
//! is both after the handshake, and a [`Socket`] is one connection after the other.

mod connection;
mod dialect;
mod link;
mod polling;
mod socket;
pub mod websocket;

pub use connection::{Closed, Connection};
pub use socket::{Incoming, Socket};

/// How commands and events travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Socket.IO over WebSocket from the start.
    WebSocket,
    /// Socket.IO over HTTP long-polling alone.
    Polling,
    /// Socket.IO over long-polling, then over WebSocket: what the official clients do.
    Upgrade,
    /// Raw WebSocket with JSON frames.
    Raw,
}

impl Transport {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::WebSocket, Self::Polling, Self::Upgrade, Self::Raw];
}
