//! All routes, in order from the outside in.

use super::auth::identify;
use super::routes::{accounts, conversations, docs, health, messages, participants, profiles, server, sync};
use super::{Problem, State, assets, cors, headers, request, throttle};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use kith_api::ErrorCode;
use kith_core::Error;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::path::Paths;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Most bytes of a body.
const BODY_BYTES: usize = 1024 * 1024;

/// The REST API, the operations and the web client, with everything that surrounds a request.
pub fn router(state: &State) -> Router {
    wrap(routes(state), state)
}

/// The routes alone: others can be merged before [`wrap`].
pub fn routes(state: &State) -> Router {
    // Gateway-style clients leave `/api` away.
    let api: Router<State> = Router::from(api()).merge(Router::from(shared()));
    let api = api
        .layer(from_fn_with_state(state.clone(), throttle::throttle))
        .layer(from_fn_with_state(state.clone(), identify));
    api.merge(Router::from(operations()))
        .merge(docs::page())
        .merge(assets::routes())
        .fallback(assets::serve)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(state.clone())
}

/// What every process answers whatever its roles are: health and metrics.
pub fn operations_only(state: &State) -> Router {
    Router::from(operations()).fallback(not_here).with_state(state.clone())
}

/// The routes of the realtime engine, with the limit of how many sessions an address may open.
pub fn sockets(routes: Router, state: &State) -> Router {
    routes.layer(from_fn_with_state(state.clone(), throttle::throttle_handshakes))
}

/// Surrounds routes with what every request gets: its id, log line and figures, security headers, CORS, the limit of
/// its body, and an answer even to a panic.
pub fn wrap(routes: Router, state: &State) -> Router {
    let around = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), request::observe))
        .layer(from_fn_with_state(state.clone(), headers::secure))
        .option_layer(cors::layer(&state.config.server))
        .layer(CatchPanicLayer::custom(request::panicked))
        .layer(DefaultBodyLimit::max(BODY_BYTES));
    routes.layer(around)
}

/// All documented routes.
pub fn documented() -> OpenApiRouter<State> {
    api().merge(operations())
}

fn api() -> OpenApiRouter<State> {
    OpenApiRouter::new().nest("/api", shared().merge(server::routes()))
}

/// Routes both under `/api` and without it.
fn shared() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .merge(accounts::routes())
        .merge(profiles::routes())
        .merge(conversations::routes())
        .merge(participants::routes())
        .merge(messages::routes())
        .merge(sync::routes())
}

fn operations() -> OpenApiRouter<State> {
    health::routes().merge(server::metrics_route()).merge(docs::routes())
}

async fn not_here() -> Problem {
    Error::not_found("route").into()
}

async fn method_not_allowed() -> Problem {
    Error::new(ErrorCode::MethodNotAllowed, "This path does not take this method.").into()
}

/// The same routes under another path.
pub(super) fn at(path: &str, routes: UtoipaMethodRouter<State>) -> UtoipaMethodRouter<State> {
    let (schemas, paths, methods) = routes;
    let mut renamed = Paths::new();
    for (_, mut item) in paths.paths {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            let alias = path.trim_start_matches('/').replace(['/', '{', '}'], "_");
            operation.operation_id = operation.operation_id.take().map(|id| format!("{id}_at_{alias}"));
        }
        renamed.paths.insert(path.to_owned(), item);
    }
    (schemas, renamed, methods)
}
