//! Accounts, tokens, cookies and the rule against forged requests.

use crate::server::{Answer, PASSWORD, Server};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn register_sign_in_refresh_and_out() {
    let server = Server::start().await;
    let body = json!({"username": "Ada", "password": PASSWORD, "email": "Ada@example.org", "role": "admin"});
    let first = server.call("POST", "/api/auth/signup", body).await.expect(201).data();
    assert_eq!(first["user"]["username"], "ada");
    assert_eq!(first["user"]["role"], "admin", "the first account administers");
    assert_eq!(first["token"], first["accessToken"]);
    assert_eq!(first["expiresIn"], 900);

    for login in [json!({"email": "ada@example.org"}), json!({"username": "ADA"}), json!({"login": "ada"})] {
        let mut body = login.clone();
        body["password"] = PASSWORD.into();
        server.call("POST", "/api/auth/signin", body).await.expect(200);
    }
    let unknown = json!({"username": "nobody", "password": PASSWORD});
    let unknown = server.call("POST", "/api/auth/login", unknown).await.refused(401, "invalid_credentials");
    let wrong = json!({"username": "ada", "password": "not the password"});
    let wrong = server.call("POST", "/api/auth/login", wrong).await.refused(401, "invalid_credentials");
    assert_eq!(unknown["error"], wrong["error"]);

    let body = json!({"refreshToken": first["refreshToken"]});
    let second = server.call("POST", "/api/auth/refresh", body).await.expect(200).data();
    assert_ne!(second["refreshToken"], first["refreshToken"]);
    let token = second["token"].as_str().unwrap();
    let me = server.request(Method::GET, "/api/auth/me").bearer_auth(token).send().await.unwrap();
    let me = Answer::of(me).await.expect(200).data();
    assert_eq!((&me["email"], &me["accountStatus"]), (&json!("ada@example.org"), &json!("active")));

    let out = server.request(Method::POST, "/api/auth/signout").bearer_auth(token).send().await.unwrap();
    assert_eq!(Answer::of(out).await.expect(200).data(), Value::Null);
    let after = server.request(Method::GET, "/api/auth/me").bearer_auth(token).send().await.unwrap();
    let after = Answer::of(after).await;
    assert_eq!(after.header("www-authenticate"), Some("Bearer"));
    after.refused(401, "session_revoked");
}

#[tokio::test]
async fn racing_refreshes_agree_and_a_replay_ends_the_session() {
    let server = Server::with(&[("auth.refresh_grace", "1s")]).await;
    let ada = server.person("ada").await;
    let body = json!({"refreshToken": ada.refresh_token});
    let racing = (0..8).map(|_| server.call("POST", "/api/auth/refresh", body.clone()));
    let mut successors = Vec::new();
    for answer in futures_util::future::join_all(racing).await {
        successors.push(answer.expect(200).data()["refreshToken"].as_str().unwrap().to_owned());
    }
    successors.dedup();
    assert_eq!(successors.len(), 1);

    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    server.call("POST", "/api/auth/refresh", body).await.refused(401, "session_revoked");
    let successor = json!({"refreshToken": successors[0]});
    server.call("POST", "/api/auth/refresh", successor).await.refused(401, "session_revoked");
    ada.get("/api/auth/me").await.refused(401, "session_revoked");
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let login = json!({"username": "ada", "password": PASSWORD, "deviceId": "d1", "deviceName": "Phone"});
    let phone = server.call("POST", "/api/auth/login", login).await.data();
    let listed = ada.get("/api/auth/sessions").await.expect(200).json();
    assert_eq!(listed["page"], json!({"nextCursor": null, "hasMore": false}));
    let sessions = listed["data"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    assert_eq!(other["deviceName"], "Phone");
    assert_eq!(other["ip"], "127.0.0.1");

    let path = format!("/api/auth/sessions/{}", other["id"].as_str().unwrap());
    ada.call("DELETE", &path, Value::Null).await.expect(200);
    ada.call("DELETE", &path, Value::Null).await.refused(404, "not_found");
    let token = phone["token"].as_str().unwrap();
    let me = server.request(Method::GET, "/api/auth/me").bearer_auth(token).send().await.unwrap();
    Answer::of(me).await.refused(401, "session_revoked");
    ada.call("POST", "/api/auth/logout-all", Value::Null).await.expect(200);
    ada.get("/api/auth/me").await.refused(401, "session_revoked");
}

#[tokio::test]
async fn ten_failures_lock_the_account() {
    let server = Server::start().await;
    server.person("ada").await;
    let wrong = json!({"username": "ada", "password": "wrong"});
    for _ in 0..10 {
        server.call("POST", "/api/auth/login", wrong.clone()).await.refused(401, "invalid_credentials");
    }
    let right = json!({"username": "ada", "password": PASSWORD});
    let locked = server.call("POST", "/api/auth/login", right).await;
    let seconds: u64 = locked.header("retry-after").unwrap().parse().unwrap();
    assert!((800..=900).contains(&seconds), "{seconds}");
    let body = locked.refused(423, "account_locked");
    assert_eq!(body["retryAfter"], seconds);
}

#[tokio::test]
async fn registration_says_what_is_wrong() {
    let server = Server::start().await;
    server.person("ada").await;
    let register = async |body: Value| server.call("POST", "/api/auth/register", body).await;
    let fields = |body: Value| -> Vec<String> {
        let details = body["details"].as_array().unwrap().clone();
        details.iter().map(|detail| detail["field"].as_str().unwrap().to_owned()).collect()
    };
    let bad = register(json!({"username": "a", "password": "short", "email": "nowhere"})).await;
    let bad = fields(bad.refused(422, "validation_failed"));
    assert!(
        ["username", "password", "email"].iter().all(|field| bad.contains(&field.to_string())),
        "{bad:?}"
    );
    let taken = json!({"username": "ADA", "password": PASSWORD});
    register(taken).await.refused(409, "username_taken");
    let many = json!({"username": "bob", "email": "a@example.org", "login": "x", "password": PASSWORD});
    server.call("POST", "/api/auth/login", many).await.refused(422, "validation_failed");
    register(json!({"username": "bob", "password": "x".repeat(1025)}))
        .await
        .refused(422, "validation_failed");
}

#[tokio::test]
async fn a_closed_server_takes_nobody() {
    let server = Server::with(&[("auth.registration", "closed")]).await;
    server.person("its_admin").await;
    let body = json!({"username": "ada", "password": PASSWORD});
    server.call("POST", "/api/auth/register", body).await.refused(403, "registration_closed");
    assert_eq!(server.call("GET", "/api/server", Value::Null).await.data()["registration"], "closed");
}

#[tokio::test]
async fn only_whole_untouched_tokens_count() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let (head, rest) = ada.token.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    let forged = [
        String::new(),
        "x".to_owned(),
        format!("{none}.{claims}."),
        format!("{head}.{claims}."),
        format!("{head}.{}.{signature}", claims.chars().rev().collect::<String>()),
        ada.refresh_token.clone(),
    ];
    for token in forged {
        let me = server.request(Method::GET, "/api/auth/me").bearer_auth(&token).send().await.unwrap();
        Answer::of(me).await.refused(401, "unauthenticated");
    }
    let swapped = json!({"refreshToken": ada.token});
    server.call("POST", "/api/auth/refresh", swapped).await.refused(401, "unauthenticated");
}
