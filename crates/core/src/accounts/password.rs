//! Giving an account a new password.

use super::{login, profile, register::check_password, sessions};
use crate::validate::Problems;
use crate::{Ctx, Result};
use kith_db::sessions as store;
use kith_db::users::{self, Account};

/// Sets the password of the account with this identifier or name, as the operator of the server; the account.
///
/// All its sessions end, for whoever knew the old password may have made one, and failed sign-ins are forgotten.
pub async fn set(ctx: &Ctx, id_or_username: &str, password: String) -> Result<Account> {
    let account = profile::find(ctx, id_or_username).await?;
    let id = account.id;
    let mut problems = Problems::default();
    let known = [&*account.username, &account.display_name, account.email.as_deref().unwrap_or_default()];
    check_password(ctx, &mut problems, "password", &password, &known);
    problems.finish()?;

    let hash = ctx.inner().hasher.hash(password).await?;
    let ended = ctx
        .write(id.0, move |w| {
            users::set_password_hash(w.tx, id, &hash)?;
            store::clear_failures(w.tx, &login::subject(id))?;
            let ended = store::revoke_all(w.tx, id, None, "password_changed", w.now)?;
            sessions::announce_revoked(w, id, &ended, "password_changed");
            Ok(ended)
        })
        .await?;
    ctx.forget_sessions(&ended, id);
    Ok(account)
}
