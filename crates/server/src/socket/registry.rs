//! What all sessions of one engine share: limits, clock, wheel and the way to find a session.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use http::{HeaderMap, Uri};
use kith_wire::engineio::Kind as PacketKind;
use parking_lot::Mutex;
use slab::Slab;
use tokio::time::Instant;

use super::app::{Handshake, Transport};
use super::frame::Frame;
use super::session::{Kind, Session, SessionId};
use super::wheel::Wheel;

/// Limits and times of an engine.
#[derive(Debug, Clone)]
pub struct Config {
    /// Between two Engine.IO pings.
    pub ping_interval: Duration,
    /// How long a pong may take.
    pub ping_timeout: Duration,
    /// Largest message, payload or packet with its attachments, in bytes.
    pub max_payload: usize,
    /// How long a client may take to connect to a namespace, or to be authenticated on a raw WebSocket.
    pub connect_timeout: Duration,
    /// Most bytes of events that wait for one client.
    pub queue_bytes: usize,
    /// How long a session is kept after its connection broke; zero switches recovery off.
    pub recovery_window: Duration,
    /// Silence after which a raw WebSocket is pinged.
    pub raw_ping: Duration,
    /// Silence after which it is closed.
    pub raw_timeout: Duration,
    /// How long a client may leave its queue unread.
    pub stall_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(60),
            max_payload: 1 << 20,
            connect_timeout: Duration::from_secs(20),
            queue_bytes: 256 << 10,
            recovery_window: Duration::from_secs(120),
            raw_ping: Duration::from_secs(30),
            raw_timeout: Duration::from_secs(300),
            stall_timeout: Duration::from_secs(30),
        }
    }
}

/// Counts for metrics: gauges of what is, counters of what was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Socket.IO and Engine.IO sessions on long-polling.
    pub polling: usize,
    /// Socket.IO and Engine.IO sessions on WebSocket.
    pub websocket: usize,
    /// Raw WebSockets.
    pub raw: usize,
    /// Sessions that wait for their client to come back.
    pub detached: usize,
    /// Events that were dropped because a client did not keep up.
    pub dropped: u64,
    /// Clients that were told to `sync`.
    pub sync_required: u64,
    /// Sessions that were resumed.
    pub resumed: u64,
    /// Clients that were closed because they did not read.
    pub stalled: u64,
    /// Panics of the application that were caught.
    pub panics: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) polling: AtomicUsize,
    pub(super) websocket: AtomicUsize,
    pub(super) raw: AtomicUsize,
    pub(super) detached: AtomicUsize,
    pub(super) dropped: AtomicU64,
    pub(super) sync_required: AtomicU64,
    pub(super) resumed: AtomicU64,
    pub(super) stalled: AtomicU64,
    pub(super) panics: AtomicU64,
}

impl Counters {
    pub(super) fn snapshot(&self) -> Stats {
        let gauge = |value: &AtomicUsize| value.load(Ordering::Relaxed);
        let count = |value: &AtomicU64| value.load(Ordering::Relaxed);
        Stats {
            polling: gauge(&self.polling),
            websocket: gauge(&self.websocket),
            raw: gauge(&self.raw),
            detached: gauge(&self.detached),
            dropped: count(&self.dropped),
            sync_required: count(&self.sync_required),
            resumed: count(&self.resumed),
            stalled: count(&self.stalled),
            panics: count(&self.panics),
        }
    }
}

#[derive(Debug)]
pub(super) struct Registry {
    pub(super) config: Config,
    pub(super) wheel: Wheel,
    pub(super) counters: Counters,
    started: Instant,
    sessions: Mutex<Slab<Arc<Session>>>,
    /// Sessions on long-polling by their Engine.IO id. A WebSocket needs no finding.
    polling: Mutex<HashMap<SessionId, Arc<Session>>>,
    /// No new sessions are opened any more.
    pub(super) draining: AtomicBool,
    /// What a namespace is connected with after the first one.
    pub(super) no_handshake: Arc<Handshake>,
    pub(super) ping: Frame,
    sync_socketio: Frame,
    sync_raw: Frame,
}

impl Registry {
    pub(super) fn new(config: Config) -> Self {
        let shortest = config.ping_interval.min(config.ping_timeout).min(config.raw_ping).as_millis() as u64;
        let reason = r#"{"reason":"slow"}"#;
        Self {
            wheel: Wheel::new((shortest / 50).clamp(1, 100)),
            config,
            counters: Counters::default(),
            started: Instant::now(),
            sessions: Mutex::default(),
            polling: Mutex::default(),
            draining: AtomicBool::new(false),
            no_handshake: Arc::new(Handshake {
                uri: Uri::default(),
                headers: HeaderMap::new(),
                peer: SocketAddr::from(([0, 0, 0, 0], 0)),
                transport: Transport::WebSocket,
            }),
            ping: Frame::engine_packet(PacketKind::Ping, ""),
            sync_socketio: Frame::socketio_event("sync_required", reason),
            sync_raw: Frame::raw_event("sync_required", reason),
        }
    }

    /// Milliseconds since the engine started.
    pub(super) fn now(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }

    /// The event that tells a client to `sync`; plain Engine.IO has none.
    pub(super) fn sync_required(&self, kind: Kind) -> Option<&Frame> {
        match kind {
            Kind::SocketIo => Some(&self.sync_socketio),
            Kind::Raw => Some(&self.sync_raw),
            Kind::EngineIo => None,
        }
    }

    /// Makes a session that knows its place.
    pub(super) fn insert(&self, make: impl FnOnce(u32) -> Arc<Session>) -> Arc<Session> {
        let mut sessions = self.sessions.lock();
        let entry = sessions.vacant_entry();
        let key = entry.key() as u32;
        entry.insert(make(key)).clone()
    }

    pub(super) fn get(&self, key: u32) -> Option<Arc<Session>> {
        self.sessions.lock().get(key as usize).cloned()
    }

    /// Forgets `session`, unless its place has another one already.
    pub(super) fn remove(&self, key: u32, session: &Session) {
        let mut sessions = self.sessions.lock();
        let removed = match sessions.get(key as usize) {
            Some(there) if std::ptr::eq(&**there, session) => sessions.try_remove(key as usize),
            _ => None,
        };
        drop(sessions);
        drop(removed);
    }

    pub(super) fn all(&self) -> Vec<Arc<Session>> {
        self.sessions.lock().iter().map(|(_, session)| session.clone()).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sessions.lock().is_empty()
    }

    pub(super) fn polling(&self, sid: &SessionId) -> Option<Arc<Session>> {
        self.polling.lock().get(sid).cloned()
    }

    pub(super) fn insert_polling(&self, sid: SessionId, session: Arc<Session>) {
        self.polling.lock().insert(sid, session);
    }

    pub(super) fn remove_polling(&self, sid: &SessionId) {
        self.polling.lock().remove(sid);
    }
}
