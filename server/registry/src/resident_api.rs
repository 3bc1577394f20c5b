//! Taking residents in, correcting what stands of them, death and departure, on the wire. Looking at them stands beside.

use areas::Directory;
use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, AreaCode, Call, Error, IfMatch, Json, Path, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::build::same_version;
use crate::card::group_of;
use crate::days::past_day;
use crate::depart::{Ending, end};
use crate::form::{home_area, line_or_nothing};
use crate::look::{self, Asked};
use crate::record::Said;
use crate::register::{NewResident, correct_all, register};
use crate::resident::{Resident, ResidentId};
use crate::survive::Field;
use crate::words::{Group, How, ResidentState};

/// Characters of a value.
const VALUE_CHARS: usize = 100;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResidentIn {
    /// Their grid, or their community when the grid is not known.
    #[schema(value_type = String)]
    area: AreaCode,
    name: String,
    #[serde(default)]
    sex: String,
    #[serde(default)]
    id_no: String,
    #[serde(default)]
    birth_date: String,
    #[serde(default)]
    phone: String,
    /// In any spelling; where it names a dwelling, they live there.
    #[serde(default)]
    address: String,
    /// Since when they live here, `YYYY-MM-DD`; today when absent.
    since: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResidentPatch {
    name: Option<String>,
    sex: Option<String>,
    id_no: Option<String>,
    birth_date: Option<String>,
    phone: Option<String>,
    address: Option<String>,
    reason: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndIn {
    /// `YYYY-MM-DD`.
    on: String,
}

/// A resident as they stand after a change, without any value.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct ResidentStamp {
    pub id: ResidentId,
    pub version: i64,
    pub state: ResidentState,
    pub area: String,
}

impl From<Resident> for ResidentStamp {
    fn from(row: Resident) -> Self {
        Self { id: row.wire_id(), version: row.version, state: row.state, area: row.area.to_string() }
    }
}

impl ResidentIn {
    fn said(&self) -> Result<Said, Error> {
        Ok(Said {
            name: line_or_nothing("name", &self.name, VALUE_CHARS)?,
            sex: line_or_nothing("sex", &self.sex, VALUE_CHARS)?,
            id_no: line_or_nothing("id_no", &self.id_no, VALUE_CHARS)?,
            birth_date: line_or_nothing("birth_date", &self.birth_date, VALUE_CHARS)?,
            phone: line_or_nothing("phone", &self.phone, VALUE_CHARS)?,
            address: line_or_nothing("address", &self.address, VALUE_CHARS)?,
        })
    }
}

impl ResidentPatch {
    fn values(&self) -> Result<Vec<(Field, String)>, Error> {
        let all = [
            (Field::Name, &self.name),
            (Field::Sex, &self.sex),
            (Field::IdNo, &self.id_no),
            (Field::BirthDate, &self.birth_date),
            (Field::Phone, &self.phone),
            (Field::Address, &self.address),
        ];
        let said = all.into_iter().filter_map(|(field, value)| Some((field, value.as_deref()?)));
        let values: Result<Vec<_>, Error> = said
            .map(|(field, value)| Ok((field, line_or_nothing(field.as_str(), value, VALUE_CHARS)?)))
            .collect();
        match values? {
            values if values.is_empty() => {
                Err(Error::malformed(Text::new("没有要更正的字段", "nothing is to be corrected")))
            }
            values => Ok(values),
        }
    }
}

/// Takes somebody into the register.
#[utoipa::path(post, path = "/residents", tag = "registry", request_body = ResidentIn,
    responses((status = 201, body = ResidentStamp)))]
async fn create(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Json(body): Json<ResidentIn>,
) -> Result<(StatusCode, Json<ResidentStamp>), Error> {
    let directory = app.snapshot::<Directory>().await?;
    let (street, area) = home_area(&directory, body.area)?;
    let since = body.since.as_deref().map(|day| past_day("since", day, app.clock().now())).transpose()?;
    let new = NewResident { area, said: body.said()?, said_on: since.clone(), since };
    let done = app.once(&call, street, &body, move |w| async move {
        look::admit(&w, &asked, "resident:edit", &platform::Thing::at(area)).await?;
        let resident = register(&w, new).await?;
        // Whoever takes somebody in learns nothing that they were not told: it is traced, and no look of the day.
        look::trace(&w, &asked, &[&resident], How::Read, &[Group::Name], None);
        Ok(ResidentStamp::from(resident))
    });
    Ok((StatusCode::CREATED, Json(done.await?)))
}

/// Corrects fields of a resident: what we say ourselves is believed before what any other source says.
#[utoipa::path(patch, path = "/residents/{id}", tag = "registry",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = ResidentPatch, responses((status = 200, body = ResidentStamp)))]
async fn patch(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ResidentId>,
    IfMatch(version): IfMatch,
    Json(body): Json<ResidentPatch>,
) -> Result<Json<ResidentStamp>, Error> {
    let values = body.values()?;
    let done = look::through(&app, &call, id.street, move |w| async move {
        let resident = look::get(&w, &asked, "resident:edit", id).await?;
        same_version(resident.version, version)?;
        let said: Vec<(Field, &str)> = values.iter().map(|(field, value)| (*field, value.as_str())).collect();
        let groups: Vec<Group> = said.iter().filter_map(|(field, _)| group_of(*field)).collect();
        look::leave(&w, &asked, &[&resident], How::Read, &groups);
        correct_all(&w, resident, &said, &body.reason).await
    });
    Ok(Json(done.await?.into()))
}

/// Somebody has died: what tied them to dwellings and their household ends on that day.
#[utoipa::path(post, path = "/residents/{id}/death", tag = "registry", params(("id" = String, Path)),
    request_body = EndIn, responses((status = 200, body = ResidentStamp)))]
async fn death(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ResidentId>,
    Json(body): Json<EndIn>,
) -> Result<Json<ResidentStamp>, Error> {
    ended(&app, &call, asked, id, (Ending::Death, &body.on)).await
}

/// Somebody has left the street for good; what they own here they still own.
#[utoipa::path(post, path = "/residents/{id}/departure", tag = "registry", params(("id" = String, Path)),
    request_body = EndIn, responses((status = 200, body = ResidentStamp)))]
async fn departure(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ResidentId>,
    Json(body): Json<EndIn>,
) -> Result<Json<ResidentStamp>, Error> {
    ended(&app, &call, asked, id, (Ending::Departure, &body.on)).await
}

async fn ended(
    app: &App,
    call: &Call,
    asked: Asked,
    id: ResidentId,
    (ending, on): (Ending, &str),
) -> Result<Json<ResidentStamp>, Error> {
    let on = past_day("on", on, app.clock().now())?;
    let done = look::through(app, call, id.street, move |w| async move {
        let resident = look::get(&w, &asked, "resident:edit", id).await?;
        look::leave(&w, &asked, &[&resident], How::Read, &[Group::Name, Group::Address]);
        end(&w, resident, ending, &on).await
    });
    Ok(Json(done.await?.into()))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(patch))
        .routes(routes!(death))
        .routes(routes!(departure))
}
