//! Where somebody lives, as far as a list needs it.

use platform::Error;
use store::{Tx, row, sql, vals};

use crate::place::Dwelling;
use crate::resident::Resident;
use crate::words::ResidenceKind;

row! {
    /// A residence of today with its dwelling and its building.
    pub(crate) struct Home {
        pub kind: ResidenceKind,
        pub address: String,
        pub estate: String,
        pub building: String,
    }
}

sql! {
    HOMES = "SELECT r.kind, d.address, b.estate, b.name FROM residences r
        JOIN dwellings d ON d.street_id = r.street_id AND d.id = r.dwelling_id
        JOIN buildings b ON b.street_id = d.street_id AND b.id = d.building_id
        WHERE r.street_id = $1 AND r.resident_id = $2 AND r.known_to IS NULL AND r.valid_from <= $3 AND r.valid_to > $3
        ORDER BY r.id DESC LIMIT 20";
    LIVING = "SELECT COUNT(DISTINCT resident_id) FROM residences WHERE street_id = $1 AND dwelling_id = $2
        AND known_to IS NULL AND valid_from <= $3 AND valid_to > $3 AND kind IN ('living', 'renting', 'staying')";
}

/// What says most about where somebody can be found.
fn order(kind: ResidenceKind) -> u8 {
    match kind {
        ResidenceKind::Living => 0,
        ResidenceKind::Renting => 1,
        ResidenceKind::Staying => 2,
        ResidenceKind::Owning => 3,
        ResidenceKind::Registered => 4,
        ResidenceKind::Working => 5,
    }
}

/// Where somebody lives on a day, the most telling residence first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn homes_of(r: &Tx, resident: &Resident, day: &str) -> Result<Vec<Home>, store::Error> {
    let mut homes: Vec<Home> = r.query(&HOMES, &vals![resident.street_id, resident.id, day]).await?;
    homes.sort_by_key(|home| order(home.kind));
    Ok(homes)
}

/// The most telling residence of a day.
///
/// # Errors
/// What the store answers.
pub(crate) async fn home_of(r: &Tx, resident: &Resident, day: &str) -> Result<Option<Home>, store::Error> {
    Ok(homes_of(r, resident, day).await?.into_iter().next())
}

/// How many live in a dwelling on a day.
///
/// # Errors
/// What the store answers.
pub(crate) async fn lives_in(r: &Tx, dwelling: &Dwelling, day: &str) -> Result<i64, Error> {
    let (people,): (i64,) = r.one(&LIVING, &vals![dwelling.street_id, dwelling.id, day]).await?;
    Ok(people)
}
