//! What can go wrong between a client and a server.

use kith_api::{ErrorCode, FieldError};
use serde::Deserialize;
use std::{fmt, time::Duration};

/// A request or command failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The server said no.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// No answer came: what was asked for may have happened or not.
    #[error("no answer: {0}")]
    Unanswered(String),
    /// The peer does not speak the contract.
    #[error("unexpected answer: {0}")]
    Protocol(String),
}

impl Error {
    /// The server's code, if it answered.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Api(error) => Some(error.code),
            Self::Unanswered(_) | Self::Protocol(_) => None,
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unanswered(_) => true,
            Self::Protocol(_) => false,
            Self::Api(error) => {
                matches!(error.code, ErrorCode::Unavailable | ErrorCode::RateLimited | ErrorCode::StorageFull)
            }
        }
    }

    pub(crate) fn unanswered(error: impl fmt::Display) -> Self {
        Self::Unanswered(error.to_string())
    }

    pub(crate) fn protocol(error: impl fmt::Display) -> Self {
        Self::Protocol(error.to_string())
    }
}

/// The server's refusal, from a response body or an acknowledgement.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message} ({code})")]
pub struct ApiError {
    /// HTTP status; 0 when it came over a socket.
    pub status: u16,
    /// For programs.
    pub code: ErrorCode,
    /// For people.
    pub message: String,
    /// Which fields, for validation.
    pub details: Vec<FieldError>,
    /// Under which the server's log has it.
    pub request_id: Option<String>,
    /// How long to wait before trying again.
    pub retry_after: Option<Duration>,
}

/// The body of a refusal, over HTTP and in acknowledgements.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refusal {
    error: String,
    code: ErrorCode,
    #[serde(default)]
    details: Vec<FieldError>,
    request_id: Option<String>,
    retry_after: Option<f64>,
}

impl Refusal {
    pub(crate) fn into_error(self, status: u16) -> ApiError {
        ApiError {
            status,
            code: self.code,
            message: self.error,
            details: self.details,
            request_id: self.request_id,
            retry_after: self.retry_after.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        }
    }
}
