//! `/api/auth`: registering, signing in and out, sessions.

use crate::http::address::Peer;
use crate::http::auth::{Signed, check_origin, refresh_cookie};
use crate::http::cookies::CookieWriter;
use crate::http::extract::{At, Json, OptionalJson};
use crate::http::router::at;
use crate::http::throttle::Throttle;
use crate::http::{Done, List, Problem, Reply, State};
use crate::limits::{Key, Tier};
use axum::extract::State as From;
use axum::response::IntoResponse;
use http::HeaderMap;
use kith_api::command::{Login, Refresh, Register};
use kith_api::view::{Me, Session, SignedIn, Tokens};
use kith_api::{ErrorCode, SessionId};
use kith_core::accounts::{login, logout, me, refresh, register, sessions};
use kith_core::{Ctx, Error};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(in crate::http) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(sign_up))
        .routes(at("/auth/signup", routes!(sign_up)))
        .routes(routes!(sign_in))
        .routes(at("/auth/signin", routes!(sign_in)))
        .routes(routes!(refresh_tokens))
        .routes(routes!(sign_out))
        .routes(at("/auth/signout", routes!(sign_out)))
        .routes(routes!(sign_out_everywhere))
        .routes(routes!(get_me))
        .routes(routes!(list_sessions))
        .routes(routes!(end_session))
}

/// Make an account
///
/// Registers and signs in, with tokens in the body and as cookies. The first account of a server becomes its
/// administrator.
#[utoipa::path(post, path = "/auth/register", tag = "Accounts", security(()),
    responses((status = 201, body = Reply<SignedIn>), (status = 403), (status = 409)))]
async fn sign_up(
    From(ctx): From<Ctx>,
    peer: Peer,
    cookies: CookieWriter,
    throttle: Throttle,
    Json(request): Json<Register>,
) -> Result<impl IntoResponse, Problem> {
    throttle.take(Tier::Registration, Key::address(peer.address)).await?;
    let signed_in = register::register(&ctx, &peer.into(), request).await?;
    Ok((cookies.set(&signed_in.tokens), Reply::created("Welcome.", signed_in)))
}

/// Sign in
///
/// With exactly one of `email`, `username`, `login`. Unknown accounts and wrong passwords are answered alike.
#[utoipa::path(post, path = "/auth/login", tag = "Accounts", security(()),
    responses((status = 200, body = Reply<SignedIn>), (status = 401), (status = 423)))]
async fn sign_in(
    From(ctx): From<Ctx>,
    peer: Peer,
    cookies: CookieWriter,
    throttle: Throttle,
    Json(request): Json<Login>,
) -> Result<impl IntoResponse, Problem> {
    let name = login::who(&request)?;
    login::refuse_if_locked(&ctx, &name).await?;
    // Counted before the password is looked at, so that many tries at once are no more than many one by one.
    let attempt = Key::sign_in(peer.address, &name);
    throttle.take(Tier::SignIn, attempt).await?;
    let outcome = login::login(&ctx, &peer.into(), request).await;
    if !matches!(&outcome, Err(error) if error.code == ErrorCode::InvalidCredentials) {
        throttle.give_back(Tier::SignIn, attempt);
    }
    let signed_in = outcome?;
    Ok((cookies.set(&signed_in.tokens), Reply::ok("Signed in.", signed_in)))
}

/// Get new tokens
///
/// For the refresh token of the body or of the cookie. Each is used once; using one again later ends the session.
#[utoipa::path(post, path = "/auth/refresh", tag = "Accounts", security((), ("refreshCookie" = [])),
    request_body = Option<Refresh>,
    responses((status = 200, body = Reply<Tokens>), (status = 401), (status = 403)))]
async fn refresh_tokens(
    From(state): From<State>,
    peer: Peer,
    cookies: CookieWriter,
    headers: HeaderMap,
    OptionalJson(request): OptionalJson<Refresh>,
) -> Result<impl IntoResponse, Problem> {
    let token = match (&request.refresh_token, refresh_cookie(&headers)) {
        (Some(token), _) => token,
        (None, Some(token)) => {
            check_origin(&state.config.server, &headers)?;
            token
        }
        (None, None) => return Err(Error::unauthenticated("There is no refresh token.").into()),
    };
    let tokens = refresh::refresh(&state.ctx, &peer.into(), token).await?;
    Ok((cookies.set(&tokens), Reply::ok("Tokens renewed.", tokens)))
}

/// Sign out
///
/// Ends this session and closes its sockets.
#[utoipa::path(post, path = "/auth/logout", tag = "Accounts", responses((status = 200, body = Done)))]
async fn sign_out(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    cookies: CookieWriter,
) -> Result<impl IntoResponse, Problem> {
    logout::logout(&ctx, &actor).await?;
    Ok((cookies.clear(), Done::new("Signed out.")))
}

/// Sign out everywhere
///
/// Ends all sessions of the account, this one too.
#[utoipa::path(post, path = "/auth/logout-all", tag = "Accounts", responses((status = 200, body = Done)))]
async fn sign_out_everywhere(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    cookies: CookieWriter,
) -> Result<impl IntoResponse, Problem> {
    logout::logout_all(&ctx, &actor).await?;
    Ok((cookies.clear(), Done::new("Signed out everywhere.")))
}

/// See one's own account
#[utoipa::path(get, path = "/auth/me", tag = "Accounts", responses((status = 200, body = Reply<Me>)))]
async fn get_me(From(ctx): From<Ctx>, Signed(actor): Signed) -> Result<Reply<Me>, Problem> {
    Ok(Reply::ok("Your account.", me::get(&ctx, &actor).await?))
}

/// List one's sessions
///
/// The signed-in devices, last used first.
#[utoipa::path(get, path = "/auth/sessions", tag = "Accounts", responses((status = 200, body = List<Session>)))]
async fn list_sessions(From(ctx): From<Ctx>, Signed(actor): Signed) -> Result<List<Session>, Problem> {
    Ok(List::whole("Your sessions.", sessions::list(&ctx, &actor).await?))
}

/// End a session
///
/// Signs out one of one's own devices and closes its sockets.
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "Accounts",
    params(("id" = SessionId, Path, description = "The session.")), responses((status = 200, body = Done)))]
async fn end_session(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    At(id): At<SessionId>,
) -> Result<Done, Problem> {
    sessions::revoke(&ctx, &actor, id).await?;
    Ok(Done::new("The session was ended."))
}
