//! One file for each family of routes: extract, act, reply.

pub(super) mod accounts;
pub(super) mod conversations;
pub(super) mod docs;
pub(super) mod health;
pub(super) mod messages;
pub(super) mod participants;
pub(super) mod profiles;
pub(super) mod server;
pub(super) mod sync;
