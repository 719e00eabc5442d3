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
