//! Signed-in devices and failed sign-ins.

use crate::{Error, Row, Tx, params};
use kith_api::{SessionId, Timestamp, UserId};
use uuid::Uuid;

/// A stored session: the family of one refresh token.
#[derive(Clone, Debug)]
pub struct Session {
    /// Identifier.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// How often its refresh token was rotated.
    pub refresh_generation: i64,
    /// Last rotation.
    pub refreshed_at: Timestamp,
    /// The device's own identifier.
    pub device_id: Option<String>,
    /// The device's name for people.
    pub device_name: Option<String>,
    /// `User-Agent` at sign-in.
    pub user_agent: Option<String>,
    /// Address of last use.
    pub ip: Option<String>,
    /// Sign-in.
    pub created_at: Timestamp,
    /// Last refresh.
    pub last_used_at: Timestamp,
    /// When the refresh token ends.
    pub expires_at: Timestamp,
    /// When it was ended early.
    pub revoked_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "id, user_id, refresh_generation, refreshed_at, device_id, device_name, user_agent, ip, \
         created_at, last_used_at, expires_at, revoked_at"
    };
}

fn session(row: &Row<'_>) -> Result<Session, Error> {
    Ok(Session {
        id: row.get(0)?,
        user_id: row.get(1)?,
        refresh_generation: row.get(2)?,
        refreshed_at: row.get(3)?,
        device_id: row.get(4)?,
        device_name: row.get(5)?,
        user_agent: row.get(6)?,
        ip: row.get(7)?,
        created_at: row.get(8)?,
        last_used_at: row.get(9)?,
        expires_at: row.get(10)?,
        revoked_at: row.get(11)?,
    })
}

/// Stores a new session.
pub fn insert(tx: &mut Tx<'_>, s: &Session) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO sessions (id, user_id, refresh_generation, refreshed_at, device_id, device_name, user_agent,
                               ip, created_at, last_used_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            s.id,
            s.user_id,
            s.refresh_generation,
            s.refreshed_at,
            s.device_id.as_ref(),
            s.device_name.as_ref(),
            s.user_agent.as_ref(),
            s.ip.as_ref(),
            s.created_at,
            s.last_used_at,
            s.expires_at,
        ],
    )?;
    Ok(())
}

/// The session with this identifier.
pub fn by_id(tx: &mut Tx<'_>, id: SessionId) -> Result<Option<Session>, Error> {
    tx.opt(concat!("SELECT ", columns!(), " FROM sessions WHERE id = $1"), params![id], session)
}

/// Live sessions of an account, last used first.
pub fn live(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<Vec<Session>, Error> {
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY last_used_at DESC"
        ),
        params![user, now],
        session,
    )
}

/// Rotates the refresh token of generation `from`; false if somebody else rotated it first.
pub fn rotate(
    tx: &mut Tx<'_>,
    id: SessionId,
    from: i64,
    ip: Option<&str>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool, Error> {
    let changed = tx.execute(
        "UPDATE sessions
         SET refresh_generation = $2 + 1, refreshed_at = $3, last_used_at = $3, expires_at = $4, ip = $5
         WHERE id = $1 AND refresh_generation = $2 AND revoked_at IS NULL",
        params![id, from, now, expires_at, ip],
    )?;
    Ok(changed == 1)
}

/// Ends a session; false if it was ended before.
pub fn revoke(tx: &mut Tx<'_>, id: SessionId, reason: &str, now: Timestamp) -> Result<bool, Error> {
    let changed = tx.execute(
        "UPDATE sessions SET revoked_at = $2, revoke_reason = $3 WHERE id = $1 AND revoked_at IS NULL",
        params![id, now, reason],
    )?;
    Ok(changed == 1)
}

/// Ends every live session of an account except `keep`; those that were ended.
pub fn revoke_all(
    tx: &mut Tx<'_>,
    user: UserId,
    keep: Option<SessionId>,
    reason: &str,
    now: Timestamp,
) -> Result<Vec<SessionId>, Error> {
    // No session has the nil identifier; PostgreSQL cannot tell the type of a parameter that may be NULL.
    let keep = keep.unwrap_or(SessionId(Uuid::nil()));
    tx.all(
        "UPDATE sessions SET revoked_at = $3, revoke_reason = $4
         WHERE user_id = $1 AND revoked_at IS NULL AND id <> $2
         RETURNING id",
        params![user, keep, now, reason],
        |row| row.get(0),
    )
}

/// Sessions that were ended early at `since` or later: which, whose, why.
pub fn ended_since(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<(SessionId, UserId, String)>, Error> {
    tx.all("SELECT id, user_id, revoke_reason FROM sessions WHERE revoked_at >= $1", params![since], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}

/// Counts a failed sign-in within a window that began at or after `window`; the failures so far.
pub fn count_failure(
    tx: &mut Tx<'_>,
    subject: &str,
    window: Timestamp,
    now: Timestamp,
) -> Result<i64, Error> {
    tx.one(
        "INSERT INTO sign_in_failures (subject, failures, since) VALUES ($1, 1, $3)
         ON CONFLICT (subject) DO UPDATE SET
            failures = CASE WHEN sign_in_failures.since < $2 THEN 1 ELSE sign_in_failures.failures + 1 END,
            since = CASE WHEN sign_in_failures.since < $2 THEN $3 ELSE sign_in_failures.since END
         RETURNING failures",
        params![subject, window, now],
        |row| row.get(0),
    )
}

/// Failed sign-ins in the current window, and when it began.
pub fn failures(
    tx: &mut Tx<'_>,
    subject: &str,
    window: Timestamp,
) -> Result<Option<(i64, Timestamp)>, Error> {
    tx.opt(
        "SELECT failures, since FROM sign_in_failures WHERE subject = $1 AND since >= $2",
        params![subject, window],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Forgets failed sign-ins after a successful one.
pub fn clear_failures(tx: &mut Tx<'_>, subject: &str) -> Result<(), Error> {
    tx.execute("DELETE FROM sign_in_failures WHERE subject = $1", params![subject])?;
    Ok(())
}

/// Deletes sessions that ended before `before` and failures older than that; how many sessions.
pub fn sweep(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    tx.execute("DELETE FROM sign_in_failures WHERE since < $1", params![before])?;
    tx.execute("DELETE FROM sessions WHERE expires_at < $1 OR revoked_at < $1", params![before])
}
