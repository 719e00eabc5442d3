//! Messages, their edits, reactions and who hides them.

use crate::{Column, Error, Kind, Later, Param, Row, Tx, params};
use kith_api::view::{ConversationType, Encryption, MemberRole, Message as View, MessageType};
use kith_api::{ConversationId, MessageId, Timestamp, UserId};

/// A stored message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Where.
    pub conversation_id: ConversationId,
    /// Its place.
    pub seq: i64,
    /// Identifier.
    pub id: MessageId,
    /// The conversation's version at its last change.
    pub version: i64,
    /// Who said it.
    pub sender_id: UserId,
    /// The sender's identifier for it.
    pub client_message_id: Option<String>,
    /// What it is.
    pub message_type: MessageType,
    /// The words.
    pub content: Option<String>,
    /// The ciphertext.
    pub encrypted_text: Option<String>,
    /// How it was made, as JSON.
    pub encryption: Option<String>,
    /// What it answers.
    pub reply_to: Option<MessageId>,
    /// Whom it names, as a JSON array.
    pub mentions: Option<String>,
    /// Reactions stored for it.
    pub reaction_count: i64,
    /// Last edit.
    pub edited_at: Option<Timestamp>,
    /// Deletion.
    pub deleted_at: Option<Timestamp>,
    /// When it was stored.
    pub created_at: Timestamp,
}

macro_rules! columns {
    () => {
        "g.conversation_id, g.seq, g.id, g.version, g.sender_id, g.client_message_id, g.message_type, g.content, \
         g.encrypted_text, g.encryption, g.reply_to, g.mentions, g.reaction_count, g.edited_at, g.deleted_at, \
         g.created_at"
    };
}

fn message(row: &Row<'_>) -> Result<Message, Error> {
    Ok(Message {
        conversation_id: row.get(0)?,
        seq: row.get(1)?,
        id: row.get(2)?,
        version: row.get(3)?,
        sender_id: row.get(4)?,
        client_message_id: row.get(5)?,
        message_type: row.get(6)?,
        content: row.get(7)?,
        encrypted_text: row.get(8)?,
        encryption: row.get(9)?,
        reply_to: row.get(10)?,
        mentions: row.get(11)?,
        reaction_count: row.get(12)?,
        edited_at: row.get(13)?,
        deleted_at: row.get(14)?,
        created_at: row.get(15)?,
    })
}

/// What a send asks of the store before it is stored.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Told with the answer.
    pub index: i64,
    /// Where to.
    pub conversation_id: ConversationId,
    /// Who sends.
    pub sender_id: UserId,
    /// The sender's identifier for it.
    pub client_message_id: Option<&'a str>,
    /// What it answers.
    pub reply_to: Option<MessageId>,
}

/// How somebody stands in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its shape.
    pub conversation_type: ConversationType,
    /// How messages are encrypted.
    pub encryption: Encryption,
    /// Their role.
    pub role: MemberRole,
    /// The other person of a dm.
    pub receiver_id: Option<UserId>,
    /// While the conversation has this one, all of this still holds.
    pub roster: i64,
}

/// What the store knows about a send.
#[derive(Clone, Debug)]
pub struct Situation {
    /// Index of the question.
    pub index: i64,
    /// The sender's, if there is such a conversation and they are in it.
    pub standing: Option<Standing>,
    /// The message that has the same client identifier: where it is, and the hash of its body.
    pub earlier: Option<(ConversationId, i64, i64)>,
    /// Whether `reply_to` is a message of the conversation.
    pub reply_exists: bool,
}

