//! Sessions: one for each signed-in device, checked before every action.

use crate::actor::SessionState;
use crate::{Actor, Ctx, Error, Result, Write};
use kith_api::event::SessionRevoked;
use kith_api::view::{AccountStatus, Presence, Session as View, SignedIn};
use kith_api::{ErrorCode, Event, Scope, SessionId, Timestamp, UserId};
use kith_db::{sessions, users};
use moka::sync::Cache;
use std::{sync::Arc, time::Duration};

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// Address of the person, as far as trusted proxies tell.
    pub ip: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
}

/// States of live sessions. An ended one stays for a while as revoked, so that a reader who loaded it from the store
/// just before cannot bring it back.
pub struct SessionCache(Cache<SessionId, Arc<SessionState>>);

impl SessionCache {
    pub(crate) fn new() -> Self {
        // A role raised by a process that tells nobody (the command line) is seen after this time at the latest.
        let cache = Cache::builder().max_capacity(200_000).time_to_live(Duration::from_secs(60));
        Self(cache.support_invalidation_closures().build())
    }

    /// Loads the sessions of an account anew when they are asked for: its role or name has changed.
    pub(crate) fn forget_account(&self, user: UserId) {
        let is_theirs = move |_: &_, state: &Arc<SessionState>| state.user_id == user && !state.is_revoked();
        if let Err(error) = self.0.invalidate_entries_if(is_theirs) {
            tracing::error!(%error, "forgetting sessions");
        }
    }

    /// Whether that was news.
    fn revoke(&self, id: SessionId, user: UserId) -> bool {
        if let Some(state) = self.0.get(&id) {
            if state.is_revoked() {
                return false;
            }
            state.revoke();
        }
        let tombstone = SessionState::new(id, user, "", kith_api::view::Role::User);
        tombstone.revoke();
        self.0.insert(id, Arc::new(tombstone));
        true
    }
}

impl Ctx {
    /// The actor that an access token stands for.
    pub async fn authenticate(&self, token: &str) -> Result<Actor> {
        let claims = self.inner().tokens.check(token)?;
        let (state, chosen) = match self.inner().sessions.0.get(&claims.sid) {
            Some(state) => (state, None),
            None => self.load_session(claims.sid).await?,
        };
        if state.is_revoked() || state.user_id != claims.sub {
            return Err(Error::new(ErrorCode::SessionRevoked, "This session was ended; sign in again."));
        }
        Ok(Actor::new(state, chosen))
    }

    /// Whether this actor's session has not been ended, as far as this process knows now.
    pub fn is_live(&self, actor: &Actor) -> bool {
        let known = self.inner().sessions.0.get(&actor.session_id());
        actor.is_live() && known.is_none_or(|state| !state.is_revoked())
    }

    async fn load_session(&self, id: SessionId) -> Result<(Arc<SessionState>, Option<Presence>)> {
        let now = self.now();
        let loaded = self.read(move |tx| Ok(users::by_session(tx, id, now)?)).await?;
        let ended = || Error::new(ErrorCode::SessionRevoked, "This session was ended; sign in again.");
        let account = loaded.ok_or_else(ended)?;
        check_status(account.account_status)?;
        let state = Arc::new(SessionState::new(id, account.id, &account.username, account.role));
        Ok((self.inner().sessions.0.entry(id).or_insert(state).into_value(), Some(account.presence)))
    }

    /// Ends a session that another node ended, in this process's memory.
    pub fn forget_session(&self, id: SessionId, user: UserId) {
        self.inner().sessions.revoke(id, user);
    }

    /// Ends sessions in this process's memory; their sockets hear of it through `session_revoked`.
    pub(crate) fn forget_sessions(&self, ids: &[SessionId], user: UserId) {
        for id in ids {
            self.inner().sessions.revoke(*id, user);
        }
    }
}

/// Refuses accounts that may not be used.
pub(crate) fn check_status(status: AccountStatus) -> Result<()> {
    match status {
        AccountStatus::Active => Ok(()),
        AccountStatus::Pending => {
            Err(Error::new(ErrorCode::AccountPending, "This account waits for approval."))
        }
        AccountStatus::Suspended => {
            Err(Error::new(ErrorCode::AccountSuspended, "This account is suspended."))
        }
    }
}

/// What signs in, as it says of itself.
pub(crate) struct Device {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
}

