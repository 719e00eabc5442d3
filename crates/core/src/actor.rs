//! Who acts.

use kith_api::view::{Presence, Role};
use kith_api::{SessionId, UserId};
use kith_db::users::Account;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// A signed-in person or bot, as one of its sessions.
#[derive(Clone, Debug)]
pub struct Actor {
    state: Arc<SessionState>,
    /// What the account chose to look like, if it was read for this actor.
    chosen: Option<Presence>,
}

/// What is kept in memory of a live session; shared by everything that acts through it.
#[derive(Debug)]
pub(crate) struct SessionState {
    pub(crate) session_id: SessionId,
    pub(crate) user_id: UserId,
    pub(crate) username: Arc<str>,
    pub(crate) role: Role,
    revoked: AtomicBool,
}

impl SessionState {
    pub(crate) fn new(session_id: SessionId, user_id: UserId, username: &str, role: Role) -> Self {
        Self { session_id, user_id, username: username.into(), role, revoked: AtomicBool::new(false) }
    }

    pub(crate) fn revoke(&self) {
        self.revoked.store(true, Ordering::Release);
    }

    pub(crate) fn is_revoked(&self) -> bool {
        self.revoked.load(Ordering::Acquire)
    }
}

impl Actor {
    pub(crate) fn new(state: Arc<SessionState>, chosen: Option<Presence>) -> Self {
        Self { state, chosen }
    }

    /// Somebody who acts without having signed in: the operator of the server on behalf of this account.
    pub fn without_session(account: &Account) -> Self {
        let session = SessionId(uuid::Uuid::nil());
        let state = SessionState::new(session, account.id, &account.username, account.role);
        Self::new(Arc::new(state), Some(account.presence))
    }

    pub(crate) fn chosen_presence(&self) -> Option<Presence> {
        self.chosen
    }

    /// The account.
    pub fn user_id(&self) -> UserId {
        self.state.user_id
    }

    /// The session.
    pub fn session_id(&self) -> SessionId {
        self.state.session_id
    }

    /// The account's unique name.
    pub fn username(&self) -> &str {
        &self.state.username
    }

    /// The account's role on the server.
    pub fn role(&self) -> Role {
        self.state.role
    }

    /// Whether the session has not been ended since; asked before every command of a long connection.
    pub fn is_live(&self) -> bool {
        !self.state.is_revoked()
    }
}
