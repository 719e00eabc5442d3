//! One client, whatever transport it comes by.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use kith_wire::engineio::{Kind as PacketKind, POLL_PACKETS, Packet};
use kith_wire::socketio;
use kith_wire::websocket::Opcode;
use parking_lot::Mutex;
use smallvec::SmallVec;
use tokio::sync::oneshot;

use super::app::Handshake;
use super::frame::Frame;
pub use super::outbox::Class;
use super::outbox::{Batch, Outbox, Outcome, Queued};
use super::recovery::Recovery;
use super::registry::Registry;

/// 120 random bits as 20 characters that need no escaping anywhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId([u8; 20]);

impl SessionId {
    /// # Errors
    /// When the operating system has no random bytes.
    #[expect(
        clippy::disallowed_methods,
        reason = "ids of sessions are secrets of the edge and are never stored"
    )]
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut bytes = [0; 20];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes.map(|byte| ALPHABET[usize::from(byte & 63)])))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        text.as_bytes().try_into().ok().map(Self)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Always ASCII, unless `parse` took something else, which then equals no id.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Compares without telling by the time taken how much was right.
    pub(super) fn is_same_secret(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Ids are bearer secrets while a session lives, so logs show the beginning only.
impl fmt::Debug for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}…", self.as_str().get(..6).unwrap_or_default())
    }
}

/// What a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Socket.IO over Engine.IO.
    SocketIo,
    /// Engine.IO alone.
    EngineIo,
    /// JSON frames on a WebSocket.
    Raw,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The client said goodbye.
    ClientLeft,
    /// The connection broke, and the time to come back is over.
    ConnectionLost,
    /// 4400: the client sent something malformed.
    Malformed,
    /// 4401: there is no valid token.
    Unauthenticated,
    /// 4403: not allowed.
    Forbidden,
    /// 4408: silence for too long.
    Timeout,
    /// 4409: the sign-in was ended elsewhere.
    Revoked,
    /// 4413: a message above the limit.
    TooLarge,
    /// 4429: too many events.
    TooManyEvents,
    /// 4503: the server restarts.
    Restarting,
    /// 4503: the client did not read for too long.
    Stalled,
    /// Another close code: of the WebSocket protocol, or of a refused connection.
    Code(u16),
}

impl CloseReason {
    /// The code of the WebSocket close frame.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::ClientLeft => 1000,
            Self::ConnectionLost => 1006,
            Self::Malformed => 4400,
            Self::Unauthenticated => 4401,
            Self::Forbidden => 4403,
            Self::Timeout => 4408,
            Self::Revoked => 4409,
            Self::TooLarge => 4413,
            Self::TooManyEvents => 4429,
            Self::Restarting | Self::Stalled => 4503,
            Self::Code(code) => code,
        }
    }

    /// The reason of an application's own code.
    pub(super) fn from_code(code: u16) -> Self {
        match code {
            4400 => Self::Malformed,
            4401 => Self::Unauthenticated,
            4403 => Self::Forbidden,
            4408 => Self::Timeout,
            4409 => Self::Revoked,
            4413 => Self::TooLarge,
            4429 => Self::TooManyEvents,
            4503 => Self::Restarting,
            code => Self::Code(code),
        }
    }

    /// Whether coming back is pointless: official clients are told not to reconnect by themselves.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self.code(), 4401 | 4403 | 4409)
    }

    /// A word for metrics and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientLeft => "client_left",
            Self::ConnectionLost => "connection_lost",
            Self::Malformed => "malformed",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::Timeout => "timeout",
            Self::Revoked => "revoked",
            Self::TooLarge => "too_large",
            Self::TooManyEvents => "too_many_events",
            Self::Restarting => "restarting",
            Self::Stalled => "stalled",
            Self::Code(_) => "protocol",
        }
    }
}

/// The answer of a client to [`Session::call`].
#[derive(Debug, Clone)]
pub struct Answered {
    /// A comma-separated JSON list without brackets.
    pub args: Box<str>,
    /// What its placeholders name.
    pub attachments: Vec<Bytes>,
}

/// A deadline that never comes.
const NEVER: u64 = u64::MAX;

/// How long a closing connection may take to hand out its last frames, in milliseconds.
const LINGER: u64 = 5_000;

/// Server-side calls that may wait for an answer of one client.
const MAX_CALLS: usize = 64;

/// One client. Cheap to keep: a few hundred bytes, and nothing allocated while it is idle.
pub struct Session {
    id: SessionId,
    /// The second half of the recovery id; the first is `key`.
    secret: SessionId,
    kind: Kind,
    key: u32,
    registry: Arc<Registry>,
    state: Mutex<State>,
}

/// How far a session is in its life.
#[derive(Debug)]
enum Phase {
    /// No namespace is connected; the deadline is the connect timeout.
    Opening,
    /// At least one namespace is connected.
    Open,
    /// The connection broke; the deadline is the end of the recovery window.
    Detached,
    /// The last frames go out; the deadline is when that is given up.
    Closing(CloseReason),
    /// The connection goes on as another session, which was resumed.
    Moved(Arc<Session>),
    /// Over.
    Gone,
}

/// The transport of a session.
#[derive(Debug)]
enum Link {
    None,
    WebSocket,
    Polling(Box<Polling>),
}