/// Starts a session for an account that has proved who it is, if `still` agrees in the same transaction.
pub(crate) async fn start(
    ctx: &Ctx,
    account: &users::Account,
    device: Device,
    client: &Client,
    still: impl Fn(&mut Write<'_, '_>) -> Result<()> + Send + 'static,
) -> Result<SignedIn> {
    check_status(account.account_status)?;
    let now = ctx.now();
    let session = sessions::Session {
        id: SessionId(ctx.new_id()),
        user_id: account.id,
        refresh_generation: 0,
        refreshed_at: now,
        device_id: device.id.map(short),
        device_name: device.name.map(short),
        user_agent: client.user_agent.clone().map(short),
        ip: client.ip.clone(),
        created_at: now,
        last_used_at: now,
        expires_at: now.plus_seconds(ctx.settings().refresh_ttl.as_secs() as i64),
        revoked_at: None,
    };
    let id = session.id;
    ctx.write(account.id.0, move |w| {
        still(w)?;
        Ok(sessions::insert(w.tx, &session)?)
    })
    .await?;
    let state = SessionState::new(id, account.id, &account.username, account.role);
    ctx.inner().sessions.0.insert(id, Arc::new(state));
    Ok(SignedIn {
        tokens: ctx.inner().tokens.issue(account.id, id, account.role, 0, now)?,
        user: super::me::me(ctx, account),
    })
}

/// What devices say of themselves is shown to people, so it is kept short.
fn short(text: String) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Announces ended sessions to their sockets, which then close.
pub(crate) fn announce_revoked(w: &mut Write<'_, '_>, user: UserId, ids: &[SessionId], reason: &str) {
    for session_id in ids {
        let event = SessionRevoked { session_id: *session_id, reason: reason.into() };
        w.whisper(Scope::User(user), None, Event::SessionRevoked(event));
    }
}

/// How long ago another process may have ended a session and not have been noticed, seconds: its commit takes a while.
const NOTICE: i64 = 60;

/// Ends here what another process ended in the store (the command line, later another node), and tells its sockets.
/// Meant to be called every second.
pub async fn notice_ended(ctx: &Ctx) -> Result<()> {
    let since = ctx.now().plus_seconds(-NOTICE);
    let ended = ctx.read(move |tx| Ok(sessions::ended_since(tx, since)?)).await?;
    for (session_id, user, reason) in ended {
        if ctx.inner().sessions.revoke(session_id, user) {
            let event = SessionRevoked { session_id, reason };
            ctx.whisper(Scope::User(user), None, Event::SessionRevoked(event));
        }
    }
    Ok(())
}

/// The caller's live sessions, last used first.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<View>> {
    let (user, now) = (actor.user_id(), ctx.now());
    let live = ctx.read(move |tx| Ok(sessions::live(tx, user, now)?)).await?;
    Ok(live.into_iter().map(|session| view(session, actor.session_id())).collect())
}

fn view(session: sessions::Session, current: SessionId) -> View {
    View {
        current: session.id == current,
        id: session.id,
        device_id: session.device_id,
        device_name: session.device_name,
        user_agent: session.user_agent,
        ip: session.ip,
        location: None,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
    }
}

/// Ends one of the caller's sessions.
pub async fn revoke(ctx: &Ctx, actor: &Actor, id: SessionId) -> Result<()> {
    end(ctx, actor.user_id(), id, "signed_out").await
}

/// Ends a session of `user`; not found if it is not theirs or was ended before.
pub(crate) async fn end(ctx: &Ctx, user: UserId, id: SessionId, reason: &'static str) -> Result<()> {
    ctx.write(user.0, move |w| {
        let theirs = sessions::by_id(w.tx, id)?.is_some_and(|session| session.user_id == user);
        if !theirs || !sessions::revoke(w.tx, id, reason, w.now)? {
            return Err(Error::not_found("session"));
        }
        announce_revoked(w, user, &[id], reason);
        Ok(())
    })
    .await?;
    ctx.forget_sessions(&[id], user);
    Ok(())
}

/// Ends all sessions of `user` except `keep`; how many.
pub(crate) async fn end_all(
    ctx: &Ctx,
    user: UserId,
    keep: Option<SessionId>,
    reason: &'static str,
) -> Result<usize> {
    let ended = ctx
        .write(user.0, move |w| {
            let ended = sessions::revoke_all(w.tx, user, keep, reason, w.now)?;
            announce_revoked(w, user, &ended, reason);
            Ok(ended)
        })
        .await?;
    ctx.forget_sessions(&ended, user);
    Ok(ended.len())
}

/// Deletes what ended long ago; how many sessions.
pub async fn sweep(ctx: &Ctx, before: Timestamp) -> Result<u64> {
    ctx.write(uuid::Uuid::nil(), move |w| Ok(sessions::sweep(w.tx, before)?)).await
}
