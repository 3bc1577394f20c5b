//! Migrations: written once, in PostgreSQL's types, one order for both engines.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::sql::Engine;
use crate::{Error, Store, row, sql, vals};

/// One step of one room's tables; never edited after a release.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    pub room: &'static str,
    pub name: &'static str,
    pub sql: &'static str,
}

row! {
    struct Applied { room: String, name: String, checksum: String }
}

sql! {
    APPLIED city = "SELECT room, name, checksum FROM migrations ORDER BY room, name LIMIT 10000";
    RECORD city = "INSERT INTO migrations (room, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
}

const BOOK: &str = "CREATE TABLE IF NOT EXISTS migrations (
    room TEXT NOT NULL,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at BIGINT NOT NULL,
    PRIMARY KEY (room, name)
);";

/// What SQLite's planner is told of every street's tables. Without counts it takes a key that begins with the street for as
/// good as the index of an order, because its rows come in the order of their ids, and walks all that the street has.
/// These counts are no measurement; they say what matters: a street has very many rows, and a key names one of them.
/// The table is made anew so that readers that are open see its schema change and load them.
const COUNTS: &str = "DROP TABLE IF EXISTS sqlite_stat1;
    ANALYZE migrations;
    DELETE FROM sqlite_stat1;
    INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT name, name, '1000000 100000 1' FROM sqlite_schema
        WHERE type = 'table' AND sql LIKE '%PRIMARY KEY (street_id, id)%';
    ANALYZE sqlite_schema;";

/// Runs what is missing and says how many that were.
pub(crate) async fn run(store: &Store, migrations: &[Migration], now: i64) -> Result<usize, Error> {
    store.script(translate(BOOK, store.engine())).await?;
    let applied: Vec<Applied> = store.read(|tx| async move { tx.query(&APPLIED, &[]).await }).await?;
    let mut count = 0;
    for migration in migrations {
        let checksum = HEXLOWER.encode(&Sha256::digest(migration.sql));
        let fail = |reason: String| Error::Migration { room: migration.room, name: migration.name, reason };
        match applied.iter().find(|old| old.room == migration.room && old.name == migration.name) {
            Some(old) if old.checksum == checksum => continue,
            Some(_) => {
                return Err(fail(
                    "was applied with another text; a released migration is never edited".into(),
                ));
            }
            None => {}
        }
        let text = translate(migration.sql, store.engine());
        let (room, name) = (migration.room, migration.name);
        let work = store.write(move |tx| async move {
            tx.script(&text).await?;
            tx.exec(&RECORD, &vals![room, name, checksum, now]).await
        });
        work.await.map_err(|error| fail(error.to_string()))?;
        count += 1;
    }
    if count > 0 && store.engine() == Engine::Sqlite {
        store.script(COUNTS.to_owned()).await?;
    }
    Ok(count)
}

/// The text for `engine`: SQLite knows four storage classes by other names and keeps tables by their key.
pub(crate) fn translate(text: &str, engine: Engine) -> String {
    match engine {
        Engine::Postgres => text.to_owned(),
        Engine::Sqlite => text
            .replace("BIGINT", "INTEGER")
            .replace("BYTEA", "BLOB")
            .replace("DOUBLE PRECISION", "REAL")
            .replace("\n);", "\n) STRICT, WITHOUT ROWID;"),
    }
}
