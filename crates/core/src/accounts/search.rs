//! Finding people.

use crate::{Actor, Ctx, Error, Result, view};
use kith_api::view::{Page, Role, User};
use kith_db::{Tx, users};

/// Active accounts whose name begins with `text`, in the order of usernames, after the one that `cursor` names.
pub async fn search(
    ctx: &Ctx,
    actor: &Actor,
    text: &str,
    cursor: Option<String>,
    offset: i64,
    limit: i64,
) -> Result<(Vec<User>, Page)> {
    if text.contains('\0') || cursor.as_deref().is_some_and(|cursor| cursor.contains('\0')) {
        return Err(Error::field("search", "must not contain NUL"));
    }
    let text: String = users::fold(text.trim()).chars().take(64).collect();
    let after = cursor.unwrap_or_default();
    let me = actor.user_id();
    // Whoever changes their own profile finds it changed.
    let mark = move |tx: &mut Tx<'_>| users::mark(tx, me)?.ok_or_else(|| Error::not_found("user"));
    let find = move |tx: &mut Tx<'_>| {
        Ok(match text.as_str() {
            "" => users::active(tx, &after, offset, limit + 1)?,
            _ => users::search(tx, &text, &after, offset, limit + 1)?,
        })
    };
    let mut found = ctx.read_copy(mark, find).await?;
    let has_more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let next_cursor = found.last().filter(|_| has_more).map(|account| account.username.clone());
    let private = |id| id == actor.user_id() || actor.role() == Role::Admin;
    let users = found.iter().map(|account| view::user(ctx, account, private(account.id))).collect();
    Ok((users, Page { next_cursor, has_more }))
}

/// People who are connected and show it, at most `limit`.
pub async fn online(ctx: &Ctx, actor: &Actor, limit: usize) -> Result<Vec<User>> {
    let ids = ctx.presence().visible(limit).into_iter().map(|id| id.0).collect::<Vec<_>>();
    let mut found = ctx.read(move |tx| Ok(users::by_ids(tx, ids)?)).await?;
    found.sort_by(|a, b| a.username.cmp(&b.username));
    Ok(found.iter().map(|account| view::user(ctx, account, account.id == actor.user_id())).collect())
}
