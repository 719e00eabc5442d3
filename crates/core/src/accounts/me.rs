//! The caller's own account.

use crate::{Actor, Ctx, Error, Result, view};
use kith_api::view::Me;
use kith_db::users::{self, Account};

/// The account of the caller.
pub async fn get(ctx: &Ctx, actor: &Actor) -> Result<Me> {
    let id = actor.user_id();
    let account = ctx.read(move |tx| Ok(users::by_id(tx, id)?)).await?;
    Ok(me(ctx, &account.ok_or_else(|| Error::not_found("user"))?))
}

pub(crate) fn me(ctx: &Ctx, account: &Account) -> Me {
    Me {
        user: view::user(ctx, account, true),
        account_status: account.account_status,
        // A second factor, passkeys and mail confirmation cannot be set up in this version, so nobody has them.
        two_factor: false,
        passkeys: 0,
        email_verified: false,
    }
}
