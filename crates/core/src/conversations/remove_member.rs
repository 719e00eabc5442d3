//! Leaving, and taking somebody out.

use crate::policy::{Action, Object, can};
use crate::{Actor, Ctx, Error, Result, Write};
use kith_api::event::{ConversationRemoved, MemberLeft};
use kith_api::view::MemberRole;
use kith_api::{ConversationId, ErrorCode, Event, Scope, UserId};
use kith_db::{conversations, log};

/// Takes a member out; removing oneself is leaving. Whoever is alone and leaves takes the conversation along.
pub async fn remove_member(ctx: &Ctx, actor: &Actor, id: ConversationId, user: UserId) -> Result<()> {
    let who = actor.clone();
    ctx.change(id, move |w| {
        let me = who.user_id();
        let mine = conversations::role(w.tx, id, me)?;
        let (kind, _) = mine.ok_or_else(|| Error::not_found("conversation"))?;
        let object = Object::Conversation(kind, mine.map(|(_, role)| role));
        let Some((_, theirs)) = conversations::role(w.tx, id, user)? else {
            return Err(Error::not_found("participant"));
        };
        can(&who, if user == me { Action::Leave } else { Action::RemoveMember(theirs) }, object)?;
        if theirs == MemberRole::Owner {
            if conversations::is_alone(w.tx, id)? {
                return super::delete::remove_all(w, id);
            }
            return Err(Error::new(ErrorCode::LastOwner, "Make somebody else the owner before you leave."));
        }
        conversations::remove_member(w.tx, id, user)?;
        let by = me.to_string();
        let note =
            log::Note { kind: log::kind::LEFT, subject: Some(user.0), data: Some(&by), ..Default::default() };
        let version = w.emit_with_aside(Scope::Conversation(id), &note, |_, version| {
            let left = MemberLeft { conversation_id: id, user_id: user, by: me, version };
            let removed = Event::ConversationRemoved(ConversationRemoved { conversation_id: id, version });
            Ok((Event::MemberLeft(left), Some((user, removed))))
        })?;
        log_removal(w, id, user, version)
    })
    .await?;
    ctx.inner().roles.invalidate(&(id, user));
    Ok(())
}

/// Notes in somebody's own log that they are no longer in a conversation: its log is closed to them from now on.
pub(super) fn log_removal(
    w: &mut Write<'_, '_>,
    id: ConversationId,
    user: UserId,
    version: i64,
) -> Result<()> {
    let note =
        log::Note { kind: log::kind::REMOVED, subject: Some(id.0), seq: Some(version), ..Default::default() };
    w.log(Scope::User(user), &note)?;
    Ok(())
}
