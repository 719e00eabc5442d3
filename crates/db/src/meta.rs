//! Facts about the store itself.

use crate::{Error, Tx, params};
use kith_api::Timestamp;

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

/// How far cursors had gone when it was last noted; 0 if never.
pub fn time(tx: &mut Tx<'_>) -> Result<Timestamp, Error> {
    Ok(Timestamp(get(tx, "time")?.and_then(|value| value.parse().ok()).unwrap_or(0)))
}

/// Notes how far cursors have gone. Never goes back.
pub fn raise_time(tx: &mut Tx<'_>, time: Timestamp) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO meta (key, value) VALUES ('time', $1)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value
         WHERE CAST(meta.value AS BIGINT) < CAST(excluded.value AS BIGINT)",
        params![time.0.to_string()],
    )?;
    Ok(())
}
