//! What the records of one resident come to: the values that survive, in the forms in which they are kept. Pure, so that a
//! batch of a district and the correction of one field cannot come to different values.

use chinese::{identity, name};
use serde_json::{Map, Value as Json, json};

use crate::survive::{Choice, Field, Rules, Voice, survive};
use crate::words::{IdentifierKind, Sex};

/// A number that survives, in its normal form.
#[derive(Clone, PartialEq, Eq)]
pub struct FusedNumber {
    pub kind: IdentifierKind,
    pub normal: String,
    pub source: String,
    pub said_on: Option<String>,
}

/// The values of a resident.
#[derive(Clone, PartialEq, Eq)]
pub struct Fused {
    pub name: String,
    /// Pinyin without tones and spaces.
    pub reading: String,
    pub initials: String,
    pub sex: Sex,
    /// `YYYY-MM-DD`, where somebody says the whole day or a sound number holds it.
    pub birth_date: Option<String>,
    pub birth_year: Option<i64>,
    /// Only a number that passes its check: what fails it is kept in the records and identifies nobody.
    pub number: Option<FusedNumber>,
    pub phone: Option<FusedNumber>,
    /// The address that survives.
    pub home: Option<Choice>,
    /// Field by field the rule, the source and the number of rivals: JSON without values.
    pub chosen: String,
}

/// What the voices come to under the rules of the house.
pub fn fuse(voices: &[Voice]) -> Fused {
    let mut fused = Fused {
        name: String::new(),
        reading: String::new(),
        initials: String::new(),
        sex: Sex::Unknown,
        birth_date: None,
        birth_year: None,
        number: None,
        phone: None,
        home: None,
        chosen: String::new(),
    };
    let mut chosen = Map::new();
    for choice in survive(voices, &Rules::default()) {
        chosen.insert(choice.field.to_string(), why(&choice));
        match choice.field {
            Field::Name => {
                (fused.reading, fused.initials) = sounds(&choice.value);
                fused.name = choice.value;
            }
            Field::Sex => fused.sex = choice.value.parse().unwrap_or(Sex::Unknown),
            Field::IdNo => fused.number = number(&choice),
            Field::BirthDate => {
                fused.birth_year = choice.value.get(..4).and_then(|year| year.parse().ok());
                fused.birth_date = Some(choice.value).filter(|day| day.len() == "YYYY-MM-DD".len());
            }
            // A service number is nobody's own.
            Field::Phone if choice.value.len() >= 7 => {
                fused.phone = Some(FusedNumber {
                    kind: IdentifierKind::Phone,
                    normal: choice.value,
                    source: choice.source,
                    said_on: choice.said_on,
                });
            }
            Field::Phone => {}
            Field::Address => fused.home = Some(choice),
        }
    }
    fill_from_number(&mut fused, &mut chosen);
    fused.chosen = Json::Object(chosen).to_string();
    fused
}

fn why(choice: &Choice) -> Json {
    json!({
        "rule": choice.rule, "source": choice.source, "said_on": choice.said_on, "rivals": choice.rivals.len(),
    })
}

/// The whole reading and its first letters.
fn sounds(text: &str) -> (String, String) {
    let spoken = name::read(text).map(|name| name.reading()).unwrap_or_default();
    let words = || spoken.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    (words().collect::<String>().to_lowercase(), words().filter_map(|word| word.chars().next()).collect())
}

fn number(choice: &Choice) -> Option<FusedNumber> {
    let read = identity::read(&choice.value).ok()?;
    Some(FusedNumber {
        kind: kind(&read),
        normal: read.text().to_owned(),
        source: choice.source.clone(),
        said_on: choice.said_on.clone(),
    })
}

