//! Scorecards: by which indicators a street scores the departments, in versions; one is in force from a month on.

use jiff::civil::Date;
use orders::{Source, Span};
use platform::{Error, FieldProblem, Millis, Text, Thing, Write};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, sql, table, vals};
use utoipa::ToSchema;

use crate::indicator::Indicator;
use crate::rate::WHOLE;

const BUILT_IN: &str = include_str!("../data/scorecard.json");
/// The most lines and exclusions of a scorecard.
const LINES: usize = 20;
/// The longest time for objections, in days.
const OBJECTION_DAYS: i64 = 30;

/// One version of a scorecard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    pub key: String,
    pub version: i64,
    pub name: Text,
    /// The first month that it scores, such as 202611.
    pub effective_from: i64,
    /// The day of the month, 1 to 28, with which its month ends; 0 for the calendar's own months.
    pub closes_on: i8,
    /// How many days after the freeze a department may object.
    pub objection_days: i64,
    pub lines: Vec<Line>,
    pub exclusions: Vec<Exclusion>,
}

/// One indicator on a scorecard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub indicator: String,
    /// The points that it is worth.
    pub weight: i64,
    /// What earns all of them, in ten thousandths.
    pub target: i64,
}

/// Cases that a scorecard leaves out, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The beginning of the code of a case class.
    #[serde(default)]
    pub class: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub source: Option<Source>,
    pub reason: Text,
}

impl Exclusion {
    /// Whether it leaves out a case of this class from this source.
    pub fn covers(&self, class: &str, source: Source) -> bool {
        self.class.as_deref().is_none_or(|begins| class.starts_with(begins))
            && self.source.is_none_or(|wanted| wanted == source)
    }
}

table! {
    /// A version that a street published; the one that came with the program has no row.
    pub(crate) struct ScorecardRow in "scorecards" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub scorecard_key: String,
        pub scorecard_version: i64,
        pub body: String,
        pub effective_from: i64,
        pub published_at: Millis,
    }
}

sql! {
    OF_STREET: ScorecardRow = "WHERE street_id = $1 ORDER BY scorecard_key, scorecard_version LIMIT 10000";
    LAST_FROZEN = "SELECT month FROM freezes WHERE street_id = $1 AND scorecard_key = $2 ORDER BY month DESC LIMIT 1";
}

/// The scorecard that every street begins with.
///
/// # Errors
/// [`Error::Internal`] when the file in the program is broken; a test reads it.
pub fn built_in() -> Result<Scorecard, Error> {
    serde_json::from_str(BUILT_IN).map_err(Error::internal)
}

/// All versions of the scorecards of a street, the newest of each key last.
///
/// # Errors
/// What the store answers.
pub async fn versions(tx: &Tx, street: i64) -> Result<Vec<Scorecard>, Error> {
    let mut all = vec![built_in()?];
    let rows: Vec<ScorecardRow> = tx.query(&OF_STREET, &vals![street]).await?;
    for row in rows {
        all.push(serde_json::from_str(&row.body).map_err(Error::internal)?);
    }
    Ok(all)
}

/// The version of a scorecard that is in force in a month.
///
/// # Errors
/// [`Error::Missing`] when none is.
pub async fn in_force(tx: &Tx, street: i64, key: &str, month: i64) -> Result<Scorecard, Error> {
    let all = versions(tx, street).await?;
    let of_month = all.into_iter().filter(|card| card.key == key && card.effective_from <= month);
    of_month.max_by_key(|card| card.version).ok_or(Error::Missing("scorecard"))
}

/// A month that is scored: its first and its last day, and the moments between which things count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub first: Date,
    pub last: Date,
    pub span: Span,
}

impl Scorecard {
    /// The days that a month such as 202611 covers.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no month.
    pub fn period(&self, month: i64) -> Result<Period, Error> {
        let wrong = || Error::field("month", Text::new("月份应写作 2026-11", "write the month as 2026-11"));
        let of = |number: i64| i16::try_from(number / 100).ok().zip(i8::try_from(number % 100).ok());
        let (year, number) = of(month).ok_or_else(wrong)?;
        let begin = Date::new(year, number, 1).map_err(|_| wrong())?;
        let (first, last) = match self.closes_on {
            0 => (begin, begin.last_of_month()),
            day => {
                let last = Date::new(year, number, day).map_err(Error::internal)?;
                let before = begin.yesterday().map_err(Error::internal)?;
                let first = Date::new(before.year(), before.month(), day).and_then(Date::tomorrow);
                (first.map_err(Error::internal)?, last)
            }
        };
        Ok(Period { first, last, span: Span::of_days(first, last) })
    }

