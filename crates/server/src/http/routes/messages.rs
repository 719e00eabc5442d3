//! `/api/messages` and the messages of a conversation.

use crate::http::auth::Signed;
use crate::http::extract::{At, Json, Paging, PagingQuery, Query};
use crate::http::router::at;
use crate::http::throttle::Throttle;
use crate::http::{Done, List, Problem, Reply, State};
use crate::limits::{Key, Tier};
use axum::extract::State as From;
use kith_api::command::{AddReaction, DeleteFor, EditContent, React, ReactionAction, SendMessage, SetStatus};
use kith_api::view::{Edit, Message, Page};
use kith_api::{ConversationId, MessageId};
use kith_core::conversations::{find_dm::find_dm, mark};
use kith_core::messages::list::{self, Span};
use kith_core::messages::{delete, edit, get, react, send};
use kith_core::{Actor, Ctx, Error};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(in crate::http) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list_messages, send_message))
        .routes(routes!(list_conversation_messages, send_conversation_message))
        .routes(at("/chats/{id}/messages", routes!(list_conversation_messages)))
        .routes(routes!(get_message, edit_message, delete_message))
        .routes(routes!(get_history))
        .routes(routes!(set_status))
        .routes(routes!(add_reaction))
        .routes(routes!(remove_reaction))
}

/// Send a message
///
/// To exactly one of `conversationId`, `chatId`, `receiverId`, `receiverUsername`, with exactly one of `content`,
/// `encryptedText`. Repeating a `clientMessageId` answers 200 with the first message and `duplicate: true`.
#[utoipa::path(post, path = "/messages", tag = "Messages",
    responses((status = 201, body = Reply<Message>), (status = 200, body = Reply<Message>),
        (status = 403), (status = 404), (status = 409)))]
async fn send_message(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    throttle: Throttle,
    Json(request): Json<SendMessage>,
) -> Result<Reply<Arc<Message>>, Problem> {
    throttle.take(Tier::Messages, Key::User(actor.user_id())).await?;
    let message = send::send(&ctx, &actor, request).await?;
    Ok(match message.duplicate {
        false => Reply::created("Sent.", message),
        true => Reply::ok("This was sent before.", message),
    })
}

/// Send a message to a conversation
///
/// As `POST /api/messages`, with the destination in the path.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "Messages",
    params(("id" = ConversationId, Path, description = "The conversation.")),
    responses((status = 201, body = Reply<Message>), (status = 200, body = Reply<Message>),
        (status = 403), (status = 409)))]
async fn send_conversation_message(
    from: From<Ctx>,
    signed: Signed,
    throttle: Throttle,
    At(id): At<ConversationId>,
    Json(mut request): Json<SendMessage>,
) -> Result<Reply<Arc<Message>>, Problem> {
    if *request.conversation_id.get_or_insert(id) != id {
        return Err(Error::field("conversationId", "is not the one in the path").into());
    }
    send_message(from, signed, throttle, Json(request)).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
struct Place {
    /// In this conversation. Exactly one of `conversationId` and `with` is needed.
    conversation_id: Option<ConversationId>,
    /// In the dm with this person, by identifier or username.
    #[param(example = "ada")]
    with: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Stretch {
    /// Before this `seq`, newest first. At most one of `before`, `after`, `anchor`, `cursor`, `offset` is allowed.
    before: Option<i64>,
    /// After this `seq`, oldest first.
    after: Option<i64>,
    /// Around this message, oldest first.
    anchor: Option<MessageId>,
    /// So many on each side of `anchor`; 25 if absent.
    #[param(minimum = 1, maximum = 50)]
    around: Option<i64>,
}

impl Stretch {
    /// The one way that a request says where its page is.
    fn span(self, paging: &Paging) -> Result<Span, Error> {
        let around = self.around.unwrap_or(25);
        if !(1..=50).contains(&around) {
            return Err(Error::field("around", "must be 1 to 50"));
        }
        let cursor = paging.cursor.as_deref().map(Span::from_cursor).transpose()?;
        let offset = (paging.offset > 0).then_some(Span::Newest { offset: paging.offset });
        let anchor = self.anchor.map(|anchor| Span::Around { anchor, around });
        let ways = [self.before.map(Span::Before), self.after.map(Span::After), anchor, cursor, offset];
        let mut ways = ways.into_iter().flatten();
        match (ways.next(), ways.next()) {
            (way, None) => Ok(way.unwrap_or(Span::Newest { offset: 0 })),
            _ => {
                Err(Error::field("before", "at most one of before, after, anchor, cursor, offset is allowed"))
            }
        }
    }
}

/// List messages
///
/// Of a conversation, or of the dm with somebody; newest first unless `after` is given.
#[utoipa::path(get, path = "/messages", tag = "Messages", params(PagingQuery),
    responses((status = 200, body = List<Message>), (status = 404)))]
async fn list_messages(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    Query(place): Query<Place>,
    Query(stretch): Query<Stretch>,
    paging: Paging,
) -> Result<List<Message>, Problem> {
    let id = match (place.conversation_id, place.with) {
        (Some(id), None) => Some(id),
        (None, Some(person)) => find_dm(&ctx, &actor, &person).await?,
        _ => {
            return Err(
                Error::field("conversationId", "exactly one of conversationId, with is needed").into()
            );
        }
    };
    list_stretch(&ctx, &actor, id, stretch, paging).await
}

