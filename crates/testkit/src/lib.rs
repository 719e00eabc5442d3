//! Servers, databases and the delivery checker for tests.

pub mod checker;
pub mod crash;
mod ears;
pub mod postgres;
pub mod server;

pub use ears::Ears;
pub use server::{Account, Engine, TestServer};
