//! Conversations and their members.

use crate::receipts::unread_count;
use crate::{Error, Kind, Row, Tx, params};
use kith_api::view::{ConversationType, Encryption, MemberRole};
use kith_api::{ConversationId, Timestamp, UserId};
use uuid::Uuid;

/// A stored conversation.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Identifier.
    pub id: ConversationId,
    /// Its shape.
    pub conversation_type: ConversationType,
    /// Name.
    pub name: Option<String>,
    /// Topic.
    pub topic: Option<String>,
    /// How messages are encrypted.
    pub encryption: Encryption,
    /// Newest message.
    pub seq: i64,
    /// Newest change.
    pub version: i64,
    /// When something was last said.
    pub last_activity: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// How many are in it.
    pub member_count: i64,
}

/// A member with the names to show.
#[derive(Clone, Debug)]
pub struct Member {
    /// Where.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
    /// Their unique name.
    pub username: String,
    /// Their name to show.
    pub display_name: String,
    /// Role.
    pub role: MemberRole,
    /// Everything up to here reached them.
    pub delivered_seq: i64,
    /// Everything up to here was read.
    pub read_seq: i64,
}

/// A conversation as one member has it.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The conversation.
    pub conversation: Conversation,
    /// The viewer's role.
    pub role: MemberRole,
    /// The viewer has read up to here.
    pub read_seq: i64,
    /// Messages of others after it.
    pub unread: i64,
    /// Those of them that name the viewer.
    pub mentions: i64,
    /// No notifications until then.
    pub muted_until: Option<Timestamp>,
    /// Put away.
    pub archived: bool,
    /// Kept on top.
    pub pinned: bool,
}

macro_rules! columns {
    () => {
        "c.id, c.conversation_type, c.name, c.topic, c.encryption, c.seq, c.version, c.last_activity, c.created_at, \
         c.member_count"
    };
}

fn conversation(row: &Row<'_>) -> Result<Conversation, Error> {
    Ok(Conversation {
        id: row.get(0)?,
        conversation_type: row.get(1)?,
        name: row.get(2)?,
        topic: row.get(3)?,
        encryption: row.get(4)?,
        seq: row.get(5)?,
        version: row.get(6)?,
        last_activity: row.get(7)?,
        created_at: row.get(8)?,
        member_count: row.get(9)?,
    })
}

macro_rules! membership_columns {
    () => {
        concat!(
            columns!(),
            ", m.role, m.read_seq, ",
            unread_count!(),
            ", CASE WHEN c.seq <= m.read_seq THEN 0 ELSE
                (SELECT COUNT(*) FROM messages u
                 WHERE u.conversation_id = c.id AND u.seq > m.read_seq AND u.sender_id <> m.user_id
                   AND u.deleted_at IS NULL AND u.mentions IS NOT NULL AND u.mentions LIKE $2
                   AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = m.user_id
                                   AND h.conversation_id = u.conversation_id AND h.seq = u.seq)) END,
              m.muted_until, m.archived, m.pinned"
        )
    };
}

fn membership(row: &Row<'_>) -> Result<Membership, Error> {
    Ok(Membership {
        conversation: conversation(row)?,
        role: row.get(10)?,
        read_seq: row.get(11)?,
        unread: row.get(12)?,
        mentions: row.get(13)?,
        muted_until: row.get(14)?,
        archived: row.get(15)?,
        pinned: row.get(16)?,
    })
}

fn mention_pattern(user: UserId) -> String {
    format!("%{user}%")
}

/// Stores a new conversation; false if there already is one with this `dm_key`.
pub fn insert(tx: &mut Tx<'_>, c: &Conversation, dm_key: Option<&str>) -> Result<bool, Error> {
    let inserted = tx.execute(
        "INSERT INTO conversations (id, conversation_type, dm_key, name, topic, encryption, last_activity,
                                    changed_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7)
         ON CONFLICT (dm_key) DO NOTHING",
        params![
            c.id,
            c.conversation_type,
            dm_key,
            c.name.as_ref(),
            c.topic.as_ref(),
            c.encryption,
            c.created_at,
        ],
    )?;
    Ok(inserted == 1)
}

