//! Between our states and those of other systems.

use orders::{Act, Action, State};

/// The status of the specification.
pub(crate) fn status(state: State) -> &'static str {
    if state.is_ended() { "closed" } else { "open" }
}

/// The extended status that an act brings about; `None` for what is no news to others.
pub(crate) fn extended(act: Act) -> Option<&'static str> {
    Some(match act {
        Act::Report => "OPEN",
        Act::Accept | Act::Recall | Act::Reclassify => "INVESTIGATING",
        Act::Dispatch | Act::Rule | Act::Park => "ACTION_SCHEDULED",
        Act::Return | Act::Refer => "INTERNAL_REFERRAL",
        Act::Sign | Act::Rework | Act::Wake => "IN_PROGRESS",
        Act::Resolve | Act::Verify => "FIXED",
        Act::Close | Act::SelfResolve | Act::Settle => "CLOSED",
        Act::Reopen => "REOPEN",
        Act::Reject => "NOT_COUNCILS_RESPONSIBILITY",
        Act::Cancel => "CANCELLED",
        Act::Join => "DUPLICATE",
        Act::Consult => "FOR_TRIAGE",
        _ => return None,
    })
}

/// The words that an update may say.
const WORDS: [&str; 13] = [
    "OPEN",
    "CLOSED",
    "INVESTIGATING",
    "IN_PROGRESS",
    "ACTION_SCHEDULED",
    "FIXED",
    "DUPLICATE",
    "NOT_COUNCILS_RESPONSIBILITY",
    "NO_FURTHER_ACTION",
    "INTERNAL_REFERRAL",
    "FOR_TRIAGE",
    "CANCELLED",
    "REOPEN",
];

/// A word of the vocabulary, however it is written.
pub(crate) fn word(written: &str) -> Option<&'static str> {
    let plain = written.to_uppercase().replace([' ', '-'], "_");
    WORDS.into_iter().find(|word| *word == plain)
}

/// The step that a unit's own program may mean by a word, where the order stands; everything else is a remark.
pub(crate) fn meant(word: &str, state: State) -> Option<Action> {
    match (word, state) {
        ("IN_PROGRESS" | "INVESTIGATING" | "ACTION_SCHEDULED", State::Dispatched) => Some(Action::Sign),
        ("FIXED" | "CLOSED", State::Handling) => Some(Action::Resolve),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_we_say_is_a_word_that_others_know() {
        for act in Act::ALL {
            assert!(extended(*act).is_none_or(|said| word(said) == Some(said)), "{act}");
        }
        assert_eq!(
            (word("in progress"), word("fixed"), word("burnt")),
            (Some("IN_PROGRESS"), Some("FIXED"), None)
        );
        assert_eq!(meant("CLOSED", State::Reported), None, "no word forces a state");
    }
}
