//! How good the guesses are, on cases that the model had not learned from.

use serde::{Deserialize, Serialize};

use crate::features::{Found, features, letters};
use crate::guess::soft;
use crate::{Document, Lexicon, Model};

/// Fewer documents than this say nothing about accuracy.
const FEWEST_DOCUMENTS: usize = 100;
/// The quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_964;
/// From here on a guess counts as a sure one.
const SURE: f64 = 0.8;

/// A share of cases with its 95 % interval (Wilson 1927).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    pub hits: usize,
    pub of: usize,
    pub low: f64,
    pub high: f64,
}

impl Share {
    pub fn new(hits: usize, of: usize) -> Self {
        if of == 0 {
            return Self { hits: 0, of: 0, low: 0.0, high: 1.0 };
        }
        let (n, p) = (of as f64, hits as f64 / of as f64);
        let middle = p + Z * Z / (2.0 * n);
        let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let part = |value: f64| (value / (1.0 + Z * Z / n)).clamp(0.0, 1.0);
        Self { hits, of, low: part(middle - spread).min(p), high: part(middle + spread).max(p) }
    }

    /// None of nothing.
    pub fn value(&self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }
}

/// What was measured on the latest fifth of the documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The first guess is the class.
    pub top1: Share,
    /// One of the first three guesses is.
    pub top3: Share,
    /// Of the guesses that it was at least 80 % sure of.
    pub sure: Share,
    /// The temperature that made confidences true.
    pub temperature: f64,
}

/// A model with what is known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// Learned from all documents.
    pub model: Model,
    pub measure: Measure,
}

/// Learns from documents in the order of time: from the first three fifths a model to be tried, on the next fifth its
/// temperature, on the last fifth its accuracy. The model that is given back has then learned from all. None from too few
/// documents, or from those of one class.
pub fn fit(documents: &[Document<'_>], lexicon: &Lexicon) -> Option<Fitted> {
    if documents.len() < FEWEST_DOCUMENTS {
        return None;
    }
    let (early, late) = documents.split_at_checked(documents.len() / 5 * 3)?;
    let (between, held_out) = late.split_at_checked(late.len() / 2)?;
    let mut tried = Model::train(early, lexicon)?;
    tried.temperature = temperature(&tried, between);
    let measure = measure(&tried, held_out);
    let mut model = Model::train(documents, lexicon)?;
    model.temperature = tried.temperature;
    Some(Fitted { model, measure })
}

fn measure(model: &Model, held_out: &[Document<'_>]) -> Measure {
    let (mut first, mut among, mut sure, mut sure_hits) = (0, 0, 0, 0);
    for document in held_out {
        let guesses = model.guess(document.text, 3);
        let is_first = guesses.first().is_some_and(|guess| guess.class == document.class);
        first += usize::from(is_first);
        among += usize::from(guesses.iter().any(|guess| guess.class == document.class));
        if guesses.first().is_some_and(|guess| guess.confidence >= SURE) {
            sure += 1;
            sure_hits += usize::from(is_first);
        }
    }
    Measure {
        top1: Share::new(first, held_out.len()),
        top3: Share::new(among, held_out.len()),
        sure: Share::new(sure_hits, sure),
        temperature: model.temperature,
    }
}

/// The temperature at which the documents are likeliest, found by golden-section search between 1/8 and 32.
fn temperature(model: &Model, documents: &[Document<'_>]) -> f64 {
    let scored: Vec<(usize, Vec<f64>)> = documents
        .iter()
        .filter_map(|document| {
            let at = model.classes.iter().position(|known| known.class == document.class)?;
            let found: Vec<Found> = features(&letters(document.text), &model.lexicon);
            Some((at, model.scores(&found)))
        })
        .collect();
    if scored.is_empty() {
        return 1.0;
    }
    // Half a case is always somewhere else, so that a model that never erred does not claim to be certain.
    let doubt = 0.5 / scored.len() as f64;
    let loss = |log: f64| -> f64 {
        let of = |(at, scores): &(usize, Vec<f64>)| {
            let shares = soft(scores, log.exp());
            let elsewhere = 1.0 / shares.len() as f64;
            let hit = shares.get(*at).copied().unwrap_or(0.0);
            let missed = (1.0 - hit).max(f64::MIN_POSITIVE) * elsewhere;
            -(1.0 - doubt) * hit.max(f64::MIN_POSITIVE).ln() - doubt * missed.ln()
        };
        scored.iter().map(of).sum()
    };
    let golden = (5_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.125_f64.ln(), 32_f64.ln());
    for _ in 0..40 {
        let (one, other) = (high - golden * (high - low), low + golden * (high - low));
        match loss(one) <= loss(other) {
            true => high = other,
            false => low = one,
        }
    }
    // In steps of 1/1024, which a text of it keeps to the last digit.
    (((low + high) / 2.0).exp() * 1024.0).round() / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_wilsons() {
        // Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
        let (some, none) = (Share::new(81, 263), Share::new(0, 20));
        assert!((some.low - 0.2553).abs() < 1e-4 && (some.high - 0.3662).abs() < 1e-4, "{some:?}");
        assert!(none.low == 0.0 && (none.high - 0.1611).abs() < 1e-4, "{none:?}");
        assert_eq!(Share::new(0, 0).value(), None);
    }

    #[test]
    fn accuracy_is_that_of_later_cases() {
        // What means one thing at first means another later: a model that had seen the end would know.
        let texts = ["井盖破损", "路灯不亮"];
        let changing: Vec<Document<'_>> = (0..500)
            .map(|n| Document {
                text: texts[n % 2],
                class: if (n < 400) == (n % 2 == 0) { "a" } else { "b" },
            })
            .collect();
        let measure = fit(&changing, &Lexicon::default()).unwrap().measure;
        assert_eq!((measure.top1.hits, measure.top1.of, measure.top3.hits), (0, 100, 100));
        assert!(fit(&changing[..99], &Lexicon::default()).is_none());
    }

    #[test]
    fn confidence_comes_down_to_what_is_true() {
        // Three of four reports of a puddle are of one class, whatever else they say.
        let documents: Vec<Document<'_>> = (0..1000)
            .map(|n| Document {
                text: if n % 8 < 4 { "积水很深过不去请尽快处理" } else { "路灯不亮" },
                class: if n % 8 >= 4 {
                    "lamp"
                } else if n % 4 == 0 {
                    "drain"
                } else {
                    "road"
                },
            })
            .collect();
        let fitted = fit(&documents, &Lexicon::default()).unwrap();
        let guess = &fitted.model.guess("积水很深过不去请尽快处理", 1)[0];
        assert_eq!(guess.class, "road");
        assert!((0.65..0.8).contains(&guess.confidence), "{guess:?} {:?}", fitted.measure);
    }
}
