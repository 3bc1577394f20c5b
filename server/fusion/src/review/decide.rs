//! Deciding a pair: the same, two people, to be checked at the door, or later.

use orders::Draft;
use platform::{Error, Text, Write};
use registry::ResidentState;
use serde_json::json;
use store::{sql, vals};

use super::sides::now_is;
use super::view::RIGHT;
use super::{ReviewDecision, ReviewId, ReviewPair, ReviewState};
use crate::apart::{is_apart, part};
use crate::merge::merge;

sql! {
    NUMBERS = "SELECT value_index FROM resident_identifiers
        WHERE street_id = $1 AND resident_id = $2 AND kind = 'id_card' AND known_to IS NULL ORDER BY id LIMIT 20";
}

/// What is decided.
pub(crate) enum Decision {
    Same,
    Distinct,
    /// Somebody asks at the door; the order was drafted before.
    Field(Box<Draft>),
    Later,
}

impl Decision {
    fn state(&self) -> ReviewState {
        match self {
            Self::Same => ReviewState::Same,
            Self::Distinct => ReviewState::Distinct,
            Self::Field(_) => ReviewState::Field,
            Self::Later => ReviewState::Later,
        }
    }
}

/// Decides a pair as it was read.
///
/// # Errors
/// [`Error::Missing`], [`Error::Forbidden`]; [`Error::Conflict`] when somebody decided since or both are one already, and as
/// [`merge`].
pub(crate) async fn decide(
    w: &Write,
    id: ReviewId,
    seen: i64,
    decision: Decision,
) -> Result<ReviewPair, Error> {
    let pair: ReviewPair = w.find(&vals![id.street, id.id]).await?.ok_or(Error::Missing("review"))?;
    w.require(RIGHT, &pair.thing())?;
    if pair.version != seen || !pair.is_open() {
        return Err(pair.lost_race());
    }
    take(w, pair, decision, false).await
}

/// Writes a decision about a pair that is open.
pub(super) async fn take(
    w: &Write,
    mut pair: ReviewPair,
    decision: Decision,
    bulk: bool,
) -> Result<ReviewPair, Error> {
    let mut row = ReviewDecision {
        street_id: pair.street_id,
        id: w.id(),
        pair_id: pair.id,
        decision: decision.state(),
        order_id: None,
        merge_id: None,
        apart_id: None,
        bulk,
        at: w.now(),
        by_account: w.call().account().ok(),
        by_post: w.call().caller().ok().map(|caller| caller.post.id),
        undone_at: None,
        undone_by: None,
    };
    match decision {
        Decision::Same => row.merge_id = Some(join(w, &pair).await?),
        Decision::Distinct => row.apart_id = Some(keep_apart(w, &pair).await?),
        Decision::Field(draft) => row.order_id = Some(draft.file(&super::door::program(w)).await?.id),
        Decision::Later => {}
    }
    pair.put(Some(&row));
    w.update(&pair).await?;
    pair.version += 1;
    w.insert_later(&row);
    let detail = json!({ "decision": pair.state, "bulk": bulk, "version": pair.version });
    w.record("review:decide", pair.wire_id(), detail);
    tell(w, &pair);
    Ok(pair)
}

/// Tells those who watch the street that the pair stands otherwise.
pub(super) fn tell(w: &Write, pair: &ReviewPair) {
    let news = json!({ "id": pair.wire_id(), "state": pair.state, "version": pair.version });
    w.announce("review", pair.wire_id(), pair.area, &news);
}

async fn join(w: &Write, pair: &ReviewPair) -> Result<i64, Error> {
    let own = now_is(w, pair.street_id, pair.own_id).await?;
    let other = now_is(w, pair.street_id, pair.other_id).await?;
    if own.id == other.id {
        let text = Text::new("两条记录已并入同一人", "both are one already");
        return Err(Error::conflict(text));
    }
    Ok(merge(w, other, own, "review").await?.id)
}

async fn keep_apart(w: &Write, pair: &ReviewPair) -> Result<i64, Error> {
    let own = now_is(w, pair.street_id, pair.own_id).await?;
    let other = now_is(w, pair.street_id, pair.other_id).await?;
    if own.id == other.id {
        let text = Text::new(
            "两条记录已并入同一人，请先撤销合并",
            "both were joined by another decision; undo that first",
        );
        return Err(Error::conflict(text));
    }
    Ok(part(w, pair.street_id, pair.own_id, pair.other_id))
}

/// Whether a pair may be joined with many others, unseen: both are in the register, were never found to be two, and no sound
/// number of the one contradicts the other's.
pub(super) async fn is_plain(w: &Write, pair: &ReviewPair) -> Result<bool, Error> {
    let own = now_is(w, pair.street_id, pair.own_id).await?;
    let other = now_is(w, pair.street_id, pair.other_id).await?;
    let registered = own.state == ResidentState::Living && other.state == ResidentState::Living;
    if own.id == other.id || !registered || is_apart(w, pair.street_id, own.id, other.id).await? {
        return Ok(false);
    }
    let one: Vec<(Vec<u8>,)> = w.query(&NUMBERS, &vals![pair.street_id, own.id]).await?;
    let two: Vec<(Vec<u8>,)> = w.query(&NUMBERS, &vals![pair.street_id, other.id]).await?;
    Ok(one.is_empty() || two.is_empty() || one.iter().any(|number| two.contains(number)))
}
