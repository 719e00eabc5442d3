//! Why an action did not happen.

use kith_api::{ErrorCode, FieldError};
use std::time::Duration;

/// The result of an action.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal or failure: a code for programs, a sentence for people.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Error {
    /// What went wrong.
    pub code: ErrorCode,
    /// One sentence for people.
    pub message: String,
    /// The fields that failed validation.
    pub details: Vec<FieldError>,
    /// When to try again.
    pub retry_after: Option<Duration>,
}

impl Error {
    /// A refusal with its sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Vec::new(), retry_after: None }
    }

    /// One invalid field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// Several invalid fields.
    pub fn fields(details: Vec<FieldError>) -> Self {
        let message = match details.first() {
            Some(first) => format!("{} {}.", first.field, first.message),
            None => "The request is not valid.".into(),
        };
        Self { details, ..Self::new(ErrorCode::ValidationFailed, message) }
    }

    /// It does not exist, or the caller may not know that it does.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what}."))
    }

    /// The caller may see it but not do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Forbidden, message)
    }

    /// No valid token.
    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Unauthenticated, message)
    }

    /// A defect; `cause` goes to the log, never to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(ErrorCode::Internal, "Something went wrong on the server.")
    }
}

impl From<kith_db::Error> for Error {
    fn from(error: kith_db::Error) -> Self {
        use kith_db::Error as Db;
        let away = |cause: String| {
            tracing::warn!(%cause, "database");
            Self {
                retry_after: Some(Duration::from_secs(1)),
                ..Self::new(ErrorCode::Unavailable, "The server cannot reach its database; try again.")
            }
        };
        match error {
            Db::StorageFull => {
                tracing::error!("storage is full");
                Self::new(ErrorCode::StorageFull, "The server's storage is full; nothing was stored.")
            }
            Db::Unavailable(cause) | Db::Conflict(cause) => away(cause),
            other => Self::internal(other),
        }
    }
}
