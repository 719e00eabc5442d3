//! Accounts and their registered devices.

use crate::{Error, Later, Row, Tx, params};
use kith_api::view::{AccountStatus, Device, Presence, Role};
use kith_api::{SessionId, Timestamp, UserId};
use uuid::Uuid;

/// A stored account, without its password hash.
#[derive(Clone, Debug)]
pub struct Account {
    /// Identifier.
    pub id: UserId,
    /// Unique name, lower case.
    pub username: String,
    /// Name to show.
    pub display_name: String,
    /// Address, lower case.
    pub email: Option<String>,
    /// A few words.
    pub bio: Option<String>,
    /// Role on the server.
    pub role: Role,
    /// Whether it may be used.
    pub account_status: AccountStatus,
    /// What others shall see while a device is connected.
    pub presence: Presence,
    /// When it was last connected.
    pub last_seen: Option<Timestamp>,
    /// Published key.
    pub public_key: Option<String>,
    /// What kind of key.
    pub public_key_algorithm: Option<String>,
    /// When the key was published.
    pub public_key_updated_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the profile last changed.
    pub updated_at: Timestamp,
}

macro_rules! columns {
    () => {
        "id, username, display_name, email, bio, role, account_status, presence, last_seen, \
         public_key, public_key_algorithm, public_key_updated_at, created_at, updated_at"
    };
}

fn account(row: &Row<'_>) -> Result<Account, Error> {
    Ok(Account {
        id: row.get(0)?,
        username: row.get(1)?,
        display_name: row.get(2)?,
        email: row.get(3)?,
        bio: row.get(4)?,
        role: row.get(5)?,
        account_status: row.get(6)?,
        presence: row.get(7)?,
        last_seen: row.get(8)?,
        public_key: row.get(9)?,
        public_key_algorithm: row.get(10)?,
        public_key_updated_at: row.get(11)?,
        created_at: row.get(12)?,
        updated_at: row.get(13)?,
    })
}

/// Stores a new account.
pub fn insert(tx: &mut Tx<'_>, account: &Account, password_hash: &str) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO users (id, username, display_name, display_name_folded, email, bio, role, account_status, password_hash,
                            presence, public_key, public_key_updated_at, changed_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $13)",
        params![
            account.id,
            &account.username,
            &account.display_name,
            fold(&account.display_name),
            account.email.as_ref(),
            account.bio.as_ref(),
            account.role,
            account.account_status,
            password_hash,
            account.presence,
            account.public_key.as_ref(),
            account.public_key_updated_at,
            account.created_at,
        ],
    )?;
    Ok(())
}

/// Whether there is any account.
pub fn any(tx: &mut Tx<'_>) -> Result<bool, Error> {
    Ok(tx.opt("SELECT 1 FROM users LIMIT 1", &[], |_| Ok(()))?.is_some())
}

/// The account with this identifier.
pub fn by_id(tx: &mut Tx<'_>, id: UserId) -> Result<Option<Account>, Error> {
    tx.opt(concat!("SELECT ", columns!(), " FROM users WHERE id = $1"), params![id], account)
}

/// When an account was last changed, and how far its own log has come.
pub fn mark(tx: &mut Tx<'_>, id: UserId) -> Result<Option<[i64; 2]>, Error> {
    tx.opt("SELECT updated_at, version FROM users WHERE id = $1", params![id], |row| {
        Ok([row.get(0)?, row.get(1)?])
    })
}

/// The account of a session, if the session can be used.
pub fn by_session(tx: &mut Tx<'_>, id: SessionId, now: Timestamp) -> Result<Option<Account>, Error> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM users
              WHERE id = (SELECT user_id FROM sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2)"
        ),
        params![id, now],
        account,
    )
}

/// The account with this name, given in lower case.
pub fn by_username(tx: &mut Tx<'_>, username: &str) -> Result<Option<Account>, Error> {
    tx.opt(concat!("SELECT ", columns!(), " FROM users WHERE username = $1"), params![username], account)
}

