//! `kith migrate`.

use clap::{Args, Subcommand};
use kith_core::{Clock, SystemClock};
use kith_db::{Options, migrate};
use kith_server::server;
use serde_json::json;

use super::{
    database,
    invocation::Invocation,
    output::{Failure, Format, Outcome, print, print_json, table},
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Migrate {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Runs what has not run yet; `serve` does the same when it starts (default)
    Up(Format),
    /// Undoes the newest migration, and deletes what only it can hold
    Down {
        /// Confirms that data may be lost
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        format: Format,
    },
    /// Tells which migrations have run
    Status(Format),
}

impl Migrate {
    pub(super) fn run(self, invocation: &Invocation) -> Outcome {
        let action = self.action.unwrap_or(Action::Up(self.format));
        if let Action::Down { yes: false, .. } = action {
            let reason = "migrate down deletes data: stop the server, make a backup, and confirm with --yes";
            return Err(Failure::Usage(reason.into()));
        }
        let config = invocation.config()?;
        match action {
            Action::Up(format) => up(&server::options(&config)?, format),
            Action::Down { format, .. } => down(&database::existing(&config)?, format),
            Action::Status(format) => status(&database::existing(&config)?, format),
        }
    }
}

fn up(options: &Options, format: Format) -> Outcome {
    let applied = migrate::up(options, SystemClock.now())?;
    if format.json {
        return print_json(&json!({ "applied": applied }));
    }
    match applied[..] {
        [] => print("the schema is up to date"),
        _ => print(&applied.iter().map(|name| format!("applied {name}\n")).collect::<String>()),
    }
}

fn down(options: &Options, format: Format) -> Outcome {
    let undone = migrate::down(options)?;
    match (format.json, undone) {
        (true, _) => print_json(&json!({ "undone": undone })),
        (false, Some(name)) => print(&format!("undone {name}")),
        (false, None) => print("no migration has run"),
    }
}

fn status(options: &Options, format: Format) -> Outcome {
    let migrations = migrate::status(options)?;
    if format.json {
        let migration = |it: &migrate::Status| json!({ "version": it.version, "name": it.name, "appliedAt": it.applied_at });
        return print_json(&json!({ "migrations": migrations.iter().map(migration).collect::<Vec<_>>() }));
    }
    let mut rows = vec![["MIGRATION".to_owned(), "APPLIED".to_owned()]];
    for migrate::Status { name, applied_at, .. } in migrations {
        rows.push([name.to_owned(), applied_at.map_or_else(|| "no".to_owned(), |at| at.to_string())]);
    }
    print(&table(&rows))
}
