//! The Rust SDK: REST, Socket.IO and raw WebSocket clients of a Kith server.
