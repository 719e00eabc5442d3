//! Which pages a browser may act for: whatever a cookie authenticates must come from our own page or an allowed one.

use crate::config::{CorsOrigin, Server};
use http::HeaderMap;
use http::header::{HOST, ORIGIN};

/// Whether a request that a cookie authenticates may be believed to be meant by the person: a browser tells where it
/// comes from in `Origin` (RFC 6454), or says in `Sec-Fetch-Site` that it is the same.
pub fn is_trusted(server: &Server, headers: &HeaderMap) -> bool {
    if text(headers, "sec-fetch-site") == Some("same-origin") {
        return true;
    }
    let Some(origin) = text(headers, ORIGIN.as_str()) else { return false };
    is_own(server, headers, origin) || is_listed(server, origin)
}

fn is_own(server: &Server, headers: &HeaderMap, origin: &str) -> bool {
    match &server.public_url {
        Some(url) => url.as_str() == origin,
        // Without a configured origin there is only the host to compare: behind a proxy the scheme is not known.
        None => {
            let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            let host = text(headers, HOST.as_str());
            authority.zip(host).is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
        }
    }
}

fn is_listed(server: &Server, origin: &str) -> bool {
    server.cors_origins.iter().any(|allowed| match allowed {
        CorsOrigin::Only(allowed) => allowed.as_str() == origin,
        // Any page may call, but not in the name of whoever is signed in.
        CorsOrigin::Any => false,
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};
    use http::HeaderValue;

    fn server(flags: &[(&str, &str)]) -> Server {
        let flags: Vec<_> = flags.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        Config::load(&Sources { flags: &flags, ..Sources::default() }).unwrap().server
    }

    fn trusts(server: &Server, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_trusted(server, &headers.collect())
    }

    #[test]
    fn without_a_public_url_the_host_decides() {
        let server = server(&[]);
        let host = ("host", "chat.example.org");
        assert!(trusts(&server, &[host, ("origin", "https://chat.example.org")]));
        assert!(trusts(&server, &[host, ("sec-fetch-site", "same-origin")]));
        assert!(!trusts(&server, &[host]));
        for foreign in
            ["null", "https://evil.example", "https://chat.example.org:444", "file://chat.example.org"]
        {
            assert!(!trusts(&server, &[host, ("origin", foreign)]), "{foreign}");
        }
        assert!(!trusts(&server, &[host, ("origin", "https://x"), ("sec-fetch-site", "same-site")]));
    }

    #[test]
    fn with_a_public_url_it_decides() {
        let server = server(&[
            ("server.public_url", "https://chat.example.org"),
            ("server.cors_origins", "https://app.example.org"),
        ]);
        let host = ("host", "10.0.0.7:3000");
        assert!(trusts(&server, &[host, ("origin", "https://chat.example.org")]));
        assert!(trusts(&server, &[host, ("origin", "https://app.example.org")]));
        assert!(!trusts(&server, &[host, ("origin", "http://chat.example.org")]));
        assert!(!trusts(&server, &[host, ("origin", "http://10.0.0.7:3000")]));
    }

    #[test]
    fn any_origin_is_never_one_with_cookies() {
        let server = server(&[("server.cors_origins", "*")]);
        assert!(!trusts(&server, &[("host", "a"), ("origin", "https://evil.example")]));
    }
}
