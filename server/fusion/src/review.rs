//! Pairs that a person decides: are the two one and the same? What was decided is kept, and every decision can be undone.

mod api;
mod audit;
mod audit_api;
mod bulk;
mod decide;
pub(crate) mod door;
pub(crate) mod reasons;
pub(crate) mod sides;
mod undo;
pub(crate) mod view;
pub(crate) mod wire;

use platform::ids::wire_id;
use platform::{Error, Millis, Text, Thing};
use serde_json::{Value as Json, json};
use store::{Tx, sql, table, vals};

use platform::words;

pub(crate) use api::router;
pub(crate) use audit_api::router as audit_router;
pub use reasons::Reasons;

wire_id!(
    /// A pair under review on the wire.
    ReviewId, "rev"
);

words! {
    /// How a pair stands, and what is decided about it.
    ReviewState, "state of a pair" {
        Waiting = "waiting", "待审核", "waiting";
        Same = "same", "同一人", "the same person";
        Distinct = "distinct", "不是同一人", "different people";
        Field = "field", "待入户核实", "to be checked at the door";
        Later = "later", "暂缓", "put off";
    }
}

words! {
    /// How a sampled decision stands.
    ReviewAudit, "audit" {
        Asked = "asked", "待抽检", "to be audited";
        Right = "right", "抽检正确", "found right";
        Wrong = "wrong", "抽检有误", "found wrong";
    }
}

table! {
    /// Two residents of a street that may be one, for a person to decide.
    pub struct ReviewPair in "review_pairs" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub batch_id: i64,
        /// Where the one known before lives.
        pub area: i64,
        /// The record that raised the question.
        pub record_id: i64,
        /// The resident whom that record opened.
        pub own_id: i64,
        /// The resident known before.
        pub other_id: i64,
        /// log2 of the odds that both are one.
        pub weight: f64,
        /// [`Reasons`] as JSON.
        pub steps: String,
        pub state: ReviewState,
        /// The check at the door that was ordered.
        pub order_id: Option<i64>,
        pub merge_id: Option<i64>,
        pub decided_at: Option<Millis>,
        pub decided_by: Option<i64>,
        pub decided_post: Option<i64>,
        /// Whether it was accepted with many others.
        pub bulk: bool,
        pub audited_at: Option<Millis>,
        /// Set where the sample drew it.
        pub audit: Option<ReviewAudit>,
    }
}

table! {
    /// One decision about a pair. Only the undoing is ever written again.
    pub(crate) struct ReviewDecision in "review_decisions" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub pair_id: i64,
        pub decision: ReviewState,
        pub order_id: Option<i64>,
        pub merge_id: Option<i64>,
        pub apart_id: Option<i64>,
        pub bulk: bool,
        pub at: Millis,
        pub by_account: Option<i64>,
        pub by_post: Option<i64>,
        pub undone_at: Option<Millis>,
        pub undone_by: Option<i64>,
    }
}

sql! {
    STANDING: ReviewDecision = "WHERE street_id = $1 AND pair_id = $2 AND undone_at IS NULL ORDER BY id DESC LIMIT 2";
    DECISIONS: ReviewDecision = "WHERE street_id = $1 AND pair_id = $2 ORDER BY id LIMIT 100";
}

impl ReviewPair {
    /// What policies see of it.
    pub fn thing(&self) -> Thing {
        Thing::at(self.area)
    }

    /// Its id on the wire.
    pub fn wire_id(&self) -> ReviewId {
        ReviewId::new(self.street_id, self.id)
    }

    /// Whether it may be decided: it waits, was put off, or hears back from the door.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.state, ReviewState::Same | ReviewState::Distinct)
    }

    /// Makes a decision the one in force; `None` leaves the pair waiting, as it came.
    pub(crate) fn put(&mut self, decision: Option<&ReviewDecision>) {
        self.state = decision.map_or(ReviewState::Waiting, |one| one.decision);
        self.order_id = decision.and_then(|one| one.order_id);
        self.merge_id = decision.and_then(|one| one.merge_id);
        self.decided_at = decision.map(|one| one.at);
        self.decided_by = decision.and_then(|one| one.by_account);
        self.decided_post = decision.and_then(|one| one.by_post);
        self.bulk = decision.is_some_and(|one| one.bulk);
    }

    /// What stands now, for whoever came second.
    pub(crate) fn lost_race(&self) -> Error {
        let state = self.state.name();
        let detail = match self.state {
            ReviewState::Waiting => Text::new(
                "该对比刚被他人撤回到待审核，请刷新后重试",
                "somebody has just put this pair back; refresh and try again",
            ),
            _ => Text::owned(
                format!("已由他人处理为“{}”", state.zh),
                format!("somebody has decided already: {}", state.en),
            ),
        };
        Error::Conflict { detail, current: Some(std::sync::Arc::new(self.standing())) }
    }

    fn standing(&self) -> Json {
        json!({
            "id": self.wire_id(),
            "version": self.version,
            "state": self.state,
            "decided_at": self.decided_at,
            "decided_post": self.decided_post.map(platform::posts::PostId::shared),
            "bulk": self.bulk,
        })
    }
}

/// The decision in force, and the one before it that would be in force without it.
async fn standing(tx: &Tx, pair: &ReviewPair) -> Result<Vec<ReviewDecision>, Error> {
    Ok(tx.query(&STANDING, &vals![pair.street_id, pair.id]).await?)
}

/// Everything that was decided about a pair, the oldest first.
async fn decisions(tx: &Tx, pair: &ReviewPair) -> Result<Vec<ReviewDecision>, Error> {
    Ok(tx.query(&DECISIONS, &vals![pair.street_id, pair.id]).await?)
}
