//! Gives each ledger entry its place in its street's log, behind the writers' backs.
//!
//! Writers only insert rows, so they never queue for the head of a log. This hand follows them: it reads the rows that
//! have no place yet, in the order of their ids, appends them to the street's log, and writes the place into the rows.
//!
//! - An entry is taken once it is [`SETTLE_MS`] old: by then the changes that began before it are committed, so the
//!   order of the log is the order of the ids. One that took longer still gets its place, only a later one.
//! - The log comes first, the rows after it. A crash between the two is made good when the log is opened: what it holds
//!   behind the last place that the rows know is written into them, and nothing is ever entered twice.
//! - A log that is shorter than the rows say was set back; nothing more is entered there until somebody has looked.
//! - Streets do not wait for each other, and the trouble of one is not the trouble of the others.
//! - One process sequences: the one whose `server.process` is 0.

mod archive;
mod leaf;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use ledger::Log;
use store::{sql, vals};

use crate::app::App;
use crate::clock::Millis;
use crate::door::LedgerRow;
use crate::error::Error;
use crate::ids::first_at;
use archive::Archive;
pub(crate) use archive::view;
pub use archive::{Unverified, verify_ledger};
pub(crate) use leaf::leaf;

/// How old an entry is before it gets its place.
const SETTLE_MS: i64 = 400;
/// The rest between two rounds.
const PAUSE_MS: i64 = 200;
/// How long a street rests after its log could not be written.
const REST_MS: i64 = 5_000;
/// Entries that one street is given places for at once; [`GIVE_PLACES`] takes no more.
const BATCH: i64 = 4096;
/// Streets that are worked on at the same time.
const STREETS_AT_ONCE: usize = 4;

sql! {
    /// Goes from street to street by the index: what is already placed must not be walked in every round.
    WAITING_STREETS city = "WITH RECURSIVE streets (street_id) AS (SELECT MIN(street_id) FROM ledger_entries
            UNION ALL SELECT (SELECT MIN(e.street_id) FROM ledger_entries AS e WHERE e.street_id > streets.street_id)
            FROM streets WHERE streets.street_id IS NOT NULL)
        SELECT street_id FROM streets WHERE street_id IS NOT NULL
            AND EXISTS (SELECT 1 FROM ledger_entries AS w WHERE w.street_id = streets.street_id AND w.leaf IS NULL)
        ORDER BY street_id LIMIT 10000";
    /// The ids first, which an index holds: SQLite would walk the whole ledger in the order of its key.
    WAITING: LedgerRow = "WHERE street_id = $1 AND id IN (SELECT id FROM ledger_entries
            WHERE street_id = $1 AND leaf IS NULL AND id < $2 ORDER BY id LIMIT $3)
        ORDER BY id LIMIT $3";
    LAST_PLACE = "SELECT leaf FROM ledger_entries WHERE street_id = $1 AND leaf IS NOT NULL ORDER BY leaf DESC LIMIT 1";
    /// Gives consecutive places to ids, which come as one text with commas: neither engine binds lists as the other does.
    /// On SQLite the list is read first, as a table of its own: else each waiting entry would be sought in all of it.
    GIVE_PLACES = "UPDATE ledger_entries SET leaf = $2 + given.place
        FROM (SELECT key AS place, value AS id FROM json_each('[' || $3 || ']') LIMIT 4096) AS given
        WHERE ledger_entries.street_id = $1 AND ledger_entries.id = given.id AND ledger_entries.leaf IS NULL"
        | "UPDATE ledger_entries SET leaf = $2 + given.place - 1
        FROM unnest(string_to_array($3, ',')::bigint[]) WITH ORDINALITY AS given (id, place)
        WHERE ledger_entries.street_id = $1 AND ledger_entries.id = given.id AND ledger_entries.leaf IS NULL";
}

/// How far a round goes.
#[derive(Clone, Copy)]
enum Round {
    /// What has settled; logs whose signature has grown old are signed.
    Settled,
    /// Everything that is there, and every log that grew is signed.
    Everything,
}

