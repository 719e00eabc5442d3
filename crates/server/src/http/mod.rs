//! The HTTP API: requests become actions, results become envelopes.

pub mod address;
mod assets;
pub mod auth;
mod cookies;
mod cors;
mod envelope;
mod etag;
mod extract;
mod headers;
pub mod origin;
mod problem;
mod request;
mod router;
mod routes;
mod state;
mod throttle;

pub use envelope::{Done, List, Reply};
pub use problem::{Problem, ProblemBody, seconds, status};
pub use request::RequestId;
pub use router::{documented, operations_only, router, routes, sockets, wrap};
pub use state::{SocketStats, State};
