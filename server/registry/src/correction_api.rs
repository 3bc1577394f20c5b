//! `/corrections` on the wire: what residents ask, for the steward to answer.

use axum::extract::State;
use platform::posts::Post;
use platform::{Account, App, Call, Error, IfMatch, Json, List, Millis, Page, Path, Query, Text, Write};
use serde::{Deserialize, Serialize};
use store::vals;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::correction::{
    ANSWER, Correction, CorrectionId, CorrectionKind, Outcome, TEXT_CHARS, answer, answered, of_reach,
    waiting,
};
use crate::delay_api::streets_in;
use crate::derive::{Heard, records_of};
use crate::look::{self, Asked, LookRow};
use crate::mask::{MaskedBirth, MaskedId, MaskedName, MaskedPhone};
use crate::purpose::Purpose;
use crate::resident::{Resident, ResidentId};
use crate::sources::Sources;
use crate::survive::{Field, Rules, survive};
use crate::words::{Group, How};

/// Which of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum View {
    /// What waits, the most urgent first.
    #[default]
    Open,
    /// What was answered, the newest first.
    Answered,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct CorrectionQuery {
    #[serde(default)]
    #[param(inline)]
    view: View,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// One correction or question in a list: it names nobody.
#[derive(Serialize, ToSchema)]
struct CorrectionRow {
    #[schema(value_type = String)]
    id: CorrectionId,
    version: i64,
    number: String,
    kind: CorrectionKind,
    kind_name: Text,
    #[schema(value_type = String)]
    resident: ResidentId,
    field: Option<Field>,
    field_name: Option<Text>,
    asked_at: Millis,
    due_at: Millis,
    late: bool,
    answered_at: Option<Millis>,
    outcome: Option<Outcome>,
    outcome_name: Option<Text>,
}

/// The value that stands, masked as far as it can be.
#[derive(Serialize, ToSchema)]
struct StandsOut {
    value: String,
    source: Text,
    said_on: Option<String>,
    rule: Text,
    /// Values that other sources give.
    rivals: usize,
}

/// The look that a resident does not understand.
#[derive(Serialize, ToSchema)]
struct AskedLookOut {
    at: Millis,
    how: How,
    how_name: Text,
    office: Option<Text>,
    post: Option<Text>,
    /// Who looked: a complaint may name the person.
    person: Option<String>,
    purpose: Option<Text>,
    about: Option<String>,
    reason: Option<String>,
    /// What was seen.
    fields: Vec<Text>,
}

/// One correction or question, to be answered.
#[derive(Serialize, ToSchema)]
struct CorrectionOut {
    #[serde(flatten)]
    row: CorrectionRow,
    resident_name: MaskedName,
    /// The value that the resident says is right.
    value: Option<String>,
    /// Why, or the question.
    text: String,
    stands: Option<StandsOut>,
    look: Option<AskedLookOut>,
    answer: Option<String>,
    answered_by: Option<Text>,
}

/// An answer.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerIn {
    outcome: Outcome,
    /// What the resident reads.
    answer: String,
}

impl CorrectionRow {
    fn of(one: &Correction, now: Millis) -> Self {
        Self {
            id: one.wire_id(),
            version: one.version,
            number: one.number.clone(),
            kind: one.kind,
            kind_name: one.kind.name(),
            resident: ResidentId::new(one.street_id, one.resident_id),
            field: one.field,
            field_name: one.field.map(Field::name),
            asked_at: one.asked_at,
            due_at: one.due_at,
            late: one.is_late(now),
            answered_at: one.answered_at,
            outcome: one.outcome,
            outcome_name: one.outcome.map(Outcome::name),
        }
    }
}

/// Lists what residents ask. Nobody is named here.
#[utoipa::path(get, path = "/corrections", tag = "registry", params(CorrectionQuery),
    responses((status = 200, body = List<CorrectionRow>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<CorrectionQuery>,
) -> Result<Json<List<CorrectionRow>>, Error> {
    let scope = app.policy().scope(call.caller()?, ANSWER, app.clock().now());
    let streets = streets_in(&app, &scope).await?;
    let page = Page { cursor: asked.cursor, limit: asked.limit };
    let limit = page.limit() + 1;
    let is_open = asked.view == View::Open;
    let first = if is_open { (i64::MIN, 0) } else { (0, i64::MAX) };
    let from = page.after::<(i64, i64)>()?.unwrap_or(first);
    let look = app.read(move |r| async move {
        let mut found: Vec<Correction> = Vec::new();
        for street in streets {
            found.extend(match is_open {
                true => waiting(&r, street, from, limit).await?,
                false => answered(&r, street, from.1, limit).await?,
            });
        }
        match is_open {
            true => found.sort_unstable_by_key(|one| (one.due_at, one.id)),
            false => found.sort_unstable_by_key(|one| std::cmp::Reverse(one.id)),
        }
        Ok((found, r.now()))
    });
    let (found, now) = look.await?;
    let key = |one: &Correction| (one.due_at.0, one.id);
    List::cut(found, &page, now, key, |one| CorrectionRow::of(&one, now)).map(Json)
}

/// Shows what a resident wrote, beside the value that stands or the look that it is about.
#[utoipa::path(get, path = "/corrections/{id}", tag = "registry", params(("id" = String, Path)),
    responses((status = 200, body = CorrectionOut)))]