    /// What is wrong with it.
    fn problems(&self, indicators: &[Indicator]) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let mut wrong = |field: String, zh: &'static str, en: &'static str| {
            problems.push(FieldProblem::new(field, Text::new(zh, en)));
        };
        if self.key.is_empty() || self.key.len() > 40 {
            wrong("key".into(), "请填写代号，不超过 40 个字符", "give it a key of 40 characters at most");
        }
        if self.name.zh.trim().is_empty() || self.name.en.trim().is_empty() {
            wrong("name".into(), "中英文都要填写", "both languages are needed");
        }
        if !(0..=28).contains(&self.closes_on) {
            wrong(
                "closes_on".into(),
                "截止日为 1 至 28，自然月填 0",
                "1 to 28, or 0 for the calendar's months",
            );
        }
        if !(1..=OBJECTION_DAYS).contains(&self.objection_days) {
            wrong("objection_days".into(), "申诉期为 1 至 30 日", "1 to 30 days for objections");
        }
        if self.lines.is_empty() || self.lines.len() > LINES || self.exclusions.len() > LINES {
            wrong("lines".into(), "至少一项、至多二十项指标", "one to twenty lines");
        }
        for (nth, line) in self.lines.iter().enumerate() {
            let known = indicators.iter().any(|indicator| indicator.key == line.indicator);
            let twice = self.lines.iter().skip(nth + 1).any(|other| other.indicator == line.indicator);
            if !known || twice {
                wrong(
                    format!("lines.{nth}.indicator"),
                    "没有这项指标，或已列过",
                    "no such indicator, or listed before",
                );
            }
            if !(1..=1_000).contains(&line.weight) {
                wrong(format!("lines.{nth}.weight"), "权重为 1 至 1000 分", "1 to 1000 points");
            }
            if !(0..=WHOLE).contains(&line.target) {
                wrong(format!("lines.{nth}.target"), "目标为 0 至 100%", "0 to 100 %");
            }
        }
        for (nth, exclusion) in self.exclusions.iter().enumerate() {
            if exclusion.class.as_deref().unwrap_or_default().is_empty() && exclusion.source.is_none() {
                wrong(
                    format!("exclusions.{nth}"),
                    "须写明剔除的类别或来源",
                    "say which class or source is left out",
                );
            }
            if exclusion.reason.zh.trim().is_empty() || exclusion.reason.en.trim().is_empty() {
                wrong(format!("exclusions.{nth}.reason"), "须写明剔除理由", "say why, in both languages");
            }
        }
        problems
    }
}

/// Publishes the next version of a scorecard of a street.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with everything that is wrong; a conflict when it is not the next version.
pub async fn publish_scorecard(w: &Write, street: i64, card: &Scorecard) -> Result<(), Error> {
    w.require("insight:score", &Thing::at(street))?;
    let mut problems = card.problems(&crate::indicator::in_force(w).await?);
    let frozen: Option<(i64,)> = w.opt(&LAST_FROZEN, &vals![street, card.key.as_str()]).await?;
    let before = versions(w, street).await?.into_iter().rfind(|known| known.key == card.key);
    let earliest = before.as_ref().map_or(0, |known| known.effective_from);
    if card.effective_from < earliest || frozen.is_some_and(|(month,)| card.effective_from <= month) {
        let text = Text::new(
            "启用月份不得早于上一版本，也不得涉及已冻结的月份",
            "it cannot begin before the version that it follows, nor in a month that is frozen",
        );
        problems.push(FieldProblem::new("effective_from", text));
    }
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    let next = before.map_or(0, |known| known.version) + 1;
    if card.version != next {
        return Err(Error::conflict(Text::owned(
            format!("版本号应为 {next}，可能已有他人发布新版本"),
            format!("the version must be {next}; someone may have published one"),
        )));
    }
    let row = ScorecardRow {
        street_id: street,
        id: w.id(),
        scorecard_key: card.key.clone(),
        scorecard_version: next,
        body: serde_json::to_string(card).map_err(Error::internal)?,
        effective_from: card.effective_from,
        published_at: w.now(),
    };
    w.insert(&row).await?;
    let detail = json!({ "effective_from": card.effective_from });
    w.record("insight:publish-scorecard", format!("scorecard {}/{next}", card.key), detail);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator;

    #[test]
    fn what_comes_with_the_program_passes_its_own_check() {
        let card = built_in().unwrap();
        assert_eq!(card.problems(&indicator::built_in().unwrap()), []);
        assert_eq!(card.lines.iter().map(|line| line.weight).sum::<i64>(), 100);
    }

    #[test]
    fn a_month_ends_where_its_scorecard_says() {
        let card = built_in().unwrap();
        let days = |card: &Scorecard, month| {
            let period = card.period(month).unwrap();
            (period.first.to_string(), period.last.to_string())
        };
        assert_eq!(days(&card, 202_611), ("2026-10-25".into(), "2026-11-24".into()));
        assert_eq!(days(&card, 202_601), ("2025-12-25".into(), "2026-01-24".into()));
        let whole = Scorecard { closes_on: 0, ..card.clone() };
        assert_eq!(days(&whole, 202_602), ("2026-02-01".into(), "2026-02-28".into()));
        let late = Scorecard { closes_on: 28, ..card };
        assert_eq!(days(&late, 202_603), ("2026-03-01".into(), "2026-03-28".into()));
        for wrong in [0, 202_600, 202_613, 99_999_999] {
            assert!(late.period(wrong).is_err(), "{wrong}");
        }
    }
}
