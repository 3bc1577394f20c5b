//! Entering buildings and dwellings into the register, and changing them.

use std::sync::Arc;

use areas::Position;
use chinese::address;
use platform::{Error, Text, Thing, Write};
use serde_json::json;
use store::{Tx, sql, vals};

use crate::community::must_be_open;
use crate::days::day_of;
use crate::dwell::{building_by_key, open_building, open_dwelling};
use crate::place::{Building, BuildingId, Dwelling, DwellingId};
use crate::resident::OPEN;
use crate::settle::lived_in;
use crate::site::Site;
use crate::words::{ResidenceKind, Usage};

/// Floors of a building.
const FLOORS: std::ops::RangeInclusive<i64> = 1..=150;
/// The lowest and the highest floor of a dwelling.
const FLOOR: std::ops::RangeInclusive<i64> = -9..=150;

sql! {
    SAME = "SELECT id FROM dwellings WHERE street_id = $1 AND dwelling_key = $2 AND unit = $3 LIMIT 1";
    STANDING = "SELECT id FROM dwellings WHERE street_id = $1 AND building_id = $2 AND closed_at IS NULL LIMIT 1";
    MOVE_DWELLINGS = "UPDATE dwellings SET area = $3, version = version + 1 WHERE street_id = $1 AND building_id = $2";
    MOVE_UNITS = "UPDATE units SET area = $3, version = version + 1 WHERE street_id = $1 AND dwelling_id IN
        (SELECT d.id FROM dwellings d WHERE d.street_id = $1 AND d.building_id = $2)";
    /// Who lives in a building goes with it when its grid is another.
    MOVE_RESIDENTS = "UPDATE residents SET area = $3, version = version + 1 WHERE street_id = $1 AND id IN
        (SELECT r.resident_id FROM residences r JOIN dwellings d ON d.street_id = r.street_id AND d.id = r.dwelling_id
         WHERE r.street_id = $1 AND d.street_id = $1 AND d.building_id = $2 AND r.kind = $4 AND r.known_to IS NULL AND r.valid_to = $5)";
}

/// What is changed of a building.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BuildingChange {
    pub area: Option<i64>,
    pub floors: Option<i64>,
    pub point: Option<Position>,
    pub closed: Option<bool>,
}

/// What is changed of a dwelling.
#[derive(Clone, Debug, Default)]
pub(crate) struct DwellingChange {
    pub usage: Option<Usage>,
    pub floor: Option<i64>,
    pub unit: Option<String>,
    pub closed: Option<bool>,
}

/// Enters a building.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`]; [`Error::Conflict`] for one that is in the register, or where that is closed.
pub(crate) async fn add_building(
    w: &Write,
    (street, area): (i64, i64),
    site: &Site,
    change: BuildingChange,
) -> Result<Building, Error> {
    w.require("dwelling:edit", &Thing::at(area))?;
    must_be_open(w, area).await?;
    if building_by_key(w, street, &site.building_key).await?.is_some() {
        return Err(Error::conflict(Text::new("该楼栋已登记", "this building is in the register")));
    }
    let building = open_building(w, (street, area), site).await?;
    w.record("building:add", building.wire_id(), json!({ "area": area }));
    let is_plain = change.floors.is_none() && change.point.is_none();
    if is_plain { Ok(building) } else { write_building(w, building, change).await }
}

/// Changes a building, if nobody changed it since `version` was read.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] when somebody did, or when dwellings stand in one that is to be closed.
pub(crate) async fn edit_building(
    w: &Write,
    id: BuildingId,
    version: i64,
    change: BuildingChange,
) -> Result<Building, Error> {
    let building = building_of(w, id).await?;
    w.require("dwelling:edit", &building.thing())?;
    if let Some(area) = change.area {
        w.require("dwelling:edit", &Thing::at(area))?;
        must_be_open(w, area).await?;
        if crate::community::community_of(area).map(|code| code / 1000) != Some(building.street_id) {
            return Err(Error::field(
                "area",
                Text::new("请选择本街道的网格", "choose a grid of this street"),
            ));
        }
    }
    same_version(building.version, version)?;
    if change.closed == Some(true) {
        let standing: Option<(i64,)> = w.opt(&STANDING, &vals![building.street_id, building.id]).await?;
        if standing.is_some() {
            return Err(Error::conflict(Text::new(
                "楼内还有未注销的房屋",
                "dwellings stand in this building",
            )));
        }
    }
    let moves = change.area.filter(|area| *area != building.area);
    let building = write_building(w, building, change).await?;
    if let Some(area) = moves {
        let key = vals![building.street_id, building.id, area];
        w.exec(&MOVE_DWELLINGS, &key).await?;
        w.exec(&MOVE_UNITS, &key).await?;
        let living = vals![building.street_id, building.id, area, ResidenceKind::Living, OPEN];
        w.exec(&MOVE_RESIDENTS, &living).await?;
    }
    w.record("building:edit", id, json!({ "version": building.version, "area": building.area }));
    Ok(building)
}

async fn write_building(w: &Write, old: Building, change: BuildingChange) -> Result<Building, Error> {
    if change.floors.is_some_and(|floors| !FLOORS.contains(&floors)) {
        return Err(Error::field("floors", Text::new("楼层数应为 1 至 150", "1 to 150 floors")));
    }
    let mut new = Building {
        area: change.area.unwrap_or(old.area),
        floors: change.floors.or(old.floors),
        lon: change.point.map(Position::lon).or(old.lon),
        lat: change.point.map(Position::lat).or(old.lat),
        closed_at: match change.closed {
            Some(true) => old.closed_at.or(Some(w.now())),
            Some(false) => None,
            None => old.closed_at,
        },
        ..old
    };
    w.update(&new).await?;
    new.version += 1;
    Ok(new)
}

