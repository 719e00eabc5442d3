//! The application under test and its server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kith_server::listener::{self, Limits};
use kith_server::socket::{
    App, Class, CloseReason, Config, ConnectRequest, Engine, EngineMessage, Frame, Incoming, Kind, Refusal,
    Reply, Session, Stats,
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// Who is connected to which namespace.
#[derive(Debug)]
pub(crate) struct Conn {
    pub(crate) user: String,
    pub(crate) namespace: String,
}

/// Writes down what happens to it, and does what events tell it.
#[derive(Debug, Default)]
pub(crate) struct TestApp {
    pub(crate) log: Mutex<Vec<String>>,
    pub(crate) sessions: Mutex<Vec<Arc<Session>>>,
}

impl TestApp {
    fn note(&self, line: String) {
        self.log.lock().push(line);
    }

    fn event(kind: Kind, name: &str, payload: &str) -> Frame {
        match kind {
            Kind::Raw => Frame::raw_event(name, payload),
            _ => Frame::socketio_event(name, payload),
        }
    }

    /// Pushes an event to every session and says how many took it.
    pub(crate) fn broadcast(&self, name: &str, payload: &str, class: Class) -> usize {
        let sessions = self.sessions.lock();
        sessions
            .iter()
            .filter(|session| session.push(Self::event(session.kind(), name, payload), class))
            .count()
    }

    /// The only session.
    pub(crate) fn session(&self) -> Arc<Session> {
        let sessions = self.sessions.lock();
        assert_eq!(sessions.len(), 1, "one session expected");
        sessions[0].clone()
    }

    /// Waits until the log ends with `line`.
    pub(crate) async fn noted(&self, line: &str) {
        for _ in 0..500 {
            if self.log.lock().last().is_some_and(|last| last == line) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{line:?} does not end the log {:?}", self.log.lock());
    }
}

impl App for TestApp {
    type Conn = Conn;

    /// The token is the user's name. `/slow` takes its time, `/none` does not exist, a user `panic` makes it panic.
    async fn connect(
        self: &Arc<Self>,
        _session: &Arc<Session>,
        request: ConnectRequest,
    ) -> Result<Arc<Conn>, Refusal> {
        let query = request.handshake.uri.query().unwrap_or_default();
        let from_query = query.split('&').find_map(|pair| pair.strip_prefix("token=")).map(str::to_owned);
        let from_protocol = request.handshake.subprotocols().nth(1).map(str::to_owned);
        let user = request.auth.get("token").and_then(Value::as_str).map(str::to_owned);
        let user = user.or(from_query).or(from_protocol).unwrap_or_else(|| "anonymous".to_owned());
        let refusal = |message: &'static str, code: &'static str, close_code| {
            Err(Refusal {
                message: message.into(),
                code: code.into(),
                data: Some(json!({"user": user})),
                close_code,
            })
        };
        match (request.namespace.as_str(), user.as_str()) {
            ("/none", _) => return refusal("Invalid namespace", "not_found", 4404),
            (_, "expired") => return refusal("Not authorized", "unauthenticated", 4401),
            (_, "panic") => panic!("told to"),
            ("/slow", _) => tokio::time::sleep(Duration::from_millis(100)).await,
            _ => {}
        }
        Ok(Arc::new(Conn { user, namespace: request.namespace }))
    }

    fn may_resume(self: &Arc<Self>, kept: &Arc<Conn>, fresh: &Arc<Conn>) -> bool {
        kept.user == fresh.user
    }

    fn connected(self: &Arc<Self>, session: &Arc<Session>, conn: &Arc<Conn>, resumed: bool) {
        self.note(format!(
            "{} {} {}",
            conn.user,
            if resumed { "resumed" } else { "connected" },
            conn.namespace
        ));
        if conn.namespace == "/" && !resumed {
            self.sessions.lock().push(session.clone());
        }
    }

    async fn event(
        self: &Arc<Self>,
        session: &Arc<Session>,
        conn: &Arc<Conn>,
        event: Incoming,
    ) -> Option<Reply> {
        match event.name() {
            "echo" => Some(Reply::args(event.args(), event.attachments().to_vec())),
            "back" => {
                let back =
                    Frame::socketio_event_in(event.namespace(), "back", event.args(), event.attachments());
                session.push(back, Class::Reply);
                None
            }
            "whoami" => Some(Reply::success_of(&[&conn.user, event.namespace()])),
            // Notes when it was first polled, then answers after so many milliseconds.
            "wait" => {
                let pause = event.first().unwrap_or(0);
                self.note(format!("wait {pause}"));
                tokio::time::sleep(Duration::from_millis(pause)).await;
                Some(Reply::success(pause.to_string()))
            }
            "fail" => Some(Reply::error("No such thing", "not_found").with("retryAfter", 3)),
            "panic" => panic!("told to"),
            "number" => match event.first::<u32>() {
                Ok(number) => Some(Reply::success(number.to_string())),
                Err(_) => Some(Reply::error("Not a number", "validation")),
            },
            "close" => {
                session.close(match event.first::<u16>() {
                    Ok(4409) => CloseReason::Revoked,
                    Ok(4429) => CloseReason::TooManyEvents,
                    _ => CloseReason::Restarting,
                });
                None
            }
            // Asks the client and tells it what it answered.
            "ask" => {
                let answer = session.call(|id| Frame::socketio_call("question", id, event.args()));
                let session = session.clone();
                tokio::spawn(async move {
                    let answered = match answer {
                        Some(answer) => answer.await.map(|answer| answer.args.to_string()).ok(),
                        None => None,
                    };
                    let answered = answered.unwrap_or_else(|| "\"nothing\"".to_owned());
                    session.push(Frame::socketio_event("answered", &answered), Class::Reply);
                });
                None
            }
            _ => None,
        }
    }

    fn disconnected(self: &Arc<Self>, session: &Arc<Session>, conn: &Arc<Conn>, reason: CloseReason) {
        self.note(format!("{} disconnected {} {}", conn.user, conn.namespace, reason.as_str()));
        if conn.namespace == "/" {
            self.sessions.lock().retain(|other| other.id() != session.id());
        }
    }

    fn detached(self: &Arc<Self>, _session: &Arc<Session>, conn: &Arc<Conn>) {
        self.note(format!("{} detached {}", conn.user, conn.namespace));
    }

    fn engine_message(self: &Arc<Self>, session: &Arc<Session>, message: EngineMessage<'_>) {
        let echo = match message {
            EngineMessage::Text("panic") => panic!("told to"),
            EngineMessage::Text(text) => Frame::engine_text(text),
            EngineMessage::Binary(data) => Frame::engine_binary(data),
        };
        session.push(echo, Class::Reply);
    }
}

/// A server of its own for each test. At the end nothing may be left of its sessions.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) app: Arc<TestApp>,
    pub(crate) engine: Engine<TestApp>,
    _stop: oneshot::Sender<()>,
}

/// Times that suit tests. Heartbeats are out of the way unless a test is about them.
pub(crate) fn config() -> Config {
    Config {
        ping_interval: Duration::from_secs(20),
        ping_timeout: Duration::from_secs(20),
        connect_timeout: Duration::from_secs(5),
        ..Config::default()
    }
}

impl Server {
    pub(crate) async fn start(config: Config) -> Self {
        Self::start_with(config, Limits::default()).await
    }

    pub(crate) async fn start_with(config: Config, limits: Limits) -> Self {
        let app = Arc::new(TestApp::default());
        let engine = Engine::new(app.clone(), config);
        let router = engine.router().merge(engine.engine_router("/engine.io"));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(listener::serve(listener, router, limits, async move { drop(stopped.await) }));
        Self { address, app, engine, _stop: stop }
    }

    pub(crate) fn stats(&self) -> Stats {
        self.engine.stats()
    }

    /// Waits until the engine's counts fulfil `wanted`.
    pub(crate) async fn until(&self, what: &str, wanted: impl Fn(&Stats) -> bool) {
        for _ in 0..1000 {
            if wanted(&self.stats()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("never {what}: {:?}", self.stats());
    }

    /// Nothing may be connected or kept any more.
    pub(crate) async fn is_deserted(&self) {
        self.until("deserted", |stats| stats.polling + stats.websocket + stats.raw + stats.detached == 0)
            .await;
    }
}
