//! Parameters in PostgreSQL's binary form: single values, and columns of a batch as arrays.

use crate::{Kind, Param};
use postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use std::error::Error as StdError;
use uuid::Uuid;

type Encoded = Result<IsNull, Box<dyn StdError + Sync + Send>>;

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Encoded {
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

/// Column `index` of `rows` as one array parameter.
pub(crate) fn array(rows: &[Vec<Param<'_>>], index: usize, kind: Kind) -> Box<dyn ToSql + Sync> {
    let values = rows.iter().map(|row| &row[index]);
    match kind {
        Kind::Int => Box::new(
            values.map(|v| if let Param::Int(v) = v { Some(*v) } else { None }).collect::<Vec<Option<i64>>>(),
        ),
        Kind::Id => Box::new(
            values.map(|v| if let Param::Id(v) = v { Some(*v) } else { None }).collect::<Vec<Option<Uuid>>>(),
        ),
        Kind::Text => Box::new(
            values
                .map(|v| if let Param::Text(v) = v { Some(v.clone().into_owned()) } else { None })
                .collect::<Vec<Option<String>>>(),
        ),
    }
}
