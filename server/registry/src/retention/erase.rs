//! Erasing what is due, part by part; a part that was interrupted is done again, and finds the rest.

use platform::ids::first_at;
use platform::jobs::Job;
use platform::{App, Call, Error, Millis, Write};
use serde_json::json;
use store::{Sql, Tx, sql, vals};

use super::schedule::RecordClass;
use super::{Run, RunId};

/// The kind of the job.
pub const ERASE: &str = "registry:erase";
/// Rows, or residents, that go in one transaction.
const PART: i64 = 2_000;

sql! {
    DUE_LOOKS = "SELECT COUNT(*) FROM looks WHERE street_id = $1 AND id < $2 AND at < $3 LIMIT 1";
    ERASE_LOOKS = "DELETE FROM looks WHERE street_id = $1 AND id IN
        (SELECT l.id FROM looks l WHERE l.street_id = $1 AND l.id < $2 AND l.at < $3 ORDER BY l.id LIMIT 2000)";
    DUE_DEPARTED = "SELECT COUNT(*) FROM residents WHERE street_id = $1 AND state IN ('died', 'left', 'moved')
        AND ended_on < $2 LIMIT 1";
    DEPARTED = "SELECT id FROM residents WHERE street_id = $1 AND state IN ('died', 'left', 'moved')
        AND ended_on < $2 ORDER BY id LIMIT $3";
    DUE_RECORDS = "SELECT COUNT(*) FROM records WHERE street_id = $1 AND gone_at < $2 LIMIT 1";
    ERASE_RECORDS = "DELETE FROM records WHERE street_id = $1 AND id IN
        (SELECT r.id FROM records r WHERE r.street_id = $1 AND r.gone_at < $2 ORDER BY r.id LIMIT 2000)";
    DUE_CORRECTIONS = "SELECT COUNT(*) FROM corrections WHERE street_id = $1 AND answered_at < $2 LIMIT 1";
    ERASE_CORRECTIONS = "DELETE FROM corrections WHERE street_id = $1 AND id IN
        (SELECT c.id FROM corrections c WHERE c.street_id = $1 AND c.answered_at < $2 ORDER BY c.id LIMIT 2000)";
    DUE_EXPORTS = "SELECT COUNT(*) FROM exports WHERE street_id = $1 AND asked_at < $2 LIMIT 1";
    ERASE_EXPORTS = "DELETE FROM exports WHERE street_id = $1 AND id IN
        (SELECT e.id FROM exports e WHERE e.street_id = $1 AND e.asked_at < $2 ORDER BY e.id LIMIT 2000)";
    IDENTIFIERS_OF = "DELETE FROM resident_identifiers WHERE street_id = $1 AND resident_id = $2";
    RESIDENCES_OF = "DELETE FROM residences WHERE street_id = $1 AND resident_id = $2";
    MEMBERS_OF = "DELETE FROM household_members WHERE street_id = $1 AND resident_id = $2";
    HEADED_BY = "UPDATE households SET head_id = NULL WHERE street_id = $1 AND head_id = $2";
    RECORDS_OF = "DELETE FROM records WHERE street_id = $1 AND resident_id = $2";
    LOOKS_OF = "DELETE FROM looks WHERE street_id = $1 AND resident_id = $2";
    CORRECTIONS_OF = "DELETE FROM corrections WHERE street_id = $1 AND resident_id = $2";
    DELAYS_OF = "DELETE FROM look_delays WHERE street_id = $1 AND resident_id = $2";
    HAND_OVERS_OF = "DELETE FROM hand_overs WHERE street_id = $1 AND resident_id = $2";
    KEY_OF = "DELETE FROM resident_keys WHERE street_id = $1 AND id = $2";
    RESIDENT = "DELETE FROM residents WHERE street_id = $1 AND id = $2";
}

/// Everything that hangs on a resident, and at last the resident.
static ALL_OF: [&Sql; 11] = [
    &IDENTIFIERS_OF,
    &RESIDENCES_OF,
    &MEMBERS_OF,
    &HEADED_BY,
    &RECORDS_OF,
    &LOOKS_OF,
    &CORRECTIONS_OF,
    &DELAYS_OF,
    &HAND_OVERS_OF,
    &KEY_OF,
    &RESIDENT,
];

/// How many of a class are due in a street.
///
/// # Errors
/// What the store answers.
pub(super) async fn due(r: &Tx, street: i64, class: RecordClass, before: Millis) -> Result<i64, Error> {
    let (count,): (i64,) = match class {
        RecordClass::Look => r.one(&DUE_LOOKS, &vals![street, first_at(before), before]).await?,
        RecordClass::Departed => r.one(&DUE_DEPARTED, &vals![street, day(before)]).await?,
        RecordClass::GoneRecord => r.one(&DUE_RECORDS, &vals![street, before]).await?,
        RecordClass::Correction => r.one(&DUE_CORRECTIONS, &vals![street, before]).await?,
        RecordClass::Export => r.one(&DUE_EXPORTS, &vals![street, before]).await?,
    };
    Ok(count)
}

fn day(at: Millis) -> String {
    at.beijing_date().to_string()
}

/// Erases an approved run to its end.
///
/// # Errors
/// What the store answers; what is left is taken up by the next try.
pub async fn erase(app: App, job: Job) -> Result<(), Error> {
    let id: RunId = serde_json::from_str(&job.body).map_err(Error::internal)?;
    let call = Call::program("retention");
    loop {
        let went = app.write(&call, id.street, move |w| async move { part(&w, id).await }).await?;
        if went == 0 {
            return Ok(());
        }
    }
}

/// One part of a run; gives how many went, and ends the run when nothing is left.
async fn part(w: &Write, id: RunId) -> Result<i64, Error> {
    let run: Option<Run> = w.find(&vals![id.street, id.id]).await?;
    let run = run.filter(|run| run.approved_at.is_some()).ok_or(Error::Missing("run"))?;
    let (street, before) = (run.street_id, run.before_at);
    let went = match run.class {
        RecordClass::Look => w.exec(&ERASE_LOOKS, &vals![street, first_at(before), before]).await?,
        RecordClass::Departed => departed(w, street, &day(before)).await?,
        RecordClass::GoneRecord => w.exec(&ERASE_RECORDS, &vals![street, before]).await?,
        RecordClass::Correction => w.exec(&ERASE_CORRECTIONS, &vals![street, before]).await?,
        RecordClass::Export => w.exec(&ERASE_EXPORTS, &vals![street, before]).await?,
    };
    let went = i64::try_from(went).map_err(Error::internal)?;
    let done_at = (went == 0).then_some(w.now());
    w.record(
        "retention:erase",
        run.wire_id(),
        json!({ "class": run.class, "erased": went, "done": went == 0 }),
    );
    w.update(&Run { erased: run.erased + went, done_at, ..run }).await?;
    Ok(went)
}

async fn departed(w: &Write, street: i64, before: &str) -> Result<u64, Error> {
    let ids: Vec<(i64,)> = w.query(&DEPARTED, &vals![street, before, PART / 10]).await?;
    for (id,) in &ids {
        for sql in ALL_OF {
            w.later(sql, &vals![street, *id]);
        }
    }
    Ok(ids.len() as u64)
}
