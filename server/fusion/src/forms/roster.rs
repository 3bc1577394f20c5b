//! The residents of a form's list, with what the register knows of each: read only inside a look that leaves its trace.

use std::collections::HashMap;

use areas::AreaCode;
use jiff::ToSpan;
use platform::{Error, Millis, Text, Write};
use registry::{Identifier, IdentifierKind, OPEN, ResidenceKind, Resident, Usage};
use staff::GridDuty;
use store::{Tx, row, sql, vals};

use super::Form;
use super::values::{Home, Person};

/// Whom a form asks for, in one place.
#[derive(Clone, Debug)]
pub struct Whom {
    pub street: i64,
    /// A community or a grid.
    pub area: i64,
    /// The first and the last birth date, `YYYY-MM-DD`.
    born: (String, String),
}

/// Before every birth date: who has none is among them where no age is asked for.
const UNKNOWN: &str = "0000-00-00";

row! {
    struct HomeRow {
        resident_id: i64, tie: ResidenceKind, since: String, unit: String, floor: Option<i64>, room: String, usage: Usage,
        estate: String, building: String, dwelling_id: i64,
    }
}
row! {
    struct LivedIn { dwelling_id: i64, people: i64 }
}
row! {
    struct Kept { resident_id: i64, relation: String, head: String }
}

sql! {
    /// A page of them.
    LISTED: Resident = "WHERE street_id = $1 AND (area = $2 OR area BETWEEN $3 AND $4) AND state = 'living'
        AND COALESCE(birth_date, '0000-00-00') BETWEEN $5 AND $6 AND id > $7 ORDER BY id LIMIT $8";
    COUNTED = "SELECT COUNT(*) FROM residents WHERE street_id = $1 AND (area = $2 OR area BETWEEN $3 AND $4)
        AND state = 'living' AND COALESCE(birth_date, '0000-00-00') BETWEEN $5 AND $6 LIMIT 1";
    IDS = "SELECT id FROM residents WHERE street_id = $1 AND (area = $2 OR area BETWEEN $3 AND $4)
        AND state = 'living' AND COALESCE(birth_date, '0000-00-00') BETWEEN $5 AND $6 ORDER BY id LIMIT 100000";
    IDENTIFIERS = "SELECT i.street_id, i.id, i.resident_id, i.kind, i.sealed, i.value_index, i.valid_from, i.valid_to,
            i.source, i.known_from, i.known_to
        FROM residents r JOIN resident_identifiers i ON i.street_id = r.street_id AND i.resident_id = r.id
        WHERE r.street_id = $1 AND (r.area = $2 OR r.area BETWEEN $3 AND $4) AND r.state = 'living'
            AND COALESCE(r.birth_date, '0000-00-00') BETWEEN $5 AND $6 AND r.id > $7 AND r.id <= $8
            AND i.known_to IS NULL AND i.valid_to = $9
        ORDER BY i.id LIMIT 2000";
    HOMES = "SELECT x.resident_id, x.kind, x.valid_from, d.unit, d.floor, d.room, d.usage, b.estate, b.name, d.id
        FROM residents r JOIN residences x ON x.street_id = r.street_id AND x.resident_id = r.id
            JOIN dwellings d ON d.street_id = x.street_id AND d.id = x.dwelling_id
            JOIN buildings b ON b.street_id = d.street_id AND b.id = d.building_id
        WHERE r.street_id = $1 AND (r.area = $2 OR r.area BETWEEN $3 AND $4) AND r.state = 'living'
            AND COALESCE(r.birth_date, '0000-00-00') BETWEEN $5 AND $6 AND r.id > $7 AND r.id <= $8
            AND x.kind IN ('living', 'renting', 'staying') AND x.known_to IS NULL AND x.valid_to = $9
        ORDER BY x.id LIMIT 2000";
    LIVED_IN = "SELECT x.dwelling_id, COUNT(DISTINCT o.resident_id)
        FROM residents r JOIN residences x ON x.street_id = r.street_id AND x.resident_id = r.id
            JOIN residences o ON o.street_id = x.street_id AND o.dwelling_id = x.dwelling_id
        WHERE r.street_id = $1 AND (r.area = $2 OR r.area BETWEEN $3 AND $4) AND r.state = 'living'
            AND COALESCE(r.birth_date, '0000-00-00') BETWEEN $5 AND $6 AND r.id > $7 AND r.id <= $8
            AND x.kind IN ('living', 'renting', 'staying') AND x.known_to IS NULL AND x.valid_to = $9
            AND o.kind IN ('living', 'renting', 'staying') AND o.known_to IS NULL AND o.valid_to = $9
        GROUP BY x.dwelling_id ORDER BY x.dwelling_id LIMIT 2000";
    HOUSEHOLDS = "SELECT m.resident_id, m.relation, h.name
        FROM residents r JOIN household_members m ON m.street_id = r.street_id AND m.resident_id = r.id
            JOIN households k ON k.street_id = m.street_id AND k.id = m.household_id
            JOIN residents h ON h.street_id = k.street_id AND h.id = k.head_id
        WHERE r.street_id = $1 AND (r.area = $2 OR r.area BETWEEN $3 AND $4) AND r.state = 'living'
            AND COALESCE(r.birth_date, '0000-00-00') BETWEEN $5 AND $6 AND r.id > $7 AND r.id <= $8
            AND m.known_to IS NULL AND m.valid_to = $9 AND k.closed_at IS NULL
        ORDER BY m.id LIMIT 2000";
    WORKERS: GridDuty = "WHERE street_id = $1 AND role = 'grid_worker' AND valid_to IS NULL ORDER BY id LIMIT 5000";
}

