//! What the owner answers. The same answer twice is one answer.

use platform::{App, Error, Text, Write};
use serde_json::json;

use super::{Claim, ClaimOutcome, ClaimState};

/// The right to enter what an owner answered.
pub(super) const ANSWER: &str = "claim:answer";
/// Characters of an answer's words.
const WORDS_CHARS: usize = 500;

/// An answer, its words sealed.
pub(crate) struct Answer {
    pub outcome: ClaimOutcome,
    sealed: Option<String>,
}

impl Answer {
    /// Seals the words for a claim, before the transaction.
    ///
    /// # Errors
    /// [`Error::Invalid`] for words that are too long.
    pub(crate) fn of(
        app: &App,
        claim: &Claim,
        outcome: ClaimOutcome,
        words: Option<&str>,
    ) -> Result<Self, Error> {
        let words = words.map(str::trim).filter(|words| !words.is_empty());
        if words.is_some_and(|words| words.chars().count() > WORDS_CHARS) {
            return Err(Error::field("note", Text::new("不超过 500 字", "500 characters at most")));
        }
        let seal = |words: &str| app.vault().seal("claims", "answer", claim.id, words.as_bytes());
        let sealed = words.map(seal).transpose().map_err(Error::internal)?;
        Ok(Self { outcome, sealed })
    }
}

/// Enters an answer in the transaction at hand; says whether it was new.
///
/// # Errors
/// [`Error::Forbidden`]; as `answer`.
pub async fn answer_claim(
    w: &Write,
    claim: &mut Claim,
    outcome: ClaimOutcome,
    words: Option<&str>,
) -> Result<bool, Error> {
    w.require(ANSWER, &claim.thing())?;
    let given = Answer::of(w.app(), claim, outcome, words)?;
    answer(w, claim, given).await
}

/// Writes down what the owner answered; says whether it was new.
///
/// # Errors
/// [`Error::Conflict`] once it was answered otherwise.
pub(crate) async fn answer(w: &Write, claim: &mut Claim, answer: Answer) -> Result<bool, Error> {
    let state = match answer.outcome {
        ClaimOutcome::Accepted => ClaimState::Accepted,
        ClaimOutcome::Refused => ClaimState::Refused,
    };
    // What was corrected meanwhile had been accepted.
    let standing = if claim.state == ClaimState::Closed { ClaimState::Accepted } else { claim.state };
    if !claim.awaits() {
        return match standing == state {
            true => Ok(false),
            false => Err(Error::conflict(Text::owned(
                format!("该校核已答复：{}", claim.state.name().zh),
                format!("this claim is answered already: {}", claim.state.name().en),
            ))),
        };
    }
    claim.state = state;
    claim.answered_at = Some(w.now());
    claim.answered_by = w.call().account().ok();
    claim.answer = answer.sealed;
    w.update(claim).await?;
    claim.version += 1;
    w.record("claim:answer", claim.wire_id(), json!({ "number": claim.number, "state": claim.state }));
    w.announce("claim", claim.wire_id(), claim.area, &json!({ "id": claim.wire_id(), "state": claim.state }));
    Ok(true)
}