/// List messages of a conversation
///
/// Newest first unless `after` is given.
#[utoipa::path(get, path = "/conversations/{id}/messages", tag = "Messages",
    params(("id" = ConversationId, Path, description = "The conversation."), PagingQuery),
    responses((status = 200, body = List<Message>)))]
async fn list_conversation_messages(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<ConversationId>,
    Query(stretch): Query<Stretch>,
    paging: Paging,
) -> Result<List<Message>, Problem> {
    list_stretch(&ctx, &actor, Some(id), stretch, paging).await
}

/// Two people who have not spoken yet have no conversation, and an empty list.
async fn list_stretch(
    ctx: &Ctx,
    actor: &Actor,
    id: Option<ConversationId>,
    stretch: Stretch,
    paging: Paging,
) -> Result<List<Message>, Problem> {
    let span = stretch.span(&paging)?;
    Ok(List::page(
        "Messages.",
        match id {
            Some(id) => list::list(ctx, actor, id, span, paging.limit).await?,
            None => (Vec::new(), Page::default()),
        },
    ))
}

/// See a message
#[utoipa::path(get, path = "/messages/{id}", tag = "Messages",
    params(("id" = MessageId, Path, description = "The message.")), responses((status = 200, body = Reply<Message>)))]
async fn get_message(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<MessageId>,
) -> Result<Reply<Message>, Problem> {
    Ok(Reply::ok("The message.", get::get(&ctx, &actor, id).await?))
}

/// Edit a message
///
/// Its sender can; earlier texts are kept.
#[utoipa::path(put, path = "/messages/{id}", tag = "Messages",
    params(("id" = MessageId, Path, description = "The message.")),
    responses((status = 200, body = Reply<Message>), (status = 403),
        (status = 409), (status = 410)))]
async fn edit_message(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<MessageId>,
    Json(request): Json<EditContent>,
) -> Result<Reply<Arc<Message>>, Problem> {
    Ok(Reply::ok("Edited.", edit::edit(&ctx, &actor, id, request.content).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Whom {
    /// `everyone`, if absent, or `me`.
    #[serde(rename = "for", default)]
    #[param(inline)]
    whom: DeleteFor,
}

/// Delete a message
///
/// For everyone: its sender and admins of the conversation can, and a tombstone keeps its place. For oneself: it is no
/// longer shown.
#[utoipa::path(delete, path = "/messages/{id}", tag = "Messages",
    params(("id" = MessageId, Path, description = "The message.")),
    responses((status = 200, body = Done), (status = 403)))]
async fn delete_message(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<MessageId>,
    Query(Whom { whom }): Query<Whom>,
) -> Result<Done, Problem> {
    delete::delete(&ctx, &actor, id, whom).await?;
    Ok(Done::new("Deleted."))
}

/// See a message's history
///
/// Its earlier texts, oldest first.
#[utoipa::path(get, path = "/messages/{id}/history", tag = "Messages",
    params(("id" = MessageId, Path, description = "The message."), PagingQuery),
    responses((status = 200, body = List<Edit>)))]
async fn get_history(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<MessageId>,
    Paging { limit, cursor, offset }: Paging,
) -> Result<List<Edit>, Problem> {
    Ok(List::page("Earlier texts.", get::history(&ctx, &actor, id, cursor, offset, limit).await?))
}

/// Mark a message
///
/// As delivered or read, with all before it; only a recipient can, and only forwards.
#[utoipa::path(patch, path = "/messages/{id}/status", tag = "Messages",
    params(("id" = MessageId, Path, description = "The message.")),
    responses((status = 200, body = Reply<Message>), (status = 403)))]
async fn set_status(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<MessageId>,
    Json(request): Json<SetStatus>,
) -> Result<Reply<Message>, Problem> {
    Ok(Reply::ok("Marked.", mark::message(&ctx, &actor, request.status, id).await?))
}

/// React to a message
///
/// With one emoji; doing it twice changes nothing.
#[utoipa::path(post, path = "/messages/{id}/reactions", tag = "Messages",
    params(("id" = MessageId, Path, description = "The message.")),
    responses((status = 200, body = Reply<Message>), (status = 409), (status = 410)))]
async fn add_reaction(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(message_id): At<MessageId>,
    Json(request): Json<AddReaction>,
) -> Result<Reply<Message>, Problem> {
    let request = React { message_id, emoji: request.emoji, action: ReactionAction::Add };
    Ok(Reply::ok("Reacted.", react::react(&ctx, &actor, request).await?))
}

/// Take a reaction back
#[utoipa::path(delete, path = "/messages/{id}/reactions/{emoji}", tag = "Messages",
    params(("id" = MessageId, Path, description = "The message."), ("emoji" = String, Path, description = "The emoji.", example = "👍")),
    responses((status = 200, body = Reply<Message>), (status = 410)))]
async fn remove_reaction(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At((message_id, emoji)): At<(MessageId, String)>,
) -> Result<Reply<Message>, Problem> {
    let request = React { message_id, emoji, action: ReactionAction::Remove };
    Ok(Reply::ok("The reaction was taken back.", react::react(&ctx, &actor, request).await?))
}
