//! Writes a chunk: one transaction of one street, with one entry in its ledger. The transaction holds only SQL.

use platform::{App, Call, Error, Text, Write};
use registry::{Record, Resident};
use serde_json::json;
use store::{sql, vals};

use super::before::listed;
use super::build::Chunk;
use crate::batch::{BatchId, count};

sql! {
    VERSIONS = "SELECT id, version FROM residents WHERE street_id = $1 AND id IN (SELECT value FROM json_each('[' || $2 || ']'))
            LIMIT 100000"
        | "SELECT id, version FROM residents WHERE street_id = $1 AND id = ANY(string_to_array($2, ',')::bigint[])
            LIMIT 100000 FOR UPDATE";
    CHANGE = "UPDATE residents SET version = version + 1, area = $3, name = $4, reading = $5, initials = $6, sex = $7,
        birth_date = $8, birth_year = $9, chosen = $10 WHERE street_id = $1 AND id = $2";
    EXPLAIN = "UPDATE residents SET version = version + 1, chosen = $3 WHERE street_id = $1 AND id = $2";
    NUMBER_GONE = "UPDATE resident_identifiers SET known_to = $3 WHERE street_id = $1 AND id = $2 AND known_to IS NULL";
    RESIDENCE_GONE = "UPDATE residences SET known_to = $3 WHERE street_id = $1 AND id = $2 AND known_to IS NULL";
    RECORD = "UPDATE records SET sealed = $3, content = $4, said_on = $5, known_from = $6, batch_id = $7, gone_at = NULL
        WHERE street_id = $1 AND id = $2";
    UNIT = "UPDATE dwellings SET version = version + 1, unit = $3, address = $4 WHERE street_id = $1 AND id = $2";
}

/// Writes a chunk of a batch.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed one of these residents, or opened one of these doors, in between: then nothing
/// is written and the batch is worked out anew.
pub(crate) async fn write(
    app: &App,
    call: &Call,
    (batch, source, is_last): (BatchId, String, bool),
    chunk: Chunk,
) -> Result<(), Error> {
    app.write(call, chunk.street, move |w| async move {
        unchanged(&w, &chunk).await?;
        w.bulk(&chunk.doors.buildings).await?;
        w.bulk(&chunk.doors.dwellings).await?;
        w.bulk(&chunk.residents).await?;
        w.bulk(&chunk.numbers).await?;
        w.bulk(&chunk.residences).await?;
        w.bulk(&chunk.records).await?;
        w.bulk(&chunk.pairs).await?;
        change(&w, &chunk);
        count(&w, batch, chunk.tally);
        if is_last {
            w.enqueue(crate::claims::SETTLE, &json!({ "source": source }), w.now()).await?;
        }
        let told = json!({
            "source": source,
            "records": chunk.records.len() + chunk.records_changed.len(),
            "joined": chunk.tally.joined,
            "opened": chunk.residents.len(),
            "for_review": chunk.pairs.len(),
        });
        w.record("batch:fuse", batch, told);
        let district = w.standing_in(w.call().clone(), batch.street, w.now());
        district.announce("batch", batch, batch.street, &json!({ "id": batch, "state": "running" }));
        Ok(())
    })
    .await
}

/// Refuses to write over what somebody changed since it was read.
async fn unchanged(w: &Write, chunk: &Chunk) -> Result<(), Error> {
    if chunk.seen.is_empty() {
        return Ok(());
    }
    let ids = listed(chunk.seen.iter().map(|(id, _)| *id));
    let mut now: Vec<(i64, i64)> = w.query(&VERSIONS, &vals![chunk.street, ids]).await?;
    let mut seen = chunk.seen.clone();
    now.sort_unstable();
    seen.sort_unstable();
    match now == seen {
        true => Ok(()),
        false => Err(Error::conflict(Text::new(
            "登记内容在融合期间有变化，已重新比对",
            "the register changed while the batch was worked out; it is worked out anew",
        ))),
    }
}

/// Rows that were there before. Nobody waits for each one's outcome.
fn change(w: &Write, chunk: &Chunk) {
    let (street, now) = (chunk.street, w.now());
    for (row, is_other) in &chunk.changed {
        let Resident { id, area, name, reading, initials, sex, birth_date, birth_year, chosen, .. } = row;
        if *is_other {
            let values = vals![
                street,
                *id,
                *area,
                name.as_str(),
                reading.as_str(),
                initials.as_str(),
                *sex,
                birth_date.clone(),
                *birth_year,
                chosen.as_str()
            ];
            w.later(&CHANGE, &values);
        } else {
            w.later(&EXPLAIN, &vals![street, *id, chosen.as_str()]);
        }
    }
    for id in &chunk.numbers_gone {
        w.later(&NUMBER_GONE, &vals![street, *id, now]);
    }
    for id in &chunk.residences_gone {
        w.later(&RESIDENCE_GONE, &vals![street, *id, now]);
    }
    for row in &chunk.records_changed {
        let Record { id, sealed, content, said_on, known_from, batch_id, .. } = row;
        let values =
            vals![street, *id, sealed.as_str(), content.as_slice(), said_on.clone(), *known_from, *batch_id];
        w.later(&RECORD, &values);
    }
    for (id, unit, address) in &chunk.doors.named {
        w.later(&UNIT, &vals![street, *id, unit.as_str(), address.as_str()]);
    }
}
