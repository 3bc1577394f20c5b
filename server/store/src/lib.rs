//! One SQL text on two engines.
//!
//! [`Store`] answers five verbs over rusqlite and tokio-postgres: `query`, `one`, `opt`, `exec` and `bulk`.
//! It builds no SQL of its own beyond the plain statements of [`table!`]; every other text is a constant made
//! by [`sql!`], with `$1` parameters that both engines read.
//!
//! - **Reads** ([`Store::read`]) run on a few dedicated threads on SQLite and on a pooled connection on PostgreSQL.
//! - **Writes** ([`Store::write`]) are one transaction each. On SQLite one thread owns the writing connection and
//!   commits many callers' work with one `fsync` (`synchronous=FULL`), a savepoint each, so that a failing job
//!   never takes its neighbours with it. A caller is answered only after the commit.
//! - What nobody waits for ([`Tx::later`]) goes with the next statement or the commit, in order; on PostgreSQL that is one
//!   trip for all of it. Locks on rows that many add to are then held for as short as can be.
//! - A closure given to either may await only its [`Tx`]; anything else is refused at run time on SQLite.
//! - Queues are bounded: a store that cannot keep up answers [`Error::Busy`] instead of growing.
//!
//! Columns are `BIGINT`, `DOUBLE PRECISION`, `TEXT` and `BYTEA`, nothing else; moments are UTC milliseconds.

mod lite;
mod migrate;
mod pg;
mod row;
mod sql;
mod table;
#[cfg(feature = "test-support")]
pub mod testing;
mod tx;
mod value;

use std::path::PathBuf;

/// For statements that do not wait for each other's answers: one trip together on PostgreSQL, in turn on SQLite.
pub use futures_util::future::{try_join, try_join_all, try_join4};
#[doc(hidden)]
pub use inventory;
pub use migrate::Migration;
pub use row::{Column, FromRow, Row};
#[doc(hidden)]
pub use sql::select_of;
pub use sql::{Engine, Reach, Registered, Sql, statements};
pub use table::{Table, Texts};
pub use tx::Tx;
pub use value::{Kind, Value};

/// What went wrong below the rooms.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("expected one row, found none")]
    Missing,
    #[error("the row changed since it was read")]
    Stale,
    #[error("a row with this key exists already: {0}")]
    Duplicate(String),
    #[error("the store is busy")]
    Busy,
    #[error("the store is closed")]
    Closed,
    #[error("column {index}: {reason}")]
    Column { index: usize, reason: String },
    #[error("{statement}: {reason}")]
    Statement { statement: &'static str, reason: String },
    #[error("{0}")]
    Engine(String),
    #[error("migration {room}/{name}: {reason}")]
    Migration { room: &'static str, name: &'static str, reason: String },
    #[error("a write may await only its transaction")]
    Pending,
    #[error("the work on the store panicked")]
    Panicked,
}

/// Connections to PostgreSQL for each reader: a connection waits for the disk and the network most of the time.
pub const CONNECTIONS: usize = 4;

/// Where the data lives and how many hands serve it.
#[derive(Clone, Debug)]
pub struct Options {
    pub place: Place,
    /// Reader threads on SQLite; PostgreSQL has [`CONNECTIONS`] pooled connections for each.
    pub readers: usize,
    /// Jobs that may wait before callers are answered [`Error::Busy`].
    pub queue: usize,
}

/// The engine and its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file of an embedded database; its folder must exist.
    Sqlite(PathBuf),
    /// A `postgres://` URL.
    Postgres(String),
}

impl std::str::FromStr for Place {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(format!("`{text}` is neither `sqlite:PATH` nor `postgres://…`"))
    }
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Store(Backend);

#[derive(Clone)]
enum Backend {
    Lite(lite::Lite),
    Pg(pg::Pg),
}

impl Store {
    /// Opens the database without touching its tables.
    ///
    /// # Errors
    /// [`Error::Engine`] when it cannot be reached, or when SQLite is older than 3.51.3, whose predecessors can
    /// corrupt a write-ahead log that two connections checkpoint at once.
    pub async fn open(options: &Options) -> Result<Self, Error> {
        Ok(Self(match &options.place {
            Place::Sqlite(path) => Backend::Lite(lite::Lite::open(path, options.readers, options.queue)?),
            Place::Postgres(url) => {
                Backend::Pg(pg::Pg::open(url, CONNECTIONS * options.readers.max(1)).await?)
            }
        }))
    }

    /// The engine behind this store.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Backend::Lite(_) => Engine::Sqlite,
            Backend::Pg(_) => Engine::Postgres,
        }
    }

    /// Brings the tables to the state that `migrations` describe, in their order.
    ///
    /// # Errors
    /// [`Error::Migration`] when one fails, or when one that was applied has changed since.
    pub async fn migrate(&self, migrations: &[Migration], now: i64) -> Result<usize, Error> {
        migrate::run(self, migrations, now).await
    }

    /// Runs `work` on a reading connection.
    ///
    /// # Errors
    /// What `work` answers, or [`Error::Busy`], [`Error::Closed`], [`Error::Panicked`].
    pub async fn read<T, E, F, W>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(Tx) -> W + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        match &self.0 {
            Backend::Lite(lite) => lite.read(work).await,
            Backend::Pg(pg) => pg.read(work).await,
        }
    }

    /// Runs `work` in one durable transaction; an error from it changes nothing.
    ///
    /// # Errors
    /// What `work` answers, or [`Error::Busy`], [`Error::Closed`], [`Error::Panicked`], or the failed commit.
    pub async fn write<T, E, F, W>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(Tx) -> W + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        match &self.0 {
            Backend::Lite(lite) => lite.write(work).await,
            Backend::Pg(pg) => pg.write(work).await,
        }
    }

    /// Runs a text that is not a constant of the program: migrations, and the tests that inspect the schema.
    ///
    /// # Errors
    /// [`Error::Engine`] with the engine's words.
    pub async fn script(&self, text: String) -> Result<(), Error> {
        self.write(move |tx| async move { tx.script(&text).await }).await
    }

    /// Asks the engine to parse and plan a statement without running it.
    ///
    /// # Errors
    /// [`Error::Statement`] with the engine's words.
    pub async fn prepare(&self, sql: &'static Sql) -> Result<(), Error> {
        self.read(move |tx| async move { tx.prepare(sql).await }).await
    }

    /// How SQLite would look for what a statement asks, step by step; nothing on PostgreSQL, which decides by counts of
    /// its own.
    ///
    /// # Errors
    /// [`Error::Statement`] with the engine's words.
    pub async fn plan(&self, sql: &'static Sql) -> Result<Vec<String>, Error> {
        self.read(move |tx| async move { tx.plan(sql) }).await
    }
}
