//! Who lives in a dwelling, on any day, as it was known on any other.

use std::collections::HashMap;

use areas::Directory;
use axum::extract::State;
use platform::{App, Call, Error, Json, Millis, Path, Query, Text, Write};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{sql, vals};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::build::dwelling_of;
use crate::business::{Unit, UnitId};
use crate::days::{day, day_of, end_of};
use crate::household::{Household, HouseholdId, Member};
use crate::keep_house::households_of;
use crate::look::{self, Asked};
use crate::mask::{MaskedBirth, MaskedName, birth};
use crate::place::{Building, BuildingId, Dwelling, DwellingId};
use crate::residence::{Residence, ResidenceId};
use crate::resident::{OPEN, Resident, ResidentId};
use crate::settle::lived_in;
use crate::sources::Sources;
use crate::words::{Group, How, ResidenceKind, Sex, Usage};

sql! {
    PEOPLE: Resident = "WHERE street_id = $1 AND id IN (SELECT r.resident_id FROM residences r
        WHERE r.street_id = $1 AND r.dwelling_id = $2 AND r.valid_from <= $3 AND r.valid_to > $3
          AND r.known_from <= $4 AND (r.known_to IS NULL OR r.known_to > $4)) ORDER BY id LIMIT 500";
    MEMBERS: Member = "WHERE street_id = $1 AND known_to IS NULL AND valid_to = $3 AND household_id IN
        (SELECT h.id FROM households h WHERE h.street_id = $1 AND h.dwelling_id = $2 AND h.closed_at IS NULL) ORDER BY id LIMIT 500";
    UNITS: Unit = "WHERE street_id = $1 AND dwelling_id = $2 AND closed_at IS NULL ORDER BY id LIMIT 100";
}

#[derive(Deserialize, IntoParams)]
struct AsOf {
    /// The day on which they lived there, `YYYY-MM-DD`; today when absent.
    on: Option<String>,
    /// The moment (RFC 3339) or the day until whose end it was known; now when absent.
    as_known: Option<String>,
}

/// A dwelling, and what ties people to it.
#[derive(Serialize, ToSchema)]
struct DwellingOut {
    id: DwellingId,
    version: i64,
    address: String,
    unit: String,
    floor: Option<i64>,
    room: String,
    usage: Usage,
    usage_at: Option<Millis>,
    building: BuildingRef,
    area: String,
    area_name: Text,
    closed_at: Option<Millis>,
    on: String,
    as_known: Millis,
    people: Vec<TiedOut>,
    /// Those of today.
    households: Vec<HouseholdRef>,
    units: Vec<UnitRef>,
}

/// The building of a dwelling.
#[derive(Serialize, ToSchema)]
struct BuildingRef {
    id: BuildingId,
    estate: String,
    name: String,
}

/// Somebody tied to a dwelling, masked.
#[derive(Serialize, ToSchema)]
struct TiedOut {
    id: ResidentId,
    #[schema(value_type = String)]
    name: MaskedName,
    sex: Sex,
    #[schema(value_type = Option<String>)]
    birth: Option<MaskedBirth>,
    residence: ResidenceId,
    kind: ResidenceKind,
    valid_from: String,
    valid_to: String,
    known_from: Millis,
    source: Text,
}

/// A household of the dwelling: those of its members who are among the people shown.
#[derive(Serialize, ToSchema)]
struct HouseholdRef {
    id: HouseholdId,
    version: i64,
    head: Option<ResidentId>,
    members: Vec<MemberRef>,
}

/// A member, and what they are to the head (GB/T 4761).
#[derive(Serialize, ToSchema)]
struct MemberRef {
    id: ResidentId,
    relation: String,
}

/// A shop or a company in the dwelling.
#[derive(Serialize, ToSchema)]
struct UnitRef {
    id: UnitId,
    name: String,
}

/// Everything of a dwelling that one transaction reads.
struct Seen {
    dwelling: Dwelling,
    building: Building,
    rows: Vec<Residence>,
    people: Vec<Resident>,
    households: Vec<Household>,
    members: Vec<Member>,
    units: Vec<Unit>,
    sources: Sources,
}

/// The day, and the moment until which it was known.
fn moments(asked: &AsOf, now: Millis) -> Result<(String, Millis), Error> {
    let on = asked.on.as_deref().map_or_else(|| Ok(day_of(now)), |text| day("on", text))?;
    let told = Text::new("请填写日期或时间", "give a day or a moment");
    let as_known = match asked.as_known.as_deref() {
        None => now,
        Some(text) if text.len() == "2026-11-24".len() => {
            end_of(&day("as_known", text)?).ok_or_else(|| Error::field("as_known", told))?
        }
        Some(text) => text.parse().map_err(|_| Error::field("as_known", told))?,
    };
    Ok((on, as_known))
}

