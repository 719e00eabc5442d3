//! Rate limits of requests, and the headers that tell of them (draft-ietf-httpapi-ratelimit-headers-03).

use super::{Problem, State, address::Peer, auth::Identity, problem::seconds};
use crate::limits::{Decision, Key, Limiter, Tier};
use axum::extract::{FromRequestParts, Request, State as From};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use kith_core::Error;
use parking_lot::Mutex;
use std::sync::Arc;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Limits one request; the narrowest limit that was asked is told to the client.
#[derive(Clone)]
pub(super) struct Throttle {
    limiter: Arc<Limiter>,
    told: Arc<Mutex<Option<Decision>>>,
}

impl Throttle {
    /// Takes one from a tier, or refuses.
    pub(super) async fn take(&self, tier: Tier, key: Key) -> Result<(), Error> {
        let Some(decision) = self.limiter.check(tier, key).await else { return Ok(()) };
        *self.told.lock() = Some(decision);
        decision.refusal().map_or(Ok(()), Err)
    }

    /// Gives back what was taken for something that turned out not to count.
    pub(super) fn give_back(&self, tier: Tier, key: Key) {
        self.limiter.give_back(tier, key);
    }

    fn tell(&self, headers: &mut HeaderMap) {
        if let Some(decision) = *self.told.lock() {
            headers.insert(LIMIT, decision.limit.into());
            headers.insert(REMAINING, decision.remaining.into());
            headers.insert(RESET, seconds(decision.reset).into());
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Throttle {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let throttle = parts.extensions.get::<Self>().cloned();
        throttle.ok_or_else(|| Error::internal("a route asks for limits outside the limited routes").into())
    }
}

/// Counts what opens a session of the realtime engine, of its address: such a session outlives its request, and is
/// there before anybody has signed in. Requests of a session that is open are its own.
pub(super) async fn throttle_handshakes(
    From(state): From<State>,
    peer: Peer,
    request: Request,
    next: Next,
) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let opens = !query.split('&').any(|pair| pair.starts_with("sid="));
    let decision = match opens {
        true => state.limiter.check(Tier::Api, Key::address(peer.address)).await,
        false => None,
    };
    match decision.and_then(|decision| decision.refusal()) {
        Some(error) => Problem::from(error).into_response(),
        None => next.run(request).await,
    }
}

/// Counts every request, of its person or else of its address.
pub(super) async fn throttle(
    From(state): From<State>,
    peer: Peer,
    mut request: Request,
    next: Next,
) -> Response {
    let actor = request.extensions().get::<Identity>().and_then(Identity::actor);
    let key = actor.map_or_else(|| Key::address(peer.address), |actor| Key::User(actor.user_id()));
    let throttle = Throttle { limiter: Arc::clone(&state.limiter), told: Arc::default() };
    let mut response = match throttle.take(Tier::Api, key).await {
        Ok(()) => {
            request.extensions_mut().insert(throttle.clone());
            next.run(request).await
        }
        Err(error) => Problem::from(error).into_response(),
    };
    throttle.tell(response.headers_mut());
    response
}
