//! What can go wrong in storage, as far as callers branch on it.

/// A failed statement or connection.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A unique constraint was violated: somebody else was first.
    #[error("unique constraint violated: {0}")]
    Unique(String),
    /// Another transaction is in the way (deadlock, serialisation), and still was when it was
    /// [run again](crate::Connection::repeatable_transaction).
    #[error("transaction conflict: {0}")]
    Conflict(String),
    /// The database cannot be reached, is shutting down, or gave no answer in time.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// No space left for the database.
    #[error("storage is full")]
    StorageFull,
    /// The stored schema is newer than this program, or was changed by hand.
    #[error("{0}")]
    Schema(String),
    /// Anything else: a defect.
    #[error("database error: {0}")]
    Other(String),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::ConstraintViolation) if error.to_string().contains("UNIQUE") => {
                Self::Unique(error.to_string())
            }
            Some(Code::DiskFull) => Self::StorageFull,
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Conflict(error.to_string()),
            Some(Code::CannotOpen | Code::SystemIoFailure | Code::OperationInterrupted) => {
                Self::Unavailable(error.to_string())
            }
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let text = match error.as_db_error() {
            Some(db) => format!("{}: {}", db.code().code(), db.message()),
            None => error.to_string(),
        };
        let Some(code) = error.code() else {
            return Self::Unavailable(text);
        };
        match *code {
            SqlState::UNIQUE_VIOLATION => Self::Unique(text),
            SqlState::T_R_DEADLOCK_DETECTED
            | SqlState::T_R_SERIALIZATION_FAILURE
            | SqlState::LOCK_NOT_AVAILABLE => Self::Conflict(text),
            SqlState::DISK_FULL => Self::StorageFull,
            SqlState::QUERY_CANCELED | SqlState::TOO_MANY_CONNECTIONS => Self::Unavailable(text),
            _ if code.code().starts_with("08") || code.code().starts_with("57P") => Self::Unavailable(text),
            _ => Self::Other(text),
        }
    }
}
