//! Changing a conversation's name and topic.

use crate::policy::{Action, Object, can};
use crate::validate::Problems;
use crate::{Actor, Ctx, Error, Result, view};
use kith_api::command::UpdateConversation;
use kith_api::view::Conversation as View;
use kith_api::{ConversationId, Event, Scope};
use kith_db::{conversations, log};

/// Changes what the request names.
pub async fn update(
    ctx: &Ctx,
    actor: &Actor,
    id: ConversationId,
    request: UpdateConversation,
) -> Result<View> {
    let mut problems = Problems::default();
    if let Some(name) = &request.name {
        problems.line("name", name.trim(), 1, 100);
    }
    problems.optional_text("topic", request.topic.as_ref().and_then(Option::as_ref), 500);
    problems.finish()?;
    let who = actor.clone();
    ctx.change(id, move |w| {
        let mut stored = super::stored(w.tx, id)?;
        let role = conversations::role(w.tx, id, who.user_id())?.map(|(_, role)| role);
        can(&who, Action::Update, Object::Conversation(stored.conversation_type, role))?;
        if let Some(name) = &request.name {
            stored.name = Some(name.trim().to_owned());
        }
        if let Some(topic) = &request.topic {
            stored.topic = topic.clone().filter(|topic| !topic.is_empty());
        }
        conversations::update(w.tx, &stored)?;
        let note = log::Note { kind: log::kind::UPDATED, ..Default::default() };
        w.emit(Scope::Conversation(id), &note, |tx, _| {
            let view = view::shared_conversation(tx, id, view::LISTED_PARTICIPANTS)?;
            let view = view.ok_or_else(|| Error::not_found("conversation"))?;
            Ok(Event::ConversationUpdated(Box::new(view)))
        })?;
        Ok(())
    })
    .await?;
    super::get::get(ctx, actor, id).await
}
