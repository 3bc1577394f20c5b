//! Finding the dwelling that an address names, and opening it with its building where the register has none yet.

use areas::AreaRow;
use chinese::address::Address;
use platform::{Error, Write};
use store::{Tx, sql, vals};

use crate::community::is_open;
use crate::place::{Building, Dwelling};
use crate::site::Site;
use crate::words::Usage;

sql! {
    BUILDING: Building = "WHERE street_id = $1 AND building_key = $2 LIMIT 1";
    DWELLINGS: Dwelling = "WHERE street_id = $1 AND dwelling_key = $2 ORDER BY id LIMIT 100";
    COMMUNITIES: AreaRow = "WHERE id BETWEEN $1 AND $2 AND valid_to IS NULL ORDER BY id LIMIT 1000";
}

/// The dwelling of a street that an address names; it is opened with its building where there is none, in the community that
/// the address names, else in the area given.
///
/// None where the address names no dwelling or lies in another street, where it leaves out the unit and several fit, and
/// where the register is closed.
///
/// # Errors
/// What the store answers.
pub async fn dwelling_for(
    w: &Write,
    street: i64,
    address: &Address,
    area_hint: i64,
) -> Result<Option<Dwelling>, Error> {
    door_of(w, street, address, (Some(area_hint), None)).await
}

/// The same where the area may be unknown: then only a building that is known gets a new dwelling. For somebody who lives in
/// `now_at` a unit that is left out is the one where they lived.
pub(crate) async fn door_of(
    w: &Write,
    street: i64,
    address: &Address,
    (hint, now_at): (Option<i64>, Option<i64>),
) -> Result<Option<Dwelling>, Error> {
    let Some(site) = Site::of(address) else { return Ok(None) };
    let Some(key) = &site.dwelling_key else { return Ok(None) };
    let Region::Here(community) = region(w, street, address).await? else { return Ok(None) };
    let known: Vec<Dwelling> = w.query(&DWELLINGS, &vals![street, key.as_str()]).await?;
    let found = match pick(known, &site.unit, now_at) {
        Pick::None => match building_for(w, street, &site, community.or(hint)).await? {
            Some(building) => open_dwelling(w, &building, &site, Usage::Unknown).await?,
            None => return Ok(None),
        },
        Pick::One(dwelling) => dwelling,
        Pick::Unnamed(dwelling) => name_unit(w, dwelling, &site).await?,
        Pick::Several => return Ok(None),
    };
    let is_there = found.closed_at.is_none() && is_open(w, found.area).await?;
    Ok(Some(found).filter(|_| is_there))
}

/// Where an address says that it lies.
enum Region {
    Elsewhere,
    /// In this street, and in this community where it names one.
    Here(Option<i64>),
}

async fn region(r: &Tx, street: i64, address: &Address) -> Result<Region, Error> {
    if let Some(name) = &address.street {
        let here: Option<AreaRow> = r.find(&vals![street]).await?;
        if here.is_none_or(|row| areas::short(&row.name_zh) != *name) {
            return Ok(Region::Elsewhere);
        }
    }
    let Some(name) = &address.community else { return Ok(Region::Here(None)) };
    let all: Vec<AreaRow> = r.query(&COMMUNITIES, &vals![street * 1000, street * 1000 + 999]).await?;
    let found = all.iter().find(|row| stem(&areas::short(&row.name_zh)) == stem(name));
    Ok(found.map_or(Region::Elsewhere, |row| Region::Here(Some(row.id))))
}

/// A community is named with or without what kind it is.
fn stem(name: &str) -> &str {
    let short = name.strip_suffix("社区").or_else(|| name.strip_suffix('村'));
    short.filter(|short| !short.is_empty()).unwrap_or(name)
}

enum Pick {
    None,
    One(Dwelling),
    /// The only dwelling with this room, of which nobody named the unit before.
    Unnamed(Dwelling),
    Several,
}

fn pick(mut known: Vec<Dwelling>, unit: &str, now_at: Option<i64>) -> Pick {
    let is_only = known.len() == 1;
    if let Some(at) = known.iter().position(|dwelling| dwelling.unit == unit) {
        return Pick::One(known.swap_remove(at));
    }
    if unit.is_empty() {
        let at = known.iter().position(|dwelling| Some(dwelling.id) == now_at);
        return match at.or_else(|| is_only.then_some(0)) {
            Some(at) => Pick::One(known.swap_remove(at)),
            None if known.is_empty() => Pick::None,
            None => Pick::Several,
        };
    }
    match known.pop() {
        Some(only) if is_only && only.unit.is_empty() => Pick::Unnamed(only),
        _ => Pick::None,
    }
}

