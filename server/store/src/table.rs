//! Tables: one list of columns gives the struct, its decoding and its three plain statements.

use crate::row::FromRow;
use crate::sql::{Reach, Sql};
use crate::value::{Kind, Value};

/// A row type that belongs to one table.
pub trait Table: FromRow + Send + 'static {
    const NAME: &'static str;
    const COLUMNS: &'static [&'static str];
    const KINDS: &'static [Kind];
    /// The primary key: the leading columns.
    const KEY: usize;
    fn texts() -> &'static Texts;
    fn values(&self) -> Vec<Value>;
}

/// The statements that [`crate::table!`] writes.
pub struct Texts {
    pub(crate) select: Plain,
    /// Reads one row by its key.
    pub by_key: Sql,
    /// Writes a new row.
    pub insert: Sql,
    /// Writes every column of a row whose `version` is still the one that was read, and raises it by one.
    pub update: Option<Sql>,
}

pub(crate) struct Plain {
    pub text: &'static str,
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

impl Texts {
    /// Writes the statements of a table once for the life of the program.
    pub fn of<T: Table>(place: (&'static str, u32)) -> Self {
        let columns = T::COLUMNS.join(", ");
        let places = (1..=T::COLUMNS.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let key = T::COLUMNS.iter().take(T::KEY).enumerate();
        let key = key.map(|(at, column)| format!("{column} = ${}", at + 1)).collect::<Vec<_>>().join(" AND ");
        let select = leak(format!("SELECT {columns} FROM {}", T::NAME));
        let by_key = leak(format!("{select} WHERE {key}"));
        let insert = leak(format!("INSERT INTO {} ({columns}) VALUES ({places})", T::NAME));
        let update = T::COLUMNS.iter().position(|column| *column == "version").map(|version| {
            let sets = T::COLUMNS.iter().enumerate().skip(T::KEY).map(|(at, column)| match at == version {
                true => "version = version + 1".to_owned(),
                false => format!("{column} = ${}", at + 1),
            });
            let sets = sets.collect::<Vec<_>>().join(", ");
            leak(format!("UPDATE {} SET {sets} WHERE {key} AND version = ${}", T::NAME, version + 1))
        });
        let sql = |name, text| Sql::new(name, place, Reach::Street, text);
        Self {
            select: Plain { text: select },
            by_key: sql("by_key", by_key),
            insert: sql("insert", insert),
            update: update.map(|text| sql("update", text)),
        }
    }
}

/// Declares a table's row: `table! { pub struct Post in "posts" key 1 { id: i64, … } }`.
///
/// The first `key` columns are the primary key. A column named `version` makes the row updatable by version.
#[macro_export]
macro_rules! table {
    ($(#[$meta:meta])* $vis:vis struct $name:ident in $table:literal key $key:literal {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type),+ }

        $crate::row!(@from $name { $($field: $type),+ });

        impl $crate::Table for $name {
            const NAME: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];
            const KINDS: &'static [$crate::Kind] = &[$(<$type as $crate::Column>::KIND),+];
            const KEY: usize = $key;
            fn texts() -> &'static $crate::Texts {
                static TEXTS: std::sync::OnceLock<$crate::Texts> = std::sync::OnceLock::new();
                TEXTS.get_or_init(|| $crate::Texts::of::<$name>((file!(), line!())))
            }
            fn values(&self) -> Vec<$crate::Value> {
                vec![$($crate::Value::from(self.$field.clone())),+]
            }
        }
        $crate::inventory::submit! { $crate::Registered(|| &<$name as $crate::Table>::texts().by_key) }
        $crate::inventory::submit! { $crate::Registered(|| &<$name as $crate::Table>::texts().insert) }
        $crate::inventory::submit! { $crate::Registered(|| {
            let texts = <$name as $crate::Table>::texts();
            texts.update.as_ref().unwrap_or(&texts.insert)
        }) }
    };
}

/// Declares the answer of a hand-written SELECT, decoded in the order of its fields.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type),+ }
        $crate::row!(@from $name { $($field: $type),+ });
    };
    (@from $name:ident { $($field:ident: $type:ty),+ }) => {
        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row<'_>) -> Result<Self, $crate::Error> {
                let mut at = 0..;
                Ok(Self { $($field: row.get::<$type>(at.next().unwrap_or_default())?),+ })
            }
        }
    };
}
