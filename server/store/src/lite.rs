//! SQLite: one thread writes and commits in groups, a few threads read.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags};
use tokio::sync::oneshot;

use crate::Error;
use crate::row::{FromRow, Row};
use crate::sql::{Engine, Sql};
use crate::table::Table;
use crate::tx::{Deed, Tx};
use crate::value::Value;

/// The first release without the bug that corrupts a write-ahead log reset by two connections at once.
const OLDEST: i32 = 3_051_003;

/// Jobs that share one commit at most: enough to spread an fsync thin, few enough to answer soon.
const GROUP: usize = 256;

/// Runs on the thread that owns the connection and leaves behind how to answer its caller.
type Job = Box<dyn FnOnce() -> Done + Send>;
struct Done {
    keep: bool,
    answer: Box<dyn FnOnce(Result<(), Error>) + Send>,
}

#[derive(Clone)]
pub(crate) struct Lite {
    writes: Sender<Job>,
    reads: Sender<Job>,
}

thread_local! {
    static CONNECTION: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

impl Lite {
    pub(crate) fn open(path: &Path, readers: usize, queue: usize) -> Result<Self, Error> {
        if rusqlite::version_number() < OLDEST {
            let version = rusqlite::version();
            return Err(Error::Engine(format!(
                "SQLite {version} is older than 3.51.3, which keeps its log safe"
            )));
        }
        let (writes, inbox) = bounded(queue);
        let writer = connect(path, false)?;
        spawn("store-writer", move || write_in_groups(writer, &inbox))?;
        let (reads, inbox) = bounded(queue);
        for _ in 0..readers.max(1) {
            let reader = connect(path, true)?;
            let inbox: Receiver<Job> = inbox.clone();
            spawn("store-reader", move || read_on_demand(reader, &inbox))?;
        }
        Ok(Self { writes, reads })
    }

    pub(crate) async fn write<T, E, F, W>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(Tx) -> W + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        submit(&self.writes, work).await
    }

    pub(crate) async fn read<T, E, F, W>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(Tx) -> W + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        submit(&self.reads, work).await
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    thread.spawn(body).map(|_| ()).map_err(|error| Error::Engine(error.to_string()))
}

fn connect(path: &Path, read_only: bool) -> Result<Connection, Error> {
    let wrap = |error: rusqlite::Error| Error::Engine(format!("{}: {error}", path.display()));
    let flags = match read_only {
        true => OpenFlags::SQLITE_OPEN_READ_ONLY,
        false => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    let connection =
        Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(wrap)?;
    let pragmas = match read_only {
        true => {
            "PRAGMA query_only=ON; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=5000;"
        }
        false => {
            "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;
             PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=5000;
             PRAGMA wal_autocheckpoint=4000;"
        }
    };
    connection.execute_batch(pragmas).map_err(wrap)?;
    // A plan does not depend on what is bound: else each new pattern of a LIKE would parse its statement again.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(wrap)?;
    connection.set_prepared_statement_cache_capacity(512);
    Ok(connection)
}

async fn submit<T, E, F, W>(queue: &Sender<Job>, work: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: FnOnce(Tx) -> W + Send + 'static,
    W: Future<Output = Result<T, E>> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel::<Result<T, E>>();
    let job: Job = Box::new(move || {
        let tx = Tx::lite();
        let result = catch_unwind(AssertUnwindSafe(|| poll_once(work(tx.clone()))))
            .unwrap_or_else(|_| Err(E::from(Error::Panicked)))
            .and_then(|value| all(&tx.left()).map(|()| value).map_err(E::from));
        Done {
            keep: result.is_ok(),
            answer: Box::new(move |committed| {
                let answer = match committed {
                    Ok(()) => result,
                    Err(error) => result.and(Err(E::from(error))),
                };
                // A caller that hung up needs no answer; its work is committed all the same.
                drop(sender.send(answer));
            }),
        }
    });
    queue.try_send(job).map_err(|error| match error {
        TrySendError::Full(_) => Error::Busy,
        TrySendError::Disconnected(_) => Error::Closed,
    })?;
    receiver.await.unwrap_or_else(|_| Err(E::from(Error::Closed)))
}

fn poll_once<T, E: From<Error>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(E::from(Error::Pending)),
    }
}

fn write_in_groups(connection: Connection, inbox: &Receiver<Job>) {
    CONNECTION.with(|cell| cell.replace(Some(connection)));
    while let Ok(first) = inbox.recv() {
        let jobs = std::iter::once(first).chain(inbox.try_iter().take(GROUP - 1));
        if let Err(error) = command("BEGIN IMMEDIATE") {
            let reason = error.to_string();
            jobs.for_each(|job| (refuse(job).answer)(Err(Error::Engine(reason.clone()))));
            continue;
        }
        let done: Vec<Done> = jobs.map(savepoint).collect();
        let committed = command("COMMIT").map_err(|error| error.to_string());
        if committed.is_err() {
            // A failed commit may leave the transaction open; without this the next group could not begin.
            if let Err(error) = script("ROLLBACK") {
                tracing::warn!(%error, "rolling back a failed commit");
            }
        }
        for Done { answer, .. } in done {
            answer(committed.clone().map_err(Error::Engine));
        }
    }
}

/// Runs a job that cannot be kept, only to learn how to answer its caller; outside a transaction it changes nothing
/// because the connection is taken away from it.
fn refuse(job: Job) -> Done {
    let connection = CONNECTION.with(|cell| cell.take());
    let done = job();
    CONNECTION.with(|cell| cell.replace(connection));
    done
}

