//! The WebSocket transport: one small task a socket.
//!
//! Reading goes through a buffer of the thread, so an idle connection holds none. Writing takes the whole outbox at
//! each wake-up and hands it to the kernel in as few calls as there are batches of 64 frames.

use std::cell::Cell;
use std::future::Future;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use http::header::{
    CONNECTION, HeaderMap, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderValue, Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use kith_wire::engineio::{Handshake as OpenPacket, Kind as PacketKind, Packet};
use kith_wire::websocket::{Decoder, Message, Opcode, Role, Violation, accept_key};
use socket2::SockRef;
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::TcpStream;

use super::app::{App, Handshake, Transport};
use super::engine::Inner;
use super::frame::Frame;
use super::outbox::{Batch, Queued};
use super::protocol::{Command, MAX_IN_FLIGHT};
use super::recovery::Offset;
use super::session::{Class, CloseReason, Kind, Next, Session, SessionId};
use crate::listener::Permit;

/// Bytes read at once.
const READ_BUFFER: usize = 64 * 1024;

/// Frames of one vectored write.
const SLICES: usize = 64;

/// Reads of one wake-up, after which others get their turn.
const READS: usize = 16;

/// Bytes that the kernel may hold back for a client, besides what is on its way. Little, so that a client that reads
/// slowly is seen to make progress, and one that has fallen behind is not sent what is old.
const UNSENT: u32 = 128 * 1024;

/// How long a client may take to finish an upgrade.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);

/// The sub-protocol whose partner in the client's list is the token.
const SUBPROTOCOL: &str = "kith";

thread_local! {
    static BUFFER: Cell<Option<Box<[u8]>>> = const { Cell::new(None) };
}

/// Lends the thread's read buffer. A call inside `work` would get a fresh one.
fn with_buffer<T>(work: impl FnOnce(&mut [u8]) -> T) -> T {
    let mut buffer = BUFFER.take().unwrap_or_else(|| vec![0; READ_BUFFER].into_boxed_slice());
    let result = work(&mut buffer);
    BUFFER.set(Some(buffer));
    result
}

/// Opens a raw WebSocket.
pub(super) async fn open_raw<A: App>(engine: Arc<Inner<A>>, mut request: Request<Body>) -> Response {
    if engine.registry.draining.load(Ordering::Relaxed) {
        return status(StatusCode::SERVICE_UNAVAILABLE);
    }
    let mut response = match accept(&request) {
        Ok(response) => response,
        Err(refused) => return refused,
    };
    let Some(handshake) = handshake(&request, Transport::WebSocket) else {
        return status(StatusCode::INTERNAL_SERVER_ERROR);
    };
    if handshake.subprotocols().any(|name| name == SUBPROTOCOL) {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }
    on_upgrade(&mut request, move |upgraded| async move {
        let session = Session::open(&engine.registry, Kind::Raw, handshake, None)?;
        let mut connection = Connection::new(engine, session, upgraded);
        connection.first = connection.engine.connect_raw(&connection.session);
        tokio::spawn(connection);
        Ok(())
    });
    response
}

/// Opens an Engine.IO session on a WebSocket, or upgrades one of long-polling.
pub(super) fn open_engine<A: App>(
    engine: Arc<Inner<A>>,
    kind: Kind,
    upgrade: Option<(Arc<Session>, SessionId)>,
    mut request: Request<Body>,
) -> Response {
    let response = match accept(&request) {
        Ok(response) => response,
        Err(refused) => return refused,
    };
    if let Some((session, sid)) = upgrade {
        if !session.begin_probe(&sid) {
            return status(StatusCode::BAD_REQUEST);
        }
        let probe = Probe(session, sid);
        on_upgrade(&mut request, move |upgraded| async move {
            let mut connection = Connection::new(engine, probe.0.clone(), upgraded);
            let upgraded = tokio::time::timeout(PROBE_TIMEOUT, connection.probe(&sid)).await;
            if let Ok(Ok(true)) = upgraded {
                tokio::spawn(connection);
            }
            drop(probe);
            Ok(())
        });
        return response;
    }
    let Some(handshake) = handshake(&request, Transport::WebSocket) else {
        return status(StatusCode::INTERNAL_SERVER_ERROR);
    };
    on_upgrade(&mut request, move |upgraded| async move {
        let session = Session::open(&engine.registry, kind, handshake, None)?;
        session.push(open_packet(&engine, &SessionId::random()?, false), Class::Reply);
        tokio::spawn(Connection::new(engine, session, upgraded));
        Ok(())
    });
    response
}

/// The `open` packet of Engine.IO.
pub(super) fn open_packet<A: App>(engine: &Inner<A>, sid: &SessionId, upgrade: bool) -> Frame {
    let config = &engine.registry.config;
    let open = OpenPacket {
        sid: sid.as_str(),
        upgrade,
        ping_interval: config.ping_interval.as_millis() as u64,
        ping_timeout: config.ping_timeout.as_millis() as u64,
        max_payload: config.max_payload,
    };
    let packet = open.to_packet();
    Frame::text(packet.len(), |out| out.extend_from_slice(packet.as_bytes()))
}

/// What the application may want to know of the request. `None`: the server was set up without peer addresses.
pub(super) fn handshake(request: &Request<Body>, transport: Transport) -> Option<Handshake> {
    let ConnectInfo(peer) = *request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    Some(Handshake::copy(request, peer, transport))
}

pub(super) fn status(code: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = code;
    response
}

/// The answer to a WebSocket handshake (RFC 6455, section 4.2). `Err`: to what is none.
#[expect(clippy::result_large_err, reason = "either is what the client gets")]
fn accept(request: &Request<Body>) -> Result<Response, Response> {
    let headers = request.headers();
    let asks = request.method() == Method::GET
        && has_token(headers, CONNECTION, "upgrade")
        && has_token(headers, UPGRADE, "websocket");
    let key = headers.get(SEC_WEBSOCKET_KEY).filter(|_| asks);
    let key = key.ok_or_else(|| status(StatusCode::BAD_REQUEST))?;
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        let mut refused = status(StatusCode::UPGRADE_REQUIRED);
        refused.headers_mut().insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        return Err(refused);
    }
    let accepted = HeaderValue::try_from(accept_key(key.as_bytes()));
    let accepted = accepted.map_err(|_| status(StatusCode::BAD_REQUEST))?;
    let mut response = status(StatusCode::SWITCHING_PROTOCOLS);
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accepted);
    Ok(response)
}

