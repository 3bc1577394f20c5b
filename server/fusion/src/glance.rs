//! A glance at the beginning of a file, before it is run: how its rows look, never what they say, and what is wrong with them.

use std::collections::BTreeMap;

use platform::{App, Error};

use crate::batch_api::RowCheck;
use crate::columns::Places;
use crate::kept;
use crate::people::rows;
use crate::sheet::Sheet;

/// Rows that are shown as shapes.
const SHOWN: usize = 5;
/// Characters of a shape.
const SHAPE: usize = 40;

/// What a glance sees.
#[derive(Default)]
pub(crate) struct Glance {
    pub sample: Vec<Vec<String>>,
    pub checks: Vec<RowCheck>,
}

/// Looks at the first block of a batch's file.
///
/// # Errors
/// What the vault answers.
pub(crate) fn glance(app: &App, id: i64, places: Option<&Places>) -> Result<Glance, Error> {
    let bytes = kept::read_first(app, id)?;
    // The block may end within a character, and within a row.
    let text = String::from_utf8_lossy(&bytes);
    let whole = text.rsplit_once('\n').map_or(&*text, |(whole, _)| whole);
    let Ok(sheet) = Sheet::of_text(whole.to_owned()) else { return Ok(Glance::default()) };
    let mut glance = Glance { sample: shapes(&sheet), checks: Vec::new() };
    if let Some(places) = places {
        let today = app.clock().now().beijing_date().to_string();
        let rows = sheet.rows(places, &today)?;
        let of = rows.taken.len() + rows.refused.len();
        let mut counts: BTreeMap<&str, (platform::Text, usize)> = BTreeMap::new();
        for row in &rows.refused {
            let text = row.why.text();
            counts.entry(row.why.word()).or_insert((text, 0)).1 += 1;
        }
        glance.checks = counts.into_values().map(|(text, rows)| RowCheck { text, rows, of }).collect();
    }
    Ok(glance)
}

fn shapes(sheet: &Sheet) -> Vec<Vec<String>> {
    let mut shown = Vec::new();
    if let Ok((_, rest, line)) = rows::header(&sheet.text)
        && let Ok(pieces) = rows::pieces(rest, line)
        && let Some(piece) = pieces.first()
    {
        rows::each(piece, sheet.heading.len(), false, |_, cells, _| {
            if shown.len() < SHOWN {
                shown.push(cells.iter().map(|cell| shape(cell)).collect());
            }
        });
    }
    shown
}

/// How a cell looks: letters and characters are `x`, digits are `9`, signs stay.
fn shape(cell: &str) -> String {
    let shape = |c: char| match c {
        c if c.is_ascii_digit() || c.is_numeric() => '9',
        c if c.is_alphabetic() => 'x',
        c => c,
    };
    cell.chars().take(SHAPE).map(shape).collect()
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn a_shape_tells_how_a_cell_looks_and_not_what_it_says() {
        assert_eq!(shape("450204********1234"), "999999********9999");
        assert_eq!(shape("金鹅花园3栋2-501"), "xxxx9x9-999");
        assert_eq!(shape(" 韦 Anna１"), " x xxxx9");
    }
}
