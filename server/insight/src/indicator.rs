//! Indicators: a share of cases with a name, a readable formula and the measures that it is made of, in versions.
//!
//! What is counted above the line is always a part of what is counted below it, so that every indicator is a proportion,
//! has an honest interval, and opens exactly its cases. None of them counts fines: what a unit is praised for must not be
//! punishing residents.

use orders::Measure;
use platform::{Error, FieldProblem, Text, Thing, Write};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, sql, table, vals};
use utoipa::ToSchema;

use crate::rate::Better;

const BUILT_IN: &str = include_str!("../data/indicators.json");
/// Parts of Chinese words, and whole English words, that speak of fines.
const FINES_ZH: &[&str] = &["罚款", "罚没", "罚金", "处罚", "罚"];
const FINES_EN: &[&str] = &[
    "fine",
    "fines",
    "fined",
    "fining",
    "penalty",
    "penalties",
    "penalised",
    "penalized",
    "punish",
    "punished",
];

/// One version of an indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub key: String,
    pub version: i64,
    pub name: Text,
    /// As people read it.
    pub formula: Text,
    #[schema(value_type = Vec<String>)]
    pub numerator: Vec<Measure>,
    #[schema(value_type = Vec<String>)]
    pub denominator: Vec<Measure>,
    pub better: Better,
}

table! {
    /// A version that a steward published; those that came with the program have no row.
    pub(crate) struct IndicatorRow in "indicators" key 1 {
        pub id: i64,
        pub indicator_key: String,
        pub indicator_version: i64,
        pub body: String,
        pub published_at: platform::Millis,
    }
}

sql! {
    ALL: IndicatorRow = "ORDER BY indicator_key, indicator_version LIMIT 10000";
    OF_KEY: IndicatorRow = "WHERE indicator_key = $1 ORDER BY indicator_version DESC LIMIT 1";
}

/// The indicators that came with the program.
///
/// # Errors
/// [`Error::Internal`] when the file in the program is broken; a test reads it.
pub fn built_in() -> Result<Vec<Indicator>, Error> {
    serde_json::from_str(BUILT_IN).map_err(Error::internal)
}

/// The newest version of every indicator, in the order in which they came.
///
/// # Errors
/// What the store answers.
pub async fn in_force(tx: &Tx) -> Result<Vec<Indicator>, Error> {
    let mut all = built_in()?;
    let rows: Vec<IndicatorRow> = tx.query(&ALL, &[]).await?;
    for row in rows {
        let newer: Indicator = serde_json::from_str(&row.body).map_err(Error::internal)?;
        match all.iter_mut().find(|known| known.key == newer.key) {
            Some(known) => *known = newer,
            None => all.push(newer),
        }
    }
    Ok(all)
}

impl Indicator {
    /// Whether each case above the line is also one below it.
    fn is_proportion(&self) -> bool {
        self.numerator.iter().all(|part| {
            self.denominator.contains(part)
                || part.whole().is_some_and(|whole| self.denominator.contains(&whole))
        })
    }

    fn speaks_of_fines(&self) -> bool {
        let zh = [self.name.zh.as_ref(), self.formula.zh.as_ref()];
        let en = [self.key.as_str(), self.name.en.as_ref(), self.formula.en.as_ref()];
        let word = |text: &str| {
            text.split(|c: char| !c.is_ascii_alphabetic())
                .any(|word| FINES_EN.contains(&word.to_ascii_lowercase().as_str()))
        };
        zh.iter().any(|text| FINES_ZH.iter().any(|fine| text.contains(fine))) || en.into_iter().any(word)
    }

