//! Who may do what: every route and every command, tried by everybody. A route that is not in the table fails the test,
//! and a command that is not does not compile.

use kith_api::{
    Command, ConversationId, MessageId,
    command::{AddParticipant, SendMessage},
};
use kith_client::{Error, Transport};
use kith_testkit::{Account, Ears, Engine, TestServer, server::PASSWORD};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Everybody's relation to the conversation that is tried: its owner, a member, somebody who was removed, somebody who
/// never was in it, and nobody who is signed in.
const CALLERS: [&str; 5] = ["owner", "member", "former", "stranger", "anonymous"];

/// The status that each of [`CALLERS`] gets; 200 stands for any success.
type Expected = [u16; 5];

const MEMBERS: Expected = [200, 200, 404, 404, 401];
const OWNER: Expected = [200, 403, 404, 404, 401];
const SENDER: Expected = [403, 200, 404, 404, 401];
/// The member said it, so the owner is who can have read it.
const RECIPIENT: Expected = OWNER;
const SIGNED_IN: Expected = [200, 200, 200, 200, 401];
const ANYBODY: Expected = [200; 5];

/// Method, path, body, who may. `{conversation}` is a group, `{message}` the member's message in it, `{member}` and
/// `{stranger}` are people, `{self}` is the caller. The second path is how the documentation writes it.
fn table() -> Vec<(Method, &'static str, &'static str, Value, Expected)> {
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    let null = Value::Null;
    let login = json!({ "username": "member", "password": PASSWORD });
    vec![
        (
            post.clone(),
            "/api/auth/register",
            "",
            json!({ "username": "{fresh}", "password": PASSWORD }),
            ANYBODY,
        ),
        (
            post.clone(),
            "/api/auth/signup",
            "",
            json!({ "username": "{fresh}", "password": PASSWORD }),
            ANYBODY,
        ),
        (post.clone(), "/api/auth/login", "", login.clone(), ANYBODY),
        (post.clone(), "/api/auth/signin", "", login, ANYBODY),
        // A refresh token is what counts here, and a wrong one is worth nothing to anybody.
        (post.clone(), "/api/auth/refresh", "", json!({ "refreshToken": "wrong" }), [401; 5]),
        (get.clone(), "/api/auth/me", "", null.clone(), SIGNED_IN),
        (get.clone(), "/api/auth/sessions", "", null.clone(), SIGNED_IN),
        (
            delete.clone(),
            "/api/auth/sessions/{session}",
            "/api/auth/sessions/{id}",
            null.clone(),
            [404, 404, 404, 404, 401],
        ),
        (get.clone(), "/api/users", "", null.clone(), SIGNED_IN),
        (get.clone(), "/api/users/online", "", null.clone(), SIGNED_IN),
        (get.clone(), "/api/users/stats", "", null.clone(), SIGNED_IN),
        (post.clone(), "/api/users/device", "", json!({ "deviceId": "d" }), SIGNED_IN),
        (get.clone(), "/api/users/{member}", "/api/users/{id}", null.clone(), SIGNED_IN),
        (
            put.clone(),
            "/api/users/{member}",
            "/api/users/{id}",
            json!({ "displayName": "x" }),
            [403, 200, 403, 403, 401],
        ),
        (put.clone(), "/api/users/me/public-key", "", json!({ "publicKey": "key" }), SIGNED_IN),
        (
            get.clone(),
            "/api/users/{member}/public-key",
            "/api/users/{id}/public-key",
            null.clone(),
            SIGNED_IN,
        ),
        (put.clone(), "/api/users/me/presence", "", json!({ "status": "away" }), SIGNED_IN),
        (get.clone(), "/api/conversations", "", null.clone(), SIGNED_IN),
        (get.clone(), "/api/chats", "", null.clone(), SIGNED_IN),
        (
            post.clone(),
            "/api/conversations",
            "",
            json!({ "conversationType": "group", "name": "x", "participantIds": [] }),
            SIGNED_IN,
        ),
        (get.clone(), "/api/conversations/{conversation}", "/api/conversations/{id}", null.clone(), MEMBERS),
        (
            put.clone(),
            "/api/conversations/{conversation}",
            "/api/conversations/{id}",
            json!({ "name": "y" }),
            OWNER,
        ),
        (delete.clone(), "/api/conversations/{conversation}", "/api/conversations/{id}", null.clone(), OWNER),
        (
            post.clone(),
            "/api/conversations/{conversation}/read",
            "/api/conversations/{id}/read",
            json!({ "seq": 1 }),
            MEMBERS,
        ),
        (
            post.clone(),
            "/api/conversations/{conversation}/delivered",
            "/api/conversations/{id}/delivered",
            json!({ "seq": 1 }),
            MEMBERS,
        ),
        (
            get.clone(),
            "/api/conversations/{conversation}/receipts",
            "/api/conversations/{id}/receipts",
            null.clone(),
            MEMBERS,
        ),
        (
            post.clone(),
            "/api/conversations/{conversation}/participants",
            "/api/conversations/{id}/participants",
            json!({ "userId": "{stranger}" }),
            OWNER,
        ),
        (
            put.clone(),
            "/api/conversations/{conversation}/participants/{member}",
            "/api/conversations/{id}/participants/{userId}",
            json!({ "role": "admin" }),
            OWNER,
        ),
        // The member, that is, leaves.
        (
            delete.clone(),
            "/api/conversations/{conversation}/participants/{member}",
            "/api/conversations/{id}/participants/{userId}",
            null.clone(),
            MEMBERS,
        ),
        (
            get.clone(),
            "/api/conversations/{conversation}/messages",
            "/api/conversations/{id}/messages",
            null.clone(),
            MEMBERS,
        ),
        (
            post.clone(),
            "/api/conversations/{conversation}/messages",
            "/api/conversations/{id}/messages",
            json!({ "content": "x" }),
            MEMBERS,
        ),
        (
            get.clone(),
            "/api/chats/{conversation}/messages",
            "/api/chats/{id}/messages",
            null.clone(),
            MEMBERS,
        ),
        (get.clone(), "/api/messages?conversationId={conversation}", "/api/messages", null.clone(), MEMBERS),
        (
            post.clone(),
            "/api/messages",
            "",
            json!({ "conversationId": "{conversation}", "content": "x" }),
            MEMBERS,
        ),
        (get.clone(), "/api/messages/{message}", "/api/messages/{id}", null.clone(), MEMBERS),
        (put.clone(), "/api/messages/{message}", "/api/messages/{id}", json!({ "content": "y" }), SENDER),
        (delete.clone(), "/api/messages/{message}", "/api/messages/{id}", null.clone(), MEMBERS),
        (get.clone(), "/api/messages/{message}/history", "/api/messages/{id}/history", null.clone(), MEMBERS),
        (
            Method::PATCH,
            "/api/messages/{message}/status",
            "/api/messages/{id}/status",
            json!({ "status": "read" }),
            RECIPIENT,
        ),
        (
            post.clone(),
            "/api/messages/{message}/reactions",
            "/api/messages/{id}/reactions",
            json!({ "emoji": "👍" }),
            MEMBERS,
        ),
        (
            delete,
            "/api/messages/{message}/reactions/👍",
            "/api/messages/{id}/reactions/{emoji}",
            null.clone(),
            MEMBERS,
        ),
        (get.clone(), "/api/sync", "", null.clone(), SIGNED_IN),
        (get.clone(), "/api/socket/stats", "", null.clone(), SIGNED_IN),
        (get.clone(), "/api/server", "", null.clone(), ANYBODY),
        (get.clone(), "/api-docs/openapi.json", "", null.clone(), ANYBODY),
        (get.clone(), "/health", "", null.clone(), ANYBODY),
        (get.clone(), "/health/live", "", null.clone(), ANYBODY),
        (get.clone(), "/health/ready", "", null.clone(), ANYBODY),
        (get.clone(), "/health/auth", "", null.clone(), ANYBODY),
        (get.clone(), "/health/users", "", null.clone(), ANYBODY),
        (get.clone(), "/health/messaging", "", null.clone(), ANYBODY),
        (get.clone(), "/health/realtime", "", null.clone(), ANYBODY),
        // For whoever is on this machine.
        (get, "/metrics", "", null.clone(), ANYBODY),
        (post.clone(), "/api/auth/logout", "", null.clone(), SIGNED_IN),
        (post.clone(), "/api/auth/signout", "", null.clone(), SIGNED_IN),
        (post, "/api/auth/logout-all", "", null, SIGNED_IN),
    ]
}

