//! Reading the census: sex, birth date and dwelling of everybody, never a name or a number.

use std::collections::HashMap;

use platform::{Error, Millis, Read};
use store::{row, sql, vals};

use super::census::{Census, Counted, Day, Home, NEVER, Stay, Trader};
use crate::words::{ResidentState, Sex, Usage};

row! {
    struct PersonRow {
        id: i64, area: i64, state: ResidentState, sex: Sex, birth_date: Option<String>, birth_year: Option<i64>,
        since: String, ended_on: Option<String>,
    }
}
row! {
    struct StayRow { resident_id: i64, dwelling_id: i64, valid_from: String, valid_to: String }
}
row! {
    struct HomeRow { id: i64, area: i64, usage: Usage, closed_at: Option<Millis> }
}
row! {
    struct UnitRow { area: i64, opened_on: Option<String>, closed_at: Option<Millis> }
}

sql! {
    STREETS city = "SELECT DISTINCT street_id FROM registry_communities ORDER BY street_id LIMIT 10000";
    PEOPLE = "SELECT id, area, state, sex, birth_date, birth_year, since, ended_on FROM residents
        WHERE street_id = $1 AND state <> 'merged' ORDER BY id LIMIT 10000000";
    STAYS = "SELECT resident_id, dwelling_id, valid_from, valid_to FROM residences
        WHERE street_id = $1 AND kind IN ('living', 'renting', 'staying') AND known_to IS NULL
        ORDER BY resident_id, id LIMIT 10000000";
    HOMES = "SELECT id, area, usage, closed_at FROM dwellings WHERE street_id = $1 ORDER BY id LIMIT 10000000";
    UNITS = "SELECT area, opened_on, closed_at FROM units WHERE street_id = $1 ORDER BY id LIMIT 10000000";
}

/// `2026-11-30` as a number; nothing where the text is no day.
pub fn day(text: &str) -> Option<Day> {
    let digits = |from, to| text.get(from..to)?.parse::<i64>().ok();
    Some(digits(0, 4)? * 10_000 + digits(5, 7)? * 100 + digits(8, 10)?)
}

fn day_of(at: Millis) -> Day {
    day(&at.beijing_date().to_string()).unwrap_or(NEVER)
}

/// The census of all streets whose register was ever opened.
///
/// # Errors
/// What the store answers.
pub async fn census(r: &Read) -> Result<Census, Error> {
    let mut census = Census { taken_at: r.now(), ..Census::default() };
    let streets: Vec<(i64,)> = r.query(&STREETS, &vals![]).await?;
    for (street,) in streets {
        let homes = enter_homes(r, &mut census, street).await?;
        enter_people(r, &mut census, street, &homes).await?;
        let units: Vec<UnitRow> = r.query(&UNITS, &vals![street]).await?;
        census.traders.extend(units.into_iter().map(|unit| Trader {
            area: unit.area,
            opened: unit.opened_on.as_deref().and_then(day).unwrap_or(0),
            closed: unit.closed_at.map_or(NEVER, day_of),
        }));
    }
    Ok(census)
}

/// The dwellings of a street, and the number of each by its id.
async fn enter_homes(r: &Read, census: &mut Census, street: i64) -> Result<HashMap<i64, u32>, Error> {
    let rows: Vec<HomeRow> = r.query(&HOMES, &vals![street]).await?;
    let mut numbers = HashMap::with_capacity(rows.len());
    for row in rows {
        numbers.insert(row.id, u32::try_from(census.homes.len()).map_err(Error::internal)?);
        let closed = row.closed_at.map_or(NEVER, day_of);
        census.homes.push(Home { area: row.area, usage: row.usage, closed });
    }
    Ok(numbers)
}

async fn enter_people(
    r: &Read,
    census: &mut Census,
    street: i64,
    homes: &HashMap<i64, u32>,
) -> Result<(), Error> {
    let people: Vec<PersonRow> = r.query(&PEOPLE, &vals![street]).await?;
    let stays: Vec<StayRow> = r.query(&STAYS, &vals![street]).await?;
    let mut stays = stays.into_iter().peekable();
    let place = |census: &Census| u32::try_from(census.stays.len()).map_err(Error::internal);
    for person in people {
        let first = place(census)?;
        // Both lists are in the order of the residents; stays of those who were merged have nobody here.
        while let Some(stay) = stays.next_if(|stay| stay.resident_id <= person.id) {
            let home = homes.get(&stay.dwelling_id).filter(|_| stay.resident_id == person.id);
            let days = (day(&stay.valid_from), day(&stay.valid_to));
            if let (Some(home), (Some(from), Some(to))) = (home, days) {
                census.stays.push(Stay { home: *home, from, to });
            }
        }
        let in_summer = |year: i64| year * 10_000 + 701;
        let born = person.birth_date.as_deref().and_then(day).or(person.birth_year.map(in_summer));
        let ended = person.ended_on.as_deref().and_then(day);
        let until = match person.state {
            ResidentState::Living => NEVER,
            _ => ended.unwrap_or(0),
        };
        census.people.push(Counted {
            area: person.area,
            sex: person.sex,
            born: born.unwrap_or(0),
            since: day(&person.since).unwrap_or(0),
            until,
            stays: (first, place(census)?),
        });
    }
    Ok(())
}