fn has_token(headers: &HeaderMap, name: http::HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().eq_ignore_ascii_case(token))
}

/// The socket once HTTP is done with it.
struct Upgraded {
    stream: TcpStream,
    /// What the client sent right behind its request.
    early: Vec<u8>,
    permit: Option<Permit>,
}

/// Runs `then` when the response is out. The HTTP connection and its buffers are gone by then.
fn on_upgrade<F>(request: &mut Request<Body>, then: impl FnOnce(Upgraded) -> F + Send + 'static)
where
    F: Future<Output = Result<(), getrandom::Error>> + Send,
{
    let permit = request.extensions_mut().remove::<Permit>();
    let upgrade = hyper::upgrade::on(request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>() else {
            tracing::error!("WebSockets need a plain TCP stream under HTTP");
            return;
        };
        let upgraded = Upgraded { stream: parts.io.into_inner(), early: parts.read_buf.to_vec(), permit };
        drop(parts.read_buf);
        if let Err(error) = then(upgraded).await {
            tracing::error!(%error, "no random bytes for a session id");
        }
    });
}

/// An upgrade under way; when it is over, in whatever way, another may be tried.
struct Probe(Arc<Session>, SessionId);

impl Drop for Probe {
    fn drop(&mut self) {
        self.0.current().cancel_probe(&self.1);
    }
}

