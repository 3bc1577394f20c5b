//! Guessing: which class a text most likely has, how sure that is, and which of its words say so.

use std::collections::BTreeMap;

use crate::Model;
use crate::features::{Found, features, letters};

/// Added to every count, so that a class is not ruled out by one word that it never had.
const SMOOTHING: f64 = 0.1;
/// Stretches of text that a guess names.
const WORDS: usize = 5;

/// A class that a text may have.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    pub class: String,
    /// Between 0 and 1; over all classes they add up to 1.
    pub confidence: f64,
    /// The stretches of the text that speak for it, the loudest first.
    pub words: Vec<Word>,
}

/// A stretch of the text, as it is compared: plain letters in lower case.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    pub text: String,
    /// How much more often this class has it than the others, as the natural logarithm of the odds; pieces that overlap
    /// or touch are one stretch and count together.
    pub log_odds: f64,
}

impl Model {
    /// The likeliest classes, at most `top`, the likeliest first; nothing when the text has no word that the model knows.
    pub fn guess(&self, text: &str, top: usize) -> Vec<Guess> {
        let letters = letters(text);
        let found: Vec<Found> = features(&letters, &self.lexicon)
            .into_iter()
            .filter(|f| self.counts.contains_key(&f.name))
            .collect();
        if found.is_empty() {
            return Vec::new();
        }
        let mut likely: Vec<(usize, f64)> = self.confidences(&found).into_iter().enumerate().collect();
        likely.sort_by(|(a, one), (b, other)| other.total_cmp(one).then(a.cmp(b)));
        likely
            .into_iter()
            .take(top)
            .filter_map(|(at, confidence)| {
                let class = self.classes.get(at)?.class.clone();
                Some(Guess { class, confidence, words: self.words(&letters, &found, at) })
            })
            .collect()
    }

    /// The logarithm of how likely each class is together with these features, but for a summand that all share.
    pub(crate) fn scores(&self, found: &[Found]) -> Vec<f64> {
        let vocabulary = self.counts.len() as f64;
        let all = f64::from(self.documents());
        // A class that has none of the features is nonetheless scored: by its size and by what it lacks.
        let once: BTreeMap<&str, &Vec<(u32, u32)>> =
            found.iter().filter_map(|f| Some((f.name.as_str(), self.counts.get(&f.name)?))).collect();
        let mut scores: Vec<f64> = Vec::with_capacity(self.classes.len());
        for known in &self.classes {
            let prior = (f64::from(known.documents) / all).ln();
            let unseen = SMOOTHING.ln() - (f64::from(known.features) + SMOOTHING * vocabulary).ln();
            scores.push(prior + unseen * once.len() as f64);
        }
        for (at, count) in once.into_values().flatten() {
            if let Some(score) = scores.get_mut(*at as usize) {
                *score += (f64::from(*count) + SMOOTHING).ln() - SMOOTHING.ln();
            }
        }
        scores
    }

    fn confidences(&self, found: &[Found]) -> Vec<f64> {
        soft(&self.scores(found), self.temperature)
    }

    /// The stretches that speak for a class: pieces that do, joined where they overlap or touch.
    fn words(&self, letters: &[char], found: &[Found], at: usize) -> Vec<Word> {
        let mut stretches: Vec<(usize, usize, f64)> = Vec::new();
        for piece in found {
            let odds = self.log_odds(&piece.name, at);
            if odds <= 0.0 {
                continue;
            }
            let end = piece.at + piece.length;
            match stretches.last_mut() {
                Some((_, upto, sum)) if piece.at < *upto => {
                    *upto = end.max(*upto);
                    *sum += odds;
                }
                _ => stretches.push((piece.at, end, odds)),
            }
        }
        let mut by_text: BTreeMap<String, f64> = BTreeMap::new();
        for (from, upto, odds) in stretches {
            let text: String = letters.get(from..upto).unwrap_or_default().iter().collect();
            // Said twice, a word speaks no louder.
            let known = by_text.entry(text).or_insert(odds);
            *known = known.max(odds);
        }
        let mut words: Vec<Word> =
            by_text.into_iter().map(|(text, log_odds)| Word { text, log_odds }).collect();
        words.sort_by(|one, other| {
            other.log_odds.total_cmp(&one.log_odds).then_with(|| one.text.cmp(&other.text))
        });
        words.truncate(WORDS);
        words
    }

    /// How much more often the class at a place has a feature than all others together.
    fn log_odds(&self, feature: &str, at: usize) -> f64 {
        let Some(known) = self.classes.get(at) else { return 0.0 };
        let own = self.count(feature, u32::try_from(at).unwrap_or(u32::MAX));
        let all: u32 = self.counts.get(feature).into_iter().flatten().map(|(_, count)| count).sum();
        let everything: u32 = self.classes.iter().map(|known| known.features).sum();
        let vocabulary = SMOOTHING * self.counts.len() as f64;
        let share = |count: u32, of: u32| (f64::from(count) + SMOOTHING) / (f64::from(of) + vocabulary);
        share(own, known.features).ln() - share(all - own, everything - known.features).ln()
    }
}

/// Scores as shares of 1, flattened by a temperature.
pub(crate) fn soft(scores: &[f64], temperature: f64) -> Vec<f64> {
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = scores.iter().map(|score| ((score - highest) / temperature).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}
