//! The two engines: connecting, translating and running statements. Nothing else branches on the engine.

use crate::{
    Column, Error, Kind, Param, Row,
    batch::Input,
    postgres::{Answer, Failure, Postgres, TextKey, Ticket, key},
};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use std::{
    collections::HashMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Which engine, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded database in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server: a libpq URL.
    Postgres(String),
}

impl Engine {
    /// Reads `sqlite://path` or `postgres://…`.
    pub fn parse(url: &str) -> Result<Self, Error> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Ok(Self::Sqlite(path.into()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.into()));
        }
        Err(Error::Other("a database URL starts with sqlite:// or postgres://".into()))
    }

    /// `sqlite` or `postgres`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }
}

/// How connections behave.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which engine.
    pub engine: Engine,
    /// A statement that takes longer is given up.
    pub statement_timeout: Duration,
    /// Fewest and most reading connections.
    pub pool: (usize, usize),
    /// A reading connection above the fewest is closed after this long without work.
    pub idle: Duration,
}

/// A connection of either engine.
pub(crate) enum Link {
    Sqlite { connection: rusqlite::Connection, texts: HashMap<TextKey, String>, steps: Arc<AtomicU64> },
    Postgres(Box<Postgres>),
}

/// Called for each result row.
pub(crate) type OnRow<'f> = &'f mut dyn FnMut(&Row<'_>) -> Result<(), Error>;

/// How far a statement has come.
pub(crate) enum Started {
    /// It has run, and changed so many rows.
    Done(u64),
    /// It runs with the next [`Link::settle`].
    Asked(Ticket),
}

impl Link {
    /// What asks the server for its time, in milliseconds.
    pub(crate) fn server_clock(&self) -> Option<&'static str> {
        match self {
            Self::Sqlite { .. } => None,
            Self::Postgres { .. } => {
                Some("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")
            }
        }
    }

    /// Whether the server closed it, as far as is known.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, Self::Postgres(postgres) if postgres.is_closed())
    }

    /// What begins a transaction.
    pub(crate) fn begin(&self, read_only: bool) -> &'static str {
        match (self, read_only) {
            // Taking SQLite's write lock at once avoids the deadlock of two readers that both turn writers.
            (Self::Sqlite { .. }, false) => "BEGIN IMMEDIATE",
            (Self::Postgres(_), true) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            _ => "BEGIN",
        }
    }

    /// Runs several statements separated by `;`, without parameters.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Error> {
        match self {
            Self::Sqlite { connection, .. } => Ok(connection.execute_batch(sql)?),
            Self::Postgres(postgres) => postgres.script(sql),
        }
    }

    /// Begins, divides or ends a transaction: on SQLite at once, on PostgreSQL with what is asked next.
    pub(crate) fn control(&mut self, sql: &'static str) -> Result<(), Error> {
        match self {
            Self::Sqlite { connection, .. } => Ok(connection.prepare_cached(sql)?.raw_execute().map(drop)?),
            Self::Postgres(postgres) => postgres.control(sql),
        }
    }

    /// Runs a statement on SQLite, queues it on PostgreSQL.
    pub(crate) fn start(
        &mut self,
        sql: &'static str,
        input: Input<'_, '_>,
        on_row: OnRow<'_>,
    ) -> Result<Started, Failure> {
        match self {
            Self::Sqlite { connection, texts, steps } => {
                steps.store(0, Ordering::Relaxed);
                let text = texts.entry(key(sql)).or_insert_with(|| sqlite_text(sql, input));
                let done = run(connection, text, input, on_row);
                done.map(Started::Done).map_err(|error| Failure { control: false, error })
            }
            Self::Postgres(postgres) => {
                postgres.statement(sql, || postgres_text(sql, input), input).map(Started::Asked)
            }
        }
    }

    /// Whether a statement was asked whose outcome is not known.
    pub(crate) fn is_uncertain(&self) -> bool {
        matches!(self, Self::Postgres(postgres) if postgres.is_uncertain())
    }

    /// Whether a statement that was asked has run.
    pub(crate) fn is_answered(&self, ticket: Ticket) -> bool {
        matches!(self, Self::Postgres(postgres) if postgres.is_answered(ticket))
    }

    /// Runs what was asked. The first failure counts.
    pub(crate) fn settle(&mut self) -> Result<(), Failure> {
        match self {
            Self::Sqlite { .. } => Ok(()),
            Self::Postgres(postgres) => postgres.settle(),
        }
    }

    /// Takes the rows of a statement that was asked and has run; how many it changed.
    pub(crate) fn answer(&mut self, ticket: Ticket, on_row: OnRow<'_>) -> Result<u64, Error> {
        let answer = match self {
            Self::Sqlite { .. } => None,
            Self::Postgres(postgres) => postgres.answer(ticket),
        };
        let lost = || Error::Other("a statement was not answered".into());
        let Answer { rows, changed } = answer.ok_or_else(lost)?;
        for row in &rows {
            on_row(&Row::Postgres(row))?;
        }
        Ok(changed)
    }

    /// Forgets answers that nobody came for.
    pub(crate) fn forget(&mut self) {
        if let Self::Postgres(postgres) = self {
            postgres.forget();
        }
    }

    /// Sends what was asked without waiting for it.
    pub(crate) fn send(&mut self) {
        if let Self::Postgres(postgres) = self {
            postgres.send();
        }
    }

    /// Writes a copy of an SQLite database; nothing for PostgreSQL, whose operators have their own backups.
    pub(crate) fn snapshot(&mut self, path: &Path) -> Result<bool, Error> {
        let Self::Sqlite { connection, .. } = self else { return Ok(false) };
        connection.backup("main", path, None::<fn(rusqlite::backup::Progress)>)?;
        Ok(true)
    }

    /// Connects.
    pub(crate) fn open(options: &Options, read_only: bool) -> Result<Self, Error> {
        match &options.engine {
            Engine::Sqlite(path) => {
                let mut connection = rusqlite::Connection::open(path)?;
                rusqlite::vtab::array::load_module(&connection)?;
                connection.set_prepared_statement_cache_capacity(256);
                connection.busy_timeout(options.statement_timeout)?;
                // FULL: at NORMAL a power cut loses transactions that were acknowledged. EXTRA for the switch to WAL,
                // which a power cut undoes, with all that was written since, if the old journal's end was not synced.
                connection.execute_batch(
                    "PRAGMA synchronous = EXTRA;
                     PRAGMA journal_mode = WAL;
                     PRAGMA synchronous = FULL;
                     PRAGMA foreign_keys = ON;
                     PRAGMA secure_delete = ON;
                     PRAGMA temp_store = MEMORY;
                     PRAGMA wal_autocheckpoint = 8000;
                     PRAGMA journal_size_limit = 67108864;",
                )?;
                // The writer's cache holds the tails of busy conversations; readers lean on the page cache.
                connection.pragma_update(None, "cache_size", if read_only { -2_000 } else { -16_000 })?;
                connection.pragma_update(None, "query_only", read_only)?;
                let steps = Arc::new(AtomicU64::new(0));
                if read_only {
                    limit_steps(&mut connection, &steps, options.statement_timeout)?;
                }
                Ok(Self::Sqlite { connection, texts: HashMap::new(), steps })
            }
            Engine::Postgres(url) => Ok(Self::Postgres(Box::new(Postgres::open(url, options, read_only)?))),
        }
    }
}