/// The task of one WebSocket.
struct Connection<A: App> {
    stream: TcpStream,
    engine: Arc<Inner<A>>,
    session: Arc<Session>,
    epoch: u32,
    decoder: Decoder,
    stage: Stage,
    /// What must be done before anything is read.
    first: Option<Command>,
    running: Option<Box<FuturesUnordered<Command>>>,
    /// Bytes that were read but not looked at, because too much was under way.
    unread: Option<Box<Unread>>,
    /// Messages that were taken in this turn. What they are answered is written before others are taken.
    begun: u8,
    /// The socket takes nothing more for now.
    blocked: bool,
    _permit: Option<Permit>,
}

#[derive(Debug)]
struct Unread {
    bytes: Vec<u8>,
    at: usize,
}

#[derive(Debug)]
enum Stage {
    /// Both directions.
    Open,
    /// The client broke the protocol or said goodbye: nothing more is read.
    Deaf,
    /// The close frame goes out.
    Goodbye { frame: Frame, written: usize },
    /// The client has until the session is released to close its side.
    Draining,
}

/// How a turn ended.
enum Turn {
    Again,
    /// Whatever there is to wait for will wake the task.
    Wait,
}

/// Why a connection ends.
enum End {
    /// The socket is of no use any more.
    Lost,
    /// The session has ended, or has another transport.
    Left,
}