async fn show(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<CorrectionId>,
) -> Result<Json<CorrectionOut>, Error> {
    call.caller()?;
    let staff = app.snapshot::<staff::Directory>().await?;
    let street = id.street;
    let seen = look::through(&app, &call, street, move |w| async move { seen(&w, &asked, id, &staff).await });
    Ok(Json(seen.await?))
}

async fn seen(
    w: &Write,
    asked: &Asked,
    id: CorrectionId,
    staff: &staff::Directory,
) -> Result<CorrectionOut, Error> {
    let (correction, resident) = of_reach(w, id).await?;
    // Nobody answers what they ask themselves.
    look::get(w, asked, ANSWER, resident.wire_id()).await?;
    let wish = correction.wish(w.app())?;
    let groups: &[Group] = match correction.field {
        Some(field) => &[Group::Name, group_of(field)],
        None => &[Group::Name],
    };
    // The list deals them out: nobody chose whom they saw.
    look::leave_dealt(w, asked, &[&resident], How::Read, groups);
    let about = match correction.look_id {
        Some(look) => w.find::<LookRow>(&vals![correction.street_id, look]).await?,
        None => None,
    };
    Ok(CorrectionOut {
        row: CorrectionRow::of(&correction, w.now()),
        resident_name: MaskedName::of(&resident.name),
        value: correction.field.is_some().then_some(wish.value),
        text: wish.text,
        stands: match correction.field {
            Some(field) => stands(w, asked.purpose, &resident, field).await?,
            None => None,
        },
        look: match about {
            Some(look) => Some(asked_look(w, &look).await?),
            None => None,
        },
        answer: correction.answer_text(w.app())?,
        answered_by: correction.answered_post.and_then(|post| staff.post_title(post)),
    })
}

fn group_of(field: Field) -> Group {
    match field {
        Field::Name | Field::Sex => Group::Name,
        Field::IdNo => Group::Id,
        Field::BirthDate => Group::Birth,
        Field::Phone => Group::Phone,
        Field::Address => Group::Address,
    }
}

async fn stands(
    w: &Write,
    purpose: &Purpose,
    resident: &Resident,
    field: Field,
) -> Result<Option<StandsOut>, Error> {
    let sources = Sources::of(w, w.app().district()).await?;
    let records = records_of(w, resident.street_id, resident.id).await?;
    let heard = Heard::open(w.app(), &records, &sources)?;
    let choices = survive(&heard.voices(), &Rules::default());
    let Some(choice) = choices.into_iter().find(|choice| choice.field == field) else { return Ok(None) };
    let value = match field {
        Field::Name => MaskedName::of(&choice.value).to_string(),
        Field::IdNo => MaskedId::of(&choice.value).to_string(),
        Field::Phone => MaskedPhone::of(&choice.value).to_string(),
        Field::BirthDate => MaskedBirth::of(&choice.value).to_string(),
        Field::Address if !purpose.groups.contains(&Group::Address) => String::new(),
        Field::Sex | Field::Address => choice.value,
    };
    Ok(Some(StandsOut {
        value,
        source: sources.name(&choice.source),
        said_on: choice.said_on,
        rule: choice.rule.name(),
        rivals: choice.rivals.len(),
    }))
}

async fn asked_look(w: &Write, look: &LookRow) -> Result<AskedLookOut, Error> {
    let post = match look.post_id {
        Some(post) => w.find::<Post>(&vals![post]).await?,
        None => None,
    };
    let account = match look.account_id {
        Some(account) => w.find::<Account>(&vals![account]).await?,
        None => None,
    };
    let fields = look.fields.split(' ').filter_map(|word| word.parse::<Group>().ok());
    Ok(AskedLookOut {
        at: look.at,
        how: look.how,
        how_name: look.how.name(),
        office: post.as_ref().map(|post| Text::owned(post.place_zh.clone(), post.place_en.clone())),
        post: post.map(|post| Text::owned(post.title_zh, post.title_en)),
        person: account.map(|account| account.person_name),
        purpose: Purpose::named(&look.purpose).map(Purpose::name),
        about: look.about.clone(),
        reason: look.reason.clone(),
        fields: fields.map(Group::name).collect(),
    })
}

/// Answers; an accepted correction corrects the register in the same step.
#[utoipa::path(post, path = "/corrections/{id}/answer", tag = "registry",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = AnswerIn, responses((status = 200, body = CorrectionRow)))]
async fn reply(
    State(app): State<App>,
    call: Call,
    IfMatch(version): IfMatch,
    Path(id): Path<CorrectionId>,
    Json(body): Json<AnswerIn>,
) -> Result<Json<CorrectionRow>, Error> {
    call.caller()?;
    let text = body.answer.trim().to_owned();
    if text.is_empty() || text.chars().count() > TEXT_CHARS {
        let words = Text::new("请填写 1 至 500 字的答复", "write an answer of 1 to 500 characters");
        return Err(Error::field("answer", words));
    }
    let outcome = body.outcome;
    let done = app.once(&call, id.street, &body, move |w| async move {
        answer(&w, id, version, outcome, &text).await.map(|done| done.version)
    });
    done.await?;
    let found = app
        .read(move |r| async move { Ok((r.find::<Correction>(&vals![id.street, id.id]).await?, r.now())) });
    let (correction, now) = found.await?;
    Ok(Json(CorrectionRow::of(&correction.ok_or(Error::Missing("correction"))?, now)))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(reply))
}
