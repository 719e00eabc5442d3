//! `/api-docs`: the OpenAPI document, and a page that shows it and tries it out.

use crate::http::State;
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use std::sync::LazyLock;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(in crate::http) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(get_openapi))
}

/// The page and its parts, which are no API.
pub(in crate::http) fn page() -> Router<State> {
    let part = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], text) })
    };
    Router::new()
        .route("/api-docs", part("text/html; charset=utf-8", include_str!("../docs/index.html")))
        .route("/api-docs/docs.css", part("text/css; charset=utf-8", include_str!("../docs/docs.css")))
        .route("/api-docs/docs.js", part("text/javascript; charset=utf-8", include_str!("../docs/docs.js")))
}

/// Made when it is first asked for: it never changes.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| crate::openapi::openapi().to_json().unwrap_or_default());

/// Read this document
#[utoipa::path(get, path = "/api-docs/openapi.json", tag = "Operations", security(()), responses((status = 200, body = Object)))]
async fn get_openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")], DOCUMENT.as_str())
}