/// The site of a room in a building, as somebody numbers them.
///
/// # Errors
/// [`Error::Invalid`] for what is no number of a room.
pub(crate) fn site_of(building: &Building, unit: &str, room: &str) -> Result<Site, Error> {
    let unit = match unit.trim().trim_end_matches("单元") {
        "" => String::new(),
        number => format!("{number}单元"),
    };
    let room = room.trim().trim_end_matches('室');
    let text = format!("{}{}{unit}{room}室", building.estate, building.name);
    let read = address::read(&text);
    let site =
        Site::of(&read).filter(|site| site.building_key == building.building_key && read.unread.is_empty());
    site.filter(|site| site.dwelling_key.is_some() && site.unit.is_empty() == unit.is_empty()).ok_or_else(
        || {
            Error::field(
                "room",
                Text::new(
                    "请填写门牌，如 501；单元如 2",
                    "give the room, such as 501, and the unit, such as 2",
                ),
            )
        },
    )
}

/// Enters a dwelling of a building.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`]; [`Error::Conflict`] for one that is in the register.
pub(crate) async fn add_dwelling(
    w: &Write,
    id: BuildingId,
    (unit, room): (&str, &str),
    change: DwellingChange,
) -> Result<Dwelling, Error> {
    let building = building_of(w, id).await?;
    w.require("dwelling:edit", &building.thing())?;
    let mut site = site_of(&building, unit, room)?;
    site.floor = floor_of(change.floor)?.or(site.floor);
    unique(w, building.street_id, &site).await?;
    let dwelling = open_dwelling(w, &building, &site, change.usage.unwrap_or(Usage::Unknown)).await?;
    w.record("dwelling:add", dwelling.wire_id(), json!({ "building": id, "usage": dwelling.usage }));
    Ok(dwelling)
}

/// Changes a dwelling, if nobody changed it since `version` was read.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] when somebody did, and for closing one in which somebody lives.
pub(crate) async fn edit_dwelling(
    w: &Write,
    id: DwellingId,
    version: i64,
    change: DwellingChange,
) -> Result<Dwelling, Error> {
    let old = dwelling_of(w, id).await?;
    w.require("dwelling:edit", &old.thing())?;
    same_version(old.version, version)?;
    let mut new = Dwelling { floor: floor_of(change.floor)?.or(old.floor), ..old.clone() };
    if let Some(usage) = change.usage {
        (new.usage, new.usage_at) = (usage, Some(w.now()));
    }
    if let Some(unit) = change.unit {
        let building = building_of(w, BuildingId::new(old.street_id, old.building_id)).await?;
        let site = site_of(&building, &unit, &old.room)?;
        if site.unit != old.unit {
            unique(w, old.street_id, &site).await?;
        }
        (new.unit, new.address) = (site.unit, site.address);
    }
    match change.closed {
        Some(true) => {
            let today = day_of(w.now());
            if !lived_in(w, (old.street_id, old.id), &today, w.now()).await?.is_empty() {
                return Err(Error::conflict(Text::new(
                    "该房屋还有人居住",
                    "somebody lives in this dwelling",
                )));
            }
            new.closed_at = old.closed_at.or(Some(w.now()));
        }
        Some(false) => new.closed_at = None,
        None => {}
    }
    w.update(&new).await?;
    new.version += 1;
    w.record("dwelling:edit", id, json!({ "version": new.version, "usage": new.usage }));
    Ok(new)
}

async fn unique(w: &Write, street: i64, site: &Site) -> Result<(), Error> {
    let key = site.dwelling_key.as_deref().unwrap_or_default();
    let same: Option<(i64,)> = w.opt(&SAME, &vals![street, key, site.unit.as_str()]).await?;
    match same {
        None => Ok(()),
        Some(_) => Err(Error::conflict(Text::new("该房屋已登记", "this dwelling is in the register"))),
    }
}

fn floor_of(floor: Option<i64>) -> Result<Option<i64>, Error> {
    match floor {
        Some(floor) if !FLOOR.contains(&floor) => {
            Err(Error::field("floor", Text::new("楼层应为 -9 至 150", "a floor from -9 to 150")))
        }
        floor => Ok(floor),
    }
}

/// A building where the register is open.
///
/// # Errors
/// [`Error::Missing`].
pub(crate) async fn building_of(r: &Tx, id: BuildingId) -> Result<Building, Error> {
    let found: Option<Building> = r.find(&vals![id.street, id.id]).await?;
    let found = found.ok_or(Error::Missing("building"))?;
    match crate::community::is_open(r, found.area).await? {
        true => Ok(found),
        false => Err(Error::Missing("building")),
    }
}

/// A dwelling where the register is open.
///
/// # Errors
/// [`Error::Missing`].
pub(crate) async fn dwelling_of(r: &Tx, id: DwellingId) -> Result<Dwelling, Error> {
    let found: Option<Dwelling> = r.find(&vals![id.street, id.id]).await?;
    let found = found.ok_or(Error::Missing("dwelling"))?;
    match crate::community::is_open(r, found.area).await? {
        true => Ok(found),
        false => Err(Error::Missing("dwelling")),
    }
}

/// Refuses an edit of what somebody else changed in between.
///
/// # Errors
/// [`Error::Conflict`] with the version that stands.
pub(crate) fn same_version(stands: i64, read: i64) -> Result<(), Error> {
    if stands == read {
        return Ok(());
    }
    let detail =
        Text::new("内容刚被他人修改，请刷新后重试", "someone changed it just now; refresh and try again");
    Err(Error::Conflict { detail, current: Some(Arc::new(json!({ "version": stands }))) })
}
