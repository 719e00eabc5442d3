//! The realtime engine over real sockets: every rule of the Engine.IO and Socket.IO protocol documents, raw frames,
//! recovery, slow readers and hostile input, with a small application behind it.

mod app;
mod attacks;
mod client;
mod engineio;
mod listener;
mod raw;
mod recovery;
mod slow;
mod socketio;
