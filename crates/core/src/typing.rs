//! Typing indicators: relayed, never stored, and always ended.

use crate::policy::{Action, Object, can};
use crate::{Actor, Ctx, Error, Result, conversations::find_dm::find_dm};
use kith_api::command::Typing;
use kith_api::event::UserTyping;
use kith_api::view::{ConversationType, MemberRole};
use kith_api::{ConversationId, Event, Scope, Timestamp, UserId};
use kith_db::conversations;
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc};

/// Least time between two relays of one person's typing in one conversation, milliseconds.
const RELAY: i64 = 3_000;
/// A start that is not renewed ends after so many milliseconds.
const EXPIRY: i64 = 6_000;

/// Who is typing where, on this node.
#[derive(Default)]
pub struct TypingBoard(Mutex<HashMap<(ConversationId, UserId), Typist>>);

struct Typist {
    username: Arc<str>,
    /// When others were last told of a start. Outlives a stop, so that starting again soon tells them nothing.
    relayed: Timestamp,
    renewed: Timestamp,
    /// Whether others think that this person types.
    shown: bool,
}

/// The caller types in a conversation.
pub async fn start(ctx: &Ctx, actor: &Actor, request: Typing) -> Result<()> {
    let Some(id) = place(ctx, actor, request).await? else { return Ok(()) };
    let now = ctx.now();
    let relay = {
        let mut board = ctx.inner().typing.0.lock();
        let typist = board.entry((id, actor.user_id())).or_insert_with(|| Typist {
            username: actor.username().into(),
            relayed: Timestamp(0),
            renewed: now,
            shown: false,
        });
        typist.renewed = now;
        let due = now.0 - typist.relayed.0 >= RELAY;
        if due {
            typist.relayed = now;
            typist.shown = true;
        }
        due
    };
    if relay {
        tell(ctx, id, actor.user_id(), actor.username(), true);
    }
    Ok(())
}

/// The caller stopped typing.
pub async fn stop(ctx: &Ctx, actor: &Actor, request: Typing) -> Result<()> {
    let Some(id) = place(ctx, actor, request).await? else { return Ok(()) };
    let was_shown = {
        let mut board = ctx.inner().typing.0.lock();
        let typist = board.get_mut(&(id, actor.user_id()));
        typist.is_some_and(|typist| std::mem::take(&mut typist.shown))
    };
    if was_shown {
        tell(ctx, id, actor.user_id(), actor.username(), false);
    }
    Ok(())
}

/// Ends what was not renewed in time; called every second.
pub fn expire(ctx: &Ctx) {
    let now = ctx.now();
    let expired: Vec<_> = {
        let mut board = ctx.inner().typing.0.lock();
        board.extract_if(|_, typist| now.0 - typist.renewed.0 >= EXPIRY).collect()
    };
    tell_ends(ctx, expired);
}

/// Ends everything that somebody who went away was typing.
pub fn end_all(ctx: &Ctx, user: UserId) {
    let ended: Vec<_> = {
        let mut board = ctx.inner().typing.0.lock();
        board.extract_if(|(_, typist), _| *typist == user).collect()
    };
    tell_ends(ctx, ended);
}

fn tell_ends(ctx: &Ctx, ended: Vec<((ConversationId, UserId), Typist)>) {
    for ((id, user), typist) in ended {
        if typist.shown {
            tell(ctx, id, user, &typist.username, false);
        }
    }
}

fn tell(ctx: &Ctx, id: ConversationId, user: UserId, username: &str, is_typing: bool) {
    let event = UserTyping { conversation_id: id, user_id: user, username: username.to_owned(), is_typing };
    ctx.whisper(Scope::Conversation(id), Some(user), Event::UserTyping(event));
}

/// The conversation that a request names, if the caller may write in it; none if there is no dm with that person yet,
/// since typing alone does not open one.
async fn place(ctx: &Ctx, actor: &Actor, request: Typing) -> Result<Option<ConversationId>> {
    let id = match (request.conversation_id, request.receiver_username) {
        (Some(id), None) => id,
        (None, Some(name)) => match find_dm(ctx, actor, &name).await? {
            Some(id) => id,
            None => return Ok(None),
        },
        _ => {
            let rule = "exactly one of conversationId, receiverUsername is needed";
            return Err(Error::field("conversationId", rule));
        }
    };
    let (kind, role) = role(ctx, actor, id).await?;
    can(actor, Action::Send, Object::Conversation(kind, Some(role)))?;
    Ok(Some(id))
}

async fn role(ctx: &Ctx, actor: &Actor, id: ConversationId) -> Result<(ConversationType, MemberRole)> {
    let user = actor.user_id();
    let known = match ctx.inner().roles.get(&(id, user)) {
        Some(known) => known,
        None => {
            let loaded = ctx.read(move |tx| Ok(conversations::role(tx, id, user)?)).await?;
            ctx.inner().roles.insert((id, user), loaded);
            loaded
        }
    };
    known.ok_or_else(|| Error::not_found("conversation"))
}
