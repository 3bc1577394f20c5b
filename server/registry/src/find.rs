//! The one box: whoever and whatever a typed text names exactly, within the caller's reach, masked.
//!
//! Every look-up is by equality of an indexed column, numbers by their blind index. Nothing is matched by its beginning, its
//! end or its likeness, but a name that nobody has is tried by its sound; and when more than [`MOST`] people match, none is
//! shown: neither a count nor a list to page through. Where the register is not open, nothing is found.

use std::sync::Arc;

use areas::Directory as Areas;
use platform::{Caller, Error, Scope, Thing, Write};
use serde_json::json;
use store::{FromRow, Sql, Value, sql, try_join_all, vals};

use crate::business::Unit;
use crate::community::OpenCommunities;
use crate::days::day_of;
use crate::found::{BuildingRow, DwellingRow, Found, HintOut, PersonRow, UnitRow};
use crate::kin;
use crate::kind::{Hint, Place, Try, Typed};
use crate::look::{self, Asked};
use crate::mask::{MaskedAddress, MaskedName, birth};
use crate::measure;
use crate::place::{Building, Dwelling, DwellingId};
use crate::resident::{Resident, number_index};
use crate::whereabouts::{Home, home_of, lives_in};
use crate::words::{Group, How, IdentifierKind, ResidentState};

/// Rows that are shown of each kind.
pub const MOST: usize = 20;
/// Rows that are read to find those of open communities.
const READ: i64 = 200;

sql! {
    BY_NUMBER = "SELECT resident_id FROM resident_identifiers WHERE street_id = $1 AND value_index IN ($2, $3, $4, $5, $6)
        AND known_to IS NULL AND valid_to > $7 ORDER BY id LIMIT 50";
    BY_NAME: Resident = "WHERE street_id = $1 AND name = $2 AND (area BETWEEN $3 AND $4 OR area = $5)
        AND state <> 'merged' AND state <> 'moved' ORDER BY id LIMIT $6";
    BY_READING: Resident = "WHERE street_id = $1 AND reading = $2 AND (area BETWEEN $3 AND $4 OR area = $5)
        AND state <> 'merged' AND state <> 'moved' ORDER BY id LIMIT $6";
    BY_INITIALS: Resident = "WHERE street_id = $1 AND initials = $2 AND (area BETWEEN $3 AND $4 OR area = $5)
        AND state <> 'merged' AND state <> 'moved' ORDER BY id LIMIT $6";
    DWELLINGS: Dwelling = "WHERE street_id = $1 AND dwelling_key = $2 AND closed_at IS NULL ORDER BY unit LIMIT $3";
    BUILDINGS: Building = "WHERE street_id = $1 AND building_key = $2 AND closed_at IS NULL ORDER BY id LIMIT $3";
    BUILDINGS_OF_ESTATE: Building = "WHERE street_id = $1 AND estate = $2 AND closed_at IS NULL ORDER BY id LIMIT $3";
    UNITS_BY_CODE: Unit = "WHERE street_id = $1 AND code = $2 AND closed_at IS NULL ORDER BY id LIMIT $3";
    UNITS_BY_NAME: Unit = "WHERE street_id = $1 AND name = $2 AND closed_at IS NULL ORDER BY id LIMIT $3";
    UNITS_BY_INITIALS: Unit = "WHERE street_id = $1 AND initials = $2 AND closed_at IS NULL ORDER BY id LIMIT $3";
}

/// What the search stands on.
pub struct Ground {
    pub areas: Arc<Areas>,
    pub open: Arc<OpenCommunities>,
}

/// One search under way.
struct Search {
    w: Write,
    ground: Ground,
    within: Option<i64>,
    today: String,
}

/// Finds what a text names.
///
/// # Errors
/// [`Error::Forbidden`] for a post that finds nothing anywhere; [`Error::Barred`] under an alarm.
pub async fn find(
    w: Write,
    asked: Asked,
    typed: Typed,
    within: Option<i64>,
    ground: Ground,
) -> Result<Found, Error> {
    let caller = w.call().caller()?.clone();
    let [people, places, units] = ["resident:find", "dwelling:read", "unit:read"]
        .map(|right| w.app().policy().scope(&caller, right, w.now()));
    if people.is_empty && places.is_empty && units.is_empty {
        return Err(Error::forbidden());
    }
    look::enter(&w, &asked, "resident:find").await?;
    let search = Search { today: day_of(w.now()), w: w.clone(), ground, within };
    let mut found = Found {
        kind: typed.kind,
        people: Vec::new(),
        dwellings: Vec::new(),
        buildings: Vec::new(),
        units: Vec::new(),
        more: false,
        hints: typed.hint.map(HintOut::from).into_iter().collect(),
    };
    let mut seen = search.people(&people, &typed.tries).await?;
    if let (true, Some(sound)) = (seen.is_empty(), &typed.sounds) {
        seen = search.people(&people, &[Try::Reading(sound.clone())]).await?;
        if !seen.is_empty() && seen.len() <= MOST {
            found.hints.push(Hint::Sound.into());
        }
    }
    if seen.len() > MOST {
        (found.more, seen) = (true, Vec::new());
    }
    search.buildings_and_dwellings(&places, &typed.tries, &mut found).await?;
    search.units(&units, &typed.tries, &mut found).await?;
    if found.more {
        found.hints.push(Hint::More.into());
    }
    search.list(&caller, &asked, seen, &mut found).await?;
    Ok(found)
}

