//! Password hashing: Argon2id (RFC 9106) on a bounded number of blocking threads.

use crate::{Error, Result, clock};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hashes and verifies passwords without starving the threads that carry messages.
pub struct Hasher {
    argon2: Argon2<'static>,
    /// As many at once as half the cores, at least one: a storm of sign-ins waits here.
    turns: Arc<Semaphore>,
    /// Verified for unknown accounts, so that they take as long as known ones.
    dummy: String,
}

impl Hasher {
    pub(crate) fn new((memory_kib, passes, lanes): (u32, u32, u32)) -> Self {
        let params = Params::new(memory_kib, passes, lanes, None).unwrap_or_default();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let dummy = hash(&argon2, "no account has this password").unwrap_or_default();
        Self { argon2, turns: Arc::new(Semaphore::new((cores / 2).max(1))), dummy }
    }

    /// Hashes a password with a fresh salt: a PHC string.
    pub(crate) async fn hash(&self, password: String) -> Result<String> {
        let argon2 = self.argon2.clone();
        self.on_a_thread(move || hash(&argon2, &password)).await?
    }

    /// Whether the password fits the hash; without a hash, never, but after the same time.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        let argon2 = self.argon2.clone();
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy.clone());
        self.on_a_thread(move || {
            let parsed = PasswordHash::new(&hash).map_err(Error::internal)?;
            // The parameters stand in the hash, so hashes made with other settings still verify.
            Ok(argon2.verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await?
    }

    /// Whether the hash was made with other parameters than are set now.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        let current = self.argon2.params();
        match PasswordHash::new(hash).map(|parsed| Params::try_from(&parsed)) {
            Ok(Ok(params)) => params.m_cost() != current.m_cost() || params.t_cost() != current.t_cost(),
            _ => true,
        }
    }

    async fn on_a_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(Error::internal)
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String> {
    let salt = clock::random::<16>();
    let hash = argon2.hash_password_with_salt(password.as_bytes(), &salt).map_err(Error::internal)?;
    Ok(hash.to_string())
}
