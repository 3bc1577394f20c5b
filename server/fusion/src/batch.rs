//! A batch: one file of one source, from its arrival to what became of its rows. Batches belong to the district.

use platform::ids::wire_id;
use platform::{App, Error, Millis, Text, Write};
use store::{Tx, sql, table, vals};

use crate::columns::Mapping;
use platform::words;

wire_id!(
    /// A batch on the wire.
    BatchId, "bat"
);

words! {
    /// How a batch stands.
    BatchState, "state of a batch" {
        Received = "received", "待核对", "received";
        Running = "running", "融合中", "running";
        Done = "done", "已完成", "done";
        Failed = "failed", "未成功", "failed";
    }
}

words! {
    /// What a running batch is at.
    BatchStage, "stage of a batch" {
        Waiting = "waiting", "等待", "waiting";
        Reading = "reading", "读取文件", "reading the file";
        Known = "known", "读取现有登记", "reading the register";
        Comparing = "comparing", "比对", "comparing";
        Writing = "writing", "写入", "writing";
        Ended = "ended", "结束", "ended";
    }
}

table! {
    /// One file of one source.
    pub struct Batch in "batches" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        /// The key of its source.
        pub source: String,
        /// The name of the file.
        pub name: String,
        pub state: BatchState,
        /// Field to heading, JSON; reviewed once the batch may run.
        pub mapping: String,
        /// The headings of the file, JSON.
        pub heading: String,
        /// A keyed hash of the file.
        pub content: Vec<u8>,
        pub bytes: i64,
        pub stage: BatchStage,
        /// Rows done of `total` in this stage.
        pub done: i64,
        pub total: i64,
        pub rejected: i64,
        pub unplaced: i64,
        pub unchanged: i64,
        pub joined: i64,
        pub opened: i64,
        pub for_review: i64,
        pub problem_zh: Option<String>,
        pub problem_en: Option<String>,
        pub received_at: Millis,
        pub received_by: Option<i64>,
        pub started_at: Option<Millis>,
        pub finished_at: Option<Millis>,
        /// Until when whoever runs it need not be asked whether they still do.
        pub held_until: Option<Millis>,
    }
}

table! {
    /// A row that was not taken, as it was written.
    pub(crate) struct Reject in "batch_rejects" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub batch_id: i64,
        pub line: i64,
        pub field: String,
        pub reason_zh: String,
        pub reason_en: String,
        /// The cells, JSON.
        pub sealed: String,
    }
}

sql! {
    LATEST: Batch = "WHERE street_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    LATEST_OF: Batch = "WHERE street_id = $1 AND source = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
    REJECTS: Reject = "WHERE street_id = $1 AND batch_id = $2 AND id > $3 ORDER BY id LIMIT $4";
    FORGET_REJECTS = "DELETE FROM batch_rejects WHERE street_id = $1 AND batch_id = $2";
    /// Takes a running batch that nobody holds any more.
    HOLD = "UPDATE batches SET held_until = $4 WHERE street_id = $1 AND id = $2 AND state = 'running'
        AND (held_until IS NULL OR held_until < $3)";
    PROGRESS = "UPDATE batches SET stage = $3, done = $4, total = $5, held_until = $6
        WHERE street_id = $1 AND id = $2 AND state = 'running'";
    COUNTED = "UPDATE batches SET done = done + $3, joined = joined + $4, opened = opened + $5, for_review = for_review + $6,
        held_until = $7 WHERE street_id = $1 AND id = $2 AND state = 'running'";
}

impl Batch {
    /// Its id on the wire.
    pub fn wire_id(&self) -> BatchId {
        BatchId::new(self.street_id, self.id)
    }

    pub(crate) fn headings(&self) -> Result<Vec<String>, Error> {
        serde_json::from_str(&self.heading).map_err(Error::internal)
    }

    pub(crate) fn columns(&self) -> Result<Mapping, Error> {
        serde_json::from_str(&self.mapping).map_err(Error::internal)
    }

    pub(crate) fn problem(&self) -> Option<Text> {
        Some(Text::owned(self.problem_zh.clone()?, self.problem_en.clone()?))
    }
}

/// The batch with this id.
///
/// # Errors
/// [`Error::Missing`] when there is none.
pub(crate) async fn get(tx: &Tx, id: BatchId) -> Result<Batch, Error> {
    tx.find(&vals![id.street, id.id]).await?.ok_or(Error::Missing("batch"))
}

/// Batches of the district, the newest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn latest(
    tx: &Tx,
    district: i64,
    source: Option<&str>,
    (before, limit): (i64, i64),
) -> Result<Vec<Batch>, Error> {
    Ok(match source {
        Some(source) => tx.query(&LATEST_OF, &vals![district, source, before, limit]).await?,
        None => tx.query(&LATEST, &vals![district, before, limit]).await?,
    })
}

/// Rows of a batch that were not taken.
///
/// # Errors
/// What the store answers.
pub(crate) async fn rejects(tx: &Tx, id: BatchId, after: i64, limit: i64) -> Result<Vec<Reject>, Error> {
    Ok(tx.query(&REJECTS, &vals![id.street, id.id, after, limit]).await?)
}

/// Forgets which rows were not taken: the run begins anew.
pub(crate) fn forget_rejects(w: &Write, id: BatchId) {
    w.later(&FORGET_REJECTS, &vals![id.street, id.id]);
}

/// How long a run may be silent before somebody else takes it up.
pub(crate) const HOLD_MS: i64 = 120_000;

/// Takes up a running batch; says whether it was free.
///
/// # Errors
/// What the store answers.
pub(crate) async fn hold(app: &App, id: BatchId) -> Result<bool, Error> {
    let now = app.clock().now();
    let held = app.store().write(move |tx| async move {
        tx.exec(&HOLD, &vals![id.street, id.id, now, now.plus(HOLD_MS)]).await
    });
    Ok(held.await.map_err(Error::from)? > 0)
}

/// Says how far a run has come, for whoever looks; nothing depends on it.
///
/// # Errors
/// What the store answers.
pub(crate) async fn progress(
    app: &App,
    id: BatchId,
    stage: BatchStage,
    (done, total): (i64, i64),
) -> Result<(), Error> {
    let until = app.clock().now().plus(HOLD_MS);
    let told = app.store().write(move |tx| async move {
        tx.exec(&PROGRESS, &vals![id.street, id.id, stage, done, total, until]).await
    });
    told.await.map(|_| ()).map_err(Error::from)
}

/// What one change did to the rows of a batch.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub rows: i64,
    pub joined: i64,
    pub opened: i64,
    pub for_review: i64,
}

/// Counts what a change did, in the same transaction.
pub(crate) fn count(w: &Write, id: BatchId, tally: Tally) {
    let Tally { rows, joined, opened, for_review } = tally;
    let until = w.now().plus(HOLD_MS);
    w.later(&COUNTED, &vals![id.street, id.id, rows, joined, opened, for_review, until]);
}
