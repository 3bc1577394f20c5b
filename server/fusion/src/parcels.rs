//! Claims on their way to an owner who takes them by push. A parcel is a row in the transaction of its claim: a crash loses none.
//!
//! It may arrive twice, because an answer may be lost after it was taken; it is one claim all the same, for each arrival
//! carries the claim's number as its `Idempotency-Key`, and an owner answers by that number.

mod send;

use platform::jobs::Job;
use platform::{App, Call, Error, Millis, Write};
use registry::How;
use registry::look::{self, Asked};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, sql, table, vals};

use crate::claims::{Claim, Contract, Dossier, FORMAT, Letter, find, group_of, of_source};
use send::send;

/// The job that takes a parcel to its owner.
pub(crate) const SEND: &str = "fusion:send-claim";
/// The pause after the first failure; each further one is four times as long, up to the longest.
const FIRST_PAUSE_MS: i64 = 5_000;
const LONGEST_PAUSE_MS: i64 = 6 * 3_600_000;

table! {
    /// One claim on its way.
    pub(crate) struct Parcel in "parcels" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub claim_id: i64,
        /// The key of the source.
        pub source: String,
        pub made_at: Millis,
        pub tries: i64,
        /// When it is tried next.
        pub try_at: Millis,
        pub delivered_at: Option<Millis>,
        /// Why it was not taken last: `answer`, `timeout`, `address`, `unreachable`, or `contract` when none let it leave.
        pub problem: Option<String>,
    }
}

sql! {
    OF_CLAIM: Parcel = "WHERE street_id = $1 AND claim_id = $2 ORDER BY id DESC LIMIT 1";
    DELIVERED = "UPDATE parcels SET delivered_at = $3, tries = tries + 1, problem = NULL WHERE street_id = $1 AND id = $2";
    TRIED = "UPDATE parcels SET tries = tries + 1, try_at = $3, problem = $4 WHERE street_id = $1 AND id = $2";
    SENT = "UPDATE claims SET state = 'sent', sent_at = $3, version = version + 1
        WHERE street_id = $1 AND id = $2 AND state = 'open'";
}

#[derive(Serialize, Deserialize)]
struct What {
    parcel: i64,
}

/// What an owner takes: one claim, in the same form as the outbox has them.
#[derive(Serialize)]
struct Sheet<'a> {
    format: &'a str,
    claims: [&'a Letter; 1],
}

/// The parcel of a claim, if it ever had one.
///
/// # Errors
/// What the store answers.
pub(crate) async fn of_claim(tx: &Tx, claim: &Claim) -> Result<Option<Parcel>, Error> {
    Ok(tx.opt(&OF_CLAIM, &vals![claim.street_id, claim.id]).await?)
}

/// Sends a claim on its way, if its owner takes claims by push; one that is on its way already is tried now.
///
/// # Errors
/// What the store answers.
pub(crate) async fn pack(w: &Write, claim: &Claim) -> Result<(), Error> {
    let outlet = of_source(w, w.app().district(), &claim.source).await?;
    if outlet.is_none_or(|outlet| outlet.push_url.is_none()) {
        return Ok(());
    }
    let parcel = match of_claim(w, claim).await? {
        Some(parcel) if parcel.delivered_at.is_some() => return Ok(()),
        Some(parcel) => parcel.id,
        None => {
            let id = w.id();
            w.insert_later(&Parcel {
                street_id: claim.street_id,
                id,
                claim_id: claim.id,
                source: claim.source.clone(),
                made_at: w.now(),
                tries: 0,
                try_at: w.now(),
                delivered_at: None,
                problem: None,
            });
            id
        }
    };
    let here = w.standing_in(w.call().clone(), claim.street_id, w.now());
    here.enqueue(SEND, &What { parcel }, w.now()).await
}

/// Marks a claim as in its owner's hands.
pub(crate) fn mark_sent(w: &Write, claim: &Claim) {
    w.later(&SENT, &vals![claim.street_id, claim.id, w.now()]);
}