/// The logs that are open, and what opens more of them.
struct Sequencer {
    archive: Arc<Archive>,
    logs: HashMap<i64, Log>,
    /// Streets that are in trouble, and until when they rest.
    resting: HashMap<i64, Millis>,
}

impl App {
    /// Gives every entry its place and signs the logs that grew: for commands and tests, while nobody else
    /// sequences. Answers how many entries were given places.
    ///
    /// # Errors
    /// What the store answers; [`Error::Internal`] when a log cannot be opened or written.
    pub async fn sequence_once(&self) -> Result<usize, Error> {
        Sequencer::open(self).await?.round(self, Round::Everything).await
    }

    /// Sequences until the program ends; signs each log at least every `ledger.checkpoint_seconds`.
    pub async fn keep_sequencing(self) {
        if self.config().server.process != 0 {
            return std::future::pending().await;
        }
        let sequencer = loop {
            match Sequencer::open(&self).await {
                Ok(sequencer) => break sequencer,
                Err(error) => trouble(&error).await,
            }
        };
        sequencer.keep_on(&self).await;
    }
}

/// Says what is wrong and waits a little, so that it is not said too often.
async fn trouble(error: &Error) {
    tracing::error!(%error, "ledger entries are not given their places; trying on");
    tokio::time::sleep(Duration::from_secs(1)).await;
}

impl Sequencer {
    async fn open(app: &App) -> Result<Self, Error> {
        let archive = app.heavy(Archive::open).await??;
        Ok(Self { archive: Arc::new(archive), logs: HashMap::new(), resting: HashMap::new() })
    }

    /// Works on and on. The logs that were there before are opened first, so that what a crash left undone is made
    /// good at once.
    async fn keep_on(mut self, app: &App) {
        let archive = self.archive.clone();
        let known = match app.heavy(move |_| archive.streets()).await {
            Ok(Ok(streets)) => self.streets(app, streets, Round::Settled).await,
            Ok(Err(error)) | Err(error) => Err(error),
        };
        let mut outcome = known;
        loop {
            if let Err(error) = outcome {
                trouble(&error).await;
            }
            tokio::time::sleep(Duration::from_millis(PAUSE_MS.unsigned_abs())).await;
            outcome = self.round(app, Round::Settled).await;
        }
    }

    async fn round(&mut self, app: &App, round: Round) -> Result<usize, Error> {
        let waiting: Vec<(i64,)> =
            app.read(|r| async move { Ok(r.query(&WAITING_STREETS, &[]).await?) }).await?;
        let streets = waiting.into_iter().map(|(street,)| street).chain(self.logs.keys().copied()).collect();
        self.streets(app, streets, round).await
    }

    /// Serves some streets, all of them; what went wrong is answered at the end.
    async fn streets(&mut self, app: &App, streets: BTreeSet<i64>, round: Round) -> Result<usize, Error> {
        let now = app.clock().now();
        self.resting.retain(|_, until| *until > now);
        let streets =
            streets.into_iter().filter(|street| !self.resting.contains_key(street)).collect::<Vec<_>>();
        let work = streets.into_iter().map(|street| {
            let (archive, log) = (self.archive.clone(), self.logs.remove(&street));
            async move { (street, serve(app, archive, street, log, round).await) }
        });
        let work: Vec<_> = work.collect();
        let done: Vec<_> = futures_util::stream::iter(work).buffer_unordered(STREETS_AT_ONCE).collect().await;
        let mut placed = 0;
        let mut problems = Vec::new();
        for (street, outcome) in done {
            match outcome {
                Ok((log, count)) => {
                    self.logs.insert(street, log);
                    placed += count;
                }
                Err(error) => {
                    self.resting.insert(street, now.plus(REST_MS));
                    problems.push(format!("log of {street}: {error}"));
                }
            }
        }
        metrics::counter!("ledger_entries_placed").increment(placed as u64);
        if problems.is_empty() { Ok(placed) } else { Err(Error::internal(problems.join("; "))) }
    }
}

