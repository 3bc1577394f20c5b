//! From cases to digits: the exact list behind each line of a scorecard, and what it adds up to.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use data_encoding::HEXLOWER;
use orders::{Happening, Source, Span, Within, happened};
use platform::{Error, Millis, Read};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::indicator::Indicator;
use crate::rate::{Interval, Rate, points, total};
use crate::scorecard::Scorecard;

/// How many cases are read at once.
const AT_ONCE: i64 = 5_000;

/// One case on the list of an indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The step, the run or the order that is counted.
    pub case_id: i64,
    pub order_id: i64,
    pub number: String,
    pub class: String,
    pub area: i64,
    pub at: Millis,
    /// Whether it stands above the line too.
    pub counted: bool,
}

/// The cases of each indicator and unit, by moment.
pub type Lists = BTreeMap<(String, i64), Vec<Case>>;

/// Cases that an upheld objection takes out: indicator, unit, order.
pub type Exempted = BTreeSet<(String, i64, i64)>;

/// What one indicator gives one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineDigits {
    pub indicator: String,
    #[serde(flatten)]
    pub rate: Rate,
    /// In ten thousandths; none where nothing was due.
    pub value: Option<i64>,
    /// Where the true rate lies with 95 % confidence.
    pub interval: Option<Interval>,
    /// In hundredths.
    pub points: Option<i64>,
}

/// What a scorecard gives one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitDigits {
    pub unit: i64,
    pub lines: Vec<LineDigits>,
    /// Of 100, in hundredths: the points of the lines that have data, scaled to their weights.
    pub total: Option<i64>,
    /// Equal totals share a rank.
    pub rank: Option<i64>,
}

/// Every case that a measure counts in a span.
pub async fn all_of(
    r: &Read,
    street: i64,
    measure: orders::Measure,
    span: Span,
    within: &Within,
) -> Result<Vec<Happening>, Error> {
    let mut all: Vec<Happening> = Vec::new();
    loop {
        let after = all.last().map_or((Millis(i64::MIN), 0), |last| (last.at, last.case_id));
        let more = happened(r, street, measure, span, within, after, AT_ONCE).await?;
        let is_last = i64::try_from(more.len()).map_err(Error::internal)? < AT_ONCE;
        all.extend(more);
        if is_last {
            return Ok(all);
        }
    }
}

/// The cases of an indicator in a span with what stands above the line marked, by moment.
///
/// # Errors
/// What the store answers.
pub async fn cases(
    r: &Read,
    street: i64,
    indicator: &Indicator,
    span: Span,
    within: &Within,
) -> Result<Vec<(Happening, bool)>, Error> {
    let mut counted: HashSet<i64> = HashSet::new();
    for measure in &indicator.numerator {
        if !indicator.denominator.contains(measure) {
            counted.extend(all_of(r, street, *measure, span, within).await?.iter().map(|one| one.case_id));
        }
    }
    let mut all = Vec::new();
    for measure in &indicator.denominator {
        let whole = indicator.numerator.contains(measure);
        let found = all_of(r, street, *measure, span, within).await?.into_iter();
        all.extend(found.map(|one| {
            let is_counted = whole || counted.contains(&one.case_id);
            (one, is_counted)
        }));
    }
    all.sort_by_key(|(one, _)| (one.at, one.case_id));
    Ok(all)
}

/// The lists behind a scorecard, what it leaves out left out; what no unit had is nobody's.
///
/// # Errors
/// What the store answers.
pub async fn lists(
    r: &Read,
    street: i64,
    card: &Scorecard,
    indicators: &[Indicator],
    span: Span,
) -> Result<Lists, Error> {
    let left_out =
        |class: &str, source: Source| card.exclusions.iter().any(|exclusion| exclusion.covers(class, source));
    let mut lists = Lists::new();
    for line in &card.lines {
        let Some(indicator) = indicators.iter().find(|one| one.key == line.indicator) else { continue };
        for (one, counted) in cases(r, street, indicator, span, &Within::everything()).await? {
            if one.organisation_id == 0 || left_out(&one.class, one.source) {
                continue;
            }
            let Happening { case_id, order_id, number, class, area, at, organisation_id, .. } = one;
            let case = Case { case_id, order_id, number, class, area, at, counted };
            lists.entry((line.indicator.clone(), organisation_id)).or_default().push(case);
        }
    }
    Ok(lists)
}

