//! Rows that are not taken, kept sealed as they were written until somebody fetches them.

use std::collections::{HashMap, HashSet};

use platform::{App, Call, Error};
use rayon::prelude::*;
use serde_json::json;
use store::{sql, vals};

use crate::batch::{BatchId, Reject, forget_rejects};
use crate::sheet::{Refused, RowFault, Sheet};

/// Rows that one transaction writes.
const TOGETHER: usize = 5_000;

sql! {
    COUNTS = "UPDATE batches SET rejected = $3, unplaced = $4, unchanged = $5, total = $6,
        done = joined + opened + for_review + $3 + $4 + $5 WHERE street_id = $1 AND id = $2 AND state = 'running'";
}

/// What is known of a batch's rows before any of them is written.
pub(crate) struct Counts {
    pub unchanged: i64,
    pub total: i64,
}

/// The cells of the lines that were refused for what they say.
pub(crate) fn with_cells(
    sheet: &Sheet,
    refused: Vec<(u64, RowFault)>,
    mut already: Vec<Refused>,
) -> Result<Vec<Refused>, Error> {
    let why: HashMap<u64, RowFault> = refused.iter().copied().collect();
    let lines: HashSet<u64> = why.keys().copied().collect();
    if !lines.is_empty() {
        for (line, cells) in sheet.at(&lines)? {
            let why = why.get(&line).copied().unwrap_or(RowFault::NoPlace);
            already.push(Refused { line, why, cells });
        }
    }
    already.sort_by_key(|row| row.line);
    Ok(already)
}

/// Keeps them, in place of what an interrupted run has kept.
///
/// # Errors
/// What the store and the vault answer.
pub(crate) async fn keep(
    app: &App,
    call: &Call,
    batch: BatchId,
    refused: Vec<Refused>,
    counts: Counts,
) -> Result<(), Error> {
    let unplaced = refused.iter().filter(|row| row.why.is_of_place()).count();
    let rejected = refused.len() - unplaced;
    let mut rows = app.heavy(move |app| sealed(app, batch, &refused)).await??;
    app.write(call, batch.street, move |w| async move {
        forget_rejects(&w, batch);
        let (rejected, unplaced) = (rejected as i64, unplaced as i64);
        let values = vals![batch.street, batch.id, rejected, unplaced, counts.unchanged, counts.total];
        w.later(&COUNTS, &values);
        let told = json!({ "rejected": rejected, "unplaced": unplaced, "unchanged": counts.unchanged });
        w.record("batch:sort", batch, told);
        Ok(())
    })
    .await?;
    while !rows.is_empty() {
        let later = rows.split_off(rows.len().min(TOGETHER));
        let some = std::mem::replace(&mut rows, later);
        app.write(call, batch.street, move |w| async move {
            w.bulk(&some).await?;
            w.record("batch:reject", batch, json!({ "rows": some.len() }));
            Ok(())
        })
        .await?;
    }
    Ok(())
}

fn sealed(app: &App, batch: BatchId, refused: &[Refused]) -> Result<Vec<Reject>, Error> {
    let now = app.clock().now();
    // Ids in the order of the lines, sealed side by side.
    let ids: Vec<i64> = refused.iter().map(|_| app.ids().next(now)).collect();
    refused
        .par_iter()
        .zip(ids)
        .map(|(row, id)| {
            let cells = json!(row.cells).to_string();
            let text = row.why.text();
            Ok(Reject {
                street_id: batch.street,
                id,
                batch_id: batch.id,
                line: i64::try_from(row.line).map_err(Error::internal)?,
                field: row.why.field().to_owned(),
                reason_zh: text.zh.into_owned(),
                reason_en: text.en.into_owned(),
                sealed: app
                    .vault()
                    .seal("batch_rejects", "sealed", id, cells.as_bytes())
                    .map_err(Error::internal)?,
            })
        })
        .collect()
}

/// The cells of a row that was not taken.
///
/// # Errors
/// What the vault answers.
pub(crate) fn cells(app: &App, row: &Reject) -> Result<Vec<String>, Error> {
    let plain = app.vault().open("batch_rejects", "sealed", row.id, &row.sealed).map_err(Error::internal)?;
    serde_json::from_slice(&plain).map_err(Error::internal)
}
