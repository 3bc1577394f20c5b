//! Pictures without a library: a waterfall of one pair, bars of m and u.

use std::fmt::Write;

use crate::explain::{Explanation, Language};
use crate::model::Model;

/// Escapes what is not allowed in the text of XML and HTML.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const ROW: f64 = 26.0;
const LABELS: f64 = 260.0;
const WIDTH: f64 = 720.0;

/// The waterfall of an explanation: each bar begins where the one above ends. Colours are classes, so that the page
/// decides them: `for`, `against`, `sum`.
#[must_use]
pub fn waterfall(explanation: &Explanation, language: Language) -> String {
    let (prior, total) = match language {
        Language::Chinese => ("先验", "合计"),
        Language::English => ("prior", "total"),
    };
    let mut bars = vec![(prior.to_owned(), 0.0, explanation.prior, "sum")];
    let mut level = explanation.prior;
    for step in &explanation.steps {
        let end = level + step.weight + step.rarity;
        let label = format!("{}：{}", step.comparison.text(language), step.level.text(language));
        bars.push((label, level, end, if end >= level { "for" } else { "against" }));
        level = end;
    }
    bars.push((total.to_owned(), 0.0, explanation.total, "sum"));
    let ends = || bars.iter().flat_map(|&(_, from, to, _)| [from, to]);
    let (least, most) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
    let scale = (WIDTH - LABELS - 70.0) / (most - least).max(1.0);
    let x = |weight: f64| LABELS + (weight - least) * scale;
    let height = ROW * bars.len() as f64 + 8.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{total} {:+.1}\">",
        explanation.total
    );
    for (row, (label, from, to, class)) in bars.iter().enumerate() {
        let y = ROW * row as f64 + 4.0;
        let (left, width) = (x(from.min(*to)), ((to - from).abs() * scale).max(1.0));
        let value = if *class == "sum" { *to } else { to - from };
        let _ = write!(
            out,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{}</text><rect class=\"{class}\" x=\"{left:.1}\" y=\"{y:.0}\" width=\"{width:.1}\" height=\"{:.0}\" rx=\"2\"/><text x=\"{:.1}\" y=\"{:.0}\">{value:+.1}</text>",
            LABELS - 10.0,
            y + 15.0,
            escaped(label),
            ROW - 8.0,
            left + width + 6.0,
            y + 15.0
        );
    }
    let _ = write!(out, "<line x1=\"{0:.1}\" y1=\"0\" x2=\"{0:.1}\" y2=\"{height}\"/></svg>", x(0.0));
    out
}

/// Bars of m and u of every level, one row for each.
#[must_use]
pub fn levels(model: &Model, language: Language) -> String {
    let rows: Vec<_> = model
        .comparisons
        .iter()
        .flat_map(|c| c.levels.iter().filter(|l| !l.is_missing()).map(move |l| (c, l)))
        .collect();
    let height = ROW * rows.len() as f64 + 28.0;
    let half = (WIDTH - LABELS - 90.0) / 2.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"m, u\"><text x=\"{:.0}\" y=\"14\">m</text><text x=\"{:.0}\" y=\"14\">u</text><text x=\"{:.0}\" y=\"14\">log2(m/u)</text>",
        LABELS,
        LABELS + half + 10.0,
        WIDTH - 70.0
    );
    for (row, (comparison, level)) in rows.iter().enumerate() {
        let y = ROW * row as f64 + 24.0;
        let (m, u) = (level.m.unwrap_or(0.0), level.u.unwrap_or(0.0));
        let _ = write!(
            out,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{}：{}</text><rect class=\"for\" x=\"{LABELS}\" y=\"{y:.0}\" width=\"{:.1}\" height=\"{:.0}\"/><rect class=\"against\" x=\"{:.1}\" y=\"{y:.0}\" width=\"{:.1}\" height=\"{:.0}\"/><text x=\"{:.0}\" y=\"{:.0}\">{:+.1}</text>",
            LABELS - 10.0,
            y + 13.0,
            escaped(comparison.label.text(language)),
            escaped(level.label.text(language)),
            (m * half).max(0.5),
            ROW - 10.0,
            LABELS + half + 10.0,
            (u * half).max(0.5),
            ROW - 10.0,
            WIDTH - 60.0,
            y + 13.0,
            level.weight().unwrap_or(0.0)
        );
    }
    out.push_str("</svg>");
    out
}
