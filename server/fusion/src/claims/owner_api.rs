//! Claims on the wire for whoever owns a source: a sheet to fetch, a way to answer, and an address that takes them.

use std::collections::BTreeMap;

use areas::Directory;
use axum::extract::State;
use platform::systems::SystemId;
use platform::{App, Call, Error, Json, Millis, Path, Query, SystemCall, Text, Thing};
use registry::{Source, SourceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::vals;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{ANSWER, Answer, answer};
use super::letter::{Dossier, FORMAT, Letter};
use super::outlet::{Outlet, checked, set, sources_of};
use super::query::{awaited, by_number};
use super::{ClaimOutcome, ClaimState, Contract, find, read_number};
use crate::parcels::{mark_sent, trace};

/// Claims on one sheet.
const ON_SHEET: i64 = 200;
/// Answers that one call brings at most.
const ANSWERS: usize = 200;

/// What an owner has to answer.
#[derive(Serialize, ToSchema)]
struct ClaimSheet {
    /// `wangge-claims/1`.
    format: String,
    /// The oldest first; those that were fetched before are on it until they are answered.
    claims: Vec<Letter>,
    /// Hand this back as `after`; absent on the last sheet.
    next: Option<String>,
    now: Millis,
}

#[derive(Deserialize, IntoParams)]
struct SheetQuery {
    /// `next` of the sheet before.
    after: Option<String>,
}

/// One answer.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnerAnswer {
    /// 校核编号.
    number: String,
    outcome: ClaimOutcome,
    /// In the owner's words; sealed.
    note: Option<String>,
}

/// What an owner answers.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnerAnswersIn {
    /// 200 at most.
    answers: Vec<OwnerAnswer>,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AnswerTaken {
    Taken,
    /// The same answer is here already.
    Known,
    /// Another answer is here already; it stands.
    Conflict,
    /// No claim of the owner's has this number.
    Unknown,
}

#[derive(Serialize, ToSchema)]
struct AnswerResult {
    number: String,
    result: AnswerTaken,
}

/// One result for each answer, in their order.
#[derive(Serialize, ToSchema)]
struct AnswerResults {
    results: Vec<AnswerResult>,
}

/// How claims reach the owner of a source.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OutletIn {
    /// Takes claims by POST, each under its number as `Idempotency-Key`; on the list `fusion.hosts` of the configuration.
    push_url: Option<String>,
    /// A connected system of the kind `source`, which fetches and answers.
    #[schema(value_type = Option<String>)]
    system_id: Option<SystemId>,
}

#[derive(Serialize, ToSchema)]
struct OutletOut {
    #[schema(value_type = String)]
    id: SourceId,
    source: String,
    push_url: Option<String>,
    #[schema(value_type = Option<String>)]
    system_id: Option<SystemId>,
    /// None before anything was set.
    set_at: Option<Millis>,
}

/// The keys of the sources that the caller's system speaks for.
async fn entrusted(app: &App, owner: &SystemCall) -> Result<Vec<String>, Error> {
    owner.system.require(ANSWER, &Thing::at(owner.system.area))?;
    let (district, system) = (app.district(), owner.system.id);
    let sources = app.read(move |r| async move { sources_of(&r, district, system).await }).await?;
    match sources.is_empty() {
        false => Ok(sources),
        true => Err(Error::Forbidden(Text::new(
            "该系统尚未对应任何数据来源，请联系数据管理员",
            "no source is entrusted to this system; ask the steward",
        ))),
    }
}

