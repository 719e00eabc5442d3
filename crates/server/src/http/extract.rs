//! From a request to typed values; whatever does not fit is a [`Problem`] that names the field.

use super::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use http::request::Parts;
use http::{HeaderMap, header::CONTENT_TYPE};
use kith_api::{ErrorCode, FieldError};
use kith_core::Error;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::error::Error as _;
use std::time::Duration;
use utoipa::IntoParams;

/// A JSON body.
pub(super) struct Json<T>(pub T);

/// A JSON body that may be absent, which counts as `{}`.
pub(super) struct OptionalJson<T>(pub T);

/// Parameters of the path. One that does not fit names nothing that exists.
pub(super) struct At<T>(pub T);

/// Parameters of the query string.
pub(super) struct Query<T>(pub T);

/// Which page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paging {
    /// At most so many.
    pub limit: i64,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// Skip so many.
    pub offset: i64,
}

/// Parameters of every list.
#[derive(serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PagingQuery {
    /// At most so many; 50 if absent.
    #[param(minimum = 1, maximum = 100, example = 50)]
    limit: Option<i64>,
    /// `page.nextCursor` of the page before. Not together with `offset`.
    cursor: Option<String>,
    /// Skip so many.
    #[param(minimum = 0)]
    offset: Option<i64>,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let body = bytes(request, state).await?;
        if !is_json {
            let message = "The body must be JSON, with Content-Type: application/json.";
            return Err(Error::new(ErrorCode::UnsupportedMediaType, message).into());
        }
        json(&body).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let body = bytes(request, state).await?;
        match &body[..] {
            [] => json(b"{}").map(Self),
            body if is_json => json(body).map(Self),
            _ => {
                let message = "The body must be JSON, with Content-Type: application/json.";
                Err(Error::new(ErrorCode::UnsupportedMediaType, message).into())
            }
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(value)| Self(value)).map_err(|_| Error::not_found("thing").into())
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes());
        serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs))
            .map(Self)
            .map_err(|error| misfit(error.path().to_string(), error.inner().to_string()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(query) = Query::<PagingQuery>::from_request_parts(parts, state).await?;
        let PagingQuery { limit, cursor, offset } = query;
        let limit = limit.unwrap_or(50);
        if !(1..=100).contains(&limit) {
            return Err(Error::field("limit", "must be 1 to 100").into());
        }
        if cursor.is_some() && offset.is_some() {
            return Err(Error::field("offset", "is not allowed together with cursor").into());
        }
        let offset = offset.unwrap_or(0);
        if offset < 0 {
            return Err(Error::field("offset", "must not be negative").into());
        }
        Ok(Self { limit, cursor, offset })
    }
}

/// How long a body of at most 1 MiB may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// `application/json` or `application/anything+json`, with whatever parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
}

async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    let read = tokio::time::timeout(BODY_TIMEOUT, Bytes::from_request(request, state));
    let late = Error::new(ErrorCode::MalformedJson, "The body did not arrive in time.");
    read.await.map_err(|_| late)?.map_err(|rejection| {
        let too_large = http::StatusCode::PAYLOAD_TOO_LARGE;
        let error = if rejection.status() == too_large {
            Error::new(ErrorCode::PayloadTooLarge, "The body is larger than 1 MiB.")
        } else {
            tracing::debug!(cause = ?rejection.source(), "body not read");
            Error::new(ErrorCode::MalformedJson, "The body did not arrive completely.")
        };
        error.into()
    })
}

fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // serde would take an array for the fields of a struct in order.
    if body.trim_ascii_start().first() != Some(&b'{') {
        serde_json::from_slice::<IgnoredAny>(body).map_err(|error| malformed(&error))?;
        return Err(Error::field("body", "must be an object").into());
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        if cause.is_data() {
            let (line, column) = (cause.line(), cause.column());
            let message = cause.to_string();
            let place = format!(" at line {line} column {column}");
            misfit(path, message.strip_suffix(&place).unwrap_or(&message).to_owned())
        } else {
            malformed(&cause)
        }
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(cause: &serde_json::Error) -> Problem {
    Error::new(ErrorCode::MalformedJson, format!("The body is not JSON: {cause}.")).into()
}

/// A value of the wrong kind. serde says which field is missing only in words.
fn misfit(path: String, message: String) -> Problem {
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    let field = match (missing, path.trim_matches('.')) {
        (Some(name), "" | "?") => name.to_owned(),
        (Some(name), parent) => format!("{parent}.{name}"),
        (None, "" | "?") => "body".to_owned(),
        (None, field) => field.to_owned(),
    };
    let message = if missing.is_some() { "is needed".to_owned() } else { format!("is not valid: {message}") };
    Error::fields(vec![FieldError { field, message }]).into()
}
