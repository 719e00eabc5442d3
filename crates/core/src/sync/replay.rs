//! What a hub reads from the log: where its conversations are, and what it missed.

use super::{Calm, events};
use crate::{Ctx, Result, view};
use kith_api::event::ConversationRemoved;
use kith_api::{ConversationId, Envelope, Event, Scope, Timestamp, UserId};
use kith_db::conversations::Heads;
use kith_db::log::{Entry, kind};
use kith_db::{Tx, conversations, log, users};
use std::collections::HashMap;

/// Most events that are read across a gap at once.
const REPLAYED: i64 = 1000;
/// Most bytes of text among them.
const REPLAYED_BYTES: i64 = 8 * 1024 * 1024;

/// Where somebody's conversations and their own log are, and since when.
pub async fn heads(ctx: &Ctx, user: UserId) -> Result<(Heads, Calm)> {
    let until = ctx.shown_now();
    let heads = ctx.read(move |tx| Ok(conversations::heads(tx, user)?)).await?;
    let calm = Calm { since: heads.changed_at, until };
    Ok((heads, calm))
}

/// Newest versions of conversations.
pub async fn versions(ctx: &Ctx, ids: Vec<ConversationId>) -> Result<Vec<(ConversationId, i64)>> {
    let ids = ids.into_iter().map(|id| id.0).collect();
    ctx.read(move |tx| Ok(conversations::versions(tx, ids)?)).await
}

/// How far the logs of accounts have come.
pub async fn account_versions(ctx: &Ctx, users: Vec<UserId>) -> Result<Vec<(UserId, i64)>> {
    let users = users.into_iter().map(|id| id.0).collect();
    ctx.read(move |tx| Ok(users::versions(tx, users)?)).await
}

/// Which of these accounts came into which conversations since then, each with the version at which they did.
pub async fn arrivals(
    ctx: &Ctx,
    users: Vec<UserId>,
    since: Timestamp,
) -> Result<Vec<(UserId, ConversationId, i64)>> {
    let users = users.into_iter().map(|id| id.0).collect();
    ctx.read(move |tx| Ok(conversations::arrivals(tx, users, since)?)).await
}

/// The newest version of a conversation, if this account is in it.
pub async fn membership(ctx: &Ctx, user: UserId, id: ConversationId) -> Result<Option<i64>> {
    ctx.read(move |tx| Ok(conversations::mark(tx, id, user)?.map(|[version, _]| version))).await
}

/// The conversations of these accounts.
pub async fn conversations_of(ctx: &Ctx, users: Vec<UserId>) -> Result<HashMap<UserId, Vec<ConversationId>>> {
    let users = users.into_iter().map(|id| id.0).collect();
    let pairs = ctx.read(move |tx| Ok(conversations::of_users(tx, users)?)).await?;
    let mut rooms: HashMap<UserId, Vec<ConversationId>> = HashMap::new();
    for (user, id) in pairs {
        rooms.entry(user).or_default().push(id);
    }
    Ok(rooms)
}

/// Events of a conversation after a version, in order, and the version that was read up to.
pub async fn replay(ctx: &Ctx, id: ConversationId, after: i64) -> Result<(Vec<Envelope>, i64)> {
    ctx.snapshot(move |tx| {
        let mut entries = log::after(tx, id.0, after, REPLAYED)?;
        events::cut(&mut entries, REPLAYED_BYTES);
        let messages = events::messages(tx, &entries)?;
        let mut envelopes = Vec::with_capacity(entries.len());
        for entry in &entries {
            if let Some(event) = events::event(tx, entry, &messages)? {
                envelopes.push(Envelope {
                    scope: Scope::Conversation(id),
                    version: Some(entry.version),
                    event,
                    except: None,
                    aside: aside(tx, id, entry)?.map(Box::new),
                    accepted: None,
                });
            }
        }
        let up_to = entries.last().map_or(after, |last| last.version);
        Ok((envelopes, up_to))
    })
    .await
}

/// What whoever came or left is told first.
fn aside(tx: &mut Tx<'_>, id: ConversationId, entry: &Entry) -> Result<Option<(UserId, Event)>> {
    let Some(user) = entry.subject.map(UserId) else { return Ok(None) };
    Ok(match entry.kind.as_str() {
        kind::JOINED => view::shared_conversation(tx, id, view::LISTED_PARTICIPANTS)?
            .map(|view| (user, Event::ConversationCreated(Box::new(view)))),
        kind::LEFT => {
            let removed = ConversationRemoved { conversation_id: id, version: entry.version };
            Some((user, Event::ConversationRemoved(removed)))
        }
        _ => None,
    })
}
