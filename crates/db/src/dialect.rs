//! The two engines: connecting, translating and running statements. Nothing else branches on the engine.

use crate::{Column, Error, Kind, Param, Row, Tx, batch};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use std::{
    collections::HashMap,
    fmt::Write as _,
    path::PathBuf,
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

/// One connection, owned by one thread.
pub struct Connection {
    link: Link,
    options: Options,
    read_only: bool,
    /// Whether another transaction was in the way of the present one.
    conflicted: bool,
}

/// How often a transaction is run that others are in the way of.
const ATTEMPTS: u32 = 4;

enum Link {
    Sqlite { connection: rusqlite::Connection, texts: Texts, steps: Arc<AtomicU64> },
    Postgres { client: Box<postgres::Client>, statements: Statements },
}

/// A `'static` text by address and length: cheaper to look up than by its characters.
type TextKey = (usize, usize);
type Texts = HashMap<TextKey, String>;
type Statements = HashMap<TextKey, postgres::Statement>;

fn key(sql: &'static str) -> TextKey {
    (sql.as_ptr() as usize, sql.len())
}

/// Called for each result row.
pub(crate) type OnRow<'f> = &'f mut dyn FnMut(&Row<'_>) -> Result<(), Error>;

impl Connection {
    /// Opens a connection that may write.
    pub fn open(options: &Options) -> Result<Self, Error> {
        Self::new(options, false)
    }

    /// Opens a connection that only reads.
    pub fn open_read_only(options: &Options) -> Result<Self, Error> {
        Self::new(options, true)
    }

    fn new(options: &Options, read_only: bool) -> Result<Self, Error> {
        let link = Link::open(options, read_only)?;
        Ok(Self { link, options: options.clone(), read_only, conflicted: false })
    }

    /// Opens the connection anew if the server closed it.
    pub fn revive(&mut self) -> Result<(), Error> {
        if let Link::Postgres { client, .. } = &self.link
            && client.is_closed()
        {
            self.link = Link::open(&self.options, self.read_only)?;
        }
        Ok(())
    }

    /// Runs `work` in a transaction that is committed if it succeeds.
    pub fn transaction<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.begin()?;
        let done = work(&mut Tx { connection: self });
        self.end(done)
    }

    /// As [`Self::transaction`], but run again if another transaction was in the way, even if only of a part that was
    /// undone for itself in a savepoint. `work` must begin from nothing each time.
    pub fn repeatable_transaction<T, E: From<Error>>(
        &mut self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        for _ in 1..ATTEMPTS {
            self.begin()?;
            self.conflicted = false;
            let done = work(&mut Tx { connection: self });
            if self.conflicted {
                self.roll_back();
                continue;
            }
            let done = self.end(done);
            if !self.conflicted {
                return done;
            }
        }
        self.transaction(work)
    }

    fn begin(&mut self) -> Result<(), Error> {
        self.revive()?;
        // Taking SQLite's write lock at once avoids the deadlock of two readers that both turn writers.
        let begin = match (&self.link, self.read_only) {
            (Link::Sqlite { .. }, false) => "BEGIN IMMEDIATE",
            (Link::Postgres { .. }, true) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            _ => "BEGIN",
        };
        self.execute(begin, &[])?;
        Ok(())
    }

    /// Commits what was done, or undoes what failed.
    fn end<T, E: From<Error>>(&mut self, done: Result<T, E>) -> Result<T, E> {
        let ended = done.and_then(|value| {
            let committed = self.execute("COMMIT", &[]);
            self.noted(committed)?;
            Ok(value)
        });
        if ended.is_err() {
            self.roll_back();
        }
        ended
    }

    /// Remembers whether a statement failed because another transaction was in the way.
    pub(crate) fn noted<T>(&mut self, done: Result<T, Error>) -> Result<T, Error> {
        self.conflicted |= matches!(done, Err(Error::Conflict(_)));
        done
    }

    /// Runs `work` outside a transaction, each statement for itself.
    pub fn statements<T>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> T) -> Result<T, Error> {
        self.revive()?;
        Ok(work(&mut Tx { connection: self }))
    }

    fn roll_back(&mut self) {
        if let Err(error) = self.execute("ROLLBACK", &[]) {
            tracing::debug!(%error, "rolling back");
        }
    }

    /// Runs several statements separated by `;`, without parameters.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Error> {
        match &mut self.link {
            Link::Sqlite { connection, .. } => Ok(connection.execute_batch(sql)?),
            Link::Postgres { client, .. } => Ok(client.batch_execute(sql)?),
        }
    }

    /// Writes a copy of an SQLite database beside it; nothing for PostgreSQL, whose operators have their own backups.
    pub(crate) fn snapshot(&mut self, path: &std::path::Path) -> Result<bool, Error> {
        let Link::Sqlite { connection, .. } = &mut self.link else { return Ok(false) };
        connection.backup("main", path, None::<fn(rusqlite::backup::Progress)>)?;
        Ok(true)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.options.engine
    }

    pub(crate) fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, Error> {
        match &mut self.link {
            Link::Sqlite { connection, texts, .. } => {
                let mut statement = connection.prepare_cached(sqlite_text(texts, sql))?;
                bind(&mut statement, params)?;
                let mut rows = statement.raw_query();
                // A statement with RETURNING, or a PRAGMA, has rows even if nobody wants them.
                while rows.next()?.is_some() {}
                drop(rows);
                drop(statement);
                Ok(connection.changes())
            }
            Link::Postgres { client, statements } => {
                if params.is_empty() {
                    client.batch_execute(sql)?;
                    return Ok(0);
                }
                let statement = prepared(client, statements, sql, str::to_owned)?;
                Ok(client.execute(&statement, &references(params))?)
            }
        }
    }

    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        on_row: OnRow<'_>,
    ) -> Result<(), Error> {
        match &mut self.link {
            Link::Sqlite { connection, texts, steps } => {
                steps.store(0, Ordering::Relaxed);
                let mut statement = connection.prepare_cached(sqlite_text(texts, sql))?;
                bind(&mut statement, params)?;
                each_row(&mut statement, on_row)
            }
            Link::Postgres { client, statements } => {
                let statement = prepared(client, statements, sql, str::to_owned)?;
                for row in client.query(&statement, &references(params))? {
                    on_row(&Row::Postgres(&row))?;
                }
                Ok(())
            }
        }
    }

    pub(crate) fn batch(
        &mut self,
        sql: &'static str,
        columns: &'static [Column],
        rows: &[Vec<Param<'_>>],
        on_row: OnRow<'_>,
    ) -> Result<(), Error> {
        match &mut self.link {
            Link::Sqlite { connection, texts, steps } => {
                steps.store(0, Ordering::Relaxed);
                let text = texts
                    .entry(key(sql))
                    .or_insert_with(|| sqlite_syntax(&sql.replace("{b}", &sqlite_input(columns))));
                let mut statement = connection.prepare_cached(text)?;
                for row in rows {
                    bind(&mut statement, row)?;
                    each_row(&mut statement, &mut *on_row)?;
                }
                Ok(())
            }
            Link::Postgres { client, statements } => {
                let statement =
                    prepared(client, statements, sql, |sql| sql.replace("{b}", &postgres_input(columns)))?;
                let arrays: Vec<_> = columns
                    .iter()
                    .enumerate()
                    .map(|(index, (_, kind))| batch::array(rows, index, *kind))
                    .collect();
                let arrays: Vec<&(dyn postgres::types::ToSql + Sync)> = arrays.iter().map(|a| &**a).collect();
                for row in client.query(&statement, &arrays)? {
                    on_row(&Row::Postgres(&row))?;
                }
                Ok(())
            }
        }
    }
}

