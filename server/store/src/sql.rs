//! Statements: constants with a name and a place, so that a test can read every one of them.

use std::sync::OnceLock;

use crate::table::Table;

/// Which engine a store speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// How far a statement reaches; the rules test holds each to its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Binds `street_id` on every street table it touches.
    Street,
    /// Reads across streets on purpose; every such statement is listed in a reviewed snapshot.
    City,
}

/// One statement. Only [`crate::sql!`] and [`crate::table!`] make them.
pub struct Sql {
    pub name: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub reach: Reach,
    columns: Option<fn() -> &'static str>,
    text: &'static str,
    postgres: Option<&'static str>,
    full: OnceLock<String>,
    full_postgres: OnceLock<String>,
    places: OnceLock<Box<[usize]>>,
}

impl Sql {
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        place: (&'static str, u32),
        reach: Reach,
        text: &'static str,
    ) -> Self {
        Self {
            name,
            file: place.0,
            line: place.1,
            reach,
            columns: None,
            text,
            postgres: None,
            full: OnceLock::new(),
            full_postgres: OnceLock::new(),
            places: OnceLock::new(),
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn selecting(mut self, columns: fn() -> &'static str) -> Self {
        self.columns = Some(columns);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn on_postgres(mut self, text: &'static str) -> Self {
        self.postgres = Some(text);
        self
    }

    /// The number in the name of each parameter, as SQLite counts them; read from the statement once.
    pub(crate) fn places(&self, read: impl FnOnce() -> Box<[usize]>) -> &[usize] {
        self.places.get_or_init(read)
    }

    /// The text that `engine` runs.
    pub fn text(&self, engine: Engine) -> &str {
        let (text, full) = match (engine, self.postgres) {
            (Engine::Postgres, Some(text)) => (text, &self.full_postgres),
            _ => (self.text, &self.full),
        };
        match self.columns {
            None => text,
            Some(columns) => full.get_or_init(|| format!("{} {text}", columns())),
        }
    }
}

/// A statement found by the rules test.
pub struct Registered(pub fn() -> &'static Sql);

inventory::collect!(Registered);

/// Every statement of the program, in no order.
pub fn statements() -> impl Iterator<Item = &'static Sql> {
    inventory::iter::<Registered>.into_iter().map(|registered| (registered.0)())
}

#[doc(hidden)]
pub fn select_of<T: Table>() -> &'static str {
    T::texts().select.text
}

/// Names statements: `sql! { OPEN = "SELECT …"; }`.
///
/// - `NAME = "…";` one text for both engines, bound to one street;
/// - `NAME: Order = "WHERE …";` the same, after `SELECT <columns of Order> FROM <its table>`;
/// - `NAME city = "…";` reads across streets on purpose (also `NAME: Order city = …`);
/// - `NAME = "…" | "…";` where SQLite and PostgreSQL truly differ, side by side (also `NAME: Order = "…" | "…";`).
#[macro_export]
macro_rules! sql {
    () => {};
    ($(#[$meta:meta])* $name:ident = $text:literal; $($rest:tt)*) => {
        $crate::sql!(@put $name [$(#[$meta])*] $crate::Reach::Street, $text, );
        $crate::sql!($($rest)*);
    };
    ($(#[$meta:meta])* $name:ident city = $text:literal; $($rest:tt)*) => {
        $crate::sql!(@put $name [$(#[$meta])*] $crate::Reach::City, $text, );
        $crate::sql!($($rest)*);
    };
    ($(#[$meta:meta])* $name:ident = $lite:literal | $pg:literal; $($rest:tt)*) => {
        $crate::sql!(@put $name [$(#[$meta])*] $crate::Reach::Street, $lite, .on_postgres($pg));
        $crate::sql!($($rest)*);
    };
    ($(#[$meta:meta])* $name:ident city = $lite:literal | $pg:literal; $($rest:tt)*) => {
        $crate::sql!(@put $name [$(#[$meta])*] $crate::Reach::City, $lite, .on_postgres($pg));
        $crate::sql!($($rest)*);
    };
    ($(#[$meta:meta])* $name:ident: $row:ty = $text:literal; $($rest:tt)*) => {
        $crate::sql!(@put $name [$(#[$meta])*] $crate::Reach::Street, $text, .selecting($crate::select_of::<$row>));
        $crate::sql!($($rest)*);
    };
    ($(#[$meta:meta])* $name:ident: $row:ty = $lite:literal | $pg:literal; $($rest:tt)*) => {
        $crate::sql!(@put $name [$(#[$meta])*] $crate::Reach::Street, $lite,
            .selecting($crate::select_of::<$row>).on_postgres($pg));
        $crate::sql!($($rest)*);
    };
    ($(#[$meta:meta])* $name:ident: $row:ty | city = $text:literal; $($rest:tt)*) => {
        $crate::sql!(@put $name [$(#[$meta])*] $crate::Reach::City, $text, .selecting($crate::select_of::<$row>));
        $crate::sql!($($rest)*);
    };
    (@put $name:ident [$(#[$meta:meta])*] $reach:expr, $text:literal, $($more:tt)*) => {
        $(#[$meta])*
        pub(crate) static $name: $crate::Sql =
            $crate::Sql::new(stringify!($name), (file!(), line!()), $reach, $text)$($more)*;
        $crate::inventory::submit! { $crate::Registered(|| &$name) }
    };
}
