//! Jobs that run by the clock: when each is due, and which process is at it.

use crate::{Error, Tx, params};
use kith_api::Timestamp;
use uuid::Uuid;

/// Makes a job known; it is due at once.
pub fn insert(tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO jobs (name, next_at, leased_until) VALUES ($1, 0, 0) ON CONFLICT (name) DO NOTHING",
        params![name],
    )?;
    Ok(())
}

/// Names of the jobs that are due and that nobody is at.
pub fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<String>, Error> {
    tx.all("SELECT name FROM jobs WHERE next_at <= $1 AND leased_until <= $1", params![now], |row| row.get(0))
}

/// Takes a job for `holder` until then, if it is due and nobody is at it.
pub fn claim(
    tx: &mut Tx<'_>,
    name: &str,
    holder: Uuid,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, Error> {
    let claimed = tx.execute(
        "UPDATE jobs SET holder = $2, leased_until = $4 WHERE name = $1 AND next_at <= $3 AND leased_until <= $3",
        params![name, holder, now, until],
    )?;
    Ok(claimed == 1)
}

/// Keeps a job until then; false if it was taken by another process meanwhile.
pub fn renew(tx: &mut Tx<'_>, name: &str, holder: Uuid, until: Timestamp) -> Result<bool, Error> {
    let renewed = tx.execute(
        "UPDATE jobs SET leased_until = $3 WHERE name = $1 AND holder = $2",
        params![name, holder, until],
    )?;
    Ok(renewed == 1)
}

/// Gives a job back that is due again at `next`.
pub fn finish(tx: &mut Tx<'_>, name: &str, holder: Uuid, next: Timestamp) -> Result<(), Error> {
    tx.execute(
        "UPDATE jobs SET holder = NULL, leased_until = 0, next_at = $3 WHERE name = $1 AND holder = $2",
        params![name, holder, next],
    )?;
    Ok(())
}
