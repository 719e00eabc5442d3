//! `ETag` and `If-None-Match` (RFC 9110, section 13.1.2) for what clients ask for again and again.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use sha2::{Digest, Sha256};

/// Tags successful answers of the routes to `GET` by their content.
pub(super) async fn with_etag(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let asked = request.headers().clone();
    let response = next.run(request).await;
    if !reads || response.status() != StatusCode::OK {
        return response;
    }
    let (mut head, body) = response.into_parts();
    // The body was made here in memory, so there is nothing to wait for and no limit to keep.
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let tag = tag(&body);
    if let Ok(value) = HeaderValue::from_str(&tag) {
        head.headers.insert(ETAG, value);
    }
    head.headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if !matches(&asked, &tag) {
        return Response::from_parts(head, Body::from(body));
    }
    head.status = StatusCode::NOT_MODIFIED;
    head.headers.remove(CONTENT_LENGTH);
    head.headers.remove(CONTENT_TYPE);
    Response::from_parts(head, Body::empty())
}

/// The tag of a content.
pub(super) fn tag(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    let first = hash.iter().take(12);
    format!("\"{}\"", first.map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// Whether the client has this content already.
pub(super) fn matches(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_of_several_tags_matches_weakly() {
        let tag = tag(b"content");
        let asked = |text: &str| {
            let value = HeaderValue::from_str(text).unwrap();
            matches(&HeaderMap::from_iter([(IF_NONE_MATCH, value)]), &tag)
        };
        assert!(asked(&tag) && asked("*") && asked(&format!("\"other\", W/{tag}")));
        assert!(!asked("\"other\"") && !matches(&HeaderMap::new(), &tag));
        assert_ne!(tag, super::tag(b"other"));
    }
}
