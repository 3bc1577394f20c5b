//! What the register answers where a form asks for numbers: as statistics are published, so that no row tells of a person.

use areas::{AreaCode, Directory as Areas};
use registry::{Census, Rounded, Usage};

use super::field::Known;
use super::values::Writing;

/// A place that a form of numbers has a row for.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub area: i64,
    /// The day, such as 20261130.
    pub on: i64,
}

/// The value of a column for a place; empty where the register has none.
pub fn value(writing: &Writing<'_>, census: &Census, place: Place, nth: usize, field: Known) -> String {
    let Place { area, on } = place;
    let aged = |from: i64, to: i64| Rounded::of(census.aged(area, on, from..=to)).to_string();
    let of = |count: i64| Rounded::of(count).to_string();
    match field {
        Known::Serial => (nth + 1).to_string(),
        Known::Under7 => aged(0, 6),
        Known::Under18 => aged(0, 17),
        Known::WorkingAge => aged(18, 59),
        Known::Over60 => aged(60, 150),
        Known::Over65 => aged(65, 150),
        Known::Over80 => aged(80, 150),
        Known::Grids => grids(writing.areas, area).to_string(),
        Known::People
        | Known::Men
        | Known::Women
        | Known::Households
        | Known::Dwellings
        | Known::Rented
        | Known::Vacant
        | Known::Shops
        | Known::Units => {
            let tally = census.count(area, on);
            let [men, women, _] = tally.sexes();
            let used = |usages: &[Usage]| {
                usages.iter().map(|usage| tally.usages.get(usage).copied().unwrap_or_default()).sum()
            };
            of(match field {
                Known::People => tally.people(),
                Known::Men => men,
                Known::Women => women,
                Known::Households => tally.households,
                Known::Rented => used(&[Usage::Rented, Usage::Group]),
                Known::Vacant => used(&[Usage::Vacant]),
                Known::Shops => used(&[Usage::Shop]),
                Known::Units => tally.units,
                _ => tally.usages.values().sum(),
            })
        }
        field => writing.of_place(field, area).unwrap_or_default(),
    }
}

fn grids(areas: &Areas, area: i64) -> usize {
    AreaCode::try_from(area).map_or(0, |code| areas.children(code).count())
}
