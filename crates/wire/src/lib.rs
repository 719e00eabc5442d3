//! Protocol codecs: Engine.IO, Socket.IO, raw frames and WebSocket framing. Bytes to packets and back, no I/O.
