//! Access tokens (JWT, RFC 7519, HS256) and refresh tokens.

use crate::{Error, Result, Settings};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind};
use kith_api::view::{Role, Tokens as View};
use kith_api::{ErrorCode, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use subtle::ConstantTimeEq;
use uuid::Uuid;

const ISSUER: &str = "kith";

/// What an access token says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) sub: UserId,
    pub(crate) sid: SessionId,
    role: Role,
    /// `access`: a token for anything else is refused here.
    typ: String,
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
}

/// Makes and checks tokens.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    header: Header,
    validation: Validation,
    refresh_key: [u8; 32],
    access_ttl: Duration,
}

impl Tokens {
    pub(crate) fn new(settings: &Settings) -> Self {
        // Keys for different uses are derived, so that neither can stand in for the other.
        let access_key = derive(&settings.secret, b"kith access token");
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(crate::ctx::hex(&Sha256::digest(access_key)[..4]));
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 0;
        Self {
            encoding: EncodingKey::from_secret(&access_key),
            decoding: DecodingKey::from_secret(&access_key),
            header,
            validation,
            refresh_key: derive(&settings.secret, b"kith refresh token"),
            access_ttl: settings.access_ttl,
        }
    }

    /// Both tokens of a session at this generation.
    pub(crate) fn issue(
        &self,
        user: UserId,
        session: SessionId,
        role: Role,
        generation: i64,
        now: Timestamp,
    ) -> Result<View> {
        let iat = now.0 / 1000;
        let claims = Claims {
            sub: user,
            sid: session,
            role,
            typ: "access".into(),
            iss: ISSUER.into(),
            aud: ISSUER.into(),
            iat,
            exp: iat + self.access_ttl.as_secs() as i64,
        };
        let access = jsonwebtoken::encode(&self.header, &claims, &self.encoding).map_err(Error::internal)?;
        Ok(View {
            token: access.clone(),
            access_token: access,
            refresh_token: self.refresh_token(session, generation),
            expires_in: self.access_ttl.as_secs(),
        })
    }

    /// Checks an access token.
    pub(crate) fn check(&self, token: &str) -> Result<Claims> {
        let refuse = || Error::unauthenticated("The access token is not valid.");
        let header = jsonwebtoken::decode_header(token).map_err(|_| refuse())?;
        if header.kid != self.header.kid {
            return Err(refuse());
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => {
                    Error::new(ErrorCode::TokenExpired, "The access token has expired.")
                }
                _ => refuse(),
            })?
            .claims;
        if claims.typ == "access" { Ok(claims) } else { Err(refuse()) }
    }

    /// A refresh token proves session and generation by a MAC; nothing of it needs to be stored, and the successor of
    /// a token is the same however often it is asked for.
    fn refresh_token(&self, session: SessionId, generation: i64) -> String {
        format!("{}.{generation}.{}", session.0.simple(), BASE64.encode(self.mac(session, generation)))
    }

    fn mac(&self, session: SessionId, generation: i64) -> [u8; 32] {
        let mut message = [0; 24];
        message[..16].copy_from_slice(session.0.as_bytes());
        message[16..].copy_from_slice(&generation.to_be_bytes());
        derive(&self.refresh_key, &message)
    }

    /// The session and generation that a refresh token was issued for.
    pub(crate) fn check_refresh(&self, token: &str) -> Option<(SessionId, i64)> {
        let mut parts = token.splitn(3, '.');
        let session = SessionId(Uuid::try_parse(parts.next()?).ok()?);
        let generation = parts.next()?.parse().ok()?;
        let mac = BASE64.decode(parts.next()?).ok()?;
        bool::from(mac.ct_eq(&self.mac(session, generation))).then_some((session, generation))
    }
}

fn derive(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}
