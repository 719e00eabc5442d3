//! System E, as published: the same routes without `/api`.

use crate::server::{Answer, PASSWORD, Server};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_gateway_client_chats() {
    let server = Server::start().await;
    let register = async |name: &str| {
        let body = json!({"username": name, "password": PASSWORD, "publicKey": format!("key of {name}")});
        let data = server.call("POST", "/auth/register", body).await.expect(201).data();
        data["token"].as_str().unwrap().to_owned()
    };
    let (ada, bob) = (register("ada").await, register("bob").await);
    let call = async |token: &str, method: &str, path: &str, body: Value| {
        let request = server.request(method.parse::<Method>().unwrap(), path).bearer_auth(token);
        Answer::of(request.json(&body).send().await.unwrap()).await
    };
    assert_eq!(
        call(&ada, "GET", "/users/bob", json!({})).await.expect(200).data()["publicKey"],
        "key of bob"
    );
    let key = call(&ada, "GET", "/users/bob/public-key", json!({})).await.expect(200).data();
    assert_eq!(key["publicKey"], "key of bob");

    let body = json!({"receiverUsername": "bob", "encryptedText": "c2VjcmV0", "clientMessageId": "e-1"});
    let sent = call(&ada, "POST", "/messages", body.clone()).await.expect(201).data();
    assert_eq!(call(&ada, "POST", "/messages", body).await.expect(200).data()["id"], sent["id"]);
    let chats = call(&bob, "GET", "/chats", json!({})).await.expect(200).data();
    assert_eq!((&chats[0]["chatId"], &chats[0]["unreadCount"]), (&sent["chatId"], &json!(1)));
    let path = format!("/chats/{}/messages?limit=20&offset=0", sent["chatId"].as_str().unwrap());
    let messages = call(&bob, "GET", &path, json!({})).await.expect(200).data();
    assert_eq!(messages[0]["encryptedText"], "c2VjcmV0");
    let path = format!("/messages/{}/status", sent["id"].as_str().unwrap());
    assert_eq!(
        call(&bob, "PATCH", &path, json!({"status": "read"})).await.expect(200).data()["status"],
        "read"
    );
    call(&bob, "GET", "/auth/me", json!({})).await.expect(200);
    call(&bob, "GET", "/conversations", json!({})).await.expect(200);
    call(&bob, "GET", "/sync", json!({})).await.expect(200);
    call(&bob, "GET", "/server", json!({})).await.refused(404, "not_found");
}
