//! Profiles: looking at them and changing one's own.

use super::cache;
use super::register::normal_email;
use crate::validate::{Problems, can_be_name};
use crate::{Actor, Ctx, Error, Result, view};
use kith_api::command::{RegisterDevice, UpdateProfile};
use kith_api::view::{Device, Role, User};
use kith_api::{ErrorCode, UserId};
use kith_db::users::{self, Account};

/// Most devices that one account can register.
const DEVICES: i64 = 50;

/// The account with this identifier or name.
pub(crate) async fn find(ctx: &Ctx, id_or_username: &str) -> Result<Account> {
    let missing = || Error::not_found("user");
    if !can_be_name(id_or_username) {
        return Err(missing());
    }
    let key = id_or_username.to_lowercase();
    let found = ctx
        .read(move |tx| {
            Ok(match identifier(&key) {
                Some(id) => users::by_id(tx, id)?,
                None => users::by_username(tx, &key)?,
            })
        })
        .await?;
    found.ok_or_else(missing)
}

/// The identifier that this is, in the one form that is longer than any name: without hyphens it can be a name.
pub(super) fn identifier(key: &str) -> Option<UserId> {
    key.parse().ok().filter(|_| key.len() == uuid::fmt::Hyphenated::LENGTH)
}

/// A profile.
pub async fn get(ctx: &Ctx, actor: &Actor, id_or_username: &str) -> Result<User> {
    let account = cache::look_up(ctx, id_or_username).await?;
    Ok(view::user(ctx, &account, is_private_to(actor, account.id)))
}

/// Changes a profile; only the account itself and administrators may.
pub async fn update(ctx: &Ctx, actor: &Actor, id: UserId, request: UpdateProfile) -> Result<User> {
    if !is_private_to(actor, id) {
        return Err(Error::forbidden("Only the account itself can change its profile."));
    }
    let email = request.email.map(|email| email.as_deref().map(normal_email).filter(|e| !e.is_empty()));
    let mut problems = Problems::default();
    if let Some(name) = &request.display_name {
        problems.line("displayName", name.trim(), 1, 64);
    }
    problems.optional_text("bio", request.bio.as_ref().and_then(Option::as_ref), 500);
    if let Some(Some(email)) = &email {
        problems.email(email);
    }
    problems.finish()?;
    let account = ctx
        .write(id.0, move |w| {
            let mut account = users::by_id(w.tx, id)?.ok_or_else(|| Error::not_found("user"))?;
            if let Some(name) = &request.display_name {
                account.display_name = name.trim().to_owned();
            }
            if let Some(bio) = &request.bio {
                account.bio = bio.clone().filter(|bio| !bio.is_empty());
            }
            if let Some(email) = &email {
                account.email.clone_from(email);
            }
            account.updated_at = w.now;
            users::update_profile(w.tx, &account, w.now).map_err(|error| match error {
                kith_db::Error::Unique(_) => {
                    Error::new(ErrorCode::EmailTaken, "This e-mail address is in use.")
                }
                other => other.into(),
            })?;
            Ok(account)
        })
        .await?;
    ctx.account_changed(id);
    Ok(view::user(ctx, &account, true))
}

/// Registers a device of the caller, or what changed about it.
pub async fn register_device(ctx: &Ctx, actor: &Actor, request: RegisterDevice) -> Result<Device> {
    let mut problems = Problems::default();
    problems.line("deviceId", &request.device_id, 1, 128);
    problems.optional_text("deviceName", request.device_name.as_ref(), 200);
    problems.optional_text("platform", request.platform.as_ref(), 32);
    problems.finish()?;
    let device = Device {
        device_id: request.device_id,
        device_name: request.device_name,
        platform: request.platform,
        updated_at: ctx.now(),
    };
    let id = actor.user_id();
    ctx.write(id.0, move |w| {
        users::put_device(w.tx, id, &device)?;
        if users::devices(w.tx, id)? > DEVICES {
            return Err(Error::new(
                ErrorCode::Conflict,
                format!("An account can register {DEVICES} devices."),
            ));
        }
        Ok(device.clone())
    })
    .await
}

fn is_private_to(actor: &Actor, id: UserId) -> bool {
    actor.user_id() == id || actor.role() == Role::Admin
}
