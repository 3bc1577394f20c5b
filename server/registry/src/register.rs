//! Taking somebody into the register, and correcting what stands of them.

use platform::{Error, Text, Thing, Write};
use serde_json::json;
use store::{sql, vals};

use crate::community::must_be_open;
use crate::days::day_of;
use crate::derive::derive;
use crate::fused::fuse;
use crate::look::{holds_a_number, no_number, pseudonym};
use crate::own::{check, put, say, saying, spoken};
use crate::record::{OWN, Said};
use crate::resident::{Resident, number_index};
use crate::survive::{Field, Voice};
use crate::words::{ResidentState, Sex};

/// Characters of a reason.
pub(crate) const REASON_CHARS: usize = 80;

sql! {
    HOLDER = "SELECT i.resident_id FROM resident_identifiers i
        JOIN residents r ON r.street_id = i.street_id AND r.id = i.resident_id
        WHERE i.street_id = $1 AND r.street_id = $1 AND i.value_index = $2 AND i.known_to IS NULL AND r.state = $3
          AND i.resident_id <> $4 LIMIT 1";
}

/// Somebody who is to be taken in.
#[derive(Clone, Debug)]
pub struct NewResident {
    /// Their grid, or their community when the grid is not known.
    pub area: i64,
    pub said: Said,
    /// The day on which they said so; today when absent.
    pub said_on: Option<String>,
    /// Since when they are in the register, `YYYY-MM-DD`; today when absent.
    pub since: Option<String>,
}

/// Takes somebody into the register of the street of their area, with one record of our own.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] naming every wrong field; [`Error::Conflict`] in a community that is not open,
/// and for a number that somebody in the register has.
pub async fn register(w: &Write, new: NewResident) -> Result<Resident, Error> {
    w.require("resident:edit", &Thing::at(new.area))?;
    must_be_open(w, new.area).await?;
    let today = day_of(w.now());
    if new.said.name.trim().is_empty() {
        return Err(Error::field("name", Text::new("请填写姓名", "give the name")));
    }
    check(&spoken(&new.said), &today)?;
    nobody_else_has(w, (w.street(), 0), &new.said.id_no).await?;
    let resident = Resident {
        street_id: w.street(),
        id: w.id(),
        version: 1,
        area: new.area,
        state: ResidentState::Living,
        name: String::new(),
        reading: String::new(),
        initials: String::new(),
        sex: Sex::Unknown,
        birth_date: None,
        birth_year: None,
        since: new.since.unwrap_or_else(|| today.clone()),
        ended_on: None,
        moved_to: None,
        merged_into: None,
        chosen: "{}".to_owned(),
        created_at: w.now(),
    };
    w.insert(&resident).await?;
    put(w, &resident, &format!("own:{}", resident.id), &new.said, new.said_on.as_deref()).await?;
    let subject = pseudonym(w.app(), resident.street_id, resident.id);
    w.record("resident:register", subject, json!({ "area": new.area }));
    derive(w, resident).await
}

/// Refuses a number that somebody else in the street's register has now: they may be one person, which a review decides.
async fn nobody_else_has(w: &Write, (street, but): (i64, i64), id_no: &str) -> Result<(), Error> {
    let said = saying(Field::IdNo, id_no);
    let voice = Voice { record: 0, source: OWN, rank: 0, said_on: None, said: &said };
    let Some(number) = fuse(&[voice]).number else { return Ok(()) };
    let index = number_index(w.app(), number.kind, &number.normal);
    let key = vals![street, index, ResidentState::Living, but];
    let found: Option<(i64,)> = w.opt(&HOLDER, &key).await?;
    match found {
        None => Ok(()),
        Some(_) => Err(Error::conflict(Text::new(
            "该证件号码已在册，请先查询",
            "somebody with this number is in the register; look them up first",
        ))),
    }
}

/// Corrects one field of a resident: a record of our own says so from today on, and the resident is derived anew.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] for a value that says nothing or half; [`Error::Conflict`] for somebody who is
/// no longer in the register.
pub async fn correct(
    w: &Write,
    resident: Resident,
    field: Field,
    value: &str,
    reason: &str,
) -> Result<Resident, Error> {
    correct_all(w, resident, &[(field, value)], reason).await
}

/// Corrects some fields at once.
///
/// # Errors
/// As [`correct`].
pub(crate) async fn correct_all(
    w: &Write,
    resident: Resident,
    values: &[(Field, &str)],
    reason: &str,
) -> Result<Resident, Error> {
    w.require("resident:edit", &resident.thing())?;
    must_be_open(w, resident.area).await?;
    is_living(&resident)?;
    check(values, &day_of(w.now()))?;
    let reason = reason_of(reason)?;
    for (field, value) in values {
        if *field == Field::IdNo {
            nobody_else_has(w, (resident.street_id, resident.id), value).await?;
        }
        say(w, &resident, *field, value, None).await?;
    }
    let fields: Vec<&str> = values.iter().map(|(field, _)| field.as_str()).collect();
    let subject = pseudonym(w.app(), resident.street_id, resident.id);
    w.record("resident:correct", subject, json!({ "fields": fields, "reason": reason }));
    derive(w, resident).await
}

/// Only somebody in the register is changed.
///
/// # Errors
/// [`Error::Conflict`] for the dead, the gone, and who was merged or handed over.
pub(crate) fn is_living(resident: &Resident) -> Result<(), Error> {
    match resident.state {
        ResidentState::Living => Ok(()),
        _ => Err(Error::conflict(Text::new("该人员已不在册", "this person is no longer in the register"))),
    }
}

/// A reason, which is needed and short.
///
/// # Errors
/// [`Error::Invalid`] without one.
pub(crate) fn reason_of(text: &str) -> Result<String, Error> {
    let reason = text.trim();
    let told = Text::new("请填写理由（不超过 80 字）", "give the reason, 80 characters at most");
    if holds_a_number(reason) {
        return Err(Error::field("reason", no_number()));
    }
    match reason.chars().count() {
        1..=REASON_CHARS => Ok(reason.to_owned()),
        _ => Err(Error::field("reason", told)),
    }
}
