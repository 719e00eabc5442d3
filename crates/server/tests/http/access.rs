//! Who may call what: every documented route for five kinds of callers.

use crate::server::{Answer, PASSWORD, Server};
use serde_json::{Value, json};
use std::collections::HashSet;

/// A route with a body that is right, and the status for somebody who is not signed in, for a stranger, and for a
/// former member, a member and the owner of the conversation. The message is somebody else's.
type Row = (&'static str, Body, [u16; 5]);

#[derive(Clone, Copy)]
enum Body {
    None,
    Of(fn(&World) -> Value),
}

const PUBLIC: [u16; 5] = [200; 5];
const SIGNED: [u16; 5] = [401, 200, 200, 200, 200];
const MEMBERS: [u16; 5] = [401, 404, 404, 200, 200];
const OWNER: [u16; 5] = [401, 404, 404, 403, 200];

const MATRIX: &[Row] = &[
    ("POST /api/auth/register", Body::Of(|_| json!({})), [422; 5]),
    ("POST /api/auth/signup", Body::Of(|_| json!({})), [422; 5]),
    ("POST /api/auth/login", Body::Of(|_| json!({})), [422; 5]),
    ("POST /api/auth/signin", Body::Of(|_| json!({})), [422; 5]),
    ("POST /api/auth/refresh", Body::None, [401; 5]),
    ("POST /api/auth/logout", Body::None, SIGNED),
    ("POST /api/auth/signout", Body::None, SIGNED),
    ("POST /api/auth/logout-all", Body::None, SIGNED),
    ("GET /api/auth/me", Body::None, SIGNED),
    ("GET /api/auth/sessions", Body::None, SIGNED),
    ("DELETE /api/auth/sessions/{id}", Body::None, [401, 404, 404, 404, 404]),
    ("GET /api/users", Body::None, SIGNED),
    ("GET /api/users/online", Body::None, SIGNED),
    ("GET /api/users/stats", Body::None, SIGNED),
    ("POST /api/users/device", Body::Of(|_| json!({"deviceId": "d"})), [401, 201, 201, 201, 201]),
    ("GET /api/users/{id}", Body::None, SIGNED),
    ("PUT /api/users/{id}", Body::Of(|_| json!({"bio": "x"})), [401, 403, 403, 403, 403]),
    ("GET /api/users/{id}/public-key", Body::None, SIGNED),
    ("PUT /api/users/me/public-key", Body::Of(|_| json!({"publicKey": "k"})), SIGNED),
    ("PUT /api/users/me/presence", Body::Of(|_| json!({"status": "away"})), SIGNED),
    ("GET /api/conversations", Body::None, SIGNED),
    ("GET /api/chats", Body::None, SIGNED),
    (
        "POST /api/conversations",
        Body::Of(|_| json!({"conversationType": "group", "name": "x"})),
        [401, 201, 201, 201, 201],
    ),
    ("GET /api/conversations/{id}", Body::None, MEMBERS),
    ("PUT /api/conversations/{id}", Body::Of(|_| json!({"name": "x"})), OWNER),
    ("DELETE /api/conversations/{id}", Body::None, OWNER),
    (
        "POST /api/conversations/{id}/participants",
        Body::Of(|_| json!({"username": "admin"})),
        [401, 404, 404, 403, 201],
    ),
    ("PUT /api/conversations/{id}/participants/{userId}", Body::Of(|_| json!({"role": "admin"})), OWNER),
    ("DELETE /api/conversations/{id}/participants/{userId}", Body::None, OWNER),
    ("POST /api/conversations/{id}/read", Body::Of(|_| json!({"seq": 1})), MEMBERS),
    ("POST /api/conversations/{id}/delivered", Body::Of(|_| json!({"seq": 1})), MEMBERS),
    ("GET /api/conversations/{id}/receipts", Body::None, MEMBERS),
    ("GET /api/conversations/{id}/messages", Body::None, MEMBERS),
    (
        "POST /api/conversations/{id}/messages",
        Body::Of(|_| json!({"content": "x"})),
        [401, 404, 404, 201, 201],
    ),
    ("GET /api/chats/{id}/messages", Body::None, MEMBERS),
    ("GET /api/messages", Body::None, MEMBERS),
    (
        "POST /api/messages",
        Body::Of(|world| json!({"chatId": world.group, "content": "x"})),
        [401, 404, 404, 201, 201],
    ),
    ("GET /api/messages/{id}", Body::None, MEMBERS),
    ("PUT /api/messages/{id}", Body::Of(|_| json!({"content": "x"})), [401, 404, 404, 403, 403]),
    ("DELETE /api/messages/{id}", Body::None, OWNER),
    ("GET /api/messages/{id}/history", Body::None, MEMBERS),
    ("PATCH /api/messages/{id}/status", Body::Of(|_| json!({"status": "read"})), MEMBERS),
    ("POST /api/messages/{id}/reactions", Body::Of(|_| json!({"emoji": "👍"})), MEMBERS),
    ("DELETE /api/messages/{id}/reactions/{emoji}", Body::None, MEMBERS),
    ("GET /api/sync", Body::None, SIGNED),
    ("GET /api/server", Body::None, PUBLIC),
    ("GET /api/socket/stats", Body::None, SIGNED),
    ("GET /health", Body::None, PUBLIC),
    ("GET /health/live", Body::None, PUBLIC),
    ("GET /health/ready", Body::None, PUBLIC),
    ("GET /health/auth", Body::None, PUBLIC),
    ("GET /health/users", Body::None, PUBLIC),
    ("GET /health/messaging", Body::None, PUBLIC),
    ("GET /health/realtime", Body::None, PUBLIC),
    ("GET /metrics", Body::None, PUBLIC),
    ("GET /api-docs/openapi.json", Body::None, PUBLIC),
];

/// What the placeholders of a path stand for.
struct World {
    group: String,
    message: String,
    sender: String,
    session: String,
}

impl World {
    /// A conversation of its own for each route, because some destroy it.
    async fn new(server: &Server) -> Self {
        let (owner, sender) = (token(server, "owner").await, token(server, "sender").await);
        let body =
            json!({"conversationType": "group", "name": "x", "usernames": ["member", "former", "sender"]});
        let group =
            call(server, Some(&owner), "POST", "/api/conversations", Some(body)).await.expect(201).data();
        let id = group["id"].as_str().unwrap().to_owned();
        let former = group["participants"].as_array().unwrap().iter().find(|one| one["username"] == "former");
        let path =
            format!("/api/conversations/{id}/participants/{}", former.unwrap()["userId"].as_str().unwrap());
        call(server, Some(&owner), "DELETE", &path, None).await.expect(200);
        let body = json!({"conversationId": id, "content": "Hello"});
        let message =
            call(server, Some(&sender), "POST", "/api/messages", Some(body)).await.expect(201).data();
        let sessions = call(server, Some(&sender), "GET", "/api/auth/sessions", None).await.data();
        Self {
            group: id,
            message: message["id"].as_str().unwrap().to_owned(),
            sender: message["senderId"].as_str().unwrap().to_owned(),
            session: sessions[0]["id"].as_str().unwrap().to_owned(),
        }
    }

    fn fill(&self, path: &str) -> String {
        let id = match path {
            path if path.contains("/messages/{id}") => &self.message,
            path if path.contains("/users/{id}") => &self.sender,
            path if path.contains("/sessions/{id}") => &self.session,
            _ => &self.group,
        };
        let filled =
            path.replace("{id}", id).replace("{userId}", &self.sender).replace("{emoji}", "%F0%9F%91%8D");
        if path == "/api/messages" { format!("{filled}?conversationId={}", self.group) } else { filled }
    }
}

/// A fresh session: some routes end it.
async fn token(server: &Server, name: &str) -> String {
    let body = json!({"username": name, "password": PASSWORD});
    let data = server.call("POST", "/api/auth/login", body).await.expect(200).data();
    data["token"].as_str().unwrap().to_owned()
}

async fn call(server: &Server, token: Option<&str>, method: &str, path: &str, body: Option<Value>) -> Answer {
    let mut request = server.request(method.parse().unwrap(), path);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn every_route_for_every_caller() {
    let server = Server::start().await;
    for name in ["admin", "owner", "sender", "member", "former", "stranger"] {
        server.person(name).await;
    }
    let sender = token(&server, "sender").await;
    let key = json!({"publicKey": "k"});
    call(&server, Some(&sender), "PUT", "/api/users/me/public-key", Some(key)).await.expect(200);

    let document = server.call("GET", "/api-docs/openapi.json", Value::Null).await.json();
    let mut unlisted: HashSet<String> = HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        unlisted.extend(
            item.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())),
        );
    }
    let mut wrong = Vec::new();
    for (route, body, expected) in MATRIX {
        assert!(unlisted.remove(*route), "{route} is not documented");
        let world = World::new(&server).await;
        let (method, path) = route.split_once(' ').unwrap();
        let path = world.fill(path);
        let callers = [None, Some("stranger"), Some("former"), Some("member"), Some("owner")];
        for (caller, expected) in callers.into_iter().zip(expected) {
            let token = match caller {
                Some(name) => Some(token(&server, name).await),
                None => None,
            };
            let body = match body {
                Body::None => None,
                Body::Of(make) => Some(make(&world)),
            };
            let answer = call(&server, token.as_deref(), method, &path, body.clone()).await;
            if answer.status != *expected {
                wrong.push(format!(
                    "{route} as {caller:?}: {} instead of {expected}: {}",
                    answer.status, answer.text
                ));
            }
            if let (None, Some(gateway)) = (caller, path.strip_prefix("/api"))
                && !["/server", "/socket/stats", "-docs/openapi.json"].contains(&gateway)
            {
                let answer = call(&server, None, method, gateway, body).await;
                if answer.status != *expected {
                    wrong.push(format!("{method} {gateway}: {} instead of {expected}", answer.status));
                }
            }
        }
    }
    assert!(unlisted.is_empty(), "not in the matrix: {unlisted:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
