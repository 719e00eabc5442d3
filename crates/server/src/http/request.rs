//! One request from its arrival to its answer: its id, its log line, its figures, and the body of its error.

use super::{Problem, State, address::Peer};
use axum::Json;
use axum::extract::{MatchedPath, Request, State as From};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use kith_api::ErrorCode;
use std::sync::Arc;
use tokio::time::Instant;
use tracing::{Instrument, Span, field};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The name of one request in answers and in the log.
#[derive(Clone, Debug)]
pub struct RequestId(pub Arc<str>);

impl RequestId {
    /// The client's own, if it is 1 to 128 printable ASCII characters.
    fn given(headers: &HeaderMap) -> Option<Self> {
        let id = headers.get(X_REQUEST_ID)?.to_str().ok()?;
        let printable = id.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        (printable && (1..=128).contains(&id.len())).then(|| Self(id.into()))
    }
}

/// Surrounds every request.
pub(super) async fn observe(
    From(state): From<State>,
    peer: Peer,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = RequestId::given(request.headers())
        .unwrap_or_else(|| RequestId(state.ctx.new_id().to_string().into()));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    // The path as it was written may name people, and a query may hold a token: neither is logged.
    let span = tracing::info_span!(
        "request",
        id = &*id.0,
        %method,
        route,
        user = field::Empty,
        session = field::Empty,
        address = field::Empty,
    );
    if state.config.telemetry.log_addresses {
        span.record("address", field::display(peer.address));
    }
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).instrument(span.clone()).await;

    let problem = response.extensions_mut().remove::<Problem>();
    let code = problem.as_ref().map(Problem::code);
    if let Some(problem) = problem {
        response = with_body(response, Json(problem.body(&id.0)));
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    let (status, took) = (response.status().as_u16(), started.elapsed());
    crate::metrics::request(name(&method), route, status, took);
    span.in_scope(|| log(status, code, took.as_micros() as u64));
    response
}

fn log(status: u16, code: Option<ErrorCode>, micros: u64) {
    let code = code.map(ErrorCode::as_str);
    match status {
        500.. => tracing::error!(status, code, micros, "failed"),
        400.. => tracing::info!(status, code, micros, "refused"),
        _ => tracing::debug!(status, micros, "answered"),
    }
}

/// Gives an answer its body, keeping what it says otherwise.
fn with_body(head: Response, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    *response.status_mut() = head.status();
    for (name, value) in head.headers() {
        if name != http::header::CONTENT_LENGTH && name != http::header::CONTENT_TYPE {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

/// Methods as a label that a client cannot multiply.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Turns a panic of a handler into an answer; what it was goes to the log alone.
pub(super) fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    crate::metrics::panicked("http");
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("without words");
    tracing::error!(parent: Span::current(), cause = text, "panic");
    Problem::from(kith_core::Error::new(ErrorCode::Internal, "Something went wrong on the server."))
        .into_response()
}
