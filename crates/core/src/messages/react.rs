//! Reacting to a message.

use crate::policy::{Action, Object, can};
use crate::validate::Problems;
use crate::{Actor, Ctx, Error, Result, view};
use kith_api::command::{React, ReactionAction};
use kith_api::event::ReactionChanged;
use kith_api::view::Message as View;
use kith_api::{ErrorCode, Event, Scope};
use kith_db::log;
use kith_db::messages::{self, Reaction};

/// Most kinds of reactions to one message.
const KINDS: usize = 20;

/// Puts a reaction or takes it back; the message afterwards. Doing it twice changes nothing.
pub async fn react(ctx: &Ctx, actor: &Actor, request: React) -> Result<View> {
    let mut problems = Problems::default();
    problems.emoji(&request.emoji);
    problems.finish()?;
    let who = actor.clone();
    let place = super::place(ctx, request.message_id).await?;
    ctx.change(place, move |w| {
        let (message, kind, role) = super::visible(w.tx, &who, request.message_id)?;
        can(&who, Action::React, Object::Message(kind, Some(role), message.sender_id))?;
        if message.deleted_at.is_some() {
            return Err(Error::new(ErrorCode::Gone, "This message was deleted."));
        }
        let (id, seq) = (message.conversation_id, message.seq);
        let reaction = Reaction { seq, emoji: request.emoji.clone(), user_id: who.user_id() };
        let (changed, difference, kind) = match request.action {
            ReactionAction::Add => {
                let present = view::messages(w.tx, vec![message.clone()])?.pop().map(|m| m.reactions);
                let present = present.unwrap_or_default();
                if present.len() >= KINDS && !present.iter().any(|kind| kind.emoji == reaction.emoji) {
                    let limit = format!("A message can have {KINDS} kinds of reactions.");
                    return Err(Error::new(ErrorCode::Conflict, limit));
                }
                (messages::add_reaction(w.tx, id, &reaction, w.now)?, 1, log::kind::REACTED)
            }
            ReactionAction::Remove => {
                (messages::remove_reaction(w.tx, id, &reaction)?, -1, log::kind::UNREACTED)
            }
        };
        if changed {
            let (message_id, user_id, emoji) = (message.id, who.user_id(), reaction.emoji);
            let note =
                log::Note { kind, subject: Some(user_id.0), seq: Some(seq), data: Some(&emoji.clone()) };
            let action = request.action;
            w.emit(Scope::Conversation(id), &note, |tx, version| {
                messages::touch_reactions(tx, id, seq, difference, version)?;
                let changed =
                    ReactionChanged { message_id, conversation_id: id, emoji, user_id, action, version };
                Ok(Event::Reaction(changed))
            })?;
        }
        let stored = messages::at(w.tx, id, seq)?.into_iter().collect();
        view::messages(w.tx, stored)?.pop().ok_or_else(|| Error::not_found("message"))
    })
    .await
}
