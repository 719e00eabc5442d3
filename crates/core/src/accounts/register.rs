//! Making an account.

use super::{Client, sessions, sessions::Device};
use crate::validate::Problems;
use crate::{Ctx, Error, Registration, Result};
use kith_api::command::Register;
use kith_api::view::{AccountStatus, Presence, Role, SignedIn};
use kith_api::{ErrorCode, UserId};
use kith_db::Tx;
use kith_db::users::{self, Account};

/// Most bytes of a password; longer ones are refused, never cut.
const PASSWORD_BYTES: usize = 1024;

/// Registers and signs in. The first account of a server becomes its administrator.
pub async fn register(ctx: &Ctx, client: &Client, request: Register) -> Result<SignedIn> {
    let registration = ctx.settings().registration;
    // Asked before the password costs anything, and again where nobody else can be first.
    ctx.read(move |tx| check_open(tx, registration)).await?;
    let device = Device { id: request.device_id.clone(), name: request.device_name.clone() };
    let account = store(ctx, request, None, registration).await?;
    sessions::start(ctx, &account, device, client, |_| Ok(())).await
}

/// Makes an account as the operator of the server, without signing in. Without a `role`, the first account becomes
/// administrator.
pub async fn create(ctx: &Ctx, request: Register, role: Option<Role>) -> Result<Account> {
    store(ctx, request, role, Registration::Open).await
}

fn check_open(tx: &mut Tx<'_>, registration: Registration) -> Result<()> {
    if registration == Registration::Closed && users::any(tx)? {
        return Err(Error::new(ErrorCode::RegistrationClosed, "This server takes no registrations."));
    }
    Ok(())
}

async fn store(
    ctx: &Ctx,
    request: Register,
    role: Option<Role>,
    registration: Registration,
) -> Result<Account> {
    let username = request.username.trim().to_lowercase();
    let email = request.email.as_deref().map(normal_email).filter(|email| !email.is_empty());
    let display_name = request.display_name.filter(|name| !name.trim().is_empty());
    let display_name = display_name.map_or_else(|| username.clone(), |name| name.trim().to_owned());
    let mut problems = Problems::default();
    problems.username(&username);
    problems.line("displayName", &display_name, 1, 64);
    if let Some(email) = &email {
        problems.email(email);
    }
    problems.optional_text("publicKey", request.public_key.as_ref(), 16 * 1024);
    let known = [username.as_str(), &display_name, email.as_deref().unwrap_or_default()];
    check_password(ctx, &mut problems, "password", &request.password, &known);
    problems.finish()?;

    let password_hash = ctx.inner().hasher.hash(request.password).await?;
    let now = ctx.now();
    let account = Account {
        id: UserId(ctx.new_id()),
        username,
        display_name,
        email,
        bio: None,
        role: role.unwrap_or(Role::User),
        account_status: AccountStatus::Active,
        presence: Presence::Online,
        last_seen: None,
        public_key_updated_at: request.public_key.as_ref().map(|_| now),
        public_key: request.public_key,
        public_key_algorithm: None,
        created_at: now,
        updated_at: now,
    };
    let admin_email = ctx.settings().admin_email.clone();
    // One scope for all registrations, so that two first accounts cannot both be the first.
    ctx.write(uuid::Uuid::nil(), move |w| {
        check_open(w.tx, registration)?;
        let mut account = account.clone();
        let first = match &admin_email {
            Some(address) => account.email.as_ref() == Some(address) && users::administrators(w.tx)? == 0,
            None => !users::any(w.tx)?,
        };
        if role.is_none() && first {
            account.role = Role::Admin;
        }
        if users::by_username(w.tx, &account.username)?.is_some() {
            return Err(Error::new(ErrorCode::UsernameTaken, "This username is taken."));
        }
        if let Some(email) = &account.email
            && users::credentials(w.tx, email)?.is_some()
        {
            return Err(Error::new(ErrorCode::EmailTaken, "This e-mail address is in use."));
        }
        users::insert(w.tx, &account, &password_hash).map_err(|error| match error {
            kith_db::Error::Unique(_) => Error::new(ErrorCode::UsernameTaken, "This username is taken."),
            other => other.into(),
        })?;
        Ok(account)
    })
    .await
}

/// Addresses are compared without regard to case.
pub(crate) fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A password must be long enough and hard enough to guess (zxcvbn) for somebody who knows `known`.
pub(crate) fn check_password(
    ctx: &Ctx,
    problems: &mut Problems,
    field: &str,
    password: &str,
    known: &[&str],
) {
    let (least, score) = ctx.settings().password;
    if password.chars().count() < least {
        return problems.add(field, format!("must be at least {least} characters"));
    }
    if password.len() > PASSWORD_BYTES {
        return problems.add(field, format!("must be at most {PASSWORD_BYTES} bytes"));
    }
    let estimate = zxcvbn::zxcvbn(password, known);
    if u8::from(estimate.score()) < score {
        let warning = estimate.feedback().and_then(|feedback| feedback.warning()).map(|w| w.to_string());
        let advice = warning.unwrap_or_else(|| "Several uncommon words make a good password.".into());
        problems.add(field, format!("is too easy to guess. {advice}"));
    }
}
