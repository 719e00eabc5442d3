//! What surrounds every request: its id, and the headers of its answer.

use crate::server::{Answer, Server};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_request_id_is_taken_or_made_and_always_told() {
    let server = Server::start().await;
    let with = async |id: &str| {
        let request = server.request(Method::GET, "/api/nothing").header("x-request-id", id);
        Answer::of(request.send().await.unwrap()).await
    };
    for id in ["abc-123", "two words", &"x".repeat(128)] {
        let answer = with(id).await;
        assert_eq!(answer.header("x-request-id"), Some(id));
        assert_eq!(answer.refused(404, "not_found")["requestId"], id);
    }
    for id in ["", &"x".repeat(129), "caf\u{e9}"] {
        let answer = with(id).await;
        let made = answer.header("x-request-id").unwrap().to_owned();
        assert_eq!(made.len(), 36, "{made}");
        assert_eq!(answer.refused(404, "not_found")["requestId"], made.as_str());
    }
    let health = server.call("GET", "/health/live", Value::Null).await;
    assert!(health.header("x-request-id").is_some());
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let server = Server::start().await;
    for path in
        ["/", "/app/chats", "/health", "/metrics", "/api/server", "/api/nothing", "/api/auth/me", "/api-docs"]
    {
        let answer = server.call("GET", path, Value::Null).await;
        let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{path}"));
        for part in [
            "default-src 'self'",
            "script-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "img-src 'self' data: blob:",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        let host = server.origin.trim_start_matches("http://");
        assert!(policy.contains(&format!("connect-src 'self' ws://{host} wss://{host}")), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert!(answer.header("permissions-policy").unwrap().contains("geolocation=()"));
        assert_eq!(answer.header("strict-transport-security"), None);
        assert_eq!(answer.header("server"), None);
    }
    let api = server.call("GET", "/api/server", Value::Null).await;
    assert_eq!(api.header("cache-control"), Some("no-store"));
}
