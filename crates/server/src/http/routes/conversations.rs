//! `/api/conversations`: the conversations of the caller.

use crate::http::auth::Signed;
use crate::http::extract::{At, Json, Paging, PagingQuery, Query};
use crate::http::router::at;
use crate::http::{Done, List, Problem, Reply, State};
use axum::extract::State as From;
use kith_api::ConversationId;
use kith_api::command::{CreateConversation, MarkUpTo, ReceiptKind, UpdateConversation};
use kith_api::view::{Conversation, ConversationType, ReadMarker, Receipt};
use kith_core::Ctx;
use kith_core::conversations::{create, delete, get, list, mark, update};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(in crate::http) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list_conversations, create_conversation))
        .routes(at("/chats", routes!(list_conversations)))
        .routes(routes!(get_conversation, update_conversation, delete_conversation))
        .routes(routes!(mark_read))
        .routes(routes!(mark_delivered))
        .routes(routes!(list_receipts))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only this shape.
    #[serde(rename = "type")]
    conversation_type: Option<ConversationType>,
    /// Only put away, or only not.
    archived: Option<bool>,
}

/// List one's conversations
///
/// Newest activity first, with the newest message and the unread counts.
#[utoipa::path(get, path = "/conversations", tag = "Conversations", params(PagingQuery),
    responses((status = 200, body = List<Conversation>)))]
async fn list_conversations(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    Query(Filter { conversation_type, archived }): Query<Filter>,
    Paging { limit, cursor, offset }: Paging,
) -> Result<List<Conversation>, Problem> {
    let filter = list::Filter { conversation_type, archived, cursor, offset, limit };
    Ok(List::page("Your conversations.", list::list(&ctx, &actor, filter).await?))
}

/// Start a conversation
///
/// Two people have one dm: asking for it again answers 200 with the one they have.
#[utoipa::path(post, path = "/conversations", tag = "Conversations",
    responses((status = 201, body = Reply<Conversation>), (status = 200, body = Reply<Conversation>), (status = 404)))]
async fn create_conversation(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    Json(request): Json<CreateConversation>,
) -> Result<Reply<Conversation>, Problem> {
    Ok(match create::create(&ctx, &actor, request).await? {
        (conversation, true) => Reply::created("The conversation was started.", conversation),
        (conversation, false) => Reply::ok("You have this conversation already.", conversation),
    })
}

/// See a conversation
///
/// With all its participants.
#[utoipa::path(get, path = "/conversations/{id}", tag = "Conversations",
    params(("id" = ConversationId, Path, description = "The conversation.")),
    responses((status = 200, body = Reply<Conversation>)))]
async fn get_conversation(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<ConversationId>,
) -> Result<Reply<Conversation>, Problem> {
    Ok(Reply::ok("The conversation.", get::get(&ctx, &actor, id).await?))
}

/// Change a conversation
///
/// Its name and topic; owners and admins of it can.
#[utoipa::path(put, path = "/conversations/{id}", tag = "Conversations",
    params(("id" = ConversationId, Path, description = "The conversation.")),
    responses((status = 200, body = Reply<Conversation>), (status = 403)))]
async fn update_conversation(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<ConversationId>,
    Json(request): Json<UpdateConversation>,
) -> Result<Reply<Conversation>, Problem> {
    Ok(Reply::ok("The conversation was changed.", update::update(&ctx, &actor, id, request).await?))
}

/// Delete a conversation
///
/// For everybody, with everything in it; its owner can.
#[utoipa::path(delete, path = "/conversations/{id}", tag = "Conversations",
    params(("id" = ConversationId, Path, description = "The conversation.")),
    responses((status = 200, body = Done), (status = 403)))]
async fn delete_conversation(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<ConversationId>,
) -> Result<Done, Problem> {
    delete::delete(&ctx, &actor, id).await?;
    Ok(Done::new("The conversation was deleted."))
}

/// Mark as read
///
/// Everything up to a `seq` or a message; never backwards.
#[utoipa::path(post, path = "/conversations/{id}/read", tag = "Conversations",
    params(("id" = ConversationId, Path, description = "The conversation.")),
    responses((status = 200, body = Reply<ReadMarker>)))]
async fn mark_read(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<ConversationId>,
    Json(request): Json<MarkUpTo>,
) -> Result<Reply<ReadMarker>, Problem> {
    Ok(Reply::ok("Marked as read.", mark::up_to(&ctx, &actor, ReceiptKind::Read, id, request).await?))
}

/// Mark as delivered
///
/// Everything up to a `seq` or a message; never backwards.
#[utoipa::path(post, path = "/conversations/{id}/delivered", tag = "Conversations",
    params(("id" = ConversationId, Path, description = "The conversation.")),
    responses((status = 200, body = Reply<ReadMarker>)))]
async fn mark_delivered(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<ConversationId>,
    Json(request): Json<MarkUpTo>,
) -> Result<Reply<ReadMarker>, Problem> {
    Ok(Reply::ok(
        "Marked as delivered.",
        mark::up_to(&ctx, &actor, ReceiptKind::Delivered, id, request).await?,
    ))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Receipts {
    /// Only members who have received this message.
    #[param(minimum = 1, example = 1)]
    seq: Option<i64>,
}

/// See receipts
///
/// How far each member has received and read.
#[utoipa::path(get, path = "/conversations/{id}/receipts", tag = "Conversations",
    params(("id" = ConversationId, Path, description = "The conversation.")),
    responses((status = 200, body = List<Receipt>)))]
async fn list_receipts(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<ConversationId>,
    Query(Receipts { seq }): Query<Receipts>,
) -> Result<List<Receipt>, Problem> {
    Ok(List::whole("Receipts.", get::receipts(&ctx, &actor, id, seq).await?))
}
