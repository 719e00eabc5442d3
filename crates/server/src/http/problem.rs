//! From what went wrong to what is answered: the one place where error codes have an HTTP status.

use axum::response::{IntoResponse, Response};
use http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use kith_api::{ErrorCode, FieldError};
use kith_core::Error;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// A refused or failed request on its way out. The body is written by [`super::request`], which knows the request's id.
#[derive(Clone, Debug)]
pub struct Problem {
    error: Error,
    data: Option<serde_json::Value>,
}

/// What an error looks like.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Error)]
pub struct ProblemBody {
    /// Always `false`.
    #[schema(example = false)]
    pub success: bool,
    /// One sentence for people.
    #[schema(example = "There is no such message.")]
    pub error: String,
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// The fields that failed validation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<FieldError>,
    /// Seconds after which trying again makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// What else is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub data: Option<serde_json::Value>,
    /// The request's id, as in the `X-Request-Id` header and in the log.
    #[schema(example = "01930000-0000-7000-8000-000000000000")]
    pub request_id: String,
}

/// The status of a code.
pub fn status(code: ErrorCode) -> http::StatusCode {
    use ErrorCode as Code;
    use http::StatusCode as Status;
    match code {
        Code::MalformedJson | Code::UnknownCommand => Status::BAD_REQUEST,
        Code::Unauthenticated | Code::TokenExpired | Code::SessionRevoked | Code::InvalidCredentials => {
            Status::UNAUTHORIZED
        }
        Code::AccountPending
        | Code::AccountSuspended
        | Code::RegistrationClosed
        | Code::Forbidden
        | Code::Csrf => Status::FORBIDDEN,
        Code::NotFound => Status::NOT_FOUND,
        Code::MethodNotAllowed => Status::METHOD_NOT_ALLOWED,
        Code::UsernameTaken
        | Code::EmailTaken
        | Code::Conflict
        | Code::IdempotencyConflict
        | Code::LastOwner => Status::CONFLICT,
        Code::Gone | Code::Resync => Status::GONE,
        Code::PayloadTooLarge => Status::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => Status::UNSUPPORTED_MEDIA_TYPE,
        Code::ValidationFailed => Status::UNPROCESSABLE_ENTITY,
        Code::AccountLocked => Status::LOCKED,
        Code::RateLimited => Status::TOO_MANY_REQUESTS,
        Code::Internal => Status::INTERNAL_SERVER_ERROR,
        Code::Unavailable => Status::SERVICE_UNAVAILABLE,
        Code::StorageFull => Status::INSUFFICIENT_STORAGE,
    }
}

/// Whole seconds, rounded up: whoever waits for so long is not refused again.
pub fn seconds(duration: Duration) -> u64 {
    duration.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

impl Problem {
    /// With something more to say than the error.
    pub fn with_data(error: Error, data: impl Serialize) -> Self {
        Self { error, data: serde_json::to_value(data).ok() }
    }

    /// What went wrong.
    pub(super) fn code(&self) -> ErrorCode {
        self.error.code
    }

    /// The body, for a request with this id.
    pub(super) fn body(self, request_id: &str) -> ProblemBody {
        ProblemBody {
            success: false,
            error: self.error.message,
            code: self.error.code,
            details: self.error.details,
            retry_after: self.error.retry_after.map(seconds),
            data: self.data,
            request_id: request_id.to_owned(),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self { error, data: None }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = status(self.error.code).into_response();
        let headers = response.headers_mut();
        if let Some(after) = self.error.retry_after {
            headers.insert(RETRY_AFTER, seconds(after).into());
        }
        if response.status() == http::StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}
