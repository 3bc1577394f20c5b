//! `/insight/freezes` and `/insight/objections` on the wire.

use axum::extract::State;
use axum::http::StatusCode;
use orders::{Books, OrderId, books};
use platform::posts::{OrganisationId, OrganisationOut};
use platform::{App, Call, Download, Error, Json, List, Millis, Path, Query, Text, Thing, XLSX};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::freeze::{self, Freeze, FreezeId, list_of, revisions};
use crate::freeze_sheet::workbook;
use crate::indicator::Indicator;
use crate::indicator_api::{CAUTION, class_name, unit_out};
use crate::objection::{self, Objection, ObjectionId, of_freeze, upheld};
use crate::recompute::{Recomputed, recompute};
use crate::score::Case;
use crate::scorecard::Scorecard;
use crate::scorecard_api::{UnitRow, month_text, unit_rows};
use crate::view::View;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct CasesQuery {
    /// The key of an indicator on the scorecard.
    indicator: String,
    /// The unit.
    #[param(value_type = String)]
    organisation: OrganisationId,
}

/// A case that should not count against the caller's unit.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ObjectionIn {
    #[schema(value_type = String)]
    order: OrderId,
    indicator: String,
    reason: String,
}

/// What the street decides.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JudgementIn {
    uphold: bool,
    reason: String,
}

/// A frozen month with its revisions and objections.
#[derive(Serialize, ToSchema)]
pub(crate) struct FreezeOut {
    #[schema(value_type = String)]
    id: FreezeId,
    scorecard: Scorecard,
    indicators: Vec<Indicator>,
    street: String,
    street_name: Text,
    month: String,
    from: String,
    to: String,
    /// The edition of the calendar by which deadlines were counted.
    calendar: String,
    frozen_at: Millis,
    /// Who froze it.
    post: Option<Text>,
    objections_until: Millis,
    may_object: bool,
    may_judge: bool,
    /// The digits as they were frozen come first.
    revisions: Vec<RevisionOut>,
    objections: Vec<ObjectionOut>,
    /// What these numbers do not say.
    caution: Text,
    now: Millis,
}

/// The digits of a frozen month.
#[derive(Serialize, ToSchema)]
struct RevisionOut {
    revision: i64,
    /// The objection that it follows.
    #[schema(value_type = Option<String>)]
    objection: Option<ObjectionId>,
    revised_at: Millis,
    /// SHA-256 over formulas, calendar, cases and digits.
    digest: String,
    rows: Vec<UnitRow>,
}

/// One objection, and what was decided.
#[derive(Serialize, ToSchema)]
struct ObjectionOut {
    #[schema(value_type = String)]
    id: ObjectionId,
    indicator: String,
    organisation: Option<OrganisationOut>,
    #[schema(value_type = String)]
    order: OrderId,
    number: String,
    reason: String,
    raised_at: Millis,
    raised_by: Option<Text>,
    upheld: Option<bool>,
    decision_reason: Option<String>,
    decided_at: Option<Millis>,
    decided_by: Option<Text>,
}

/// One case behind a number of a scorecard.
#[derive(Serialize, ToSchema)]
pub(crate) struct FrozenCase {
    /// The step, the run or the order that is counted.
    case: String,
    #[schema(value_type = String)]
    order: OrderId,
    number: String,
    class: Text,
    area: Text,
    at: Millis,
    /// Whether it stands above the line too.
    counted: bool,
    /// Taken out by an upheld objection.
    exempted: bool,
}

impl FrozenCase {
    pub fn of(books: &Books, street: i64, case: Case, exempted: bool) -> Self {
        Self {
            case: case.case_id.to_string(),
            order: OrderId::new(street, case.order_id),
            class: class_name(books, &case.class),
            area: books.areas.name(case.area),
            number: case.number,
            at: case.at,
            counted: case.counted,
            exempted,
        }
    }
}

impl ObjectionOut {
    fn of(books: &Books, one: Objection) -> Self {
        let title = |post: i64| books.staff.post_title(post);
        Self {
            id: one.wire_id(),
            order: OrderId::new(one.street_id, one.order_id),
            organisation: unit_out(books, one.organisation_id),
            raised_by: title(one.raised_by),
            decided_by: one.decided_by.and_then(title),
            indicator: one.indicator_key,
            number: one.order_number,
            reason: one.reason,
            raised_at: one.raised_at,
            upheld: one.upheld,
            decision_reason: one.decision_reason,
            decided_at: one.decided_at,
        }
    }
}