/// A dwelling and who lives there, masked; each of them is told that somebody looked.
#[utoipa::path(get, path = "/dwellings/{id}", tag = "registry", params(("id" = String, Path), AsOf),
    responses((status = 200, body = DwellingOut)))]
async fn dwelling(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<DwellingId>,
    Query(of): Query<AsOf>,
) -> Result<Json<DwellingOut>, Error> {
    let (on, as_known) = moments(&of, app.clock().now())?;
    let day = on.clone();
    let seen =
        look::through(
            &app,
            &call,
            id.street,
            move |w| async move { see(&w, &asked, id, &day, as_known).await },
        );
    let (seen, directory) = (seen.await?, app.snapshot::<Directory>().await?);
    Ok(Json(out(&directory, &seen, on, as_known)))
}

async fn see(w: &Write, asked: &Asked, id: DwellingId, on: &str, as_known: Millis) -> Result<Seen, Error> {
    let dwelling = dwelling_of(w, id).await?;
    // Who reads dwellings elsewhere is not told whether there is one here.
    let scope = w.app().policy().scope(w.call().caller()?, "dwelling:read", w.now());
    if !scope.is_empty && !scope.covers(&dwelling.thing()) {
        return Err(Error::Missing("dwelling"));
    }
    w.require("dwelling:read", &dwelling.thing())?;
    look::admit(w, asked, "resident:read", &dwelling.thing()).await?;
    let (street, dwelling_id) = (dwelling.street_id, dwelling.id);
    let building: Option<Building> = w.find(&vals![street, dwelling.building_id]).await?;
    let rows = lived_in(w, (street, dwelling_id), on, as_known).await?;
    let rows: Vec<Residence> = rows.into_iter().filter(|row| row.valid_from < row.valid_to).collect();
    let people: Vec<Resident> = w.query(&PEOPLE, &vals![street, dwelling_id, on, as_known]).await?;
    let households = households_of(w, street, dwelling_id).await?;
    let members = w.query(&MEMBERS, &vals![street, dwelling_id, OPEN]).await?;
    let units = w.query(&UNITS, &vals![street, dwelling_id]).await?;
    let sources = Sources::of(w, w.app().district()).await?;
    let shown: Vec<&Resident> = people.iter().collect();
    look::leave(w, asked, &shown, How::Household, &[Group::Name, Group::Birth, Group::Address]);
    w.record("dwelling:read", id, json!({ "on": on, "as_known": as_known }));
    let building = building.ok_or(Error::Missing("building"))?;
    Ok(Seen { dwelling, building, rows, people, households, members, units, sources })
}

fn out(directory: &Directory, seen: &Seen, on: String, as_known: Millis) -> DwellingOut {
    let dwelling = &seen.dwelling;
    let people: HashMap<i64, &Resident> = seen.people.iter().map(|person| (person.id, person)).collect();
    let tied =
        seen.rows.iter().filter_map(|row| Some(tied(people.get(&row.resident_id)?, row, &seen.sources)));
    let id_of = |id: i64| people.get(&id).map(|person| person.wire_id());
    let households = seen.households.iter().map(|household| HouseholdRef {
        id: household.wire_id(),
        version: household.version,
        head: household.head_id.and_then(id_of),
        members: seen
            .members
            .iter()
            .filter(|member| member.household_id == household.id)
            .filter_map(|member| {
                Some(MemberRef { id: id_of(member.resident_id)?, relation: member.relation.clone() })
            })
            .collect(),
    });
    DwellingOut {
        id: dwelling.wire_id(),
        version: dwelling.version,
        address: dwelling.address.clone(),
        unit: dwelling.unit.clone(),
        floor: dwelling.floor,
        room: dwelling.room.clone(),
        usage: dwelling.usage,
        usage_at: dwelling.usage_at,
        building: BuildingRef {
            id: seen.building.wire_id(),
            estate: seen.building.estate.clone(),
            name: seen.building.name.clone(),
        },
        area: dwelling.area.to_string(),
        area_name: directory.name(dwelling.area),
        closed_at: dwelling.closed_at,
        on,
        as_known,
        people: tied.collect(),
        households: households.collect(),
        units: seen
            .units
            .iter()
            .map(|unit| UnitRef { id: unit.wire_id(), name: unit.name.clone() })
            .collect(),
    }
}

fn tied(person: &Resident, row: &Residence, sources: &Sources) -> TiedOut {
    TiedOut {
        id: person.wire_id(),
        name: MaskedName::of(&person.name),
        sex: person.sex,
        birth: birth(person),
        residence: ResidenceId::new(row.street_id, row.id),
        kind: row.kind,
        valid_from: row.valid_from.clone(),
        valid_to: row.valid_to.clone(),
        known_from: row.known_from,
        source: sources.name(&row.source),
    }
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(dwelling))
}
