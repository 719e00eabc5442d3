//! Conversations, who is in them, and what was read.

use crate::server::Server;
use serde_json::{Value, json};

#[tokio::test]
async fn two_people_have_one_dm() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let body = json!({"conversationType": "dm", "usernames": ["Bob"]});
    let first = ada.call("POST", "/api/conversations", body).await.expect(201).data();
    assert_eq!(first["chatId"], first["id"]);
    let body = json!({"conversationType": "dm", "participantIds": [ada.id]});
    let again = bob.call("POST", "/api/conversations", body).await.expect(200).data();
    assert_eq!(again["id"], first["id"]);
    let unknown = json!({"conversationType": "dm", "usernames": ["nobody"]});
    ada.call("POST", "/api/conversations", unknown).await.refused(404, "not_found");
    let group = json!({"conversationType": "group", "usernames": ["bob"]});
    ada.call("POST", "/api/conversations", group).await.refused(422, "validation_failed");
}

#[tokio::test]
async fn a_group_from_beginning_to_end() {
    let server = Server::start().await;
    let (ada, bob, eve) =
        (server.person("ada").await, server.person("bob").await, server.person("eve").await);
    let group = ada.group_with(&[&bob]).await;
    let path = format!("/api/conversations/{group}");
    let people = format!("{path}/participants");

    let renamed =
        ada.call("PUT", &path, json!({"name": "Closest friends", "topic": "Tea"})).await.expect(200);
    assert_eq!(
        (&renamed.data()["name"], &renamed.data()["topic"]),
        (&json!("Closest friends"), &json!("Tea"))
    );
    let cleared = ada.call("PUT", &path, json!({"topic": null})).await.expect(200).data();
    assert_eq!((&cleared["name"], &cleared["topic"]), (&json!("Closest friends"), &Value::Null));
    bob.call("PUT", &path, json!({"name": "Mine"})).await.refused(403, "forbidden");
    eve.get(&path).await.refused(404, "not_found");

    bob.call("POST", &people, json!({"username": "eve"})).await.refused(403, "forbidden");
    let eve_in = ada.call("POST", &people, json!({"username": "eve"})).await.expect(201).data();
    assert_eq!((&eve_in["userId"], &eve_in["role"]), (&json!(eve.id), &json!("member")));
    ada.call("POST", &people, json!({"userId": eve.id})).await.refused(409, "conflict");
    ada.call("POST", &people, json!({})).await.refused(422, "validation_failed");
    assert_eq!(eve.get(&path).await.expect(200).data()["participants"].as_array().unwrap().len(), 3);

    let of = |person: &str| format!("{people}/{person}");
    let admin = ada.call("PUT", &of(&bob.id), json!({"role": "admin"})).await.expect(200).data();
    assert_eq!(admin["role"], "admin");
    bob.call("DELETE", &of(&eve.id), Value::Null).await.expect(200);
    eve.get(&path).await.refused(404, "not_found");
    ada.call("DELETE", &of(&ada.id), Value::Null).await.refused(409, "last_owner");
    bob.call("DELETE", &path, Value::Null).await.refused(403, "forbidden");
    ada.call("PUT", &of(&bob.id), json!({"role": "owner"})).await.expect(200);
    ada.call("DELETE", &of(&ada.id), Value::Null).await.expect(200);
    bob.call("DELETE", &path, Value::Null).await.expect(200);
    bob.get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn receipts_only_move_forwards() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let dm = ada.dm_with(&bob).await;
    let mut messages = Vec::new();
    for n in 1..=3 {
        messages.push(ada.say(&dm, &format!("{n}")).await);
    }
    let path = format!("/api/conversations/{dm}");
    assert_eq!(bob.get(&path).await.data()["unreadCount"], 3);
    let marker = bob.call("POST", &format!("{path}/read"), json!({"seq": 2})).await.expect(200).data();
    assert_eq!((&marker["seq"], &marker["unreadCount"]), (&json!(2), &json!(1)));
    let back = bob.call("POST", &format!("{path}/read"), json!({"seq": 1})).await.expect(200).data();
    assert_eq!(back["seq"], 2);
    let third = json!({"messageId": messages[2]["id"]});
    bob.call("POST", &format!("{path}/delivered"), third).await.expect(200);
    for body in [json!({}), json!({"seq": 1, "messageId": messages[0]["id"]})] {
        bob.call("POST", &format!("{path}/read"), body).await.refused(422, "validation_failed");
    }
    let elsewhere = bob.group_with(&[]).await;
    let third = json!({"messageId": messages[2]["id"]});
    bob.call("POST", &format!("/api/conversations/{elsewhere}/read"), third).await.refused(404, "not_found");

    let receipts = ada.get(&format!("{path}/receipts?seq=3")).await.expect(200).data();
    let of_bob = receipts.as_array().unwrap().iter().find(|receipt| receipt["userId"] == bob.id).unwrap();
    assert_eq!((&of_bob["deliveredSeq"], &of_bob["readSeq"]), (&json!(3), &json!(2)));
}

#[tokio::test]
async fn a_message_is_marked_by_its_recipient_only() {
    let server = Server::start().await;
    let (ada, bob, eve) =
        (server.person("ada").await, server.person("bob").await, server.person("eve").await);
    let dm = ada.dm_with(&bob).await;
    let message = ada.say(&dm, "Hello").await;
    let path = format!("/api/messages/{}/status", message["id"].as_str().unwrap());
    let mark = |status: &str| json!({"status": status});
    eve.call("PATCH", &path, mark("read")).await.refused(404, "not_found");
    ada.call("PATCH", &path, mark("read")).await.refused(403, "forbidden");
    bob.call("PATCH", &path, mark("sent")).await.refused(422, "validation_failed");
    assert_eq!(bob.call("PATCH", &path, mark("delivered")).await.expect(200).data()["status"], "delivered");
    assert_eq!(bob.call("PATCH", &path, mark("read")).await.expect(200).data()["status"], "read");
    assert_eq!(bob.call("PATCH", &path, mark("delivered")).await.expect(200).data()["status"], "read");
}
