//! Changing a member's role.

use crate::policy::{Action, Object, can};
use crate::{Actor, Ctx, Error, Result, Write};
use kith_api::event::MemberChanged;
use kith_api::view::{MemberRole, Participant};
use kith_api::{ConversationId, ErrorCode, Event, Scope, UserId};
use kith_db::{conversations, log};

/// Gives a member another role. Naming another owner makes the old one an admin.
pub async fn change_role(
    ctx: &Ctx,
    actor: &Actor,
    id: ConversationId,
    user: UserId,
    role: MemberRole,
) -> Result<Participant> {
    let who = actor.clone();
    let participant = ctx
        .change(id, move |w| {
            let mine = conversations::role(w.tx, id, who.user_id())?;
            let (kind, _) = mine.ok_or_else(|| Error::not_found("conversation"))?;
            let Some((_, from)) = conversations::role(w.tx, id, user)? else {
                return Err(Error::not_found("participant"));
            };
            let object = Object::Conversation(kind, mine.map(|(_, role)| role));
            can(&who, Action::ChangeRole(from, role), object)?;
            if from == MemberRole::Owner && role != MemberRole::Owner {
                return Err(Error::new(ErrorCode::LastOwner, "Make somebody else the owner first."));
            }
            if role == MemberRole::Owner && user != who.user_id() {
                put(w, id, who.user_id(), MemberRole::Admin)?;
            }
            put(w, id, user, role)
        })
        .await?;
    ctx.inner().roles.invalidate(&(id, user));
    ctx.inner().roles.invalidate(&(id, actor.user_id()));
    Ok(participant)
}

fn put(w: &mut Write<'_, '_>, id: ConversationId, user: UserId, role: MemberRole) -> Result<Participant> {
    conversations::set_role(w.tx, id, user, role)?;
    let participant = super::participant(w.tx, id, user)?;
    let shown = participant.clone();
    let note = log::Note { kind: log::kind::ROLE, subject: Some(user.0), ..Default::default() };
    w.emit(Scope::Conversation(id), &note, |_, version| {
        let changed = MemberChanged { conversation_id: id, user_id: user, participant: shown, version };
        Ok(Event::MemberUpdated(Box::new(changed)))
    })?;
    Ok(participant)
}
