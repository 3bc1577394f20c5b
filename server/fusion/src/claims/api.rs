//! `/claims` on the wire, for the street's own people.

use axum::extract::State;
use axum::http::StatusCode;
use orders::books;
use platform::{App, Call, Error, IfMatch, Json, List, Millis, Page, Path, Query, Text, Thing};
use registry::look::{self, Asked};
use registry::survive::Field;
use registry::{Group, How, Resident, ResidentId, Sources, records_of};
use serde::{Deserialize, Serialize};
use store::vals;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{ANSWER, Answer, answer};
use super::letter::Dossier;
use super::make::{NewClaim, RIGHT, draft, file};
use super::query::{get, list, streets};
use super::{ANSWER_WITHIN, Claim, ClaimBasis, ClaimId, ClaimOutcome, ClaimState, LAW};
use crate::review::wire::{Directories, Names, Shown};

/// What somebody knows better.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClaimIn {
    /// `name`, `sex`, `id_no`, `birth_date`, `phone` or `address`.
    #[schema(value_type = String)]
    field: Field,
    /// What it should be.
    value: String,
    basis: ClaimBasis,
    /// Sealed; the owner reads it.
    note: Option<String>,
}

/// What the owner answered, on paper or by telephone.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClaimAnswerIn {
    outcome: ClaimOutcome,
    /// In the owner's words; sealed.
    note: Option<String>,
}

#[derive(Deserialize, IntoParams)]
struct ClaimQuery {
    /// All when absent.
    #[param(value_type = Option<String>)]
    state: Option<ClaimState>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    limit: Option<i64>,
}

/// A claim, without a word about what is disputed.
#[derive(Serialize, ToSchema)]
struct ClaimOut {
    id: ClaimId,
    version: i64,
    /// 校核编号.
    number: String,
    source: String,
    source_name: Text,
    #[schema(value_type = String)]
    resident: ResidentId,
    #[schema(value_type = String)]
    field: Field,
    field_name: Text,
    basis: ClaimBasis,
    basis_name: Text,
    state: ClaimState,
    state_name: Text,
    area: String,
    area_name: Text,
    made_at: Millis,
    made_by: Option<Text>,
    /// The end of the tenth working day.
    due_at: Millis,
    /// Not answered in time.
    late: bool,
    sent_at: Option<Millis>,
    answered_at: Option<Millis>,
    closed_at: Option<Millis>,
}

/// A claim with what is disputed, masked.
#[derive(Serialize, ToSchema)]
struct ClaimDetail {
    #[serde(flatten)]
    claim: ClaimOut,
    said: String,
    should_be: String,
    note: Option<String>,
    answer: Option<String>,
    law: Text,
    /// How long the owner has, as it is written.
    within: String,
    /// How often it was tried to be sent, and why it was not taken last.
    tries: Option<i64>,
    problem: Option<String>,
}

/// A claim that was just made.
#[derive(Serialize, Deserialize, ToSchema)]
struct ClaimMade {
    id: ClaimId,
    number: String,
    /// The key of the source that it goes to.
    source: String,
    due_at: Millis,
}

impl ClaimOut {
    fn of(names: &Names, claim: &Claim, now: Millis) -> Result<Self, Error> {
        let field = claim.field()?;
        Ok(Self {
            id: claim.wire_id(),
            version: claim.version,
            number: claim.number.clone(),
            source: claim.source.clone(),
            source_name: names.source(&claim.source),
            resident: ResidentId::new(claim.street_id, claim.resident_id),
            field,
            field_name: field.name(),
            basis: claim.basis,
            basis_name: claim.basis.name(),
            state: claim.state,
            state_name: claim.state.name(),
            area: claim.area.to_string(),
            area_name: names.area(claim.area),
            made_at: claim.made_at,
            made_by: names.post(claim.made_post),
            due_at: claim.due_at,
            late: claim.awaits() && now > claim.due_at,
            sent_at: claim.sent_at,
            answered_at: claim.answered_at,
            closed_at: claim.closed_at,
        })
    }
}

/// The group of fields in which a resident reads that a field was seen.
pub(crate) fn group_of(field: Field) -> Group {
    match field {
        Field::Name | Field::Sex => Group::Name,
        Field::IdNo => Group::Id,
        Field::BirthDate => Group::Birth,
        Field::Phone => Group::Phone,
        Field::Address => Group::Address,
    }
}

/// Claims that the owner of a value corrects it. The source whose value won is asked, under a number, with ten working days
/// to answer.
#[utoipa::path(post, path = "/residents/{id}/claims", tag = "claims",
    params(("id" = String, Path), ("Wangge-Purpose" = String, Header, description = "why: `check`")),
    request_body = ClaimIn, responses((status = 201, body = ClaimMade)))]
async fn make(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ResidentId>,
    Json(body): Json<ClaimIn>,
) -> Result<(StatusCode, Json<ClaimMade>), Error> {
    let scope = app.policy().scope(call.caller()?, RIGHT, app.clock().now());
    let district = app.district();
    let read = app.read(move |r| async move {
        let found: Option<Resident> = r.find(&vals![id.street, id.id]).await?;
        let resident = found.filter(|resident| scope.covers(&Thing::at(resident.area)));
        let resident = resident.ok_or(Error::Missing("resident"))?;
        let records = records_of(&r, id.street, id.id).await?;
        Ok((resident, records, Sources::of(&r, district).await?))
    });
    let (resident, records, sources) = read.await?;
    let new =
        NewClaim { field: body.field, value: body.value.clone(), basis: body.basis, note: body.note.clone() };
    let drafted = draft(&app, &books(&app).await?, app.clock().now(), &resident, (&records, &sources), new)?;
    let group = group_of(body.field);
    let made = app.once(&call, id.street, &body, move |w| async move {
        let resident = look::get(&w, &asked, RIGHT, id).await?;
        look::leave(&w, &asked, &[&resident], How::Read, &[group]);
        let claim = file(&w, drafted).await?;
        let Claim { number, source, due_at, .. } = claim;
        Ok(ClaimMade { id: ClaimId::new(claim.street_id, claim.id), number, source, due_at })
    });
    Ok((StatusCode::CREATED, Json(made.await?)))
}

