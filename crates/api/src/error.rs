//! Error codes: one closed set for every transport.

use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// What went wrong, for programs. The sentence that goes with it is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The body or frame is not JSON.
    MalformedJson,
    /// A field is missing, has the wrong type, or breaks a rule; `details` names it.
    ValidationFailed,
    /// No token, or one that this server does not accept.
    Unauthenticated,
    /// The access token is past its time: refresh it.
    TokenExpired,
    /// The session was ended (signed out, password changed, refresh token replayed).
    SessionRevoked,
    /// Unknown user or wrong password; never said which.
    InvalidCredentials,
    /// The account waits for approval.
    AccountPending,
    /// The account is suspended.
    AccountSuspended,
    /// Too many failed sign-ins; see `Retry-After`.
    AccountLocked,
    /// The server takes no registrations.
    RegistrationClosed,
    /// The username is in use.
    UsernameTaken,
    /// The e-mail address is in use.
    EmailTaken,
    /// The caller may see this but not do that.
    Forbidden,
    /// A cookie-authenticated unsafe request without a same-origin `Origin`.
    Csrf,
    /// It does not exist, or the caller may not know that it does.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The request contradicts the present state.
    Conflict,
    /// The same `clientMessageId` with another body.
    IdempotencyConflict,
    /// The last owner must name a successor before leaving.
    LastOwner,
    /// It was there and is no more.
    Gone,
    /// The cursor is older than the kept log: load afresh.
    Resync,
    /// The body, frame or field is over its limit.
    PayloadTooLarge,
    /// The body's `Content-Type` is not one the route reads.
    UnsupportedMediaType,
    /// No such command.
    UnknownCommand,
    /// Over a limit; see `retryAfter`.
    RateLimited,
    /// The disk is full: nothing was stored.
    StorageFull,
    /// A dependency is away; try again.
    Unavailable,
    /// A defect of the server; the log has it under the request id.
    Internal,
}

impl ErrorCode {
    /// The code as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MalformedJson => "malformed_json",
            Self::ValidationFailed => "validation_failed",
            Self::Unauthenticated => "unauthenticated",
            Self::TokenExpired => "token_expired",
            Self::SessionRevoked => "session_revoked",
            Self::InvalidCredentials => "invalid_credentials",
            Self::AccountPending => "account_pending",
            Self::AccountSuspended => "account_suspended",
            Self::AccountLocked => "account_locked",
            Self::RegistrationClosed => "registration_closed",
            Self::UsernameTaken => "username_taken",
            Self::EmailTaken => "email_taken",
            Self::Forbidden => "forbidden",
            Self::Csrf => "csrf",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Conflict => "conflict",
            Self::IdempotencyConflict => "idempotency_conflict",
            Self::LastOwner => "last_owner",
            Self::Gone => "gone",
            Self::Resync => "resync",
            Self::PayloadTooLarge => "payload_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::UnknownCommand => "unknown_command",
            Self::RateLimited => "rate_limited",
            Self::StorageFull => "storage_full",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One field that failed validation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// The field's name as the client wrote it.
    #[schema(example = "username")]
    pub field: String,
    /// What is wrong with it.
    #[schema(example = "must be 3 to 32 characters")]
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_serialised_form() {
        for code in
            [ErrorCode::MalformedJson, ErrorCode::LastOwner, ErrorCode::Csrf, ErrorCode::UnknownCommand]
        {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
