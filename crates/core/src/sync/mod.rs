//! Catching up: what changed since a cursor, and what a hub missed.

mod cursor;
mod events;
mod page;
mod replay;
mod time;
mod trim;

pub(crate) use cursor::OVERLAP_SECONDS;
pub use kith_db::conversations::Heads;
pub use page::{Calm, calm_page, page, start_cursor};
pub use replay::{account_versions, arrivals, conversations_of, heads, membership, replay, versions};
pub use time::keep_time;
pub use trim::trim_log;
