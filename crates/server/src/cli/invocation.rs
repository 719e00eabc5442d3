//! What the program was started with.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use clap::{ArgMatches, Args, FromArgMatches};
use kith_server::config::{self, Config, ConfigFile};

use super::{
    output::{Failure, warn},
    telemetry,
};

// Where the configuration comes from. (Documentation of this type would stand in the help of every command.)
#[derive(Debug, Default, Args)]
pub(super) struct Sources {
    /// Reads this configuration file instead of kith.toml in the working directory [env: KITH_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Overrules a key of the configuration, such as server.bind=127.0.0.1:8080 (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
}

impl Sources {
    /// Adds the arguments to a command and all below it. Global arguments of clap are not for `--set`: of those that
    /// stand before and after a command they silently keep only the latter.
    pub(super) fn add_to(command: clap::Command) -> clap::Command {
        Self::augment_args(command).mut_subcommands(Self::add_to)
    }

    /// What was given to a command and all below it. The innermost file counts, and the last value of a key.
    pub(super) fn of(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut sources = Self::default();
        let mut level = Some(matches);
        while let Some(matches) = level {
            let Self { config, set } = Self::from_arg_matches(matches)?;
            sources.config = config.or(sources.config);
            sources.set.extend(set);
            level = matches.subcommand().map(|(_, below)| below);
        }
        Ok(sources)
    }

    /// Overrules keys of the configuration, as `--set` does.
    pub(super) fn overrule(&mut self, keys: impl Iterator<Item = (String, String)>) {
        self.set.extend(keys);
    }
}

fn assignment(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((key, value)) => Ok((key.trim().to_owned(), value.to_owned())),
        None => Err("must be a key, an equals sign and a value"),
    }
}

/// The sources of the configuration and the environment, before anything has been read.
pub(super) struct Invocation {
    sources: Sources,
    environment: Vec<(String, String)>,
}

impl Invocation {
    pub(super) fn new(sources: Sources, environment: Vec<(String, String)>) -> Self {
        Self { sources, environment }
    }

    /// The value of an environment variable. An empty one counts as not set.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        let value = self.environment.iter().find(|(it, value)| it == name && !value.is_empty());
        value.map(|(_, value)| value.as_str())
    }

    /// The configuration file that was chosen, by `--config` or `KITH_CONFIG`.
    pub(super) fn chosen_file(&self) -> Option<&Path> {
        self.sources.config.as_deref().or_else(|| self.variable("KITH_CONFIG").map(Path::new))
    }

    /// Whether keys are overruled on the command line.
    pub(super) fn sets_keys(&self) -> bool {
        !self.sources.set.is_empty()
    }

    /// Whether messages may be coloured (<https://no-color.org>).
    pub(super) fn has_colour(&self) -> bool {
        io::stderr().is_terminal()
            && self.variable("NO_COLOR").is_none()
            && self.variable("TERM") != Some("dumb")
    }

    /// Reads the configuration and says nothing.
    pub(super) fn read_config(&self) -> Result<Config, Unusable> {
        let file = ConfigFile::find(self.chosen_file()).map_err(Unusable::File)?;
        let sources =
            config::Sources { file: file.as_ref(), environment: &self.environment, flags: &self.sources.set };
        Config::load(&sources).map_err(Unusable::Keys)
    }

    /// Reads the configuration for a command that works with it: its warnings are printed and logging starts.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        let config = self.read_config()?;
        config.warnings.iter().for_each(|warning| warn(warning));
        telemetry::start(&config.telemetry, self.has_colour());
        Ok(config)
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    /// The file cannot be read.
    #[error("the configuration file cannot be read: {0}")]
    File(io::Error),
    /// Something in it, or in another source, is wrong.
    #[error(transparent)]
    Keys(config::ConfigErrors),
}

impl From<Unusable> for Failure {
    fn from(unusable: Unusable) -> Self {
        Self::Usage(unusable.to_string())
    }
}
