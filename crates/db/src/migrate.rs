//! Schema migrations: embedded, numbered in pairs for the two engines, checksummed, run under a lock.

use crate::{Connection, Engine, Error, Options, Tx, params};
use kith_api::Timestamp;
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::time::Duration;

struct Migration {
    version: i64,
    name: &'static str,
    sqlite: Script,
    postgres: Script,
}

#[derive(Clone, Copy)]
struct Script {
    up: &'static str,
    down: &'static str,
}

macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sqlite: Script {
                up: include_str!(concat!("../migrations/sqlite/", $name, ".up.sql")),
                down: include_str!(concat!("../migrations/sqlite/", $name, ".down.sql")),
            },
            postgres: Script {
                up: include_str!(concat!("../migrations/postgres/", $name, ".up.sql")),
                down: include_str!(concat!("../migrations/postgres/", $name, ".down.sql")),
            },
        }
    };
}

const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_start"),
    migration!(2, "0002_jobs"),
    migration!(3, "0003_arrivals"),
    migration!(4, "0004_counts"),
];

/// One migration and whether it has run.
#[derive(Clone, Debug)]
pub struct Status {
    /// Number.
    pub version: i64,
    /// Name.
    pub name: &'static str,
    /// When it ran here.
    pub applied_at: Option<Timestamp>,
}

impl Migration {
    fn script(&self, engine: &Engine) -> Script {
        match engine {
            Engine::Sqlite(_) => self.sqlite,
            Engine::Postgres(_) => self.postgres,
        }
    }

    fn checksum(&self, engine: &Engine) -> String {
        Sha256::digest(self.script(engine).up).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What changes a table that has grown takes longer than any statement of the server may.
fn patient(options: &Options) -> Options {
    Options { statement_timeout: Duration::from_secs(24 * 3600), ..options.clone() }
}

/// Runs what has not run yet; the names of what was run. An SQLite file that holds data is copied aside first.
pub fn up(options: &Options, now: Timestamp) -> Result<Vec<&'static str>, Error> {
    let options = &patient(options);
    let mut connection = Connection::open(options)?;
    let applied = locked(&mut connection, |tx| check(tx, options))?;
    let pending = |applied: &[i64]| -> Vec<&'static Migration> {
        MIGRATIONS.iter().filter(|m| !applied.contains(&m.version)).collect()
    };
    if pending(&applied).is_empty() {
        return Ok(Vec::new());
    }
    if let (Engine::Sqlite(path), false) = (&options.engine, applied.is_empty()) {
        let mut aside = path.clone().into_os_string();
        aside.push(format!(".before-{}", MIGRATIONS.last().map_or(0, |m| m.version)));
        connection.snapshot(&PathBuf::from(aside))?;
    }
    locked(&mut connection, |tx| {
        // Another process may have been faster between the two locks.
        let pending = pending(&check(tx, options)?);
        for migration in &pending {
            tx.connection.script(migration.script(&options.engine).up)?;
            tx.execute(
                "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
                params![migration.version, migration.name, migration.checksum(&options.engine), now],
            )?;
        }
        Ok(pending.iter().map(|migration| migration.name).collect())
    })
}

/// Undoes the newest migration that has run; its name.
pub fn down(options: &Options) -> Result<Option<&'static str>, Error> {
    let options = &patient(options);
    let mut connection = Connection::open(options)?;
    locked(&mut connection, |tx| {
        let applied = check(tx, options)?;
        let Some(migration) = MIGRATIONS.iter().rev().find(|m| applied.contains(&m.version)) else {
            return Ok(None);
        };
        tx.connection.script(migration.script(&options.engine).down)?;
        tx.execute("DELETE FROM schema_migrations WHERE version = $1", params![migration.version])?;
        Ok(Some(migration.name))
    })
}

/// Every migration that this program knows, in order.
pub fn status(options: &Options) -> Result<Vec<Status>, Error> {
    let mut connection = Connection::open(options)?;
    locked(&mut connection, |tx| {
        check(tx, options)?;
        let applied = tx.all("SELECT version, applied_at FROM schema_migrations", &[], |row| {
            Ok((row.get::<i64>(0)?, row.get::<Timestamp>(1)?))
        })?;
        let at = |version| applied.iter().find(|(v, _)| *v == version).map(|(_, at)| *at);
        Ok(MIGRATIONS
            .iter()
            .map(|m| Status { version: m.version, name: m.name, applied_at: at(m.version) })
            .collect())
    })
}

/// A transaction that excludes other migrating processes.
fn locked<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let postgres = matches!(connection.engine(), Engine::Postgres(_));
    connection.transaction(|tx| {
        if postgres {
            tx.execute("SELECT pg_advisory_xact_lock(7236836)", &[])?;
        }
        tx.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (
                version BIGINT PRIMARY KEY,
                name TEXT NOT NULL,
                checksum TEXT NOT NULL,
                applied_at BIGINT NOT NULL
            )",
            &[],
        )?;
        work(tx)
    })
}

/// The versions that have run; an error if the schema is not one this program can work with.
fn check(tx: &mut Tx<'_>, options: &Options) -> Result<Vec<i64>, Error> {
    let applied =
        tx.all("SELECT version, name, checksum FROM schema_migrations ORDER BY version", &[], |row| {
            Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<String>(2)?))
        })?;
    for (version, name, checksum) in &applied {
        match MIGRATIONS.iter().find(|m| m.version == *version) {
            None => {
                return Err(Error::Schema(format!(
                    "the database has migration {name}, which this version of Kith does not know: \
                     run the newer version, or restore the copy made before it ran"
                )));
            }
            Some(known) if known.checksum(&options.engine) != *checksum => {
                return Err(Error::Schema(format!(
                    "migration {name} in the database differs from the one in this program: \
                     the database was made by a different build of Kith"
                )));
            }
            Some(_) => {}
        }
    }
    Ok(applied.into_iter().map(|(version, ..)| version).collect())
}