/// The caller's view of a street's numbers; what they may not see is not there.
fn view_of(app: &App, call: &Call, books: &Books, street: i64) -> Result<View, Error> {
    View::of(app, call, &books.areas, Some(&street.to_string())).map_err(|error| match error {
        Error::Invalid(_) => Error::Missing("freeze"),
        other => other,
    })
}

/// A freeze as the caller sees it.
pub(crate) async fn freeze_out(
    app: &App,
    call: &Call,
    books: &Books,
    freeze: Freeze,
) -> Result<FreezeOut, Error> {
    let street = freeze.street_id;
    let view = view_of(app, call, books, street)?;
    let asked = freeze.clone();
    let look = app.read(move |r| async move {
        Ok((revisions(&r, &asked).await?, of_freeze(&r, &asked).await?, r.now()))
    });
    let (all, objections, now) = look.await?;
    let basis = freeze.basis()?;
    let period = basis.scorecard.period(freeze.month)?;
    let caller = call.caller()?;
    let own = Thing { area: street, organisation: caller.post.organisation };
    let may = |right: &str, thing: &Thing| app.policy().allows(caller, right, thing, now);
    let mut revisions = Vec::with_capacity(all.len());
    for one in all {
        revisions.push(RevisionOut {
            revision: one.revision,
            objection: one.objection_id.map(|id| ObjectionId::new(street, id)),
            revised_at: one.revised_at,
            rows: unit_rows(books, &view, street, one.units()?),
            digest: one.digest,
        });
    }
    let seen = objections.into_iter().filter(|one| view.covers(street, one.organisation_id));
    Ok(FreezeOut {
        id: freeze.wire_id(),
        street: street.to_string(),
        street_name: books.areas.name(street),
        month: month_text(freeze.month),
        from: period.first.to_string(),
        to: period.last.to_string(),
        calendar: basis.calendar,
        frozen_at: freeze.frozen_at,
        post: freeze.post_id.and_then(|post| books.staff.post_title(post)),
        objections_until: freeze.objections_until,
        may_object: now < freeze.objections_until && may("insight:object", &own)?,
        may_judge: may("insight:judge", &Thing::at(street))?,
        revisions,
        objections: seen.map(|one| ObjectionOut::of(books, one)).collect(),
        scorecard: basis.scorecard,
        indicators: basis.indicators,
        caution: CAUTION,
        now,
    })
}

async fn find(app: &App, id: FreezeId) -> Result<Freeze, Error> {
    app.read(move |r| async move { freeze::get(&r, id).await }).await
}

/// Shows a frozen month with its revisions and objections.
#[utoipa::path(get, path = "/insight/freezes/{id}", tag = "insight", params(("id" = String, Path)),
    responses((status = 200, body = FreezeOut)))]
async fn show(
    State(app): State<App>,
    call: Call,
    Path(id): Path<FreezeId>,
) -> Result<Json<FreezeOut>, Error> {
    let books = books(&app).await?;
    view_of(&app, &call, &books, id.street)?;
    let found = find(&app, id).await?;
    Ok(Json(freeze_out(&app, &call, &books, found).await?))
}

/// Lists the cases behind one number of a frozen month, as they were.
#[utoipa::path(get, path = "/insight/freezes/{id}/orders", tag = "insight", params(("id" = String, Path), CasesQuery),
    responses((status = 200, body = List<FrozenCase>)))]
async fn list_cases(
    State(app): State<App>,
    call: Call,
    Path(id): Path<FreezeId>,
    Query(query): Query<CasesQuery>,
) -> Result<Json<List<FrozenCase>>, Error> {
    let (books, unit) = (books(&app).await?, query.organisation.id);
    if !view_of(&app, &call, &books, id.street)?.covers(id.street, unit) {
        return Err(Error::forbidden());
    }
    let look = app.read(move |r| async move {
        let freeze = freeze::get(&r, id).await?;
        let cases = list_of(&r, &freeze, &query.indicator, unit).await?;
        let out = upheld(&of_freeze(&r, &freeze).await?);
        let key = |order| (query.indicator.clone(), unit, order);
        let is_out = |order: i64| out.iter().any(|(_, exempted)| *exempted == key(order));
        let marked = cases.into_iter().map(|case| (is_out(case.order_id), case)).collect::<Vec<_>>();
        Ok((marked, r.now()))
    });
    let (cases, now) = look.await?;
    let items = cases.into_iter().map(|(out, case)| FrozenCase::of(&books, id.street, case, out)).collect();
    Ok(Json(List::whole(items, now)))
}