/// Codes of areas between which a row must lie, or the one that it must be.
struct Bounds {
    streets: Vec<i64>,
    low: i64,
    high: i64,
    exact: i64,
}

impl Search {
    /// What a scope and the area that was named have in common.
    fn bounds(&self, scope: &Scope) -> Option<Bounds> {
        let (mut street, mut low, mut high, mut exact) = (scope.street, scope.low, scope.high, scope.exact);
        if scope.is_empty {
            return None;
        }
        if let Some(within) = self.within.filter(|within| *within >= 1_000_000) {
            let contains = std::iter::successors(Some(exact), |code| Some(code / 1000))
                .take(5)
                .any(|code| code == within);
            if scope.covers(&Thing::at(within)) {
                street = std::iter::successors(Some(within), |code| Some(code / 1000))
                    .find(|code| *code < 1_000_000_000);
                if within >= 1_000_000_000 {
                    (low, high, exact) = (within * 1000, within * 1000 + 999, within);
                }
            } else if !contains && street != Some(within) {
                return None;
            }
        }
        let of_scope = |known: &i64| scope.district.is_none_or(|district| known / 1000 == district);
        let streets = match street {
            Some(street) => vec![street],
            None => self.ground.areas.streets().iter().copied().filter(of_scope).collect(),
        };
        Some(Bounds { streets, low, high, exact })
    }

    /// Rows of open communities, within the bounds.
    fn shows(&self, scope: &Scope, bounds: &Bounds, area: i64) -> bool {
        let inside = (bounds.low..=bounds.high).contains(&area) || area == bounds.exact;
        inside && scope.covers(&Thing::at(area)) && self.ground.open.is_open(area)
    }

    /// Everybody whom one of these names exactly; stops as soon as there are too many.
    async fn people(&self, scope: &Scope, tries: &[Try]) -> Result<Vec<Resident>, Error> {
        let Some(bounds) = self.bounds(scope) else { return Ok(Vec::new()) };
        let own = kin::own(&self.w).await?;
        let mut all: Vec<Resident> = Vec::new();
        for street in &bounds.streets {
            for one in tries {
                let rows = self.people_of(*street, one, &bounds).await?;
                for resident in rows {
                    let known = all
                        .iter()
                        .any(|known| (known.street_id, known.id) == (resident.street_id, resident.id));
                    let gone = matches!(resident.state, ResidentState::Merged | ResidentState::Moved);
                    let is_own = own == Some(resident.wire_id());
                    if !known && !gone && !is_own && self.shows(scope, &bounds, resident.area) {
                        all.push(resident);
                    }
                }
                if all.len() > MOST {
                    return Ok(all);
                }
            }
        }
        Ok(all)
    }

    async fn people_of(&self, street: i64, one: &Try, bounds: &Bounds) -> Result<Vec<Resident>, Error> {
        let (sql, text) = match one {
            Try::Number(number) => {
                let kinds = IdentifierKind::ALL.iter().filter(|kind| **kind != IdentifierKind::Phone);
                let indexes = kinds.map(|kind| number_index(self.w.app(), *kind, number)).collect();
                return self.with_index(street, indexes).await;
            }
            Try::Phone(digits) => {
                let index = number_index(self.w.app(), IdentifierKind::Phone, digits);
                return self.with_index(street, vec![index]).await;
            }
            Try::Name(name) => (&BY_NAME, name),
            Try::Reading(reading) => (&BY_READING, reading),
            Try::Initials(initials) => (&BY_INITIALS, initials),
            Try::UnitCode(_) | Try::UnitName(_) | Try::Place(_) => return Ok(Vec::new()),
        };
        let values = vals![street, text.as_str(), bounds.low, bounds.high, bounds.exact, READ];
        Ok(self.w.query(sql, &values).await?)
    }

    async fn with_index(&self, street: i64, indexes: Vec<Vec<u8>>) -> Result<Vec<Resident>, Error> {
        let mut values: Vec<Value> = vals![street].to_vec();
        values.extend(indexes.iter().cycle().take(5).cloned().map(Value::from));
        values.push(self.today.as_str().into());
        let ids: Vec<(i64,)> = self.w.query(&BY_NUMBER, &values).await?;
        let rows = ids.into_iter().map(|(id,)| {
            let w = &self.w;
            async move { w.find::<Resident>(&vals![street, id]).await }
        });
        Ok(try_join_all(rows).await?.into_iter().flatten().collect())
    }

