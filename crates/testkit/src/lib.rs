//! Servers, databases and the delivery checker for tests.

pub mod checker;
pub mod postgres;