/// Lists claims within the post's reach, the newest first. It does not say what is disputed.
#[utoipa::path(get, path = "/claims", tag = "claims", params(ClaimQuery), responses((status = 200, body = List<ClaimOut>)))]
async fn all(
    State(app): State<App>,
    call: Call,
    Query(query): Query<ClaimQuery>,
) -> Result<Json<List<ClaimOut>>, Error> {
    let scope = app.policy().scope(call.caller()?, RIGHT, app.clock().now());
    let page = Page { cursor: query.cursor, limit: query.limit };
    let before = page.after::<i64>()?.unwrap_or(i64::MAX);
    let (limit, known) = (page.limit() + 1, Directories::of(&app).await?);
    let look = app.read(move |r| async move {
        let names = Names::of(&known, &r).await?;
        let streets = streets(&scope, names.areas());
        Ok((list(&r, &streets, &scope, query.state, before, limit).await?, names, r.now()))
    });
    let (rows, names, now) = look.await?;
    let List { items, next, now } = List::cut(rows, &page, now, |claim| claim.id, |claim| claim)?;
    let items = items.iter().map(|claim| ClaimOut::of(&names, claim, now)).collect::<Result<_, _>>()?;
    Ok(Json(List { items, next, now }))
}

/// Shows a claim with what is disputed, masked, and what its owner answered.
#[utoipa::path(get, path = "/claims/{id}", tag = "claims",
    params(("id" = String, Path), ("Wangge-Purpose" = String, Header, description = "why: `check`")),
    responses((status = 200, body = ClaimDetail)))]
async fn show(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ClaimId>,
) -> Result<Json<ClaimDetail>, Error> {
    let scope = app.policy().scope(call.caller()?, RIGHT, app.clock().now());
    let known = Directories::of(&app).await?;
    let read = app.read(move |r| async move {
        let claim = get(&r, &scope, id).await?;
        let parcel = crate::parcels::of_claim(&r, &claim).await?;
        Ok((Dossier::of(&r, claim).await?, parcel, Names::of(&known, &r).await?, r.now()))
    });
    let (dossier, parcel, names, now) = read.await?;
    let (claim, field) = (&dossier.claim, dossier.claim.field()?);
    let (disputed, answer) = (claim.disputed(&app)?, claim.answer(&app)?);
    let shown = Shown { purpose: asked.purpose, lang: call.lang };
    let seen = dossier.resident.wire_id();
    look::through(&app, &call, id.street, move |w| async move {
        let resident = look::get(&w, &asked, RIGHT, seen).await?;
        look::leave(&w, &asked, &[&resident], How::Read, &[group_of(field)]);
        Ok(())
    })
    .await?;
    Ok(Json(ClaimDetail {
        claim: ClaimOut::of(&names, claim, now)?,
        said: shown.masked(field, &disputed.said),
        should_be: shown.masked(field, &disputed.should_be),
        note: disputed.note,
        answer,
        law: LAW,
        within: ANSWER_WITHIN.to_owned(),
        tries: parcel.as_ref().map(|parcel| parcel.tries),
        problem: parcel.and_then(|parcel| parcel.problem),
    }))
}

/// Enters what the owner answered where it did not come from its system.
#[utoipa::path(post, path = "/claims/{id}/answer", tag = "claims",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = ClaimAnswerIn, responses((status = 200, body = ClaimOut)))]
async fn answered(
    State(app): State<App>,
    call: Call,
    Path(id): Path<ClaimId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<ClaimAnswerIn>,
) -> Result<Json<ClaimOut>, Error> {
    let scope = app.policy().scope(call.caller()?, ANSWER, app.clock().now());
    let claim = app.read(move |r| async move { get(&r, &scope, id).await }).await?;
    let given = Answer::of(&app, &claim, body.outcome, body.note.as_deref())?;
    let clicked = (id, seen, &body);
    let done = app.once(&call, id.street, &clicked, move |w| async move {
        let mut claim = super::find(&w, id.street, id.id).await?.ok_or(Error::Missing("claim"))?;
        w.require(ANSWER, &claim.thing())?;
        if claim.version != seen {
            return Err(store::Error::Stale.into());
        }
        if !answer(&w, &mut claim, given).await? {
            return Err(Error::conflict(Text::new("该校核已答复", "this claim is answered already")));
        }
        Ok(claim.wire_id())
    });
    done.await?;
    let known = Directories::of(&app).await?;
    let read =
        app.read(
            move |r| async move { Ok((get(&r, &scope, id).await?, Names::of(&known, &r).await?, r.now())) },
        );
    let (claim, names, now) = read.await?;
    ClaimOut::of(&names, &claim, now).map(Json)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(make))
        .routes(routes!(all))
        .routes(routes!(show))
        .routes(routes!(answered))
}