/// What long-polling needs between two requests.
#[derive(Debug)]
struct Polling {
    sid: SessionId,
    /// A GET waits for packets.
    waiting: bool,
    /// A POST is being worked on.
    posting: bool,
    /// A WebSocket with this session id is open and may take over.
    probing: bool,
    /// The next GET is answered by a noop, so that the client can change transports.
    noop: bool,
}

/// A namespace of a session. There is no `conn` while the application decides.
struct Member {
    namespace: Box<str>,
    conn: Option<Arc<dyn Any + Send + Sync>>,
    /// `App::connected` has returned: from now on the end is announced by whoever takes the member out.
    settled: bool,
}

struct State {
    phase: Phase,
    /// When the phase must be over.
    deadline: u64,
    /// `disconnected` was called for all namespaces.
    ended: bool,
    link: Link,
    /// Grows with each new link: whoever holds an old number has nothing to say any more.
    epoch: u32,
    /// The task or request that writes, while it sleeps.
    waker: Option<Waker>,
    outbox: Outbox,
    /// Since when the socket takes nothing; zero while it does.
    blocked: u64,
    /// A batch is in the hands of the WebSocket's task.
    writing: bool,
    recovery: Recovery,
    members: SmallVec<[Member; 1]>,
    handshake: Option<Arc<Handshake>>,
    /// When the wheel looks at this session next.
    armed: u64,
    /// When the last ping was sent, or for a raw WebSocket when the client was last heard.
    beat: u64,
    awaiting_pong: bool,
    /// Events of a long-polling session that the application works on.
    in_flight: u16,
    /// The packet whose attachments have not all come.
    assembly: Option<Box<Assembly>>,
    calls: Option<Box<Calls>>,
}

/// A packet that waits for its attachments.
#[derive(Debug)]
pub(super) struct Assembly {
    pub(super) text: String,
    pub(super) attachments: Vec<Bytes>,
    pub(super) expected: usize,
    pub(super) bytes: usize,
}

/// Calls of the server that the client has not answered.
#[derive(Debug, Default)]
struct Calls {
    last: u64,
    waiting: HashMap<u64, oneshot::Sender<Answered>>,
}

/// What the writer of a session does next.
pub(super) enum Next {
    /// Writes these frames, of the first of which so many bytes are written already.
    Write(Batch, usize),
    /// Sleeps; it will be woken.
    Sleep,
    /// Says goodbye: the outbox is empty.
    Close(CloseReason),
    /// Goes on with this session and its epoch.
    Move(Arc<Session>, u32),
    /// Ends without a word: another transport has taken over, or everything is over.
    Leave,
}

/// What a session's deadline asks the engine to do.
pub(super) enum Due {
    Nothing,
    /// Tell the application that the session ended.
    End(CloseReason),
    /// The transport of this epoch is as good as gone.
    Lost(CloseReason, u32),
    /// Close in an orderly manner.
    Close(CloseReason),
    /// Give up: recovery window or lingering is over.
    Release(CloseReason),
}

/// What became of the end of a transport.
pub(super) enum Parting {
    /// Some newer transport has the session.
    Stale,
    /// The transport belongs to this session now, in this epoch.
    Moved(Arc<Session>, u32),
    /// It waits for the client to come back. `left` are namespaces that do not.
    Detached { kept: Arc<dyn Any + Send + Sync>, left: Vec<Arc<dyn Any + Send + Sync>> },
    /// It is over.
    Over(CloseReason),
}

/// What a poll gets.
pub(super) enum Polled {
    /// The body of the answer.
    Body(Vec<u8>),
    /// The body of the last answer of this session.
    Last(Vec<u8>),
    /// The session has no long-polling any more.
    Gone,
}

/// Why a request of long-polling is refused.
pub(super) enum Refused {
    /// No session on long-polling has this id.
    Unknown,
    /// There is such a request already; the session must be closed.
    Conflict,
}

/// What became of an attempt to resume a session.
pub(super) enum Resumption {
    /// It goes on with the new connection.
    Resumed,
    /// Its old connection is writing at this very moment: try again.
    Busy,
    /// It is over, or cannot repeat what the client misses.
    Impossible,
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Session")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What the application uses.
impl Session {
    /// Unguessable and stable, also when the session is resumed. For Socket.IO it is the client's `socket.id`.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// What the client speaks, hence which [`Frame`]s it understands.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Queues a frame and says whether it was. The slow-client policy may drop events; see [`Class`].
    pub fn push(&self, frame: Frame, class: Class) -> bool {
        let mut state = self.state.lock();
        let queued = match &state.phase {
            Phase::Opening | Phase::Open => self.enqueue(&mut state, frame, class),
            Phase::Detached if class == Class::Durable => self.enqueue(&mut state, frame, class),
            // Commands that had begun are answered before the connection goes.
            Phase::Closing(reason) if class == Class::Reply && !reason.is_terminal() => {
                self.enqueue(&mut state, frame, class)
            }
            Phase::Moved(session) => {
                let session = session.clone();
                drop(state);
                return session.push(frame, class);
            }
            _ => false,
        };
        // A writer that waits for its socket is not disturbed.
        let waker = if queued && state.blocked == 0 { state.waker.take() } else { None };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        queued
    }

