//! What the server tells about itself: `/api/server`, `/api/socket/stats`, `/metrics`.

use crate::config::Registration;
use crate::http::address::Peer;
use crate::http::auth::{Signed, bearer};
use crate::http::{Problem, Reply, State};
use axum::extract::State as From;
use axum::response::IntoResponse;
use http::{HeaderMap, header::CONTENT_TYPE};
use kith_api::view::{RegistrationPolicy, ServerInfo, ServerLimits, SocketFigures};
use kith_core::{CONTENT_CHARS, ENCRYPTED_BYTES, Error};
use subtle::ConstantTimeEq;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What this version can do that clients may ask for before they offer it.
const FEATURES: &[&str] =
    &["edits", "groups", "presence", "reactions", "receipts", "replies", "sync", "typing"];

/// Routes under `/api`.
pub(in crate::http) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(get_server)).routes(routes!(get_socket_stats))
}

/// Routes for operators, beside `/api`.
pub(in crate::http) fn metrics_route() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(get_metrics))
}

/// See what the server offers
///
/// For everybody, before signing in.
#[utoipa::path(get, path = "/server", tag = "Operations", security(()), responses((status = 200, body = Reply<ServerInfo>)))]
async fn get_server(From(state): From<State>) -> Reply<ServerInfo> {
    let config = &state.config;
    let limits = ServerLimits {
        content_characters: CONTENT_CHARS as u64,
        encrypted_bytes: ENCRYPTED_BYTES as u64,
        password_characters: config.auth.password_min_length.into(),
        payload_bytes: config.realtime.max_payload.0,
    };
    let info = ServerInfo {
        name: config.server.name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        registration: match config.auth.registration {
            Registration::Open => RegistrationPolicy::Open,
            Registration::Closed => RegistrationPolicy::Closed,
        },
        limits,
        providers: Vec::new(),
        features: FEATURES.iter().map(ToString::to_string).collect(),
        time: state.ctx.now(),
    };
    Reply::ok("This server.", info)
}

/// See how many are connected
#[utoipa::path(get, path = "/socket/stats", tag = "Operations", responses((status = 200, body = Reply<SocketFigures>)))]
async fn get_socket_stats(From(state): From<State>, Signed(_actor): Signed) -> Reply<SocketFigures> {
    Reply::ok("Connections.", state.sockets.stats())
}

/// Read the metrics
///
/// In the Prometheus text format. From this machine, or with the token of `telemetry.metrics_token`; for everybody
/// else there is nothing here.
#[utoipa::path(get, path = "/metrics", tag = "Operations", security((), ("metricsToken" = [])),
    responses((status = 200, body = String, content_type = "text/plain", example = "kith_users_online 2"), (status = 404)))]
async fn get_metrics(
    From(state): From<State>,
    peer: Peer,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let token = state.config.telemetry.metrics_token.as_ref();
    let knows_token = token
        .zip(bearer(&headers))
        .is_some_and(|(token, given)| bool::from(token.expose().as_bytes().ct_eq(given.as_bytes())));
    if !peer.local && !knows_token {
        return Err(Error::not_found("page").into());
    }
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], state.metrics.render()))
}
