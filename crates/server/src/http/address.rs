//! Where a request comes from: only proxies that the operator trusts may say that it is somewhere else.

use super::State;
use crate::config::Server;
use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use http::{HeaderMap, header::USER_AGENT};
use ipnet::IpNet;
use kith_core::accounts::Client;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The person at the other end, as far as trusted proxies tell.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Their address.
    pub address: IpAddr,
    /// Whether they came through TLS.
    pub tls: bool,
    /// Whether they are on this machine.
    pub local: bool,
    user_agent: Option<String>,
}

impl Peer {
    /// Reads the headers that proxies set. `socket` is who connected.
    pub fn new(server: &Server, socket: Option<SocketAddr>, headers: &HeaderMap) -> Self {
        let socket = socket.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |socket| socket.ip().to_canonical());
        let address = right_most_untrusted(socket, headers, &server.trusted_proxies);
        let trusted = is_trusted(socket, &server.trusted_proxies);
        let tls = server.public_url.as_ref().is_some_and(|url| url.is_https())
            || trusted
                && text(headers, "x-forwarded-proto").is_some_and(|it| it.eq_ignore_ascii_case("https"));
        // A proxy on this machine that nobody declared must not make the whole world local.
        let relayed = ["x-forwarded-for", "forwarded", "via", "x-real-ip"];
        let local = address.is_loopback() && !relayed.iter().any(|name| headers.contains_key(*name));
        let user_agent = text(headers, USER_AGENT.as_str()).map(str::to_owned);
        Self { address, tls, local, user_agent }
    }
}

impl From<Peer> for Client {
    fn from(peer: Peer) -> Self {
        Self { ip: Some(peer.address.to_string()), user_agent: peer.user_agent }
    }
}

impl FromRequestParts<State> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        let socket = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        Ok(Self::new(&state.config.server, socket, &parts.headers))
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn is_trusted(address: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|network| network.contains(&address))
}

/// Each proxy appends whom it heard from, so the last address that is not a proxy of ours is the only one to believe.
fn right_most_untrusted(socket: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let mut nearest = socket;
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    for hop in hops {
        if !is_trusted(nearest, proxies) {
            break;
        }
        let Some(address) = hop_address(hop.trim()) else { break };
        nearest = address;
    }
    nearest
}

/// Some proxies append the port.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().map(|socket| socket.ip());
    hop.parse().or_else(|_| with_port()).ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn seen(proxies: &str, socket: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        let proxies: Vec<IpNet> = proxies.split_whitespace().map(|net| net.parse().unwrap()).collect();
        right_most_untrusted(socket.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn nobody_is_believed_without_being_trusted() {
        assert_eq!(seen("", "192.0.2.1", &["198.51.100.9"]), "192.0.2.1");
        assert_eq!(seen("10.0.0.0/8", "192.0.2.1", &["198.51.100.9"]), "192.0.2.1");
    }

    #[test]
    fn the_right_most_hop_that_is_not_ours_counts() {
        let ours = "10.0.0.0/8 127.0.0.1/32";
        assert_eq!(seen(ours, "127.0.0.1", &["203.0.113.5, 198.51.100.9, 10.1.1.1"]), "198.51.100.9");
        assert_eq!(seen(ours, "127.0.0.1", &["203.0.113.5", "198.51.100.9:4711"]), "198.51.100.9");
        assert_eq!(seen(ours, "127.0.0.1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(seen(ours, "10.1.1.1", &["garbage"]), "10.1.1.1");
        assert_eq!(seen(ours, "10.1.1.1", &[]), "10.1.1.1");
    }

    #[test]
    fn an_undeclared_proxy_makes_nobody_local() {
        let socket = Some("127.0.0.1:1".parse().unwrap());
        let mut headers = HeaderMap::new();
        assert!(Peer::new(&Server::default(), socket, &headers).local);
        headers.insert("x-forwarded-for", HeaderValue::from_static("127.0.0.1"));
        assert!(!Peer::new(&Server::default(), socket, &headers).local);
    }
}