    /// Emits an event that asks the client for an acknowledgement; `frame` makes it from the id. The answer never
    /// comes if the connection breaks first. `None` if the session is not connected, or too many calls wait already.
    pub fn call(&self, frame: impl FnOnce(u64) -> Frame) -> Option<oneshot::Receiver<Answered>> {
        let (sender, receiver) = oneshot::channel();
        let id = {
            let mut state = self.state.lock();
            if !matches!(state.phase, Phase::Open) {
                return None;
            }
            let calls = state.calls.get_or_insert_default();
            calls.waiting.retain(|_, waiting| !waiting.is_closed());
            if calls.waiting.len() >= MAX_CALLS {
                return None;
            }
            calls.last += 1;
            calls.waiting.insert(calls.last, sender);
            calls.last
        };
        self.push(frame(id), Class::Reply).then_some(receiver)
    }

    /// Ends the session: what is queued is still sent, then the connection is closed with the reason's code. The
    /// application hears [`App::disconnected`](super::App::disconnected) soon after.
    pub fn close(&self, reason: CloseReason) {
        let mut state = self.state.lock();
        match &state.phase {
            Phase::Opening | Phase::Open | Phase::Detached => {}
            Phase::Moved(session) => {
                let session = session.clone();
                drop(state);
                return session.close(reason);
            }
            Phase::Closing(_) | Phase::Gone => return,
        }
        // Official clients reconnect by themselves unless the server leaves their namespace first.
        if reason.is_terminal() && self.kind == Kind::SocketIo && !matches!(state.phase, Phase::Detached) {
            let members = state.members.iter().filter(|member| member.conn.is_some());
            let namespaces: Vec<_> = members.map(|member| member.namespace.clone()).collect();
            for namespace in namespaces {
                let goodbye = Frame::message(0, &[], |out| socketio::write_disconnect(out, &namespace));
                self.enqueue(&mut state, goodbye, Class::Reply);
            }
        }
        if matches!(state.phase, Phase::Detached) {
            decrement(&self.registry.counters.detached);
        }
        state.phase = Phase::Closing(reason);
        let now = self.registry.now();
        state.deadline = now + LINGER;
        // The wheel tells the application, which cannot be called from here.
        self.arm(&mut state, now);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether frames still reach the client, or will when it comes back.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state.lock().phase, Phase::Opening | Phase::Open | Phase::Detached)
    }

    /// Bytes that wait to be written.
    #[must_use]
    pub fn queued_bytes(&self) -> usize {
        self.state.lock().outbox.bytes()
    }
}

/// Opening and namespaces.
impl Session {
    /// Opens a session; `sid` is the Engine.IO id of one that starts with long-polling.
    pub(super) fn open(
        registry: &Arc<Registry>,
        kind: Kind,
        handshake: Handshake,
        polling: Option<SessionId>,
    ) -> Result<Arc<Self>, getrandom::Error> {
        let (id, secret) = (SessionId::random()?, SessionId::random()?);
        let now = registry.now();
        let link = match polling {
            None => Link::WebSocket,
            Some(sid) => Link::Polling(Box::new(Polling {
                sid,
                waiting: false,
                posting: false,
                probing: false,
                noop: false,
            })),
        };
        let opening = kind != Kind::EngineIo;
        let state = State {
            phase: if opening { Phase::Opening } else { Phase::Open },
            deadline: if opening { now + registry.config.connect_timeout.as_millis() as u64 } else { NEVER },
            ended: false,
            link,
            epoch: 0,
            waker: None,
            outbox: Outbox::default(),
            blocked: 0,
            writing: false,
            recovery: Recovery::default(),
            members: SmallVec::new(),
            handshake: opening.then(|| Arc::new(handshake)),
            armed: NEVER,
            beat: now,
            awaiting_pong: false,
            in_flight: 0,
            assembly: None,
            calls: None,
        };
        let session = registry.insert(|key| {
            Arc::new(Self { id, secret, kind, key, registry: registry.clone(), state: Mutex::new(state) })
        });
        let mut state = session.state.lock();
        session.count_link(&state.link, true);
        let first = session.next_deadline(&state, now);
        session.arm(&mut state, first);
        drop(state);
        if let Some(sid) = polling {
            registry.insert_polling(sid, session.clone());
        }
        Ok(session)
    }

    /// The session that this one's connection goes on as.
    pub(super) fn current(self: &Arc<Self>) -> Arc<Self> {
        match &self.state.lock().phase {
            Phase::Moved(session) => session.clone(),
            _ => self.clone(),
        }
    }

    pub(super) fn epoch(&self) -> u32 {
        self.state.lock().epoch
    }

    /// The id with which a client can come back, if it can.
    pub(super) fn recovery_id(&self) -> Option<String> {
        self.recovery_possible().then(|| format!("{:x}.{}", self.key, self.secret))
    }

    /// Finds the session of a recovery id.
    pub(super) fn find(registry: &Registry, recovery_id: &str) -> Option<Arc<Self>> {
        let (key, secret) = recovery_id.split_once('.')?;
        let session = registry.get(u32::from_str_radix(key, 16).ok()?)?;
        session.secret.is_same_secret(&SessionId::parse(secret)?).then_some(session)
    }

