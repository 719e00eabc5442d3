//! How far each member has received and read.

use crate::{Error, Tx, params};
use kith_api::command::ReceiptKind;
use kith_api::view::ConversationType;
use kith_api::{ConversationId, UserId};
use uuid::Uuid;

/// A member's watermarks.
#[derive(Clone, Copy, Debug)]
pub struct Watermark {
    /// Who.
    pub user_id: UserId,
    /// Received up to here.
    pub delivered_seq: i64,
    /// Read up to here.
    pub read_seq: i64,
}

/// Moves a member's watermark forward to `seq`, but not beyond the newest message; where it is now, or `None` if it
/// did not move. What was read was also received.
pub fn advance(
    tx: &mut Tx<'_>,
    id: ConversationId,
    user: UserId,
    kind: ReceiptKind,
    seq: i64,
) -> Result<Option<i64>, Error> {
    let newest = "SELECT seq FROM conversations WHERE id = $1";
    let Some(newest) = tx.opt(newest, params![id], |row| row.get::<i64>(0))? else { return Ok(None) };
    let seq = seq.min(newest);
    let changed = match kind {
        ReceiptKind::Delivered => tx.execute(
            "UPDATE members SET delivered_seq = $3
             WHERE conversation_id = $1 AND user_id = $2 AND delivered_seq < $3",
            params![id, user, seq],
        )?,
        ReceiptKind::Read => tx.execute(
            "UPDATE members
             SET read_seq = $3, delivered_seq = CASE WHEN delivered_seq < $3 THEN $3 ELSE delivered_seq END
             WHERE conversation_id = $1 AND user_id = $2 AND read_seq < $3",
            params![id, user, seq],
        )?,
    };
    Ok((changed == 1).then_some(seq))
}

/// Counts the messages of others that the member `m` of the conversation `c` has not read. From a thousand on it is the
/// distance to the newest message, less what by index is known not to count (every number has its message, deleted ones
/// too): what the member wrote is then among it. No more than 20,000 messages are looked at, for those who write far more
/// than they read.
macro_rules! unread_count {
    () => {
        "(CASE WHEN c.seq <= m.read_seq THEN 0 ELSE
           (SELECT CASE WHEN few.counted < 1000 THEN few.counted ELSE
                    c.seq - m.read_seq
                    - (SELECT COUNT(*) FROM messages d
                       WHERE d.conversation_id = c.id AND d.seq > m.read_seq AND d.deleted_at IS NOT NULL)
                    - (SELECT COUNT(*) FROM hidden_messages h JOIN messages g
                         ON g.conversation_id = h.conversation_id AND g.seq = h.seq
                       WHERE h.user_id = m.user_id AND h.conversation_id = c.id AND h.seq > m.read_seq
                         AND g.deleted_at IS NULL) END
            FROM (SELECT COUNT(*) AS counted FROM
                   (SELECT 1 FROM messages u
                    WHERE u.conversation_id = c.id AND u.seq > m.read_seq AND u.seq <= m.read_seq + 20000
                      AND u.sender_id <> m.user_id
                      AND u.deleted_at IS NULL
                      AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = m.user_id
                                      AND h.conversation_id = u.conversation_id AND h.seq = u.seq)
                    LIMIT 1000) AS looked_at) AS few) END)"
    };
}
pub(crate) use unread_count;

/// Messages of others after the member's read watermark.
pub fn unread(tx: &mut Tx<'_>, id: ConversationId, user: UserId) -> Result<i64, Error> {
    tx.one(
        concat!(
            "SELECT ",
            unread_count!(),
            " FROM members m JOIN conversations c ON c.id = m.conversation_id
              WHERE m.conversation_id = $1 AND m.user_id = $2"
        ),
        params![id, user],
        |row| row.get(0),
    )
}

/// Watermarks of the members of those of these conversations that have at most `most` members, channels excepted: nobody
/// waits for a whole channel to read.
pub fn watermarks(
    tx: &mut Tx<'_>,
    ids: Vec<Uuid>,
    most: i64,
) -> Result<Vec<(ConversationId, ConversationType, Watermark)>, Error> {
    tx.all(
        "SELECT m.conversation_id, c.conversation_type, m.user_id, m.delivered_seq, m.read_seq
         FROM members m JOIN conversations c ON c.id = m.conversation_id
         WHERE m.conversation_id = ANY($1) AND c.conversation_type <> 'channel' AND c.member_count <= $2",
        params![ids, most],
        |row| {
            let mark = Watermark { user_id: row.get(2)?, delivered_seq: row.get(3)?, read_seq: row.get(4)? };
            Ok((row.get(0)?, row.get(1)?, mark))
        },
    )
}
