//! Which value survives: pure rules, field by field, over what the sources said. The answer names the rule and the rivals.

use std::cmp::Ordering;

use chinese::{address, date, identity, name, phone};
use serde::{Deserialize, Serialize};

use crate::record::{OWN, Said};
use crate::site::Site;
use platform::words;

words! {
    /// A field that sources give.
    Field, "field" {
        Name = "name", "姓名", "name";
        Sex = "sex", "性别", "sex";
        IdNo = "id_no", "证件号码", "identity number";
        BirthDate = "birth_date", "出生日期", "birth date";
        Phone = "phone", "电话", "telephone";
        Address = "address", "住址", "address";
    }
}

words! {
    /// Why one value is preferred to another.
    Rule, "rule" {
        Only = "only", "仅此一值", "the only value";
        Verified = "verified", "入户核实优先", "verified at the door";
        Sound = "sound", "校验通过、书写完整优先", "complete and passes its check";
        Agreed = "agreed", "多源一致优先", "most sources agree";
        Rank = "rank", "来源等级优先", "rank of the source";
        Fresh = "fresh", "更新时间优先", "newest";
        First = "first", "先登记者优先", "registered first";
    }
}

/// The order in which the rules are asked for each field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules(pub Vec<(Field, Vec<Rule>)>);

impl Default for Rules {
    /// What changes often is believed by its age, what never changes by agreement and rank.
    fn default() -> Self {
        use Rule::{Agreed, Fresh, Rank, Sound, Verified};
        let lasting = || vec![Verified, Sound, Agreed, Rank, Fresh];
        let changing = || vec![Verified, Sound, Fresh, Agreed, Rank];
        let rules = |field| match field {
            Field::Phone | Field::Address => changing(),
            _ => lasting(),
        };
        Self(Field::ALL.iter().map(|field| (*field, rules(*field))).collect())
    }
}

/// One record that speaks.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    pub record: i64,
    pub source: &'a str,
    /// 1 is believed most.
    pub rank: i64,
    pub said_on: Option<&'a str>,
    pub said: &'a Said,
}

/// A value that survived, in its normal form.
#[derive(Clone, PartialEq, Eq)]
pub struct Choice {
    pub field: Field,
    pub value: String,
    pub record: i64,
    pub source: String,
    pub said_on: Option<String>,
    pub rule: Rule,
    pub rivals: Vec<Rival>,
}

/// A value that did not.
#[derive(Clone, PartialEq, Eq)]
pub struct Rival {
    pub value: String,
    pub record: i64,
    pub source: String,
    pub said_on: Option<String>,
}

/// A value in the form in which it is compared and kept, and whether it is whole; `None` where nothing is said.
pub fn normal(field: Field, said: &Said) -> Option<(String, bool)> {
    match field {
        Field::Name => {
            let name = name::read(&said.name)?;
            let whole = !matches!(name.form, name::Form::Titled | name::Form::Familiar);
            Some((name.text, whole))
        }
        Field::Sex => sex(&said.sex).map(|word| (word.to_owned(), true)),
        Field::IdNo => match identity::read(&said.id_no) {
            Ok(number) => Some((number.text().to_owned(), true)),
            Err(identity::IdFault::Empty | identity::IdFault::Masked) => None,
            Err(_) => Some((identity::cleaned(&said.id_no), false)).filter(|(text, _)| !text.is_empty()),
        },
        Field::BirthDate => {
            let read = date::read(&said.birth_date)?;
            let whole = read.day().is_some();
            Some((read.day().map_or_else(|| read.year().to_string(), |day| day.to_string()), whole))
        }
        Field::Phone => {
            let read = phone::read(&said.phone)?;
            let whole = matches!(read, phone::Phone::Mobile(_));
            Some((read.digits(), whole))
        }
        Field::Address => {
            let read = address::read(&said.address);
            let whole = Site::of(&read).is_some_and(|site| site.dwelling_key.is_some());
            let text = read.to_string();
            (!text.is_empty()).then_some((text, whole))
        }
    }
}

fn sex(text: &str) -> Option<&'static str> {
    match text.trim() {
        "男" | "1" | "male" | "M" => Some("male"),
        "女" | "2" | "female" | "F" => Some("female"),
        _ => None,
    }
}

struct Candidate<'a> {
    voice: Voice<'a>,
    value: String,
    whole: bool,
    agreed: usize,
}

/// The surviving value of each field that anybody speaks of.
pub fn survive(voices: &[Voice], rules: &Rules) -> Vec<Choice> {
    rules.0.iter().filter_map(|(field, order)| choose(*field, voices, order)).collect()
}

