//! Stories over the HTTP API of a server that listens, on the embedded database.

mod access;
mod conversations;
mod cookies;
mod documents;
mod gateway;
mod health;
mod limits;
mod lists;
mod messages;
mod refusals;
mod requests;
mod server;
mod signing_in;
mod users;