/// SQLite has no statement timeout: its progress handler interrupts a statement that took too many steps.
/// `steps` counts the calls since the statement began.
fn limit_steps(
    connection: &mut rusqlite::Connection,
    steps: &Arc<AtomicU64>,
    limit: Duration,
) -> Result<(), Error> {
    // 50,000 steps of the virtual machine take a millisecond or more.
    let most = limit.as_millis() as u64;
    let steps = Arc::clone(steps);
    connection.progress_handler(50_000, Some(move || steps.fetch_add(1, Ordering::Relaxed) >= most))?;
    Ok(())
}

fn sqlite_text(sql: &str, input: Input<'_, '_>) -> String {
    match input {
        Input::Params(_) => sqlite_syntax(sql),
        Input::Rows(columns, _) => sqlite_syntax(&sql.replace("{b}", &sqlite_input(columns))),
    }
}

fn postgres_text(sql: &str, input: Input<'_, '_>) -> String {
    match input {
        Input::Params(_) => sql.to_owned(),
        Input::Rows(columns, _) => sql.replace("{b}", &postgres_input(columns)),
    }
}

/// `$1` to `?1`, `= ANY($1)` to `IN rarray(?1)`; rows are not locked where there is one writer.
fn sqlite_syntax(sql: &str) -> String {
    sql.replace(" FOR NO KEY UPDATE", "").replace("= ANY(", "IN rarray(").replace('$', "?")
}

fn sqlite_input(columns: &[Column]) -> String {
    let mut text = "(SELECT ".to_owned();
    for (index, (name, _)) in columns.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}?{} AS {name}", index + 1);
    }
    text + ") AS b"
}

fn postgres_input(columns: &[Column]) -> String {
    let types = columns.iter().enumerate().map(|(index, (_, kind))| {
        let kind = match kind {
            Kind::Int => "bigint",
            Kind::Text => "text",
            Kind::Id => "uuid",
        };
        format!("${}::{kind}[]", index + 1)
    });
    let types = types.collect::<Vec<_>>().join(", ");
    let names = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    format!("UNNEST({types}) AS b({names})")
}

fn run(
    connection: &rusqlite::Connection,
    text: &str,
    input: Input<'_, '_>,
    on_row: OnRow<'_>,
) -> Result<u64, Error> {
    let mut statement = connection.prepare_cached(text)?;
    match input {
        Input::Params(params) => {
            bind(&mut statement, params)?;
            each_row(&mut statement, on_row)?;
        }
        Input::Rows(_, rows) => {
            for index in 0..rows.count() {
                bind(&mut statement, rows.row(index))?;
                each_row(&mut statement, &mut *on_row)?;
            }
        }
    }
    Ok(connection.changes())
}

fn bind(statement: &mut rusqlite::Statement<'_>, params: &[Param<'_>]) -> Result<(), Error> {
    for (index, param) in params.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, param)?;
    }
    Ok(())
}

fn each_row(statement: &mut rusqlite::Statement<'_>, on_row: OnRow<'_>) -> Result<(), Error> {
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        on_row(&Row::Sqlite(row))?;
    }
    Ok(())
}

/// What `rarray` expects of a pointer: an `Rc<Vec<Value>>`, see `rusqlite::vtab::array`.
const ARRAY: &std::ffi::CStr = c"rarray";

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Param::Null => ToSqlOutput::Owned(Value::Null),
            Param::Bool(value) => ToSqlOutput::Owned(Value::Integer((*value).into())),
            Param::Int(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Param::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Param::Id(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value.as_bytes())),
            Param::Ids(values) => {
                let values: Vec<Value> =
                    values.iter().map(|id| Value::Blob(id.as_bytes().to_vec())).collect();
                ToSqlOutput::from_rc(Rc::new(values), ARRAY)
            }
        })
    }
}
