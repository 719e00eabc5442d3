//! `/api/conversations/{id}/participants`: who is in a conversation.

use crate::http::auth::Signed;
use crate::http::extract::{At, Json};
use crate::http::{Done, Problem, Reply, State};
use axum::extract::State as From;
use kith_api::command::{AddParticipant, ChangeRole};
use kith_api::view::Participant;
use kith_api::{ConversationId, UserId};
use kith_core::Ctx;
use kith_core::conversations::{add_member, change_role, remove_member};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(in crate::http) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(add_participant))
        .routes(routes!(change_participant, remove_participant))
}

/// Bring somebody in
///
/// By identifier or name; they see the conversation from its beginning.
#[utoipa::path(post, path = "/conversations/{id}/participants", tag = "Conversations",
    params(("id" = ConversationId, Path, description = "The conversation.")),
    responses((status = 201, body = Reply<Participant>), (status = 403), (status = 409)))]
async fn add_participant(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<ConversationId>,
    Json(request): Json<AddParticipant>,
) -> Result<Reply<Participant>, Problem> {
    Ok(Reply::created("They are in.", add_member::add_member(&ctx, &actor, id, request).await?))
}

/// Change somebody's role
///
/// Naming another owner makes the old one an admin.
#[utoipa::path(put, path = "/conversations/{id}/participants/{userId}", tag = "Conversations",
    params(("id" = ConversationId, Path, description = "The conversation."), ("userId" = UserId, Path, description = "The member.")),
    responses((status = 200, body = Reply<Participant>), (status = 403), (status = 409)))]
async fn change_participant(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At((id, user)): At<(ConversationId, UserId)>,
    Json(request): Json<ChangeRole>,
) -> Result<Reply<Participant>, Problem> {
    let participant = change_role::change_role(&ctx, &actor, id, user, request.role).await?;
    Ok(Reply::ok("The role was changed.", participant))
}

/// Take somebody out, or leave
///
/// The last owner cannot leave without a successor.
#[utoipa::path(delete, path = "/conversations/{id}/participants/{userId}", tag = "Conversations",
    params(("id" = ConversationId, Path, description = "The conversation."), ("userId" = UserId, Path, description = "The member; oneself to leave.")),
    responses((status = 200, body = Done), (status = 403), (status = 409)))]
async fn remove_participant(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At((id, user)): At<(ConversationId, UserId)>,
) -> Result<Done, Problem> {
    remove_member::remove_member(&ctx, &actor, id, user).await?;
    Ok(Done::new("They are no longer in it."))
}