impl<A: App> Connection<A> {
    fn new(engine: Arc<Inner<A>>, session: Arc<Session>, upgraded: Upgraded) -> Self {
        let decoder = Decoder::new(Role::Server, engine.registry.config.max_payload);
        let Upgraded { stream, early, permit } = upgraded;
        let unread = (!early.is_empty()).then(|| Box::new(Unread { bytes: early, at: 0 }));
        // Without it everything works, with more in the kernel.
        let _ = SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT);
        let epoch = session.epoch();
        Self {
            stream,
            engine,
            session,
            epoch,
            decoder,
            stage: Stage::Open,
            first: None,
            running: None,
            unread,
            begun: 0,
            blocked: false,
            _permit: permit,
        }
    }

    /// Waits for the client to finish the upgrade; what comes after stays unread. False: it did not.
    async fn probe(&mut self, sid: &SessionId) -> io::Result<bool> {
        let mut unread = self.unread.take().map_or_else(Vec::new, |unread| unread.bytes);
        loop {
            let mut at = 0;
            while let Ok(Some(message)) = self.decoder.next(&mut unread, &mut at) {
                match message {
                    Message::Text("2probe") => {
                        let pong = Frame::engine_packet(PacketKind::Pong, "probe");
                        tokio::io::AsyncWriteExt::write_all(&mut self.stream, pong.as_bytes()).await?;
                        self.session.current().release_poll();
                    }
                    Message::Text("5") => {
                        // It may have been resumed as another one since the probe began.
                        self.session = self.session.current();
                        let Some(epoch) = self.session.upgrade(sid) else { return Ok(false) };
                        self.epoch = epoch;
                        let rest = unread.split_off(at);
                        self.unread = (!rest.is_empty()).then(|| Box::new(Unread { bytes: rest, at: 0 }));
                        return Ok(true);
                    }
                    Message::Ping(_) | Message::Pong(_) => {}
                    _ => return Ok(false),
                }
            }
            if at < unread.len() {
                return Ok(false);
            }
            unread.clear();
            if tokio::io::AsyncReadExt::read_buf(&mut self.stream, &mut unread).await? == 0 {
                return Ok(false);
            }
        }
    }

    /// Whether more events may be taken from the client now.
    fn may_read(&self) -> bool {
        matches!(self.stage, Stage::Open)
            && self.first.is_none()
            && usize::from(self.begun) < MAX_IN_FLIGHT
            && self.running.as_ref().is_none_or(|running| running.len() < MAX_IN_FLIGHT)
            && !((self.blocked || self.begun > 0) && self.session.is_backlogged())
    }

    /// Reads until there is nothing more or nothing more may be read. True: the task will be woken for more.
    fn read(&mut self, context: &mut Context<'_>) -> Result<bool, End> {
        for _ in 0..READS {
            if !self.may_read() {
                return Ok(false);
            }
            if let Some(mut unread) = self.unread.take() {
                let mut at = unread.at;
                if self.take_in(&mut unread.bytes, &mut at, context) {
                    unread.at = at;
                    self.unread = Some(unread);
                }
                continue;
            }
            let read = with_buffer(|buffer| {
                let mut buffer = ReadBuf::new(buffer);
                match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                    Poll::Pending => Ok(false),
                    Poll::Ready(Err(_)) => Err(End::Lost),
                    Poll::Ready(Ok(())) if buffer.filled().is_empty() => Err(End::Lost),
                    Poll::Ready(Ok(())) => {
                        let (bytes, mut at) = (buffer.filled_mut(), 0);
                        if self.take_in(bytes, &mut at, context) {
                            self.unread = Some(Box::new(Unread { bytes: bytes[at..].to_vec(), at: 0 }));
                        }
                        Ok(true)
                    }
                }
            })?;
            if !read {
                return Ok(true);
            }
        }
        context.waker().wake_by_ref();
        Ok(true)
    }

    /// Takes messages out of `bytes` from `at`. True: something is left that may not be read yet.
    fn take_in(&mut self, bytes: &mut [u8], at: &mut usize, context: &mut Context<'_>) -> bool {
        if self.session.kind() == Kind::Raw {
            self.session.heard();
        }
        loop {
            if !self.may_read() {
                return matches!(self.stage, Stage::Open) && *at < bytes.len();
            }
            // The decoder is taken out so that its message does not borrow the connection.
            let mut decoder = std::mem::replace(&mut self.decoder, Decoder::new(Role::Server, 0));
            let outcome = match decoder.next(bytes, at) {
                Ok(None) => {
                    self.decoder = decoder;
                    return false;
                }
                Ok(Some(message)) => {
                    self.begun += 1;
                    self.message(message)
                }
                Err(Violation::TooLarge) => Err(CloseReason::TooLarge),
                Err(violation) => Err(CloseReason::Code(violation.close_code())),
            };
            self.decoder = decoder;
            match outcome {
                Ok(None) => {}
                Ok(Some(command)) => self.start(command, context),
                Err(reason) => {
                    self.session.close(reason);
                    self.stage = Stage::Deaf;
                }
            }
        }
    }

    fn message(&mut self, message: Message<'_>) -> Result<Option<Command>, CloseReason> {
        match message {
            Message::Text(text) if self.session.kind() == Kind::Raw => self.engine.text(&self.session, text),
            Message::Text(text) => match Packet::from_text(text).map_err(|_| CloseReason::Malformed)? {
                Packet::Text(PacketKind::Message, text) => self.engine.text(&self.session, text),
                Packet::Text(PacketKind::Pong, _) => {
                    self.session.ponged();
                    Ok(None)
                }
                Packet::Text(PacketKind::Close, _) => {
                    self.part(None);
                    Ok(None)
                }
                Packet::Text(PacketKind::Noop, _) => Ok(None),
                // Pings come from the server in this version, and there is nothing to upgrade from.
                _ => Err(CloseReason::Malformed),
            },
            Message::Binary(data) => self.engine.binary(&self.session, data),
            Message::Ping(payload) => {
                self.session.push(Frame::control(Opcode::Pong, payload), Class::Reply);
                Ok(None)
            }
            Message::Pong(_) => Ok(None),
            Message::Close(close) => {
                self.part(Some(close.map_or(1000, |close| close.code)));
                Ok(None)
            }
        }
    }

    /// The client closes the connection, with a close frame if there is a code to answer.
    fn part(&mut self, code: Option<u16>) {
        let reason = match self.session.kind() {
            Kind::Raw => CloseReason::ClientLeft,
            _ => CloseReason::ConnectionLost,
        };
        self.engine.lost(&self.session, self.epoch, reason);
        let frame = Frame::control(Opcode::Close, &code.unwrap_or(1000).to_be_bytes());
        self.stage = Stage::Goodbye { frame, written: 0 };
    }

    /// First poll of a command, so that commands begin in the order in which they came.
    fn start(&mut self, mut command: Command, context: &mut Context<'_>) {
        if command.as_mut().poll(context).is_pending() {
            self.running.get_or_insert_default().push(command);
        }
    }

    fn run(&mut self, context: &mut Context<'_>) {
        if let Some(first) = &mut self.first
            && first.as_mut().poll(context).is_ready()
        {
            self.first = None;
        }
        if let Some(running) = &mut self.running {
            while let Poll::Ready(Some(())) = running.poll_next_unpin(context) {}
            if running.is_empty() {
                self.running = None;
            }
        }
    }

    /// Writes until the outbox is empty or the socket full.
    fn write(&mut self, context: &mut Context<'_>) -> Result<(), End> {
        let mut done = Batch::new();
        self.begun = 0;
        self.blocked = false;
        loop {
            match self.session.next_batch(self.epoch, std::mem::take(&mut done), context) {
                Next::Write(batch, written) => match self.flush(batch, written, context) {
                    Flushed::All(batch) => done = batch,
                    Flushed::Part { done, rest, written: now, failed } => {
                        self.blocked = true;
                        let progress = !done.is_empty() || now > written;
                        // Also after a failure: what was not sent is sent if the client comes back.
                        self.session.put_back(self.epoch, done, rest, now, progress, context);
                        return if failed { Err(End::Lost) } else { Ok(()) };
                    }
                },
                Next::Sleep => return Ok(()),
                // Woken when the next of them is done, or the time for it is over.
                Next::Close(_) if self.running.is_some() => {
                    self.stage = Stage::Deaf;
                    return Ok(());
                }
                Next::Close(reason) => {
                    let frame = Frame::control(Opcode::Close, &reason.code().to_be_bytes());
                    self.stage = Stage::Goodbye { frame, written: 0 };
                    return Ok(());
                }
                Next::Move(session, epoch) => {
                    self.session = session;
                    self.epoch = epoch;
                }
                Next::Leave => return Err(End::Left),
            }
        }
    }

    /// Writes a batch, of whose first frame `written` bytes are out. Each vectored write that has durable frames ends
    /// with the offset of the last, so that a client which loses the connection in a long batch repeats little of it.
    fn flush(&mut self, mut batch: Batch, mut written: usize, context: &mut Context<'_>) -> Flushed {
        let mut start = 0;
        while start < batch.len() {
            let end = batch.len().min(start + SLICES - 1);
            let offset = if self.session.recovery_possible() {
                batch[start..end].iter().rev().find_map(Queued::number).map(Offset::new)
            } else {
                None
            };
            let offset = offset.as_ref().map_or(&[][..], Offset::as_bytes);
            let frames = batch[start..end].iter().map(|queued| queued.frame.as_bytes());
            match write_all(&mut self.stream, frames, offset, &mut written, context) {
                Written::All => start = end,
                Written::Part { pieces: frames, failed } => {
                    let mut rest: Batch = batch.drain(start + frames..).collect();
                    if !offset.is_empty() {
                        rest.insert(end - start - frames, Queued::reply(Frame::from_encoded(offset)));
                    }
                    return Flushed::Part { done: batch, rest, written, failed };
                }
            }
        }
        Flushed::All(batch)
    }

    /// Reads, lets commands run, writes: in this order, so that all answers of a turn go out together.
    fn turn(&mut self, context: &mut Context<'_>) -> Result<Turn, End> {
        let woken_for_more = self.read(context)?;
        if matches!(self.stage, Stage::Goodbye { .. }) {
            return Ok(Turn::Again);
        }
        self.run(context);
        self.write(context)?;
        // Reading that was held back goes on once commands are done or frames are out.
        let again = matches!(self.stage, Stage::Goodbye { .. }) || (!woken_for_more && self.may_read());
        Ok(if again { Turn::Again } else { Turn::Wait })
    }

    /// Says goodbye and waits for the client to close, so that the close frame is not lost in a reset.
    fn close(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Stage::Goodbye { frame, written } = &mut self.stage {
            while *written < frame.len() {
                match ready_or_left(&self.session, self.epoch, context, |context| {
                    Pin::new(&mut self.stream).poll_write(context, &frame.as_bytes()[*written..])
                }) {
                    Poll::Ready(Some(Ok(taken @ 1..))) => *written += taken,
                    Poll::Ready(_) => return Poll::Ready(()),
                    Poll::Pending => return Poll::Pending,
                }
            }
            let _ = ready!(Pin::new(&mut self.stream).poll_shutdown(context));
            self.stage = Stage::Draining;
        }
        loop {
            let read = with_buffer(|buffer| {
                ready_or_left(&self.session, self.epoch, context, |context| {
                    let mut buffer = ReadBuf::new(buffer);
                    Pin::new(&mut self.stream)
                        .poll_read(context, &mut buffer)
                        .map_ok(|()| buffer.filled().len())
                })
            });
            match ready!(read) {
                Some(Ok(1..)) => {}
                _ => return Poll::Ready(()),
            }
        }
    }

    /// Whatever the application works on is finished even though nobody waits for it.
    fn abandon(&mut self) {
        let commands =
            self.first.take().into_iter().chain(self.running.take().into_iter().flat_map(|set| *set));
        let mut rest: FuturesUnordered<_> = commands.collect();
        if !rest.is_empty() {
            tokio::spawn(async move { while rest.next().await.is_some() {} });
        }
    }
}

