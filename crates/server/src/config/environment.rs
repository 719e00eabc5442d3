//! Environment variables: `KITH_SECTION__KEY` for every key, and the names that other chat servers publish.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::{Config, Entry, Place, Problem, Raw, find_key, keys, unknown_key};

/// What a published name means here.
pub(super) enum Meaning {
    /// The same as this key.
    Key(&'static str),
    /// The address of `server.bind`.
    Host,
    /// The port of `server.bind`.
    Port,
    /// Nothing yet: the sentence says why, and what to do instead.
    Unused(&'static str),
}

use Meaning::{Host, Key, Port, Unused};

/// Names that deployments of other chat servers already have in their environment files.
pub(super) const PUBLISHED: &[(&str, Meaning)] = &[
    ("HOST", Host),
    ("PORT", Port),
    ("DATABASE_URL", Key("database.url")),
    ("REDIS_URL", Key("bus.url")),
    ("JWT_SECRET", Key("auth.jwt_secret")),
    ("JWT_EXPIRES_IN", Key("auth.access_ttl")),
    ("JWT_REFRESH_EXPIRES_IN", Key("auth.refresh_ttl")),
    ("REFRESH_TOKEN_EXPIRES_IN", Key("auth.refresh_ttl")),
    ("ADMIN_EMAIL", Key("auth.admin_email")),
    ("CORS_ORIGIN", Key("server.cors_origins")),
    ("LOG_LEVEL", Key("telemetry.log_level")),
    ("JWT_REFRESH_SECRET", Unused("refresh tokens are random and need no secret of their own")),
    ("RATE_LIMIT_WINDOW_MS", Unused("set limits.api, for example \"100/15m\"")),
    ("RATE_LIMIT_MAX_REQUESTS", Unused("set limits.api, for example \"100/15m\"")),
    ("MAX_FILE_SIZE", Unused("files are not in this version")),
    ("CLAMAV_HOST", Unused("files are not in this version")),
    ("MAX_VOICE_DURATION", Unused("voice notes are not in this version")),
    ("SMTP_HOST", Unused("mail is not in this version")),
    ("TURN_SERVER_URL", Unused("calls are not in this version")),
    ("SENTRY_DSN", Unused("error reports are not in this version")),
];

/// What the environment says.
#[derive(Default)]
pub(super) struct Environment {
    pub(super) entries: Vec<Entry>,
    pub(super) warnings: Vec<String>,
}

/// The variable that sets a key.
pub(super) fn variable(path: &str) -> String {
    format!("KITH_{}", path.replace('.', "__").to_ascii_uppercase())
}

/// Reads the variables that are ours. Published names come first, so that the exact ones overrule them. `bind` is the
/// address so far, for `HOST` and `PORT`, which change only a part of it.
pub(super) fn read(
    variables: &[(String, String)],
    bind: SocketAddr,
    problems: &mut Vec<Problem>,
) -> Environment {
    let mut environment = Environment::default();
    let mut listen = (bind, Vec::new());
    for (name, meaning) in PUBLISHED {
        let Some(value) = lookup(variables, name, problems) else { continue };
        let place = Place::Variable((*name).to_owned());
        match meaning {
            Key(path) => {
                environment.entries.push(Entry { path: (*path).to_owned(), raw: Raw::Text(value), place })
            }
            Unused(reason) => environment.warnings.push(format!("{name} has no effect: {reason}")),
            Host => match host(&value) {
                Some(address) => {
                    listen.0.set_ip(address);
                    listen.1.push(*name);
                }
                // Shells and package managers put the name of the machine there.
                None => environment.warnings.push(format!("HOST has no effect: {value:?} is no IP address")),
            },
            Port => match value.parse() {
                Ok(port) => {
                    listen.0.set_port(port);
                    listen.1.push(*name);
                }
                Err(_) => problems.push(Problem {
                    place,
                    message: format!("PORT = {value:?} must be a whole number, from 0 to 65535"),
                }),
            },
        }
    }
    let (bind, names) = listen;
    if !names.is_empty() {
        let place = Place::Variable(names.join(" and "));
        environment.entries.push(Entry {
            path: "server.bind".to_owned(),
            raw: Raw::Text(bind.to_string()),
            place,
        });
    }
    for key in keys() {
        let name = variable(key.path);
        if let Some(value) = lookup(variables, &name, problems) {
            let place = Place::Variable(name);
            environment.entries.push(Entry { path: key.path.to_owned(), raw: Raw::Text(value), place });
        }
    }
    find_unknown(variables, problems);
    environment
}

/// The value of a variable, or the content of the file that the variable of the same name with `_FILE` names, as
/// container runtimes hand over secrets. Empty is not set: compose files pass on empty variables.
fn lookup(variables: &[(String, String)], name: &str, problems: &mut Vec<Problem>) -> Option<String> {
    let value = |wanted: &str| {
        variables
            .iter()
            .find(|(name, value)| name == wanted && !value.is_empty())
            .map(|(_, value)| value.clone())
    };
    if let Some(value) = value(name) {
        return Some(value);
    }
    let file_variable = format!("{name}_FILE");
    let path = value(&file_variable)?;
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(error) => {
            let message = format!("{path}: {error}");
            problems.push(Problem { place: Place::Variable(file_variable), message });
            None
        }
    }
}

fn host(text: &str) -> Option<IpAddr> {
    if text == "localhost" { Some(Ipv4Addr::LOCALHOST.into()) } else { text.parse().ok() }
}

/// Refuses variables that were meant for us. Only names that begin with one of our sections are: in a Kubernetes
/// cluster a service called `kith` puts `KITH_PORT`, `KITH_SERVICE_HOST` and the like into every environment.
fn find_unknown(variables: &[(String, String)], problems: &mut Vec<Problem>) {
    for (name, value) in variables {
        let Some(rest) = name.strip_prefix("KITH_").map(str::to_ascii_lowercase) else { continue };
        let ours = rest.contains("__")
            || Config::default()
                .sections()
                .iter()
                .any(|section| rest.strip_prefix(section.name()).is_some_and(|rest| rest.starts_with('_')));
        let path = match rest.split_once("__") {
            Some((section, key)) => format!("{section}.{key}"),
            None => rest.replacen('_', ".", 1),
        };
        let known = find_key(path.strip_suffix("_file").unwrap_or(&path))
            .or_else(|| find_key(&path))
            .is_some_and(|key| name.strip_suffix("_FILE").unwrap_or(name) == variable(key.path));
        if ours && !known && !value.is_empty() {
            let message = match find_key(&path) {
                Some(key) => format!("there is no such variable; did you mean {}?", variable(key.path)),
                None => unknown_key(&path),
            };
            problems.push(Problem { place: Place::Variable(name.clone()), message });
        }
    }
}
