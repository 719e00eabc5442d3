//! Pages of a conversation.

use crate::replica::conversation_mark;
use crate::{Actor, Ctx, Error, Result, view};
use kith_api::view::{Message as View, Page};
use kith_api::{ConversationId, MessageId, UserId};
use kith_db::messages::{Message, Stretch};
use kith_db::{Tx, messages};

/// Which messages.
#[derive(Clone, Copy, Debug)]
pub enum Span {
    /// The newest ones, skipping `offset`.
    Newest {
        /// Skip so many.
        offset: i64,
    },
    /// Before this `seq`, newest first.
    Before(i64),
    /// After this `seq`, oldest first.
    After(i64),
    /// `around` messages on each side of one, and it, oldest first.
    Around {
        /// The one.
        anchor: MessageId,
        /// So many on each side.
        around: i64,
    },
}

impl Span {
    /// The span that a page's cursor stands for.
    pub fn from_cursor(cursor: &str) -> Result<Self> {
        let span = cursor.split_once('_').and_then(|(side, seq)| match (side, seq.parse().ok()?) {
            ("b", seq) => Some(Self::Before(seq)),
            ("a", seq) => Some(Self::After(seq)),
            _ => None,
        });
        span.ok_or_else(|| Error::field("cursor", "is not one that this server gave out"))
    }
}

/// Messages of a conversation, at most `limit`.
pub async fn list(
    ctx: &Ctx,
    actor: &Actor,
    id: ConversationId,
    span: Span,
    limit: i64,
) -> Result<(Vec<View>, Page)> {
    let user = actor.user_id();
    let mark = move |tx: &mut Tx<'_>| conversation_mark(tx, id, user);
    let read = move |tx: &mut Tx<'_>| {
        let (mut found, has_more) = match span {
            Span::Newest { offset } => page(tx, id, user, Stretch::Before(i64::MAX), offset, limit)?,
            Span::Before(seq) => page(tx, id, user, Stretch::Before(seq), 0, limit)?,
            Span::After(seq) => page(tx, id, user, Stretch::After(seq), 0, limit)?,
            Span::Around { anchor, around } => (window(tx, id, user, anchor, around)?, false),
        };
        let next_cursor = found.last().filter(|_| has_more).map(|last| match span {
            Span::After(_) => format!("a_{}", last.seq),
            _ => format!("b_{}", last.seq),
        });
        let views = view::messages(tx, std::mem::take(&mut found))?;
        Ok((views, Page { next_cursor, has_more }))
    };
    ctx.read_copy(mark, read).await
}

fn page(
    tx: &mut Tx<'_>,
    id: ConversationId,
    user: UserId,
    stretch: Stretch,
    offset: i64,
    limit: i64,
) -> Result<(Vec<Message>, bool)> {
    let mut found = messages::list(tx, id, user, stretch, offset, limit + 1)?;
    let has_more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    Ok((found, has_more))
}

fn window(
    tx: &mut Tx<'_>,
    id: ConversationId,
    user: UserId,
    anchor: MessageId,
    around: i64,
) -> Result<Vec<Message>> {
    let anchor = messages::visible(tx, anchor, user)?.filter(|message| message.conversation_id == id);
    let anchor = anchor.ok_or_else(|| Error::not_found("message"))?;
    let mut found = messages::list(tx, id, user, Stretch::Before(anchor.seq), 0, around)?;
    found.reverse();
    let seq = anchor.seq;
    found.push(anchor);
    found.extend(messages::list(tx, id, user, Stretch::After(seq), 0, around)?);
    Ok(found)
}
