//! The cookies of a sign-in, for browsers (RFC 6265bis).

use super::{State, address::Peer};
use axum::extract::FromRequestParts;
use axum::response::AppendHeaders;
use http::request::Parts;
use http::{HeaderMap, header::COOKIE, header::SET_COOKIE};
use kith_api::view::Tokens;
use std::convert::Infallible;
use std::time::Duration;

const ACCESS: (&str, &str) = ("kith_access", "/");
const REFRESH: (&str, &str) = ("kith_refresh", "/api/auth");

/// Headers that set or clear both cookies.
pub(super) type SetCookies = AppendHeaders<[(http::HeaderName, String); 2]>;

/// The access token that a browser sent.
pub fn access(headers: &HeaderMap) -> Option<&str> {
    value(headers, ACCESS.0)
}

/// The refresh token that a browser sent.
pub fn refresh(headers: &HeaderMap) -> Option<&str> {
    value(headers, REFRESH.0)
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value)
}

/// Writes the cookies as this request's connection needs them.
pub(super) struct CookieWriter {
    tls: bool,
    access_ttl: Duration,
    refresh_ttl: Duration,
}

impl FromRequestParts<State> for CookieWriter {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        let peer = Peer::from_request_parts(parts, state).await?;
        let auth = &state.config.auth;
        Ok(Self { tls: peer.tls, access_ttl: auth.access_ttl, refresh_ttl: auth.refresh_ttl })
    }
}

impl CookieWriter {
    /// Signed in with these tokens.
    pub(super) fn set(&self, tokens: &Tokens) -> SetCookies {
        self.both((&tokens.access_token, self.access_ttl), (&tokens.refresh_token, self.refresh_ttl))
    }

    /// Signed out.
    pub(super) fn clear(&self) -> SetCookies {
        self.both(("", Duration::ZERO), ("", Duration::ZERO))
    }

    fn both(&self, access: (&str, Duration), refresh: (&str, Duration)) -> SetCookies {
        let secure = if self.tls { "; Secure" } else { "" };
        let cookie = |(name, path): (&str, &str), (value, life): (&str, Duration)| {
            let life = life.as_secs();
            let text = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={life}{secure}");
            (SET_COOKIE, text)
        };
        AppendHeaders([cookie(ACCESS, access), cookie(REFRESH, refresh)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("theme=dark; kith_access=a.b.c;x=1"));
        headers.append(COOKIE, HeaderValue::from_static("kith_refresh=; kith_refresh=r=="));
        assert_eq!(access(&headers), Some("a.b.c"));
        assert_eq!(refresh(&headers), Some("r=="));
        assert_eq!(access(&HeaderMap::new()), None);
    }
}
