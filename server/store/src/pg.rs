//! PostgreSQL: pooled connections, statements prepared once for each.

use std::error::Error as _;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;

use bytes::BytesMut;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use futures_util::future::{join, join_all};
use futures_util::{FutureExt, TryStreamExt, pin_mut};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{NoTls, Statement};

use crate::Error;
use crate::row::{FromRow, Row};
use crate::sql::{Engine, Sql};
use crate::table::Table;
use crate::tx::{Deed, Tx};
use crate::value::{Kind, Value};

#[derive(Clone)]
pub(crate) struct Pg {
    pool: Pool,
}

/// How PostgreSQL should plan: each statement of ours walks one index in its order and stops at its limit. Collecting a
/// bitmap first reads and sorts all that a filter might match, and pages are read from memory or from flash.
const PLANNING: &str = "-c enable_bitmapscan=off -c random_page_cost=1.1";

impl Pg {
    pub(crate) async fn open(url: &str, connections: usize) -> Result<Self, Error> {
        let mut config: tokio_postgres::Config =
            url.parse().map_err(|error: tokio_postgres::Error| Error::Engine(words(&error)))?;
        // What the URL says comes last and wins.
        config.options(format!("{PLANNING} {}", config.get_options().unwrap_or_default()));
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config, NoTls, recycling);
        let pool = Pool::builder(manager).max_size(connections).build();
        let pool = pool.map_err(|error| Error::Engine(error.to_string()))?;
        drop(pool.get().await.map_err(pool_words)?);
        Ok(Self { pool })
    }

    pub(crate) async fn read<T, E, F, W>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(Tx) -> W + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        let client = Arc::new(self.pool.get().await.map_err(pool_words)?);
        Box::pin(work(Tx::pg(client))).await
    }

    pub(crate) async fn write<T, E, F, W>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(Tx) -> W + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        let client = Arc::new(self.pool.get().await.map_err(pool_words)?);
        // A task of its own: a caller that hangs up must not leave a transaction half open in the pool.
        let task = tokio::spawn(async move {
            let tx = Tx::pg(client.clone());
            // A panic must not hand the pool a connection inside a transaction. Nobody waits for the answer to the
            // beginning: the first statement travels with it.
            let work = Box::pin(AssertUnwindSafe(async { work(tx.clone()).await }).catch_unwind());
            let (begun, result) = join(command(&client, "BEGIN"), work).await;
            let result = result.unwrap_or_else(|_| Err(E::from(Error::Panicked)));
            match begun.map_err(E::from).and(result) {
                Ok(value) => Box::pin(commit(&client, &tx.left())).await.map(|()| value).map_err(E::from),
                Err(error) => {
                    if let Err(failure) = command(&client, "ROLLBACK").await {
                        tracing::warn!(%failure, "rolling back");
                    }
                    Err(error)
                }
            }
        });
        task.await.unwrap_or_else(|_| Err(E::from(Error::Panicked)))
    }
}

async fn command(client: &Object, text: &'static str) -> Result<(), Error> {
    client.batch_execute(text).await.map_err(|error| Error::Engine(words(&error)))
}

/// What was left for later and the commit, on one trip: after a statement that failed, the commit undoes the
/// transaction.
async fn commit(client: &Object, left: &[Deed]) -> Result<(), Error> {
    match prepare_all(client, left).await {
        Ok(prepared) => {
            let (done, committed) = join(send_all(client, left, &prepared), command(client, "COMMIT")).await;
            done.and(committed)
        }
        Err(error) => {
            command(client, "ROLLBACK").await?;
            Err(error)
        }
    }
}

fn pool_words(error: deadpool_postgres::PoolError) -> Error {
    Error::Engine(error.to_string())
}

