//! The database, for commands that work on it beside a server or without one.

use kith_core::Ctx;
use kith_db::Options;
use kith_server::{
    config::{Config, DatabaseUrl},
    server,
};

use super::output::{Failure, Outcome};

/// How to connect to a database that is there. Only `serve` and commands that fill a database make an embedded one:
/// elsewhere a missing file means a wrong directory.
pub(super) fn existing(config: &Config) -> Outcome<Options> {
    match &config.database.url {
        DatabaseUrl::Sqlite(path) if !path.exists() => Err(Failure::Failed(format!(
            "there is no database at {}: run this where the server runs, or name its configuration with --config",
            path.display()
        ))),
        _ => Ok(server::options(config)?),
    }
}

/// Does something with the database as the operator. Whoever else has it open, a server perhaps, need not stop.
pub(super) fn with<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Ctx) -> Result<T, kith_core::Error>,
) -> Outcome<T> {
    let ctx = server::open_ctx(config)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::while_doing("starting", error))?;
    Ok(runtime.block_on(work(&ctx))?)
}