/// Gives an owner the claims about its records, in clear, until they are answered. Each shows in the resident's list of
/// looks.
#[utoipa::path(get, path = "/claims/outbox.json", tag = "claims", params(SheetQuery), responses((status = 200, body = ClaimSheet)))]
async fn outbox(
    State(app): State<App>,
    owner: SystemCall,
    Query(query): Query<SheetQuery>,
) -> Result<Json<ClaimSheet>, Error> {
    let sources = entrusted(&app, &owner).await?;
    let after: i64 = query
        .after
        .as_deref()
        .map_or(Ok(0), str::parse)
        .map_err(|_| Error::malformed(Text::new("续取位置无效", "this is no place to go on from")))?;
    let areas = app.snapshot::<Directory>().await?;
    let (system, district) = (owner.system, app.district());
    let read = app.read(move |r| async move {
        let (mut claims, mut contracts) = (Vec::new(), BTreeMap::new());
        for source in &sources {
            match Contract::with(&r, district, source, r.now()).await {
                Ok(contract) => contracts.insert(source.clone(), contract),
                // Nothing leaves under a contract that ended; its claims wait until it is renewed.
                Err(Error::Conflict { .. }) => continue,
                Err(error) => return Err(error),
            };
            for street in areas.streets().iter().copied().filter(|street| system.covers(*street)) {
                claims.extend(awaited(&r, street, source, after, ON_SHEET).await?);
            }
        }
        claims.sort_by_key(|claim| claim.id);
        let full = claims.len() as i64 > ON_SHEET;
        claims.truncate(ON_SHEET as usize);
        let next = claims.last().filter(|_| full).map(|claim| claim.id.to_string());
        let mut dossiers = Vec::with_capacity(claims.len());
        for claim in claims {
            let Some(contract) = contracts.get(&claim.source) else { continue };
            // What the contract does not name any more stays here, and is not told as sent.
            if contract.must_cover(claim.field()?).is_ok() {
                dossiers.push(Dossier::of(&r, claim).await?);
            }
        }
        Ok((dossiers, contracts, next, r.now()))
    });
    let (dossiers, contracts, next, now) = read.await?;
    let letter = |dossier: &Dossier| {
        let contract = contracts.get(&dossier.claim.source).ok_or(Error::Missing("source"))?;
        dossier.letter(&app, contract)
    };
    let claims = dossiers.iter().map(letter).collect::<Result<_, _>>()?;
    let mut by_street: BTreeMap<i64, Vec<Dossier>> = BTreeMap::new();
    for dossier in dossiers {
        by_street.entry(dossier.claim.street_id).or_default().push(dossier);
    }
    for (street, dossiers) in by_street {
        hand_over(&app, &owner.call, street, dossiers).await?;
    }
    Ok(Json(ClaimSheet { format: FORMAT.to_owned(), claims, next, now }))
}

/// Leaves the trace, and marks as sent what had not been.
async fn hand_over(app: &App, call: &Call, street: i64, dossiers: Vec<Dossier>) -> Result<(), Error> {
    app.write(call, street, move |w| async move {
        for dossier in &dossiers {
            trace(&w, dossier).await?;
            if dossier.claim.state == ClaimState::Open {
                mark_sent(&w, &dossier.claim);
                let detail = json!({ "number": dossier.claim.number });
                w.record("claim:send", dossier.claim.wire_id(), detail);
            }
        }
        Ok(())
    })
    .await
}

/// Takes an owner's answers. An answer is known by its claim's number: sent twice it is one.
#[utoipa::path(post, path = "/claims/answers", tag = "claims", request_body = OwnerAnswersIn,
    responses((status = 200, body = AnswerResults)))]
async fn answers(
    State(app): State<App>,
    owner: SystemCall,
    Json(body): Json<OwnerAnswersIn>,
) -> Result<Json<AnswerResults>, Error> {
    let sources = entrusted(&app, &owner).await?;
    if body.answers.is_empty() || body.answers.len() > ANSWERS {
        let text = Text::new("每次 1 至 200 条答复", "1 to 200 answers at a time");
        return Err(Error::field("answers", text));
    }
    let areas = app.snapshot::<Directory>().await?;
    let mut results = Vec::with_capacity(body.answers.len());
    for one in &body.answers {
        let read = read_number(&one.number).and_then(|(number, end)| {
            let street = areas.streets().iter().copied().find(|street| street % 1000 == end)?;
            Some((number, street)).filter(|_| owner.system.covers(street))
        });
        let result = match read {
            Some((number, street)) => take(&app, &owner.call, (street, number), &sources, one).await?,
            None => AnswerTaken::Unknown,
        };
        results.push(AnswerResult { number: one.number.clone(), result });
    }
    Ok(Json(AnswerResults { results }))
}

