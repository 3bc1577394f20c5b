//! What we say ourselves: seen at the door, told at the window, corrected at the desk. One record for each field, which the
//! next correction of the field replaces.

use chinese::address;
use platform::{Error, FieldProblem, Text, Write};
use store::{sql, vals};

use crate::days::day_of;
use crate::record::{OWN, Record, Said};
use crate::resident::Resident;
use crate::site::Site;
use crate::survive::{Field, normal};

sql! {
    BY_SOURCE: Record = "WHERE street_id = $1 AND source = $2 AND external_id = $3 LIMIT 1";
    REPLACE = "UPDATE records SET sealed = $3, content = $4, said_on = $5, known_from = $6, gone_at = NULL
        WHERE street_id = $1 AND id = $2";
}

/// A record that says one field.
pub(crate) fn saying(field: Field, value: &str) -> Said {
    let (mut said, value) = (Said::default(), value.trim().to_owned());
    match field {
        Field::Name => said.name = value,
        Field::Sex => said.sex = value,
        Field::IdNo => said.id_no = value,
        Field::BirthDate => said.birth_date = value,
        Field::Phone => said.phone = value,
        Field::Address => said.address = value,
    }
    said
}

/// The fields that a record says anything of.
pub(crate) fn spoken(said: &Said) -> Vec<(Field, &str)> {
    let all = [
        (Field::Name, &said.name),
        (Field::Sex, &said.sex),
        (Field::IdNo, &said.id_no),
        (Field::BirthDate, &said.birth_date),
        (Field::Phone, &said.phone),
        (Field::Address, &said.address),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(field, value)| (field, value.as_str()))
        .collect()
}

/// Refuses values that say nothing, or only half: what we say ourselves is believed before all else.
///
/// # Errors
/// [`Error::Invalid`] naming every wrong field, never its value.
pub(crate) fn check(values: &[(Field, &str)], today: &str) -> Result<(), Error> {
    let problems: Vec<FieldProblem> = values
        .iter()
        .filter(|(field, value)| !is_sound(*field, value, today))
        .map(|(field, _)| FieldProblem::new(field.as_str(), told(*field)))
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

fn is_sound(field: Field, value: &str, today: &str) -> bool {
    let Some((normal, whole)) = normal(field, &saying(field, value)) else { return false };
    match field {
        Field::Address => Site::of(&address::read(value)).is_some(),
        Field::BirthDate => whole && normal.as_str() <= today,
        Field::Phone => normal.len() >= 7,
        _ => whole,
    }
}

fn told(field: Field) -> Text {
    match field {
        Field::Name => Text::new("请填写完整姓名", "give the whole name"),
        Field::Sex => Text::new("请填写男或女", "say male or female"),
        Field::IdNo => {
            Text::new("证件号码未通过校验", "this is no identity number: its check character is wrong")
        }
        Field::BirthDate => Text::new("出生日期应写作 1956-03-09", "write the date of birth as 1956-03-09"),
        Field::Phone => Text::new("请填写手机或固定电话号码", "give a mobile or a fixed number"),
        Field::Address => Text::new(
            "住址须写到楼栋，如“金鹅花园3栋2单元501室”",
            "an address names its building, such as 金鹅花园3栋2单元501室",
        ),
    }
}

/// Writes what we say ourselves of one field of a resident.
///
/// # Errors
/// What the store or the vault answers.
pub(crate) async fn say(
    w: &Write,
    resident: &Resident,
    field: Field,
    value: &str,
    said_on: Option<&str>,
) -> Result<(), Error> {
    let name = format!("own:{}:{field}", resident.id);
    put(w, resident, &name, &saying(field, value), said_on).await
}

/// Writes a record of our own, in place of the one with the same name.
///
/// # Errors
/// What the store or the vault answers.
pub(crate) async fn put(
    w: &Write,
    resident: &Resident,
    name: &str,
    said: &Said,
    said_on: Option<&str>,
) -> Result<(), Error> {
    let (street, said_on) = (resident.street_id, said_on.map_or_else(|| day_of(w.now()), str::to_owned));
    let known: Option<Record> = w.opt(&BY_SOURCE, &vals![street, OWN, name]).await?;
    // A sealed value opens only in its own row: the row is kept, not written anew.
    let id = known.as_ref().map_or_else(|| w.id(), |record| record.id);
    let (sealed, content) = said.seal(w.app(), id)?;
    if known.is_some() {
        w.exec(&REPLACE, &vals![street, id, sealed, content, said_on, w.now()]).await?;
        return Ok(());
    }
    let record = Record {
        street_id: street,
        id,
        source: OWN.to_owned(),
        external_id: name.to_owned(),
        resident_id: resident.id,
        batch_id: None,
        sealed,
        content,
        said_on: Some(said_on),
        known_from: w.now(),
        gone_at: None,
    };
    Ok(w.insert(&record).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_say_ourselves_is_whole_and_sound() {
        let today = "2026-11-23";
        let sound = |field, value| is_sound(field, value, today);
        assert!(sound(Field::Name, "韦子涵") && !sound(Field::Name, "韦阿姨") && !sound(Field::Name, " "));
        assert!(sound(Field::IdNo, "450204199001010018") && !sound(Field::IdNo, "450204199001010019"));
        assert!(sound(Field::BirthDate, "1956-03-09") && !sound(Field::BirthDate, "1956"));
        assert!(!sound(Field::BirthDate, "2026-11-24"));
        assert!(sound(Field::Phone, "138 0000 5678") && !sound(Field::Phone, "110"));
        assert!(sound(Field::Address, "金鹅花园3-2-501") && sound(Field::Address, "太阳村镇百乐村5组12号"));
        assert!(!sound(Field::Address, "金鹅花园"));
        assert!(sound(Field::Sex, "女") && !sound(Field::Sex, "未说明"));
    }

    #[test]
    fn every_field_is_spoken_as_it_was_said() {
        for field in Field::ALL {
            assert_eq!(spoken(&saying(*field, " 一 ")), [(*field, "一")]);
        }
    }
}