impl Link {
    fn open(options: &Options, read_only: bool) -> Result<Self, Error> {
        match &options.engine {
            Engine::Sqlite(path) => {
                let mut connection = rusqlite::Connection::open(path)?;
                rusqlite::vtab::array::load_module(&connection)?;
                connection.set_prepared_statement_cache_capacity(256);
                connection.busy_timeout(options.statement_timeout)?;
                // FULL: at NORMAL a power cut loses transactions that were acknowledged.
                connection.execute_batch(
                    "PRAGMA journal_mode = WAL;
                     PRAGMA synchronous = FULL;
                     PRAGMA foreign_keys = ON;
                     PRAGMA secure_delete = ON;
                     PRAGMA temp_store = MEMORY;
                     PRAGMA wal_autocheckpoint = 4000;
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
            Engine::Postgres(url) => {
                let mut config: postgres::Config = url.parse()?;
                config.application_name("kith").connect_timeout(options.statement_timeout);
                let mut client = config.connect(postgres::NoTls)?;
                client.batch_execute(&format!(
                    "SET statement_timeout = {}; SET synchronous_commit = on; SET default_transaction_read_only = {}",
                    options.statement_timeout.as_millis(),
                    read_only,
                ))?;
                Ok(Self::Postgres { client: Box::new(client), statements: HashMap::new() })
            }
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

fn sqlite_text<'t>(texts: &'t mut Texts, sql: &'static str) -> &'t str {
    texts.entry(key(sql)).or_insert_with(|| sqlite_syntax(sql))
}

/// `$1` to `?1`, `= ANY($1)` to `IN rarray(?1)`.
fn sqlite_syntax(sql: &str) -> String {
    sql.replace("= ANY(", "IN rarray(").replace('$', "?")
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

fn prepared(
    client: &mut postgres::Client,
    statements: &mut Statements,
    sql: &'static str,
    text: impl FnOnce(&str) -> String,
) -> Result<postgres::Statement, Error> {
    if let Some(statement) = statements.get(&key(sql)) {
        return Ok(statement.clone());
    }
    let statement = client.prepare(&text(sql))?;
    statements.insert(key(sql), statement.clone());
    Ok(statement)
}

fn references<'p>(params: &'p [Param<'_>]) -> Vec<&'p (dyn postgres::types::ToSql + Sync)> {
    params.iter().map(|param| param as _).collect()
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
