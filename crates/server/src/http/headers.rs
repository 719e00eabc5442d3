//! Headers that tell browsers what a page of ours may do, on every response.

use super::{State, address::Peer};
use axum::extract::{Request, State as From};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

/// What pages may load: their own files, nothing inline, and no string becomes code. `{sockets}` are the server's own
/// WebSockets, which not every browser counts as `'self'`.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    media-src 'self' blob:; font-src 'self'; worker-src 'self'; manifest-src 'self'; connect-src 'self'{sockets}; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'";

const FIXED: [(HeaderName, &str); 7] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (CACHE_CONTROL, "no-store"),
];

/// Calls need camera, microphone and screen; nothing else is needed.
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), \
    publickey-credentials-get=(self), geolocation=(), payment=(), usb=(), midi=(), serial=()";

/// Adds the headers that an answer does not have of its own.
pub(super) async fn secure(From(state): From<State>, peer: Peer, request: Request, next: Next) -> Response {
    let policy = content_policy(&state, request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    if peer.tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

fn content_policy(state: &State, headers: &HeaderMap) -> String {
    let public = state.config.server.public_url.as_ref();
    let public = public.and_then(|url| url.as_str().split_once("://")).map(|(_, authority)| authority);
    let host = || headers.get(HOST).and_then(|host| host.to_str().ok()).filter(|host| is_authority(host));
    let sockets = public.or_else(host).map(|host| format!(" ws://{host} wss://{host}"));
    POLICY.replace("{sockets}", sockets.as_deref().unwrap_or_default())
}

/// A host and port as they may stand in a policy, where a space or semicolon would begin something else.
fn is_authority(host: &str) -> bool {
    host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_cannot_extend_the_policy() {
        assert!(is_authority("chat.example.org:8443") && is_authority("[2001:db8::1]:3000"));
        assert!(!is_authority("a; script-src *") && !is_authority("a b") && !is_authority("a,b"));
    }
}