/// Computes every revision of a frozen month again from its cases, and says whether the digits are the same.
#[utoipa::path(get, path = "/insight/freezes/{id}/recompute", tag = "insight", params(("id" = String, Path)),
    responses((status = 200, body = Recomputed)))]
async fn recompute_freeze(
    State(app): State<App>,
    call: Call,
    Path(id): Path<FreezeId>,
) -> Result<Json<Recomputed>, Error> {
    view_of(&app, &call, &books(&app).await?, id.street)?;
    let again = app.read(move |r| async move {
        let freeze = freeze::get(&r, id).await?;
        recompute(&r, &freeze).await
    });
    Ok(Json(again.await?))
}

/// A frozen month as a workbook, with its formulas and every revision.
#[utoipa::path(get, path = "/insight/freezes/{id}/sheet.xlsx", tag = "insight", params(("id" = String, Path)),
    responses((status = 200, description = "the workbook", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn sheet(State(app): State<App>, call: Call, Path(id): Path<FreezeId>) -> Result<Download, Error> {
    let books = books(&app).await?;
    let view = view_of(&app, &call, &books, id.street)?;
    let look = app.read(move |r| async move {
        let freeze = freeze::get(&r, id).await?;
        Ok((revisions(&r, &freeze).await?, freeze, r.now()))
    });
    let (all, freeze, now) = look.await?;
    let (basis, lang) = (freeze.basis()?, call.lang);
    let name = format!("{}-{}.xlsx", basis.scorecard.key, month_text(freeze.month));
    let write = move |_: &App| workbook(&books, &view, id.street, &basis, &all, lang, now);
    let bytes = app.heavy(write).await??;
    Ok(Download { media_type: XLSX, name, bytes })
}

/// Objects to a case that counts against the caller's unit.
#[utoipa::path(post, path = "/insight/freezes/{id}/objections", tag = "insight", params(("id" = String, Path)),
    request_body = ObjectionIn, responses((status = 201, body = FreezeOut)))]
async fn object(
    State(app): State<App>,
    call: Call,
    Path(id): Path<FreezeId>,
    Json(body): Json<ObjectionIn>,
) -> Result<(StatusCode, Json<FreezeOut>), Error> {
    let (books, found) = (books(&app).await?, find(&app, id).await?);
    let (freeze, asked) = (found.clone(), json!(&body));
    let ObjectionIn { order, indicator, reason } = body;
    let verb = move |w: platform::Write| async move {
        let basis = freeze.basis()?;
        objection::object(&w, &freeze, &basis, &indicator, order, &reason).await
    };
    let _: ObjectionId = app.once(&call, id.street, &asked, verb).await?;
    Ok((StatusCode::CREATED, Json(freeze_out(&app, &call, &books, found).await?)))
}

/// Decides an objection; upheld, the case no longer counts and the score is computed anew beside the frozen one.
#[utoipa::path(post, path = "/insight/objections/{id}/decision", tag = "insight", params(("id" = String, Path)),
    request_body = JudgementIn, responses((status = 200, body = FreezeOut)))]
async fn decide(
    State(app): State<App>,
    call: Call,
    Path(id): Path<ObjectionId>,
    Json(body): Json<JudgementIn>,
) -> Result<Json<FreezeOut>, Error> {
    let books = books(&app).await?;
    let verb =
        move |w: platform::Write| async move { objection::decide(&w, id, body.uphold, &body.reason).await };
    let freeze = app.write(&call, id.street, verb).await?;
    Ok(Json(freeze_out(&app, &call, &books, freeze).await?))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(list_cases))
        .routes(routes!(recompute_freeze))
        .routes(routes!(sheet))
        .routes(routes!(object))
        .routes(routes!(decide))
}
