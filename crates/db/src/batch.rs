//! Parameters in PostgreSQL's binary form: single values, and columns of a batch as arrays.

use crate::{Column, Kind, Param};
use std::error::Error as StdError;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use uuid::Uuid;

type Result<T> = std::result::Result<T, Box<dyn StdError + Sync + Send>>;

/// Rows of input for one statement.
pub(crate) trait Rows<'p> {
    /// How many there are.
    fn count(&self) -> usize;
    /// The row at this place, from 0.
    fn row(&self, index: usize) -> &[Param<'p>];
}

impl<'p, R: AsRef<[Param<'p>]>> Rows<'p> for &[R] {
    fn count(&self) -> usize {
        self.len()
    }

    fn row(&self, index: usize) -> &[Param<'p>] {
        self[index].as_ref()
    }
}

/// What a statement is given.
#[derive(Clone, Copy)]
pub(crate) enum Input<'i, 'p> {
    /// Its parameters.
    Params(&'i [Param<'p>]),
    /// Rows with these columns.
    Rows(&'static [Column], &'i dyn Rows<'p>),
}

/// A parameter that is encoded already, so that it borrows nothing while the statement waits to be sent.
#[derive(Debug)]
pub(crate) struct Encoded(Option<BytesMut>);

impl Input<'_, '_> {
    /// The parameters of a prepared statement that has parameters of these types.
    pub(crate) fn encoded(&self, types: &[Type]) -> Result<Vec<Encoded>> {
        match self {
            Self::Params(params) => types.iter().zip(*params).map(|(ty, param)| encoded(param, ty)).collect(),
            Self::Rows(columns, rows) => {
                let columns = columns.iter().zip(types).enumerate();
                columns.map(|(index, ((_, kind), ty))| array(*rows, index, *kind, ty)).collect()
            }
        }
    }
}

fn encoded(value: &impl ToSql, ty: &Type) -> Result<Encoded> {
    let mut bytes = BytesMut::new();
    Ok(Encoded(match value.to_sql(ty, &mut bytes)? {
        IsNull::Yes => None,
        IsNull::No => Some(bytes),
    }))
}

/// Column `index` of the rows as one array.
fn array(rows: &dyn Rows<'_>, index: usize, kind: Kind, ty: &Type) -> Result<Encoded> {
    let values = (0..rows.count()).map(|row| &rows.row(row)[index]);
    match kind {
        Kind::Int => {
            let ints = values.map(|v| if let Param::Int(v) = v { Some(*v) } else { None });
            encoded(&ints.collect::<Vec<Option<i64>>>(), ty)
        }
        Kind::Id => {
            let ids = values.map(|v| if let Param::Id(v) = v { Some(*v) } else { None });
            encoded(&ids.collect::<Vec<Option<Uuid>>>(), ty)
        }
        Kind::Text => {
            let texts = values.map(|v| if let Param::Text(v) = v { Some(v.as_ref()) } else { None });
            encoded(&texts.collect::<Vec<Option<&str>>>(), ty)
        }
    }
}

impl ToSql for Encoded {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull> {
        let Some(bytes) = &self.0 else { return Ok(IsNull::Yes) };
        out.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bool(value) => value.to_sql(ty, out),
            Self::Int(value) if *ty == Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
            Self::Int(value) => value.to_sql(ty, out),
            Self::Text(value) => value.as_ref().to_sql(ty, out),
            Self::Id(value) => value.to_sql(ty, out),
            Self::Ids(values) => values.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