/// Leaves the trace of what an owner is shown: before it leaves the house.
///
/// # Errors
/// [`Error::Forbidden`] without the right.
pub(crate) async fn trace(w: &Write, dossier: &Dossier) -> Result<(), Error> {
    let asked = Asked::read(Some("check"), Some(&dossier.claim.number))?;
    look::admit(w, &asked, "claim:answer", &dossier.claim.thing()).await?;
    look::leave(w, &asked, &[&dossier.resident], How::Exported, &[group_of(dossier.claim.field()?)]);
    Ok(())
}

/// Takes one parcel to its owner.
///
/// # Errors
/// What the store answers; a refusal is kept with the parcel, which is tried again.
pub(crate) async fn work(app: App, job: Job) -> Result<(), Error> {
    let What { parcel } = serde_json::from_str(&job.body).map_err(Error::internal)?;
    let (street, district) = (job.street_id, app.district());
    let read = app.read(move |r| async move {
        let Some(parcel) = r.find::<Parcel>(&vals![street, parcel]).await? else { return Ok(None) };
        let Some(claim) = find(&r, street, parcel.claim_id).await? else { return Ok(None) };
        let outlet = of_source(&r, district, &parcel.source).await?;
        let Some(url) = outlet.and_then(|outlet| outlet.push_url) else { return Ok(None) };
        let contract = Contract::with(&r, district, &parcel.source, r.now()).await;
        Ok(Some((parcel, Dossier::of(&r, claim).await?, url, contract)))
    });
    // Without an address it waits for the next one.
    let Some((parcel, dossier, url, contract)) = read.await? else { return Ok(()) };
    if parcel.delivered_at.is_some() || !dossier.claim.awaits() {
        return Ok(());
    }
    let letter = match contract.and_then(|contract| dossier.letter(&app, &contract)) {
        Err(Error::Conflict { .. }) => {
            // Nothing leaves without a contract; it is tried again as if nobody had answered.
            let waits = move |w: Write| async move { again(&w, &parcel, "contract").await };
            return app.write(&Call::program("fusion"), street, waits).await;
        }
        letter => letter?,
    };
    let sheet =
        serde_json::to_string(&Sheet { format: FORMAT, claims: [&letter] }).map_err(Error::internal)?;
    let call = Call::program("fusion");
    let dossier = leave(&app, &call, street, dossier).await?;
    let outcome = app.heavy(move |app| send(app, &url, &letter.number, &sheet)).await?;
    app.write(&call, street, move |w| async move {
        match outcome {
            Ok(()) => delivered(&w, &parcel, &dossier.claim),
            Err(problem) => again(&w, &parcel, problem).await?,
        }
        Ok(())
    })
    .await
}

/// Each try may arrive, so each leaves its trace.
async fn leave(app: &App, call: &Call, street: i64, dossier: Dossier) -> Result<Dossier, Error> {
    app.write(call, street, move |w| async move {
        trace(&w, &dossier).await?;
        Ok(dossier)
    })
    .await
}

fn delivered(w: &Write, parcel: &Parcel, claim: &Claim) {
    w.later(&DELIVERED, &vals![parcel.street_id, parcel.id, w.now()]);
    mark_sent(w, claim);
    let detail = json!({ "number": claim.number, "tries": parcel.tries + 1 });
    w.record("claim:send", claim.wire_id(), detail);
}

async fn again(w: &Write, parcel: &Parcel, problem: &'static str) -> Result<(), Error> {
    let longer = u32::try_from(parcel.tries.clamp(0, 10)).map_err(Error::internal)?;
    let pause = FIRST_PAUSE_MS.saturating_mul(4_i64.saturating_pow(longer)).min(LONGEST_PAUSE_MS);
    let try_at = w.now().plus(pause);
    w.later(&TRIED, &vals![parcel.street_id, parcel.id, try_at, problem]);
    let id = crate::claims::ClaimId::new(parcel.street_id, parcel.claim_id);
    w.record("claim:retry", id, json!({ "tries": parcel.tries + 1, "problem": problem }));
    w.enqueue(SEND, &What { parcel: parcel.id }, try_at).await
}