    async fn buildings_and_dwellings(
        &self,
        scope: &Scope,
        tries: &[Try],
        found: &mut Found,
    ) -> Result<(), Error> {
        let Some(bounds) = self.bounds(scope) else { return Ok(()) };
        let places = tries.iter().filter_map(|one| match one {
            Try::Place(place) => Some(place),
            _ => None,
        });
        for place in places {
            let mut dwellings: Vec<Dwelling> = Vec::new();
            if let Some(key) = &place.dwelling {
                dwellings = self.rows(&DWELLINGS, key, &bounds).await?;
                dwellings.retain(|row| self.shows(scope, &bounds, row.area) && is_of_unit(row, place));
            }
            let mut buildings: Vec<Building> = match (&place.building, dwellings.is_empty()) {
                (Some(key), true) => self.rows(&BUILDINGS, key, &bounds).await?,
                (None, _) => self.rows(&BUILDINGS_OF_ESTATE, &place.estate, &bounds).await?,
                (Some(_), false) => Vec::new(),
            };
            buildings.retain(|row| self.shows(scope, &bounds, row.area));
            found.more |= dwellings.len() > MOST || buildings.len() > MOST;
            let people = dwellings.iter().take(MOST).map(|row| lives_in(&self.w, row, &self.today));
            let people = try_join_all(people).await?;
            found.dwellings.extend(dwellings.into_iter().zip(people).map(|(row, people)| DwellingRow {
                id: row.wire_id(),
                people,
                usage: row.usage,
                area_name: self.ground.areas.name(row.area),
                address: row.address,
            }));
            found.buildings.extend(buildings.into_iter().take(MOST).map(|row| BuildingRow {
                id: row.wire_id(),
                area_name: self.ground.areas.name(row.area),
                estate: row.estate,
                name: row.name,
            }));
        }
        Ok(())
    }

    async fn units(&self, scope: &Scope, tries: &[Try], found: &mut Found) -> Result<(), Error> {
        let Some(bounds) = self.bounds(scope) else { return Ok(()) };
        let mut units: Vec<Unit> = Vec::new();
        for one in tries {
            let (sql, text) = match one {
                Try::UnitCode(code) => (&UNITS_BY_CODE, code),
                Try::UnitName(name) => (&UNITS_BY_NAME, name),
                Try::Initials(initials) => (&UNITS_BY_INITIALS, initials),
                _ => continue,
            };
            units.extend(self.rows::<Unit>(sql, text, &bounds).await?);
        }
        units.retain(|row| self.shows(scope, &bounds, row.area));
        found.more |= units.len() > MOST;
        found.units.extend(units.into_iter().take(MOST).map(|row| UnitRow {
            id: row.wire_id(),
            dwelling: row.dwelling_id.map(|id| DwellingId::new(row.street_id, id)),
            area_name: self.ground.areas.name(row.area),
            name: row.name,
            kind: row.kind,
            code: row.code,
            address: row.address,
        }));
        Ok(())
    }

    async fn rows<T: FromRow>(
        &self,
        sql: &'static Sql,
        text: &str,
        bounds: &Bounds,
    ) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        for street in &bounds.streets {
            all.extend(self.w.query::<T>(sql, &vals![*street, text, READ]).await?);
        }
        Ok(all)
    }

    /// Shows whom the search found, and leaves the traces: street by street for them, once for the search.
    async fn list(
        &self,
        caller: &Caller,
        asked: &Asked,
        seen: Vec<Resident>,
        found: &mut Found,
    ) -> Result<(), Error> {
        let homes = seen.iter().map(|resident| home_of(&self.w, resident, &self.today));
        let homes: Vec<Option<Home>> = try_join_all(homes).await?;
        let groups = [Group::Name, Group::Birth, Group::Address];
        for street in &self.streets_of(&seen) {
            let here: Vec<&Resident> = seen.iter().filter(|resident| resident.street_id == *street).collect();
            let w = self.w.standing_in(self.w.call().clone(), *street, self.w.now());
            look::trace(&w, asked, &here, How::Listed, &groups, None);
        }
        let told = json!({ "kind": found.kind, "purpose": asked.purpose.word, "about": asked.about, "people": seen.len() });
        self.w.record("resident:find", self.w.street(), told);
        measure::count(&self.w, caller.account, How::Listed, seen.len() as i64);
        found.people = seen
            .into_iter()
            .zip(homes)
            .map(|(resident, home)| PersonRow {
                id: resident.wire_id(),
                name: MaskedName::of(&resident.name),
                sex: resident.sex,
                birth: birth(&resident),
                state: resident.state,
                address: home.map(|home| MaskedAddress::building(&home.estate, &home.building)),
                area_name: self.ground.areas.name(resident.area),
            })
            .collect();
        Ok(())
    }

    fn streets_of(&self, seen: &[Resident]) -> Vec<i64> {
        let mut streets: Vec<i64> = seen.iter().map(|resident| resident.street_id).collect();
        streets.sort_unstable();
        streets.dedup();
        streets
    }
}

/// Whether a dwelling is of the unit that was written, where both say one.
fn is_of_unit(row: &Dwelling, place: &Place) -> bool {
    let written = place.unit.as_ref().map(|unit| format!("{unit}单元"));
    written.is_none_or(|unit| row.unit.is_empty() || row.unit == unit)
}
