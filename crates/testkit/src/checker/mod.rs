//! The delivery checker, after Jepsen: what clients asked for and were told, against what everybody saw.
//!
//! Each client notes `invoke` before a send and `ok`, `fail` or `unknown` after it ([`Record`]). When the load is over,
//! every device's view and the server's own history are [`Observation`]s. [`check`] compares the two and lists each
//! contradiction to the delivery guarantee as a [`Violation`].

mod record;
mod verdict;

#[cfg(test)]
mod faults;

pub use record::{Attempt, Outcome, Record, Ticket};
pub use verdict::{Observation, Report, Seen, Violation, check};
