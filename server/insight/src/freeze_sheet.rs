//! A frozen month as a workbook: every revision, unit and indicator on a row of its own, with its formula.

use orders::Books;
use paper::{Cell, Workbook};
use platform::{Error, Lang, Millis, Text};

use crate::freeze::{Basis, Revision};
use crate::indicator_api::unit_out;
use crate::score::{LineDigits, UnitDigits};
use crate::view::View;

const HEADS: [Text; 16] = [
    Text::new("版次", "Revision"),
    Text::new("部门", "Department"),
    Text::new("名次", "Rank"),
    Text::new("总分", "Score"),
    Text::new("指标", "Indicator"),
    Text::new("公式", "Formula"),
    Text::new("公式版本", "Version of the formula"),
    Text::new("分子", "Numerator"),
    Text::new("分母", "Denominator"),
    Text::new("比率（%）", "Rate (%)"),
    Text::new("95% 区间下限（%）", "95 % interval, low (%)"),
    Text::new("95% 区间上限（%）", "95 % interval, high (%)"),
    Text::new("权重", "Weight"),
    Text::new("目标（%）", "Target (%)"),
    Text::new("得分", "Points"),
    Text::new("校验值", "Digest"),
];

/// Two places behind the point; nothing where there is no data.
fn hundredths(value: Option<i64>) -> Cell {
    value.map_or(Cell::Empty, |value| Cell::Number(value as f64 / 100.0))
}

fn row(
    basis: &Basis,
    lang: Lang,
    revision: &Revision,
    unit: (&UnitDigits, &Text),
    line: &LineDigits,
) -> Option<Vec<Cell>> {
    let indicator = basis.indicators.iter().find(|one| one.key == line.indicator)?;
    let weighed = basis.scorecard.lines.iter().find(|one| one.indicator == line.indicator)?;
    let (digits, name) = unit;
    Some(vec![
        Cell::Whole(revision.revision),
        Cell::text(name.in_lang(lang)),
        digits.rank.map_or(Cell::Empty, Cell::Whole),
        hundredths(digits.total),
        Cell::text(indicator.name.in_lang(lang)),
        Cell::text(indicator.formula.in_lang(lang)),
        Cell::Whole(indicator.version),
        Cell::Whole(line.rate.numerator),
        Cell::Whole(line.rate.denominator),
        hundredths(line.value),
        hundredths(line.interval.map(|interval| interval.low)),
        hundredths(line.interval.map(|interval| interval.high)),
        Cell::Whole(weighed.weight),
        hundredths(Some(weighed.target)),
        hundredths(line.points),
        Cell::text(&revision.digest),
    ])
}

/// The workbook of what a caller sees of a freeze.
///
/// # Errors
/// [`Error::Internal`] for a row that does not hold digits, or when the workbook cannot be written.
pub fn workbook(
    books: &Books,
    view: &View,
    street: i64,
    basis: &Basis,
    revisions: &[Revision],
    lang: Lang,
    now: Millis,
) -> Result<Vec<u8>, Error> {
    let heads = HEADS.iter().map(|head| head.in_lang(lang).to_owned()).collect();
    let mut book = Workbook::new(basis.scorecard.name.in_lang(lang), heads, now)?;
    for revision in revisions {
        let mut units = revision.units()?;
        units.retain(|unit| view.covers(street, unit.unit));
        units.sort_by_key(|unit| (unit.rank.unwrap_or(i64::MAX), unit.unit));
        for unit in &units {
            let Some(named) = unit_out(books, unit.unit) else { continue };
            for line in &unit.lines {
                if let Some(cells) = row(basis, lang, revision, (unit, &named.name), line) {
                    book.push(&cells)?;
                }
            }
        }
    }
    book.finish()
}
