//! The HTTP side of Engine.IO: handshakes, long-polling, and where WebSockets come in.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use kith_wire::engineio::{self, Kind as PacketKind, Packet};

use super::app::{App, Transport};
use super::engine::Inner;
use super::protocol::{Command, MAX_IN_FLIGHT};
use super::session::{CloseReason, Kind, Polled, Refused, Session, SessionId};
use super::websocket::{handshake, open_engine, open_packet, status};

/// How long a GET is held back while a WebSocket is about to take over.
const PROBE_HOLD: Duration = Duration::from_millis(50);

/// How long the body of a POST may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How often, and after how long each time, a POST looks whether the client has fetched its answers: three seconds.
const BACKLOG_LOOKS: u32 = 300;
const BACKLOG_PAUSE: Duration = Duration::from_millis(10);

/// What the protocol's reference implementation says when it refuses a request.
#[derive(Debug, Clone, Copy)]
enum Problem {
    TransportUnknown,
    SessionUnknown,
    BadMethod,
    BadRequest,
    BadVersion,
}

impl Problem {
    fn response(self) -> Response {
        let body = match self {
            Self::TransportUnknown => r#"{"code":0,"message":"Transport unknown"}"#,
            Self::SessionUnknown => r#"{"code":1,"message":"Session ID unknown"}"#,
            Self::BadMethod => r#"{"code":2,"message":"Bad handshake method"}"#,
            Self::BadRequest => r#"{"code":3,"message":"Bad request"}"#,
            Self::BadVersion => r#"{"code":5,"message":"Unsupported protocol version"}"#,
        };
        answer(StatusCode::BAD_REQUEST, "application/json", body.into())
    }
}

fn answer(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn payload(body: Vec<u8>) -> Response {
    answer(StatusCode::OK, "text/plain; charset=UTF-8", body)
}

/// The query parameters of the protocol.
#[derive(Debug, Default)]
struct Query<'a> {
    version: Option<&'a str>,
    transport: Option<&'a str>,
    sid: Option<&'a str>,
}

impl<'a> Query<'a> {
    /// None of the values ever needs an escape.
    fn parse(query: Option<&'a str>) -> Self {
        let mut parsed = Self::default();
        for (key, value) in query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')) {
            match key {
                "EIO" => parsed.version = Some(value),
                "transport" => parsed.transport = Some(value),
                "sid" => parsed.sid = Some(value),
                _ => {}
            }
        }
        parsed
    }
}

/// Serves one request below the engine's path.
pub(super) async fn serve<A: App>(engine: Arc<Inner<A>>, kind: Kind, request: Request<Body>) -> Response {
    match route(&engine, kind, request).await {
        Ok(response) => response,
        Err(problem) => problem.response(),
    }
}

async fn route<A: App>(
    engine: &Arc<Inner<A>>,
    kind: Kind,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let query = Query::parse(request.uri().query());
    let websocket = match query.transport {
        Some("polling") => false,
        Some("websocket") => true,
        _ => return Err(Problem::TransportUnknown),
    };
    if query.version != Some("4") {
        return Err(Problem::BadVersion);
    }
    let Some(sid) = query.sid else {
        if request.method() != Method::GET {
            return Err(Problem::BadMethod);
        }
        if engine.registry.draining.load(Ordering::Relaxed) {
            return Ok(status(StatusCode::SERVICE_UNAVAILABLE));
        }
        return if websocket {
            Ok(open_engine(engine.clone(), kind, None, request))
        } else {
            open(engine, kind, &request)
        };
    };
    let sid = SessionId::parse(sid).ok_or(Problem::SessionUnknown)?;
    let session = engine.registry.polling(&sid).ok_or(Problem::SessionUnknown)?;
    if session.kind() != kind {
        return Err(Problem::SessionUnknown);
    }
    match (websocket, request.method()) {
        (true, &Method::GET) => Ok(open_engine(engine.clone(), kind, Some((session, sid)), request)),
        (false, &Method::GET) => poll(engine, session, sid).await,
        (false, &Method::POST) => post(engine, session, sid, request).await,
        _ => Err(Problem::BadMethod),
    }
}

/// Opens a session.
fn open<A: App>(engine: &Arc<Inner<A>>, kind: Kind, request: &Request<Body>) -> Result<Response, Problem> {
    let handshake = handshake(request, Transport::Polling).ok_or(Problem::BadRequest)?;
    let opened = SessionId::random().and_then(|sid| {
        Session::open(&engine.registry, kind, handshake, Some(sid))?;
        Ok(sid)
    });
    let Ok(sid) = opened else { return Ok(status(StatusCode::SERVICE_UNAVAILABLE)) };
    let mut body = Vec::new();
    open_packet(engine, &sid, true).write_polling(&mut body);
    Ok(payload(body))
}

/// A GET that waits. When it is dropped, the client has broken it off.
struct Waiting<A: App> {
    engine: Arc<Inner<A>>,
    session: Arc<Session>,
    sid: SessionId,
}

impl<A: App> Drop for Waiting<A> {
    fn drop(&mut self) {
        let session = self.session.current();
        if let Some(epoch) = session.poll_broken(&self.sid) {
            self.engine.lost(&session, epoch, CloseReason::ConnectionLost);
        }
    }
}

