//! What somebody typed into the one box: a number, a telephone, a code, an address, a name, a reading. Pure.
//!
//! A text may be several things: 金鹅花园 is an estate and could be a name, 12345678 a permit of Taiwan residents or a
//! landline. All that it may be is tried; [`Typed::kind`] says what it most likely is.

use chinese::identity::IdFault;
use chinese::name::Form;
use chinese::organisation::{CodeFault, CreditCode};
use chinese::phone::Phone;
use chinese::{address, fold, identity, is_han, name, phone};

use crate::site::Site;
use platform::words;

/// Longer texts are no search.
pub const MOST_CHARS: usize = 100;
/// Names of persons in Chinese have at most four characters, but for those written in parts.
const NAME_CHARS: usize = 4;
/// First letters of a name.
const INITIALS: std::ops::RangeInclusive<usize> = 2..=4;
/// What the name of a place ends in.
const PLACE_ENDS: [&str; 18] = [
    "小区", "花园", "公寓", "新村", "大厦", "广场", "家园", "名城", "小镇", "宿舍", "栋", "单元", "号", "室",
    "路", "街", "苑", "楼",
];

words! {
    /// What a searched text most likely is.
    Kind, "kind of search" {
        IdNumber = "id_number", "证件号码", "identity number";
        Phone = "phone", "电话", "telephone";
        UnitCode = "unit_code", "统一社会信用代码", "unit code";
        Address = "address", "地址", "address";
        Name = "name", "姓名", "name";
        Reading = "reading", "拼音", "reading";
        Initials = "initials", "拼音首字母", "initials";
        Unreadable = "unreadable", "无法识别", "unreadable";
    }
}

words! {
    /// What a searched text lacks.
    Hint, "hint" {
        Check = "check", "号码校验位不符，请核对", "the number fails its check: compare it once more";
        Whole = "whole", "请输入完整号码，不支持按部分号码查询", "give the whole number: a part of one finds nobody";
        Full = "full", "请输入完整姓名", "give the full name";
        Place = "place", "请写明小区或道路", "name the estate or the road";
        More = "more", "匹配过多，请补充条件或指定区域", "too many match: add more, or name the area";
        Sound = "sound", "没有同名人员，以下为同音", "nobody has this name; these sound alike";
        Nothing = "nothing", "无法识别输入内容", "this cannot be read as anything that is searched for";
    }
}

/// One thing that a text may be, in the form by which it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Try {
    /// A number of a document, of whichever kind.
    Number(String),
    Phone(String),
    UnitCode(String),
    Place(Place),
    Name(String),
    /// Pinyin without tones and spaces.
    Reading(String),
    Initials(String),
    UnitName(String),
}

/// An address by its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub estate: String,
    pub building: Option<String>,
    pub dwelling: Option<String>,
    /// The number of the unit, where one was written: the key of a dwelling leaves it out.
    pub unit: Option<String>,
}

/// A text as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub kind: Kind,
    pub tries: Vec<Try>,
    /// How a name sounds: tried when nobody has it as it is written.
    pub sounds: Option<String>,
    pub hint: Option<Hint>,
}

/// Understands a text; every text is something, if only unreadable.
pub fn read(text: &str) -> Typed {
    let text: String = text.chars().map(fold::half_width).collect();
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MOST_CHARS {
        return unreadable(Hint::Nothing);
    }
    match text.chars().any(is_han) {
        true => written(text),
        false if text.chars().any(|c| c.is_ascii_digit()) => numbered(text),
        false => spoken(text),
    }
}

fn unreadable(hint: Hint) -> Typed {
    Typed { kind: Kind::Unreadable, tries: Vec::new(), sounds: None, hint: Some(hint) }
}

fn found(kind: Kind, tries: Vec<Try>) -> Typed {
    Typed { kind, tries, sounds: None, hint: None }
}

/// A text without Chinese characters that holds digits.
fn numbered(text: &str) -> Typed {
    let (document, code) = (identity::read(text), CreditCode::read(text));
    let dialled = phone::read(text).filter(|read| !matches!(read, Phone::Service(_)));
    if let Ok(number) = &document {
        let mut tries = vec![Try::Number(number.text().to_owned())];
        tries.extend(code.ok().map(|code| Try::UnitCode(code.text().to_owned())));
        return found(Kind::IdNumber, tries);
    }
    if let Ok(code) = code {
        return found(Kind::UnitCode, vec![Try::UnitCode(code.text().to_owned())]);
    }
    if let Some(number) = dialled {
        return found(Kind::Phone, vec![Try::Phone(number.digits())]);
    }
    if matches!(document, Err(IdFault::Check(_) | IdFault::BirthDate)) {
        return Typed { kind: Kind::IdNumber, hint: Some(Hint::Check), ..unreadable(Hint::Check) };
    }
    if matches!(code, Err(CodeFault::Check(_))) {
        return Typed { kind: Kind::UnitCode, hint: Some(Hint::Check), ..unreadable(Hint::Check) };
    }
    let separators = |c: char| matches!(c, '-' | '#' | '/');
    if text.chars().all(|c| c.is_ascii_digit() || separators(c)) && text.chars().any(separators) {
        return unreadable(Hint::Place);
    }
    unreadable(Hint::Whole)
}

