//! Finding people.

use crate::{Actor, Ctx, Error, Result, view};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD};
use kith_api::view::{Page, Role, User};
use kith_db::users::{Account, Found};
use kith_db::{Tx, users};

/// Active accounts whose username begins with `text`, in the order of usernames, then those of whom only the name to show
/// does, after the one that `cursor` names. Without a text all, in the order of usernames.
pub async fn search(
    ctx: &Ctx,
    actor: &Actor,
    text: &str,
    cursor: Option<String>,
    offset: i64,
    limit: i64,
) -> Result<(Vec<User>, Page)> {
    if text.contains('\0') {
        return Err(Error::field("search", "must not contain NUL"));
    }
    let text: String = users::fold(text.trim()).chars().take(64).collect();
    let after = cursor.map_or(Ok(Place::default()), |cursor| Place::read(&cursor))?;
    let me = actor.user_id();
    // Whoever changes their own profile finds it changed.
    let mark = move |tx: &mut Tx<'_>| users::mark(tx, me)?.ok_or_else(|| Error::not_found("user"));
    let prefix = text.clone();
    let find = move |tx: &mut Tx<'_>| {
        Ok(match prefix.as_str() {
            "" => users::active(tx, &after.username, offset, limit + 1)?,
            prefix => users::search(tx, prefix, after.found(), offset, limit + 1)?,
        })
    };
    let mut found = ctx.read_copy(mark, find).await?;
    let has_more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let next_cursor = found.last().filter(|_| has_more).map(|last| Place::of(last, &text).write());
    let private = |id| id == actor.user_id() || actor.role() == Role::Admin;
    let users = found.iter().map(|account| view::user(ctx, account, private(account.id))).collect();
    Ok((users, Page { next_cursor, has_more }))
}

/// Where a page ended.
#[derive(Default)]
struct Place {
    username: String,
    /// The folded name to show, if it is what was found.
    shown: Option<String>,
}

impl Place {
    fn of(account: &Account, text: &str) -> Self {
        let shown = (!account.username.starts_with(text)).then(|| users::fold(&account.display_name));
        Self { username: account.username.clone(), shown }
    }

    fn found(&self) -> Found<'_> {
        match &self.shown {
            Some(shown) => Found::ByDisplayName(shown, &self.username),
            None => Found::ByUsername(&self.username),
        }
    }

    /// `username`, or `username:name` with the name in base64url.
    fn write(&self) -> String {
        match &self.shown {
            Some(shown) => format!("{}:{}", self.username, URL_SAFE_NO_PAD.encode(shown)),
            None => self.username.clone(),
        }
    }

    fn read(cursor: &str) -> Result<Self> {
        let place = match cursor.split_once(':') {
            None => Some(Self { username: cursor.into(), shown: None }),
            Some((username, shown)) => URL_SAFE_NO_PAD
                .decode(shown)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .map(|shown| Self { username: username.into(), shown: Some(shown) }),
        };
        let text =
            |place: &Self| !place.username.contains('\0') && !place.shown.iter().any(|s| s.contains('\0'));
        place.filter(text).ok_or_else(|| Error::field("cursor", "is not one that this server gave out"))
    }
}

/// People who are connected and show it, at most `limit`.
pub async fn online(ctx: &Ctx, actor: &Actor, limit: usize) -> Result<Vec<User>> {
    let ids = ctx.presence().visible(limit).into_iter().map(|id| id.0).collect::<Vec<_>>();
    let mut found = ctx.read(move |tx| Ok(users::by_ids(tx, ids)?)).await?;
    found.sort_by(|a, b| a.username.cmp(&b.username));
    Ok(found.iter().map(|account| view::user(ctx, account, account.id == actor.user_id())).collect())
}
