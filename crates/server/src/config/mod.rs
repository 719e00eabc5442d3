//! Configuration: defaults, then `kith.toml`, then the environment, then flags.
//!
//! Every key is described once, in the file of its section; the checks, the sample file, the reference page and
//! `config show` are made from that description. Only `main` calls [`Config::load`] and hands the sections down.

mod auth;
mod bus;
mod database;
mod document;
mod environment;
mod file;
mod kept;
mod key;
mod limits;
mod realtime;
mod retention;
mod server;
mod telemetry;
mod value;

use std::{collections::BTreeMap, fmt, path::PathBuf};

pub use self::{
    auth::{Auth, Registration},
    bus::{Bus, BusKind, BusUrl},
    database::Database,
    document::{reference, sample},
    file::ConfigFile,
    kept::{generate_secret, kept_secret},
    key::{Key, Refusal, Section},
    limits::{Limits, Preset, Rate, Tier},
    realtime::Realtime,
    retention::Retention,
    server::{Role, Server},
    telemetry::{LogFormat, LogLevel, Telemetry},
    value::{ByteSize, CorsOrigin, DatabaseUrl, EmailAddress, Origin, Raw, Secret},
};

/// The whole configuration. [`Config::default`] is a working server.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[database]`
    pub database: Database,
    /// `[bus]`
    pub bus: Bus,
    /// `[auth]`
    pub auth: Auth,
    /// `[realtime]`
    pub realtime: Realtime,
    /// `[limits]`
    pub limits: Limits,
    /// `[retention]`
    pub retention: Retention,
    /// `[telemetry]`
    pub telemetry: Telemetry,
    /// What the operator should know although it stops nothing, a sentence each.
    pub warnings: Vec<String>,
    /// Where each key that is not at its default was set.
    places: BTreeMap<&'static str, Place>,
}

/// What a configuration is made of; each overrules the one before.
#[derive(Debug, Default)]
pub struct Sources<'a> {
    /// The file, if there is one.
    pub file: Option<&'a ConfigFile>,
    /// Names and values of environment variables. Those that are empty count as not set.
    pub environment: &'a [(String, String)],
    /// Keys (`server.bind`) and values from the command line.
    pub flags: &'a [(String, String)],
}

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// In an environment variable of this name.
    Variable(String),
    /// On the command line.
    Flag,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{} line {line}", path.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Flag => f.write_str("command line"),
        }
    }
}

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it was written.
    pub place: Place,
    /// The key, the value and what is allowed.
    pub message: String,
}

/// Everything that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(pub Vec<Problem>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        for Problem { place, message } in &self.0 {
            write!(f, "\n  {place}: {message}")?;
        }
        Ok(())
    }
}

/// A value that a source gives to a key.
#[derive(Debug)]
struct Entry {
    path: String,
    raw: Raw,
    place: Place,
}

impl Config {
    /// Puts the sources together.
    ///
    /// # Errors
    /// Every problem of every source, not only the first.
    pub fn load(sources: &Sources<'_>) -> Result<Self, ConfigErrors> {
        let mut config = Self::default();
        let mut problems = Vec::new();
        if let Some(file) = sources.file {
            let entries = file.entries(&mut problems);
            config.apply(entries, &mut problems);
        }
        let environment = environment::read(sources.environment, config.server.bind, &mut problems);
        config.apply(environment.entries, &mut problems);
        config.warnings = environment.warnings;
        config.apply_flags(sources.flags, &mut problems);
        if !config.places.contains_key("database.url") {
            config.database.url = DatabaseUrl::Sqlite(config.server.data_dir.join("kith.db"));
        }
        config.find_contradictions(&mut problems);
        config.find_what_nodes_lack(&mut problems);
        problems.sort_by_key(|problem| match problem.place {
            Place::File { line, .. } => line,
            Place::Variable(_) | Place::Flag => usize::MAX,
        });
        if problems.is_empty() { Ok(config) } else { Err(ConfigErrors(problems)) }
    }

    /// The sections, in the order of the documents.
    pub fn sections(&self) -> [&dyn Section; 8] {
        let Self { server, database, bus, auth, realtime, limits, retention, telemetry, .. } = self;
        [server, database, bus, auth, realtime, limits, retention, telemetry]
    }

    fn section_mut(&mut self, name: &str) -> Option<&mut dyn Section> {
        let Self { server, database, bus, auth, realtime, limits, retention, telemetry, .. } = self;
        let sections: [&mut dyn Section; 8] =
            [server, database, bus, auth, realtime, limits, retention, telemetry];
        sections.into_iter().find(|section| section.name() == name)
    }