/// The conversation with this identifier.
pub fn by_id(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Conversation>, Error> {
    tx.opt(concat!("SELECT ", columns!(), " FROM conversations c WHERE c.id = $1"), params![id], conversation)
}

/// The dm with this key.
pub fn by_dm_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<ConversationId>, Error> {
    tx.opt("SELECT id FROM conversations WHERE dm_key = $1", params![key], |row| row.get(0))
}

/// How far a conversation and the log of one of its members' account have come; `None` if they are not in it.
pub fn mark(tx: &mut Tx<'_>, id: ConversationId, user: UserId) -> Result<Option<[i64; 2]>, Error> {
    tx.opt(
        "SELECT c.version, u.version
         FROM members m JOIN conversations c ON c.id = m.conversation_id JOIN users u ON u.id = m.user_id
         WHERE m.conversation_id = $1 AND m.user_id = $2",
        params![id, user],
        |row| Ok([row.get(0)?, row.get(1)?]),
    )
}

/// Locks a conversation until the commit, and with it who is in it: whoever changes that numbers the change. What is
/// asked afterwards sees what was committed before.
pub fn lock(tx: &mut Tx<'_>, id: ConversationId) -> Result<(), Error> {
    tx.execute_later("SELECT 1 FROM conversations WHERE id = $1 FOR NO KEY UPDATE", params![id])
}

/// Changes name and topic.
pub fn update(tx: &mut Tx<'_>, c: &Conversation) -> Result<(), Error> {
    tx.execute(
        "UPDATE conversations SET name = $2, topic = $3 WHERE id = $1",
        params![c.id, c.name.as_ref(), c.topic.as_ref()],
    )?;
    Ok(())
}

/// Deletes a conversation with everything in it except its log.
pub fn delete(tx: &mut Tx<'_>, id: ConversationId) -> Result<(), Error> {
    tx.execute("DELETE FROM hidden_messages WHERE conversation_id = $1", params![id])?;
    tx.execute("DELETE FROM messages WHERE conversation_id = $1", params![id])?;
    tx.execute("DELETE FROM conversations WHERE id = $1", params![id])?;
    Ok(())
}

/// Puts people into a conversation that nobody is in yet.
pub fn add_members(
    tx: &mut Tx<'_>,
    id: ConversationId,
    members: &[(UserId, MemberRole)],
    now: Timestamp,
) -> Result<(), Error> {
    let rows: Vec<_> =
        members.iter().map(|(user, role)| [id.into(), (*user).into(), (*role).into(), now.into()]).collect();
    tx.batch(
        "INSERT INTO members (conversation_id, user_id, role, joined_at, joined_version, delivered_seq, read_seq)
         SELECT b.id, b.member, b.role, b.now, 1, 0, 0 FROM {b}",
        &[("id", Kind::Id), ("member", Kind::Id), ("role", Kind::Text), ("now", Kind::Int)],
        &rows,
        |_| Ok(()),
    )?;
    count_members(tx, id, members.len() as i64)
}

/// Puts somebody in who has read everything so far; false if they were in.
pub fn add_member(
    tx: &mut Tx<'_>,
    id: ConversationId,
    user: UserId,
    role: MemberRole,
    now: Timestamp,
) -> Result<bool, Error> {
    let inserted = tx.execute(
        "INSERT INTO members (conversation_id, user_id, role, joined_at, joined_version, delivered_seq, read_seq)
         SELECT c.id, $2, $3, $4, c.version + 1, c.seq, c.seq FROM conversations c WHERE c.id = $1
         ON CONFLICT (conversation_id, user_id) DO NOTHING",
        params![id, user, role, now],
    )?;
    count_members(tx, id, inserted as i64)?;
    Ok(inserted == 1)
}

/// Takes somebody out; false if they were not in.
pub fn remove_member(tx: &mut Tx<'_>, id: ConversationId, user: UserId) -> Result<bool, Error> {
    let removed =
        tx.execute("DELETE FROM members WHERE conversation_id = $1 AND user_id = $2", params![id, user])?;
    count_members(tx, id, -(removed as i64))?;
    Ok(removed == 1)
}

fn count_members(tx: &mut Tx<'_>, id: ConversationId, more: i64) -> Result<(), Error> {
    if more == 0 {
        return Ok(());
    }
    tx.execute_later(
        "UPDATE conversations SET member_count = member_count + $2, roster = roster + 1 WHERE id = $1",
        params![id, more],
    )
}

/// Changes a member's role.
pub fn set_role(tx: &mut Tx<'_>, id: ConversationId, user: UserId, role: MemberRole) -> Result<bool, Error> {
    let changed = tx.execute(
        "UPDATE members SET role = $3 WHERE conversation_id = $1 AND user_id = $2",
        params![id, user, role],
    )?;
    tx.execute_later("UPDATE conversations SET roster = roster + 1 WHERE id = $1", params![id])?;
    Ok(changed == 1)
}

/// A conversation's shape and a member's role; `None` if they are not in.
pub fn role(
    tx: &mut Tx<'_>,
    id: ConversationId,
    user: UserId,
) -> Result<Option<(ConversationType, MemberRole)>, Error> {
    tx.opt(
        "SELECT c.conversation_type, m.role FROM members m JOIN conversations c ON c.id = m.conversation_id
         WHERE m.conversation_id = $1 AND m.user_id = $2",
        params![id, user],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Members of these conversations, given with their [counts](Conversation::member_count), in order of joining, at most
/// `most` of each.
pub fn members(
    tx: &mut Tx<'_>,
    conversations: &[(ConversationId, i64)],
    most: i64,
) -> Result<Vec<Member>, Error> {
    let (whole, large): (Vec<_>, Vec<_>) = conversations.iter().partition(|(_, count)| *count <= most);
    let mut found = tx.all(
        "SELECT m.conversation_id, m.user_id, u.username, u.display_name, m.role, m.delivered_seq, m.read_seq
         FROM members m JOIN users u ON u.id = m.user_id
         WHERE m.conversation_id = ANY($1)
         ORDER BY m.conversation_id, m.joined_at, m.user_id",
        params![whole.into_iter().map(|(id, _)| id.0).collect::<Vec<Uuid>>()],
        member,
    )?;
    for (id, _) in large {
        found.extend(tx.all(
            "SELECT m.conversation_id, m.user_id, u.username, u.display_name, m.role, m.delivered_seq, m.read_seq
             FROM members m JOIN users u ON u.id = m.user_id
             WHERE m.conversation_id = $1
             ORDER BY m.joined_at, m.user_id LIMIT $2",
            params![id, most],
            member,
        )?);
    }
    Ok(found)
}

/// One member.
pub fn member_of(tx: &mut Tx<'_>, id: ConversationId, user: UserId) -> Result<Option<Member>, Error> {
    tx.opt(
        "SELECT m.conversation_id, m.user_id, u.username, u.display_name, m.role, m.delivered_seq, m.read_seq
         FROM members m JOIN users u ON u.id = m.user_id
         WHERE m.conversation_id = $1 AND m.user_id = $2",
        params![id, user],
        member,
    )
}

fn member(row: &Row<'_>) -> Result<Member, Error> {
    Ok(Member {
        conversation_id: row.get(0)?,
        user_id: row.get(1)?,
        username: row.get(2)?,
        display_name: row.get(3)?,
        role: row.get(4)?,
        delivered_seq: row.get(5)?,
        read_seq: row.get(6)?,
    })
}

/// Identifiers and roles of all members.
pub fn roles(tx: &mut Tx<'_>, id: ConversationId) -> Result<Vec<(UserId, MemberRole)>, Error> {
    tx.all(
        "SELECT user_id, role FROM members WHERE conversation_id = $1 ORDER BY joined_at, user_id",
        params![id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Whether there is but one member. By the rows and not by their count, because whoever asks deletes the conversation.
pub fn is_alone(tx: &mut Tx<'_>, id: ConversationId) -> Result<bool, Error> {
    let members =
        tx.all("SELECT user_id FROM members WHERE conversation_id = $1 LIMIT 2", params![id], |row| {
            row.get::<UserId>(0)
        })?;
    Ok(members.len() == 1)
}

/// How many members there are.
pub fn member_count(tx: &mut Tx<'_>, id: ConversationId) -> Result<i64, Error> {
    tx.one("SELECT member_count FROM conversations WHERE id = $1", params![id], |row| row.get(0))
}

/// How far the log of an account and those of its conversations have come: what a new connection begins with.
#[derive(Clone, Debug)]
pub struct Heads {
    /// The account's newest version.
    pub account: i64,
    /// The newest version of each conversation it is in.
    pub conversations: Vec<(ConversationId, i64)>,
    /// When the last of those changed, or anybody's public key.
    pub changed_at: Timestamp,
}

/// Where somebody's conversations and their own log are.
pub fn heads(tx: &mut Tx<'_>, user: UserId) -> Result<Heads, Error> {
    let mut heads = Heads { account: 0, conversations: Vec::new(), changed_at: Timestamp(0) };
    let rows = tx.all(
        "SELECT c.id, c.version, c.changed_at FROM members m JOIN conversations c ON c.id = m.conversation_id
         WHERE m.user_id = $1
         UNION ALL
         SELECT u.id, u.version,
                (SELECT MAX(at) FROM (SELECT u.changed_at AS at
                                      UNION ALL SELECT MAX(k.public_key_updated_at) FROM users k
                                                WHERE k.public_key_updated_at IS NOT NULL) AS newest)
         FROM users u WHERE u.id = $1",
        params![user],
        |row| Ok((row.get::<Uuid>(0)?, row.get(1)?, row.get(2)?)),
    )?;
    for (id, version, changed_at) in rows {
        heads.changed_at = heads.changed_at.max(changed_at);
        match id == user.0 {
            true => heads.account = version,
            false => heads.conversations.push((ConversationId(id), version)),
        }
    }
    Ok(heads)
}

/// Newest versions of these conversations.
pub fn versions(tx: &mut Tx<'_>, ids: Vec<Uuid>) -> Result<Vec<(ConversationId, i64)>, Error> {
    tx.all("SELECT id, version FROM conversations WHERE id = ANY($1)", params![ids], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Which of these accounts came into which conversations at `since` or later by the wall clock, each with the version at
/// which they did.
pub fn arrivals(
    tx: &mut Tx<'_>,
    users: Vec<Uuid>,
    since: Timestamp,
) -> Result<Vec<(UserId, ConversationId, i64)>, Error> {
    tx.all(
        "SELECT user_id, conversation_id, joined_version FROM members WHERE user_id = ANY($1) AND joined_at >= $2",
        params![users, since],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Who of these accounts is in which conversation.
pub fn of_users(tx: &mut Tx<'_>, users: Vec<Uuid>) -> Result<Vec<(UserId, ConversationId)>, Error> {
    tx.all("SELECT user_id, conversation_id FROM members WHERE user_id = ANY($1)", params![users], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// One conversation as `user` has it.
pub fn membership_of(tx: &mut Tx<'_>, id: ConversationId, user: UserId) -> Result<Option<Membership>, Error> {
    tx.opt(
        concat!(
            "SELECT ",
            membership_columns!(),
            " FROM members m JOIN conversations c ON c.id = m.conversation_id
              WHERE m.user_id = $1 AND m.conversation_id = $3"
        ),
        params![user, mention_pattern(user), id],
        membership,
    )
}

/// What to list, and where to go on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listing {
    /// Only this shape.
    pub conversation_type: Option<ConversationType>,
    /// Only put away or only not.
    pub archived: Option<bool>,
    /// After this one (its last activity and identifier).
    pub after: Option<(Timestamp, ConversationId)>,
    /// Skip so many.
    pub offset: i64,
    /// At most so many.
    pub limit: i64,
}

/// Conversations of `user`, newest activity first.
pub fn list(tx: &mut Tx<'_>, user: UserId, listing: &Listing) -> Result<Vec<Membership>, Error> {
    let (time, id) = listing.after.unwrap_or((Timestamp(i64::MAX), ConversationId(Uuid::max())));
    tx.all(
        concat!(
            "SELECT ",
            membership_columns!(),
            // What is unread is counted of those on the page only, so they are found first.
            " FROM (SELECT c.id
                    FROM members m JOIN conversations c ON c.id = m.conversation_id
                    WHERE m.user_id = $1
                      AND (c.last_activity, c.id) < ($3, $4)
                      AND ($5 = '' OR c.conversation_type = $5)
                      AND ($6 = -1 OR m.archived = ($6 = 1))
                    ORDER BY c.last_activity DESC, c.id DESC LIMIT $7 OFFSET $8) AS page
              JOIN conversations c ON c.id = page.id
              JOIN members m ON m.conversation_id = c.id AND m.user_id = $1
              ORDER BY c.last_activity DESC, c.id DESC"
        ),
        params![
            user,
            mention_pattern(user),
            time,
            id,
            listing.conversation_type.map_or("", |t| t.as_str()),
            listing.archived.map_or(-1, i64::from),
            listing.limit,
            listing.offset,
        ],
        membership,
    )
}

/// The newest change anywhere: the store's clock never goes behind it.
pub fn newest_change(tx: &mut Tx<'_>) -> Result<Timestamp, Error> {
    tx.one(
        "SELECT COALESCE((SELECT MAX(at) FROM (SELECT MAX(changed_at) AS at FROM conversations
                                               UNION ALL SELECT MAX(changed_at) FROM users) AS newest), 0)",
        &[],
        |row| row.get(0),
    )
}
