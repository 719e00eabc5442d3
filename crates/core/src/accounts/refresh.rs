//! Rotating refresh tokens, with detection of stolen ones (RFC 9700, section 4.14.2).

use super::{Client, sessions};
use crate::{Ctx, Error, Result};
use kith_api::ErrorCode;
use kith_api::view::Tokens;
use kith_db::{sessions as store, users};

enum Outcome {
    Rotated(Box<users::Account>, i64),
    Replayed(kith_api::UserId),
    Ended,
}

/// Exchanges a refresh token for new tokens. Two tabs that race within the grace time get the same successor; a token
/// that was exchanged before that is a stolen one, and ends the session.
pub async fn refresh(ctx: &Ctx, client: &Client, token: &str) -> Result<Tokens> {
    let invalid = || Error::unauthenticated("The refresh token is not valid; sign in again.");
    let (id, generation) = ctx.inner().tokens.check_refresh(token).ok_or_else(invalid)?;
    let grace = ctx.settings().refresh_grace.as_millis() as i64;
    let lifetime = ctx.settings().refresh_ttl.as_secs() as i64;
    let ip = client.ip.clone();
    let outcome = ctx
        .write(id.0, move |w| {
            let Some(session) = store::by_id(w.tx, id)? else { return Ok(Outcome::Ended) };
            if session.revoked_at.is_some() || session.expires_at <= w.now {
                return Ok(Outcome::Ended);
            }
            let Some(account) = users::by_id(w.tx, session.user_id)? else { return Ok(Outcome::Ended) };
            let current = session.refresh_generation;
            if generation == current {
                let expires_at = w.now.plus_seconds(lifetime);
                // If another node rotates it between this look and the change, the successor is the same; but it may
                // also have been ended.
                let rotated = store::rotate(w.tx, id, current, ip.as_deref(), w.now, expires_at)?;
                let live = rotated || store::by_id(w.tx, id)?.is_some_and(|s| s.revoked_at.is_none());
                return Ok(match live {
                    true => Outcome::Rotated(Box::new(account), current + 1),
                    false => Outcome::Ended,
                });
            }
            if generation + 1 == current && w.now.0 - session.refreshed_at.0 <= grace {
                return Ok(Outcome::Rotated(Box::new(account), current));
            }
            store::revoke(w.tx, id, "token_reused", w.now)?;
            sessions::announce_revoked(w, account.id, &[id], "token_reused");
            Ok(Outcome::Replayed(account.id))
        })
        .await?;
    match outcome {
        Outcome::Rotated(account, generation) => {
            sessions::check_status(account.account_status)?;
            ctx.inner().tokens.issue(account.id, id, account.role, generation, ctx.now())
        }
        Outcome::Replayed(user) => {
            ctx.forget_sessions(&[id], user);
            tracing::warn!(session = %id, "a refresh token was used twice");
            Err(Error::new(
                ErrorCode::SessionRevoked,
                "This session was ended because its token was used twice.",
            ))
        }
        Outcome::Ended => {
            Err(Error::new(ErrorCode::SessionRevoked, "This session was ended; sign in again."))
        }
    }
}
