//! The demo's buildings go into the register before anybody moves in: each in a grid of its community.

use std::collections::HashSet;

use areas::{AreaCode, Directory, Position};
use platform::{App, Call, Error};
use registry::{Dwelling, Site, Surveyed, Usage};

use super::super::draw::Draw;
use super::District;
use super::estates::Estates;

/// Metres between two buildings, in degrees of longitude and latitude.
const APART: (f64, f64) = (0.000_55, 0.000_45);

/// Opens the register in every community and enters all buildings; gives the dwellings as they were entered, in the order
/// of the district's own.
///
/// # Errors
/// What the verbs answer.
pub async fn enter(app: &App, district: &District, shops: &[usize]) -> Result<Vec<Dwelling>, Error> {
    let areas = app.snapshot::<Directory>().await?;
    let mut draw = Draw::new(31);
    let homes: HashSet<usize> = district.people.households.iter().map(|one| one.home).collect();
    let shops: HashSet<usize> = shops.iter().copied().collect();
    let mut entered = Vec::with_capacity(district.estates.dwellings.len());
    let call = Call::program("demo");
    let mut surveyed = surveyed(&district.estates, &areas, district, (&homes, &shops), &mut draw)?;
    for (nth, place) in district.places.iter().enumerate() {
        let code = AreaCode::try_from(place.code).map_err(Error::internal)?;
        let street = code.street_id().unwrap_or_default();
        let here: Vec<Surveyed> =
            surveyed.iter_mut().filter(|(at, _)| *at == nth).filter_map(|(_, one)| one.take()).collect();
        let work = app.write(&call, street, move |w| async move {
            registry::set_open(&w, code, true).await?;
            registry::survey(&w, code.value(), here).await
        });
        entered.extend(work.await?);
    }
    Ok(entered)
}

/// Every building with the number of its place, in the order of the district.
fn surveyed(
    estates: &Estates,
    areas: &Directory,
    district: &District,
    (homes, shops): (&HashSet<usize>, &HashSet<usize>),
    draw: &mut Draw,
) -> Result<Vec<(usize, Option<Surveyed>)>, Error> {
    let mut all = Vec::with_capacity(estates.buildings.len());
    let mut dwellings = estates.dwellings.iter().enumerate().peekable();
    let mut last_estate = None;
    let mut grid = 0;
    for (nth, building) in estates.buildings.iter().enumerate() {
        let none = || Error::internal("a building of the demo stands nowhere");
        let estate = estates.estates.get(building.estate).ok_or_else(none)?;
        let place = district.places.get(estate.place).ok_or_else(none)?;
        // A large estate spreads over some grids of its community, four buildings to each.
        if last_estate != Some(building.estate) || building.number % 4 == 1 {
            last_estate = Some(building.estate);
            grid = draw.of(&place.grids).copied().unwrap_or(place.code);
        }
        let site = |door: &str| {
            let address = chinese::address::read(&format!("{}{}栋{door}", estate.name, building.number));
            Site::of(&address).ok_or_else(|| Error::internal("an address of the demo is not read"))
        };
        let mut rooms = Vec::new();
        while let Some((at, dwelling)) = dwellings.next_if(|(_, dwelling)| dwelling.building == nth) {
            let usage = match (shops.contains(&at), homes.contains(&at)) {
                (true, _) => Usage::Shop,
                (_, false) => Usage::Vacant,
                (_, true) => match draw.between(1, 100) {
                    ..=66 => Usage::Owner,
                    67..=88 => Usage::Rented,
                    89..=91 => Usage::Group,
                    _ => Usage::Unknown,
                },
            };
            rooms.push((site(&format!("{}单元{}室", dwelling.unit, dwelling.room))?, usage));
        }
        let surveyed = Surveyed {
            site: site("")?,
            area: grid,
            floors: building.floors,
            point: point(areas, grid, building.number),
            dwellings: rooms,
        };
        all.push((estate.place, Some(surveyed)));
    }
    Ok(all)
}

/// Beside the middle of the grid, as long as that lies in it.
fn point(areas: &Directory, grid: i64, number: i64) -> Option<Position> {
    let code = AreaCode::try_from(grid).ok()?;
    let middle = areas.label_point(code)?;
    let step = number as f64;
    let (east, north) = (APART.0 * ((step % 4.0) - 1.5), APART.1 * ((step / 4.0).floor() - 1.0));
    let beside = Position::new(middle.lon() + east, middle.lat() + north).ok()?;
    Some(beside).filter(|beside| areas.locate(*beside) == Some(code)).or(Some(middle))
}
