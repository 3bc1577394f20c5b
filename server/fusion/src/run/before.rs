//! What stands of the residents whom a chunk changes, read before it is worked out.

use std::collections::HashMap;

use platform::{App, Error};
use registry::{Identifier, Residence, Resident};
use store::{sql, vals};

use super::plan::Work;

sql! {
    /// Ids come as one text with commas: neither engine binds lists as the other does.
    RESIDENTS: Resident = "WHERE street_id = $1 AND id IN (SELECT value FROM json_each('[' || $2 || ']')) LIMIT 100000"
        | "WHERE street_id = $1 AND id = ANY(string_to_array($2, ',')::bigint[]) LIMIT 100000";
    NUMBERS: Identifier = "WHERE street_id = $1 AND resident_id IN (SELECT value FROM json_each('[' || $2 || ']'))
            AND known_to IS NULL LIMIT 1000000"
        | "WHERE street_id = $1 AND resident_id = ANY(string_to_array($2, ',')::bigint[]) AND known_to IS NULL LIMIT 1000000";
    RESIDENCES: Residence = "WHERE street_id = $1 AND resident_id IN (SELECT value FROM json_each('[' || $2 || ']'))
            AND known_to IS NULL LIMIT 1000000"
        | "WHERE street_id = $1 AND resident_id = ANY(string_to_array($2, ',')::bigint[]) AND known_to IS NULL LIMIT 1000000";
}

/// Rows of the residents of a chunk, by resident.
#[derive(Default)]
pub(crate) struct Before {
    pub residents: HashMap<i64, Resident>,
    pub numbers: HashMap<i64, Vec<Identifier>>,
    pub residences: HashMap<i64, Vec<Residence>>,
}

/// Ids as the statements take them.
pub(crate) fn listed(ids: impl Iterator<Item = i64>) -> String {
    ids.map(|id| id.to_string()).collect::<Vec<_>>().join(",")
}

impl Before {
    /// Reads what stands of those who are in the register.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn read(app: &App, street: i64, works: &[Work]) -> Result<Self, Error> {
        let ids = listed(works.iter().filter(|work| !work.is_new).map(|work| work.resident));
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let look = app.read(move |r| async move {
            let list = vals![street, ids];
            let residents: Vec<Resident> = r.query(&RESIDENTS, &list).await?;
            let numbers: Vec<Identifier> = r.query(&NUMBERS, &list).await?;
            let residences: Vec<Residence> = r.query(&RESIDENCES, &list).await?;
            Ok((residents, numbers, residences))
        });
        let (residents, numbers, residences) = look.await?;
        let mut before =
            Self { residents: residents.into_iter().map(|row| (row.id, row)).collect(), ..Self::default() };
        for row in numbers {
            before.numbers.entry(row.resident_id).or_default().push(row);
        }
        for row in residences {
            before.residences.entry(row.resident_id).or_default().push(row);
        }
        for rows in before.numbers.values_mut() {
            rows.sort_by_key(|row| row.id);
        }
        for rows in before.residences.values_mut() {
            rows.sort_by_key(|row| row.id);
        }
        Ok(before)
    }
}
