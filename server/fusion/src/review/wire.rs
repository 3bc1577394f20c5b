//! Pairs on the wire.

use std::collections::HashMap;
use std::sync::Arc;

use areas::Directory;
use orders::OrderId;
use platform::{App, Error, Lang, Millis, Text};
use registry::mask::{MaskedBirth, MaskedId, MaskedName, MaskedPhone};
use registry::purpose::Purpose;
use registry::survive::{Choice, Field, Rule};
use registry::{Group, ResidentId, ResidentState, Sex, Sources};
use serde::Serialize;
use store::{Tx, sql, vals};
use utoipa::ToSchema;

use super::reasons::{Reasons, ReviewReason, likely};
use super::sides::{Compared, ReviewAgreement, Row};
use super::{ReviewAudit, ReviewDecision, ReviewId, ReviewPair, ReviewState};
use crate::batch::BatchId;

sql! {
    BATCHES = "SELECT id, source, name FROM batches WHERE street_id = $1 ORDER BY id DESC LIMIT 1000";
}

/// A pair, without a word about who they are.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewOut {
    id: ReviewId,
    version: i64,
    /// log2 of the odds that both are one.
    weight: f64,
    likely: Text,
    state: ReviewState,
    state_name: Text,
    batch: BatchId,
    batch_name: String,
    source: String,
    source_name: Text,
    area: String,
    area_name: Text,
    /// The check at the door.
    #[schema(value_type = Option<String>)]
    order: Option<OrderId>,
    bulk: bool,
    audit: Option<ReviewAudit>,
    decided_at: Option<Millis>,
    /// The post that decided.
    decided_by: Option<Text>,
}

/// One value, masked, with where it comes from.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewValue {
    value: String,
    source: Text,
    said_on: Option<String>,
    /// Other values that the same side holds for the field.
    rivals: i64,
}

/// One field of both sides.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewRow {
    #[schema(value_type = String)]
    field: Field,
    name: Text,
    own: Option<ReviewValue>,
    other: Option<ReviewValue>,
    agrees: ReviewAgreement,
}

/// One field of the resident that both would be.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewPreview {
    #[schema(value_type = String)]
    field: Field,
    name: Text,
    value: String,
    source: Text,
    said_on: Option<String>,
    #[schema(value_type = String)]
    rule: Rule,
    rule_name: Text,
    rivals: i64,
}

/// Who stands on one side now.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewSide {
    #[schema(value_type = String)]
    id: ResidentId,
    #[schema(value_type = String)]
    state: ResidentState,
    state_name: Text,
    /// Records that speak on this side.
    records: i64,
    since: String,
}

/// What was decided, when and by which post.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewDecisionOut {
    decision: ReviewState,
    decision_name: Text,
    at: Millis,
    by: Option<Text>,
    bulk: bool,
    #[schema(value_type = Option<String>)]
    order: Option<OrderId>,
    undone_at: Option<Millis>,
}

/// A pair side by side.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewDetail {
    #[serde(flatten)]
    review: ReviewOut,
    own: ReviewSide,
    other: ReviewSide,
    /// Both have become one, by this decision or another.
    are_one: bool,
    rows: Vec<ReviewRow>,
    /// log2 of the odds before anything was compared; with the steps it adds up to the weight.
    prior: f64,
    steps: Vec<ReviewReason>,
    preview: Vec<ReviewPreview>,
    decisions: Vec<ReviewDecisionOut>,
    /// The next that waits: it may be read beforehand.
    next: Option<ReviewId>,
}

/// A pair as a decision leaves it, and the next that waits.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewDone {
    #[serde(flatten)]
    review: ReviewOut,
    next: Option<ReviewId>,
}

/// What is in memory: read before a look at the data, which waits for nothing else.
#[derive(Clone)]
pub(crate) struct Directories {
    pub district: i64,
    areas: Arc<Directory>,
    staff: Arc<staff::Directory>,
}

impl Directories {
    pub(crate) async fn of(app: &App) -> Result<Self, Error> {
        Ok(Self { district: app.district(), areas: app.snapshot().await?, staff: app.snapshot().await? })
    }
}

/// What a page of pairs needs beside the pairs.
pub(crate) struct Names {
    known: Directories,
    batches: HashMap<i64, (String, String)>,
    sources: Sources,
}

impl Names {
    pub(crate) async fn of(known: &Directories, tx: &Tx) -> Result<Self, Error> {
        let batches: Vec<(i64, String, String)> = tx.query(&BATCHES, &vals![known.district]).await?;
        Ok(Self {
            known: known.clone(),
            batches: batches.into_iter().map(|(id, source, name)| (id, (source, name))).collect(),
            sources: Sources::of(tx, known.district).await?,
        })
    }

    pub(crate) fn areas(&self) -> &Directory {
        &self.known.areas
    }

    pub(crate) fn area(&self, code: i64) -> Text {
        self.known.areas.name(code)
    }

