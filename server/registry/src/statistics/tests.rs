//! Statistics agree with counting by hand, and tell of nobody.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::api::StatisticsOut;
use super::census::{Census, Counted, Home, NEVER, Stay, Trader, lies_in};
use crate::words::{Sex, Usage};

const GRIDS: [i64; 4] = [450_204_006_001_001, 450_204_006_001_002, 450_204_006_002_001, 450_204_007_001_001];
const AREAS: [i64; 7] = [
    450_204,
    450_204_006,
    450_204_007,
    450_204_006_001,
    450_204_006_001_001,
    450_204_006_001_002,
    450_204_006_002_001,
];

fn days() -> impl Strategy<Value = i64> {
    (2020_i64..2027, 1_i64..13, 1_i64..29).prop_map(|(year, month, day)| year * 10_000 + month * 100 + day)
}

fn census() -> impl Strategy<Value = Census> {
    let homes = prop::collection::vec((0_usize..4, 0_usize..Usage::ALL.len()), 1..60);
    let people = prop::collection::vec(
        (0_usize..4, 0_usize..3, 1930_i64..2027, days(), prop::option::of(days()), 0_usize..60, days()),
        0..400,
    );
    (homes, people).prop_map(|(homes, people)| {
        let mut census = Census::default();
        for (grid, usage) in homes {
            census.homes.push(Home { area: GRIDS[grid], usage: Usage::ALL[usage], closed: NEVER });
        }
        for (grid, sex, born, since, until, home, from) in people {
            let first = census.stays.len() as u32;
            if home < census.homes.len() {
                census.stays.push(Stay { home: home as u32, from, to: NEVER });
            }
            census.people.push(Counted {
                area: GRIDS[grid],
                sex: Sex::ALL[sex],
                born: if born % 17 == 0 { 0 } else { born * 10_000 + 615 },
                since,
                until: until.unwrap_or(NEVER),
                stays: (first, census.stays.len() as u32),
            });
            census.traders.push(Trader { area: GRIDS[grid], opened: since, closed: NEVER });
        }
        census
    })
}

fn published(census: &Census, area: i64, on: i64) -> Json {
    let name = platform::Text::new("某地", "somewhere");
    let out = StatisticsOut::new((area, name), "2026-11-30", platform::Millis(0), &census.count(area, on));
    serde_json::to_value(out).unwrap()
}

/// Every published number by where it stands; `<10` is none.
fn cells(out: &Json) -> Vec<(String, Option<i64>)> {
    fn walk(path: String, value: &Json, all: &mut Vec<(String, Option<i64>)>) {
        match value {
            Json::Object(fields) => {
                fields.iter().for_each(|(key, value)| walk(format!("{path}/{key}"), value, all));
            }
            Json::Array(items) => {
                items.iter().enumerate().for_each(|(nth, value)| walk(format!("{path}/{nth}"), value, all));
            }
            Json::String(text) if text == "<10" => all.push((path, None)),
            Json::Number(number) => all.push((path, number.as_i64())),
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk(String::new(), out, &mut all);
    all.retain(|(path, _)| !path.ends_with("/from") && !path.ends_with("/to") && path != "/counted_at");
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No number below ten is published, and no two answers differ by fewer than ten people.
    #[test]
    fn small_cells(census in census(), days in prop::collection::vec(days(), 4)) {
        let mut answers: Vec<Vec<(String, Option<i64>)>> = Vec::new();
        for area in AREAS {
            for on in &days {
                answers.push(cells(&published(&census, area, *on)));
            }
        }
        for answer in &answers {
            prop_assert!(answer.len() > 40);
            for (path, cell) in answer {
                prop_assert!(cell.is_none_or(|count| count >= 10 && count % 10 == 0), "{path}: {cell:?}");
            }
        }
        // All numbers of people that anybody can subtract from one another, wherever they stand.
        let mut all: Vec<i64> = answers.iter().flatten().map(|(_, cell)| cell.unwrap_or(0)).collect();
        all.sort_unstable();
        all.dedup();
        prop_assert!(all.windows(2).all(|pair| pair[1] - pair[0] >= 10), "{all:?}");
    }

    /// A census counts as somebody would who went through the list with a pencil.
    #[test]
    fn a_count_is_what_counting_by_hand_gives(census in census(), on in days(), area in 0_usize..7) {
        let area = AREAS[area];
        let here: Vec<&Counted> = census.people.iter().filter(|person| {
            let stays = &census.stays[person.stays.0 as usize..person.stays.1 as usize];
            let stay = stays.iter().rfind(|stay| stay.from <= on && on < stay.to);
            let place = match (stay, stays) {
                (Some(stay), _) => census.homes[stay.home as usize].area,
                (None, []) if person.since <= on => person.area,
                _ => return false,
            };
            on < person.until && lies_in(place, area)
        }).collect();
        let tally = census.count(area, on);
        prop_assert_eq!(tally.people(), here.len() as i64);
        let women = here.iter().filter(|person| person.sex == Sex::Female).count() as i64;
        prop_assert_eq!(tally.sexes()[1], women);
        let old = here.iter().filter(|person| person.born > 0 && on - person.born >= 650_000).count() as i64;
        prop_assert_eq!(census.aged(area, on, 65..=150), old);
        let old: i64 = tally.bands[13..].iter().flatten().sum();
        prop_assert_eq!(census.aged(area, on, 65..=150), old);
        prop_assert_eq!(census.aged(area, on, 0..=i64::MAX), here.len() as i64);
        prop_assert_eq!(tally.units, census.traders.iter().filter(|unit| unit.opened <= on && lies_in(unit.area, area)).count() as i64);
    }
}

#[test]
fn an_area_lies_in_itself_and_in_what_stands_above_it() {
    assert!(lies_in(450_204_006_003_001, 450_204_006_003) && lies_in(450_204, 450_204));
    assert!(!lies_in(450_204_006, 450_204_006_003) && !lies_in(450_204_006_003, 450_204_007));
}
