//! Rate limits, and what is said of them.

use crate::server::{Answer, PASSWORD, Server};
use reqwest::Method;
use serde_json::{Value, json};

fn told(answer: &Answer) -> (u64, u64, u64) {
    let number = |name| answer.header(name).unwrap_or_else(|| panic!("no {name}")).parse().unwrap();
    (number("ratelimit-limit"), number("ratelimit-remaining"), number("ratelimit-reset"))
}

#[tokio::test]
async fn requests_of_an_address_and_of_a_person_are_counted_apart() {
    let server = Server::with(&[("limits.api", "60/1m burst 3")]).await;
    let ada = server.person("ada").await;
    let first = ada.get("/api/auth/me").await.expect(200);
    assert_eq!(told(&first), (3, 2, 1));
    ada.get("/api/auth/me").await.expect(200);
    assert_eq!(told(&ada.get("/api/auth/me").await).1, 0);
    let refused = ada.get("/api/auth/me").await;
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(told(&refused).1, 0);
    let body = refused.refused(429, "rate_limited");
    assert_eq!(body["retryAfter"], 1);
    server.call("GET", "/api/server", Value::Null).await.expect(200);
    // Not counted: whoever watches the server must not be locked out.
    for _ in 0..5 {
        let health = server.call("GET", "/health/live", Value::Null).await.expect(200);
        assert_eq!(health.header("ratelimit-limit"), None);
    }
}

#[tokio::test]
async fn a_spoofed_address_is_limited_all_the_same() {
    let server = Server::with(&[("limits.api", "1/1m")]).await;
    for n in 0..3 {
        let request =
            server.request(Method::GET, "/api/server").header("x-forwarded-for", format!("192.0.2.{n}"));
        let expected = if n == 0 { 200 } else { 429 };
        Answer::of(request.send().await.unwrap()).await.expect(expected);
    }
    let proxied = Server::with(&[("limits.api", "1/1m"), ("server.trusted_proxies", "127.0.0.1")]).await;
    for n in 0..3 {
        let request =
            proxied.request(Method::GET, "/api/server").header("x-forwarded-for", format!("192.0.2.{n}"));
        Answer::of(request.send().await.unwrap()).await.expect(200);
    }
}

#[tokio::test]
async fn failed_sign_ins_count_and_others_do_not() {
    let server = Server::with(&[("limits.preset", "strict"), ("limits.api", "off")]).await;
    server.person("ada").await;
    server.person("bob").await;
    let login = async |name: &str, password: &str| {
        server.call("POST", "/api/auth/login", json!({"username": name, "password": password})).await
    };
    for _ in 0..5 {
        assert_eq!(told(&login("ada", PASSWORD).await.expect(200)).0, 3);
    }
    for _ in 0..3 {
        login("ada", "wrong").await.refused(401, "invalid_credentials");
    }
    login("ADA", PASSWORD).await.refused(429, "rate_limited");
    login("bob", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn messages_and_registrations_have_limits_of_their_own() {
    let server = Server::with(&[("limits.messages", "60/1m burst 2"), ("limits.registration", "2/1h")]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let body = json!({"username": "eve", "password": PASSWORD});
    let third = server.call("POST", "/api/auth/register", body).await;
    let seconds: u64 = third.header("retry-after").unwrap().parse().unwrap();
    assert!((1700..=1800).contains(&seconds), "{seconds}");
    third.refused(429, "rate_limited");
    let dm = ada.dm_with(&bob).await;
    let body = json!({"conversationId": dm, "content": "x"});
    for remaining in [1, 0] {
        let sent = ada.call("POST", "/api/messages", body.clone()).await.expect(201);
        assert_eq!(told(&sent), (2, remaining, 2 - remaining));
    }
    let path = format!("/api/conversations/{dm}/messages");
    ada.call("POST", &path, body.clone()).await.refused(429, "rate_limited");
    ada.get(&path).await.expect(200);
    bob.call("POST", "/api/messages", body).await.expect(201);
}
