//! Operations: health, metrics, what the server tells of itself.

use crate::server::{Answer, Server};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn health_tells_of_each_dependency() {
    let server = Server::start().await;
    let health = server.call("GET", "/health", Value::Null).await.expect(200).data();
    assert_eq!((&health["status"], &health["version"]), (&json!("ok"), &json!(env!("CARGO_PKG_VERSION"))));
    assert!(health["uptime"].is_u64());
    let names: Vec<_> =
        health["dependencies"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["database", "writer", "realtime"]);
    for part in ["live", "ready", "auth", "users", "messaging", "realtime"] {
        let answer = server.call("GET", &format!("/health/{part}"), Value::Null).await.expect(200);
        assert_eq!(answer.data()["status"], "ok", "{part}");
    }
}

#[tokio::test]
async fn a_draining_server_is_alive_and_not_ready() {
    let server = Server::start().await;
    server.state.drain();
    server.call("GET", "/health/live", Value::Null).await.expect(200);
    let refused = server.call("GET", "/health/ready", Value::Null).await.refused(503, "unavailable");
    assert_eq!(refused["data"]["status"], "draining");
    server.call("GET", "/health/messaging", Value::Null).await.expect(200);
}

#[tokio::test]
async fn metrics_are_for_this_machine_or_a_token() {
    let token = "a token of at least thirty-two bytes";
    let server = Server::with(&[]).await;
    server.call("GET", "/api/nothing", Value::Null).await.expect(404);
    let metrics = server.call("GET", "/metrics", Value::Null).await.expect(200);
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    assert!(metrics.text.contains("# HELP kith_http_requests_total"), "{}", metrics.text);
    assert!(metrics.text.contains("route=\"unmatched\""), "{}", metrics.text);
    assert!(metrics.text.contains("kith_http_request_duration_seconds_bucket"), "{}", metrics.text);

    let relayed =
        |server: &Server| server.request(Method::GET, "/metrics").header("x-forwarded-for", "192.0.2.1");
    Answer::of(relayed(&server).send().await.unwrap()).await.refused(404, "not_found");
    let guarded = Server::with_environment("KITH_TELEMETRY__METRICS_TOKEN", token).await;
    Answer::of(relayed(&guarded).bearer_auth("wrong").send().await.unwrap()).await.refused(404, "not_found");
    Answer::of(relayed(&guarded).bearer_auth(token).send().await.unwrap()).await.expect(200);
}

#[tokio::test]
async fn anybody_may_know_what_the_server_offers() {
    let server = Server::with(&[("server.name", "Family")]).await;
    let info = server.call("GET", "/api/server", Value::Null).await.expect(200).data();
    assert_eq!((&info["name"], &info["registration"]), (&json!("Family"), &json!("open")));
    assert_eq!(info["limits"]["contentCharacters"], 16_384);
    assert!(info["features"].as_array().unwrap().contains(&json!("reactions")));
    assert_eq!(info["providers"], json!([]));
}
