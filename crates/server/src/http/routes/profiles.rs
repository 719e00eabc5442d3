//! `/api/users`: people, their profiles, keys and presence.

use crate::http::auth::Signed;
use crate::http::etag::with_etag;
use crate::http::extract::{At, Json, Paging, PagingQuery, Query};
use crate::http::{List, Problem, Reply, State};
use axum::extract::State as From;
use axum::middleware::from_fn;
use kith_api::UserId;
use kith_api::command::{PublishKey, RegisterDevice, UpdatePresence, UpdateProfile};
use kith_api::event::PresenceChanged;
use kith_api::view::{Device, PublicKey, Stats, User};
use kith_core::accounts::{profile, public_key, search, stats};
use kith_core::{Ctx, presence};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

pub(in crate::http) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(search_users))
        .routes(routes!(list_online_users))
        .routes(routes!(get_stats))
        .routes(routes!(register_device))
        .routes(routes!(get_user, update_user).layer(from_fn(with_etag)))
        .routes(routes!(get_public_key).layer(from_fn(with_etag)))
        .routes(routes!(publish_key))
        .routes(routes!(update_presence))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// Beginning of the username or the name to show.
    #[param(example = "ad")]
    #[serde(default)]
    search: String,
}

/// Find people
///
/// By the beginning of their names, in the order of usernames.
#[utoipa::path(get, path = "/users", tag = "Users", params(PagingQuery), responses((status = 200, body = List<User>)))]
async fn search_users(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    Query(Search { search }): Query<Search>,
    Paging { limit, cursor, offset }: Paging,
) -> Result<List<User>, Problem> {
    Ok(List::page("People.", search::search(&ctx, &actor, &search, cursor, offset, limit).await?))
}

/// See who is online
///
/// People who are connected and show it, at most 100.
#[utoipa::path(get, path = "/users/online", tag = "Users", responses((status = 200, body = List<User>)))]
async fn list_online_users(From(ctx): From<Ctx>, Signed(actor): Signed) -> Result<List<User>, Problem> {
    Ok(List::whole("People online.", search::online(&ctx, &actor, 100).await?))
}

/// See one's figures
///
/// Administrators see the server's, too.
#[utoipa::path(get, path = "/users/stats", tag = "Users", responses((status = 200, body = Reply<Stats>)))]
async fn get_stats(From(ctx): From<Ctx>, Signed(actor): Signed) -> Result<Reply<Stats>, Problem> {
    Ok(Reply::ok("Your figures.", stats::get(&ctx, &actor).await?))
}

/// Register a device
///
/// Or change what is known about one.
#[utoipa::path(post, path = "/users/device", tag = "Users",
    responses((status = 201, body = Reply<Device>), (status = 409)))]
async fn register_device(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    Json(request): Json<RegisterDevice>,
) -> Result<Reply<Device>, Problem> {
    Ok(Reply::created("Device registered.", profile::register_device(&ctx, &actor, request).await?))
}

/// See a profile
///
/// With `ETag`; `If-None-Match` is answered with 304 while nothing changed.
#[utoipa::path(get, path = "/users/{id}", tag = "Users",
    params(("id" = String, Path, description = "Identifier or username.", example = "ada")),
    responses((status = 200, body = Reply<User>), (status = 304)))]
async fn get_user(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<String>,
) -> Result<Reply<User>, Problem> {
    Ok(Reply::ok("The profile.", profile::get(&ctx, &actor, &id).await?))
}

/// Change a profile
///
/// One's own; administrators can change any.
#[utoipa::path(put, path = "/users/{id}", tag = "Users",
    params(("id" = UserId, Path, description = "The account.")),
    responses((status = 200, body = Reply<User>), (status = 403), (status = 409)))]
async fn update_user(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<UserId>,
    Json(request): Json<UpdateProfile>,
) -> Result<Reply<User>, Problem> {
    Ok(Reply::ok("The profile was changed.", profile::update(&ctx, &actor, id, request).await?))
}

/// See a public key
///
/// With `ETag`; `If-None-Match` is answered with 304 while it is the same.
#[utoipa::path(get, path = "/users/{id}/public-key", tag = "Users",
    params(("id" = String, Path, description = "Identifier or username.", example = "ada")),
    responses((status = 200, body = Reply<PublicKey>), (status = 304)))]
async fn get_public_key(
    From(ctx): From<Ctx>,
    Signed(_actor): Signed,
    At(id): At<String>,
) -> Result<Reply<PublicKey>, Problem> {
    Ok(Reply::ok("The public key.", public_key::get(&ctx, &id).await?))
}

/// Publish one's public key
///
/// Everyone who shares a conversation hears of a change.
#[utoipa::path(put, path = "/users/me/public-key", tag = "Users", responses((status = 200, body = Reply<PublicKey>)))]
async fn publish_key(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    Json(request): Json<PublishKey>,
) -> Result<Reply<PublicKey>, Problem> {
    Ok(Reply::ok("The key was published.", public_key::publish(&ctx, &actor, request).await?))
}

/// Choose one's presence
///
/// What others see while a device is connected.
#[utoipa::path(put, path = "/users/me/presence", tag = "Users", responses((status = 200, body = Reply<PresenceChanged>)))]
async fn update_presence(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    Json(request): Json<UpdatePresence>,
) -> Result<Reply<PresenceChanged>, Problem> {
    Ok(Reply::ok("Your presence was changed.", presence::update(&ctx, &actor, request.status).await?))
}