    fn apply(&mut self, entries: Vec<Entry>, problems: &mut Vec<Problem>) {
        for Entry { path, raw, place } in entries {
            let (section, name) = path.split_once('.').unwrap_or((&path, ""));
            let outcome =
                self.section_mut(section).map_or(Err(Refusal::UnknownKey), |section| section.set(name, &raw));
            let message = match outcome {
                Ok(()) => {
                    self.places.extend(find_key(&path).map(|key| (key.path, place)));
                    continue;
                }
                Err(Refusal::UnknownKey) => unknown_key(&path),
                Err(Refusal::BadValue { shown, allowed }) => format!("{path} = {shown} must be {allowed}"),
            };
            problems.push(Problem { place, message });
        }
    }

    /// Everybody on the machine can read a command line, so secrets are refused there.
    fn apply_flags(&mut self, flags: &[(String, String)], problems: &mut Vec<Problem>) {
        let mut entries = Vec::new();
        for (path, value) in flags {
            let is_secret = find_key(path).is_some_and(|key| key.secret)
                || matches!(&**path, "database.url" | "database.replica_url")
                    && DatabaseUrl::holds_password(value)
                || path == "bus.url" && BusUrl::holds_password(value);
            if is_secret {
                let message =
                    format!("{path} is a secret; set it in the file or as {}", environment::variable(path));
                problems.push(Problem { place: Place::Flag, message });
            } else {
                entries.push(Entry { path: path.clone(), raw: Raw::Text(value.clone()), place: Place::Flag });
            }
        }
        self.apply(entries, problems);
    }

    /// Values that are right each by itself and wrong together.
    fn find_contradictions(&self, problems: &mut Vec<Problem>) {
        let Self { database, auth, realtime, .. } = self;
        let rules = [
            (database.pool_min > database.pool_max, "database.pool_min", "more than", "database.pool_max"),
            (auth.access_ttl > auth.refresh_ttl, "auth.access_ttl", "longer than", "auth.refresh_ttl"),
            (
                realtime.raw_ping >= realtime.raw_timeout,
                "realtime.raw_ping",
                "as long as",
                "realtime.raw_timeout",
            ),
        ];
        for (broken, one, relation, other) in rules {
            // Without a place both are at their defaults, or the value was refused and has been reported.
            let place = self.places.get(one).or_else(|| self.places.get(other));
            if let (true, Some(place)) = (broken, place) {
                let value = |path| self.shown(path).unwrap_or_default();
                let message =
                    format!("{one} = {} must not be {relation} {other} = {}", value(one), value(other));
                problems.push(Problem { place: place.clone(), message });
            }
        }
    }

    /// What several processes need to be one server.
    fn find_what_nodes_lack(&mut self, problems: &mut Vec<Problem>) {
        let Self { server, database, bus, auth, .. } = &*self;
        let has_bus = bus.url.is_some();
        let is_embedded = matches!(database.url, DatabaseUrl::Sqlite(_));
        let rules = [
            (
                "server.roles",
                !server.is_whole() && (!has_bus || is_embedded),
                "a process with a part of the roles needs others: set database.url to a PostgreSQL server and bus.url",
            ),
            (
                "database.replica_url",
                is_embedded && database.replica_url.is_some()
                    || matches!(database.replica_url, Some(DatabaseUrl::Sqlite(_))),
                "only a PostgreSQL server has replicas",
            ),
            (
                "bus.url",
                has_bus && !is_embedded && auth.jwt_secret.is_none(),
                "all nodes sign and check tokens with the same secret: set auth.jwt_secret",
            ),
        ];
        for (key, broken, sentence) in rules {
            if let (true, Some(place)) = (broken, self.places.get(key)) {
                problems.push(Problem { place: place.clone(), message: format!("{key}: {sentence}") });
            }
        }
        if has_bus && is_embedded {
            let warning = "the embedded database has one node: bus.url is of use with a PostgreSQL server";
            self.warnings.push(warning.to_owned());
        }
    }

    /// The value of a key as in the file, secrets redacted.
    fn shown(&self, path: &str) -> Option<String> {
        let (section, name) = path.split_once('.')?;
        self.sections().into_iter().find(|it| it.name() == section)?.show(name)
    }
}

/// The descriptions of all keys, in the order of the documents.
pub fn keys() -> Vec<Key> {
    Config::default().sections().into_iter().flat_map(Section::keys).collect()
}

fn find_key(path: &str) -> Option<Key> {
    keys().into_iter().find(|key| key.path == path)
}

/// Says that a key does not exist, and which one may have been meant.
fn unknown_key(path: &str) -> String {
    let name = path.rsplit('.').next().unwrap_or(path);
    let in_our_section = keys().iter().any(|key| key.path.split('.').next() == path.split('.').next());
    let likeness = |key: &Key| match key.name == name && in_our_section {
        true => 1.0,
        false => strsim::normalized_damerau_levenshtein(key.path, path),
    };
    let nearest = keys().into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match nearest.filter(|key| likeness(key) > 0.6) {
        Some(key) => format!("there is no key {path}; did you mean {}?", key.path),
        None => format!("there is no key {path}"),
    }
}

#[cfg(test)]
mod tests;
