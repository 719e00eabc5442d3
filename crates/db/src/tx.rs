//! One way to run SQL on either engine: parameters, rows, statements.

use crate::{Connection, Error, batch::Input, connection::Pending};
use kith_api::view::{AccountStatus, ConversationType, Encryption, MemberRole, MessageType, Presence, Role};
use kith_api::{ConversationId, MessageId, SessionId, Timestamp, UserId};
use std::borrow::Cow;
use uuid::Uuid;

/// A statement's parameter.
#[derive(Clone, Debug)]
pub enum Param<'a> {
    /// SQL `NULL` of any type.
    Null,
    /// A boolean.
    Bool(bool),
    /// A bigint.
    Int(i64),
    /// Text.
    Text(Cow<'a, str>),
    /// An identifier.
    Id(Uuid),
    /// Identifiers for `= ANY($n)`.
    Ids(Vec<Uuid>),
}

/// Types a batch column can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// bigint.
    Int,
    /// text.
    Text,
    /// An identifier.
    Id,
}

/// A named, typed column of a batch, see [`Tx::batch`].
pub type Column = (&'static str, Kind);

macro_rules! param_from {
    ($($type:ty => |$value:ident| $param:expr),* $(,)?) => {$(
        impl<'a> From<$type> for Param<'a> {
            fn from($value: $type) -> Self {
                $param
            }
        }
    )*};
}

param_from! {
    bool => |v| Param::Bool(v),
    i64 => |v| Param::Int(v),
    Timestamp => |v| Param::Int(v.0),
    &'a str => |v| Param::Text(Cow::Borrowed(v)),
    &'a String => |v| Param::Text(Cow::Borrowed(v)),
    String => |v| Param::Text(Cow::Owned(v)),
    Uuid => |v| Param::Id(v),
    UserId => |v| Param::Id(v.0),
    ConversationId => |v| Param::Id(v.0),
    MessageId => |v| Param::Id(v.0),
    SessionId => |v| Param::Id(v.0),
    Vec<Uuid> => |v| Param::Ids(v),
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}

/// `params![a, b]`: a slice of [`Param`].
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Param::from($value)),*] };
}

/// A result row, valid while it is being mapped.
pub enum Row<'r> {
    /// From SQLite.
    Sqlite(&'r rusqlite::Row<'r>),
    /// From PostgreSQL.
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of column `index`, from 0.
    pub fn get<T: FromColumn>(&self, index: usize) -> Result<T, Error> {
        T::from_column(self, index)
    }

    /// The text of column `index`, where it lies.
    fn text(&self, index: usize) -> Result<Option<&str>, Error> {
        match self {
            Self::Sqlite(row) => {
                let text = row.get_ref(index)?.as_str_or_null();
                text.map_err(|error| Error::Other(format!("column {index}: {error}")))
            }
            Self::Postgres(row) => Ok(row.try_get(index)?),
        }
    }
}

/// A type that a column can be read as.
pub trait FromColumn: Sized {
    /// Reads column `index` of `row`.
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Error>;
}

macro_rules! from_column {
    ($($type:ty),*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                Ok(match row {
                    Row::Sqlite(row) => row.get(index)?,
                    Row::Postgres(row) => row.try_get(index)?,
                })
            }
        }
        impl FromColumn for Option<$type> {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                Ok(match row {
                    Row::Sqlite(row) => row.get(index)?,
                    Row::Postgres(row) => row.try_get(index)?,
                })
            }
        }
    )*};
}
from_column!(i64, bool, String);

impl FromColumn for Option<Uuid> {
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        match row {
            Row::Sqlite(row) => match row.get_ref(index)? {
                rusqlite::types::ValueRef::Null => Ok(None),
                rusqlite::types::ValueRef::Blob(bytes) => {
                    Uuid::from_slice(bytes).map(Some).map_err(|error| Error::Other(error.to_string()))
                }
                other => Err(Error::Other(format!("column {index}: {} is no identifier", other.data_type()))),
            },
            Row::Postgres(row) => Ok(row.try_get(index)?),
        }
    }
}

impl FromColumn for Uuid {
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        row.get::<Option<Uuid>>(index)?.ok_or_else(|| Error::Other(format!("column {index} is NULL")))
    }
}

macro_rules! from_newtype {
    ($($type:ident($inner:ty)),*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                row.get::<$inner>(index).map($type)
            }
        }
        impl FromColumn for Option<$type> {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                Ok(row.get::<Option<$inner>>(index)?.map($type))
            }
        }
    )*};
}
macro_rules! from_name {
    ($($type:ty),*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                row.get::<Option<Self>>(index)?.ok_or_else(|| Error::Other(format!("column {index} is NULL")))
            }
        }

        impl FromColumn for Option<$type> {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                let Some(name) = row.text(index)? else { return Ok(None) };
                let known = <$type>::parse(name);
                known.map(Some).ok_or_else(|| Error::Other(format!("column {index}: unknown name {name}")))
            }
        }

        impl From<$type> for Param<'_> {
            fn from(value: $type) -> Self {
                Param::Text(Cow::Borrowed(value.as_str()))
            }
        }
    )*};
}
from_name!(Role, AccountStatus, Presence, ConversationType, MemberRole, Encryption, MessageType);

