//! What may happen: actions over the contract and the log.
//!
//! An action takes a [`Ctx`] and an [`Actor`], asks [`policy`], and changes state only through [`Ctx::write`], where
//! every change is numbered, logged and announced after the commit. Nothing here knows a transport.

pub mod accounts;
mod actor;
mod clock;
pub mod conversations;
mod ctx;
pub mod dispatch;
mod error;
pub mod health;
pub mod jobs;
pub mod messages;
pub mod policy;
pub mod presence;
mod replica;
pub mod sync;
pub mod typing;
mod validate;
pub mod view;
mod write;

pub use actor::Actor;
pub use clock::{Clock, SystemClock};
pub use ctx::{Ctx, Publisher, Registration, Settings};
pub use error::{Error, Result};
pub use replica::ReplicaReads;
pub use validate::{CONTENT_CHARS, ENCRYPTED_BYTES};
pub use write::Write;
