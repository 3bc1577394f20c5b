//! How long what is kept is kept (个人信息保护法 art. 19), and how it goes: counted first, erased by two persons.
//!
//! A run says what is due before it is asked for; whoever approves it is somebody else; each part that goes leaves an entry
//! in the ledger, with the class and how many, and nothing of what it was.

mod api;
mod erase;
mod schedule;

use platform::ids::wire_id;
use platform::{Error, Millis, Text, Thing, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};

pub(crate) use api::router;
pub use erase::{ERASE, erase};
pub use schedule::RecordClass;

wire_id!(
    /// A run on the wire.
    RunId, "ret"
);

/// The rights of the two.
const ASK: &str = "retention:ask";
const APPROVE: &str = "retention:approve";

table! {
    /// One erasing of what is due of one class in a street.
    pub struct Run in "retention_runs" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub class: RecordClass,
        /// What ended before this moment is due.
        pub before_at: Millis,
        /// How many were due when it was asked for.
        pub due: i64,
        pub asked_at: Millis,
        pub asked_by: Option<i64>,
        pub asked_post: Option<i64>,
        pub approved_at: Option<Millis>,
        pub approved_by: Option<i64>,
        pub approved_post: Option<i64>,
        pub erased: i64,
        pub done_at: Option<Millis>,
    }
}

sql! {
    LATEST: Run = "WHERE street_id = $1 ORDER BY id DESC LIMIT 100";
    WAITING = "SELECT id FROM retention_runs WHERE street_id = $1 AND class = $2 AND done_at IS NULL ORDER BY id LIMIT 1";
}

impl Run {
    pub fn wire_id(&self) -> RunId {
        RunId::new(self.street_id, self.id)
    }
}

/// The runs of a street, the newest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn latest(r: &Tx, street: i64) -> Result<Vec<Run>, Error> {
    Ok(r.query(&LATEST, &vals![street]).await?)
}

/// Asks that what is due of a class be erased; nothing goes before somebody else approves it.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] when nothing is due, or a run of the class waits or works.
pub(crate) async fn ask(w: &Write, class: RecordClass) -> Result<Run, Error> {
    let street = w.street();
    w.require(ASK, &Thing::at(street))?;
    let waiting: Option<(i64,)> = w.opt(&WAITING, &vals![street, class]).await?;
    if waiting.is_some() {
        let text = Text::new("该类记录已有清理申请未完成", "a run of this class waits or works already");
        return Err(Error::conflict(text));
    }
    let before_at = class.kept().before(w.now());
    let due = erase::due(w, street, class, before_at).await?;
    if due == 0 {
        return Err(Error::conflict(Text::new("没有到期的记录", "nothing of this class is due")));
    }
    let caller = w.call().caller()?;
    let run = Run {
        street_id: street,
        id: w.id(),
        version: 1,
        class,
        before_at,
        due,
        asked_at: w.now(),
        asked_by: Some(caller.account),
        asked_post: Some(caller.post.id),
        approved_at: None,
        approved_by: None,
        approved_post: None,
        erased: 0,
        done_at: None,
    };
    w.insert(&run).await?;
    w.record(ASK, run.wire_id(), json!({ "class": class, "due": due, "before": before_at }));
    Ok(run)
}

/// Approves a run, as somebody else than who asked; a job erases then.
///
/// # Errors
/// [`Error::Missing`]; [`Error::Forbidden`] for who asked; [`Error::Conflict`] when it is approved already.
pub(crate) async fn approve(w: &Write, id: RunId) -> Result<Run, Error> {
    let run: Option<Run> = w.find(&vals![id.street, id.id]).await?;
    let run = run.ok_or(Error::Missing("run"))?;
    w.require(APPROVE, &Thing::at(run.street_id))?;
    let caller = w.call().caller()?;
    if run.asked_by == Some(caller.account) {
        return Err(Error::Forbidden(Text::new(
            "申请人不能批准自己的申请",
            "who asked for it cannot approve it",
        )));
    }
    if run.approved_at.is_some() {
        return Err(Error::conflict(Text::new("已经批准", "it is approved already")));
    }
    let run = Run {
        approved_at: Some(w.now()),
        approved_by: Some(caller.account),
        approved_post: Some(caller.post.id),
        ..run
    };
    w.update(&run).await?;
    w.enqueue(ERASE, &run.wire_id(), w.now()).await?;
    w.record(APPROVE, run.wire_id(), json!({ "class": run.class, "due": run.due }));
    Ok(Run { version: run.version + 1, ..run })
}