pub(crate) fn words(error: &tokio_postgres::Error) -> String {
    match error.source() {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}

fn wrap(sql: &'static Sql, error: &tokio_postgres::Error) -> Error {
    match error.code() {
        Some(&SqlState::UNIQUE_VIOLATION) => Error::Duplicate(words(error)),
        _ => Error::Statement { statement: sql.name, reason: words(error) },
    }
}

async fn statement(client: &Object, sql: &'static Sql) -> Result<Statement, Error> {
    client.prepare_cached(sql.text(Engine::Postgres)).await.map_err(|error| wrap(sql, &error))
}

/// Prepares what is not prepared yet on this connection, before anything of it is sent: the order must hold.
async fn prepare_all(client: &Object, deeds: &[Deed]) -> Result<Vec<Statement>, Error> {
    let mut prepared = Vec::with_capacity(deeds.len());
    for deed in deeds {
        prepared.push(statement(client, deed.sql).await?);
    }
    Ok(prepared)
}

/// Sends all at once, in their order, and waits for all; the first failure counts.
async fn send_all(client: &Object, deeds: &[Deed], prepared: &[Statement]) -> Result<(), Error> {
    let sent = deeds.iter().zip(prepared).map(|(deed, statement)| async move {
        let done = client.execute_raw(statement, params(&deed.values)).await;
        done.map(|_| ()).map_err(|error| wrap(deed.sql, &error))
    });
    join_all(sent).await.into_iter().collect()
}

pub(crate) async fn all(client: &Object, deeds: &[Deed]) -> Result<(), Error> {
    let prepared = prepare_all(client, deeds).await?;
    send_all(client, deeds, &prepared).await
}

/// Sends what is due before a statement, then the statement, and waits for both.
pub(crate) async fn after<T>(
    client: &Object,
    due: &[Deed],
    sql: &'static Sql,
    then: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    if due.is_empty() {
        return then.await;
    }
    let prepared = prepare_all(client, due).await?;
    statement(client, sql).await?;
    let (done, value) = join(send_all(client, due, &prepared), then).await;
    done.and(value)
}

fn params(values: &[Value]) -> impl ExactSizeIterator<Item = &(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync))
}

pub(crate) async fn query<T: FromRow>(
    client: &Object,
    sql: &'static Sql,
    values: &[Value],
) -> Result<Vec<T>, Error> {
    let statement = statement(client, sql).await?;
    let rows = client.query_raw(&statement, params(values)).await.map_err(|error| wrap(sql, &error))?;
    pin_mut!(rows);
    let mut found = Vec::new();
    while let Some(row) = rows.try_next().await.map_err(|error| wrap(sql, &error))? {
        found.push(T::from_row(&Row::Pg(&row))?);
    }
    Ok(found)
}

pub(crate) async fn opt<T: FromRow>(
    client: &Object,
    sql: &'static Sql,
    values: &[Value],
) -> Result<Option<T>, Error> {
    let statement = statement(client, sql).await?;
    let rows = client.query_raw(&statement, params(values)).await.map_err(|error| wrap(sql, &error))?;
    pin_mut!(rows);
    let row = rows.try_next().await.map_err(|error| wrap(sql, &error))?;
    row.map(|row| T::from_row(&Row::Pg(&row))).transpose()
}

pub(crate) async fn exec(client: &Object, sql: &'static Sql, values: &[Value]) -> Result<u64, Error> {
    let statement = statement(client, sql).await?;
    client.execute_raw(&statement, params(values)).await.map_err(|error| wrap(sql, &error))
}

pub(crate) async fn bulk<T: Table>(client: &Object, rows: &[T]) -> Result<(), Error> {
    let fail = |error: tokio_postgres::Error| match error.code() {
        Some(&SqlState::UNIQUE_VIOLATION) => Error::Duplicate(words(&error)),
        _ => Error::Statement { statement: T::NAME, reason: words(&error) },
    };
    let types: Vec<Type> = T::KINDS.iter().map(|kind| type_of(*kind)).collect();
    let text = format!("COPY {} ({}) FROM STDIN BINARY", T::NAME, T::COLUMNS.join(", "));
    let sink = client.copy_in(text.as_str()).await.map_err(fail)?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    for row in rows {
        let values = row.values();
        writer.as_mut().write_raw(params(&values)).await.map_err(fail)?;
    }
    writer.finish().await.map(|_| ()).map_err(fail)
}

pub(crate) async fn prepare(client: &Object, sql: &'static Sql) -> Result<(), Error> {
    statement(client, sql).await.map(|_| ())
}

fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Int => Type::INT8,
        Kind::Real => Type::FLOAT8,
        Kind::Text => Type::TEXT,
        Kind::Blob => Type::BYTEA,
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) if *ty == Type::INT8 => value.to_sql(ty, out),
            Self::Int(value) if *ty == Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
            #[expect(clippy::cast_precision_loss, reason = "a whole number given for a real column")]
            Self::Int(value) if *ty == Type::FLOAT8 => (*value as f64).to_sql(ty, out),
            Self::Real(value) if *ty == Type::FLOAT8 => value.to_sql(ty, out),
            Self::Text(value) if *ty == Type::TEXT || *ty == Type::VARCHAR => value.to_sql(ty, out),
            Self::Blob(value) if *ty == Type::BYTEA => value.to_sql(ty, out),
            other => Err(format!("{other:?} does not fit a parameter of type {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
