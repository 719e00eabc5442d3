//! The log: what happened, in order, by reference. It never holds content.

use crate::{Error, Row, Tx, params};
use kith_api::{ConversationId, MessageId, Scope, Timestamp, UserId};
use uuid::Uuid;

/// Kinds of entries, as stored.
pub mod kind {
    /// A message was stored.
    pub const NEW: &str = "new";
    /// A message was edited.
    pub const EDITED: &str = "edited";
    /// A message was deleted for everyone.
    pub const DELETED: &str = "deleted";
    /// A message was hidden by the account whose scope it is.
    pub const HIDDEN: &str = "hidden";
    /// A watermark moved: `data` is `delivered` or `read`, `subject` whose.
    pub const RECEIPT: &str = "receipt";
    /// A reaction came: `data` is the emoji, `subject` whose.
    pub const REACTED: &str = "reacted";
    /// A reaction went.
    pub const UNREACTED: &str = "unreacted";
    /// A conversation was made.
    pub const CREATED: &str = "created";
    /// Its name, topic or policy changed.
    pub const UPDATED: &str = "updated";
    /// `subject` came in.
    pub const JOINED: &str = "joined";
    /// `subject` left; `data` is who removed them.
    pub const LEFT: &str = "left";
    /// The role of `subject` changed.
    pub const ROLE: &str = "role";
    /// The account whose scope it is, is no longer in `subject`; `seq` is the version it left at.
    pub const REMOVED: &str = "removed";
    /// Never stored: what stands there cannot be read.
    pub const UNREADABLE: &str = "unreadable";
}

/// An entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// A conversation or an account.
    pub scope_id: Uuid,
    /// Its number in the scope.
    pub version: i64,
    /// One of [`kind`].
    pub kind: String,
    /// What or whom it is about.
    pub subject: Option<Uuid>,
    /// The place of the message it is about.
    pub seq: Option<i64>,
    /// A few more words.
    pub data: Option<String>,
    /// When, by the store's clock.
    pub at: Timestamp,
    /// The message at `seq` as it is now.
    pub message: Option<Mention>,
    /// The version at which the viewer came into the conversation; `None` in an account's own scope, and if nobody in
    /// particular looks.
    pub joined: Option<i64>,
}

/// What an entry knows of the message it is about; its text is looked up by those who show it.
#[derive(Clone, Copy, Debug)]
pub struct Mention {
    /// Which.
    pub id: MessageId,
    /// Deletion.
    pub deleted_at: Option<Timestamp>,
    /// Bytes of text or ciphertext.
    pub bytes: i64,
    /// Whether the viewer hides it.
    pub hidden: bool,
}

macro_rules! columns {
    () => {
        "l.scope_id, l.version, l.kind, l.subject, l.seq, l.data, l.at, g.id, g.deleted_at, \
         CAST(COALESCE(octet_length(g.content), 0) + COALESCE(octet_length(g.encrypted_text), 0) AS BIGINT)"
    };
}

/// One bad row must not keep anybody from the others: it is an entry that says nothing.
fn entry(row: &Row<'_>) -> Result<Entry, Error> {
    readable(row).or_else(|error| {
        let (scope_id, version, at) = (row.get(0)?, row.get(1)?, row.get(6)?);
        tracing::error!(%scope_id, version, %error, "unreadable log entry");
        Ok(Entry {
            scope_id,
            version,
            kind: kind::UNREADABLE.to_owned(),
            subject: None,
            seq: None,
            data: None,
            at,
            message: None,
            joined: None,
        })
    })
}

fn readable(row: &Row<'_>) -> Result<Entry, Error> {
    let message: Option<MessageId> = row.get(7)?;
    Ok(Entry {
        scope_id: row.get(0)?,
        version: row.get(1)?,
        kind: row.get(2)?,
        subject: row.get(3)?,
        seq: row.get(4)?,
        data: row.get(5)?,
        at: row.get(6)?,
        message: match message {
            Some(id) => {
                Some(Mention { id, deleted_at: row.get(8)?, bytes: row.get(9)?, hidden: row.get(10)? })
            }
            None => None,
        },
        joined: None,
    })
}

