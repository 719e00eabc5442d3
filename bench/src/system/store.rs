//! The database below a server that is stopped, for data that would take too long to make through the server.

use std::{io, path::Path};

/// A connection that writes.
pub(crate) enum Store {
    /// The embedded database.
    Sqlite(rusqlite::Connection),
    /// A PostgreSQL database.
    Postgres(Box<postgres::Client>),
}

impl Store {
    /// Opens the embedded database. It is written without a journal and without waiting for the disk: whoever fills a
    /// database for a measurement can do so again.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(super) fn sqlite(path: &Path) -> io::Result<Self> {
        let connection = rusqlite::Connection::open(path).map_err(io::Error::other)?;
        let pragmas = "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             PRAGMA foreign_keys = OFF; PRAGMA cache_size = -500000; PRAGMA temp_store = MEMORY;";
        connection.execute_batch(pragmas).map_err(io::Error::other)?;
        Ok(Self::Sqlite(connection))
    }

    /// Connects to a database. Foreign keys are not checked, and commits do not wait for the disk.
    ///
    /// # Errors
    /// If it cannot be reached.
    pub(super) fn postgres(url: &str) -> io::Result<Self> {
        let mut client = postgres::Client::connect(url, postgres::NoTls).map_err(io::Error::other)?;
        let settings = "SET session_replication_role = replica; SET synchronous_commit = off;
             SET maintenance_work_mem = '256MB'; SET jit = off;";
        client.batch_execute(settings).map_err(io::Error::other)?;
        Ok(Self::Postgres(Box::new(client)))
    }

    /// Runs statements in one transaction.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) fn execute(&mut self, sql: &str) -> io::Result<()> {
        let done = match self {
            Self::Sqlite(connection) => {
                connection.execute_batch(&format!("BEGIN; {sql}; COMMIT;")).map_err(|error| error.to_string())
            }
            Self::Postgres(client) => {
                client.batch_execute(&format!("BEGIN; {sql}; COMMIT;")).map_err(|error| said(&error))
            }
        };
        done.map_err(|error| {
            let sql: String = sql.chars().take(300).collect();
            io::Error::other(format!("{error} in {sql}"))
        })
    }

    /// Inserts rows, each written as `(a, b, …)`, into `table (columns)`.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) fn insert(&mut self, into: &str, rows: &[String]) -> io::Result<()> {
        rows.chunks(500)
            .try_for_each(|rows| self.execute(&format!("INSERT INTO {into} VALUES {}", rows.join(","))))
    }

    /// A UUID as a literal.
    pub(crate) fn id(&self, uuid: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("x'{}'", uuid.replace('-', "")),
            Self::Postgres(_) => format!("'{uuid}'"),
        }
    }

    /// Leaves the database as a server expects it, with statistics for its planner.
    pub(super) fn finish(mut self) -> io::Result<()> {
        match &mut self {
            Self::Sqlite(connection) => connection
                .execute_batch("PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL;")
                .map_err(io::Error::other),
            // Each by itself: they refuse to be part of a transaction, which several at once are.
            Self::Postgres(client) => {
                ["VACUUM ANALYZE", "CHECKPOINT"].into_iter().try_for_each(|statement| {
                    client.batch_execute(statement).map_err(|error| io::Error::other(said(&error)))
                })
            }
        }
    }
}

/// The client's own text of an error does not say what PostgreSQL said.
fn said(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)
}
