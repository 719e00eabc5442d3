//! The contract: identifiers, commands, events, views and error codes.
//!
//! Everything that may be said between a client and a Kith server has its type here, and nothing here does I/O.
//! The OpenAPI document and the TypeScript types are generated from these types.

pub mod command;
mod error;
pub mod event;
mod ids;
mod time;
pub mod view;

pub use command::Command;
pub use error::{ErrorCode, FieldError};
pub use event::{Envelope, Event, Scope};
pub use ids::{ConversationId, MessageId, SessionId, UserId};
pub use time::Timestamp;
