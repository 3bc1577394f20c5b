//! The five verbs, on whichever connection the work runs.

use std::sync::Arc;

use deadpool_postgres::Object;

use crate::row::FromRow;
use crate::sql::{Engine, Sql};
use crate::table::Table;
use crate::value::Value;
use crate::{Error, lite, pg};

/// A connection for the length of one piece of work: a transaction when writing, a steady view when reading.
#[derive(Clone)]
pub struct Tx(Inner);

#[derive(Clone)]
enum Inner {
    /// The connection belongs to the thread that polls the work.
    Lite,
    Pg(Arc<Object>),
}

impl Tx {
    pub(crate) fn lite() -> Self {
        Self(Inner::Lite)
    }

    pub(crate) fn pg(client: Arc<Object>) -> Self {
        Self(Inner::Pg(client))
    }

    /// The engine that runs this work.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Inner::Lite => Engine::Sqlite,
            Inner::Pg(_) => Engine::Postgres,
        }
    }

    /// Every row, in the order of the statement.
    ///
    /// # Errors
    /// [`Error::Statement`] or [`Error::Column`].
    pub async fn query<T: FromRow>(&self, sql: &'static Sql, values: &[Value]) -> Result<Vec<T>, Error> {
        #[cfg(feature = "test-support")]
        crate::testing::count_statement();
        match &self.0 {
            Inner::Lite => lite::query(sql, values),
            Inner::Pg(client) => pg::query(client, sql, values).await,
        }
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// [`Error::Statement`] or [`Error::Column`].
    pub async fn opt<T: FromRow>(&self, sql: &'static Sql, values: &[Value]) -> Result<Option<T>, Error> {
        #[cfg(feature = "test-support")]
        crate::testing::count_statement();
        match &self.0 {
            Inner::Lite => lite::opt(sql, values),
            Inner::Pg(client) => pg::opt(client, sql, values).await,
        }
    }

    /// The first row, which must exist.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none.
    pub async fn one<T: FromRow>(&self, sql: &'static Sql, values: &[Value]) -> Result<T, Error> {
        self.opt(sql, values).await?.ok_or(Error::Missing)
    }

    /// Runs a statement and says how many rows it touched.
    ///
    /// # Errors
    /// [`Error::Duplicate`] for a key that exists, [`Error::Statement`] otherwise.
    pub async fn exec(&self, sql: &'static Sql, values: &[Value]) -> Result<u64, Error> {
        #[cfg(feature = "test-support")]
        crate::testing::count_statement();
        match &self.0 {
            Inner::Lite => lite::exec(sql, values),
            Inner::Pg(client) => pg::exec(client, sql, values).await,
        }
    }

    /// Writes many new rows: a prepared loop on SQLite, `COPY` on PostgreSQL.
    ///
    /// # Errors
    /// [`Error::Duplicate`] for a key that exists, [`Error::Statement`] otherwise.
    pub async fn bulk<T: Table>(&self, rows: &[T]) -> Result<(), Error> {
        match &self.0 {
            Inner::Lite => lite::bulk(rows),
            Inner::Pg(client) => pg::bulk(client, rows).await,
        }
    }

    /// The row with this primary key, if there is one.
    ///
    /// # Errors
    /// [`Error::Statement`] or [`Error::Column`].
    pub async fn find<T: Table>(&self, key: &[Value]) -> Result<Option<T>, Error> {
        self.opt(&T::texts().by_key, key).await
    }

    /// Writes a new row.
    ///
    /// # Errors
    /// [`Error::Duplicate`] for a key that exists, [`Error::Statement`] otherwise.
    pub async fn insert<T: Table>(&self, row: &T) -> Result<(), Error> {
        self.exec(&T::texts().insert, &row.values()).await.map(|_| ())
    }

    /// Writes all columns of a row that nobody changed since it was read; its stored version rises by one.
    ///
    /// # Errors
    /// [`Error::Stale`] when somebody did.
    pub async fn update<T: Table>(&self, row: &T) -> Result<(), Error> {
        let Some(sql) = &T::texts().update else {
            return Err(Error::Engine(format!("table `{}` has no version", T::NAME)));
        };
        match self.exec(sql, &row.values()).await? {
            0 => Err(Error::Stale),
            _ => Ok(()),
        }
    }

    pub(crate) async fn script(&self, text: &str) -> Result<(), Error> {
        match &self.0 {
            Inner::Lite => lite::script(text),
            Inner::Pg(client) => {
                client.batch_execute(text).await.map_err(|error| Error::Engine(pg::words(&error)))
            }
        }
    }

    pub(crate) async fn prepare(&self, sql: &'static Sql) -> Result<(), Error> {
        match &self.0 {
            Inner::Lite => lite::prepare(sql),
            Inner::Pg(client) => pg::prepare(client, sql).await,
        }
    }
}
