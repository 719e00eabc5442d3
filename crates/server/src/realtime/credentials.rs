//! Where a connection's access token is.

use super::{refusal, refused};
use crate::config::Config;
use crate::http::{auth, origin};
use crate::socket::{ConnectRequest, Refusal};
use kith_core::{Actor, Error};

/// The sub-protocol that carries a token as the one after it.
const SUBPROTOCOL: &str = "kith";

/// The token of a connecting client: `auth.token` (Socket.IO), `?token=`, `Authorization`, the sub-protocol pair, or
/// the sign-in cookie of a page that is allowed to use it.
pub(super) fn token(request: &ConnectRequest, config: &Config) -> Result<String, Refusal> {
    let handshake = &request.handshake;
    let from_auth = request.auth.get("token").and_then(|token| token.as_str()).map(without_scheme);
    let from_query = || {
        let query = handshake.uri.query()?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == "token").map(|(_, value)| value.to_owned())
    };
    let from_header = || auth::bearer(&handshake.headers).map(str::to_owned);
    let from_subprotocol = || {
        let mut offered = handshake.subprotocols();
        offered.find(|name| *name == SUBPROTOCOL)?;
        offered.next().map(str::to_owned)
    };
    if let Some(token) = from_auth.or_else(from_query).or_else(from_header).or_else(from_subprotocol) {
        return Ok(token);
    }
    match auth::access_cookie(&handshake.headers) {
        Some(_) if !origin::is_trusted(&config.server, &handshake.headers) => {
            Err(refusal("This page may not use your sign-in.", "csrf", 4403))
        }
        Some(token) => Ok(token.to_owned()),
        None => Err(refused(Error::unauthenticated("An access token is needed."))),
    }
}

/// Clients put the whole of the `Authorization` header there, too.
fn without_scheme(text: &str) -> String {
    let token = text.strip_prefix("Bearer ").or_else(|| text.strip_prefix("bearer ")).unwrap_or(text);
    token.trim().to_owned()
}

/// The ids of `/ws/{userId}/{sessionId}` must be those of the token; identity comes from nothing else.
pub(super) fn check_path(request: &ConnectRequest, actor: &Actor) -> Result<(), Refusal> {
    let mut parts = request.handshake.uri.path().trim_matches('/').split('/');
    let (Some("ws"), Some(user), Some(session)) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(());
    };
    if user.parse() == Ok(actor.user_id()) && session.parse() == Ok(actor.session_id()) {
        return Ok(());
    }
    Err(refusal("The address names another person's session.", "forbidden", 4403))
}
