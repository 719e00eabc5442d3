//! Whose pages may call the API from another origin (the Fetch standard's CORS protocol).

use crate::config::{CorsOrigin, Server};
use http::{HeaderName, HeaderValue, Method, header};
use std::time::Duration;
use tower_http::cors::{AllowCredentials, AllowOrigin, CorsLayer};

const EXPOSED: [HeaderName; 6] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("ratelimit-limit"),
    HeaderName::from_static("ratelimit-remaining"),
    HeaderName::from_static("ratelimit-reset"),
    header::RETRY_AFTER,
    header::ETAG,
];
const ACCEPTED: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_NONE_MATCH,
    HeaderName::from_static("x-request-id"),
];

/// Answers browsers that ask for other origins; `None` if there are none to allow.
pub(super) fn layer(server: &Server) -> Option<CorsLayer> {
    let any = server.cors_origins.contains(&CorsOrigin::Any);
    let listed: Vec<HeaderValue> = server
        .cors_origins
        .iter()
        .filter_map(|origin| match origin {
            CorsOrigin::Only(origin) => HeaderValue::from_str(origin.as_str()).ok(),
            CorsOrigin::Any => None,
        })
        .collect();
    if !any && listed.is_empty() {
        return None;
    }
    let trusted = listed.clone();
    Some(
        CorsLayer::new()
            .allow_origin(AllowOrigin::predicate(move |origin, _| any || listed.contains(origin)))
            .allow_credentials(AllowCredentials::predicate(move |origin, _| trusted.contains(origin)))
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers(ACCEPTED)
            .expose_headers(EXPOSED)
            .max_age(Duration::from_secs(600)),
    )
}
