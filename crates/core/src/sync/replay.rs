//! What a hub reads from the log: where its conversations are, and what it missed.

use super::events;
use crate::{Ctx, Result};
use kith_api::{ConversationId, Envelope, Scope, UserId};
use kith_db::{conversations, log};

/// Most events that are read across a gap at once.
const REPLAYED: i64 = 1000;

/// The conversations somebody is in, each with its newest version.
pub async fn heads(ctx: &Ctx, user: UserId) -> Result<Vec<(ConversationId, i64)>> {
    ctx.read(move |tx| Ok(conversations::heads(tx, user)?)).await
}

/// Events of a conversation after a version, in order.
pub async fn replay(ctx: &Ctx, id: ConversationId, after: i64) -> Result<Vec<Envelope>> {
    ctx.snapshot(move |tx| {
        let entries = log::after(tx, id.0, after, REPLAYED)?;
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
        Ok(envelopes)
    })
    .await
}
