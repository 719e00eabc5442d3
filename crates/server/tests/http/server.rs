//! A server for one test, and people who call it.

use kith_api::Envelope;
use kith_api::view::{SocketFigures, TransportFigures};
use kith_core::{Ctx, Publisher, Registration, Settings, SystemClock};
use kith_server::config::{self, Config, Sources};
use kith_server::http::{SocketStats, State, router};
use kith_server::limits::Limiter;
use kith_server::listener;
use kith_server::metrics::Exporter;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Nobody listens to events in these tests.
struct Nowhere;

impl Publisher for Nowhere {
    fn forget(&self, _account: kith_api::UserId) {}

    fn publish(&self, _: Vec<Envelope>) {}
}

/// Sockets that never change.
struct ThreeSockets;

impl SocketStats for ThreeSockets {
    fn stats(&self) -> SocketFigures {
        let transports = TransportFigures { websocket: 1, polling: 1, raw: 1 };
        SocketFigures { connections: 3, transports, users_online: 2 }
    }
}

/// A server on a port of its own; it stops, and its data goes, with the value.
pub(crate) struct Server {
    pub(crate) state: State,
    pub(crate) origin: String,
    client: reqwest::Client,
    _stop: oneshot::Sender<()>,
    _data: tempfile::TempDir,
}

impl Server {
    /// As configured by default, without limits.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With these keys set.
    pub(crate) async fn with(keys: &[(&str, &str)]) -> Self {
        Self::configured(keys, &[]).await
    }

    /// With a secret, which is not taken from the command line.
    pub(crate) async fn with_environment(name: &str, value: &str) -> Self {
        Self::configured(&[], &[(name.to_owned(), value.to_owned())]).await
    }

    async fn configured(keys: &[(&str, &str)], environment: &[(String, String)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let off = [("limits.preset", "off")];
        let flags: Vec<_> =
            off.iter().chain(keys).map(|(key, value)| (key.to_string(), value.to_string())).collect();
        let sources = Sources { flags: &flags, environment, ..Sources::default() };
        let config = Arc::new(Config::load(&sources).unwrap());
        let path = data.path().join("kith.db");
        let options = kith_db::Options {
            engine: kith_db::Engine::Sqlite(path),
            statement_timeout: Duration::from_secs(5),
            pool: (1, 2),
            idle: Duration::from_secs(30),
        };
        let ctx = Ctx::open(&options, settings(&config), Arc::new(SystemClock), Arc::new(Nowhere)).unwrap();
        let limiter = Arc::new(Limiter::new(&config.limits));
        let state = State::new(ctx, config, limiter, Arc::new(ThreeSockets), Exporter::install());

        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", socket.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let serving = listener::serve(socket, router(&state), listener::Limits::default(), async {
            let _ = stopped.await;
        });
        tokio::spawn(serving);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { state, origin, client, _stop: stop, _data: data }
    }

    /// A request without credentials.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.origin))
    }

    /// A request of nobody, answered.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let request = self.request(method.parse().unwrap(), path);
        let request = if body.is_null() { request } else { request.json(&body) };
        Answer::of(request.send().await.unwrap()).await
    }

    /// Somebody new.
    pub(crate) async fn person(&self, name: &str) -> Person<'_> {
        let body = json!({"username": name, "password": PASSWORD});
        let signed_in = self.call("POST", "/api/auth/register", body).await.expect(201).data();
        Person {
            server: self,
            id: signed_in["user"]["id"].as_str().unwrap().to_owned(),
            token: signed_in["token"].as_str().unwrap().to_owned(),
            refresh_token: signed_in["refreshToken"].as_str().unwrap().to_owned(),
        }
    }
}

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

fn settings(config: &Config) -> Settings {
    Settings {
        secret: vec![7; 32],
        access_ttl: config.auth.access_ttl,
        refresh_ttl: config.auth.refresh_ttl,
        refresh_grace: config.auth.refresh_grace,
        registration: match config.auth.registration {
            config::Registration::Open => Registration::Open,
            config::Registration::Closed => Registration::Closed,
        },
        admin_email: None,
        lockout: (config.auth.lockout_attempts, config.auth.lockout_window),
        password: (8, 2),
        argon2: (8, 1, 1),
        log_retention: Duration::from_secs(3600),
        writers: 1,
        replica: None,
    }
}

/// Somebody with an account.
pub(crate) struct Person<'a> {
    pub(crate) server: &'a Server,
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

impl Person<'_> {
    /// A request with this person's token, answered.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let request = self.server.request(method.parse().unwrap(), path).bearer_auth(&self.token);
        let request = if body.is_null() { request } else { request.json(&body) };
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null).await
    }

    /// A message in a conversation.
    pub(crate) async fn say(&self, conversation: &str, content: &str) -> Value {
        let body = json!({"conversationId": conversation, "content": content});
        self.call("POST", "/api/messages", body).await.expect(201).data()
    }

    /// The dm with somebody.
    pub(crate) async fn dm_with(&self, other: &Person<'_>) -> String {
        let body = json!({"conversationType": "dm", "participantIds": [other.id]});
        let dm = self.call("POST", "/api/conversations", body).await.data();
        dm["id"].as_str().unwrap().to_owned()
    }

    /// A group with others.
    pub(crate) async fn group_with(&self, others: &[&Person<'_>]) -> String {
        let ids: Vec<_> = others.iter().map(|person| &person.id).collect();
        let body = json!({"conversationType": "group", "name": "Friends", "participantIds": ids});
        let group = self.call("POST", "/api/conversations", body).await.expect(201).data();
        group["id"].as_str().unwrap().to_owned()
    }
}

/// A response, read.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    /// Asserts the status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// Asserts status and code of an error, and that it has the shape of one.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        let body = self.expect(status).json();
        assert_eq!(body["success"], false);
        assert_eq!(body["code"], code, "{body}");
        assert!(body["error"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        assert!(body["requestId"].as_str().is_some_and(|id| !id.is_empty()), "{body}");
        body
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// `data` of a success.
    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        let mut body = self.json();
        assert_eq!(body["success"], true, "{body}");
        assert!(body["message"].is_string(), "{body}");
        body["data"].take()
    }

    /// One header, or nothing.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
