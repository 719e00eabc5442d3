//! The edges: HTTP, realtime, configuration and the command line.

pub mod config;
pub mod listener;
pub mod socket;
