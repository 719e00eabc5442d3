//! Accounts as they were last read, for looking at profiles and keys.

use crate::{Ctx, Result};
use kith_api::UserId;
use kith_db::users::Account;
use moka::sync::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long an account is believed to be as it was read; changes that this process hears of end that sooner.
const TTL: Duration = Duration::from_secs(300);

/// Accounts by identifier.
pub(crate) struct AccountCache {
    accounts: Cache<UserId, Arc<Account>>,
    /// How often something was forgotten: what was read before is not remembered after.
    forgotten: AtomicU64,
}

impl AccountCache {
    pub(crate) fn new() -> Self {
        let accounts = Cache::builder().max_capacity(100_000).time_to_live(TTL).build();
        Self { accounts, forgotten: AtomicU64::new(0) }
    }

    fn forget_all(&self) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.accounts.invalidate_all();
    }

    fn forget(&self, id: UserId) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.accounts.invalidate(&id);
    }
}

impl Ctx {
    /// Forgets what an account looks like.
    pub fn forget_profile(&self, id: UserId) {
        self.inner().accounts.forget(id);
    }

    /// Forgets everything that is remembered of accounts: it may have changed.
    pub fn forget_accounts(&self) {
        self.inner().accounts.forget_all();
    }

    /// Forgets what is remembered of an account in this process: another one changed it.
    pub fn forget_account(&self, id: UserId) {
        self.inner().accounts.forget(id);
        self.inner().sessions.forget_account(id);
    }

    /// An account was changed: no process remembers it as it was.
    pub(crate) fn account_changed(&self, id: UserId) {
        self.forget_account(id);
        self.inner().publisher.forget(id);
    }
}

/// The account with this identifier or name as it was up to five minutes ago: good enough to be looked at, not to decide
/// by.
pub(super) async fn look_up(ctx: &Ctx, id_or_username: &str) -> Result<Arc<Account>> {
    let cache = &ctx.inner().accounts;
    let id = match super::profile::identifier(id_or_username) {
        Some(id) => Some(id),
        // Names are never given to another account.
        None => ctx.inner().user_ids.get(id_or_username),
    };
    if let Some(account) = id.and_then(|id| cache.accounts.get(&id)) {
        return Ok(account);
    }
    let before = cache.forgotten.load(Ordering::Acquire);
    let account = Arc::new(super::profile::find(ctx, id_or_username).await?);
    ctx.inner().user_ids.insert(account.username.clone(), account.id);
    cache.accounts.insert(account.id, Arc::clone(&account));
    if cache.forgotten.load(Ordering::Acquire) != before {
        // It may have been this one that was forgotten, while it was read.
        cache.accounts.invalidate(&account.id);
    }
    Ok(account)
}
