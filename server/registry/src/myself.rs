//! What residents read of themselves: rows only, for the page that has made sure who asks.

use platform::posts::Post;
use platform::{Error, Millis};
use store::{Tx, sql, vals};

use crate::delay::{LookUnit, Running, running};
use crate::household::{Household, Member};
use crate::look::LookRow;
use crate::place::Dwelling;
use crate::residence::Residence;
use crate::resident::{Identifier, Resident};
use crate::words::{IdentifierKind, ResidentState};

/// More rows than one person ever has.
const SELVES: i64 = 50;
/// Looks that are read at a time.
const HANDFUL: i64 = 200;

sql! {
    MERGED: Resident = "WHERE street_id = $1 AND merged_into = $2 ORDER BY id LIMIT $3";
    NUMBERS: Identifier = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL ORDER BY id DESC LIMIT $3";
    SAME_NUMBER: Identifier = "WHERE street_id = $1 AND value_index = $2 ORDER BY id LIMIT $3";
    RESIDENCES: Residence = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL ORDER BY id DESC LIMIT 200";
    MEMBERSHIPS: Member = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL ORDER BY id DESC LIMIT 50";
    MEMBERS: Member = "WHERE street_id = $1 AND household_id = $2 AND known_to IS NULL ORDER BY relation, id LIMIT 50";
    FIRST = "SELECT at FROM looks WHERE street_id = $1 ORDER BY id LIMIT 1";
    LOOKS: LookRow = "WHERE street_id = $1 AND resident_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
}

/// A row that is this person: its street and its id.
pub type Own = (i64, i64);

/// Every row that is this person: the resident, those who were merged into them, and those whom another street handed over.
///
/// # Errors
/// What the store answers.
pub async fn selves(r: &Tx, resident: &Resident, streets: &[i64]) -> Result<Vec<Own>, Error> {
    let mut selves: Vec<Own> = vec![(resident.street_id, resident.id)];
    let merged: Vec<Resident> = r.query(&MERGED, &vals![resident.street_id, resident.id, SELVES]).await?;
    selves.extend(merged.iter().map(|one| (one.street_id, one.id)));
    let numbers: Vec<Identifier> = r.query(&NUMBERS, &vals![resident.street_id, resident.id, SELVES]).await?;
    for number in numbers.into_iter().filter(|one| one.kind != IdentifierKind::Phone) {
        for street in streets.iter().filter(|street| **street != resident.street_id) {
            let values = vals![*street, number.value_index.clone(), SELVES];
            let others: Vec<Identifier> = r.query(&SAME_NUMBER, &values).await?;
            for other in others {
                let found: Option<Resident> = r.find(&vals![*street, other.resident_id]).await?;
                let left = found.is_some_and(|one| one.state == ResidentState::Moved);
                if left && !selves.contains(&(*street, other.resident_id)) {
                    selves.push((*street, other.resident_id));
                }
            }
        }
    }
    Ok(selves)
}

/// Where the resident lives, lived, owns or works, as believed today, each with the dwelling, the latest first.
///
/// # Errors
/// What the store answers.
pub async fn residences(r: &Tx, street: i64, resident: i64) -> Result<Vec<(Residence, Dwelling)>, Error> {
    let rows: Vec<Residence> = r.query(&RESIDENCES, &vals![street, resident]).await?;
    let mut found = Vec::with_capacity(rows.len());
    // A belief that holds on no day was taken back.
    for row in rows.into_iter().filter(|row| row.valid_from < row.valid_to) {
        let dwelling: Option<Dwelling> = r.find(&vals![street, row.dwelling_id]).await?;
        found.extend(dwelling.map(|dwelling| (row, dwelling)));
    }
    found.sort_by(|(one, _), (other, _)| other.valid_from.cmp(&one.valid_from));
    Ok(found)
}

