//! Changing what an account may do on the server.

use super::{profile, sessions};
use crate::{Ctx, Error, Result};
use kith_api::ErrorCode;
use kith_api::view::{AccountStatus, Role};
use kith_db::sessions as store;
use kith_db::users::{self, Account};

/// Gives the account with this identifier or name a role, as the operator of the server; the account afterwards.
///
/// Who loses rights is signed out everywhere, so that no open connection keeps them.
pub async fn change(ctx: &Ctx, id_or_username: &str, role: Role) -> Result<Account> {
    let id = profile::find(ctx, id_or_username).await?.id;
    // The scope of registrations, so that two administrators cannot both stop being one because of the other.
    let (account, ended) = ctx
        .write(uuid::Uuid::nil(), move |w| {
            let mut account = users::by_id(w.tx, id)?.ok_or_else(|| Error::not_found("user"))?;
            let former = std::mem::replace(&mut account.role, role);
            let steps_down = former == Role::Admin && role < former;
            let is_active = account.account_status == AccountStatus::Active;
            if steps_down && is_active && users::administrators(w.tx)? <= 1 {
                let refusal = "This is the only administrator; make somebody else one first.";
                return Err(Error::new(ErrorCode::Conflict, refusal));
            }
            users::set_role(w.tx, id, role)?;
            let mut ended = Vec::new();
            if role < former {
                ended = store::revoke_all(w.tx, id, None, "role_changed", w.now)?;
                sessions::announce_revoked(w, id, &ended, "role_changed");
            }
            Ok((account, ended))
        })
        .await?;
    ctx.forget_sessions(&ended, id);
    ctx.account_changed(id);
    Ok(account)
}

/// Who administers a server, or will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Administrator {
    /// Somebody does.
    Exists,
    /// The first account will.
    FirstAccount,
    /// The next account with this address will.
    AccountWith(String),
    /// Nobody, unless the operator changes a role.
    Nobody,
}

/// Who administers the server, or will by the rule of [registration](super::register::create).
pub async fn administrator(ctx: &Ctx) -> Result<Administrator> {
    let (any, administrators) = ctx.read(|tx| Ok((users::any(tx)?, users::administrators(tx)?))).await?;
    Ok(match &ctx.settings().admin_email {
        _ if administrators > 0 => Administrator::Exists,
        Some(address) => Administrator::AccountWith(address.clone()),
        None if any => Administrator::Nobody,
        None => Administrator::FirstAccount,
    })
}
