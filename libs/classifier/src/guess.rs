//! Guessing: which class a text most likely has, how sure that is, and which of its words say so.

use std::collections::BTreeMap;

use crate::Model;
use crate::features::{Found, features, letters};

/// How much of a feature's share is taken from all classes together, so that a class is not ruled out by one word that it
/// never had (Jelinek and Mercer's mixture). Adding to counts instead would hold unknown words against large classes alone.
const ANYWHERE: f64 = 0.2;
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

    /// The logarithm of how likely each class is together with these features, but for a summand that all share: a feature
    /// that a class never had adds nothing to it, whether the class is large or small.
    pub(crate) fn scores(&self, found: &[Found]) -> Vec<f64> {
        let all = f64::from(self.documents());
        let mut scores: Vec<f64> =
            self.classes.iter().map(|known| (f64::from(known.documents) / all).ln()).collect();
        let once: BTreeMap<&str, &Vec<(u32, u32)>> =
            found.iter().filter_map(|f| Some((f.name.as_str(), self.counts.get(&f.name)?))).collect();
        let everything = self.everything();
        for counts in once.into_values() {
            let anywhere = share(counts.iter().map(|(_, count)| count).sum(), everything);
            for (at, count) in counts {
                if let (Some(score), Some(known)) =
                    (scores.get_mut(*at as usize), self.classes.get(*at as usize))
                {
                    *score += (mixed(share(*count, known.features), anywhere) / mixed(0.0, anywhere)).ln();
                }
            }
        }
        scores
    }

    /// The features of all documents together.
    fn everything(&self) -> u32 {
        self.classes.iter().map(|known| known.features).sum()
    }

    fn confidences(&self, found: &[Found]) -> Vec<f64> {
        soft(&self.scores(found), self.temperature)
    }

    /// The stretches that speak for a class: pieces that do, joined where they overlap or touch.
    fn words(&self, letters: &[char], found: &[Found], at: usize) -> Vec<Word> {
        let everything = self.everything();
        let mut stretches: Vec<(usize, usize, f64)> = Vec::new();
        for piece in found {
            let odds = self.log_odds(&piece.name, at, everything);
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
    fn log_odds(&self, feature: &str, at: usize, everything: u32) -> f64 {
        let Some(known) = self.classes.get(at) else { return 0.0 };
        let own = self.count(feature, u32::try_from(at).unwrap_or(u32::MAX));
        let all: u32 = self.counts.get(feature).into_iter().flatten().map(|(_, count)| count).sum();
        let anywhere = share(all, everything);
        let others = share(all - own, everything - known.features);
        (mixed(share(own, known.features), anywhere) / mixed(others, anywhere)).ln()
    }
}

fn share(count: u32, of: u32) -> f64 {
    f64::from(count) / f64::from(of.max(1))
}

/// What a class has, mixed with what is had anywhere.
fn mixed(own: f64, anywhere: f64) -> f64 {
    (1.0 - ANYWHERE) * own + ANYWHERE * anywhere
}

/// Scores as shares of 1, flattened by a temperature.
pub(crate) fn soft(scores: &[f64], temperature: f64) -> Vec<f64> {
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = scores.iter().map(|score| ((score - highest) / temperature).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}
