//! The five verbs, on whichever connection the work runs.

use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::Object;

use crate::row::FromRow;
use crate::sql::{Engine, Sql};
use crate::table::Table;
use crate::value::Value;
use crate::{Error, lite, pg};

/// A connection for the length of one piece of work: a transaction when writing, a steady view when reading.
#[derive(Clone)]
pub struct Tx {
    inner: Inner,
    /// What nobody waits for yet.
    later: Arc<Mutex<Vec<Deed>>>,
}

/// A statement whose outcome nobody waits for.
pub(crate) struct Deed {
    pub sql: &'static Sql,
    pub values: Vec<Value>,
}

#[derive(Clone)]
enum Inner {
    /// The connection belongs to the thread that polls the work.
    Lite,
    Pg(Arc<Object>),
}

impl Tx {
    pub(crate) fn lite() -> Self {
        Self { inner: Inner::Lite, later: Arc::default() }
    }

    pub(crate) fn pg(client: Arc<Object>) -> Self {
        Self { inner: Inner::Pg(client), later: Arc::default() }
    }

    /// The engine that runs this work.
    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Lite => Engine::Sqlite,
            Inner::Pg(_) => Engine::Postgres,
        }
    }

    /// Every row, in the order of the statement.
    ///
    /// # Errors
    /// [`Error::Statement`] or [`Error::Column`].
    pub async fn query<T: FromRow>(&self, sql: &'static Sql, values: &[Value]) -> Result<Vec<T>, Error> {
        let before = self.due(1);
        match &self.inner {
            Inner::Lite => {
                lite::all(&before)?;
                lite::query(sql, values)
            }
            Inner::Pg(client) => {
                let asked = Box::pin(pg::query(client, sql, values));
                Box::pin(pg::after(client, &before, sql, asked)).await
            }
        }
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// [`Error::Statement`] or [`Error::Column`].
    pub async fn opt<T: FromRow>(&self, sql: &'static Sql, values: &[Value]) -> Result<Option<T>, Error> {
        let before = self.due(1);
        match &self.inner {
            Inner::Lite => {
                lite::all(&before)?;
                lite::opt(sql, values)
            }
            Inner::Pg(client) => {
                let asked = Box::pin(pg::opt(client, sql, values));
                Box::pin(pg::after(client, &before, sql, asked)).await
            }
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
        let before = self.due(1);
        match &self.inner {
            Inner::Lite => {
                lite::all(&before)?;
                lite::exec(sql, values)
            }
            Inner::Pg(client) => {
                let asked = Box::pin(pg::exec(client, sql, values));
                Box::pin(pg::after(client, &before, sql, asked)).await
            }
        }
    }

    /// Writes many new rows: a prepared loop on SQLite, `COPY` on PostgreSQL.
    ///
    /// # Errors
    /// [`Error::Duplicate`] for a key that exists, [`Error::Statement`] otherwise.
    pub async fn bulk<T: Table>(&self, rows: &[T]) -> Result<(), Error> {
        let before = self.due(0);
        match &self.inner {
            Inner::Lite => {
                lite::all(&before)?;
                lite::bulk(rows)
            }
            Inner::Pg(client) => {
                pg::all(client, &before).await?;
                pg::bulk(client, rows).await
            }
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

    /// Runs a statement whose outcome is of no use to this work: before the next statement of the work, else before
    /// its commit, in the order in which such statements were left here. When it fails, so does what comes after it.
    /// On PostgreSQL all of them go on one trip with what follows.
    pub fn later(&self, sql: &'static Sql, values: &[Value]) {
        self.leave(Deed { sql, values: values.to_vec() });
    }

    /// Writes a new row, [later](Self::later).
    pub fn insert_later<T: Table>(&self, row: &T) {
        self.leave(Deed { sql: &T::texts().insert, values: row.values() });
    }

    fn leave(&self, deed: Deed) {
        self.later.lock().unwrap_or_else(PoisonError::into_inner).push(deed);
    }

    /// What was left for later and is due now; `more` statements run with it.
    fn due(&self, more: u64) -> Vec<Deed> {
        let due = std::mem::take(&mut *self.later.lock().unwrap_or_else(PoisonError::into_inner));
        #[cfg(feature = "test-support")]
        crate::testing::count_statements(due.len() as u64 + more);
        #[cfg(not(feature = "test-support"))]
        let _ = more;
        due
    }

    /// What was left for later, for whoever commits.
    pub(crate) fn left(&self) -> Vec<Deed> {
        self.due(0)
    }

    pub(crate) async fn script(&self, text: &str) -> Result<(), Error> {
        match &self.inner {
            Inner::Lite => lite::script(text),
            Inner::Pg(client) => {
                client.batch_execute(text).await.map_err(|error| Error::Engine(pg::words(&error)))
            }
        }
    }

    pub(crate) fn plan(&self, sql: &'static Sql) -> Result<Vec<String>, Error> {
        match &self.inner {
            Inner::Lite => lite::plan(sql),
            Inner::Pg(_) => Ok(Vec::new()),
        }
    }

    pub(crate) async fn prepare(&self, sql: &'static Sql) -> Result<(), Error> {
        match &self.inner {
            Inner::Lite => lite::prepare(sql),
            Inner::Pg(client) => pg::prepare(client, sql).await,
        }
    }
}