from_newtype!(UserId(Uuid), ConversationId(Uuid), MessageId(Uuid), SessionId(Uuid), Timestamp(i64));

/// Statements inside one transaction.
///
/// SQL is written once for both engines: placeholders are `$1`, `$2` …, lists are `= ANY($n)` with [`Param::Ids`].
/// Texts are `'static`, so that each is translated and prepared once per connection.
pub struct Tx<'c> {
    pub(crate) connection: &'c mut Connection,
}

impl Tx<'_> {
    /// The time of the database server, which all nodes share; `None` if there is no server but the machine itself.
    pub fn server_now(&mut self) -> Result<Option<Timestamp>, Error> {
        let Some(question) = self.connection.server_clock() else { return Ok(None) };
        self.one(question, &[], |row| row.get(0)).map(Some)
    }

    /// Runs a statement; the number of rows it changed.
    pub fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, Error> {
        self.connection.run(sql, Input::Params(params), &mut |_| Ok(()))
    }

    /// Runs a statement whose outcome nobody needs now: on PostgreSQL it is sent with the next one that is waited for,
    /// which fails if this one does, or else with the commit.
    pub fn execute_later(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<(), Error> {
        self.connection.start(sql, Input::Params(params), &mut |_| Ok(())).map(drop)
    }

    /// All rows.
    pub fn all<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut rows = Vec::new();
        self.connection.run(sql, Input::Params(params), &mut |row| {
            rows.push(map(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// As [`Self::all`], with the rows to be [taken](Later::take) later.
    pub fn all_later<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        map: fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Later<T>, Error> {
        self.later(sql, Input::Params(params), map)
    }

    /// The first row, if there is one.
    pub fn opt<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        Ok(self.all(sql, params, map)?.into_iter().next())
    }

    /// The first row; an error if there is none.
    pub fn one<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.opt(sql, params, map)?.ok_or_else(|| Error::Other("no row where one was expected".into()))
    }

    /// Runs a set-based statement over many rows of input.
    ///
    /// `{b}` in the text stands for the input, a table named `b` with the given columns: on PostgreSQL one
    /// statement over `UNNEST` arrays, on SQLite (where a statement costs no round trip) one execution a row.
    /// The order of the results is not that of the input.
    pub fn batch<'p, T>(
        &mut self,
        sql: &'static str,
        columns: &'static [Column],
        rows: &[impl AsRef<[Param<'p>]>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut results = Vec::new();
        if !rows.is_empty() {
            self.connection.run(sql, Input::Rows(columns, &rows), &mut |row| {
                results.push(map(row)?);
                Ok(())
            })?;
        }
        Ok(results)
    }

    /// As [`Self::batch`], with the results to be [taken](Later::take) later.
    pub fn batch_later<'p, T>(
        &mut self,
        sql: &'static str,
        columns: &'static [Column],
        rows: &[impl AsRef<[Param<'p>]>],
        map: fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Later<T>, Error> {
        match rows {
            [] => Ok(Later { rows: Vec::new(), pending: None, map }),
            _ => self.later(sql, Input::Rows(columns, &rows), map),
        }
    }

    fn later<T>(
        &mut self,
        sql: &'static str,
        input: Input<'_, '_>,
        map: fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Later<T>, Error> {
        let mut rows = Vec::new();
        let pending = self.connection.start(sql, input, &mut |row| {
            rows.push(map(row)?);
            Ok(())
        })?;
        Ok(Later { rows, pending, map })
    }

    /// Runs `work` so that its failure undoes only its own statements.
    pub fn savepoint<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.connection.savepoint(work)
    }
}

/// Rows that a statement has, or will have: on PostgreSQL it is sent with the next statement that is waited for, in the
/// order of the calls. If nobody takes them, the statement runs all the same.
pub struct Later<T> {
    rows: Vec<T>,
    pending: Option<Pending>,
    map: fn(&Row<'_>) -> Result<T, Error>,
}

impl<T> Later<T> {
    /// The rows; waits for them if need be.
    pub fn take(self, tx: &mut Tx<'_>) -> Result<Vec<T>, Error> {
        let Self { mut rows, pending, map } = self;
        if let Some(pending) = pending {
            tx.connection.finish(pending, &mut |row| {
                rows.push(map(row)?);
                Ok(())
            })?;
        }
        Ok(rows)
    }
}