/// Answers the questions of many sends in one statement.
pub fn situations(tx: &mut Tx<'_>, questions: &[Question<'_>]) -> Result<Later<Situation>, Error> {
    const COLUMNS: &[Column] = &[
        ("n", Kind::Int),
        ("cid", Kind::Id),
        ("sender", Kind::Id),
        ("client", Kind::Text),
        ("reply", Kind::Id),
    ];
    let rows: Vec<[Param<'_>; 5]> = questions
        .iter()
        .map(|q| {
            [
                q.index.into(),
                q.conversation_id.into(),
                q.sender_id.into(),
                q.client_message_id.into(),
                q.reply_to.into(),
            ]
        })
        .collect();
    tx.batch_later(
        "SELECT b.n, c.conversation_type, c.encryption, m.role,
                (SELECT p.user_id FROM members p
                  WHERE c.conversation_type = 'dm' AND p.conversation_id = b.cid AND p.user_id <> b.sender),
                d.conversation_id, d.seq, d.body_hash, r.seq, c.roster
         FROM {b}
         LEFT JOIN members m ON m.conversation_id = b.cid AND m.user_id = b.sender
         LEFT JOIN conversations c ON c.id = m.conversation_id
         LEFT JOIN messages d ON d.sender_id = b.sender AND d.client_message_id = b.client
         LEFT JOIN messages r ON r.id = b.reply AND r.conversation_id = b.cid",
        COLUMNS,
        &rows,
        |row| {
            let kind: Option<ConversationType> = row.get(1)?;
            let earlier: Option<ConversationId> = row.get(5)?;
            Ok(Situation {
                index: row.get(0)?,
                standing: match kind {
                    Some(conversation_type) => Some(Standing {
                        conversation_type,
                        encryption: row.get(2)?,
                        role: row.get(3)?,
                        receiver_id: row.get(4)?,
                        roster: row.get(9)?,
                    }),
                    None => None,
                },
                earlier: match earlier {
                    Some(id) => Some((id, row.get(6)?, row.get(7)?)),
                    None => None,
                },
                reply_exists: row.get::<Option<i64>>(8)?.is_some(),
            })
        },
    )
}

/// Where a conversation is after places were reserved in it.
#[derive(Clone, Copy, Debug)]
pub struct Advanced {
    /// Which.
    pub conversation_id: ConversationId,
    /// Its newest place.
    pub seq: i64,
    /// Its newest version.
    pub version: i64,
    /// The time of the new entries of its log: not before that of the old ones.
    pub at: Timestamp,
}

/// Reserves `count` places in each conversation (given in the order in which everybody locks them), at `now` by the wall clock and `at` by the store's.
/// The rows stay locked until the commit, so the order of numbers is the order of commits.
pub fn advance(
    tx: &mut Tx<'_>,
    counts: &[(ConversationId, i64)],
    now: Timestamp,
    at: Timestamp,
) -> Result<Later<Advanced>, Error> {
    let rows: Vec<[Param<'_>; 4]> =
        counts.iter().map(|(id, n)| [(*id).into(), (*n).into(), now.into(), at.into()]).collect();
    tx.batch_later(
        "UPDATE conversations
         SET seq = conversations.seq + b.n, version = conversations.version + b.n, last_activity = b.now,
             changed_at = CASE WHEN conversations.changed_at > b.at THEN conversations.changed_at ELSE b.at END
         FROM {b} WHERE conversations.id = b.id
         RETURNING conversations.id, conversations.seq, conversations.version, conversations.changed_at",
        &[("id", Kind::Id), ("n", Kind::Int), ("now", Kind::Int), ("at", Kind::Int)],
        &rows,
        advanced,
    )
}

fn advanced(row: &Row<'_>) -> Result<Advanced, Error> {
    Ok(Advanced { conversation_id: row.get(0)?, seq: row.get(1)?, version: row.get(2)?, at: row.get(3)? })
}

/// A message to be stored.
#[derive(Clone, Copy, Debug)]
pub struct New<'m> {
    /// As it is shown.
    pub message: &'m View,
    /// How its ciphertext was made, as JSON.
    pub encryption: Option<&'m str>,
    /// Whom it names, as a JSON array.
    pub mentions: Option<&'m str>,
    /// What tells a repeat from another message with the same client identifier.
    pub body_hash: i64,
    /// The time of its log entry, by the store's clock.
    pub at: Timestamp,
}

/// Stores new messages and their log entries, with the transaction's next statement or its commit.
pub fn insert(tx: &mut Tx<'_>, messages: &[New<'_>]) -> Result<(), Error> {
    let rows: Vec<[Param<'_>; 14]> = messages
        .iter()
        .map(|new| {
            let m = new.message;
            [
                m.conversation_id.into(),
                m.seq.into(),
                m.id.into(),
                m.version.into(),
                m.sender_id.into(),
                m.client_message_id.as_deref().into(),
                new.body_hash.into(),
                m.message_type.into(),
                m.content.as_deref().into(),
                m.encrypted_text.as_deref().into(),
                new.encryption.into(),
                m.reply_to.into(),
                new.mentions.into(),
                m.created_at.into(),
            ]
        })
        .collect();
    tx.batch_later(
        "INSERT INTO messages (conversation_id, seq, id, version, sender_id, client_message_id, body_hash,
                               message_type, content, encrypted_text, encryption, reply_to, mentions, created_at)
         SELECT b.cid, b.seq, b.id, b.version, b.sender, b.client, b.hash, b.type, b.content, b.encrypted,
                b.encryption, b.reply, b.mentions, b.at FROM {b}",
        &[
            ("cid", Kind::Id),
            ("seq", Kind::Int),
            ("id", Kind::Id),
            ("version", Kind::Int),
            ("sender", Kind::Id),
            ("client", Kind::Text),
            ("hash", Kind::Int),
            ("type", Kind::Text),
            ("content", Kind::Text),
            ("encrypted", Kind::Text),
            ("encryption", Kind::Text),
            ("reply", Kind::Id),
            ("mentions", Kind::Text),
            ("at", Kind::Int),
        ],
        &rows,
        |_| Ok(()),
    )?;
    let rows: Vec<[Param<'_>; 4]> = messages
        .iter()
        .map(|New { message: m, at, .. }| {
            [m.conversation_id.into(), m.version.into(), m.seq.into(), (*at).into()]
        })
        .collect();
    tx.batch_later(
        "INSERT INTO log (scope_id, version, kind, seq, at) SELECT b.cid, b.version, 'new', b.seq, b.at FROM {b}",
        &[("cid", Kind::Id), ("version", Kind::Int), ("seq", Kind::Int), ("at", Kind::Int)],
        &rows,
        |_| Ok(()),
    )?;
    Ok(())
}

/// Takes the next place of a conversation and stores a message and its log entry there, all in one statement of
/// PostgreSQL, to be run outside a transaction: where that is. `None`, and nothing is stored, if the conversation's
/// [roster](Standing::roster) is another one by the time its row is locked. The message's own place does not count.
///
/// # Errors
/// [`Error::Unique`] if its client identifier was used before; [`Error::Other`] if it had not taken its place at
/// `until` by the server's clock.
pub fn insert_alone(
    tx: &mut Tx<'_>,
    new: &New<'_>,
    roster: i64,
    until: Timestamp,
) -> Result<Option<Advanced>, Error> {
    let m = new.message;
    tx.opt(
        "WITH place AS (
             UPDATE conversations
             SET seq = seq + 1, version = version + 1, last_activity = $3, changed_at = GREATEST(changed_at, $4)
             WHERE id = $1 AND roster = $2
             RETURNING id, seq, version, changed_at),
         stored AS (
             INSERT INTO messages (conversation_id, seq, id, version, sender_id, client_message_id, body_hash,
                                   message_type, content, encrypted_text, encryption, mentions, created_at)
             SELECT id, seq, $6, version, $7, $8, $9, $10, $11, $12, $13, $14, $3 FROM place),
         logged AS (
             INSERT INTO log (scope_id, version, kind, seq, at)
             SELECT CASE WHEN EXTRACT(EPOCH FROM clock_timestamp()) * 1000 < $5::BIGINT THEN id END,
                    version, 'new', seq, changed_at
             FROM place)
         SELECT id, seq, version, changed_at FROM place",
        params![
            m.conversation_id,
            roster,
            m.created_at,
            new.at,
            until,
            m.id,
            m.sender_id,
            m.client_message_id.as_deref(),
            new.body_hash,
            m.message_type,
            m.content.as_deref(),
            m.encrypted_text.as_deref(),
            new.encryption,
            new.mentions,
        ],
        advanced,
    )
}

