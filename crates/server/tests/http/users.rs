//! Profiles, keys, devices, presence.

use crate::server::{Answer, Server};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_profile_belongs_to_its_person() {
    let server = Server::start().await;
    let (ada, bob, eve) =
        (server.person("ada").await, server.person("bob").await, server.person("eve").await);
    let path = format!("/api/users/{}", bob.id);
    let changed = json!({"displayName": " Bob B. ", "bio": "Tea", "email": "bob@example.org"});
    let changed = bob.call("PUT", &path, changed).await.expect(200).data();
    assert_eq!((&changed["displayName"], &changed["email"]), (&json!("Bob B."), &json!("bob@example.org")));
    eve.call("PUT", &path, json!({"bio": "x"})).await.refused(403, "forbidden");
    let seen = eve.get("/api/users/BOB").await.expect(200).data();
    assert!(seen["bio"] == "Tea" && seen.get("email").is_none(), "{seen}");
    assert_eq!(ada.get(&path).await.data()["email"], "bob@example.org", "administrators see it");
    ada.call("PUT", &path, json!({"bio": null})).await.expect(200);
    assert_eq!(eve.get(&path).await.data()["bio"], Value::Null);
    let taken = json!({"email": "BOB@example.org"});
    eve.call("PUT", &format!("/api/users/{}", eve.id), taken).await.refused(409, "email_taken");
    eve.get("/api/users/nobody").await.refused(404, "not_found");
}

#[tokio::test]
async fn profiles_and_keys_are_tagged() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    ada.get("/api/users/ada/public-key").await.refused(404, "not_found");
    let key = json!({"publicKey": "MIIB", "algorithm": "RSA-OAEP-4096"});
    let key = ada.call("PUT", "/api/users/me/public-key", key).await.expect(200).data();
    assert_eq!(key["fingerprint"].as_str().unwrap().len(), 64);
    for path in ["/api/users/ada", "/api/users/ada/public-key"] {
        let first = ada.get(path).await.expect(200);
        let tag = first.header("etag").unwrap().to_owned();
        assert_eq!(first.header("cache-control"), Some("private, no-cache"));
        let again = || server.request(Method::GET, path).bearer_auth(&ada.token);
        let same = Answer::of(again().header("if-none-match", &tag).send().await.unwrap()).await.expect(304);
        assert_eq!((same.text.as_str(), same.header("etag")), ("", Some(tag.as_str())));
        Answer::of(again().header("if-none-match", "\"x\"").send().await.unwrap()).await.expect(200);
    }
    let key = json!({"publicKey": "other"});
    ada.call("PUT", "/api/users/me/public-key", key).await.expect(200);
    assert_eq!(ada.get("/api/users/ada/public-key").await.data()["publicKey"], "other");
}

#[tokio::test]
async fn devices_figures_and_presence() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let dm = bob.dm_with(&ada).await;
    bob.say(&dm, "Hello").await;
    let device = json!({"deviceId": "d1", "platform": "web", "pushSubscription": {"ignored": true}});
    assert_eq!(bob.call("POST", "/api/users/device", device).await.expect(201).data()["deviceId"], "d1");
    bob.call("POST", "/api/users/device", json!({"deviceId": ""})).await.refused(422, "validation_failed");
    let mine = bob.get("/api/users/stats").await.expect(200).data();
    assert_eq!((&mine["messagesSent"], &mine["conversations"]), (&json!(1), &json!(1)));
    assert!(mine.get("server").is_none());
    assert_eq!(ada.get("/api/users/stats").await.data()["server"]["users"], 2);
    assert_eq!(
        bob.call("PUT", "/api/users/me/presence", json!({"status": "dnd"})).await.expect(200).data()["userId"],
        bob.id
    );
    bob.call("PUT", "/api/users/me/presence", json!({"status": "busy"}))
        .await
        .refused(422, "validation_failed");
    assert_eq!(bob.get("/api/users/online").await.expect(200).data(), json!([]));
    assert_eq!(bob.get("/api/socket/stats").await.expect(200).data()["transports"]["polling"], 1);
}