fn choose(field: Field, voices: &[Voice], order: &[Rule]) -> Option<Choice> {
    let mut candidates: Vec<Candidate> = voices
        .iter()
        .filter_map(|voice| {
            let (value, whole) = normal(field, voice.said)?;
            Some(Candidate { voice: *voice, value, whole, agreed: 0 })
        })
        .collect();
    let agreed: Vec<usize> = candidates
        .iter()
        .map(|one| {
            let mut sources: Vec<&str> =
                candidates.iter().filter(|other| other.value == one.value).map(|c| c.voice.source).collect();
            sources.sort_unstable();
            sources.dedup();
            sources.len()
        })
        .collect();
    candidates.iter_mut().zip(agreed).for_each(|(candidate, agreed)| candidate.agreed = agreed);
    candidates.sort_by(|a, b| {
        let by_rule = order.iter().map(|rule| prefer(*rule, a, b)).find(|found| found.is_ne());
        by_rule.unwrap_or_else(|| a.voice.record.cmp(&b.voice.record))
    });
    let (best, others) = candidates.split_first()?;
    let rival = others.iter().find(|other| other.value != best.value);
    let rule = match rival {
        None => Rule::Only,
        Some(rival) => {
            order.iter().copied().find(|rule| prefer(*rule, best, rival).is_ne()).unwrap_or(Rule::First)
        }
    };
    let mut rivals: Vec<Rival> = Vec::new();
    for other in others.iter().filter(|other| other.value != best.value) {
        if rivals.iter().all(|known| known.value != other.value || known.source != other.voice.source) {
            rivals.push(Rival {
                value: other.value.clone(),
                record: other.voice.record,
                source: other.voice.source.to_owned(),
                said_on: other.voice.said_on.map(str::to_owned),
            });
        }
    }
    Some(Choice {
        field,
        value: best.value.clone(),
        record: best.voice.record,
        source: best.voice.source.to_owned(),
        said_on: best.voice.said_on.map(str::to_owned),
        rule,
        rivals,
    })
}

/// What was seen at the door comes before all else, and the last visit before the earlier ones.
fn verified<'a>(one: &Candidate<'a>) -> Option<(Option<&'a str>, i64)> {
    (one.voice.source == OWN).then_some((one.voice.said_on, one.voice.record))
}

/// `Less`: the rule prefers `a`.
fn prefer(rule: Rule, a: &Candidate, b: &Candidate) -> Ordering {
    match rule {
        Rule::Verified => verified(b).cmp(&verified(a)),
        Rule::Sound => b.whole.cmp(&a.whole),
        Rule::Agreed => b.agreed.cmp(&a.agreed),
        Rule::Rank => a.voice.rank.cmp(&b.voice.rank),
        Rule::Fresh => b.voice.said_on.cmp(&a.voice.said_on),
        Rule::Only | Rule::First => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(phone: &str) -> Said {
        Said { phone: phone.to_owned(), ..Said::default() }
    }

    fn voice<'a>(record: i64, source: &'a str, rank: i64, said_on: &'a str, said: &'a Said) -> Voice<'a> {
        Voice { record, source, rank, said_on: Some(said_on), said }
    }

    #[test]
    fn a_telephone_is_believed_by_its_age_unless_someone_asked_at_the_door() {
        let (old, new, door) = (said("13800000001"), said("138 0000 0002"), said("13800000003"));
        let voices = [voice(1, "civil", 1, "2024-01-01", &old), voice(2, "insurance", 2, "2026-05-01", &new)];
        let chosen = survive(&voices, &Rules::default());
        assert_eq!(chosen.len(), 1, "nobody says anything of the other fields");
        assert_eq!((chosen[0].value.as_str(), chosen[0].rule), ("13800000002", Rule::Fresh));
        assert_eq!(chosen[0].rivals.len(), 1);
        let voices = [voices[0], voices[1], voice(3, OWN, 9, "2025-01-01", &door)];
        let chosen = survive(&voices, &Rules::default());
        assert_eq!((chosen[0].value.as_str(), chosen[0].rule), ("13800000003", Rule::Verified));
        assert_eq!(chosen[0].rivals.len(), 2);
    }

    #[test]
    fn the_last_visit_counts_whatever_other_sources_agree_with_the_first() {
        let name = |text: &str| Said { name: text.to_owned(), ..Said::default() };
        let (first, second) = (name("韦子涵"), name("韦梓涵"));
        let day = "2026-11-23";
        let voices = [
            voice(1, OWN, 0, day, &first),
            voice(2, "civil", 1, day, &first),
            voice(3, OWN, 0, day, &second),
        ];
        let chosen = survive(&voices, &Rules::default());
        assert_eq!((chosen[0].value.as_str(), chosen[0].rule), ("韦梓涵", Rule::Verified));
    }

    #[test]
    fn a_number_that_fails_its_check_loses_whatever_its_rank() {
        let id = |text: &str| Said { id_no: text.to_owned(), ..Said::default() };
        let (wrong, right) = (id("450204199001010019"), id("450204199001010018"));
        let voices = [voice(1, "civil", 1, "2026-01-01", &wrong), voice(2, "grid", 3, "2020-01-01", &right)];
        let chosen = survive(&voices, &Rules::default());
        assert_eq!((chosen[0].value.as_str(), chosen[0].rule), ("450204199001010018", Rule::Sound));
    }

    #[test]
    fn spellings_of_one_value_are_no_rivals() {
        let at = |text: &str| Said { address: text.to_owned(), ..Said::default() };
        let (one, two) = (at("金鹅花园3栋2单元501室"), at("金鹅花园3＃2－501"));
        let voices = [voice(1, "civil", 1, "2026-01-01", &one), voice(2, "grid", 3, "2026-02-01", &two)];
        let chosen = survive(&voices, &Rules::default());
        assert_eq!((chosen[0].rule, chosen[0].rivals.len()), (Rule::Only, 0));
    }
}