struct World {
    server: TestServer,
    owner: Account,
    member: Account,
    former: Account,
    stranger: Account,
}

/// A conversation in which one thing is tried.
struct Place {
    conversation: ConversationId,
    message: MessageId,
}

impl World {
    async fn new(engine: Engine) -> Self {
        let server = TestServer::start(engine).await;
        // Administrators of the server may do more; nobody here is one.
        server.account("admin").await;
        Self {
            owner: server.account("owner").await,
            member: server.account("member").await,
            former: server.account("former").await,
            stranger: server.account("stranger").await,
            server,
        }
    }

    fn account(&self, caller: &str) -> Option<&Account> {
        match caller {
            "owner" => Some(&self.owner),
            "member" => Some(&self.member),
            "former" => Some(&self.former),
            "stranger" => Some(&self.stranger),
            _ => None,
        }
    }

    async fn place(&self) -> Place {
        let conversation = self.owner.group("Here", &[&self.member, &self.former]).await.id;
        let message = SendMessage {
            conversation_id: Some(conversation),
            content: Some("said".into()),
            ..SendMessage::default()
        };
        let message = self.member.rest.send(&message).await.expect("a member sends").id;
        self.owner.rest.remove_participant(conversation, self.former.id).await.expect("the owner removes");
        Place { conversation, message }
    }