/// Letters alone: the reading of a name, its first letters, or a name in Latin letters.
fn spoken(text: &str) -> Typed {
    let lower = text.to_lowercase().replace('ü', "v");
    let plain: String = lower.chars().filter(|c| !matches!(c, ' ' | '\'' | '-' | '·' | '.' | ',')).collect();
    if plain.is_empty() || !plain.chars().all(char::is_alphabetic) {
        return unreadable(Hint::Nothing);
    }
    let mut tries = vec![Try::Reading(plain.clone())];
    tries.extend(name::read(text).map(|name| Try::Name(name.text)));
    let short = INITIALS.contains(&plain.len());
    if short {
        tries.push(Try::Initials(plain.clone()));
    }
    let vowels = plain.chars().any(|c| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'v'));
    let kind = if short && !vowels { Kind::Initials } else { Kind::Reading };
    found(kind, tries)
}

/// A text with Chinese characters: an address, a name, the name of a shop.
fn written(text: &str) -> Typed {
    let address = address::read(text);
    let site = Site::of(&address);
    let place = address.keys().map(|keys| Place {
        estate: keys.place().to_owned(),
        building: site.as_ref().map(|site| site.building_key.clone()),
        dwelling: site.and_then(|site| site.dwelling_key),
        unit: address.unit.clone(),
    });
    let folded = fold::folded(text);
    let mut tries = Vec::new();
    let (mut sounds, mut hint) = (None, None);
    let is_place = PLACE_ENDS.iter().any(|end| folded.ends_with(end))
        || place.as_ref().is_some_and(|place| place.building.is_some());
    let read = name::read(text).filter(|name| match name.form {
        Form::Full => folded.chars().count() <= NAME_CHARS,
        Form::Parts => text.chars().any(fold::is_interpunct),
        Form::Titled | Form::Familiar | Form::Latin => true,
    });
    let named = read.is_some();
    if let Some(name) = read {
        match name.form {
            Form::Titled | Form::Familiar => hint = Some(Hint::Full),
            _ => {
                sounds = Some(name.reading().chars().filter(|c| c.is_alphanumeric()).collect());
                tries.push(Try::Name(name.text));
            }
        }
    }
    tries.push(Try::UnitName(folded));
    tries.extend(place.map(Try::Place));
    let kind = if named && !is_place { Kind::Name } else { Kind::Address };
    Typed { kind, tries, sounds, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Kind {
        read(text).kind
    }

    #[test]
    fn numbers_are_known_in_any_of_their_forms() {
        for text in [
            "450204199001010018",
            "450204900101001",
            " 450204 19900101 0018",
            "４５０２０４１９９００１０１００１８",
        ] {
            let typed = read(text);
            assert_eq!(typed.kind, Kind::IdNumber, "{text}");
            assert_eq!(typed.tries, [Try::Number("450204199001010018".into())], "{text}");
        }
        for text in ["13800005678", "+86 138-0000-5678", "０１３８００００５６７８"] {
            assert_eq!(read(text).tries, [Try::Phone("13800005678".into())], "{text}");
        }
        assert_eq!(read("（0772）2812345").tries, [Try::Phone("07722812345".into())]);
        assert_eq!(kind("E12345678"), Kind::IdNumber);
        let code = read("91350100M000100Y43");
        assert_eq!((code.kind, code.tries.len()), (Kind::UnitCode, 1));
    }

    #[test]
    fn a_part_of_a_number_is_no_number() {
        for text in ["450204", "4502041990", "5678", "138", "110", "450204********0018"] {
            let typed = read(text);
            assert_eq!((typed.kind, typed.tries.len()), (Kind::Unreadable, 0), "{text}");
        }
        assert_eq!(read("4502").hint, Some(Hint::Whole));
        assert_eq!(read("450204199001010019").hint, Some(Hint::Check));
        assert_eq!(read("3-2-501").hint, Some(Hint::Place));
    }

    #[test]
    fn a_name_is_written_or_spoken() {
        let typed = read("韋 子涵");
        assert_eq!((typed.kind, typed.sounds.as_deref()), (Kind::Name, Some("weizihan")));
        assert_eq!(typed.tries.first(), Some(&Try::Name("韦子涵".into())));
        assert_eq!(read("单建国").sounds.as_deref(), Some("shanjianguo"));
        for text in ["weizihan", "Wei Zi Han", "wei zi'han"] {
            assert_eq!(read(text).tries.first(), Some(&Try::Reading("weizihan".into())), "{text}");
        }
        let short = read("WZH");
        assert_eq!(short.kind, Kind::Initials);
        assert!(short.tries.contains(&Try::Initials("wzh".into())));
        assert_eq!(kind("lian"), Kind::Reading);
        assert_eq!(read("韦阿姨").hint, Some(Hint::Full));
        assert_eq!(kind("买买提·吐尔逊"), Kind::Name);
    }

    #[test]
    fn an_address_is_one_in_every_spelling() {
        for text in ["金鹅花园3栋2单元501室", "金鹅花园３＃２－５０１", "柳南街道金鹅花园三栋二单元501"]
        {
            let typed = read(text);
            assert_eq!(typed.kind, Kind::Address, "{text}");
            let Some(Try::Place(place)) = typed.tries.last() else { panic!("{text}") };
            assert_eq!(place.dwelling.as_deref(), Some("金鹅花园|3|501"), "{text}");
            assert_eq!(place.unit.as_deref(), Some("2"), "{text}");
        }
        let Some(Try::Place(house)) = read("太阳村镇百乐村5组12号").tries.pop() else {
            panic!("a house")
        };
        assert!(house.dwelling.is_some(), "a house of a village is a home");
        let estate = read("金鹅花园");
        assert_eq!(estate.kind, Kind::Address);
        assert!(estate.tries.contains(&Try::Name("金鹅花园".into())), "it could be somebody");
    }

    #[test]
    fn what_cannot_be_read_says_so() {
        for text in ["", "  ", "？！", "***", &"长".repeat(101)] {
            assert_eq!(kind(text), Kind::Unreadable, "{text}");
        }
    }
}
