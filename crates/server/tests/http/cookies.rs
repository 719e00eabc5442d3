//! Cookies, and the rule against requests that a foreign page made.

use crate::server::{Answer, PASSWORD, Person, Server};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

/// What a browser sends back.
async fn cookies_of(server: &Server, name: &str) -> (String, Vec<String>) {
    let body = json!({"username": name, "password": PASSWORD});
    let answer = server.call("POST", "/api/auth/login", body).await.expect(200);
    let set: Vec<String> =
        answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap().to_owned()).collect();
    let sent: Vec<_> = set.iter().map(|line| line.split(';').next().unwrap()).collect();
    (sent.join("; "), set)
}

async fn answer(request: RequestBuilder) -> Answer {
    Answer::of(request.send().await.unwrap()).await
}

fn note(person: &Person<'_>) -> serde_json::Value {
    json!({"receiverId": person.id, "content": "Hello"})
}

#[tokio::test]
async fn signing_in_sets_cookies_that_scripts_cannot_read() {
    let server = Server::start().await;
    server.person("ada").await;
    let (_, set) = cookies_of(&server, "ada").await;
    let [access, refresh] = &set[..] else { panic!("{set:?}") };
    assert!(
        access.starts_with("kith_access=") && access.contains("; Path=/;") && access.contains("Max-Age=900")
    );
    assert!(refresh.starts_with("kith_refresh=") && refresh.contains("; Path=/api/auth;"), "{refresh}");
    assert!(refresh.contains("Max-Age=604800"));
    for cookie in &set {
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"), "{cookie}");
        assert!(!cookie.contains("Secure"), "plain HTTP: {cookie}");
    }
}

#[tokio::test]
async fn behind_tls_cookies_are_secure_and_hsts_is_on() {
    let server = Server::with(&[("server.public_url", "https://chat.example.org")]).await;
    server.person("ada").await;
    let (_, set) = cookies_of(&server, "ada").await;
    assert!(set.iter().all(|cookie| cookie.ends_with("; Secure")), "{set:?}");
    let answer = server.call("GET", "/api/server", serde_json::Value::Null).await;
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));

    let proxied = Server::with(&[("server.trusted_proxies", "127.0.0.1")]).await;
    let request = proxied.request(Method::GET, "/api/server").header("x-forwarded-proto", "https");
    let answer = self::answer(request).await;
    assert!(answer.header("strict-transport-security").is_some());
    let spoofed = Server::start().await;
    let request = spoofed.request(Method::GET, "/api/server").header("x-forwarded-proto", "https");
    assert_eq!(self::answer(request).await.header("strict-transport-security"), None);
}

#[tokio::test]
async fn a_foreign_page_can_change_nothing() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let (cookies, _) = cookies_of(&server, "ada").await;
    let send = || server.request(Method::POST, "/api/messages").header("cookie", &cookies).json(&note(&ada));

    answer(server.request(Method::GET, "/api/auth/me").header("cookie", &cookies)).await.expect(200);
    answer(send()).await.refused(403, "csrf");
    for origin in ["null", "https://evil.example", "http://127.0.0.1:1"] {
        answer(send().header("origin", origin)).await.refused(403, "csrf");
    }
    answer(send().header("sec-fetch-site", "cross-site")).await.refused(403, "csrf");
    answer(send().header("origin", &server.origin)).await.expect(201);
    answer(send().header("sec-fetch-site", "same-origin")).await.expect(201);
    // A bearer token is nothing that a browser adds by itself.
    answer(send().header("origin", "https://evil.example").bearer_auth(&ada.token)).await.expect(201);
}

#[tokio::test]
async fn refreshing_and_signing_out_by_cookie_keep_the_rule() {
    let server = Server::start().await;
    server.person("ada").await;
    let (cookies, _) = cookies_of(&server, "ada").await;
    let post = |path: &str| server.request(Method::POST, path).header("cookie", &cookies);
    answer(post("/api/auth/refresh")).await.refused(403, "csrf");
    let renewed = answer(post("/api/auth/refresh").header("origin", &server.origin)).await.expect(200);
    assert_eq!(renewed.headers.get_all("set-cookie").iter().count(), 2);
    answer(post("/api/auth/logout")).await.refused(403, "csrf");
    let out = answer(post("/api/auth/logout").header("origin", &server.origin)).await.expect(200);
    let cleared: Vec<_> = out.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    assert!(
        cleared.len() == 2
            && cleared.iter().all(|cookie| cookie.contains("=; ") && cookie.contains("Max-Age=0"))
    );
    answer(server.request(Method::POST, "/api/auth/refresh")).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn the_bearer_token_wins_over_the_cookie() {
    let server = Server::start().await;
    server.person("ada").await;
    let bob = server.person("bob").await;
    let (cookies, _) = cookies_of(&server, "ada").await;
    let me = |token: &str| {
        server.request(Method::GET, "/api/auth/me").header("cookie", &cookies).bearer_auth(token)
    };
    assert_eq!(answer(me(&bob.token)).await.data()["username"], "bob");
    answer(me("garbage")).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn other_origins_are_answered_only_if_listed() {
    let app = "https://app.example.org";
    let server = Server::with(&[("server.cors_origins", app)]).await;
    let ada = server.person("ada").await;
    let (cookies, _) = cookies_of(&server, "ada").await;
    let preflight = |origin: &str| {
        let request = server.request(Method::OPTIONS, "/api/messages").header("origin", origin);
        request
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
    };
    let allowed = answer(preflight(app)).await.expect(200);
    assert_eq!(allowed.header("access-control-allow-origin"), Some(app));
    assert_eq!(allowed.header("access-control-allow-credentials"), Some("true"));
    assert!(allowed.header("access-control-allow-methods").unwrap().contains("PATCH"));
    let foreign = answer(preflight("https://evil.example")).await;
    assert_eq!(foreign.header("access-control-allow-origin"), None);

    let send = server.request(Method::POST, "/api/messages").header("cookie", &cookies).json(&note(&ada));
    let sent = answer(send.header("origin", app)).await.expect(201);
    let exposed = sent.header("access-control-expose-headers").unwrap();
    assert!(exposed.contains("x-request-id") && exposed.contains("ratelimit-remaining"), "{exposed}");
}

#[tokio::test]
async fn any_origin_is_answered_without_cookies() {
    let server = Server::with(&[("server.cors_origins", "*")]).await;
    let request = server.request(Method::GET, "/api/server").header("origin", "https://page.example");
    let answer = answer(request).await.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://page.example"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
}
