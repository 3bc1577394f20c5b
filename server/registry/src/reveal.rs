//! Showing a value in clear: one group of fields of one person, with a reason that the resident reads, after a step-up, out
//! of a measure of so many a day.

use platform::{Error, Text, Write};
use store::{sql, vals};

use crate::days::day_of;
use crate::derive::{Heard, records_of};
use crate::household::Member;
use crate::look::{self, Asked, holds_a_number, no_number};
use crate::measure;
use crate::resident::{Identifier, Resident, ResidentId};
use crate::sources::Sources;
use crate::survive::{Field, Rules, survive};
use crate::whereabouts::homes_of;
use crate::words::{Group, How, IdentifierKind};

/// How long a page shows the value.
pub const SHOWN_SECONDS: i64 = 60;
/// Characters of a reason.
const REASON_CHARS: std::ops::RangeInclusive<usize> = 5..=200;

sql! {
    NUMBERS: Identifier = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL AND valid_to > $3 ORDER BY id LIMIT 50";
    TOGETHER: Member = "WHERE street_id = $1 AND household_id IN (SELECT household_id FROM household_members
            WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL AND valid_from <= $3 AND valid_to > $3)
        AND known_to IS NULL AND valid_from <= $3 AND valid_to > $3 ORDER BY id LIMIT 50";
}

/// A value in clear. It is shown once and kept nowhere.
#[derive(Clone)]
pub struct Clear {
    /// The word of the field.
    pub field: String,
    pub value: String,
}

/// No personal field in a log.
impl std::fmt::Debug for Clear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clear({}, …)", self.field)
    }
}

/// A reason as it was typed, if it is one.
///
/// # Errors
/// [`Error::Invalid`] when it is too short or too long, or holds somebody's number.
pub fn reason(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if !REASON_CHARS.contains(&text.chars().count()) {
        let length = Text::new("请写明理由，5 至 200 字", "say why, in 5 to 200 characters");
        return Err(Error::field("reason", length));
    }
    if holds_a_number(text) {
        return Err(Error::field("reason", no_number()));
    }
    Ok(text.to_owned())
}

/// Shows a group of fields of somebody in clear; gives how many reveals are left today. Whoever calls it has asked for a
/// step-up before.
///
/// # Errors
/// [`Error::Forbidden`] when the purpose does not cover the group; as [`look::get`].
pub async fn reveal(
    w: &Write,
    asked: &Asked,
    id: ResidentId,
    group: Group,
    reason: &str,
) -> Result<(Vec<Clear>, i64), Error> {
    let caller = w.call().caller()?.clone();
    if !asked.purpose.groups.contains(&group) {
        return Err(Error::Forbidden(Text::new(
            "该用途不能查看此项明文",
            "this purpose does not show this in clear",
        )));
    }
    let (resident, standing) = look::get_standing(w, asked, "resident:reveal", id).await?;
    let standing = standing.ok_or(Error::Unauthenticated)?;
    let at = w.standing_in(w.call().clone(), resident.street_id, w.now());
    let mut shown = vec![resident.clone()];
    let values = match group {
        Group::Household => {
            let others = together(w, &resident).await?;
            let names = others.iter().map(|one| clear("household", &one.name)).collect();
            look::trace(
                &at,
                asked,
                &others.iter().collect::<Vec<_>>(),
                How::Revealed,
                &[Group::Name],
                Some(reason),
            );
            shown.extend(others);
            names
        }
        _ => values(w, &resident, group).await?,
    };
    look::trace(&at, asked, &[&resident], How::Revealed, &[group], Some(reason));
    let people = shown.len() as i64;
    measure::count(w, caller.account, How::Revealed, people);
    let left = measure::reveal(w, &caller, &standing, people).await?;
    Ok((values, left))
}

fn clear(field: &str, value: &str) -> Clear {
    Clear { field: field.to_owned(), value: value.to_owned() }
}

/// The values of a group, those that are kept for finding first, else what the records come to.
pub(crate) async fn values(w: &Write, resident: &Resident, group: Group) -> Result<Vec<Clear>, Error> {
    let day = day_of(w.now());
    let (field, mut found) = match group {
        Group::Name => (Field::Name, vec![resident.name.clone()]),
        Group::Birth => (Field::BirthDate, resident.birth_date.iter().cloned().collect()),
        Group::Id => (Field::IdNo, numbers(w, resident, &day, false).await?),
        Group::Phone => (Field::Phone, numbers(w, resident, &day, true).await?),
        Group::Address => {
            let mut homes: Vec<String> =
                homes_of(w, resident, &day).await?.into_iter().map(|home| home.address).collect();
            homes.dedup();
            (Field::Address, homes)
        }
        Group::Household => return Ok(Vec::new()),
    };
    if found.is_empty() {
        found = from_records(w, resident, field).await?;
    }
    Ok(found.iter().map(|value| clear(field.as_str(), value)).collect())
}

async fn numbers(w: &Write, resident: &Resident, day: &str, phones: bool) -> Result<Vec<String>, Error> {
    let all: Vec<Identifier> = w.query(&NUMBERS, &vals![resident.street_id, resident.id, day]).await?;
    let of_group = all.iter().filter(|one| (one.kind == IdentifierKind::Phone) == phones);
    of_group.map(|one| one.open(w.app())).collect()
}

async fn from_records(w: &Write, resident: &Resident, field: Field) -> Result<Vec<String>, Error> {
    let records = records_of(w, resident.street_id, resident.id).await?;
    let sources = Sources::of(w, w.app().district()).await?;
    let heard = Heard::open(w.app(), &records, &sources)?;
    let chosen = survive(&heard.voices(), &Rules::default());
    Ok(chosen.into_iter().filter(|choice| choice.field == field).map(|choice| choice.value).collect())
}

/// The others of somebody's household.
async fn together(w: &Write, resident: &Resident) -> Result<Vec<Resident>, Error> {
    let street = resident.street_id;
    let members: Vec<Member> = w.query(&TOGETHER, &vals![street, resident.id, day_of(w.now())]).await?;
    let mut others = Vec::new();
    for member in members.into_iter().filter(|member| member.resident_id != resident.id) {
        others.extend(w.find::<Resident>(&vals![street, member.resident_id]).await?);
    }
    Ok(others)
}
