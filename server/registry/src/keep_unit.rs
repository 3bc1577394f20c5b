//! Entering units (实有单位) and changing them.

use chinese::organisation::CreditCode;
use chinese::{phone, reading};
use platform::{App, Error, Text, Thing, Write};
use serde_json::json;
use store::{Tx, sql, vals};

use crate::build::{dwelling_of, same_version};
use crate::business::{Unit, UnitId};
use crate::community::{is_open, must_be_open};
use crate::mask::MaskedPhone;
use crate::place::DwellingId;

sql! {
    WITH_CODE = "SELECT id FROM units WHERE street_id = $1 AND code = $2 LIMIT 1";
    LISTED: Unit = "WHERE street_id = $1 AND id > $2 AND (area BETWEEN $3 AND $4 OR area = $5) AND closed_at IS NULL
        ORDER BY id LIMIT $6";
}

/// What is entered or changed of a unit; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnitChange {
    pub name: Option<String>,
    pub kind: Option<String>,
    pub code: Option<String>,
    pub dwelling: Option<DwellingId>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub opened_on: Option<String>,
    pub closed: Option<bool>,
}

/// First letters of the readings, digits and Latin letters as they are.
fn initials(name: &str) -> String {
    let letter = |c: char| match reading::usual(c) {
        Some(syllable) => syllable.chars().next(),
        None => c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()),
    };
    name.chars().filter_map(letter).collect()
}

/// A code whose check character holds.
///
/// # Errors
/// [`Error::Invalid`].
pub(crate) fn code_of(text: &str) -> Result<Option<String>, Error> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let told = Text::new(
        "统一社会信用代码未通过校验",
        "this is no unified social credit code: its check character is wrong",
    );
    CreditCode::read(text).map(|code| Some(code.text().to_owned())).map_err(|_| Error::field("code", told))
}

/// Enters a unit.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`]; [`Error::Conflict`] for a code that is in the register.
pub(crate) async fn add_unit(
    w: &Write,
    (street, area): (i64, i64),
    change: UnitChange,
) -> Result<Unit, Error> {
    w.require("unit:edit", &Thing::at(area))?;
    must_be_open(w, area).await?;
    let blank = Unit {
        street_id: street,
        id: w.id(),
        version: 1,
        area,
        name: String::new(),
        initials: String::new(),
        code: None,
        kind: String::new(),
        dwelling_id: None,
        address: String::new(),
        phone_sealed: None,
        opened_on: None,
        closed_at: None,
    };
    let unit = changed(w, blank, change).await?;
    w.insert(&unit).await?;
    w.record("unit:add", unit.wire_id(), json!({ "area": area, "has_code": unit.code.is_some() }));
    Ok(unit)
}

/// Changes a unit, if nobody changed it since `version` was read.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`]; [`Error::Conflict`].
pub(crate) async fn edit_unit(
    w: &Write,
    id: UnitId,
    version: i64,
    change: UnitChange,
) -> Result<Unit, Error> {
    let unit = unit_of(w, id).await?;
    w.require("unit:edit", &unit.thing())?;
    same_version(unit.version, version)?;
    let mut unit = changed(w, unit, change).await?;
    w.update(&unit).await?;
    unit.version += 1;
    w.record("unit:edit", id, json!({ "version": unit.version, "closed": unit.closed_at.is_some() }));
    Ok(unit)
}

async fn changed(w: &Write, mut unit: Unit, change: UnitChange) -> Result<Unit, Error> {
    if let Some(name) = change.name {
        unit.initials = initials(&name);
        unit.name = name;
    }
    if let Some(code) = change.code {
        let code = code_of(&code)?;
        if let Some(code) = code.as_deref().filter(|code| unit.code.as_deref() != Some(*code)) {
            let same: Option<(i64,)> = w.opt(&WITH_CODE, &vals![unit.street_id, code]).await?;
            if same.is_some() {
                return Err(Error::conflict(Text::new(
                    "该统一社会信用代码已登记",
                    "a unit with this code is in the register",
                )));
            }
        }
        unit.code = code;
    }
    if let Some(id) = change.dwelling {
        if id.street != unit.street_id {
            return Err(Error::Missing("dwelling"));
        }
        let dwelling = dwelling_of(w, id).await?;
        w.require("unit:edit", &dwelling.thing())?;
        (unit.dwelling_id, unit.area, unit.address) = (Some(dwelling.id), dwelling.area, dwelling.address);
    }
    unit.address = change.address.unwrap_or(unit.address);
    unit.kind = change.kind.unwrap_or(unit.kind);
    unit.opened_on = change.opened_on.or(unit.opened_on);
    if let Some(text) = change.phone {
        unit.phone_sealed = sealed(w, unit.id, &text)?;
    }
    match change.closed {
        Some(true) => unit.closed_at = unit.closed_at.or(Some(w.now())),
        Some(false) => unit.closed_at = None,
        None => {}
    }
    Ok(unit)
}

fn sealed(w: &Write, id: i64, text: &str) -> Result<Option<String>, Error> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let told = Text::new("请填写手机或固定电话号码", "give a mobile or a fixed number");
    let digits = phone::read(text).map(|phone| phone.digits()).filter(|digits| digits.len() >= 7);
    let digits = digits.ok_or_else(|| Error::field("phone", told))?;
    w.app().vault().seal("units", "phone_sealed", id, digits.as_bytes()).map(Some).map_err(Error::internal)
}

/// The telephone of a unit, masked: it may be somebody's own.
///
/// # Errors
/// What the vault answers.
pub(crate) fn masked_phone(app: &App, unit: &Unit) -> Result<Option<MaskedPhone>, Error> {
    let Some(sealed) = &unit.phone_sealed else { return Ok(None) };
    let plain = app.vault().open("units", "phone_sealed", unit.id, sealed).map_err(Error::internal)?;
    Ok(Some(MaskedPhone::of(&String::from_utf8(plain).map_err(Error::internal)?)))
}

/// A unit where the register is open.
///
/// # Errors
/// [`Error::Missing`].
pub(crate) async fn unit_of(r: &Tx, id: UnitId) -> Result<Unit, Error> {
    let found: Option<Unit> = r.find(&vals![id.street, id.id]).await?;
    let found = found.ok_or(Error::Missing("unit"))?;
    if is_open(r, found.area).await? { Ok(found) } else { Err(Error::Missing("unit")) }
}

/// Units of a street in the bounds of a scope, by id after `after`.
///
/// # Errors
/// What the store answers.
pub(crate) async fn units_of(
    r: &Tx,
    street: i64,
    (low, high, exact): (i64, i64, i64),
    (after, limit): (i64, i64),
) -> Result<Vec<Unit>, Error> {
    Ok(r.query(&LISTED, &vals![street, after, low, high, exact, limit]).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_found_by_its_first_letters() {
        assert_eq!(initials("银山7号便利店"), "ys7hbld");
        assert_eq!(initials("KTV 好声音"), "ktvhsy");
    }

    #[test]
    fn a_code_is_sound_or_absent() {
        assert_eq!(code_of(" ").unwrap(), None);
        assert_eq!(code_of("91350100m000100y43").unwrap().as_deref(), Some("91350100M000100Y43"));
        assert!(matches!(code_of("91350100M000100Y44"), Err(Error::Invalid(_))));
    }
}