    /// Begins to connect a namespace. `None` if that is under way or done already, which the protocol forbids, or
    /// the session is ending.
    pub(super) fn begin_connect(&self, namespace: &str) -> Option<Arc<Handshake>> {
        let mut state = self.state.lock();
        let fits = matches!(state.phase, Phase::Opening | Phase::Open);
        if !fits || state.members.iter().any(|member| *member.namespace == *namespace) {
            return None;
        }
        state.members.push(Member { namespace: namespace.into(), conn: None, settled: false });
        Some(state.handshake.clone().unwrap_or_else(|| self.registry.no_handshake.clone()))
    }

    /// Connects a namespace and queues the reply before any event. False if the session ended meanwhile.
    pub(super) fn finish_connect(
        &self,
        namespace: &str,
        conn: Arc<dyn Any + Send + Sync>,
        reply: Option<Frame>,
    ) -> bool {
        let mut state = self.state.lock();
        if !matches!(state.phase, Phase::Opening | Phase::Open) {
            return false;
        }
        let Some(member) = state.members.iter_mut().find(|member| *member.namespace == *namespace) else {
            return false;
        };
        member.conn = Some(conn);
        state.phase = Phase::Open;
        state.deadline = NEVER;
        state.handshake = None;
        if let Some(reply) = reply {
            self.enqueue(&mut state, reply, Class::Reply);
        }
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }

    /// `App::connected` has returned. `Some`: the session, or the namespace, ended meanwhile, for this reason.
    pub(super) fn settle(&self, namespace: &str) -> Option<CloseReason> {
        let mut state = self.state.lock();
        if let Some(member) = state.members.iter_mut().find(|member| *member.namespace == *namespace) {
            member.settled = true;
            return None;
        }
        Some(match &state.phase {
            Phase::Closing(reason) => *reason,
            Phase::Gone => CloseReason::ConnectionLost,
            _ => CloseReason::ClientLeft,
        })
    }

