//! Bad input gets a clear answer, loses nothing and breaks nothing.

use kith_api::ConversationId;
use kith_client::{
    Transport,
    realtime::websocket::{Frame, Reader, Writer, connect},
};
use kith_testkit::{Account, Ears, Engine, TestServer};
use kith_wire::websocket::Opcode;
use reqwest::{Method, Url, header};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

const MIB: usize = 1 << 20;

/// Two people, what they have said, and the end of the story: everything is still there.
struct Story {
    server: TestServer,
    ada: Account,
    ben: Account,
    dm: ConversationId,
}

impl Story {
    async fn begin(engine: Engine) -> Self {
        let server = TestServer::start(engine).await;
        let (ada, ben) = (server.account("ada").await, server.account("ben").await);
        let dm = ada.dm(&ben).await.id;
        let story = Self { server, ada, ben, dm };
        story.say("before").await;
        story
    }

    async fn say(&self, content: &str) {
        self.ada.say(self.dm, content).await;
    }

    async fn end(self) {
        let ears = Ears::open(&self.ben.rest, Transport::WebSocket).await;
        self.say("after").await;
        ears.expect("new_message", |data| data["content"] == "after").await;
        let history = self.ben.rest.history(self.dm).await.expect("members read");
        let said: Vec<_> = history.iter().filter_map(|message| message.content.as_deref()).collect();
        assert_eq!(said, ["before", "after"]);
        let log = self.server.log();
        assert!(!log.contains("panicked"), "{log}");
    }