/// The message with this identifier, if `viewer` is in its conversation and does not hide it.
pub fn visible(tx: &mut Tx<'_>, id: MessageId, viewer: UserId) -> Result<Option<Message>, Error> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM messages g
              JOIN members m ON m.conversation_id = g.conversation_id AND m.user_id = $2
              WHERE g.id = $1
                AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = $2
                                AND h.conversation_id = g.conversation_id AND h.seq = g.seq)"
        ),
        params![id, viewer],
        message,
    )
}

/// As [`visible`], but also if `viewer` hides it.
pub fn reachable(tx: &mut Tx<'_>, id: MessageId, viewer: UserId) -> Result<Option<Message>, Error> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM messages g
              JOIN members m ON m.conversation_id = g.conversation_id AND m.user_id = $2
              WHERE g.id = $1"
        ),
        params![id, viewer],
        message,
    )
}

/// The conversation of a message.
pub fn conversation_of(tx: &mut Tx<'_>, id: MessageId) -> Result<Option<ConversationId>, Error> {
    tx.opt("SELECT conversation_id FROM messages WHERE id = $1", params![id], |row| row.get(0))
}

/// The message at a place.
pub fn at(tx: &mut Tx<'_>, id: ConversationId, seq: i64) -> Result<Option<Message>, Error> {
    tx.opt(
        concat!("SELECT ", columns!(), " FROM messages g WHERE g.conversation_id = $1 AND g.seq = $2"),
        params![id, seq],
        message,
    )
}

