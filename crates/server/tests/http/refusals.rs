//! Bad input: a clear error each, in the envelope.

use crate::server::{Answer, Server};
use reqwest::Method;
use serde_json::{Value, json};

async fn post(server: &Server, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = server.request(Method::POST, "/api/auth/login").header("content-type", kind).body(body);
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn bodies_that_are_not_what_they_should_be() {
    let server = Server::start().await;
    let json = "application/json";
    for text in ["", "{", "not json", "{\"username\":\"a\",\"password\":\"b\"}x", "{\"username\":\"\u{1}\"}"]
    {
        post(&server, json, text).await.refused(400, "malformed_json");
    }
    post(&server, json, vec![b'{', b'"', 0xff, b'"', b'}']).await.refused(400, "malformed_json");
    post(&server, json, "[".repeat(100_000)).await.refused(400, "malformed_json");
    post(&server, "text/plain", "{}").await.refused(415, "unsupported_media_type");
    post(&server, "multipart/form-data; boundary=x", "{}").await.refused(415, "unsupported_media_type");
    let charset =
        post(&server, "application/json; charset=utf-8", r#"{"username":"ada","password":"x"}"#).await;
    charset.refused(401, "invalid_credentials");
    let large = format!(r#"{{"username":"{}"}}"#, "a".repeat(1024 * 1024));
    post(&server, json, large).await.refused(413, "payload_too_large");
}

#[tokio::test]
async fn wrong_types_name_their_field() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let cases = [
        ("/api/auth/login", json!({"username": "ada"}), "password"),
        ("/api/auth/login", json!({"username": 5, "password": "x"}), "username"),
        ("/api/auth/login", json!({"username": "ada", "password": "x", "deviceId": 5}), "deviceId"),
        ("/api/messages", json!({"receiverId": "not an id", "content": "x"}), "receiverId"),
        ("/api/messages", json!({"receiverUsername": "ada", "content": ["x"]}), "content"),
        (
            "/api/messages",
            json!({"receiverUsername": "ada", "encryptedText": "eA==", "encryption": {}}),
            "encryption.scheme",
        ),
        ("/api/messages", json!({"receiverUsername": "ada", "content": "x", "mentions": [7]}), "mentions[0]"),
        ("/api/conversations", json!({"conversationType": "party"}), "conversationType"),
        ("/api/conversations", json!({"conversationType": "dm", "participantIds": "x"}), "participantIds"),
        ("/api/messages", json!([1, 2]), "body"),
    ];
    for (path, body, field) in cases {
        let refused = ada.call("POST", path, body.clone()).await.refused(422, "validation_failed");
        assert_eq!(refused["details"][0]["field"], field, "{path} {body}: {refused}");
        assert!(refused["details"][0]["message"].as_str().is_some_and(|text| !text.is_empty()));
    }
}

#[tokio::test]
async fn alternatives_exclude_each_other() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let dm = ada.dm_with(&server.person("bob").await).await;
    for body in [
        json!({"content": "x"}),
        json!({"conversationId": dm, "receiverUsername": "bob", "content": "x"}),
        json!({"conversationId": dm}),
        json!({"conversationId": dm, "content": "x", "encryptedText": "eA=="}),
        json!({"conversationId": dm, "content": ""}),
        json!({"conversationId": dm, "content": "x".repeat(16_385)}),
        json!({"conversationId": dm, "encryptedText": "not base64!"}),
        json!({"conversationId": dm, "content": "x", "encryption": {"scheme": "aes"}}),
        json!({"conversationId": dm, "content": "x", "clientMessageId": "x".repeat(129)}),
        json!({"conversationId": dm, "content": "x", "messageType": "system"}),
    ] {
        ada.call("POST", "/api/messages", body).await.refused(422, "validation_failed");
    }
    let other = ada.group_with(&[]).await;
    let body = json!({"conversationId": other, "content": "x"});
    let path = format!("/api/conversations/{dm}/messages");
    ada.call("POST", &path, body).await.refused(422, "validation_failed");
}

#[tokio::test]
async fn absurd_paging_is_refused() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let dm = ada.dm_with(&server.person("bob").await).await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=1e9",
        "limit=x",
        "limit=99999999999999999999",
        "offset=-1",
        "offset=1&cursor=b_5",
        "cursor=nonsense",
        "before=1&after=1",
        "before=x",
        "after=1&offset=2",
        "anchor=not-an-id",
        "anchor=01930000-0000-7000-8000-000000000000&around=0",
        "cursor=b_1&before=3",
    ] {
        let answer = ada.get(&format!("/api/conversations/{dm}/messages?{query}")).await;
        let body = answer.refused(422, "validation_failed");
        assert!(!body["details"].as_array().unwrap().is_empty(), "{query}");
    }
    for path in [
        "/api/users?limit=0",
        "/api/conversations?limit=1000",
        "/api/conversations?type=party",
        "/api/sync?limit=0",
    ] {
        ada.get(path).await.refused(422, "validation_failed");
    }
    ada.get("/api/messages").await.refused(422, "validation_failed");
    ada.get(&format!("/api/messages?conversationId={dm}&with=bob")).await.refused(422, "validation_failed");
    let far = ada.get(&format!("/api/conversations/{dm}/messages?offset=1000000")).await.expect(200).json();
    assert_eq!(far["data"], json!([]));
}

#[tokio::test]
async fn unknown_paths_methods_and_ids() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for path in [
        "/api",
        "/api/nothing",
        "/api/users/x/y/z",
        "/nothing",
        "/socket",
        "/api/messages/",
        "/app2",
        "/api/calls",
    ] {
        server.call("GET", path, Value::Null).await.refused(404, "not_found");
    }
    for id in ["x", "%00", "01930000-0000-7000-8000-00000000000", "..%2f..%2fetc%2fpasswd", "'%20OR%201=1"] {
        for path in
            [format!("/api/messages/{id}"), format!("/api/conversations/{id}"), format!("/api/users/{id}")]
        {
            ada.get(&path).await.refused(404, "not_found");
        }
    }
    let unknown = "01930000-0000-7000-8000-000000000000";
    ada.get(&format!("/api/messages/{unknown}")).await.refused(404, "not_found");
    for (method, path) in
        [("DELETE", "/api/messages"), ("PATCH", "/api/auth/login"), ("POST", "/health"), ("PUT", "/auth/me")]
    {
        let answer = ada.call(method, path, Value::Null).await;
        assert!(answer.header("allow").is_some_and(|allow| !allow.is_empty()), "{method} {path}");
        answer.refused(405, "method_not_allowed");
    }
    let strange = server.request(Method::from_bytes(b"FROB").unwrap(), "/api/auth/me").send().await.unwrap();
    Answer::of(strange).await.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn what_the_server_owns_cannot_be_set() {
    let server = Server::start().await;
    server.person("ada").await;
    let bob = server.person("bob").await;
    let body = json!({"displayName": "Bob", "role": "admin", "accountStatus": "suspended", "id": "x", "createdAt": 5});
    let user = bob.call("PUT", &format!("/api/users/{}", bob.id), body).await.expect(200).data();
    assert_eq!((&user["role"], &user["displayName"]), (&json!("user"), &json!("Bob")));
    let ada = bob.get("/api/users/ada").await.data();
    let body = json!({"receiverUsername": "ada", "content": "x", "senderId": ada["id"], "seq": 99, "status": "read"});
    let message = bob.call("POST", "/api/messages", body).await.expect(201).data();
    assert_eq!((&message["senderId"], &message["seq"]), (&json!(bob.id), &json!(1)));
    assert_eq!(message["status"], "sent");
}
