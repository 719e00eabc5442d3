//! The caller's conversations.

use crate::{Actor, Ctx, Error, Result, view};
use kith_api::view::{Conversation as View, ConversationType, Page};
use kith_api::{ConversationId, Timestamp};
use kith_db::conversations::{self, Listing};

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this shape.
    pub conversation_type: Option<ConversationType>,
    /// Only put away or only not.
    pub archived: Option<bool>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// Skip so many.
    pub offset: i64,
    /// At most so many.
    pub limit: i64,
}

/// Conversations, newest activity first, with newest message and unread counts.
pub async fn list(ctx: &Ctx, actor: &Actor, filter: Filter) -> Result<(Vec<View>, Page)> {
    let after = filter.cursor.as_deref().map(parse_cursor).transpose()?;
    let (user, limit) = (actor.user_id(), filter.limit);
    let listing = Listing {
        conversation_type: filter.conversation_type,
        archived: filter.archived,
        after,
        offset: filter.offset,
        limit: limit + 1,
    };
    let mut views = ctx
        .snapshot(move |tx| {
            let memberships = conversations::list(tx, user, &listing)?;
            view::conversations(tx, user, memberships, view::LISTED_PARTICIPANTS)
        })
        .await?;
    let has_more = views.len() as i64 > limit;
    views.truncate(limit as usize);
    let last = views.last().filter(|_| has_more);
    let next_cursor = last.map(|view| format!("{}_{}", view.last_activity.0, view.id));
    Ok((views, Page { next_cursor, has_more }))
}

fn parse_cursor(cursor: &str) -> Result<(Timestamp, ConversationId)> {
    let parsed =
        cursor.split_once('_').and_then(|(time, id)| Some((Timestamp(time.parse().ok()?), id.parse().ok()?)));
    parsed.ok_or_else(|| Error::field("cursor", "is not one that this server gave out"))
}
