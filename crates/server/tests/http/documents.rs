//! The OpenAPI document, its page, and the web client.

use crate::server::Server;
use serde_json::Value;

/// Every route of the contract that belongs to this version.
const CONTRACT: &[&str] = &[
    "POST /api/auth/register",
    "POST /api/auth/signup",
    "POST /api/auth/login",
    "POST /api/auth/signin",
    "POST /api/auth/refresh",
    "POST /api/auth/logout",
    "POST /api/auth/signout",
    "POST /api/auth/logout-all",
    "GET /api/auth/me",
    "GET /api/auth/sessions",
    "DELETE /api/auth/sessions/{id}",
    "GET /api/users",
    "GET /api/users/online",
    "GET /api/users/stats",
    "POST /api/users/device",
    "GET /api/users/{id}",
    "PUT /api/users/{id}",
    "GET /api/users/{id}/public-key",
    "PUT /api/users/me/public-key",
    "PUT /api/users/me/presence",
    "GET /api/conversations",
    "POST /api/conversations",
    "GET /api/chats",
    "GET /api/conversations/{id}",
    "PUT /api/conversations/{id}",
    "DELETE /api/conversations/{id}",
    "POST /api/conversations/{id}/participants",
    "PUT /api/conversations/{id}/participants/{userId}",
    "DELETE /api/conversations/{id}/participants/{userId}",
    "POST /api/conversations/{id}/read",
    "POST /api/conversations/{id}/delivered",
    "GET /api/conversations/{id}/receipts",
    "GET /api/messages",
    "POST /api/messages",
    "GET /api/conversations/{id}/messages",
    "POST /api/conversations/{id}/messages",
    "GET /api/chats/{id}/messages",
    "GET /api/messages/{id}",
    "PUT /api/messages/{id}",
    "DELETE /api/messages/{id}",
    "GET /api/messages/{id}/history",
    "PATCH /api/messages/{id}/status",
    "POST /api/messages/{id}/reactions",
    "DELETE /api/messages/{id}/reactions/{emoji}",
    "GET /api/sync",
    "GET /api/server",
    "GET /api/socket/stats",
    "GET /health",
    "GET /health/live",
    "GET /health/ready",
    "GET /health/auth",
    "GET /health/users",
    "GET /health/messaging",
    "GET /health/realtime",
    "GET /metrics",
    "GET /api-docs/openapi.json",
];

#[tokio::test]
async fn the_document_lists_the_contract_and_nothing_else() {
    let server = Server::start().await;
    let document = server.call("GET", "/api-docs/openapi.json", Value::Null).await.expect(200).json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let mut listed: Vec<String> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        listed.extend(
            item.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())),
        );
    }
    listed.sort();
    let mut contract: Vec<_> = CONTRACT.iter().map(ToString::to_string).collect();
    contract.sort();
    assert_eq!(listed, contract);
    for name in ["Command", "Event", "ErrorCode", "Error", "Message", "Conversation", "User"] {
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}

#[tokio::test]
async fn its_page_needs_nothing_from_elsewhere() {
    let server = Server::start().await;
    let page = server.call("GET", "/api-docs", Value::Null).await.expect(200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(!page.text.contains("http://") && !page.text.contains("https://"), "{}", page.text);
    for (path, kind) in [("/api-docs/docs.js", "text/javascript"), ("/api-docs/docs.css", "text/css")] {
        assert!(page.text.contains(path));
        let part = server.call("GET", path, Value::Null).await.expect(200);
        assert!(part.header("content-type").unwrap().starts_with(kind));
    }
}

#[tokio::test]
async fn the_client_has_its_paths_and_no_others() {
    let server = Server::start().await;
    let page = server.call("GET", "/", Value::Null).await;
    for path in ["/app", "/app/chats/1"] {
        let answer = server.call("GET", path, Value::Null).await;
        assert_eq!((answer.status, &answer.text), (page.status, &page.text), "{path}");
    }
    for path in ["/chat", "/assets/nothing.js", "/index.htm", "/../Cargo.toml", "/assets/..%2findex.html"] {
        server.call("GET", path, Value::Null).await.refused(404, "not_found");
    }
    if page.status == 200 {
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        let tag = page.header("etag").unwrap();
        let again =
            server.request(reqwest::Method::GET, "/").header("if-none-match", tag).send().await.unwrap();
        assert_eq!(again.status(), 304);
    } else {
        assert_eq!(page.status, 503);
        assert!(page.text.contains("make build"), "{}", page.text);
    }
}
