//! Published keys for client-side encryption.

use super::cache;
use crate::validate::Problems;
use crate::{Actor, Ctx, Error, Result, ctx::hex};
use kith_api::command::PublishKey;
use kith_api::event::KeyChanged;
use kith_api::view::PublicKey;
use kith_api::{Event, Scope};
use kith_db::users;
use sha2::{Digest, Sha256};

/// The key that an account published.
pub async fn get(ctx: &Ctx, id_or_username: &str) -> Result<PublicKey> {
    let account = cache::look_up(ctx, id_or_username).await?;
    match (&account.public_key, account.public_key_updated_at) {
        (Some(public_key), Some(updated_at)) => Ok(PublicKey {
            fingerprint: fingerprint(public_key),
            public_key: public_key.clone(),
            algorithm: account.public_key_algorithm.clone(),
            updated_at,
        }),
        _ => Err(Error::not_found("public key")),
    }
}

/// Publishes the caller's key; everyone who shares a conversation hears of a change.
pub async fn publish(ctx: &Ctx, actor: &Actor, request: PublishKey) -> Result<PublicKey> {
    let mut problems = Problems::default();
    problems.text("publicKey", &request.public_key, 1, 16 * 1024);
    problems.optional_text("algorithm", request.algorithm.as_ref(), 64);
    problems.finish()?;
    let id = actor.user_id();
    let published = ctx
        .write(id.0, move |w| {
            let before = users::by_id(w.tx, id)?.ok_or_else(|| Error::not_found("user"))?.public_key;
            let now = w.now;
            let fingerprint = fingerprint(&request.public_key);
            users::set_public_key(w.tx, id, &request.public_key, request.algorithm.as_deref(), w.at)?;
            if before.as_deref() != Some(&request.public_key) {
                let changed = KeyChanged { user_id: id, fingerprint: fingerprint.clone(), updated_at: now };
                w.whisper(Scope::User(id), None, Event::KeyChanged(changed.clone()));
                for contact in users::contacts(w.tx, id)? {
                    w.whisper(Scope::User(contact), None, Event::KeyChanged(changed.clone()));
                }
            }
            Ok(PublicKey {
                fingerprint,
                public_key: request.public_key.clone(),
                algorithm: request.algorithm.clone(),
                updated_at: w.at,
            })
        })
        .await?;
    ctx.account_changed(id);
    Ok(published)
}

/// SHA-256 of the key's text, hexadecimal.
pub(crate) fn fingerprint(key: &str) -> String {
    hex(&Sha256::digest(key))
}
