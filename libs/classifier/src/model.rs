//! Counting: how many documents of each class have each feature.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Lexicon;
use crate::features::{features, letters};

/// A feature that fewer documents have is not kept: it would say more about a person than about a class.
pub const FEWEST: u32 = 5;

/// A text whose class is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document<'a> {
    pub text: &'a str,
    pub class: &'a str,
}

/// One class as the documents show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub class: String,
    pub documents: u32,
    /// The features of all its documents together.
    pub features: u32,
}

/// What was learned. It is written out with `serde` and read again as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// In the order of their names.
    pub(crate) classes: Vec<Known>,
    /// For each feature, how many documents of which class have it, by the class's place.
    pub(crate) counts: BTreeMap<String, Vec<(u32, u32)>>,
    pub(crate) lexicon: Lexicon,
    /// By how much confidence is flattened; 1 is as naive Bayes says.
    pub(crate) temperature: f64,
}

impl Model {
    /// Learns from documents; none without two classes that share a vocabulary.
    pub fn train(documents: &[Document<'_>], lexicon: &Lexicon) -> Option<Self> {
        let names: BTreeSet<&str> = documents.iter().map(|document| document.class).collect();
        let place: BTreeMap<&str, u32> = names.iter().copied().zip(0..).collect();
        let mut classes: Vec<Known> =
            names.iter().map(|name| Known { class: (*name).to_owned(), documents: 0, features: 0 }).collect();
        let mut counts: BTreeMap<String, BTreeMap<u32, u32>> = BTreeMap::new();
        for document in documents {
            let at = *place.get(document.class)?;
            classes.get_mut(at as usize)?.documents += 1;
            let found = features(&letters(document.text), lexicon);
            let once: BTreeSet<String> = found.into_iter().map(|found| found.name).collect();
            for name in once {
                *counts.entry(name).or_default().entry(at).or_default() += 1;
            }
        }
        counts.retain(|_, by_class| by_class.values().sum::<u32>() >= FEWEST);
        for (at, count) in counts.values().flatten() {
            classes.get_mut(*at as usize)?.features += count;
        }
        let counts: BTreeMap<_, Vec<_>> =
            counts.into_iter().map(|(name, by_class)| (name, by_class.into_iter().collect())).collect();
        let can_tell = classes.len() > 1 && !counts.is_empty();
        can_tell.then(|| Self { classes, counts, lexicon: lexicon.clone(), temperature: 1.0 })
    }

    /// How many documents it learned from.
    pub fn documents(&self) -> u32 {
        self.classes.iter().map(|known| known.documents).sum()
    }

    /// How many classes it knows.
    pub fn classes(&self) -> usize {
        self.classes.len()
    }

    /// How many features it kept.
    pub fn features(&self) -> usize {
        self.counts.len()
    }

    /// How many documents of the class at a place have a feature.
    pub(crate) fn count(&self, feature: &str, at: u32) -> u32 {
        let found = self.counts.get(feature).map_or(&[][..], Vec::as_slice);
        found.iter().find(|(class, _)| *class == at).map_or(0, |(_, count)| *count)
    }
}
