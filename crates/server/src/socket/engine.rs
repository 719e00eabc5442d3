//! The engine: an application, its sessions, and the clock that drives them.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use tokio::task::AbortHandle;

use super::app::App;
use super::registry::{Config, Registry, Stats};
use super::session::{CloseReason, Due, Kind, Parting, Session};
use super::{polling, websocket};

/// Serves one application over Socket.IO and raw WebSocket. Cheap to clone.
#[derive(Debug)]
pub struct Engine<A: App>(Arc<Inner<A>>);

impl<A: App> Clone for Engine<A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What every connection holds.
#[derive(Debug)]
pub(super) struct Inner<A: App> {
    pub(super) app: Arc<A>,
    pub(super) registry: Arc<Registry>,
    timekeeper: AbortHandle,
}

impl<A: App> Drop for Inner<A> {
    fn drop(&mut self) {
        self.timekeeper.abort();
    }
}

impl<A: App> Engine<A> {
    /// Starts the engine. Must be called inside a Tokio runtime.
    #[must_use]
    pub fn new(app: Arc<A>, config: Config) -> Self {
        let registry = Arc::new(Registry::new(config));
        Self(Arc::new_cyclic(|inner| {
            let timekeeper = tokio::spawn(keep_time(inner.clone(), registry.clone())).abort_handle();
            Inner { app, registry, timekeeper }
        }))
    }

    /// The routes `/socket.io/`, `/ws` and `/ws/{userId}/{sessionId}`. Requests must carry their peer's address as
    /// `ConnectInfo<SocketAddr>`; CORS is left to a layer around them.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let raw = {
            let engine = self.0.clone();
            any(move |request| websocket::open_raw(engine.clone(), request))
        };
        Router::new()
            .merge(self.engine_routes("/socket.io", Kind::SocketIo))
            .route("/ws", raw.clone())
            .route("/ws/{user_id}/{session_id}", raw)
    }

    /// Routes for plain Engine.IO at `path`, such as `/engine.io`; its messages go to [`App::engine_message`].
    pub fn engine_router<S: Clone + Send + Sync + 'static>(&self, path: &str) -> Router<S> {
        self.engine_routes(path, Kind::EngineIo)
    }

    fn engine_routes<S: Clone + Send + Sync + 'static>(&self, path: &str, kind: Kind) -> Router<S> {
        let path = path.trim_end_matches('/');
        let engine = self.0.clone();
        let route = any(move |request| polling::serve(engine.clone(), kind, request));
        // Clients may be told to leave out the slash.
        Router::new().route(path, route.clone()).route(&format!("{path}/"), route)
    }

    /// Counts for metrics.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.0.registry.counters.snapshot()
    }

    /// Opens no more sessions and tells all that are there to come back later (4503), spread evenly over `within`,
    /// so that the other nodes are not stormed. Returns when all are gone, or soon after that time.
    pub async fn drain(&self, within: Duration) {
        let registry = &self.0.registry;
        registry.draining.store(true, Ordering::Relaxed);
        let sessions = registry.all();
        let pause = within / u32::try_from(sessions.len().max(1)).unwrap_or(u32::MAX);
        let mut next = tokio::time::Instant::now();
        for session in sessions {
            session.close(CloseReason::Restarting);
            next += pause;
            tokio::time::sleep_until(next).await;
        }
        // Whoever slipped in while the flag was being set.
        registry.all().iter().for_each(|session| session.close(CloseReason::Restarting));
        let farewell = tokio::time::Instant::now() + Duration::from_secs(2);
        while !registry.is_empty() && tokio::time::Instant::now() < farewell {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Drops every session at once.
    pub fn shutdown(&self) {
        self.0.registry.draining.store(true, Ordering::Relaxed);
        for session in self.0.registry.all() {
            self.0.finish(&session, CloseReason::Restarting);
        }
    }
}

/// Turns the wheel until the engine is dropped.
async fn keep_time<A: App>(engine: Weak<Inner<A>>, registry: Arc<Registry>) {
    let mut interval = tokio::time::interval(Duration::from_millis(registry.wheel.tick()));
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut due = Vec::new();
    loop {
        registry.wheel.filled().await;
        interval.tick().await;
        let Some(engine) = engine.upgrade() else { return };
        registry.wheel.turn(registry.now(), &mut due);
        for key in due.drain(..) {
            if let Some(session) = registry.get(key) {
                engine.attend(&session);
            }
        }
    }
}

impl<A: App> Inner<A> {
    /// Does what a deadline of the session asks for.
    fn attend(self: &Arc<Self>, session: &Arc<Session>) {
        match session.look() {
            Due::Nothing => {}
            Due::End(reason) => {
                self.end(session, reason);
                if session.is_unlinked() {
                    session.release();
                }
            }
            Due::Lost(reason, epoch) => self.lost(session, epoch, reason),
            Due::Close(reason) => {
                if reason == CloseReason::Stalled {
                    self.registry.counters.stalled.fetch_add(1, Ordering::Relaxed);
                }
                session.close(reason);
            }
            Due::Release(reason) => self.finish(session, reason),
        }
    }

    /// A transport broke: the session waits for its client if it may, else it is over.
    pub(super) fn lost(self: &Arc<Self>, session: &Arc<Session>, epoch: u32, reason: CloseReason) {
        match session.part(epoch, reason) {
            Parting::Stale => {}
            Parting::Moved(session, epoch) => self.lost(&session, epoch, reason),
            Parting::Over(reason) => self.finish(session, reason),
            Parting::Detached { kept, left } => {
                self.announce_end(session, left, reason);
                if let Ok(conn) = kept.downcast::<A::Conn>() {
                    self.guard(|| self.app.detached(session, &conn));
                }
            }
        }
    }

    /// The session is over, and its connection is of no use any more.
    pub(super) fn finish(self: &Arc<Self>, session: &Arc<Session>, reason: CloseReason) {
        self.end(session, reason);
        session.release();
    }

    /// Tells the application about the end of all namespaces, once.
    fn end(self: &Arc<Self>, session: &Arc<Session>, reason: CloseReason) {
        let (conns, reason) = session.end(reason);
        self.announce_end(session, conns, reason);
    }

    pub(super) fn announce_end(
        self: &Arc<Self>,
        session: &Arc<Session>,
        conns: impl IntoIterator<Item = Arc<dyn Any + Send + Sync>>,
        reason: CloseReason,
    ) {
        for conn in conns {
            if let Ok(conn) = conn.downcast::<A::Conn>() {
                self.guard(|| self.app.disconnected(session, &conn, reason));
            }
        }
    }

    /// Calls the application; a panic is counted and goes no further.
    pub(super) fn guard<T>(&self, call: impl FnOnce() -> T) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(call)) {
            Ok(value) => Some(value),
            Err(_) => {
                self.count_panic();
                None
            }
        }
    }

    pub(super) fn count_panic(&self) {
        self.registry.counters.panics.fetch_add(1, Ordering::Relaxed);
        tracing::error!("the application panicked");
    }
}