/// The others of the resident's households, on a day, each with what they are to its head.
///
/// # Errors
/// What the store answers.
pub async fn housemates(
    r: &Tx,
    street: i64,
    resident: i64,
    day: &str,
) -> Result<Vec<(Member, Resident)>, Error> {
    let holds = |one: &Member| one.valid_from.as_str() <= day && day < one.valid_to.as_str();
    let own: Vec<Member> = r.query(&MEMBERSHIPS, &vals![street, resident]).await?;
    let mut found = Vec::new();
    for membership in own.into_iter().filter(holds) {
        let household: Option<Household> = r.find(&vals![street, membership.household_id]).await?;
        if household.is_none_or(|household| household.closed_at.is_some()) {
            continue;
        }
        let members: Vec<Member> = r.query(&MEMBERS, &vals![street, membership.household_id]).await?;
        for member in members.into_iter().filter(holds).filter(|one| one.resident_id != resident) {
            let mate: Option<Resident> = r.find(&vals![street, member.resident_id]).await?;
            let mate = mate.filter(|mate| mate.state == ResidentState::Living);
            found.extend(mate.map(|mate| (member, mate)));
        }
    }
    Ok(found)
}

/// Since when looks at the residents of a street are kept; none before the first.
///
/// # Errors
/// What the store answers.
pub async fn first_look(r: &Tx, street: i64) -> Result<Option<Millis>, Error> {
    let first: Option<(Millis,)> = r.opt(&FIRST, &vals![street]).await?;
    Ok(first.map(|(at,)| at))
}

/// Looks at a person, the newest first, and how many a lawful delay hid among those that were read.
#[derive(Clone, Debug, Default)]
pub struct Looks {
    pub shown: Vec<LookRow>,
    pub hidden: usize,
}

/// Up to `limit` looks at a person that are older than `before`.
///
/// # Errors
/// What the store answers.
pub async fn looks(r: &Tx, selves: &[Own], before: i64, limit: usize, now: Millis) -> Result<Looks, Error> {
    let mut shown: Vec<LookRow> = Vec::new();
    let mut hidden = 0;
    for (street, resident) in selves {
        let delays = running(r, *street, now).await?;
        let (mut last, mut taken) = (before, 0);
        loop {
            let rows: Vec<LookRow> = r.query(&LOOKS, &vals![*street, *resident, last, HANDFUL]).await?;
            let found = rows.len() as i64;
            for row in rows {
                last = row.id;
                if is_hidden(r, &delays, &row, now).await? {
                    hidden += 1;
                } else if taken < limit {
                    taken += 1;
                    shown.push(row);
                }
            }
            if found < HANDFUL || taken >= limit {
                break;
            }
        }
    }
    shown.sort_unstable_by_key(|look| std::cmp::Reverse(look.id));
    shown.truncate(limit);
    Ok(Looks { shown, hidden })
}

/// How many looks at a person a lawful delay hides now.
///
/// # Errors
/// What the store answers.
pub async fn hidden(r: &Tx, selves: &[Own], now: Millis) -> Result<usize, Error> {
    let mut delayed = Vec::new();
    for (street, resident) in selves {
        // Without a running delay nothing is hidden, and nothing need be walked.
        if !running(r, *street, now).await?.is_empty() {
            delayed.push((*street, *resident));
        }
    }
    Ok(looks(r, &delayed, i64::MAX, usize::MAX, now).await?.hidden)
}

/// One look at a person, unless it is hidden or not theirs.
///
/// # Errors
/// [`Error::Missing`].
pub async fn look(r: &Tx, selves: &[Own], (street, id): (i64, i64), now: Millis) -> Result<LookRow, Error> {
    let missing = || Error::Missing("look");
    let row: Option<LookRow> = r.find(&vals![street, id]).await?;
    let row = row.filter(|row| selves.contains(&(row.street_id, row.resident_id))).ok_or_else(missing)?;
    let delays = running(r, street, now).await?;
    match is_hidden(r, &delays, &row, now).await? {
        true => Err(missing()),
        false => Ok(row),
    }
}

async fn is_hidden(r: &Tx, delays: &[Running], row: &LookRow, now: Millis) -> Result<bool, Error> {
    if delays.iter().all(|delay| row.about.as_deref() != Some(delay.about.as_str())) {
        return Ok(false);
    }
    let post = match row.post_id {
        Some(post) => r.find::<Post>(&vals![post]).await?,
        None => None,
    };
    let unit = post.as_ref().map(LookUnit::of);
    Ok(delays.iter().any(|delay| delay.hides(row, unit, now)))
}