    /// What the application keeps for a namespace.
    pub(super) fn conn<C: Send + Sync + 'static>(&self, namespace: &str) -> Option<Arc<C>> {
        let state = self.state.lock();
        let member = state.members.iter().find(|member| *member.namespace == *namespace)?;
        member.conn.clone()?.downcast().ok()
    }

    /// Takes a namespace out and returns what the application keeps for it, `Some(None)` if it does not yet. When it
    /// was the last, the connect timeout runs again.
    pub(super) fn leave(&self, namespace: &str) -> Option<Option<Arc<dyn Any + Send + Sync>>> {
        let mut state = self.state.lock();
        let index = state.members.iter().position(|member| *member.namespace == *namespace)?;
        let member = state.members.remove(index);
        if matches!(state.phase, Phase::Open) && state.members.is_empty() {
            state.phase = Phase::Opening;
            state.deadline = self.registry.now() + self.registry.config.connect_timeout.as_millis() as u64;
            let deadline = state.deadline;
            self.arm(&mut state, deadline);
        }
        Some(member.conn.filter(|_| member.settled))
    }

    /// Takes all namespaces out, once, and says why they end: for `reason`, unless the server closed the session for
    /// another before.
    pub(super) fn end(&self, reason: CloseReason) -> (Vec<Arc<dyn Any + Send + Sync>>, CloseReason) {
        let mut state = self.state.lock();
        let reason = match &state.phase {
            Phase::Closing(earlier) => *earlier,
            _ => reason,
        };
        state.ended = true;
        state.calls = None;
        state.assembly = None;
        (settled(state.members.drain(..)), reason)
    }

    /// Ends the session in the registry; its transport leaves when it looks next.
    pub(super) fn release(&self) {
        let mut state = self.state.lock();
        if matches!(state.phase, Phase::Gone | Phase::Moved(_)) {
            return;
        }
        if matches!(state.phase, Phase::Detached) {
            decrement(&self.registry.counters.detached);
        }
        state.phase = Phase::Gone;
        state.epoch += 1;
        state.outbox.clear();
        state.recovery = Recovery::default();
        state.handshake = None;
        let waker = state.waker.take();
        self.unlink(&mut state);
        drop(state);
        self.registry.remove(self.key, self);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Writing.
impl Session {
    /// Whether a [durable](Class::Durable) event was ever queued for it, or dropped.
    pub fn had_events(&self) -> bool {
        self.state.lock().recovery.has_numbered()
    }

    /// Queues a frame in any phase.
    fn enqueue(&self, state: &mut State, frame: Frame, class: Class) -> bool {
        let number = if class == Class::Durable { state.recovery.number() } else { 0 };
        let outcome = state.outbox.push(frame, class, number, self.registry.config.queue_bytes);
        if outcome == Outcome::Queued {
            return true;
        }
        let counters = &self.registry.counters;
        counters.dropped.fetch_add(1, Ordering::Relaxed);
        if class == Class::Durable {
            state.recovery.lose();
        }
        if outcome == Outcome::Overflowed
            && !matches!(state.phase, Phase::Detached)
            && let Some(sync) = self.registry.sync_required(self.kind)
        {
            counters.sync_required.fetch_add(1, Ordering::Relaxed);
            state.outbox.push_sync(sync.clone());
        }
        false
    }

    /// Takes what a WebSocket writes next. `done` was written completely since the last call.
    pub(super) fn next_batch(&self, epoch: u32, done: Batch, context: &mut Context<'_>) -> Next {
        let mut state = self.state.lock();
        if let Phase::Moved(session) = &state.phase {
            let session = session.clone();
            drop(state);
            let epoch = session.epoch();
            return Next::Move(session, epoch);
        }
        if state.epoch != epoch {
            return Next::Leave;
        }
        if !done.is_empty() {
            state.blocked = 0;
        }
        self.record(&mut state, done);
        state.writing = !state.outbox.is_empty();
        if state.writing {
            let (batch, written) = state.outbox.take();
            return Next::Write(batch, written);
        }
        sleep(&mut state.waker, context);
        match &state.phase {
            Phase::Closing(reason) => Next::Close(*reason),
            _ => Next::Sleep,
        }
    }

    /// Puts back what the socket did not take. `progress`: it took something, be it a part of a frame.
    pub(super) fn put_back(
        &self,
        epoch: u32,
        done: Batch,
        rest: Batch,
        written: usize,
        progress: bool,
        context: &mut Context<'_>,
    ) {
        let mut state = self.state.lock();
        if state.epoch != epoch {
            return;
        }
        state.writing = false;
        self.record(&mut state, done);
        state.outbox.put_back(rest, written);
        if state.blocked == 0 || progress {
            let now = self.registry.now();
            state.blocked = now.max(1);
            let stalled = now + self.registry.config.stall_timeout.as_millis() as u64;
            self.arm(&mut state, stalled);
        }
        sleep(&mut state.waker, context);
    }

    fn record(&self, state: &mut State, done: Batch) {
        if self.recovery_possible() {
            done.into_iter()
                .filter(|queued| queued.number().is_some())
                .for_each(|queued| state.recovery.sent(queued));
        }
    }

    /// Whether the session, as far as this epoch knows it, is over; else the task is woken when it is.
    pub(super) fn is_left(&self, epoch: u32, context: &mut Context<'_>) -> bool {
        let mut state = self.state.lock();
        let left = state.epoch != epoch;
        if !left {
            sleep(&mut state.waker, context);
        }
        left
    }

    /// Whether it waits for its client to come back.
    #[must_use]
    pub fn is_detached(&self) -> bool {
        matches!(self.state.lock().phase, Phase::Detached)
    }

    /// Whether no transport is left.
    pub(super) fn is_unlinked(&self) -> bool {
        matches!(self.state.lock().link, Link::None)
    }

    /// Whether the client gets no more answers before it reads some.
    pub(super) fn is_backlogged(&self) -> bool {
        self.state.lock().outbox.bytes() > self.registry.config.queue_bytes
    }
}

/// Heartbeats and deadlines.
impl Session {
    /// A pong came.
    pub(super) fn ponged(&self) {
        let mut state = self.state.lock();
        if state.awaiting_pong {
            state.awaiting_pong = false;
            state.recovery.ponged();
        }
    }

    /// A raw WebSocket said anything.
    pub(super) fn heard(&self) {
        let now = self.registry.now();
        let mut state = self.state.lock();
        state.beat = now;
        state.awaiting_pong = false;
    }

    /// Looks at what is due; called by the wheel.
    pub(super) fn look(&self) -> Due {
        let now = self.registry.now();
        // Entries fire up to a tick early, so that a deadline is never late.
        let limit = now + self.registry.wheel.tick();
        let mut state = self.state.lock();
        if state.armed > limit {
            // An entry that an earlier deadline left behind.
            return Due::Nothing;
        }
        state.armed = NEVER;
        let due = self.due(&mut state, limit);
        if !matches!(state.phase, Phase::Gone | Phase::Moved(_)) {
            let next = self.next_deadline(&state, limit);
            self.arm(&mut state, next);
        }
        let waker = if state.blocked == 0 && !state.outbox.is_empty() { state.waker.take() } else { None };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        due
    }

    fn due(&self, state: &mut State, limit: u64) -> Due {
        let config = &self.registry.config;
        let expired = state.deadline <= limit;
        match &state.phase {
            Phase::Gone | Phase::Moved(_) => return Due::Nothing,
            Phase::Closing(reason) if expired => return Due::Release(*reason),
            Phase::Closing(reason) if !state.ended => return Due::End(*reason),
            Phase::Closing(_) => return Due::Nothing,
            Phase::Detached if expired => return Due::Release(CloseReason::ConnectionLost),
            Phase::Detached => return Due::Nothing,
            Phase::Opening if expired => return Due::Close(CloseReason::Timeout),
            Phase::Opening | Phase::Open => {}
        }
        if state.blocked != 0 && state.blocked + config.stall_timeout.as_millis() as u64 <= limit {
            return Due::Close(CloseReason::Stalled);
        }
        let (interval, timeout) = self.beats();
        let since_beat = limit.saturating_sub(state.beat);
        if self.kind == Kind::Raw {
            // The answer to a ping makes the beat younger; without one the pings go on, one an interval.
            if since_beat >= timeout {
                return Due::Close(CloseReason::Timeout);
            }
            if since_beat >= interval {
                state.awaiting_pong = true;
                self.enqueue(state, Frame::control(Opcode::Ping, b""), Class::Reply);
            }
        } else if state.awaiting_pong {
            if since_beat >= timeout {
                return Due::Lost(CloseReason::Timeout, state.epoch);
            }
        } else if since_beat >= interval {
            state.beat = if since_beat < 2 * interval { state.beat + interval } else { limit };
            state.awaiting_pong = true;
            self.enqueue(state, self.registry.ping.clone(), Class::Reply);
            state.recovery.pinged();
        }
        Due::Nothing
    }

    /// Interval and timeout of the heartbeat in milliseconds.
    fn beats(&self) -> (u64, u64) {
        let config = &self.registry.config;
        let (interval, timeout) = match self.kind {
            Kind::Raw => (config.raw_ping, config.raw_timeout),
            _ => (config.ping_interval, config.ping_timeout),
        };
        (interval.as_millis() as u64, timeout.as_millis() as u64)
    }

    /// When to look again, after everything that is due at `now` was done.
    fn next_deadline(&self, state: &State, now: u64) -> u64 {
        let (interval, timeout) = self.beats();
        let beat = match &state.phase {
            Phase::Opening | Phase::Open if self.kind == Kind::Raw => {
                let pings = (now.saturating_sub(state.beat) / interval.max(1)) + 1;
                state.beat + timeout.min(pings * interval)
            }
            Phase::Opening | Phase::Open if state.awaiting_pong => {
                // A pong that came makes the next ping due after `interval`; one that did not ends it after `timeout`.
                let early = state.beat + interval.min(timeout);
                if early > now { early } else { state.beat + timeout }
            }
            Phase::Opening | Phase::Open => state.beat + interval,
            _ => NEVER,
        };
        let stalled = match state.blocked {
            0 => NEVER,
            since => since + self.registry.config.stall_timeout.as_millis() as u64,
        };
        state.deadline.min(beat).min(stalled)
    }

    /// Makes the wheel look at this session no later than `at`.
    fn arm(&self, state: &mut State, at: u64) {
        if at < state.armed {
            state.armed = self.registry.wheel.arm(self.key, at);
        }
    }
}

/// Long-polling and the upgrade.
impl Session {
    /// A GET begins to wait.
    pub(super) fn begin_poll(&self, sid: &SessionId) -> Result<(), Refused> {
        let mut state = self.state.lock();
        match &mut state.link {
            Link::Polling(polling) if polling.sid == *sid && !polling.waiting => {
                polling.waiting = true;
                Ok(())
            }
            Link::Polling(polling) if polling.sid == *sid => Err(Refused::Conflict),
            _ => Err(Refused::Unknown),
        }
    }

    /// What the waiting GET answers.
    pub(super) fn poll_packets(&self, sid: &SessionId, context: &mut Context<'_>) -> Poll<Polled> {
        let mut state = self.state.lock();
        if let Phase::Moved(session) = &state.phase {
            let session = session.clone();
            drop(state);
            return session.poll_packets(sid, context);
        }
        // What a server that goes away is taking at this moment is answered. A client that is told off waits for nothing.
        let restarting = matches!(state.phase, Phase::Closing(CloseReason::Restarting));
        let (noop, posting) = match &mut state.link {
            Link::Polling(polling) if polling.sid == *sid => {
                (std::mem::take(&mut polling.noop), polling.posting && restarting)
            }
            _ => return Poll::Ready(Polled::Gone),
        };
        let marks = self.recovery_possible();
        let batch = state.outbox.take_packets(POLL_PACKETS - usize::from(marks));
        let mut packets: usize = batch.iter().map(|queued| queued.frame.packets()).sum();
        let mut body = Vec::with_capacity(batch.iter().map(|queued| queued.frame.len()).sum());
        batch.iter().for_each(|queued| queued.frame.write_polling(&mut body));
        if let Some(number) = batch.iter().rev().find_map(Queued::number)
            && marks
        {
            Frame::offset(number).write_polling(&mut body);
            packets += 1;
        }
        self.record(&mut state, batch);
        let room = packets < POLL_PACKETS;
        let last = matches!(state.phase, Phase::Closing(_))
            && state.outbox.is_empty()
            && state.in_flight == 0
            && !posting
            && room;
        if last {
            Packet::Text(PacketKind::Close, "").write_payload(&mut body);
        } else if body.is_empty() && noop {
            Packet::Text(PacketKind::Noop, "").write_payload(&mut body);
        }
        if body.is_empty() {
            sleep(&mut state.waker, context);
            return Poll::Pending;
        }
        if let Link::Polling(polling) = &mut state.link {
            polling.waiting = false;
        }
        Poll::Ready(if last { Polled::Last(body) } else { Polled::Body(body) })
    }

    /// The waiting GET was broken off. Returns the epoch of the transport that is thereby lost.
    pub(super) fn poll_broken(&self, sid: &SessionId) -> Option<u32> {
        let mut state = self.state.lock();
        match &mut state.link {
            Link::Polling(polling) if polling.sid == *sid && polling.waiting => {
                polling.waiting = false;
                Some(state.epoch)
            }
            _ => None,
        }
    }

    /// Whether a GET waits.
    pub(super) fn is_polled(&self) -> bool {
        matches!(&self.state.lock().link, Link::Polling(polling) if polling.waiting)
    }

    /// A POST begins; `false` if the session is closing and takes nothing more. That is no reason for the client to
    /// hang up: its next GET brings the answers to what was taken, and the end.
    pub(super) fn begin_post(&self, sid: &SessionId) -> Result<bool, Refused> {
        let state = &mut *self.state.lock();
        match (&state.phase, &mut state.link) {
            (Phase::Closing(_), Link::Polling(polling)) if polling.sid == *sid => Ok(false),
            (_, Link::Polling(polling)) if polling.sid == *sid && !polling.posting => {
                polling.posting = true;
                Ok(true)
            }
            (_, Link::Polling(polling)) if polling.sid == *sid => Err(Refused::Conflict),
            _ => Err(Refused::Unknown),
        }
    }

    /// A POST is done.
    pub(super) fn end_post(&self) {
        let mut state = self.state.lock();
        if let Link::Polling(polling) = &mut state.link {
            polling.posting = false;
        }
        // The last poll of a closing session waits for this.
        let waker = if matches!(state.phase, Phase::Closing(_)) { state.waker.take() } else { None };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// A WebSocket with the id of this session wants to take over. Only one may.
    pub(super) fn begin_probe(&self, sid: &SessionId) -> bool {
        let state = &mut *self.state.lock();
        match (&state.phase, &mut state.link) {
            (Phase::Opening | Phase::Open, Link::Polling(polling))
                if polling.sid == *sid && !polling.probing =>
            {
                polling.probing = true;
                true
            }
            _ => false,
        }
    }

    /// The probe was answered: a GET that waits is let go, so that the client can change transports.
    pub(super) fn release_poll(&self) {
        let mut state = self.state.lock();
        if let Link::Polling(polling) = &mut state.link {
            polling.noop = true;
        }
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether a WebSocket is about to take over.
    pub(super) fn is_probing(&self) -> bool {
        matches!(&self.state.lock().link, Link::Polling(polling) if polling.probing)
    }

    /// The WebSocket went away before it took over.
    pub(super) fn cancel_probe(&self, sid: &SessionId) {
        if let Link::Polling(polling) = &mut self.state.lock().link
            && polling.sid == *sid
        {
            polling.probing = false;
            polling.noop = false;
        }
    }

    /// The WebSocket takes over. Returns its epoch, `None` if the session ended meanwhile.
    pub(super) fn upgrade(&self, sid: &SessionId) -> Option<u32> {
        let mut state = self.state.lock();
        match &state.link {
            Link::Polling(polling) if polling.sid == *sid => {}
            _ => return None,
        }
        let waker = state.waker.take();
        self.unlink(&mut state);
        self.link(&mut state, Link::WebSocket);
        let epoch = state.epoch;
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        Some(epoch)
    }

    /// Events of a long-polling session that the application works on.
    pub(super) fn in_flight(&self) -> u16 {
        self.state.lock().in_flight
    }

    /// Counts such an event up or down.
    pub(super) fn count_in_flight(&self, change: i16) {
        let mut state = self.state.lock();
        state.in_flight = state.in_flight.saturating_add_signed(change);
        // The last poll of a closing session waits for this.
        let done = state.in_flight == 0 && matches!(state.phase, Phase::Closing(_));
        let waker = if done { state.waker.take() } else { None };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The end of a transport and the beginning of the next.
impl Session {
    /// The transport of this epoch is gone.
    pub(super) fn part(&self, epoch: u32, reason: CloseReason) -> Parting {
        let mut state = self.state.lock();
        if let Phase::Moved(session) = &state.phase {
            let session = session.clone();
            drop(state);
            let epoch = session.epoch();
            return Parting::Moved(session, epoch);
        }
        if state.epoch != epoch {
            return Parting::Stale;
        }
        let main = state.members.iter().position(|member| *member.namespace == *socketio::MAIN);
        let main = main.map(|main| &state.members[main]).filter(|main| main.settled);
        let kept = main.and_then(|main| main.conn.clone());
        let comes_back = matches!(reason, CloseReason::ConnectionLost | CloseReason::Timeout);
        match (&state.phase, kept) {
            (Phase::Closing(reason), _) => Parting::Over(*reason),
            (Phase::Open, Some(kept)) if comes_back && self.recovery_possible() => {
                let (members, left): (SmallVec<[_; 1]>, SmallVec<[_; 1]>) =
                    state.members.drain(..).partition(|member| *member.namespace == *socketio::MAIN);
                state.members = members;
                self.unlink(&mut state);
                state.epoch += 1;
                state.phase = Phase::Detached;
                increment(&self.registry.counters.detached);
                state.outbox.detach();
                state.blocked = 0;
                state.writing = false;
                state.awaiting_pong = false;
                state.calls = None;
                state.assembly = None;
                state.deadline =
                    self.registry.now() + self.registry.config.recovery_window.as_millis() as u64;
                let deadline = state.deadline;
                self.arm(&mut state, deadline);
                if let Some(waker) = state.waker.take() {
                    waker.wake();
                }
                Parting::Detached { kept, left: settled(left) }
            }
            _ => Parting::Over(reason),
        }
    }

    /// Goes on with the connection of `fresh`, a session of which nothing but the main namespace is being connected.
    /// The reply and everything after `offset` is queued. The old connection, if it is still there, is dropped.
    pub(super) fn resume(self: &Arc<Self>, fresh: &Arc<Self>, offset: u64, reply: Frame) -> Resumption {
        if Arc::ptr_eq(self, fresh) {
            return Resumption::Impossible;
        }
        let mut state = self.state.lock();
        if !matches!(state.phase, Phase::Open | Phase::Detached) || state.members.len() != 1 {
            return Resumption::Impossible;
        }
        if state.writing {
            return Resumption::Busy;
        }
        // Always locked in this order: nobody resumes a session that is being connected.
        let mut new = fresh.state.lock();
        let alone = new.members.len() == 1 && new.members.iter().all(|member| member.conn.is_none());
        if !matches!(new.phase, Phase::Opening) || !alone || matches!(new.link, Link::None) {
            return Resumption::Impossible;
        }
        let Some(replay) = state.recovery.resume(offset) else { return Resumption::Impossible };
        if matches!(state.phase, Phase::Detached) {
            decrement(&self.registry.counters.detached);
        }
        let old_waker = state.waker.take();
        self.unlink(&mut state);
        state.outbox.detach();
        state.outbox.prepend(std::iter::once(Queued::reply(reply)).chain(replay));
        state.phase = Phase::Open;
        state.deadline = NEVER;
        state.blocked = 0;
        state.beat = new.beat;
        state.awaiting_pong = false;
        state.calls = None;
        state.assembly = None;
        state.in_flight = new.in_flight;
        // `App::connected` is called once more.
        state.members.iter_mut().for_each(|member| member.settled = false);
        let link = std::mem::replace(&mut new.link, Link::None);
        if let Link::Polling(polling) = &link {
            self.registry.insert_polling(polling.sid, self.clone());
        }
        // The link moves, and with it its count.
        state.link = link;
        state.epoch += 1;
        let next = self.next_deadline(&state, self.registry.now());
        self.arm(&mut state, next);
        new.phase = Phase::Moved(self.clone());
        new.members.clear();
        new.handshake = None;
        let new_waker = new.waker.take();
        drop(new);
        drop(state);
        self.registry.remove(fresh.key, fresh);
        [old_waker, new_waker].into_iter().flatten().for_each(Waker::wake);
        Resumption::Resumed
    }

    /// Whether its client may come back to it.
    pub(super) fn recovery_possible(&self) -> bool {
        self.kind == Kind::SocketIo && !self.registry.config.recovery_window.is_zero()
    }

    fn link(&self, state: &mut State, link: Link) {
        self.count_link(&link, true);
        state.link = link;
        state.epoch += 1;
    }

    fn unlink(&self, state: &mut State) {
        let link = std::mem::replace(&mut state.link, Link::None);
        self.count_link(&link, false);
        if let Link::Polling(polling) = link {
            self.registry.remove_polling(&polling.sid);
        }
    }

    fn count_link(&self, link: &Link, up: bool) {
        let counters = &self.registry.counters;
        let gauge = match (link, self.kind) {
            (Link::None, _) => return,
            (Link::Polling(_), _) => &counters.polling,
            (Link::WebSocket, Kind::Raw) => &counters.raw,
            (Link::WebSocket, _) => &counters.websocket,
        };
        if up { increment(gauge) } else { decrement(gauge) }
    }
}

/// What the client sent in parts, and answers to calls.
impl Session {
    /// Begins to collect attachments. False if a packet is incomplete already, which the protocol forbids.
    pub(super) fn begin_assembly(&self, assembly: Assembly) -> bool {
        let mut state = self.state.lock();
        let free = state.assembly.is_none();
        if free {
            state.assembly = Some(Box::new(assembly));
        }
        free
    }

    /// Whether attachments are missing.
    pub(super) fn is_assembling(&self) -> bool {
        self.state.lock().assembly.is_some()
    }

    /// Adds an attachment. `Err`: none was expected, or all together are too large. `Ok(Some)`: it was the last.
    pub(super) fn add_attachment(&self, data: &[u8]) -> Result<Option<Box<Assembly>>, CloseReason> {
        let mut state = self.state.lock();
        let assembly = state.assembly.as_mut().ok_or(CloseReason::Malformed)?;
        assembly.bytes += data.len();
        if assembly.bytes > self.registry.config.max_payload {
            return Err(CloseReason::TooLarge);
        }
        assembly.attachments.push(Bytes::copy_from_slice(data));
        let complete = assembly.attachments.len() == assembly.expected;
        Ok(if complete { state.assembly.take() } else { None })
    }

    /// The client answers a call. An answer to no call is ignored, as official servers do.
    pub(super) fn answered(&self, id: u64, answer: Answered) {
        let mut state = self.state.lock();
        let Some(calls) = state.calls.as_mut() else { return };
        let waiting = calls.waiting.remove(&id);
        drop(state);
        if let Some(waiting) = waiting {
            // The caller may have given up.
            let _ = waiting.send(answer);
        }
    }
}

/// What the application keeps for namespaces whose end must be announced.
fn settled(members: impl IntoIterator<Item = Member>) -> Vec<Arc<dyn Any + Send + Sync>> {
    members.into_iter().filter(|member| member.settled).filter_map(|member| member.conn).collect()
}

/// Registers the task to be woken, without touching its count when it is registered already.
fn sleep(waker: &mut Option<Waker>, context: &Context<'_>) {
    match waker {
        Some(waker) => waker.clone_from(context.waker()),
        None => *waker = Some(context.waker().clone()),
    }
}

fn increment(gauge: &AtomicUsize) {
    gauge.fetch_add(1, Ordering::Relaxed);
}

fn decrement(gauge: &AtomicUsize) {
    gauge.fetch_sub(1, Ordering::Relaxed);
}