/// The messages at these places, in no order.
pub fn at_places(tx: &mut Tx<'_>, places: &[(ConversationId, i64)]) -> Result<Vec<Message>, Error> {
    let rows: Vec<_> = places.iter().map(|(id, seq)| [(*id).into(), (*seq).into()]).collect();
    tx.batch(
        concat!(
            "SELECT ",
            columns!(),
            " FROM {b} JOIN messages g ON g.conversation_id = b.id AND g.seq = b.seq"
        ),
        &[("id", Kind::Id), ("seq", Kind::Int)],
        &rows,
        message,
    )
}

/// The newest message of each of these conversations that `viewer` does not hide.
pub fn newest(
    tx: &mut Tx<'_>,
    conversations: &[(ConversationId, i64)],
    viewer: UserId,
) -> Result<Vec<Message>, Error> {
    let rows: Vec<_> =
        conversations.iter().map(|(id, seq)| [(*id).into(), (*seq).into(), viewer.into()]).collect();
    tx.batch(
        concat!(
            "SELECT ",
            columns!(),
            " FROM {b} JOIN messages g ON g.conversation_id = b.id AND g.seq =
                (SELECT MAX(n.seq) FROM messages n WHERE n.conversation_id = b.id AND n.seq > b.seq - 100
                   AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = b.viewer
                                   AND h.conversation_id = b.id AND h.seq = n.seq))"
        ),
        &[("id", Kind::Id), ("seq", Kind::Int), ("viewer", Kind::Id)],
        &rows,
        message,
    )
}

/// A stretch of a conversation.
#[derive(Clone, Copy, Debug)]
pub enum Stretch {
    /// Before this `seq`, newest first.
    Before(i64),
    /// After this `seq`, oldest first.
    After(i64),
}

/// Messages of a conversation that `viewer` does not hide.
pub fn list(
    tx: &mut Tx<'_>,
    id: ConversationId,
    viewer: UserId,
    stretch: Stretch,
    offset: i64,
    limit: i64,
) -> Result<Vec<Message>, Error> {
    macro_rules! page {
        ($compare:literal, $order:literal) => {
            concat!(
                "SELECT ",
                columns!(),
                " FROM messages g
                  WHERE g.conversation_id = $1 AND g.seq ",
                $compare,
                " $2 AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = $3
                                     AND h.conversation_id = g.conversation_id AND h.seq = g.seq)
                  ORDER BY g.seq ",
                $order,
                " LIMIT $4 OFFSET $5"
            )
        };
    }
    let (sql, seq) = match stretch {
        Stretch::Before(seq) => (page!("<", "DESC"), seq),
        Stretch::After(seq) => (page!(">", "ASC"), seq),
    };
    tx.all(sql, params![id, seq, viewer, limit, offset], message)
}

/// Earlier texts that are kept of a message; those before them go.
const EDITS: i64 = 100;

/// Keeps the present text as history and puts a new one.
pub fn edit(tx: &mut Tx<'_>, m: &Message, content: &str, version: i64, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO message_edits (conversation_id, seq, version, content, edited_at) VALUES ($1, $2, $3, $4, $5)",
        params![m.conversation_id, m.seq, m.version, m.content.as_deref().unwrap_or_default(), now],
    )?;
    tx.execute(
        "DELETE FROM message_edits
         WHERE conversation_id = $1 AND seq = $2
           AND version <= (SELECT version FROM message_edits WHERE conversation_id = $1 AND seq = $2
                           ORDER BY version DESC LIMIT 1 OFFSET $3)",
        params![m.conversation_id, m.seq, EDITS],
    )?;
    tx.execute(
        "UPDATE messages SET content = $3, version = $4, edited_at = $5 WHERE conversation_id = $1 AND seq = $2",
        params![m.conversation_id, m.seq, content, version, now],
    )?;
    Ok(())
}

/// Takes the content, its history and its reactions away; the place stays.
pub fn delete(
    tx: &mut Tx<'_>,
    id: ConversationId,
    seq: i64,
    version: i64,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute("DELETE FROM message_edits WHERE conversation_id = $1 AND seq = $2", params![id, seq])?;
    tx.execute("DELETE FROM reactions WHERE conversation_id = $1 AND seq = $2", params![id, seq])?;
    tx.execute(
        "UPDATE messages
         SET content = NULL, encrypted_text = NULL, encryption = NULL, mentions = NULL, reaction_count = 0,
             version = $3, deleted_at = $4
         WHERE conversation_id = $1 AND seq = $2",
        params![id, seq, version, now],
    )?;
    Ok(())
}

