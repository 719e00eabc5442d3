//! What a hub reads from the log: where its conversations are, and what it missed.

use super::events;
use crate::{Ctx, Result};
use kith_api::{ConversationId, Envelope, Scope, UserId};
use kith_db::{conversations, log};

/// Most events that are read across a gap at once.
const REPLAYED: i64 = 1000;
/// Most bytes of text among them.
const REPLAYED_BYTES: i64 = 8 * 1024 * 1024;

/// The conversations somebody is in, each with its newest version.
pub async fn heads(ctx: &Ctx, user: UserId) -> Result<Vec<(ConversationId, i64)>> {
    ctx.read(move |tx| Ok(conversations::heads(tx, user)?)).await
}

/// Newest versions of conversations.
pub async fn versions(ctx: &Ctx, ids: Vec<ConversationId>) -> Result<Vec<(ConversationId, i64)>> {
    let ids = ids.into_iter().map(|id| id.0).collect();
    ctx.read(move |tx| Ok(conversations::versions(tx, ids)?)).await
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
                    aside: None,
                    accepted: None,
                });
            }
        }
        let up_to = entries.last().map_or(after, |last| last.version);
        Ok((envelopes, up_to))
    })
    .await
}
