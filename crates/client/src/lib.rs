//! The Rust SDK of Kith: for bots, tests and measurements.
//!
//! - [`Rest`] is the HTTP API with types.
//! - [`Socket`] is the realtime API over any [`Transport`], with acknowledgements and reconnection.
//! - [`View`] is what a device shows: changes applied by version, never twice, never past a hole.
//! - [`Device`] joins the three: it keeps a view current and sends until it is acknowledged.

mod backoff;
mod device;
mod error;
pub mod realtime;
mod rest;
mod view;

pub use backoff::Backoff;
pub use device::Device;
pub use error::{ApiError, Error};
pub use realtime::{Incoming, Socket, Transport};
pub use rest::{Listing, MessageQuery, Reply, Rest};
pub use view::{Applied, Timeline, View};