impl Whom {
    /// Whom a form asks for in an area, today.
    pub fn of(form: &Form, area: AreaCode, now: Millis) -> Self {
        let today = now.beijing_date();
        let years_ago = |years: i64| today.saturating_sub(years.years());
        let latest = form.age_from.map_or_else(|| OPEN.to_owned(), |from| years_ago(from).to_string());
        // The oldest of 89 were born the day after this one 90 years ago.
        let earliest = match (form.age_from, form.age_to) {
            (None, None) => UNKNOWN.to_owned(),
            (_, to) => years_ago(to.unwrap_or(150) + 1).saturating_add(1.days()).to_string(),
        };
        Self {
            street: area.street_id().unwrap_or(area.value()),
            area: area.value(),
            born: (earliest, latest),
        }
    }

    fn key(&self) -> Vec<store::Value> {
        let (low, high) = (self.area * 1000, self.area * 1000 + 999);
        vals![self.street, self.area, low, high, self.born.0.as_str(), self.born.1.as_str()].to_vec()
    }

    /// How many there are.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn count(&self, r: &Tx) -> Result<i64, Error> {
        let (count,): (i64,) = r.one(&COUNTED, &self.key()).await?;
        Ok(count)
    }

    /// The ids of all of them, ascending.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn ids(&self, r: &Tx) -> Result<Vec<i64>, Error> {
        let ids: Vec<(i64,)> = r.query(&IDS, &self.key()).await?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    /// So many of them behind one, each with what is known of them.
    ///
    /// # Errors
    /// What the store or the vault answers.
    pub async fn people(&self, w: &Write, after: i64, limit: i64) -> Result<Vec<Person>, Error> {
        let mut key = self.key();
        key.extend(vals![after, limit]);
        let residents: Vec<Resident> = w.query(&LISTED, &key).await?;
        let Some(last) = residents.last().map(|resident| resident.id) else { return Ok(Vec::new()) };
        let mut key = self.key();
        key.extend(vals![after, last, OPEN]);
        let mut numbers: HashMap<i64, Vec<Identifier>> = HashMap::new();
        for identifier in w.query::<Identifier>(&IDENTIFIERS, &key).await? {
            numbers.entry(identifier.resident_id).or_default().push(identifier);
        }
        let lived_in: Vec<LivedIn> = w.query(&LIVED_IN, &key).await?;
        let people: HashMap<i64, i64> =
            lived_in.into_iter().map(|row| (row.dwelling_id, row.people)).collect();
        let homes: Vec<HomeRow> = w.query(&HOMES, &key).await?;
        let mut homes: HashMap<i64, Home> = homes
            .into_iter()
            .map(|row| {
                let home = Home {
                    people: people.get(&row.dwelling_id).copied().unwrap_or_default(),
                    tie: row.tie,
                    since: row.since,
                    estate: row.estate,
                    building: row.building,
                    unit: row.unit,
                    floor: row.floor,
                    room: row.room,
                    usage: row.usage,
                };
                (row.resident_id, home)
            })
            .collect();
        let kept: Vec<Kept> = w.query(&HOUSEHOLDS, &key).await?;
        let mut kept: HashMap<i64, (String, String)> =
            kept.into_iter().map(|row| (row.resident_id, (row.head, row.relation))).collect();
        residents
            .into_iter()
            .map(|resident| {
                let numbers = numbers.remove(&resident.id).unwrap_or_default();
                let open = |of: &Identifier| of.open(w.app()).map(|number| (of.kind, number));
                let is_phone = |of: &&Identifier| of.kind == IdentifierKind::Phone;
                let identity = numbers.iter().find(|of| !is_phone(of)).map(open).transpose()?;
                let phone = numbers.iter().rfind(is_phone).map(open).transpose()?;
                Ok(Person {
                    identity,
                    phone: phone.map(|(_, number)| number),
                    home: homes.remove(&resident.id),
                    household: kept.remove(&resident.id),
                    resident,
                })
            })
            .collect()
    }
}

/// Who serves the grids of a street.
///
/// # Errors
/// What the store answers.
pub async fn workers(r: &Tx, street: i64) -> Result<HashMap<i64, String>, Error> {
    let duties: Vec<GridDuty> = r.query(&WORKERS, &vals![street]).await?;
    Ok(duties.into_iter().map(|duty| (duty.grid, duty.person_name)).collect())
}

/// GB/T 4761: the first digit tells the kind of relation.
pub fn relation(code: &str) -> Text {
    match code.as_bytes() {
        b"01" => Text::new("本人", "self"),
        b"02" => Text::new("户主", "head"),
        [b'1', ..] => Text::new("配偶", "spouse"),
        [b'2', ..] => Text::new("子", "son"),
        [b'3', ..] => Text::new("女", "daughter"),
        [b'4', ..] => Text::new("孙子、孙女或外孙子、外孙女", "grandchild"),
        [b'5', ..] => Text::new("父母", "parent"),
        [b'6', ..] => Text::new("祖父母或外祖父母", "grandparent"),
        [b'7', ..] => Text::new("兄弟姐妹", "brother or sister"),
        _ => Text::new("其他", "other"),
    }
}
