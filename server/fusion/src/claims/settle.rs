//! Claims whose value a batch has brought: what was accepted is corrected, and what nobody answered is answered by the data.

use platform::jobs::Job;
use platform::{App, Call, Error};
use registry::Record;
use serde::Deserialize;
use serde_json::json;
use store::{Tx, sql, vals};

use super::{Claim, ClaimState};
use crate::review::sides::{ReviewAgreement, agreement};

/// The job that a batch leaves behind: `{"source": "civil"}`, in each street that it wrote to.
pub const SETTLE: &str = "fusion:settle-claims";
/// Claims that are looked at together.
const AT_ONCE: i64 = 200;

sql! {
    UNSETTLED: Claim = "WHERE street_id = $1 AND source = $2 AND state IN ('open', 'sent', 'accepted') AND id > $3
        ORDER BY id LIMIT $4";
}

#[derive(Deserialize)]
struct Of {
    source: String,
}

/// Closes the claims whose records say now what they should.
///
/// # Errors
/// What the store answers.
pub(crate) async fn work(app: App, job: Job) -> Result<(), Error> {
    let of: Of = serde_json::from_str(&job.body).map_err(Error::internal)?;
    let (street, mut after) = (job.street_id, 0);
    loop {
        let source = of.source.clone();
        let read = app.read(move |r| async move { unsettled(&r, street, &source, after).await });
        let claims = read.await?;
        let Some((last, _)) = claims.last() else { return Ok(()) };
        after = last.id;
        let mut corrected = Vec::new();
        for (claim, record) in claims {
            if let Some(record) = record.filter(|record| record.gone_at.is_none())
                && is_corrected(&app, &claim, &record)?
            {
                corrected.push(claim);
            }
        }
        if !corrected.is_empty() {
            close(&app, street, corrected).await?;
        }
    }
}

async fn unsettled(
    tx: &Tx,
    street: i64,
    source: &str,
    after: i64,
) -> Result<Vec<(Claim, Option<Record>)>, Error> {
    let claims: Vec<Claim> = tx.query(&UNSETTLED, &vals![street, source, after, AT_ONCE]).await?;
    let mut all = Vec::with_capacity(claims.len());
    for claim in claims {
        let record = tx.find(&vals![street, claim.record_id]).await?;
        all.push((claim, record));
    }
    Ok(all)
}

fn is_corrected(app: &App, claim: &Claim, record: &Record) -> Result<bool, Error> {
    let field = claim.field()?;
    let said = registry::survive::normal(field, &record.open(app)?).map(|(value, _)| value);
    let should_be = claim.disputed(app)?.should_be;
    Ok(agreement(field, said.as_deref(), Some(&should_be)) == ReviewAgreement::Same)
}

async fn close(app: &App, street: i64, claims: Vec<Claim>) -> Result<(), Error> {
    app.write(&Call::program("fusion"), street, move |w| async move {
        for mut claim in claims {
            claim.state = ClaimState::Closed;
            claim.answered_at = claim.answered_at.or(Some(w.now()));
            claim.closed_at = Some(w.now());
            w.update(&claim).await?;
            w.record("claim:close", claim.wire_id(), json!({ "number": claim.number }));
            let news = json!({ "id": claim.wire_id(), "state": claim.state });
            w.announce("claim", claim.wire_id(), claim.area, &news);
        }
        Ok(())
    })
    .await
}
