//! Who sends a request.

use super::{Problem, State, cookies, origin};
use crate::config::Server;
use axum::extract::{FromRequestParts, Request, State as From};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, Method, header::AUTHORIZATION};
use kith_api::ErrorCode;
use kith_core::{Actor, Error};

pub use super::cookies::{access as access_cookie, refresh as refresh_cookie};

/// A signed-in caller; a request without one is refused.
pub struct Signed(pub Actor);

/// What a request's credentials are worth; put there by [`identify`].
#[derive(Clone)]
pub(super) struct Identity(Result<Actor, Error>);

impl Identity {
    pub(super) fn actor(&self) -> Option<&Actor> {
        self.0.as_ref().ok()
    }
}

/// Finds out who sends a request, once for all that ask. A bad token does not stop a request to a public route.
pub(super) async fn identify(From(state): From<State>, mut request: Request, next: Next) -> Response {
    let identity = Identity(caller(&state, request.method(), request.headers()).await);
    if let Some(actor) = identity.actor() {
        let span = tracing::Span::current();
        span.record("user", tracing::field::display(actor.user_id()));
        span.record("session", tracing::field::display(actor.session_id()));
    }
    request.extensions_mut().insert(identity);
    next.run(request).await
}

async fn caller(state: &State, method: &Method, headers: &HeaderMap) -> Result<Actor, Error> {
    if let Some(token) = bearer(headers) {
        return state.ctx.authenticate(token).await;
    }
    let Some(token) = cookies::access(headers) else {
        return Err(Error::unauthenticated("This needs a signed-in caller."));
    };
    if !method.is_safe() {
        check_origin(&state.config.server, headers)?;
    }
    state.ctx.authenticate(token).await
}

/// Refuses what a cookie authenticates and a foreign page may have sent.
pub(super) fn check_origin(server: &Server, headers: &HeaderMap) -> Result<(), Error> {
    if origin::is_trusted(server, headers) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::Csrf, "A request with cookies must come from the server's own pages."))
}

/// The token of `Authorization: Bearer` (RFC 6750).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Identity>() {
            Some(Identity(Ok(actor))) => Ok(Self(actor.clone())),
            Some(Identity(Err(error))) => Err(error.clone().into()),
            None => Err(Error::internal("a route asks for a caller that nobody identified").into()),
        }
    }
}