/// How far the logs of these accounts have come.
pub fn versions(tx: &mut Tx<'_>, ids: Vec<Uuid>) -> Result<Vec<(UserId, i64)>, Error> {
    tx.all("SELECT id, version FROM users WHERE id = ANY($1)", params![ids], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// The accounts with these identifiers, in no order.
pub fn by_ids(tx: &mut Tx<'_>, ids: Vec<Uuid>) -> Result<Vec<Account>, Error> {
    tx.all(concat!("SELECT ", columns!(), " FROM users WHERE id = ANY($1)"), params![ids], account)
}

/// The account that signs in as `login` (name or address, lower case), with its password hash.
pub fn credentials(tx: &mut Tx<'_>, login: &str) -> Result<Option<(Account, String)>, Error> {
    tx.opt(
        concat!("SELECT ", columns!(), ", password_hash FROM users WHERE username = $1 OR email = $1"),
        params![login],
        |row| Ok((account(row)?, row.get(14)?)),
    )
}

/// A name to show, as it is searched for. Not left to SQL: SQLite and some locales of PostgreSQL fold only ASCII.
pub fn fold(name: &str) -> String {
    name.to_lowercase()
}

/// Active accounts in the order of their names, after the name `after`.
pub fn active(tx: &mut Tx<'_>, after: &str, offset: i64, limit: i64) -> Result<Vec<Account>, Error> {
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM users WHERE account_status = 'active' AND username > $1 ORDER BY username LIMIT $2 OFFSET $3"
        ),
        params![after, limit, offset],
        account,
    )
}

/// Where a page of found people ended.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// At the one with this username, of those whose username matches.
    ByUsername(&'a str),
    /// At the one with this [folded](fold) name to show and this username, of those who only show a matching name.
    ByDisplayName(&'a str, &'a str),
}

/// Active accounts whose username begins with `prefix`, which is [folded](fold), in the order of usernames; then those
/// of whom only the name to show does, in the order of that. Both come out of indexes in this order.
pub fn search(
    tx: &mut Tx<'_>,
    prefix: &str,
    after: Found<'_>,
    offset: i64,
    limit: i64,
) -> Result<Vec<Account>, Error> {
    // A range, because both engines look it up in the indexes, which are in byte order; `LIKE` they would not.
    let end = format!("{prefix}{}", char::MAX);
    let (mut found, shown, passed) = match after {
        Found::ByDisplayName(shown, username) => (Vec::new(), (shown, username), offset),
        Found::ByUsername(username) => {
            macro_rules! named {
                () => {
                    " FROM users
                      WHERE username >= $1 AND username < $2 AND username > $3 AND account_status = 'active'"
                };
            }
            let named = tx.all(
                concat!("SELECT ", columns!(), named!(), " ORDER BY username LIMIT $4 OFFSET $5"),
                params![prefix, &end, username, limit, offset],
                account,
            )?;
            let passed = match offset {
                0 => 0,
                _ if !named.is_empty() => 0,
                _ => {
                    let count: i64 = tx.one(
                        concat!("SELECT COUNT(*)", named!()),
                        params![prefix, &end, username],
                        |row| row.get(0),
                    )?;
                    offset - count
                }
            };
            (named, ("", ""), passed)
        }
    };
    let missing = limit - found.len() as i64;
    if missing > 0 {
        found.extend(tx.all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM users
                  WHERE display_name_folded >= $1 AND display_name_folded < $2 AND display_name_folded <> username
                    AND (display_name_folded, username) > ($3, $4)
                    AND NOT (username >= $1 AND username < $2) AND account_status = 'active'
                  ORDER BY display_name_folded, username LIMIT $5 OFFSET $6"
            ),
            params![prefix, &end, shown.0, shown.1, missing, passed],
            account,
        )?);
    }
    Ok(found)
}

/// Accounts in order of creation, for the command line.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Account>, Error> {
    tx.all(concat!("SELECT ", columns!(), " FROM users ORDER BY created_at, id"), &[], account)
}

/// Number of administrators whose accounts can be used.
pub fn administrators(tx: &mut Tx<'_>) -> Result<i64, Error> {
    tx.one("SELECT COUNT(*) FROM users WHERE role = 'admin' AND account_status = 'active'", &[], |row| {
        row.get(0)
    })
}

/// Changes the profile.
pub fn update_profile(tx: &mut Tx<'_>, account: &Account, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        "UPDATE users SET display_name = $2, display_name_folded = $3, bio = $4, email = $5, updated_at = $6
         WHERE id = $1",
        params![
            account.id,
            &account.display_name,
            fold(&account.display_name),
            account.bio.as_ref(),
            account.email.as_ref(),
            now,
        ],
    )?;
    Ok(())
}

/// Publishes a key.
pub fn set_public_key(
    tx: &mut Tx<'_>,
    id: UserId,
    key: &str,
    algorithm: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        "UPDATE users SET public_key = $2, public_key_algorithm = $3, public_key_updated_at = $4, updated_at = $4
         WHERE id = $1",
        params![id, key, algorithm, now],
    )?;
    Ok(())
}

