//! The edges: HTTP, realtime, configuration and the command line.

pub mod bus;
pub mod config;
pub mod http;
pub mod hub;
pub mod limits;
pub mod listener;
pub mod metrics;
pub mod openapi;
pub mod realtime;
pub mod server;
pub mod socket;
mod unpanicked;
