//! Facts about the store itself.

use crate::{Error, Tx, params};

/// The value of `key`.
pub fn get(tx: &mut Tx<'_>, key: &str) -> Result<Option<String>, Error> {
    tx.opt("SELECT value FROM meta WHERE key = $1", params![key], |row| row.get(0))
}

/// Sets `key` to `value` unless it has one; the value it has afterwards.
pub fn get_or_set(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<String, Error> {
    tx.execute(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
        params![key, value],
    )?;
    tx.one("SELECT value FROM meta WHERE key = $1", params![key], |row| row.get(0))
}
