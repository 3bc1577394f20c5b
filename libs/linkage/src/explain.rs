//! Why a pair weighs what it weighs: as data, as text, as a picture. The steps add up to the weight.

use std::fmt::Write;

use serde::Serialize;

use crate::compare::View;
use crate::error::ModelError;
use crate::model::{Label, Model};
use crate::plan::Prepared;
use crate::weigh::{Part, Weigher};

/// What one comparison says about a pair.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    pub comparison: Label,
    pub level: Label,
    /// What the records say in the fields that the level looks at.
    pub left: String,
    pub right: String,
    /// log2(m/u) of the level.
    pub weight: f64,
    /// Added because the shared value is rarer than usual, taken away because it is more frequent.
    pub rarity: f64,
}

/// Prior and steps of a pair.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// log2 of the odds before anything was compared.
    pub prior: f64,
    pub steps: Vec<Step>,
    pub total: f64,
}

/// Which language a text is made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Label {
    /// The text in one of the languages.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }
}

/// Explains pairs of one table; made once, asked often.
pub struct Explainer<'a> {
    model: &'a Model,
    prepared: &'a Prepared<'a>,
    weigher: Weigher,
}

impl<'a> Explainer<'a> {
    /// # Errors
    /// When the model is not trained.
    pub fn new(model: &'a Model, prepared: &'a Prepared<'a>) -> Result<Self, ModelError> {
        let weigher = Weigher::new(model, prepared.table, &prepared.comparer)?;
        Ok(Self { model, prepared, weigher })
    }

    /// The weight of a pair of records, whether or not a rule of blocking makes it.
    #[must_use]
    pub fn weight(&self, left: u32, right: u32) -> f32 {
        let table = self.prepared.table;
        let view = View::of(table);
        self.weigher.weight(&self.prepared.comparer, &view, table.row(left), table.row(right))
    }

    /// The explanation of a pair of records, whether or not a rule of blocking makes it.
    #[must_use]
    pub fn pair(&self, left: u32, right: u32) -> Explanation {
        let table = self.prepared.table;
        let view = View::of(table);
        let parts = self.weigher.parts(&self.prepared.comparer, &view, table.row(left), table.row(right));
        let steps: Vec<Step> = self
            .model
            .comparisons
            .iter()
            .zip(parts)
            .map(|(comparison, part)| {
                let Part { level, weight, rarity } = part;
                let chosen = comparison.levels.get(level);
                let mut fields = chosen.map(|level| level.test.fields()).unwrap_or_default();
                if fields.is_empty() {
                    // The last level looks at no field: what the others look at did not agree.
                    fields = comparison.levels.iter().flat_map(|level| level.test.fields()).collect();
                }
                let mut seen = Vec::new();
                fields.retain(|field| {
                    if seen.contains(field) {
                        false
                    } else {
                        seen.push(*field);
                        true
                    }
                });
                let said = |record: u32| {
                    let texts = fields
                        .iter()
                        .filter_map(|field| table.field(field))
                        .map(|field| table.text(record, field));
                    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
                };
                Step {
                    comparison: comparison.label.clone(),
                    level: chosen.map(|level| level.label.clone()).unwrap_or_default(),
                    left: said(left),
                    right: said(right),
                    weight,
                    rarity,
                }
            })
            .collect();
        let total = self.weigher.prior + steps.iter().map(|step| step.weight + step.rarity).sum::<f64>();
        Explanation { prior: self.weigher.prior, steps, total }
    }
}

impl Explanation {
    /// The chance that both are one entity, if the model held exactly. Weights of fields that hang together are too
    /// large, so this is an order of magnitude and no promise.
    #[must_use]
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + (-self.total).exp2())
    }

    /// A waterfall of text.
    #[must_use]
    pub fn to_text(&self, language: Language) -> String {
        let (prior, total, rare, common, missing) = match language {
            Language::Chinese => ("先验", "合计", "比通常罕见", "比通常常见", "（空）"),
            Language::English => ("prior", "total", "rarer than usual", "more common than usual", "(empty)"),
        };
        let shown = |text: &str| if text.is_empty() { missing.to_owned() } else { text.to_owned() };
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{prior:<10} {:>+8.2}", self.prior);
        for step in &self.steps {
            let _ = write!(
                out,
                "{:<10} {:>+8.2}  {}",
                step.comparison.text(language),
                step.weight + step.rarity,
                step.level.text(language)
            );
            let _ = write!(out, "  [{} ~ {}]", shown(&step.left), shown(&step.right));
            if step.rarity.abs() >= 0.05 {
                let _ =
                    write!(out, "  ({} {:+.2})", if step.rarity > 0.0 { rare } else { common }, step.rarity);
            }
            out.push('\n');
        }
        let _ = writeln!(out, "{total:<10} {:>+8.2}", self.total);
        out
    }
}
