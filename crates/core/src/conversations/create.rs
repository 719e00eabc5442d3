//! Making a conversation.

use crate::validate::{Problems, can_be_name};
use crate::{Actor, Ctx, Error, Result, Write, view};
use kith_api::command::CreateConversation;
use kith_api::view::{Conversation as View, ConversationType, Encryption, MemberRole};
use kith_api::{ConversationId, Event, Scope, UserId};
use kith_db::conversations::{self, Conversation};
use kith_db::{log, users};
use uuid::Uuid;

/// Most people a conversation can be made with; more can be added later.
const PARTICIPANTS: usize = 1000;

/// Makes a conversation, or finds the dm that two people already have; whether it is new.
pub async fn create(ctx: &Ctx, actor: &Actor, request: CreateConversation) -> Result<(View, bool)> {
    let mut problems = Problems::default();
    match (&request.participant_ids, &request.usernames) {
        (Some(_), Some(_)) => {
            problems.add("participantIds", "exactly one of participantIds, usernames is allowed")
        }
        (None, None) if request.conversation_type == ConversationType::Dm => {
            problems.add("participantIds", "exactly one of participantIds, usernames is needed");
        }
        _ => {}
    }
    match (request.conversation_type, &request.name) {
        (ConversationType::Dm, Some(_)) => problems.add("name", "is not allowed for a dm"),
        (ConversationType::Dm, None) => {}
        (_, name) => problems.line("name", name.as_deref().unwrap_or_default().trim(), 1, 100),
    }
    problems.optional_text("topic", request.topic.as_ref(), 500);
    problems.finish()?;

    let people = people(ctx, &request).await?;
    let me = actor.user_id();
    if request.conversation_type == ConversationType::Dm {
        let [other] = people[..] else {
            return Err(Error::field("participantIds", "must name exactly one person for a dm"));
        };
        let (id, created) = open_dm(ctx, me, other, request.encryption.unwrap_or(Encryption::None)).await?;
        return Ok((super::get::get(ctx, actor, id).await?, created));
    }
    let id = ctx
        .write(me.0, move |w| {
            let name = request.name.as_ref().map(|name| name.trim().to_owned());
            let conversation = Conversation {
                name,
                topic: request.topic.clone().filter(|topic| !topic.is_empty()),
                ..empty(w, request.conversation_type, request.encryption.unwrap_or(Encryption::None))
            };
            conversations::insert(w.tx, &conversation, None)?;
            let role = match request.conversation_type {
                ConversationType::Channel => MemberRole::Subscriber,
                _ => MemberRole::Member,
            };
            let others = people.iter().filter(|person| **person != me).map(|person| (*person, role));
            let members: Vec<_> = std::iter::once((me, MemberRole::Owner)).chain(others).collect();
            conversations::add_members(w.tx, conversation.id, &members, w.now)?;
            announce(w, conversation.id)
        })
        .await?;
    Ok((super::get::get(ctx, actor, id).await?, true))
}

/// The accounts that a request names, without repetition.
async fn people(ctx: &Ctx, request: &CreateConversation) -> Result<Vec<UserId>> {
    let ids: Vec<Uuid> = request.participant_ids.iter().flatten().map(|id| id.0).collect();
    let names: Vec<String> = request.usernames.iter().flatten().map(|name| name.to_lowercase()).collect();
    if !names.iter().all(|name| can_be_name(name)) {
        return Err(Error::not_found("user"));
    }
    let field = if names.is_empty() { "participantIds" } else { "usernames" };
    if ids.len() + names.len() > PARTICIPANTS {
        return Err(Error::field(field, format!("must name at most {PARTICIPANTS} people")));
    }
    ctx.read(move |tx| {
        let mut people = Vec::new();
        if !ids.is_empty() {
            let found = users::by_ids(tx, ids.clone())?;
            for id in ids {
                let account = found.iter().find(|account| account.id.0 == id);
                people.push(account.ok_or_else(|| Error::not_found("user"))?.id);
            }
        }
        for name in names {
            people.push(users::by_username(tx, &name)?.ok_or_else(|| Error::not_found("user"))?.id);
        }
        let mut seen = std::collections::HashSet::new();
        people.retain(|id| seen.insert(*id));
        Ok(people)
    })
    .await
}

/// The dm of two people (or of one with themselves), made if there is none; whether it is new.
pub(crate) async fn open_dm(
    ctx: &Ctx,
    me: UserId,
    other: UserId,
    encryption: Encryption,
) -> Result<(ConversationId, bool)> {
    let pair = pair(me, other);
    if let Some(id) = ctx.inner().dm_ids.get(&pair) {
        return Ok((id, false));
    }
    let key = dm_key(me, other);
    let found = {
        let key = key.clone();
        ctx.read(move |tx| Ok(conversations::by_dm_key(tx, &key)?)).await?
    };
    let opened = match found {
        Some(id) => (id, false),
        None => ctx.write(pair.0.0, move |w| insert_dm(w, pair, &key, encryption)).await?,
    };
    ctx.inner().dm_ids.insert(pair, opened.0);
    Ok(opened)
}

fn pair(one: UserId, other: UserId) -> (UserId, UserId) {
    (one.min(other), one.max(other))
}

/// What makes the dm of two people the only one.
pub(super) fn dm_key(one: UserId, other: UserId) -> String {
    let pair = pair(one, other);
    format!("{}:{}", pair.0, pair.1)
}

fn insert_dm(
    w: &mut Write<'_, '_>,
    pair: (UserId, UserId),
    key: &str,
    encryption: Encryption,
) -> Result<(ConversationId, bool)> {
    let conversation = empty(w, ConversationType::Dm, encryption);
    if !conversations::insert(w.tx, &conversation, Some(key))? {
        // The other person was faster.
        let id = conversations::by_dm_key(w.tx, key)?.ok_or_else(|| Error::not_found("conversation"))?;
        return Ok((id, false));
    }
    let other = (pair.1 != pair.0).then_some((pair.1, MemberRole::Member));
    let members: Vec<_> = std::iter::once((pair.0, MemberRole::Member)).chain(other).collect();
    conversations::add_members(w.tx, conversation.id, &members, w.now)?;
    Ok((announce(w, conversation.id)?, true))
}

fn empty(w: &Write<'_, '_>, conversation_type: ConversationType, encryption: Encryption) -> Conversation {
    Conversation {
        id: ConversationId(w.new_id()),
        conversation_type,
        name: None,
        topic: None,
        encryption,
        seq: 0,
        version: 0,
        last_activity: w.at,
        created_at: w.now,
        member_count: 0,
    }
}

/// Lists all members: the event is what brings them into the conversation.
fn announce(w: &mut Write<'_, '_>, id: ConversationId) -> Result<ConversationId> {
    let note = log::Note { kind: log::kind::CREATED, ..Default::default() };
    w.emit(Scope::Conversation(id), &note, |tx, _| {
        let view =
            view::shared_conversation(tx, id, i64::MAX)?.ok_or_else(|| Error::not_found("conversation"))?;
        Ok(Event::ConversationCreated(Box::new(view)))
    })?;
    Ok(id)
}
