//! The command line: what can be asked of the program.
//!
//! Data goes to standard output, everything else to standard error. A command is a file; it takes its arguments and the
//! [`Invocation`] and returns an [`Outcome`], which becomes the exit code.

mod completions;
mod config;
mod database;
mod healthcheck;
mod init;
mod invocation;
mod migrate;
mod openapi;
mod output;
mod password;
mod seed;
mod serve;
mod telemetry;
mod user;
mod version;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use self::{
    invocation::{Invocation, Sources},
    output::Outcome,
};

/// What `--version` says, and the version that the server reports.
const VERSION: &str = env!("CARGO_PKG_VERSION");

const EXIT_CODES: &str = "\
Exit codes:
  0    it was done
  1    it failed; standard error says why
  2    the arguments or the configuration are wrong
  128+n  a second signal n ended the server before it had shut down";

/// A messenger that you own: private and group chat in one program.
#[derive(Debug, Parser)]
#[command(name = "kith", version, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the server (default)
    Serve(serve::Serve),
    /// Writes a kith.toml with every key explained and a fresh secret
    Init(init::Init),
    /// Brings the database schema up to date, back, or tells how it stands
    Migrate(migrate::Migrate),
    /// Looks at the configuration
    #[command(subcommand)]
    Config(config::Config),
    /// Asks the server of this configuration whether it is ready
    Healthcheck(healthcheck::Healthcheck),
    /// Prints the OpenAPI document of the HTTP API, in JSON
    Openapi,
    /// Manages accounts
    #[command(subcommand)]
    User(user::User),
    /// Makes a few people and conversations to try things with; what is there already stays
    Seed(seed::Seed),
    /// Prints a completion script for a shell
    Completions(completions::Completions),
    /// Prints the version
    Version(version::Version),
}

/// Every command with its arguments.
fn grammar() -> clap::Command {
    Sources::add_to(Cli::command())
}

/// Does what the command line says.
pub(crate) fn run(environment: Vec<(String, String)>) -> ExitCode {
    // Prints help and wrong usage itself, and exits with 0 or 2.
    let matches = grammar().get_matches();
    let parsed = Sources::of(&matches).and_then(|sources| Ok((sources, Cli::from_arg_matches(&matches)?)));
    let (mut sources, Cli { command }) = parsed.unwrap_or_else(|error| error.exit());
    let command = command.unwrap_or(Command::Serve(serve::Serve::default()));
    if let Command::Serve(serve) = &command {
        sources.overrule(serve.keys());
    }
    output::exit_code(command.run(&Invocation::new(sources, environment)))
}

impl Command {
    fn run(self, invocation: &Invocation) -> Outcome {
        match self {
            Self::Serve(_) => serve::serve(invocation),
            Self::Init(command) => command.run(invocation),
            Self::Migrate(command) => command.run(invocation),
            Self::Config(command) => command.run(invocation),
            Self::Healthcheck(command) => command.run(invocation),
            Self::Openapi => openapi::print(),
            Self::User(command) => command.run(invocation),
            Self::Seed(command) => command.run(invocation),
            Self::Completions(command) => command.run(),
            Self::Version(command) => command.run(),
        }
    }
}