    /// Puts what is there in the places of what is in braces.
    fn fill(&self, text: &str, place: &Place, session: &str, fresh: usize) -> String {
        text.replace("{conversation}", &place.conversation.to_string())
            .replace("{message}", &place.message.to_string())
            .replace("{member}", &self.member.id.to_string())
            .replace("{stranger}", &self.stranger.id.to_string())
            .replace("{session}", session)
            .replace("{fresh}", &format!("fresh{fresh}"))
    }
}

async fn every_route(engine: Engine) {
    let world = World::new(engine).await;
    let foreign =
        world.server.account("foreign").await.rest.sessions().await.expect("listed")[0].id.to_string();
    let mut wrong = Vec::new();
    let mut fresh = 0;
    let mut place = world.place().await;
    for (method, path, _, body, expected) in table() {
        for (caller, expected) in CALLERS.into_iter().zip(expected) {
            // What a call does to its session or its conversation is nobody else's concern.
            // The table ends with `logout-all`, after which the owner cannot make another place.
            if !path.ends_with("/logout-all") {
                place = world.place().await;
            }
            let rest = match world.account(caller) {
                Some(account) => account.another_session().await.rest,
                None => world.server.rest(),
            };
            fresh += 1;
            let path = world.fill(path, &place, &foreign, fresh);
            let body = match body.clone() {
                Value::Null => None,
                body => Some(
                    serde_json::from_str(&world.fill(&body.to_string(), &place, &foreign, fresh))
                        .expect("JSON"),
                ),
            };
            let reply = rest.raw(method.clone(), &path, body).await.expect("answers");
            let status = if (200..300).contains(&reply.status) { 200 } else { reply.status };
            if status != expected {
                wrong.push(format!(
                    "{method} {path} as {caller}: {status} and not {expected}: {}",
                    reply.body
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn the_table_is_complete(engine: Engine) {
    let server = TestServer::start(engine).await;
    let document =
        server.rest().raw(Method::GET, "/api-docs/openapi.json", None).await.expect("answers").body;
    let documented: BTreeSet<String> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, item)| {
            let methods = ["get", "put", "post", "patch", "delete"].into_iter();
            methods
                .filter(|method| item.get(method).is_some())
                .map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let tried: BTreeSet<String> = table()
        .into_iter()
        .map(|(method, path, documented, ..)| {
            format!("{method} {}", if documented.is_empty() { path } else { documented })
        })
        .collect();
    let missing: Vec<_> = documented.difference(&tried).collect();
    let gone: Vec<_> = tried.difference(&documented).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not tried: {missing:#?}\nnot documented: {gone:#?}");
}

/// The name, the payload and who may, of every command. An arm for each variant, so that none is forgotten.
fn commands(place: &Place, world: &World) -> Vec<(&'static str, Value, Expected)> {
    let (conversation, message) = (place.conversation, place.message);
    let rows = vec![
        ("send_message", json!({ "conversationId": conversation, "content": "x" }), MEMBERS),
        ("edit_message", json!({ "messageId": message, "content": "y" }), SENDER),
        ("mark_delivered", json!({ "conversationId": conversation, "seq": 1 }), MEMBERS),
        ("mark_read", json!({ "messageId": message }), MEMBERS),
        ("typing_start", json!({ "conversationId": conversation }), MEMBERS),
        ("typing_stop", json!({ "conversationId": conversation }), MEMBERS),
        ("reaction", json!({ "messageId": message, "emoji": "👍" }), MEMBERS),
        ("delete_message", json!({ "messageId": message }), MEMBERS),
        ("presence_update", json!({ "status": "away" }), SIGNED_IN),
        ("presence_subscribe", json!({ "userIds": [world.member.id] }), SIGNED_IN),
        ("sync", json!({}), SIGNED_IN),
        ("ping", json!({}), SIGNED_IN),
    ];
    for (name, payload, _) in &rows {
        match Command::parse(name, &payload.to_string()).expect("the table holds commands") {
            Command::SendMessage(_)
            | Command::EditMessage(_)
            | Command::DeleteMessage(_)
            | Command::MarkDelivered(_)
            | Command::MarkRead(_)
            | Command::TypingStart(_)
            | Command::TypingStop(_)
            | Command::React(_)
            | Command::UpdatePresence(_)
            | Command::SubscribePresence(_)
            | Command::Sync(_)
            | Command::Ping => {}
        }
    }
    rows
}

async fn every_command(engine: Engine) {
    let world = World::new(engine).await;
    let mut wrong = Vec::new();
    let rows = commands(&world.place().await, &world).len();
    for transport in [Transport::WebSocket, Transport::Raw] {
        for (number, caller) in CALLERS.into_iter().take(4).enumerate() {
            let account = world.account(caller).expect("signed in");
            let ears = Ears::open(&account.rest, transport).await;
            for row in 0..rows {
                let place = world.place().await;
                let (name, payload, expected) = commands(&place, &world).swap_remove(row);
                // Answered by `pong` there and not by an acknowledgement: the engine's tests ask for it.
                if name == "ping" && transport == Transport::Raw {
                    continue;
                }
                let status = match ears.call(name, &payload).await {
                    Ok(_) => 200,
                    Err(Error::Api(error)) => match error.code.as_str() {
                        "forbidden" => 403,
                        "not_found" => 404,
                        _ => 0,
                    },
                    Err(_) => 0,
                };
                if status != expected[number] {
                    wrong.push(format!(
                        "{name} over {transport:?} as {caller}: {status} and not {}",
                        expected[number]
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for transport in Transport::ALL {
        assert!(
            Ears::try_open(&world.server.rest(), transport).await.is_err(),
            "{transport:?} takes anybody"
        );
    }
}

/// Removed at `seq` n: nothing after n, even in the middle of a stream of messages.
async fn removal_cuts_a_stream(engine: Engine) {
    let world = World::new(engine).await;
    let group = world.owner.group("Stream", &[&world.member]).await.id;
    for transport in Transport::ALL {
        let back = AddParticipant { user_id: Some(world.former.id), ..AddParticipant::default() };
        world.owner.rest.add_participant(group, &back).await.expect("the owner adds");
        let ears = Ears::open(&world.former.rest, transport).await;
        let sender = Ears::open(&world.member.rest, Transport::WebSocket).await;
        let stream = async {
            let mut newest = 0;
            for n in 0..400 {
                let message = json!({ "conversationId": group, "content": format!("{n}") });
                newest = sender.call("send_message", &message).await.expect("sends")["seq"]
                    .as_i64()
                    .expect("a seq");
            }
            newest
        };
        let removal = async {
            ears.expect("new_message", |data| data["content"] == "50").await;
            world.owner.rest.remove_participant(group, world.former.id).await.expect("removes");
            let removed = ears.expect("conversation_removed", |_| true).await["version"].as_i64();
            removed.expect("a version")
        };
        let (newest, removed) = tokio::join!(stream, removal);
        // Something that may be heard, behind everything that must not.
        let fence = json!({ "receiverId": world.former.id, "content": "fence" });
        sender.call("send_message", &fence).await.expect("sends");
        ears.expect("new_message", |data| data["content"] == "fence").await;
        let heard = ears.all("new_message");
        let last = heard
            .iter()
            .filter(|data| data["conversationId"] == json!(group))
            .filter_map(|data| data["version"].as_i64())
            .max();
        assert!(last < Some(removed), "{transport:?}: heard version {last:?} after removal at {removed}");
        assert!(newest > 100);
    }
}

kith_testkit::on_both_engines!(every_route, the_table_is_complete, every_command, removal_cuts_a_stream);
