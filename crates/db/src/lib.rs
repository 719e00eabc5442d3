//! Storage on SQLite and PostgreSQL through one SQL text.
//!
//! Queries are plain synchronous functions over [`Tx`], run on database threads: a [`Writers`] thread owns its
//! connection and commits many jobs at once, and [`Readers`] answer from a pool. Only [`dialect`] knows which
//! engine it talks to. This crate stores and finds; it never decides.

mod batch;
mod connection;
pub mod conversations;
mod dialect;
mod error;
pub mod jobs;
pub mod log;
pub mod messages;
pub mod meta;
pub mod migrate;
mod postgres;
mod readers;
pub mod receipts;
pub mod sessions;
mod tx;
pub mod users;
mod writers;

pub use connection::Connection;
pub use dialect::{Engine, Options};
pub use error::Error;
pub use readers::Readers;
pub use tx::{Column, FromColumn, Kind, Later, Param, Row, Tx};
pub use writers::Writers;
