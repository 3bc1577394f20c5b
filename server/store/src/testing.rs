//! A fresh database for one test, on every engine that is at hand.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Error, Options, Place, Store};

static NEXT: AtomicU64 = AtomicU64::new(0);
static STATEMENTS: AtomicU64 = AtomicU64::new(0);

pub(crate) fn count_statements(more: u64) {
    STATEMENTS.fetch_add(more, Ordering::Relaxed);
}

/// How many statements this process has run: the difference around a call says what the call costs.
pub fn statements_run() -> u64 {
    STATEMENTS.load(Ordering::Relaxed)
}

/// A database that lives as long as one test.
pub struct Fresh {
    pub store: Store,
    pub place: Place,
    leaves: Leaves,
}

/// What a test would leave behind.
enum Leaves {
    Folder(PathBuf),
    /// A database by its name, in the cluster at this address.
    Database {
        cluster: String,
        name: String,
    },
}

impl Drop for Fresh {
    fn drop(&mut self) {
        match &self.leaves {
            Leaves::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            // Fifteen megabytes each: a suite would fill a small disk. The runtime of the test is ending, hence
            // a thread with its own; a cluster that is gone already has nothing left to drop.
            Leaves::Database { cluster, name } => {
                let remove = || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                    runtime.map(|runtime| runtime.block_on(drop_database(cluster, name)))
                };
                std::thread::scope(|scope| drop(scope.spawn(remove).join()));
            }
        }
    }
}

async fn drop_database(cluster: &str, name: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(cluster, tokio_postgres::NoTls).await?;
    let task = tokio::spawn(connection);
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    drop(client);
    drop(task.await);
    Ok(())
}

/// An embedded database in a folder of its own.
///
/// # Errors
/// [`Error::Engine`] when the folder or the file cannot be made.
pub async fn sqlite() -> Result<Fresh, Error> {
    let nth = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("wangge-test-{}-{nth}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| Error::Engine(error.to_string()))?;
    let place = Place::Sqlite(folder.join("test.db"));
    let store = Store::open(&options(&place)).await?;
    Ok(Fresh { store, place, leaves: Leaves::Folder(folder) })
}

/// A new database in the cluster that `WANGGE_TEST_PG` names; `None` when it names none.
///
/// # Errors
/// [`Error::Engine`] when the cluster does not answer.
pub async fn postgres() -> Result<Option<Fresh>, Error> {
    let Ok(cluster) = std::env::var("WANGGE_TEST_PG") else { return Ok(None) };
    let nth = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("t{}_{nth}", std::process::id());
    let fail = |error: tokio_postgres::Error| Error::Engine(crate::pg::words(&error));
    let (client, connection) =
        tokio_postgres::connect(&cluster, tokio_postgres::NoTls).await.map_err(fail)?;
    let task = tokio::spawn(connection);
    // A name comes back when the system gives a process the number of one that is gone.
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.map_err(fail)?;
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.map_err(fail)?;
    drop(client);
    drop(task.await);
    let (server, _) = cluster.rsplit_once('/').unwrap_or((&cluster, ""));
    let place = Place::Postgres(format!("{server}/{name}"));
    let store = Store::open(&options(&place)).await?;
    Ok(Some(Fresh { store, place, leaves: Leaves::Database { cluster, name } }))
}

fn options(place: &Place) -> Options {
    Options { place: place.clone(), readers: 4, queue: 4096 }
}

/// Writes a test once and runs it on both engines: `both_engines! { a_rule_holds => |fresh| { … } }`.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($fresh:ident) $body:block)+) => {$(
        mod $name {
            use super::*;
            async fn body($fresh: $crate::testing::Fresh) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            $(#[$meta])*
            async fn on_sqlite() {
                body($crate::testing::sqlite().await.unwrap()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            $(#[$meta])*
            async fn on_postgres() {
                if let Some(fresh) = $crate::testing::postgres().await.unwrap() {
                    body(fresh).await;
                }
            }
        }
    )+};
}