    pub(crate) fn post(&self, id: Option<i64>) -> Option<Text> {
        id.and_then(|id| self.known.staff.post_title(id))
    }

    pub(crate) fn source(&self, key: &str) -> Text {
        self.sources.name(key)
    }

    pub(crate) fn row(&self, pair: &ReviewPair) -> ReviewOut {
        let (source, name) = self.batches.get(&pair.batch_id).cloned().unwrap_or_default();
        ReviewOut {
            id: pair.wire_id(),
            version: pair.version,
            weight: pair.weight,
            likely: likely(pair.weight),
            state: pair.state,
            state_name: pair.state.name(),
            batch: BatchId::new(self.known.district, pair.batch_id),
            batch_name: name,
            source_name: self.source(&source),
            source,
            area: pair.area.to_string(),
            area_name: self.area(pair.area),
            order: pair.order_id.map(|id| OrderId::new(pair.street_id, id)),
            bulk: pair.bulk,
            audit: pair.audit,
            decided_at: pair.decided_at,
            decided_by: self.post(pair.decided_post),
        }
    }

    pub(crate) fn done(&self, pair: &ReviewPair, next: Option<ReviewId>) -> ReviewDone {
        ReviewDone { review: self.row(pair), next }
    }

    pub(crate) fn detail(
        &self,
        pair: &ReviewPair,
        compared: &Compared,
        decisions: &[ReviewDecision],
        next: Option<ReviewId>,
        shown: Shown,
    ) -> Result<ReviewDetail, Error> {
        let Reasons { prior, steps } = Reasons::read(&pair.steps)?;
        let side = |resident: &registry::Resident, records: usize| ReviewSide {
            id: resident.wire_id(),
            state: resident.state,
            state_name: resident.state.name(),
            records: records as i64,
            since: resident.since.clone(),
        };
        Ok(ReviewDetail {
            review: self.row(pair),
            own: side(&compared.own, compared.records.0),
            other: side(&compared.other, compared.records.1),
            are_one: compared.own.id == compared.other.id,
            rows: compared.rows.iter().map(|row| self.compared(row, shown)).collect(),
            prior,
            steps,
            preview: compared.merged.iter().map(|choice| self.preview(choice, shown)).collect(),
            decisions: decisions.iter().map(|decision| self.decision(decision)).collect(),
            next,
        })
    }

    fn compared(&self, row: &Row, shown: Shown) -> ReviewRow {
        let value = |choice: &Choice| ReviewValue {
            value: shown.masked(choice.field, &choice.value),
            source: self.source(&choice.source),
            said_on: choice.said_on.clone(),
            rivals: choice.rivals.len() as i64,
        };
        ReviewRow {
            field: row.field,
            name: row.field.name(),
            own: row.own.as_ref().map(value),
            other: row.other.as_ref().map(value),
            agrees: row.agrees,
        }
    }

    fn preview(&self, choice: &Choice, shown: Shown) -> ReviewPreview {
        ReviewPreview {
            field: choice.field,
            name: choice.field.name(),
            value: shown.masked(choice.field, &choice.value),
            source: self.source(&choice.source),
            said_on: choice.said_on.clone(),
            rule: choice.rule,
            rule_name: choice.rule.name(),
            rivals: choice.rivals.len() as i64,
        }
    }

    fn decision(&self, row: &ReviewDecision) -> ReviewDecisionOut {
        ReviewDecisionOut {
            decision: row.decision,
            decision_name: row.decision.name(),
            at: row.at,
            by: self.post(row.by_post),
            bulk: row.bulk,
            order: row.order_id.map(|id| OrderId::new(row.street_id, id)),
            undone_at: row.undone_at,
        }
    }
}

/// How values are shown: for which purpose, to a reader of which language.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    pub purpose: &'static Purpose,
    pub lang: Lang,
}

impl Shown {
    /// The groups of fields that a comparison shows.
    pub(crate) const GROUPS: &[Group] = &[Group::Name, Group::Id, Group::Phone, Group::Birth, Group::Address];

    /// A value in its normal form, masked. The address is whole only for a purpose that works with addresses.
    pub(crate) fn masked(self, field: Field, value: &str) -> String {
        match field {
            Field::Name => MaskedName::of(value).to_string(),
            Field::IdNo => MaskedId::of(value).to_string(),
            Field::Phone => MaskedPhone::of(value).to_string(),
            Field::BirthDate => MaskedBirth::of(value).to_string(),
            Field::Sex => value
                .parse::<Sex>()
                .map_or_else(|_| value.to_owned(), |sex| sex.name().in_lang(self.lang).to_owned()),
            Field::Address if self.purpose.groups.contains(&Group::Address) => value.to_owned(),
            Field::Address => building(value),
        }
    }
}

/// An address without its unit and room.
fn building(value: &str) -> String {
    let mut read = chinese::address::read(value);
    (read.unit, read.floor, read.room, read.unread) = (None, None, None, String::new());
    read.to_string()
}
