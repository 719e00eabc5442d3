//! Sending, editing, deleting, reacting, catching up.

use crate::server::Server;
use serde_json::{Value, json};

#[tokio::test]
async fn all_four_destinations_lead_to_the_same_dm() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let by_name = json!({"receiverUsername": "BOB", "content": "1"});
    let first = ada.call("POST", "/api/messages", by_name).await.expect(201).data();
    let dm = first["conversationId"].clone();
    assert_eq!((&first["chatId"], &first["receiverId"]), (&dm, &json!(bob.id)));
    assert_eq!(first["timestamp"], first["createdAt"]);
    for (n, destination) in
        [("conversationId", &dm), ("chatId", &dm), ("receiverId", &json!(bob.id))].into_iter().enumerate()
    {
        let body = json!({destination.0: destination.1, "content": "again"});
        let message = ada.call("POST", "/api/messages", body).await.expect(201).data();
        assert_eq!((&message["conversationId"], &message["seq"]), (&dm, &json!(n + 2)));
    }
    let path = format!("/api/conversations/{}/messages", dm.as_str().unwrap());
    let body = json!({"encryptedText": "c2VjcmV0", "encryption": {"scheme": "aes-256-cbc", "iv": "AAAA"}});
    let sealed = bob.call("POST", &path, body).await.expect(201).data();
    assert_eq!((&sealed["seq"], &sealed["encryptedText"]), (&json!(5), &json!("c2VjcmV0")));
    assert_eq!(sealed["encryption"]["scheme"], "aes-256-cbc");
    assert!(sealed.get("content").is_none());
    let nobody = json!({"receiverUsername": "nobody", "content": "x"});
    ada.call("POST", "/api/messages", nobody).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_repeated_send_is_one_message() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let dm = ada.dm_with(&bob).await;
    let body = json!({"conversationId": dm, "content": "Once", "clientMessageId": "c-1"});
    let first = ada.call("POST", "/api/messages", body.clone()).await.expect(201).data();
    assert!(first.get("duplicate").is_none());
    let again = ada.call("POST", "/api/messages", body.clone()).await.expect(200).data();
    assert_eq!((&again["id"], &again["duplicate"]), (&first["id"], &json!(true)));
    let other = json!({"conversationId": dm, "content": "Twice", "clientMessageId": "c-1"});
    ada.call("POST", "/api/messages", other).await.refused(409, "idempotency_conflict");
    let of_bob = bob.call("POST", "/api/messages", body).await.expect(201).data();
    assert_ne!(of_bob["id"], first["id"]);
}

#[tokio::test]
async fn edited_deleted_hidden() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let dm = ada.dm_with(&bob).await;
    let message = ada.say(&dm, "Helo").await;
    let path = format!("/api/messages/{}", message["id"].as_str().unwrap());
    let edited = ada.call("PUT", &path, json!({"content": "Hello"})).await.expect(200).data();
    assert!(edited["content"] == "Hello" && edited["editedAt"].is_string());
    bob.call("PUT", &path, json!({"content": "Mine"})).await.refused(403, "forbidden");
    let history = bob.get(&format!("{path}/history")).await.expect(200).data();
    assert_eq!(history[0]["content"], "Helo");

    bob.call("DELETE", &path, Value::Null).await.refused(403, "forbidden");
    bob.call("DELETE", &format!("{path}?for=nobody"), Value::Null).await.refused(422, "validation_failed");
    bob.call("DELETE", &format!("{path}?for=me"), Value::Null).await.expect(200);
    bob.get(&path).await.refused(404, "not_found");
    ada.call("DELETE", &format!("{path}?for=everyone"), Value::Null).await.expect(200);
    let tombstone = ada.get(&path).await.expect(200).data();
    assert!(tombstone["deletedAt"].is_string() && tombstone.get("content").is_none());
    assert_eq!(tombstone["seq"], message["seq"]);
    ada.call("PUT", &path, json!({"content": "Back"})).await.refused(410, "gone");
}

#[tokio::test]
async fn reactions_come_and_go() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let dm = ada.dm_with(&bob).await;
    let message = ada.say(&dm, "Hello").await;
    let path = format!("/api/messages/{}/reactions", message["id"].as_str().unwrap());
    for _ in 0..2 {
        let reacted = bob.call("POST", &path, json!({"emoji": "👍🏽"})).await.expect(200).data();
        assert_eq!(reacted["reactions"], json!([{"emoji": "👍🏽", "count": 1, "userIds": [bob.id]}]));
    }
    bob.call("POST", &path, json!({"emoji": "thumbs up"})).await.refused(422, "validation_failed");
    let without =
        bob.call("DELETE", &format!("{path}/%F0%9F%91%8D%F0%9F%8F%BD"), Value::Null).await.expect(200);
    assert_eq!(without.data()["reactions"], json!([]));
}

#[tokio::test]
async fn catching_up_over_http() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let dm = ada.dm_with(&bob).await;
    let start = bob.get("/api/sync").await.expect(200).data();
    assert_eq!(start["changes"], json!([]));
    ada.say(&dm, "Hello").await;
    let cursor = start["cursor"].as_str().unwrap();
    let page = bob.get(&format!("/api/sync?cursor={cursor}")).await.expect(200).data();
    let changes = page["changes"].as_array().unwrap();
    let message = changes.iter().find(|change| change["type"] == "new_message").unwrap();
    assert_eq!((&message["data"]["content"], &message["conversationId"]), (&json!("Hello"), &json!(dm)));
    assert_eq!(page["hasMore"], false);
    bob.get("/api/sync?cursor=nonsense").await.refused(422, "validation_failed");
}