    /// Sends a body as it is.
    async fn post(&self, path: &str, kind: &str, body: Vec<u8>) -> (u16, Value) {
        let response = reqwest::Client::new()
            .post(format!("{}{path}", self.server.url()))
            .bearer_auth(self.ada.rest.token().expect("signed in"))
            .header(header::CONTENT_TYPE, kind)
            .body(body)
            .send()
            .await
            .expect("answers");
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// Opens a raw WebSocket as ada and waits until it is greeted.
    async fn raw(&self) -> (Reader, Writer) {
        let url = Url::parse(&self.server.url()).and_then(|url| url.join("/ws")).expect("an address");
        let token = format!("Bearer {}", self.ada.rest.token().expect("signed in"));
        let (mut reader, writer) = connect(&url, &[("Authorization", &token)]).await.expect("opens");
        loop {
            match reader.receive().await.expect("speaks") {
                Some(Frame::Text(text)) if text.contains("connection:established") => {
                    return (reader, writer);
                }
                Some(Frame::Text(_)) => {}
                other => panic!("not greeted but {other:?}"),
            }
        }
    }

    /// Opens a Socket.IO session as ada.
    async fn socket_io(&self) -> (Reader, Writer) {
        let url = format!("{}/socket.io/?EIO=4&transport=websocket", self.server.url());
        let (mut reader, mut writer) =
            connect(&Url::parse(&url).expect("an address"), &[]).await.expect("opens");
        let auth = json!({ "token": self.ada.rest.token() });
        writer.send(Opcode::Text, format!("40{auth}").as_bytes()).await.expect("sends");
        loop {
            match reader.receive().await.expect("speaks") {
                Some(Frame::Text(text)) if text.contains("connection:established") => {
                    return (reader, writer);
                }
                Some(Frame::Text(_)) => {}
                other => panic!("not greeted but {other:?}"),
            }
        }
    }
}

/// The close code, after whatever else still comes; `None` if the stream ends without one.
async fn close_code(reader: &mut Reader) -> Option<u16> {
    let closing = async {
        loop {
            match reader.receive().await {
                Ok(Some(Frame::Close(code, _))) => return code,
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return None,
            }
        }
    };
    timeout(Duration::from_secs(10), closing).await.expect("the connection is closed")
}

/// The acknowledgement of the raw command with this id.
async fn raw_ack(reader: &mut Reader, id: u64) -> Value {
    let waiting = async {
        loop {
            if let Some(Frame::Text(text)) = reader.receive().await.expect("speaks") {
                let frame: Value = serde_json::from_str(&text).expect("JSON");
                if frame["type"] == "ack" && frame["id"] == id {
                    return frame;
                }
            }
        }
    };
    timeout(Duration::from_secs(10), waiting).await.expect("an acknowledgement")
}

async fn bodies(engine: Engine) {
    let story = Story::begin(engine).await;
    let json = "application/json";
    let large = |size: usize| {
        let around = json!({ "conversationId": story.dm, "content": "" }).to_string();
        around.replace("\"\"", &format!("\"{}\"", "x".repeat(size - around.len()))).into_bytes()
    };
    for (kind, body, status, code) in [
        (json, b"{".to_vec(), 400, "malformed_json"),
        (json, b"".to_vec(), 400, "malformed_json"),
        (json, b"\xff\xfe".to_vec(), 400, "malformed_json"),
        (json, b"[1,2]".to_vec(), 422, "validation_failed"),
        (json, b"{\"content\":5,\"receiverUsername\":\"ben\"}".to_vec(), 422, "validation_failed"),
        (json, b"{\"content\":\"x\",\"conversationId\":\"not-an-id\"}".to_vec(), 422, "validation_failed"),
        (json, b"{\"content\":\"x\",\"conversationId\":{\"$ne\":null}}".to_vec(), 422, "validation_failed"),
        (json, b"[".repeat(1_000_000), 400, "malformed_json"),
        (json, large(20_000), 422, "validation_failed"),
        (json, large(MIB + 1), 413, "payload_too_large"),
        ("text/plain", b"{}".to_vec(), 415, "unsupported_media_type"),
    ] {
        let begin = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let (answered, envelope) = story.post("/api/messages", kind, body).await;
        assert_eq!((answered, envelope["code"].as_str()), (status, Some(code)), "{begin}: {envelope}");
        assert_eq!(envelope["success"], false);
        assert!(envelope["error"].as_str().is_some_and(|sentence| !sentence.is_empty()));
        assert!(envelope["requestId"].is_string(), "{envelope}");
        if code == "validation_failed" {
            assert!(envelope["details"][0]["field"].is_string(), "{begin}: {envelope}");
        }
    }
    story.end().await;
}

async fn paths_and_pages(engine: Engine) {
    let story = Story::begin(engine).await;
    let nobody = "01930000-0000-7000-8000-00000000beef";
    let messages = format!("/api/conversations/{}/messages", story.dm);
    for (path, status) in [
        ("/api/nothing/here".to_owned(), 404),
        (format!("/api/conversations/{nobody}"), 404),
        (format!("/api/conversations/{nobody}/messages"), 404),
        (format!("/api/messages/{nobody}"), 404),
        ("/api/messages/not-an-id".to_owned(), 404),
        (format!("/api/users/{nobody}"), 404),
        (format!("{messages}?limit=0"), 422),
        (format!("{messages}?limit=-1"), 422),
        (format!("{messages}?limit=1000000000"), 422),
        (format!("{messages}?limit=99999999999999999999"), 422),
        (format!("{messages}?limit=ten"), 422),
        (format!("{messages}?offset=-1"), 422),
        (format!("{messages}?cursor=b_1&offset=1"), 422),
        (format!("{messages}?cursor=garbage"), 422),
        (format!("{messages}?before=5&after=1"), 422),
        (format!("{messages}?anchor={nobody}"), 404),
        ("/api/sync?cursor=garbage".to_owned(), 422),
        ("/api/sync?limit=1000000000".to_owned(), 422),
        (format!("{messages}?offset=1000000000"), 200),
        (format!("{messages}?before=-5"), 200),
        (format!("{messages}?after=9223372036854775807"), 200),
    ] {
        let reply = story.ada.rest.raw(Method::GET, &path, None).await.expect("answers");
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        assert_eq!(reply.body["success"], status == 200, "{path}");
    }
    for method in [Method::DELETE, Method::PATCH] {
        let reply = story.ada.rest.raw(method, "/api/auth/login", None).await.expect("answers");
        assert_eq!((reply.status, &reply.body["code"]), (405, &json!("method_not_allowed")));
    }
    story.end().await;
}

async fn names_that_nobody_has(engine: Engine) {
    let story = Story::begin(engine).await;
    let (nul, long) = ("a\0b".to_owned(), "x".repeat(100_000));
    for name in [nul, long] {
        for field in ["username", "email", "login"] {
            let body = json!({ field: name, "password": "correct horse battery staple" });
            let reply =
                story.ada.rest.raw(Method::POST, "/api/auth/login", Some(body)).await.expect("answers");
            assert_eq!(reply.status, 401, "{field}: {}", reply.body);
        }
        let body = json!({ "receiverUsername": name, "content": "anybody there?" });
        let reply = story.ada.rest.raw(Method::POST, "/api/messages", Some(body)).await.expect("answers");
        assert!(matches!(reply.status, 404 | 422), "{}", reply.body);
        let body = json!({ "conversationType": "group", "name": "All", "usernames": [name] });
        let reply =
            story.ada.rest.raw(Method::POST, "/api/conversations", Some(body)).await.expect("answers");
        assert!(matches!(reply.status, 404 | 422), "{}", reply.body);
    }
    for path in ["/api/users/%00", "/api/users/a%00b/public-key", "/api/messages?with=%00"] {
        let reply = story.ada.rest.raw(Method::GET, path, None).await.expect("answers");
        assert!(matches!(reply.status, 404 | 422), "{path}: {}", reply.body);
    }
    story.end().await;
}

async fn what_is_not_built_is_not_promised(engine: Engine) {
    let story = Story::begin(engine).await;
    for (field, value) in [
        ("sendAt", json!("2030-01-01T00:00:00Z")),
        ("expiresInSeconds", json!(60)),
        ("attachments", json!(["01930000-0000-7000-8000-00000000beef"])),
        ("threadRootId", json!("01930000-0000-7000-8000-00000000beef")),
    ] {
        let body = json!({ "conversationId": story.dm, "content": "later", field: value });
        let reply = story.ada.rest.raw(Method::POST, "/api/messages", Some(body)).await.expect("answers");
        assert_eq!(
            (reply.status, &reply.body["details"][0]["field"]),
            (422, &json!(field)),
            "{}",
            reply.body
        );
    }
    let elsewhere = story.ada.group("Elsewhere", &[]).await.id;
    let body = json!({
        "conversationId": elsewhere, "content": "now", "attachments": [], "sendAt": null, "threadRootId": null,
    });
    let reply = story.ada.rest.raw(Method::POST, "/api/messages", Some(body)).await.expect("answers");
    assert_eq!(reply.status, 201, "{}", reply.body);
    story.end().await;
}

async fn raw_frames(engine: Engine) {
    let story = Story::begin(engine).await;
    let (mut reader, mut writer) = story.raw().await;
    for (id, frame, code) in [
        (1, json!({ "type": "no_such_command", "id": 1, "data": {} }), "unknown_command"),
        (2, json!({ "type": "message", "id": 2, "data": { "content": 5 } }), "validation_failed"),
        (3, json!({ "type": "message", "id": 3, "data": "text" }), "validation_failed"),
        (4, json!({ "type": "message", "id": 4 }), "validation_failed"),
        (7, json!({ "type": "sync", "id": 7, "data": [null, 5] }), "validation_failed"),
        (
            5,
            json!({ "type": "message", "id": 5, "data": { "conversationId": story.ada.id, "content": "x" } }),
            "not_found",
        ),
        (6, json!({ "type": "sync", "id": 6, "data": { "cursor": "garbage" } }), "validation_failed"),
    ] {
        writer.send(Opcode::Text, frame.to_string().as_bytes()).await.expect("sends");
        let ack = raw_ack(&mut reader, id).await;
        assert_eq!((&ack["success"], &ack["code"]), (&json!(false), &json!(code)), "{ack}");
    }
    // An error without an id is an event.
    writer.send(Opcode::Text, br#"{"type":"no_such_command"}"#).await.expect("sends");
    let event = timeout(Duration::from_secs(5), reader.receive()).await.expect("is told").expect("speaks");
    assert!(matches!(&event, Some(Frame::Text(text)) if text.contains("unknown_command")), "{event:?}");

    for (opcode, payload, code) in [
        (Opcode::Text, b"not json".to_vec(), 4400),
        (Opcode::Text, b"[1,2,3]".to_vec(), 4400),
        (Opcode::Text, br#"{"type":5}"#.to_vec(), 4400),
        (Opcode::Text, b"[".repeat(900_000), 4400),
        (Opcode::Binary, b"\x00\x01".to_vec(), 4400),
    ] {
        let (mut reader, mut writer) = story.raw().await;
        writer.send(opcode, &payload).await.expect("sends");
        let begin = String::from_utf8_lossy(&payload[..payload.len().min(20)]).into_owned();
        assert_eq!(close_code(&mut reader).await, Some(code), "{begin}");
    }
    let (mut reader, mut writer) = story.raw().await;
    // The server may hang up before all of it is sent.
    let _ = writer.send(Opcode::Text, &vec![b' '; MIB + 1]).await;
    let code = close_code(&mut reader).await;
    assert!(matches!(code, Some(4413 | 1009) | None), "{code:?}");
    story.end().await;
}

async fn socket_io_packets(engine: Engine) {
    let story = Story::begin(engine).await;
    for packet in [
        "nonsense".to_owned(),
        "4nonsense".to_owned(),
        "42".to_owned(),
        "42{}".to_owned(),
        r#"42[{"toString":1}]"#.to_owned(),
        "451-[".to_owned(),
        "4511-[\"a\"]".to_owned(),
        "451000000-[\"a\"]".to_owned(),
        r#"42["connect"]"#.to_owned(),
        format!("42[\"a\",{}", "[".repeat(500_000)),
        " ".repeat(MIB + 1),
    ] {
        let (mut reader, mut writer) = story.socket_io().await;
        let _ = writer.send(Opcode::Text, packet.as_bytes()).await;
        let begin = &packet[..packet.len().min(30)];
        // Closed without delay: a heartbeat would come after 25 s only.
        close_code(&mut reader).await;
        let silent =
            writer.send(Opcode::Text, b"3").await.is_err() || reader.receive().await.ok().flatten().is_none();
        assert!(silent, "{begin} is tolerated");
    }
    let ears = Ears::open(&story.ada.rest, Transport::Polling).await;
    for (name, body, code) in [
        ("no_such_command", json!({}), "unknown_command"),
        ("send_message", json!([1]), "validation_failed"),
        ("send_message", json!(null), "validation_failed"),
        ("mark_read", json!({ "messageIds": [] }), "validation_failed"),
        ("presence_update", json!({ "status": "invisible" }), "validation_failed"),
        ("sync", json!({ "limit": 1_000_000_000 }), "validation_failed"),
    ] {
        match ears.call(name, &body).await {
            Err(kith_client::Error::Api(error)) => assert_eq!(error.code.as_str(), code, "{name} {body}"),
            other => panic!("{name} {body}: {other:?}"),
        }
    }
    story.end().await;
}

/// Bytes that are not even WebSocket frames.
async fn broken_frames(engine: Engine) {
    let story = Story::begin(engine).await;
    for bytes in [
        // Not masked, as only servers may.
        &[0x81_u8, 5, b'h', b'e', b'l', b'l', b'o'][..],
        // A reserved bit.
        &[0xc1, 0x80, 0, 0, 0, 0],
        // An opcode that nobody has defined.
        &[0x83, 0x80, 0, 0, 0, 0],
        // A continuation of nothing.
        &[0x80, 0x80, 0, 0, 0, 0],
        // A fragmented ping.
        &[0x09, 0x80, 0, 0, 0, 0],
        // 2^63 bytes.
        &[0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        // Not UTF-8.
        &[0x81, 0x81, 0, 0, 0, 0, 0xff],
    ] {
        let (mut reader, mut writer) = story.raw().await;
        writer.send_bytes(bytes).await.expect("sends");
        let code = close_code(&mut reader).await;
        assert!(matches!(code, Some(1002 | 1007 | 1009 | 4400 | 4413) | None), "{bytes:x?}: {code:?}");
    }
    story.end().await;
}

kith_testkit::on_both_engines!(
    bodies,
    paths_and_pages,
    names_that_nobody_has,
    what_is_not_built_is_not_promised,
    raw_frames,
    socket_io_packets,
    broken_frames,
);