/// Chooses what others see while a device is connected.
pub fn set_presence(tx: &mut Tx<'_>, id: UserId, presence: Presence) -> Result<(), Error> {
    tx.execute("UPDATE users SET presence = $2 WHERE id = $1", params![id, presence])?;
    Ok(())
}

/// Notes when accounts were last connected.
pub fn set_last_seen(tx: &mut Tx<'_>, seen: &[(UserId, Timestamp)]) -> Result<(), Error> {
    let rows: Vec<_> = seen.iter().map(|(id, at)| vec![(*id).into(), (*at).into()]).collect();
    tx.batch(
        "UPDATE users SET last_seen = b.at FROM {b} WHERE users.id = b.id",
        &[("id", crate::Kind::Id), ("at", crate::Kind::Int)],
        &rows,
        |_| Ok(()),
    )?;
    Ok(())
}

/// Changes the role.
pub fn set_role(tx: &mut Tx<'_>, id: UserId, role: Role) -> Result<(), Error> {
    tx.execute("UPDATE users SET role = $2 WHERE id = $1", params![id, role])?;
    Ok(())
}

/// Whether this is the password hash now.
pub fn has_password_hash(tx: &mut Tx<'_>, id: UserId, hash: &str) -> Result<bool, Error> {
    let found: Option<String> =
        tx.opt("SELECT password_hash FROM users WHERE id = $1", params![id], |row| row.get(0))?;
    Ok(found.as_deref() == Some(hash))
}

/// Changes the password hash.
pub fn set_password_hash(tx: &mut Tx<'_>, id: UserId, hash: &str) -> Result<(), Error> {
    tx.execute("UPDATE users SET password_hash = $2 WHERE id = $1", params![id, hash])?;
    Ok(())
}

/// Contacts of `id`: the people of shared conversations, each once.
pub fn contacts(tx: &mut Tx<'_>, id: UserId) -> Result<Vec<UserId>, Error> {
    tx.all(
        "SELECT DISTINCT theirs.user_id
         FROM members mine JOIN members theirs ON theirs.conversation_id = mine.conversation_id
         WHERE mine.user_id = $1 AND theirs.user_id <> $1",
        params![id],
        |row| row.get(0),
    )
}

/// Contacts of `id` whose key changed at or after `since`.
pub fn changed_keys(tx: &mut Tx<'_>, id: UserId, since: Timestamp) -> Result<Later<Account>, Error> {
    tx.all_later(
        concat!(
            "SELECT ",
            columns!(),
            " FROM users u WHERE public_key_updated_at >= $2
                AND EXISTS (SELECT 1 FROM members theirs
                            JOIN members mine ON mine.conversation_id = theirs.conversation_id
                            WHERE theirs.user_id = u.id AND mine.user_id = $1)"
        ),
        params![id, since],
        account,
    )
}

/// Registers a device, or what changed about it.
pub fn put_device(tx: &mut Tx<'_>, id: UserId, device: &Device) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO devices (user_id, device_id, device_name, platform, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id, device_id) DO UPDATE
         SET device_name = excluded.device_name, platform = excluded.platform, updated_at = excluded.updated_at",
        params![
            id,
            &device.device_id,
            device.device_name.as_ref(),
            device.platform.as_ref(),
            device.updated_at,
        ],
    )?;
    Ok(())
}

/// Number of registered devices, for the cap.
pub fn devices(tx: &mut Tx<'_>, id: UserId) -> Result<i64, Error> {
    tx.one("SELECT COUNT(*) FROM devices WHERE user_id = $1", params![id], |row| row.get(0))
}

/// Messages sent, conversations, and live sessions of an account.
pub fn own_figures(tx: &mut Tx<'_>, id: UserId, now: Timestamp) -> Result<(i64, i64, i64), Error> {
    tx.one(
        "SELECT (SELECT COUNT(*) FROM messages WHERE sender_id = $1 AND client_message_id IS NOT NULL)
                + (SELECT COUNT(*) FROM messages WHERE sender_id = $1 AND client_message_id IS NULL),
                (SELECT COUNT(*) FROM members WHERE user_id = $1),
                (SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2)",
        params![id, now],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Accounts, conversations and messages of the server.
pub fn totals(tx: &mut Tx<'_>) -> Result<(i64, i64, i64), Error> {
    tx.one(
        "SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM conversations),
                (SELECT CAST(COALESCE(SUM(seq), 0) AS BIGINT) FROM conversations)",
        &[],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}
