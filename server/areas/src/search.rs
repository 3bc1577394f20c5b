//! Finding a place by what a person types: a part of its name, or the first letters of its reading.

use crate::road::{Place, PlaceKind};

/// Most places that one search answers.
pub const MOST_FOUND: usize = 20;

/// All named places, ready to be searched.
#[derive(Default)]
pub(crate) struct Gazetteer(Vec<Entry>);

struct Entry {
    zh: String,
    en: String,
    initials: String,
    place: Place,
}

impl Gazetteer {
    pub fn add(&mut self, initials: &str, place: Place) {
        let entry =
            Entry { zh: plain(&place.name.zh), en: plain(&place.name.en), initials: plain(initials), place };
        self.0.push(entry);
    }

    /// The best matches first: the whole name, its beginning, its initials, a part of it.
    pub fn search(&self, words: &str) -> Vec<Place> {
        let words = plain(words);
        if words.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(u8, &Entry)> =
            self.0.iter().filter_map(|entry| entry.rank(&words).map(|rank| (rank, entry))).collect();
        found.sort_by_key(|(rank, entry)| {
            (*rank, entry.place.kind, entry.zh.chars().count(), entry.place.area)
        });
        found.into_iter().take(MOST_FOUND).map(|(_, entry)| entry.place.clone()).collect()
    }
}

impl Entry {
    fn rank(&self, words: &str) -> Option<u8> {
        if self.zh == words || self.en == words {
            Some(0)
        } else if self.zh.starts_with(words) || self.en.starts_with(words) || self.is_landmark_with(words) {
            Some(1)
        } else if self.initials.starts_with(words) {
            Some(2)
        } else if self.zh.contains(words) {
            Some(3)
        } else if words.chars().count() > 2 && self.en.contains(words) {
            Some(4)
        } else {
            None
        }
    }
}

impl Entry {
    /// People say a part of a landmark's name: 万达 is 柳南万达广场.
    fn is_landmark_with(&self, words: &str) -> bool {
        self.place.kind == PlaceKind::Landmark && words.chars().count() > 1 && self.zh.contains(words)
    }
}

/// Lower case without spaces, so that `Yin Shan` finds Yinshan.
fn plain(text: &str) -> String {
    text.chars().filter(|one| !one.is_whitespace()).flat_map(char::to_lowercase).collect()
}
