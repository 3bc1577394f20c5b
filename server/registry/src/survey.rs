//! A survey of buildings (楼栋普查), taken in as a whole: each building with its grid, its floors and its dwellings.

use areas::Position;
use platform::{Error, Text, Thing, Write};
use serde_json::json;

use crate::community::must_be_open;
use crate::place::{Building, Dwelling};
use crate::site::Site;
use crate::words::Usage;

/// A building of the survey.
#[derive(Clone, Debug)]
pub struct Surveyed {
    pub site: Site,
    /// Its grid.
    pub area: i64,
    pub floors: i64,
    pub point: Option<Position>,
    /// Its dwellings, and how each is used.
    pub dwellings: Vec<(Site, Usage)>,
}

/// Enters a community's buildings with their dwellings; none of them may be in the register yet.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] for a dwelling of another building; [`Error::Conflict`] where the register is
/// closed, or for a building that it has.
pub async fn survey(w: &Write, community: i64, surveyed: Vec<Surveyed>) -> Result<Vec<Dwelling>, Error> {
    w.require("dwelling:edit", &Thing::at(community))?;
    must_be_open(w, community).await?;
    let mut buildings = Vec::with_capacity(surveyed.len());
    let mut dwellings = Vec::new();
    for Surveyed { site, area, floors, point, dwellings: rooms } in surveyed {
        let building = Building {
            street_id: w.street(),
            id: w.id(),
            version: 1,
            area,
            estate: site.estate,
            name: site.building,
            building_key: site.building_key,
            floors: Some(floors),
            lon: point.map(Position::lon),
            lat: point.map(Position::lat),
            created_at: w.now(),
            closed_at: None,
        };
        for (site, usage) in rooms {
            let key = site.dwelling_key.filter(|_| site.building_key == building.building_key);
            let elsewhere = || {
                Error::field("dwellings", Text::new("房屋不在该楼栋", "a dwelling is of another building"))
            };
            dwellings.push(Dwelling {
                street_id: w.street(),
                id: w.id(),
                version: 1,
                building_id: building.id,
                area,
                unit: site.unit,
                floor: site.floor,
                room: site.room,
                address: site.address,
                dwelling_key: key.ok_or_else(elsewhere)?,
                usage,
                usage_at: Some(w.now()).filter(|_| usage != Usage::Unknown),
                created_at: w.now(),
                closed_at: None,
            });
        }
        buildings.push(building);
    }
    w.bulk(&buildings).await?;
    w.bulk(&dwellings).await?;
    w.record(
        "building:survey",
        community,
        json!({ "buildings": buildings.len(), "dwellings": dwellings.len() }),
    );
    Ok(dwellings)
}