fn savepoint(job: Job) -> Done {
    if let Err(error) = command("SAVEPOINT job") {
        let reason = error.to_string();
        let Done { answer, .. } = refuse(job);
        return Done { keep: false, answer: Box::new(move |_| answer(Err(Error::Engine(reason)))) };
    }
    let Done { keep, answer } = job();
    let ended = match keep {
        true => command("RELEASE job"),
        false => script("ROLLBACK TO job; RELEASE job"),
    };
    match ended {
        Ok(()) => Done { keep, answer },
        Err(error) => {
            let reason = error.to_string();
            Done { keep: false, answer: Box::new(move |_| answer(Err(Error::Engine(reason)))) }
        }
    }
}

fn read_on_demand(connection: Connection, inbox: &Receiver<Job>) {
    CONNECTION.with(|cell| cell.replace(Some(connection)));
    while let Ok(job) = inbox.recv() {
        // One steady view for all statements of the work.
        let begun = command("BEGIN");
        let done = job();
        let ended = begun.and_then(|()| command("COMMIT"));
        (done.answer)(ended);
    }
}

fn with<T>(work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
    CONNECTION.with(|cell| cell.borrow().as_ref().map_or(Err(Error::Pending), work))
}

fn wrap(sql: &'static Sql, error: rusqlite::Error) -> Error {
    match &error {
        rusqlite::Error::SqliteFailure(failure, words)
            if failure.code == ErrorCode::ConstraintViolation
                && matches!(
                    failure.extended_code,
                    rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY | rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
                ) =>
        {
            Error::Duplicate(words.clone().unwrap_or_default())
        }
        _ => Error::Statement { statement: sql.name, reason: error.to_string() },
    }
}

/// SQLite numbers `$2` by its first appearance, so each parameter is bound by the number in its name.
fn bind(sql: &'static Sql, statement: &mut CachedStatement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    let places = sql.places(|| {
        let number = |index| statement.parameter_name(index)?.get(1..)?.parse::<usize>().ok();
        (1..=statement.parameter_count()).map(|index| number(index).unwrap_or_default()).collect()
    });
    for (at, number) in places.iter().enumerate() {
        let value = values.get(number.wrapping_sub(1));
        let value = value.ok_or(rusqlite::Error::InvalidParameterCount(values.len(), at + 1))?;
        statement.raw_bind_parameter(at + 1, value)?;
    }
    Ok(())
}

fn run<T>(
    sql: &'static Sql,
    values: &[Value],
    work: impl FnOnce(&mut CachedStatement<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    with(|connection| {
        let mut statement =
            connection.prepare_cached(sql.text(Engine::Sqlite)).map_err(|error| wrap(sql, error))?;
        bind(sql, &mut statement, values).map_err(|error| wrap(sql, error))?;
        work(&mut statement)
    })
}

pub(crate) fn query<T: FromRow>(sql: &'static Sql, values: &[Value]) -> Result<Vec<T>, Error> {
    run(sql, values, |statement| {
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(|error| wrap(sql, error))? {
            found.push(T::from_row(&Row::Lite(row))?);
        }
        Ok(found)
    })
}

pub(crate) fn opt<T: FromRow>(sql: &'static Sql, values: &[Value]) -> Result<Option<T>, Error> {
    run(sql, values, |statement| {
        let mut rows = statement.raw_query();
        rows.next().map_err(|error| wrap(sql, error))?.map(|row| T::from_row(&Row::Lite(row))).transpose()
    })
}

pub(crate) fn exec(sql: &'static Sql, values: &[Value]) -> Result<u64, Error> {
    run(sql, values, |statement| statement.raw_execute().map(|n| n as u64).map_err(|error| wrap(sql, error)))
}

/// One after the other, up to the first that fails.
pub(crate) fn all(deeds: &[Deed]) -> Result<(), Error> {
    deeds.iter().try_for_each(|deed| exec(deed.sql, &deed.values).map(|_| ()))
}

pub(crate) fn bulk<T: Table>(rows: &[T]) -> Result<(), Error> {
    rows.iter().try_for_each(|row| exec(&T::texts().insert, &row.values()).map(|_| ()))
}

pub(crate) fn script(text: &str) -> Result<(), Error> {
    with(|connection| connection.execute_batch(text).map_err(|error| Error::Engine(error.to_string())))
}

/// Runs one word of the transaction's own, parsed once for each connection.
fn command(text: &'static str) -> Result<(), Error> {
    let wrap = |error: rusqlite::Error| Error::Engine(error.to_string());
    with(|connection| {
        let mut statement = connection.prepare_cached(text).map_err(wrap)?;
        statement.raw_execute().map(|_| ()).map_err(wrap)
    })
}

pub(crate) fn prepare(sql: &'static Sql) -> Result<(), Error> {
    with(|connection| {
        connection.prepare_cached(sql.text(Engine::Sqlite)).map(|_| ()).map_err(|error| wrap(sql, error))
    })
}

pub(crate) fn plan(sql: &'static Sql) -> Result<Vec<String>, Error> {
    let asked = format!("EXPLAIN QUERY PLAN {}", sql.text(Engine::Sqlite));
    with(|connection| {
        let mut statement = connection.prepare(&asked).map_err(|error| wrap(sql, error))?;
        let steps = statement.raw_query().mapped(|row| row.get(3));
        steps.collect::<Result<_, _>>().map_err(|error| wrap(sql, error))
    })
}
