//! Signing in with a password.

use super::{Client, register::normal_email, sessions, sessions::Device};
use crate::validate::can_be_name;
use crate::{Ctx, Error, Result, ctx::hex};
use kith_api::command::Login;
use kith_api::view::SignedIn;
use kith_api::{ErrorCode, Timestamp, UserId};
use kith_db::users::Account;
use kith_db::{Tx, sessions as store, users};
use sha2::{Digest, Sha256};
use std::time::Duration;
use uuid::Uuid;

/// Signs in. Unknown account and wrong password are answered alike, in words and in time.
pub async fn login(ctx: &Ctx, client: &Client, request: Login) -> Result<SignedIn> {
    match attempt(ctx, client, request.clone()).await {
        // What the password is now decides.
        Err(error) if error.code == ErrorCode::Conflict => attempt(ctx, client, request).await,
        outcome => outcome,
    }
}

async fn attempt(ctx: &Ctx, client: &Client, request: Login) -> Result<SignedIn> {
    let Claim { subject, scope, found } = Claim::read(ctx, who(&request)?).await?;
    refuse_locked(ctx, subject.clone()).await?;
    let (account, hash) = found.unzip();
    let fits = ctx.inner().hasher.verify(request.password.clone(), hash.clone()).await?;
    let (Some(account), Some(hash), true) = (account, hash, fits) else {
        return Err(count_failure(ctx, subject, scope).await?);
    };
    sessions::check_status(account.account_status)?;
    let outdated = ctx.inner().hasher.is_outdated(&hash);
    let rehashed = if outdated { Some(ctx.inner().hasher.hash(request.password).await?) } else { None };
    let (id, lockout) = (account.id, ctx.settings().lockout);
    let device = Device { id: request.device_id, name: request.device_name };
    sessions::start(ctx, &account, device, client, move |w| {
        // Of many attempts at once all find the account unlocked, but no more than the limit get this far.
        check_lock(w.tx, &subject, lockout, w.now)?;
        // Whoever set a new password in the meantime ended the sessions that there were, and means this one too.
        if !users::has_password_hash(w.tx, id, &hash)? {
            return Err(Error::new(
                ErrorCode::Conflict,
                "The password was changed a moment ago; sign in again.",
            ));
        }
        store::clear_failures(w.tx, &subject)?;
        if let Some(hash) = &rehashed {
            users::set_password_hash(w.tx, id, hash)?;
        }
        Ok(())
    })
    .await
}

/// The name or address that a request signs in with.
pub fn who(request: &Login) -> Result<String> {
    let given = [&request.email, &request.username, &request.login];
    let [one] = given.iter().filter_map(|name| name.as_deref()).collect::<Vec<_>>()[..] else {
        return Err(Error::field("login", "exactly one of email, username, login is needed"));
    };
    Ok(normal_email(one))
}

/// Refuses a name or address that has failed too often; see [`Settings::lockout`](crate::Settings::lockout).
pub async fn refuse_if_locked(ctx: &Ctx, login: &str) -> Result<()> {
    let claim = Claim::read(ctx, login.to_owned()).await?;
    refuse_locked(ctx, claim.subject).await
}

/// What failed sign-ins of an account are counted under, whichever of its names they use.
pub(crate) fn subject(id: UserId) -> String {
    id.to_string()
}

/// Whom an attempt claims to be.
struct Claim {
    /// What its failure is counted under: the account, or a hash of what was typed, however long that is.
    subject: String,
    /// Orders the writes about it.
    scope: Uuid,
    /// The account, with its password hash.
    found: Option<(Account, String)>,
}

impl Claim {
    async fn read(ctx: &Ctx, login: String) -> Result<Self> {
        let unknown = hex(&Sha256::digest(&login));
        let found = match can_be_name(&login) {
            true => ctx.read(move |tx| Ok(users::credentials(tx, &login)?)).await?,
            false => None,
        };
        Ok(match &found {
            Some((account, _)) => Self { subject: subject(account.id), scope: account.id.0, found },
            None => Self { subject: unknown, scope: Uuid::nil(), found },
        })
    }
}

async fn refuse_locked(ctx: &Ctx, subject: String) -> Result<()> {
    let (lockout, now) = (ctx.settings().lockout, ctx.now());
    ctx.read(move |tx| check_lock(tx, &subject, lockout, now)).await
}

fn check_lock(tx: &mut Tx<'_>, subject: &str, (most, window): (u32, Duration), now: Timestamp) -> Result<()> {
    let since = now.plus_seconds(-(window.as_secs() as i64));
    match store::failures(tx, subject, since)? {
        Some((count, began)) if count >= i64::from(most) => {
            let passed = Duration::from_millis(u64::try_from(now.0 - began.0).unwrap_or(0));
            Err(Error {
                retry_after: Some(window.saturating_sub(passed).max(Duration::from_secs(1))),
                ..Error::new(ErrorCode::AccountLocked, "Too many failed sign-ins; try again later.")
            })
        }
        _ => Ok(()),
    }
}

/// Counts, also for accounts that do not exist: the lock must not tell which do.
async fn count_failure(ctx: &Ctx, subject: String, scope: Uuid) -> Result<Error> {
    let window = ctx.settings().lockout.1.as_secs() as i64;
    ctx.write(scope, move |w| Ok(store::count_failure(w.tx, &subject, w.now.plus_seconds(-window), w.now)?))
        .await?;
    Ok(Error::new(ErrorCode::InvalidCredentials, "The name or the password is wrong."))
}