/// What became of a batch.
enum Flushed {
    All(Batch),
    Part { done: Batch, rest: Batch, written: usize, failed: bool },
}

/// What became of one vectored write.
enum Written {
    All,
    /// So many pieces are out, and of the next `written` bytes. The socket is full, or of no use any more.
    Part {
        pieces: usize,
        failed: bool,
    },
}

/// Writes pieces, and `last` behind them, in one call if the socket takes it. `written` bytes of the first are out
/// already.
fn write_all<'a>(
    stream: &mut TcpStream,
    pieces: impl Iterator<Item = &'a [u8]>,
    last: &'a [u8],
    written: &mut usize,
    context: &mut Context<'_>,
) -> Written {
    let mut whole = [&[][..]; SLICES];
    let mut storage = [IoSlice::new(&[]); SLICES];
    let mut count = 0;
    for piece in pieces.chain(std::iter::once(last)) {
        whole[count] = piece;
        storage[count] = IoSlice::new(piece);
        count += 1;
    }
    let mut slices = &mut storage[..count];
    IoSlice::advance_slices(&mut slices, *written);
    while !slices.is_empty() {
        // A vector of one costs the kernel a tenth more than the bytes alone.
        let taken = match &slices[..] {
            [one] => Pin::new(&mut *stream).poll_write(context, one),
            _ => Pin::new(&mut *stream).poll_write_vectored(context, slices),
        };
        let failed = match taken {
            Poll::Ready(Ok(taken @ 1..)) => {
                IoSlice::advance_slices(&mut slices, taken);
                continue;
            }
            Poll::Ready(_) => true,
            Poll::Pending => false,
        };
        let done = count - slices.len();
        *written = whole[done].len() - slices[0].len();
        return Written::Part { pieces: done, failed };
    }
    *written = 0;
    Written::All
}

/// `None`: the session was released, so there is nothing to wait for.
fn ready_or_left<T>(
    session: &Session,
    epoch: u32,
    context: &mut Context<'_>,
    io: impl FnOnce(&mut Context<'_>) -> Poll<T>,
) -> Poll<Option<T>> {
    match io(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending if session.is_left(epoch, context) => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    }
}

impl<A: App> Future for Connection<A> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        loop {
            if matches!(this.stage, Stage::Goodbye { .. } | Stage::Draining) {
                ready!(this.close(context));
                this.engine.lost(&this.session, this.epoch, CloseReason::ConnectionLost);
                this.abandon();
                return Poll::Ready(());
            }
            match this.turn(context) {
                Ok(Turn::Again) => {}
                Ok(Turn::Wait) => return Poll::Pending,
                Err(end) => {
                    if let End::Lost = end {
                        this.engine.lost(&this.session, this.epoch, CloseReason::ConnectionLost);
                    }
                    this.abandon();
                    return Poll::Ready(());
                }
            }
        }
    }
}