/// Waits for packets.
async fn poll<A: App>(
    engine: &Arc<Inner<A>>,
    session: Arc<Session>,
    sid: SessionId,
) -> Result<Response, Problem> {
    match session.begin_poll(&sid) {
        Ok(()) => {}
        Err(Refused::Unknown) => return Err(Problem::SessionUnknown),
        Err(Refused::Conflict) => {
            session.close(CloseReason::Malformed);
            return Err(Problem::BadRequest);
        }
    }
    let waiting = Waiting { engine: engine.clone(), session, sid };
    let mut packets = poll_fn(|context| waiting.session.poll_packets(&sid, context));
    let polled = if waiting.session.current().is_probing() {
        // The client either changes transports right away or needs this answer in order to do so.
        match tokio::time::timeout(PROBE_HOLD, &mut packets).await {
            Ok(polled) => polled,
            Err(_) => {
                waiting.session.current().release_poll();
                packets.await
            }
        }
    } else {
        packets.await
    };
    match polled {
        Polled::Body(body) => Ok(payload(body)),
        Polled::Last(body) => {
            engine.finish(&waiting.session.current(), CloseReason::ConnectionLost);
            Ok(payload(body))
        }
        Polled::Gone => Err(Problem::SessionUnknown),
    }
}

/// A POST that is being worked on.
struct Posting(Arc<Session>);

impl Drop for Posting {
    fn drop(&mut self) {
        self.0.current().end_post();
    }
}

/// Takes packets.
async fn post<A: App>(
    engine: &Arc<Inner<A>>,
    session: Arc<Session>,
    sid: SessionId,
    request: Request<Body>,
) -> Result<Response, Problem> {
    match session.begin_post(&sid) {
        Ok(true) => {}
        Ok(false) => return Ok(answer(StatusCode::OK, "text/html", b"ok".to_vec())),
        Err(Refused::Unknown) => return Err(Problem::SessionUnknown),
        Err(Refused::Conflict) => {
            session.close(CloseReason::Malformed);
            return Err(Problem::BadRequest);
        }
    }
    let posting = Posting(session);
    let limit = engine.registry.config.max_payload;
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > limit) {
        return Ok(status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let body = Limited::new(request.into_body(), limit).collect();
    let body = match tokio::time::timeout(BODY_TIMEOUT, body).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Ok(status(StatusCode::PAYLOAD_TOO_LARGE)),
        Ok(Err(_)) => return Err(Problem::BadRequest),
        Err(_) => return Ok(status(StatusCode::REQUEST_TIMEOUT)),
    };
    // A task of its own, because commands are finished even if the client does not wait for the answer.
    let engine = engine.clone();
    let taken = tokio::spawn(async move {
        let outcome = take(&engine, &posting.0, &body).await;
        if let Err(reason) = outcome {
            engine.finish(&posting.0.current(), reason);
        }
        outcome
    });
    match taken.await {
        Ok(Ok(())) => Ok(answer(StatusCode::OK, "text/html", b"ok".to_vec())),
        _ => Err(Problem::BadRequest),
    }
}

/// Takes the packets of one payload in order.
async fn take<A: App>(engine: &Arc<Inner<A>>, opened: &Arc<Session>, body: &[u8]) -> Result<(), CloseReason> {
    let body = simdutf8::basic::from_utf8(body).map_err(|_| CloseReason::Malformed)?;
    let mut running = Running::new(opened.clone());
    for packet in engineio::packets(body) {
        // An earlier packet may have resumed another session.
        let session = opened.current();
        wait_for_reader(&session).await?;
        let command = match packet.map_err(|_| CloseReason::Malformed)? {
            Packet::Text(PacketKind::Message, text) => engine.text(&session, text)?,
            Packet::Binary(data) => engine.binary(&session, &data)?,
            Packet::Text(PacketKind::Pong, _) => {
                session.ponged();
                None
            }
            Packet::Text(PacketKind::Noop, _) => None,
            Packet::Text(PacketKind::Close, _) => {
                let epoch = session.epoch();
                release_poll(&session).await;
                engine.lost(&session, epoch, CloseReason::ConnectionLost);
                return Ok(());
            }
            _ => return Err(CloseReason::Malformed),
        };
        if let Some(command) = command {
            running.start(command).await;
        }
    }
    Ok(())
}

/// A client that does not fetch its answers is not read from either.
async fn wait_for_reader(session: &Arc<Session>) -> Result<(), CloseReason> {
    let mut patience = 0..BACKLOG_LOOKS;
    while session.is_backlogged() {
        patience.next().ok_or(CloseReason::Stalled)?;
        tokio::time::sleep(BACKLOG_PAUSE).await;
    }
    Ok(())
}

/// Lets a GET of the client end in peace before its session ends. It may have been sent a moment after the POST.
async fn release_poll(session: &Session) {
    let mut patience = 0..20;
    while !session.is_polled() && patience.next().is_some() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    session.release_poll();
    let mut patience = 0..20;
    while session.is_polled() && patience.next().is_some() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// The commands of one POST. Those that are not done at its end go on in a task.
struct Running {
    session: Arc<Session>,
    commands: FuturesUnordered<Command>,
}

impl Running {
    fn new(session: Arc<Session>) -> Self {
        Self { session, commands: FuturesUnordered::new() }
    }

    /// Polls a command for the first time, once there is room for it.
    async fn start(&mut self, mut command: Command) {
        while usize::from(self.session.current().in_flight()) >= MAX_IN_FLIGHT {
            match self.commands.next().await {
                Some(()) => self.session.current().count_in_flight(-1),
                // Those of an earlier POST are in the way.
                None => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
        let ready =
            poll_fn(|context| std::task::Poll::Ready(command.as_mut().poll(context).is_ready())).await;
        if !ready {
            self.session.current().count_in_flight(1);
            self.commands.push(command);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut commands = std::mem::take(&mut self.commands);
        if commands.is_empty() {
            return;
        }
        let session = self.session.clone();
        tokio::spawn(async move {
            while commands.next().await.is_some() {
                session.current().count_in_flight(-1);
            }
        });
    }
}