/// Takes the next number of a scope, and its time: `now`, or later if another writer's clock was ahead, because the
/// order of times in a scope must be that of the numbers. The scope's row stays locked until the commit.
pub fn number(tx: &mut Tx<'_>, scope: Scope, now: Timestamp) -> Result<(i64, Timestamp), Error> {
    let (sql, id) = match scope {
        Scope::Conversation(id) => (
            "UPDATE conversations
             SET version = version + 1, changed_at = CASE WHEN changed_at > $2 THEN changed_at ELSE $2 END
             WHERE id = $1 RETURNING version, changed_at",
            id.0,
        ),
        Scope::User(id) => (
            "UPDATE users
             SET version = version + 1, changed_at = CASE WHEN changed_at > $2 THEN changed_at ELSE $2 END
             WHERE id = $1 RETURNING version, changed_at",
            id.0,
        ),
    };
    tx.one(sql, params![id, now], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// What an entry says, apart from its number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Note<'a> {
    /// One of [`kind`].
    pub kind: &'static str,
    /// What or whom it is about.
    pub subject: Option<Uuid>,
    /// The place of the message it is about.
    pub seq: Option<i64>,
    /// A few more words.
    pub data: Option<&'a str>,
}

/// Appends an entry, with the transaction's next statement or its commit.
pub fn append(
    tx: &mut Tx<'_>,
    scope_id: Uuid,
    version: i64,
    note: &Note<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute_later(
        "INSERT INTO log (scope_id, version, kind, subject, seq, data, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![scope_id, version, note.kind, note.subject, note.seq, note.data, now],
    )
}

/// Entries of one scope with numbers above `after`, in order.
pub fn after(tx: &mut Tx<'_>, scope_id: Uuid, after: i64, limit: i64) -> Result<Vec<Entry>, Error> {
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            ", FALSE FROM log l LEFT JOIN messages g ON g.conversation_id = l.scope_id AND g.seq = l.seq
              WHERE l.scope_id = $1 AND l.version > $2 ORDER BY l.version LIMIT $3"
        ),
        params![scope_id, after, limit],
        entry,
    )
}

/// A position in the entries of several scopes, ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// When.
    pub at: Timestamp,
    /// Which scope.
    pub scope_id: Uuid,
    /// Which entry.
    pub version: i64,
}

/// Entries after a position in the viewer's own scope and in the conversations they are in, in the order of time, then
/// scope, then number, as the viewer has them. Conversations that have not changed since cost nothing; of the others,
/// what is newer is found by going back from the newest, since the times of a scope never run against its numbers.
pub fn since(tx: &mut Tx<'_>, viewer: UserId, position: Position, limit: i64) -> Result<Vec<Entry>, Error> {
    macro_rules! before {
        ($scope:literal) => {
            concat!(
                "COALESCE((SELECT o.version FROM log o WHERE o.scope_id = ",
                $scope,
                " AND o.at < $2 ORDER BY o.version DESC LIMIT 1), 0)"
            )
        };
    }
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            ", EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = $1
                       AND h.conversation_id = g.conversation_id AND h.seq = g.seq), s.joined_version
              FROM (SELECT m.conversation_id AS scope_id, m.joined_version, ",
            before!("m.conversation_id"),
            " AS before
                    FROM members m JOIN conversations c ON c.id = m.conversation_id
                    WHERE m.user_id = $1 AND c.changed_at >= $2
                    UNION ALL SELECT u.id, NULL, ",
            before!("u.id"),
            " FROM users u WHERE u.id = $1) AS s
              JOIN log l ON l.scope_id = s.scope_id AND l.version > s.before
              LEFT JOIN messages g ON g.conversation_id = l.scope_id AND g.seq = l.seq
              WHERE (l.at, l.scope_id, l.version) > ($2, $3, $4)
              ORDER BY l.at, l.scope_id, l.version LIMIT $5"
        ),
        params![viewer, position.at, position.scope_id, position.version, limit],
        |row| Ok(Entry { joined: row.get(11)?, ..entry(row)? }),
    )
}

/// Deletes entries of one scope older than `before`; how many.
pub fn trim(tx: &mut Tx<'_>, scope_id: Uuid, before: Timestamp) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM log
         WHERE scope_id = $1
           AND version < COALESCE((SELECT k.version FROM log k WHERE k.scope_id = $1 AND k.at >= $2
                                   ORDER BY k.version LIMIT 1), 9223372036854775807)",
        params![scope_id, before],
    )
}

/// The next scopes after this one, at most `limit`, each with the time of its oldest entry.
pub fn oldest(tx: &mut Tx<'_>, after: Uuid, limit: i64) -> Result<Vec<(Uuid, Timestamp)>, Error> {
    tx.all(
        "WITH RECURSIVE scopes (id) AS (
             SELECT (SELECT f.scope_id FROM log f WHERE f.scope_id > $1 ORDER BY f.scope_id LIMIT 1)
             UNION ALL
             SELECT (SELECT n.scope_id FROM log n WHERE n.scope_id > s.id ORDER BY n.scope_id LIMIT 1)
             FROM scopes s WHERE s.id IS NOT NULL)
         SELECT id, (SELECT o.at FROM log o WHERE o.scope_id = id ORDER BY o.version LIMIT 1)
         FROM scopes WHERE id IS NOT NULL LIMIT $2",
        params![after, limit],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Deletes the entries of a conversation that is no more.
pub fn forget(tx: &mut Tx<'_>, id: ConversationId) -> Result<(), Error> {
    tx.execute("DELETE FROM log WHERE scope_id = $1", params![id])?;
    Ok(())
}