/// Which paper a number is of.
fn kind(number: &identity::IdNumber) -> IdentifierKind {
    use identity::{Holder, IdNumber};
    match number {
        IdNumber::Resident(resident) => match resident.holder() {
            Holder::Citizen => IdentifierKind::IdCard,
            Holder::HongKong | Holder::Macau => IdentifierKind::HkMacauPermit,
            Holder::Taiwan => IdentifierKind::TaiwanPermit,
            Holder::Foreigner => IdentifierKind::ForeignPr,
        },
        IdNumber::ForeignPermanent(_) => IdentifierKind::ForeignPr,
        IdNumber::HomeReturn(_) => IdentifierKind::HkMacauPermit,
        IdNumber::TaiwanTravel(_) => IdentifierKind::TaiwanPermit,
        IdNumber::HongKongMacauTravel(_) | IdNumber::Passport(_) => IdentifierKind::Passport,
    }
}

/// A sound number holds the birth date and the sex: they stand in where nobody says them.
fn fill_from_number(fused: &mut Fused, chosen: &mut Map<String, Json>) {
    let Some(number) = &fused.number else { return };
    let Ok(identity::IdNumber::Resident(holder)) = identity::read(&number.normal) else { return };
    let why = json!({ "rule": "sound", "source": number.source, "said_on": number.said_on, "rivals": 0 });
    let year = i64::from(holder.birth().year);
    if fused.birth_date.is_none() && fused.birth_year.is_none_or(|said| said == year) {
        fused.birth_date = Some(holder.birth().to_string());
        fused.birth_year = Some(year);
        chosen.insert(Field::BirthDate.to_string(), why.clone());
    }
    if fused.sex == Sex::Unknown {
        fused.sex = match holder.sex() {
            identity::Sex::Male => Sex::Male,
            identity::Sex::Female => Sex::Female,
        };
        chosen.insert(Field::Sex.to_string(), why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Said;

    fn said(name: &str, number: &str, birth: &str, phone: &str) -> Said {
        let own = |text: &str| text.to_owned();
        Said {
            name: own(name),
            id_no: own(number),
            birth_date: own(birth),
            phone: own(phone),
            ..Said::default()
        }
    }

    fn voice<'a>(record: i64, source: &'a str, rank: i64, said: &'a Said) -> Voice<'a> {
        Voice { record, source, rank, said_on: Some("2026-01-01"), said }
    }

    #[test]
    fn what_is_found_by_typing_is_kept_as_it_sounds() {
        let one = said("韋 子涵", "450204199001010018", "", "138 0000 5678");
        let fused = fuse(&[voice(1, "civil", 1, &one)]);
        assert_eq!(fused.name, "韦子涵");
        assert_eq!((fused.reading.as_str(), fused.initials.as_str()), ("weizihan", "wzh"));
        assert_eq!(fused.phone.map(|phone| phone.normal).as_deref(), Some("13800005678"));
        assert!(!fused.chosen.contains("138") && fused.chosen.contains("\"rule\":\"only\""));
    }

    #[test]
    fn a_sound_number_tells_the_day_that_nobody_says_and_never_overrules_one_that_is_said() {
        let silent = said("韦子涵", "450204199001010018", "", "");
        let fused = fuse(&[voice(1, "civil", 1, &silent)]);
        assert_eq!((fused.birth_date.as_deref(), fused.birth_year), (Some("1990-01-01"), Some(1990)));
        assert_ne!(fused.sex, Sex::Unknown);
        let other = said("韦子涵", "450204199001010018", "1990-03-04", "");
        assert_eq!(fuse(&[voice(1, "civil", 1, &other)]).birth_date.as_deref(), Some("1990-03-04"));
        let year = said("韦子涵", "", "1956", "");
        let fused = fuse(&[voice(1, "civil", 1, &year)]);
        assert_eq!((fused.birth_date, fused.birth_year), (None, Some(1956)));
    }

    #[test]
    fn a_number_that_fails_its_check_identifies_nobody() {
        let wrong = said("韦子涵", "450204199001010019", "", "12345");
        let fused = fuse(&[voice(1, "civil", 1, &wrong)]);
        assert!(fused.number.is_none() && fused.phone.is_none());
        assert!(fused.chosen.contains("id_no"), "it is a value all the same");
    }
}