    /// What is wrong with it.
    pub fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.key.is_empty() || self.key.len() > 40 || !self.key.chars().all(key) {
            let text = Text::new(
                "用小写字母、数字和下划线，不超过 40 个",
                "lower-case letters, digits and underscores, 40 at most",
            );
            problems.push(FieldProblem::new("key", text));
        }
        for (field, text) in [("name", &self.name), ("formula", &self.formula)] {
            if text.zh.trim().is_empty() || text.en.trim().is_empty() {
                problems
                    .push(FieldProblem::new(field, Text::new("中英文都要填写", "both languages are needed")));
            }
        }
        if self.numerator.is_empty() || !self.is_proportion() {
            let text = Text::new(
                "分子须是分母的一部分",
                "what stands above the line must be part of what stands below",
            );
            problems.push(FieldProblem::new("numerator", text));
        }
        let twice = |(nth, part): (usize, &Measure)| {
            self.denominator.iter().skip(nth + 1).any(|other| part == other || part.overlaps(*other))
        };
        if self.denominator.iter().enumerate().any(twice) {
            let text = Text::new("分母各项须互不重叠", "the parts below the line must not overlap");
            problems.push(FieldProblem::new("denominator", text));
        }
        if self.speaks_of_fines() {
            let text = Text::new("考评指标不得涉及罚款、处罚", "no indicator counts fines or penalties");
            problems.push(FieldProblem::new("formula", text));
        }
        problems
    }
}

/// Publishes the next version of an indicator.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with everything that is wrong; a conflict when it is not the next version.
pub async fn publish_indicator(w: &Write, indicator: &Indicator) -> Result<(), Error> {
    w.require("insight:score", &Thing::at(w.app().district()))?;
    let problems = indicator.problems();
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    let newest: Option<IndicatorRow> = w.opt(&OF_KEY, &vals![indicator.key.as_str()]).await?;
    let own = built_in()?.into_iter().find(|known| known.key == indicator.key).map(|known| known.version);
    let next = newest.map(|row| row.indicator_version).max(own).unwrap_or(0) + 1;
    if indicator.version != next {
        return Err(Error::conflict(Text::owned(
            format!("版本号应为 {next}，可能已有他人发布新版本"),
            format!("the version must be {next}; someone may have published one"),
        )));
    }
    let row = IndicatorRow {
        id: w.id(),
        indicator_key: indicator.key.clone(),
        indicator_version: next,
        body: serde_json::to_string(indicator).map_err(Error::internal)?,
        published_at: w.now(),
    };
    w.insert(&row).await?;
    w.record("insight:publish-indicator", format!("indicator {}/{next}", indicator.key), json!({}));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_with_the_program_passes_its_own_check() {
        let all = built_in().unwrap();
        assert_eq!(all.len(), 10);
        for indicator in all {
            assert_eq!(indicator.problems(), [], "{}", indicator.key);
        }
    }

    #[test]
    fn no_indicator_counts_fines() {
        let sound = built_in().unwrap().remove(0);
        for (zh, en) in [
            ("罚款金额 ÷ 立案数", "amount ÷ opened"),
            ("处罚案件数 ÷ 立案数", "cases ÷ opened"),
            ("立案数 ÷ 立案数", "fines ÷ opened"),
            ("立案数 ÷ 立案数", "cases with a Penalty ÷ opened"),
        ] {
            let refused = Indicator { formula: Text::owned(zh, en), ..sound.clone() };
            assert_eq!(refused.problems().len(), 1, "{zh} {en}");
        }
        let named = Indicator { key: "fine_income".into(), ..sound.clone() };
        assert_eq!(named.problems().len(), 1);
        // Nothing that a formula can be made of counts one either.
        for measure in Measure::ALL {
            assert!(!FINES_EN.iter().any(|word| measure.as_str().split('_').any(|part| part == *word)));
        }
        let harmless = Indicator {
            formula: Text::owned("立案数 ÷ 上报数", "as defined: refined cases ÷ all"),
            ..sound
        };
        assert_eq!(harmless.problems(), []);
    }

    #[test]
    fn what_is_no_proportion_is_refused() {
        let sound = built_in().unwrap().remove(0);
        let fields = |indicator: Indicator| {
            indicator.problems().into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        let loose = Indicator { numerator: vec![Measure::Closed], ..sound.clone() };
        assert_eq!(fields(loose), ["numerator"]);
        let twice = Indicator { denominator: vec![Measure::Accepted, Measure::Accepted], ..sound.clone() };
        assert_eq!(fields(twice), ["denominator"]);
        let part =
            Indicator { denominator: vec![Measure::Accepted, Measure::Rated, Measure::Satisfied], ..sound };
        assert_eq!(fields(part), ["denominator"]);
    }
}
