//! `[bus]`.

use super::{
    key::section,
    value::{Setting, quoted, redacted_url},
};
use std::fmt;

section! {
    /// How the nodes of a cluster tell each other what happened. One node needs none.
    Bus = "bus" {
        /// Redis 7 or NATS that all nodes reach. Empty: this is the only node.
        /// With Redis the rate limits are shared as well.
        url: Option<BusUrl> = "";
    }
}

/// Where the bus is. The URL may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct BusUrl {
    /// What is there.
    pub kind: BusKind,
    /// Names and ports of one or more servers, `host:port`.
    pub servers: Vec<String>,
    /// Who signs in there.
    pub user: Option<String>,
    /// With what.
    pub password: Option<String>,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// The name of the master that a sentinel watches.
    pub master: String,
    text: String,
}

/// What kind of bus it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusKind {
    /// One Redis.
    Redis,
    /// A Redis that is found by way of sentinels.
    Sentinel,
    /// A Redis cluster, with sharded publish/subscribe.
    Cluster,
    /// NATS servers.
    Nats,
}

impl BusUrl {
    fn scheme(name: &str) -> Option<(BusKind, bool)> {
        Some(match name {
            "redis" => (BusKind::Redis, false),
            "rediss" => (BusKind::Redis, true),
            "redis+sentinel" => (BusKind::Sentinel, false),
            "rediss+sentinel" => (BusKind::Sentinel, true),
            "redis+cluster" => (BusKind::Cluster, false),
            "rediss+cluster" => (BusKind::Cluster, true),
            "nats" => (BusKind::Nats, false),
            "tls" => (BusKind::Nats, true),
            _ => return None,
        })
    }

    /// Whether this text, as a URL, would hold a password.
    pub fn holds_password(text: &str) -> bool {
        redacted_url(text) != text
    }
}

/// What a URL writes as `%40` and the like.
fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', "%2B");
    form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned())
}

impl fmt::Debug for BusUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted_url(&self.text))
    }
}

impl Setting for BusUrl {
    fn allowed() -> String {
        "\"redis://HOST:PORT\", \"redis+sentinel://HOST:PORT,HOST:PORT/MASTER\", \
         \"redis+cluster://HOST:PORT,HOST:PORT\" or \"nats://HOST:PORT,HOST:PORT\"; USER:PASSWORD@ before the first \
         host, \"rediss\" and \"tls\" for encryption"
            .to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (kind, tls) = Self::scheme(scheme)?;
        let (login, rest) = rest.rsplit_once('@').map_or((None, rest), |(login, rest)| (Some(login), rest));
        let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
        let port = match kind {
            BusKind::Sentinel => 26_379,
            BusKind::Redis | BusKind::Cluster => 6_379,
            BusKind::Nats => 4_222,
        };
        let server = |host: &str| match host.rsplit_once(':') {
            Some((name, port)) => (!name.is_empty() && port.parse::<u16>().is_ok()).then(|| host.to_owned()),
            None => (!host.is_empty()).then(|| format!("{host}:{port}")),
        };
        let servers = hosts.split(',').map(server).collect::<Option<Vec<_>>>()?;
        let path_fits = match kind {
            BusKind::Sentinel => !path.is_empty() && !path.contains('/'),
            // Publishing knows no databases: all of them are the same.
            BusKind::Redis => servers.len() == 1 && (path.is_empty() || path.parse::<u16>().is_ok()),
            BusKind::Cluster | BusKind::Nats => path.is_empty(),
        };
        let (user, password) = match login.map(|login| login.split_once(':').unwrap_or((login, ""))) {
            Some((user, password)) => (decoded(user), decoded(password)),
            None => (None, None),
        };
        path_fits.then(|| Self {
            kind,
            servers,
            user: user.filter(|user| !user.is_empty()),
            password: password.filter(|password| !password.is_empty()),
            tls,
            master: path.to_owned(),
            text: text.to_owned(),
        })
    }

    fn text(&self) -> String {
        self.text.clone()
    }

    fn show(&self) -> String {
        quoted(&redacted_url(&self.text))
    }

    fn echo(raw: &super::value::Raw) -> String {
        match raw {
            super::value::Raw::Text(text) => quoted(&redacted_url(text)),
            _ => "\"***\"".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_bus_has_its_notation() {
        let parse = |text: &str| BusUrl::parse(text).unwrap();
        let one = parse("redis://kith:p%40ss@cache");
        assert_eq!((one.kind, one.servers), (BusKind::Redis, vec!["cache:6379".to_owned()]));
        assert_eq!((one.user.as_deref(), one.password.as_deref()), (Some("kith"), Some("p@ss")));
        let sentinel = parse("rediss+sentinel://:secret@a,b:1234/main");
        assert_eq!((sentinel.kind, sentinel.tls, &*sentinel.master), (BusKind::Sentinel, true, "main"));
        assert_eq!(sentinel.servers, ["a:26379", "b:1234"]);
        assert_eq!(parse("redis+cluster://a,b").kind, BusKind::Cluster);
        assert_eq!(parse("nats://a,b").servers, ["a:4222", "b:4222"]);
        for wrong in ["redis://", "redis://a,b", "redis+sentinel://a", "http://a", "nats://a:x", "redis"] {
            assert!(BusUrl::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = BusUrl::parse("redis://kith:secret@cache:6379").unwrap();
        assert!(!format!("{url:?}{}", url.show()).contains("secret"));
        assert!(BusUrl::holds_password("redis://:secret@cache"));
    }
}
