//! Signing in with a password.

use super::{Client, register::normal_email, sessions, sessions::Device};
use crate::{Ctx, Error, Result};
use kith_api::ErrorCode;
use kith_api::command::Login;
use kith_api::view::SignedIn;
use kith_db::{sessions as store, users};
use std::time::Duration;

/// Signs in. Unknown account and wrong password are answered alike, in words and in time.
pub async fn login(ctx: &Ctx, client: &Client, request: Login) -> Result<SignedIn> {
    let login = who(&request)?;
    refuse_if_locked(ctx, &login).await?;

    let found = {
        let login = login.clone();
        ctx.read(move |tx| Ok(users::credentials(tx, &login)?)).await?
    };
    let (account, hash) = found.unzip();
    let fits = ctx.inner().hasher.verify(request.password.clone(), hash.clone()).await?;
    let (Some(account), Some(hash), true) = (account, hash, fits) else {
        return Err(count_failure(ctx, login).await?);
    };
    sessions::check_status(account.account_status)?;
    let outdated = ctx.inner().hasher.is_outdated(&hash);
    let rehashed = if outdated { Some(ctx.inner().hasher.hash(request.password).await?) } else { None };
    let id = account.id;
    ctx.write(id.0, move |w| {
        store::clear_failures(w.tx, &login)?;
        if let Some(hash) = rehashed {
            users::set_password_hash(w.tx, id, &hash)?;
        }
        Ok(())
    })
    .await?;
    let device = Device { id: request.device_id, name: request.device_name };
    sessions::start(ctx, &account, device, client).await
}

/// The name or address that a request signs in with.
pub fn who(request: &Login) -> Result<String> {
    let given = [&request.email, &request.username, &request.login];
    let [one] = given.iter().filter_map(|name| name.as_deref()).collect::<Vec<_>>()[..] else {
        return Err(Error::field("login", "exactly one of email, username, login is needed"));
    };
    Ok(normal_email(one))
}

/// Refuses a login that has failed too often; see [`Settings::lockout`](crate::Settings::lockout).
pub async fn refuse_if_locked(ctx: &Ctx, login: &str) -> Result<()> {
    let (most, window) = ctx.settings().lockout;
    let now = ctx.now();
    let since = now.plus_seconds(-(window.as_secs() as i64));
    let login = login.to_owned();
    let failures = ctx.read(move |tx| Ok(store::failures(tx, &login, since)?)).await?;
    match failures {
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
async fn count_failure(ctx: &Ctx, login: String) -> Result<Error> {
    let window = ctx.settings().lockout.1.as_secs() as i64;
    ctx.write(uuid::Uuid::nil(), move |w| {
        Ok(store::count_failure(w.tx, &login, w.now.plus_seconds(-window), w.now)?)
    })
    .await?;
    Ok(Error::new(ErrorCode::InvalidCredentials, "The name or the password is wrong."))
}