async fn name_unit(w: &Write, dwelling: Dwelling, site: &Site) -> Result<Dwelling, Error> {
    let mut named = Dwelling { unit: site.unit.clone(), address: site.address.clone(), ..dwelling };
    w.update(&named).await?;
    named.version += 1;
    Ok(named)
}

/// The building of a site, opened in an area where there is none.
async fn building_for(
    w: &Write,
    street: i64,
    site: &Site,
    area: Option<i64>,
) -> Result<Option<Building>, Error> {
    match (building_by_key(w, street, &site.building_key).await?, area) {
        (Some(building), _) => Ok(Some(building)),
        (None, Some(area)) if is_open(w, area).await? => {
            open_building(w, (street, area), site).await.map(Some)
        }
        _ => Ok(None),
    }
}

/// # Errors
/// What the store answers.
pub(crate) async fn building_by_key(r: &Tx, street: i64, key: &str) -> Result<Option<Building>, Error> {
    Ok(r.opt(&BUILDING, &vals![street, key]).await?)
}

/// # Errors
/// [`Error::Conflict`] when the building is in the register.
pub(crate) async fn open_building(
    w: &Write,
    (street, area): (i64, i64),
    site: &Site,
) -> Result<Building, Error> {
    let building = Building {
        street_id: street,
        id: w.id(),
        version: 1,
        area,
        estate: site.estate.clone(),
        name: site.building.clone(),
        building_key: site.building_key.clone(),
        floors: None,
        lon: None,
        lat: None,
        created_at: w.now(),
        closed_at: None,
    };
    w.insert(&building).await?;
    Ok(building)
}

/// # Errors
/// [`Error::Conflict`] when the dwelling is in the register; [`Error::Internal`] for a site without one.
pub(crate) async fn open_dwelling(
    w: &Write,
    building: &Building,
    site: &Site,
    usage: Usage,
) -> Result<Dwelling, Error> {
    let key = site.dwelling_key.clone().ok_or_else(|| Error::internal("the site names no dwelling"))?;
    let dwelling = Dwelling {
        street_id: building.street_id,
        id: w.id(),
        version: 1,
        building_id: building.id,
        area: building.area,
        unit: site.unit.clone(),
        floor: site.floor,
        room: site.room.clone(),
        address: site.address.clone(),
        dwelling_key: key,
        usage,
        usage_at: (usage != Usage::Unknown).then(|| w.now()),
        created_at: w.now(),
        closed_at: None,
    };
    w.insert(&dwelling).await?;
    Ok(dwelling)
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::Millis;

    fn dwelling(id: i64, unit: &str) -> Dwelling {
        Dwelling {
            street_id: 1,
            id,
            version: 1,
            building_id: 1,
            area: 1,
            unit: unit.to_owned(),
            floor: None,
            room: "501".to_owned(),
            address: String::new(),
            dwelling_key: String::new(),
            usage: Usage::Unknown,
            usage_at: None,
            created_at: Millis(0),
            closed_at: None,
        }
    }

    fn picked(known: &[(i64, &str)], unit: &str, now_at: Option<i64>) -> String {
        match pick(known.iter().map(|(id, unit)| dwelling(*id, unit)).collect(), unit, now_at) {
            Pick::None => "new".to_owned(),
            Pick::One(dwelling) => dwelling.id.to_string(),
            Pick::Unnamed(dwelling) => format!("{} is named", dwelling.id),
            Pick::Several => "several".to_owned(),
        }
    }

    #[test]
    fn a_unit_that_is_left_out_is_not_guessed_where_several_fit() {
        let two = [(1, "1单元"), (2, "2单元")];
        assert_eq!(picked(&[], "", None), "new");
        assert_eq!(picked(&two, "2单元", None), "2");
        assert_eq!(picked(&two, "", None), "several");
        assert_eq!(picked(&two, "", Some(1)), "1");
        assert_eq!(picked(&two, "3单元", Some(1)), "new");
        assert_eq!(picked(&[(1, "1单元")], "", None), "1");
        assert_eq!(picked(&[(1, "")], "2单元", None), "1 is named");
        assert_eq!(picked(&[(1, ""), (2, "2单元")], "3单元", None), "new");
    }

    #[test]
    fn a_community_is_known_with_and_without_its_kind() {
        assert_eq!(
            (stem("银山社区"), stem("银山"), stem("百乐村"), stem("社区")),
            ("银山", "银山", "百乐", "社区")
        );
    }
}
