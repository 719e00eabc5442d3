//! Stories over the HTTP API of a server that listens, on the embedded database.

mod server;
mod signing_in;