/// What lists give each unit, without the cases that were exempted.
pub fn digits(
    card: &Scorecard,
    indicators: &[Indicator],
    lists: &Lists,
    exempted: &Exempted,
) -> Vec<UnitDigits> {
    let units: BTreeSet<i64> = lists.keys().map(|(_, unit)| *unit).collect();
    let mut all: Vec<UnitDigits> =
        units.into_iter().map(|unit| of_unit(card, indicators, lists, exempted, unit)).collect();
    let totals: Vec<i64> = all.iter().filter_map(|unit| unit.total).collect();
    for unit in &mut all {
        let better = |own: i64| totals.iter().filter(|total| **total > own).count();
        unit.rank = unit.total.and_then(|own| i64::try_from(better(own) + 1).ok());
    }
    all
}

fn of_unit(
    card: &Scorecard,
    indicators: &[Indicator],
    lists: &Lists,
    exempted: &Exempted,
    unit: i64,
) -> UnitDigits {
    let mut lines = Vec::with_capacity(card.lines.len());
    for line in &card.lines {
        let mut rate = Rate::default();
        for case in lists.get(&(line.indicator.clone(), unit)).into_iter().flatten() {
            if exempted.contains(&(line.indicator.clone(), unit, case.order_id)) {
                continue;
            }
            rate.denominator += 1;
            rate.numerator += i64::from(case.counted);
        }
        let better = indicators.iter().find(|one| one.key == line.indicator).map(|one| one.better);
        let points = better.and_then(|better| points(rate, better, line.weight, line.target));
        lines.push(LineDigits {
            indicator: line.indicator.clone(),
            rate,
            value: rate.value(),
            interval: rate.interval(),
            points,
        });
    }
    let weighed: Vec<(i64, Option<i64>)> =
        card.lines.iter().zip(&lines).map(|(line, digits)| (line.weight, digits.points)).collect();
    UnitDigits { unit, total: total(&weighed), rank: None, lines }
}

/// The fingerprint of all that a score hangs on and of its digits: SHA-256 over the texts as they are kept.
pub fn digest(body: &str, lists: &Lists, exempted: &Exempted, digits: &str) -> Result<String, Error> {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    };
    part(body);
    for ((indicator, unit), cases) in lists {
        part(indicator);
        part(&unit.to_string());
        part(&serde_json::to_string(cases).map_err(Error::internal)?);
    }
    part(&serde_json::to_string(exempted).map_err(Error::internal)?);
    part(digits);
    Ok(HEXLOWER.encode(&hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{indicator, scorecard};

    fn case(order: i64, counted: bool) -> Case {
        let (number, class) = (String::new(), String::new());
        Case { case_id: order, order_id: order, number, class, area: 0, at: Millis(order), counted }
    }

    #[test]
    fn no_data_is_left_out_with_its_weight_and_equals_share_a_rank() {
        let (card, indicators) = (scorecard::built_in().unwrap(), indicator::built_in().unwrap());
        let list =
            |all: &[bool]| (1..).zip(all).map(|(nth, counted)| case(nth, *counted)).collect::<Vec<_>>();
        let lists = Lists::from([
            (("handling".to_owned(), 1), list(&[true, true, true, false])),
            (("handling".to_owned(), 2), list(&[true, true, true, false])),
            (("handling".to_owned(), 3), list(&[false])),
        ]);
        let found = digits(&card, &indicators, &lists, &Exempted::new());
        assert_eq!(
            found.iter().map(|unit| (unit.total, unit.rank)).collect::<Vec<_>>(),
            [(Some(7_895), Some(1)), (Some(7_895), Some(1)), (Some(0), Some(3)),]
        );
        assert_eq!(found[0].lines[1].value, None);
        let exempted = Exempted::from([("handling".to_owned(), 1, 4)]);
        let after = digits(&card, &indicators, &lists, &exempted);
        assert_eq!((after[0].total, after[1].total), (Some(10_000), Some(7_895)));
        // One order taken out leaves nothing due: no data, not zero.
        let exempted = Exempted::from([("handling".to_owned(), 3, 1)]);
        assert_eq!(digits(&card, &indicators, &lists, &exempted)[2].total, None);
    }

    #[test]
    fn the_fingerprint_hangs_on_every_case() {
        let lists = Lists::from([(("handling".to_owned(), 1), vec![case(1, true)])]);
        let other = Lists::from([(("handling".to_owned(), 1), vec![case(1, false)])]);
        let of = |lists: &Lists| digest("{}", lists, &Exempted::new(), "[]").unwrap();
        assert_eq!(of(&lists), of(&lists.clone()));
        assert_ne!(of(&lists), of(&other));
    }
}
