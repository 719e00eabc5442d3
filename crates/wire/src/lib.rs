//! Protocol codecs: Engine.IO, Socket.IO, raw frames and WebSocket framing. Bytes to packets and back, no I/O.
//!
//! Everything here takes input from strangers, so nothing panics, nothing recurses, and nothing allocates more
//! than a small multiple of what was received. A packet is parsed once: its name and boundaries are found, and
//! its arguments stay a slice of JSON text that the application decodes into its own type.

pub mod engineio;
pub mod json;
pub mod raw;
pub mod socketio;
pub mod websocket;
