//! Reading rows: one view over both drivers, decoded by position.

use crate::Error;
use crate::value::{Kind, Value};

/// A row of either engine, alive while it is decoded.
pub enum Row<'a> {
    Lite(&'a rusqlite::Row<'a>),
    Pg(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// Reads the column at `index`.
    ///
    /// # Errors
    /// [`Error::Column`] when the cell does not hold a `T`.
    pub fn get<T: Column>(&self, index: usize) -> Result<T, Error> {
        T::read(self, index)
    }

    fn is_null(&self, index: usize) -> Result<bool, Error> {
        match self {
            Self::Lite(row) => {
                let cell = row.get_ref(index).map_err(|error| lite_error(index, &error))?;
                Ok(cell == rusqlite::types::ValueRef::Null)
            }
            Self::Pg(row) => {
                let cell: Option<Present> = row.try_get(index).map_err(|error| pg_error(index, &error))?;
                Ok(cell.is_none())
            }
        }
    }
}

/// A Rust type that fills one column.
pub trait Column: Sized {
    const KIND: Kind;
    /// # Errors
    /// [`Error::Column`] when the cell does not hold this type.
    fn read(row: &Row<'_>, index: usize) -> Result<Self, Error>;
}

/// A Rust type that fills one row; written by [`crate::table!`] and [`crate::row!`].
pub trait FromRow: Sized {
    /// # Errors
    /// [`Error::Column`] when a cell does not hold the type of its field.
    fn from_row(row: &Row<'_>) -> Result<Self, Error>;
}

fn lite_error(index: usize, error: &rusqlite::Error) -> Error {
    Error::Column { index, reason: error.to_string() }
}

fn pg_error(index: usize, error: &tokio_postgres::Error) -> Error {
    Error::Column { index, reason: std::error::Error::source(error).unwrap_or(error).to_string() }
}

macro_rules! plain_column {
    ($($type:ty => $kind:ident),*) => {$(
        impl Column for $type {
            const KIND: Kind = Kind::$kind;
            fn read(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                match row {
                    Row::Lite(row) => row.get(index).map_err(|error| lite_error(index, &error)),
                    Row::Pg(row) => row.try_get(index).map_err(|error| pg_error(index, &error)),
                }
            }
        }
    )*};
}

plain_column!(i64 => Int, f64 => Real, String => Text, Vec<u8> => Blob);

/// A cell that may be empty.
impl<T: Column> Column for Option<T> {
    const KIND: Kind = T::KIND;
    fn read(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        if row.is_null(index)? { Ok(None) } else { T::read(row, index).map(Some) }
    }
}

/// Any cell of PostgreSQL that is not empty, unread.
struct Present;

impl<'a> tokio_postgres::types::FromSql<'a> for Present {
    fn from_sql(
        _: &tokio_postgres::types::Type,
        _: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self)
    }

    fn accepts(_: &tokio_postgres::types::Type) -> bool {
        true
    }
}

impl Column for bool {
    const KIND: Kind = Kind::Int;
    fn read(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        match i64::read(row, index)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(Error::Column { index, reason: format!("a flag is 0 or 1, not {other}") }),
        }
    }
}

/// Lets a newtype over a plain column type stand in rows and parameters:
/// `column!(Millis as i64, |m| m.0, Millis)`.
#[macro_export]
macro_rules! column {
    ($type:ty as $plain:ty, $out:expr, $into:expr) => {
        impl $crate::Column for $type {
            const KIND: $crate::Kind = <$plain as $crate::Column>::KIND;
            fn read(row: &$crate::Row<'_>, index: usize) -> Result<Self, $crate::Error> {
                row.get::<$plain>(index).map($into)
            }
        }
        impl From<$type> for $crate::Value {
            fn from(value: $type) -> Self {
                let out: fn($type) -> $plain = $out;
                $crate::Value::from(out(value))
            }
        }
    };
}

/// Lets an enum that prints and parses as a word stand in a text column; an unknown word is an error, not a guess.
#[macro_export]
macro_rules! word_column {
    ($type:ty) => {
        impl $crate::Column for $type {
            const KIND: $crate::Kind = $crate::Kind::Text;
            fn read(row: &$crate::Row<'_>, index: usize) -> Result<Self, $crate::Error> {
                let word = row.get::<String>(index)?;
                word.parse()
                    .map_err(|_| $crate::Error::Column { index, reason: format!("unknown word `{word}`") })
            }
        }
        impl From<$type> for $crate::Value {
            fn from(value: $type) -> Self {
                $crate::Value::Text(value.to_string())
            }
        }
    };
}

macro_rules! tuple_rows {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Column),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self, Error> {
                Ok(($(row.get::<$name>($index)?,)+))
            }
        }
    };
}

tuple_rows!(A 0);
tuple_rows!(A 0, B 1);
tuple_rows!(A 0, B 1, C 2);
tuple_rows!(A 0, B 1, C 2, D 3);
tuple_rows!(A 0, B 1, C 2, D 3, E 4);
tuple_rows!(A 0, B 1, C 2, D 3, E 4, F 5);

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }))
    }
}