/// Hides a message from one member; false if it was hidden.
pub fn hide(tx: &mut Tx<'_>, id: ConversationId, seq: i64, user: UserId) -> Result<bool, Error> {
    let inserted = tx.execute(
        "INSERT INTO hidden_messages (user_id, conversation_id, seq) VALUES ($1, $2, $3)
         ON CONFLICT (user_id, conversation_id, seq) DO NOTHING",
        params![user, id, seq],
    )?;
    Ok(inserted == 1)
}

/// An earlier text of a message.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The version that the message had with it.
    pub version: i64,
    /// The text.
    pub content: String,
    /// When another took its place.
    pub replaced_at: Timestamp,
}

/// Earlier texts of a message, oldest first, from the one after version `after` on.
pub fn history(
    tx: &mut Tx<'_>,
    id: ConversationId,
    seq: i64,
    after: i64,
    offset: i64,
    limit: i64,
) -> Result<Vec<Edit>, Error> {
    tx.all(
        "SELECT version, content, edited_at FROM message_edits
         WHERE conversation_id = $1 AND seq = $2 AND version > $3 ORDER BY version LIMIT $4 OFFSET $5",
        params![id, seq, after, limit, offset],
        |row| Ok(Edit { version: row.get(0)?, content: row.get(1)?, replaced_at: row.get(2)? }),
    )
}

/// One reaction of one person.
#[derive(Clone, Debug)]
pub struct Reaction {
    /// To the message at this place.
    pub seq: i64,
    /// The emoji.
    pub emoji: String,
    /// Whose.
    pub user_id: UserId,
}

/// Reactions to messages at these places, in the order they came.
pub fn reactions(
    tx: &mut Tx<'_>,
    places: &[(ConversationId, i64)],
) -> Result<Vec<(ConversationId, Reaction)>, Error> {
    let rows: Vec<_> = places.iter().map(|(id, seq)| [(*id).into(), (*seq).into()]).collect();
    let mut found = tx.batch(
        "SELECT r.conversation_id, r.seq, r.emoji, r.user_id, r.created_at
         FROM {b} JOIN reactions r ON r.conversation_id = b.id AND r.seq = b.seq",
        &[("id", Kind::Id), ("seq", Kind::Int)],
        &rows,
        |row| {
            let reaction = Reaction { seq: row.get(1)?, emoji: row.get(2)?, user_id: row.get(3)? };
            Ok((row.get::<Timestamp>(4)?, row.get::<ConversationId>(0)?, reaction))
        },
    )?;
    found.sort_by_key(|(at, _, reaction)| (*at, reaction.user_id));
    Ok(found.into_iter().map(|(_, id, reaction)| (id, reaction)).collect())
}

/// Puts a reaction; false if it was there.
pub fn add_reaction(
    tx: &mut Tx<'_>,
    id: ConversationId,
    reaction: &Reaction,
    now: Timestamp,
) -> Result<bool, Error> {
    let inserted = tx.execute(
        "INSERT INTO reactions (conversation_id, seq, emoji, user_id, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (conversation_id, seq, emoji, user_id) DO NOTHING",
        params![id, reaction.seq, &reaction.emoji, reaction.user_id, now],
    )?;
    Ok(inserted == 1)
}

/// Takes a reaction back; false if it was not there.
pub fn remove_reaction(tx: &mut Tx<'_>, id: ConversationId, reaction: &Reaction) -> Result<bool, Error> {
    let removed = tx.execute(
        "DELETE FROM reactions WHERE conversation_id = $1 AND seq = $2 AND emoji = $3 AND user_id = $4",
        params![id, reaction.seq, &reaction.emoji, reaction.user_id],
    )?;
    Ok(removed == 1)
}

/// Notes that the reactions of a message changed.
pub fn touch_reactions(
    tx: &mut Tx<'_>,
    id: ConversationId,
    seq: i64,
    change: i64,
    version: i64,
) -> Result<(), Error> {
    tx.execute(
        "UPDATE messages SET reaction_count = reaction_count + $3, version = $4
         WHERE conversation_id = $1 AND seq = $2",
        params![id, seq, change, version],
    )?;
    Ok(())
}
