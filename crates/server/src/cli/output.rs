//! What a command prints and how it ends.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;
use kith_server::server::StartError;
use serde::Serialize;

/// The choice between text and JSON, of commands that print data.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Format {
    /// Prints JSON, whose fields stay the same from version to version
    #[arg(long)]
    pub(super) json: bool,
}

/// How a command ended.
pub(super) type Outcome<T = ()> = Result<T, Failure>;

/// Why a command was not done.
#[derive(Debug)]
pub(super) enum Failure {
    /// It failed, for this reason.
    Failed(String),
    /// The arguments or the configuration are wrong, in this way.
    Usage(String),
    /// It failed, and what there is to say has been printed; the exit code.
    Told(u8),
}

impl Failure {
    /// Something that did not work, with the attempt it was part of: "writing kith.toml: permission denied".
    pub(super) fn while_doing(what: impl std::fmt::Display, error: impl std::fmt::Display) -> Self {
        Self::Failed(format!("{what}: {error}"))
    }
}

impl From<kith_db::Error> for Failure {
    fn from(error: kith_db::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<kith_core::Error> for Failure {
    fn from(error: kith_core::Error) -> Self {
        let fields = error.details.iter().map(|it| format!("{} {}", it.field, it.message));
        match fields.collect::<Vec<_>>() {
            fields if fields.is_empty() => Self::Failed(error.message),
            fields => Self::Failed(fields.join("; ")),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Prints the reason of a failure; the exit code that `--help` promises.
pub(super) fn exit_code(outcome: Outcome) -> ExitCode {
    let (reason, code) = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Failed(reason)) => (reason, 1),
        Err(Failure::Usage(reason)) => (reason, 2),
        Err(Failure::Told(code)) => return ExitCode::from(code),
    };
    note(&format!("error: {reason}"));
    ExitCode::from(code)
}

/// A line for people, on standard error.
pub(super) fn note(text: &str) {
    // Nobody is left to be told that nobody listens.
    let _ = writeln!(io::stderr(), "{text}");
}

/// A line about something that stops nothing.
pub(super) fn warn(text: &str) {
    note(&format!("warning: {text}"));
}

/// Prints data, which ends with a line break.
pub(super) fn print(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    let line_break = if text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{text}{line_break}").and_then(|()| out.flush()) {
        // The reader, `head` perhaps, has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::while_doing("writing to standard output", error)),
        Ok(()) => Ok(()),
    }
}

/// Prints data as JSON.
pub(super) fn print_json(value: &impl Serialize) -> Outcome {
    match serde_json::to_string_pretty(value) {
        Ok(text) => print(&text),
        Err(error) => Err(Failure::while_doing("writing JSON", error)),
    }
}

/// Lays out rows in columns, the first row being the headings.
pub(super) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text += "\n";
    }
    text
}