/// One answer in one change: another that cannot be taken does not take it along.
async fn take(
    app: &App,
    call: &Call,
    (street, number): (i64, String),
    sources: &[String],
    given: &OwnerAnswer,
) -> Result<AnswerTaken, Error> {
    let read = app.read(move |r| async move { by_number(&r, street, &number).await });
    let Some(claim) = read.await?.filter(|claim| sources.contains(&claim.source)) else {
        return Ok(AnswerTaken::Unknown);
    };
    let (given, id) = (Answer::of(app, &claim, given.outcome, given.note.as_deref())?, claim.id);
    let taken = app.write(call, street, move |w| async move {
        let mut claim = find(&w, street, id).await?.ok_or(Error::Missing("claim"))?;
        w.require(ANSWER, &claim.thing())?;
        if answer(&w, &mut claim, given).await? {
            return Ok(AnswerTaken::Taken);
        }
        w.record("claim:repeat", claim.wire_id(), json!({ "number": claim.number }));
        Ok(AnswerTaken::Known)
    });
    match taken.await {
        Err(Error::Conflict { .. }) => Ok(AnswerTaken::Conflict),
        other => other,
    }
}

/// Sets how claims reach the owner of a source. What waits is sent to a new address at once.
#[utoipa::path(put, path = "/sources/{id}/outlet", tag = "claims", params(("id" = String, Path)), request_body = OutletIn,
    responses((status = 200, body = OutletOut)))]
async fn put_outlet(
    State(app): State<App>,
    call: Call,
    Path(id): Path<SourceId>,
    Json(body): Json<OutletIn>,
) -> Result<Json<OutletOut>, Error> {
    app.policy().require(call.caller()?, "source:manage", &Thing::at(app.district()), app.clock().now())?;
    let push_url = checked(&app, body.push_url.as_deref())?;
    let (areas, system) = (app.snapshot::<Directory>().await?, body.system_id);
    let clicked = (id, &body);
    let done = app.once(&call, app.district(), &clicked, move |w| async move {
        set(&w, id, push_url, system, areas.streets()).await.map(|_| ())
    });
    done.await?;
    shown(&app, id).await
}

/// Shows how claims reach the owner of a source.
#[utoipa::path(get, path = "/sources/{id}/outlet", tag = "claims", params(("id" = String, Path)),
    responses((status = 200, body = OutletOut)))]
async fn get_outlet(
    State(app): State<App>,
    call: Call,
    Path(id): Path<SourceId>,
) -> Result<Json<OutletOut>, Error> {
    app.policy().require(call.caller()?, "source:manage", &Thing::at(app.district()), app.clock().now())?;
    shown(&app, id).await
}

async fn shown(app: &App, id: SourceId) -> Result<Json<OutletOut>, Error> {
    let read = app.read(move |r| async move {
        let source: Option<Source> = r.find(&vals![id.street, id.id]).await?;
        let outlet: Option<Outlet> = r.find(&vals![id.street, id.id]).await?;
        Ok((source.ok_or(Error::Missing("source"))?, outlet))
    });
    let (source, outlet) = read.await?;
    let outlet = outlet.as_ref();
    Ok(Json(OutletOut {
        id,
        source: source.key,
        push_url: outlet.and_then(|outlet| outlet.push_url.clone()),
        system_id: outlet.and_then(|outlet| outlet.system_id).map(SystemId::shared),
        set_at: outlet.map(|outlet| outlet.set_at),
    }))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(outbox))
        .routes(routes!(answers))
        .routes(routes!(get_outlet, put_outlet))
}
