//! System E of the contract, rows E1 to E3 of the product, as its clients speak it: a gateway without `/api`, client-side
//! encryption, and Socket.IO.

use kith_client::Transport;
use kith_testkit::{Ears, Engine, TestServer, server::PASSWORD};
use reqwest::Method;
use serde_json::{Value, json};

/// A client that knows nothing but published paths and fields.
struct Client {
    rest: kith_client::Rest,
    ears: Ears,
    id: String,
}

impl Client {
    async fn register(server: &TestServer, username: &str) -> Self {
        let rest = server.rest();
        let key = format!("-----BEGIN PUBLIC KEY----- {username}");
        let body = json!({ "username": username, "password": PASSWORD, "publicKey": key });
        let registered = rest.raw(Method::POST, "/auth/register", Some(body)).await.expect("answers");
        assert_eq!(registered.status, 201, "{}", registered.body);
        let data = &registered.body["data"];
        assert_eq!(data["user"]["publicKey"], key);
        let id = data["user"]["id"].as_str().expect("an id").to_owned();
        // The token is under the name that its clients expect.
        assert!(data["token"].is_string());
        let body = json!({ "username": username, "password": PASSWORD });
        let signed_in = rest.raw(Method::POST, "/auth/login", Some(body)).await.expect("answers");
        assert_eq!(signed_in.status, 200, "{}", signed_in.body);
        rest.set_tokens(Some(serde_json::from_value(signed_in.body["data"].clone()).expect("tokens")));
        let ears = Ears::open(&rest, Transport::Upgrade).await;
        Self { rest, ears, id }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>, status: u16) -> Value {
        let reply = self.rest.raw(method.clone(), path, body).await.expect("answers");
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.body);
        assert_eq!(reply.body["success"], status < 400);
        reply.body
    }

    async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None, 200).await
    }
}

async fn it_works_as_published(engine: Engine) {
    let server = TestServer::start(engine).await;
    let (ada, ben) = (Client::register(&server, "ada").await, Client::register(&server, "ben").await);

    // E1: profiles and keys by name.
    let profile = ada.get("/users/ben").await;
    assert_eq!(profile["data"]["id"], ben.id);
    let key = ada.get("/users/ben/public-key").await;
    assert_eq!(key["data"]["publicKey"], "-----BEGIN PUBLIC KEY----- ben");
    assert_eq!(key["data"]["fingerprint"].as_str().map(str::len), Some(64));
    ada.ask(Method::GET, "/users/nobody/public-key", None, 404).await;

    // E2: an encrypted message to a name, once however often it is sent.
    let body = json!({
        "receiverUsername": "ben", "encryptedText": "b3BhcXVlIHRvIHRoZSBzZXJ2ZXI=", "clientMessageId": "e-1",
    });
    let sent = ada.ask(Method::POST, "/messages", Some(body.clone()), 201).await["data"].clone();
    assert_eq!(sent["encryptedText"], body["encryptedText"]);
    let again = ada.ask(Method::POST, "/messages", Some(body.clone()), 200).await["data"].clone();
    assert_eq!((&again["id"], &again["duplicate"]), (&sent["id"], &json!(true)));
    let mut other = body;
    other["encryptedText"] = "c29tZXRoaW5nIGVsc2U=".into();
    let conflict = ada.ask(Method::POST, "/messages", Some(other), 409).await;
    assert_eq!(conflict["code"], "idempotency_conflict");

    // E3: it is heard, marked and seen to be marked.
    let heard = ben.ears.expect("new_message", |data| data["id"] == sent["id"]).await;
    assert_eq!(heard["chatId"], sent["chatId"]);
    ben.ears.call("mark_delivered", &json!({ "messageId": sent["id"] })).await.expect("marks");
    let delivered = ada.ears.expect("message_status", |data| data["status"] == "delivered").await;
    assert_eq!((&delivered["messageId"], &delivered["userId"]), (&sent["id"], &json!(ben.id)));
    ben.ears.call("mark_read", &json!({ "messageIds": [sent["id"]] })).await.expect("marks");
    ada.ears
        .expect("message_status", |data| data["status"] == "read" && data["messageId"] == sent["id"])
        .await;
    for (command, is_typing) in [("typing_start", true), ("typing_stop", false)] {
        ben.ears.call(command, &json!({ "receiverUsername": "ada" })).await.expect("types");
        let typing = ada.ears.expect("user_typing", |data| data["isTyping"] == is_typing).await;
        assert_eq!((&typing["username"], &typing["userId"]), (&json!("ben"), &json!(ben.id)));
    }

    // E2: chats, and pages of a chat by offset.
    let chat = sent["chatId"].as_str().expect("a chat").to_owned();
    for n in 0..5 {
        let body =
            json!({ "chatId": chat, "encryptedText": "bW9yZQ==", "clientMessageId": format!("more-{n}") });
        ben.ask(Method::POST, "/messages", Some(body), 201).await;
    }
    let chats = ada.get("/chats").await;
    assert_eq!((&chats["data"][0]["chatId"], &chats["data"][0]["unreadCount"]), (&json!(chat), &json!(5)));
    let seqs = |page: &Value| -> Vec<i64> {
        page["data"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|message| message["seq"].as_i64())
            .collect()
    };
    assert_eq!(seqs(&ada.get(&format!("/chats/{chat}/messages?limit=4")).await), [6, 5, 4, 3]);
    assert_eq!(seqs(&ada.get(&format!("/chats/{chat}/messages?limit=4&offset=4")).await), [2, 1]);

    // E2: the status of one message, only forwards, by its recipient only.
    let last = ada.get(&format!("/chats/{chat}/messages?limit=1")).await["data"][0]["id"].clone();
    let path = format!("/messages/{}/status", last.as_str().expect("an id"));
    ada.ask(Method::PATCH, &path, Some(json!({ "status": "read" })), 200).await;
    ben.ears.expect("message_status", |data| data["messageId"] == last && data["status"] == "read").await;
    ada.ask(Method::PATCH, &path, Some(json!({ "status": "delivered" })), 200).await;
    ada.ask(Method::PATCH, &path, Some(json!({ "status": "sent" })), 422).await;
    let shown = ben.get(&format!("/chats/{chat}/messages?limit=1")).await;
    assert_eq!(shown["data"][0]["status"], "read");
    let unread = ada.get("/chats").await;
    assert_eq!(unread["data"][0]["unreadCount"], 0);
}

kith_testkit::on_both_engines!(it_works_as_published);