/// One street's turn. When it fails the log is closed, and will be reconciled with the rows when it is opened again.
async fn serve(
    app: &App,
    archive: Arc<Archive>,
    street: i64,
    log: Option<Log>,
    round: Round,
) -> Result<(Log, usize), Error> {
    let mut log = match log {
        Some(log) => log,
        None => {
            let log = app.heavy(move |_| archive.log(street)).await??;
            reconcile(app, street, log).await?
        }
    };
    let now = app.clock().now();
    let end = match round {
        Round::Settled => first_at(now.plus(-SETTLE_MS)),
        Round::Everything => i64::MAX,
    };
    let mut count = 0;
    loop {
        let rows: Vec<LedgerRow> = app
            .read(move |r| async move { Ok(r.query(&WAITING, &vals![street, end, BATCH]).await?) })
            .await?;
        let found = rows.len();
        if found > 0 {
            log = enter(app, street, log, rows).await?;
        }
        count += found;
        if found < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            break;
        }
    }
    let period = app.config().ledger.checkpoint_seconds * 1000 - PAUSE_MS;
    let is_due = log.head().is_none_or(|head| match round {
        Round::Settled => now.0 - head.at >= period,
        Round::Everything => head.size < log.size(),
    });
    if is_due {
        log = app
            .heavy(move |_| log.checkpoint(now.0).map(drop).map(|()| log))
            .await?
            .map_err(Error::internal)?;
    }
    Ok((log, count))
}

/// Enters rows into the log and writes their places into them.
async fn enter(app: &App, street: i64, mut log: Log, rows: Vec<LedgerRow>) -> Result<Log, Error> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let (log, first) = app
        .heavy(move |_| {
            let leaves = rows.iter().map(leaf).collect::<Result<Vec<_>, _>>()?;
            let places = log.append(leaves.iter().map(Vec::as_slice)).map_err(Error::internal)?;
            Ok::<_, Error>((log, places.start))
        })
        .await??;
    match give_places(app, street, first, &ids).await? {
        given if given == ids.len() as u64 => Ok(log),
        given => Err(Error::internal(format!(
            "{given} of {} rows took the places that the log gave them",
            ids.len()
        ))),
    }
}

async fn give_places(app: &App, street: i64, first: u64, ids: &[i64]) -> Result<u64, Error> {
    let first = i64::try_from(first).map_err(Error::internal)?;
    let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    let given =
        app.store().write(move |tx| async move { tx.exec(&GIVE_PLACES, &vals![street, first, ids]).await });
    given.await.map_err(Error::from)
}

/// Writes into the rows what the log holds behind the last place that they know.
async fn reconcile(app: &App, street: i64, mut log: Log) -> Result<Log, Error> {
    let last: Option<(i64,)> =
        app.read(move |r| async move { Ok(r.opt(&LAST_PLACE, &vals![street]).await?) }).await?;
    let mut known = last.map_or(0, |(leaf,)| leaf.unsigned_abs() + 1);
    let size = log.size();
    if known > size {
        let reason =
            format!("the log has {size} entries, but places up to {known} were given: it was set back");
        return Err(Error::internal(reason));
    }
    while known < size {
        let end = size.min(known + BATCH.unsigned_abs());
        let (back, ids) = app
            .heavy(move |_| {
                let leaves = log.entries(known..end).map_err(Error::internal)?;
                let ids = leaves.iter().map(|leaf| leaf::id_of(leaf)).collect::<Result<Vec<_>, _>>()?;
                Ok::<_, Error>((log, ids))
            })
            .await??;
        log = back;
        let given = give_places(app, street, known, &ids).await?;
        let found = ids.len();
        tracing::warn!(street, found, given, "the log was ahead of the rows; they were given their places");
        known = end;
    }
    Ok(log)
}
