//! Bringing somebody in.

use crate::accounts::profile;
use crate::policy::{Action, Object, can};
use crate::{Actor, Ctx, Error, Result, view};
use kith_api::command::AddParticipant;
use kith_api::event::MemberChanged;
use kith_api::view::{ConversationType, MemberRole, Participant};
use kith_api::{ConversationId, ErrorCode, Event, Scope};
use kith_db::{conversations, log};

/// Adds a member, who sees the conversation from its beginning and has nothing unread.
pub async fn add_member(
    ctx: &Ctx,
    actor: &Actor,
    id: ConversationId,
    request: AddParticipant,
) -> Result<Participant> {
    let key = match (request.user_id, request.username) {
        (Some(id), None) => id.to_string(),
        (None, Some(name)) => name,
        _ => return Err(Error::field("userId", "exactly one of userId, username is needed")),
    };
    // Whether there is such a conversation is answered before whether there is such a person.
    let me = actor.user_id();
    ctx.read(move |tx| conversations::role(tx, id, me)?.ok_or_else(|| Error::not_found("conversation")))
        .await?;
    let user = profile::find(ctx, &key).await?.id;
    let who = actor.clone();
    let participant = ctx
        .change(id, move |w| {
            let stored = super::stored(w.tx, id)?;
            let kind = stored.conversation_type;
            let mine = conversations::role(w.tx, id, who.user_id())?.map(|(_, role)| role);
            let role = request.role.unwrap_or(match kind {
                ConversationType::Channel => MemberRole::Subscriber,
                _ => MemberRole::Member,
            });
            can(&who, Action::AddMember(role), Object::Conversation(kind, mine))?;
            if !conversations::add_member(w.tx, id, user, role, w.now)? {
                return Err(Error::new(ErrorCode::Conflict, "This person is already in the conversation."));
            }
            let participant = super::participant(w.tx, id, user)?;
            let shown = participant.clone();
            let note = log::Note { kind: log::kind::JOINED, subject: Some(user.0), ..Default::default() };
            w.emit_with_aside(Scope::Conversation(id), &note, |tx, version| {
                let view = view::shared_conversation(tx, id, view::LISTED_PARTICIPANTS)?;
                let view = view.ok_or_else(|| Error::not_found("conversation"))?;
                let joined =
                    MemberChanged { conversation_id: id, user_id: user, participant: shown, version };
                let welcome = (user, Event::ConversationCreated(Box::new(view)));
                Ok((Event::MemberJoined(Box::new(joined)), Some(welcome)))
            })?;
            Ok(participant)
        })
        .await?;
    ctx.inner().roles.invalidate(&(id, user));
    Ok(participant)
}
