//! Accounts: making them, signing in and out, profiles, keys, devices.

pub(crate) mod cache;
pub mod hasher;
pub mod list;
pub mod login;
pub mod logout;
pub mod me;
pub mod password;
pub mod profile;
pub mod public_key;
pub mod refresh;
pub mod register;
pub mod role;
pub mod search;
pub mod sessions;
pub mod stats;
pub mod tokens;

pub use sessions::Client;
