//! What requests, supervisions, escalations and moved deadlines look like on the wire.

use platform::posts::OrganisationOut;
use platform::{FileId, Millis, PostKind, Text, wire_id};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{ByOut, OrderRowOut};
use crate::words::{ClockKind, Decision, RequestKind};

wire_id!(
    /// A request on the wire.
    RequestId, "req"
);
wire_id!(
    /// A supervision on the wire.
    SupervisionId, "sup"
);
wire_id!(
    /// An escalation on the wire.
    EscalationId, "esc"
);

/// What a unit asks the street for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestIn {
    pub kind: RequestKind,
    pub reason: String,
    /// The clause or the document that it rests on; a pause needs one.
    pub basis: Option<String>,
    /// `supplement`, `special_procedure` or `site_check`; for a pause.
    pub pause_kind: Option<String>,
    /// When a pause ends or a parked order wakes, at the latest; moved on to when the office opens.
    pub until: Option<Millis>,
    /// Pictures of documents, uploaded before.
    #[serde(default)]
    pub files: Vec<FileId>,
}

/// A remark that goes with an act.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteIn {
    pub note: Option<String>,
}

/// How a request is decided.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionIn {
    pub approve: bool,
    /// Needed for a refusal.
    pub note: Option<String>,
}

/// What a leader expects, and by when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupervisionIn {
    pub text: String,
    pub reply_by: Millis,
}

/// How it stands, as the unit answers.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyIn {
    pub text: String,
}

/// What the caller may do to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestOffer {
    Endorse,
    Approve,
    Refuse,
}

/// What the caller may do to a supervision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SupervisionOffer {
    Reply,
    Lift,
}

/// One request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RequestOut {
    pub id: RequestId,
    pub kind: RequestKind,
    pub organisation: Option<OrganisationOut>,
    pub reason: String,
    pub basis: Option<String>,
    pub pause_kind: Option<String>,
    /// The kind of pause in words.
    pub pause_name: Option<Text>,
    pub until: Option<Millis>,
    #[schema(value_type = Vec<String>)]
    pub files: Vec<FileId>,
    pub asked_at: Millis,
    pub asked_by: Option<ByOut>,
    pub endorsed_at: Option<Millis>,
    pub endorsed_by: Option<ByOut>,
    /// The unit's head has to endorse it first.
    pub waits_for_endorsement: bool,
    pub decided_at: Option<Millis>,
    pub decided_by: Option<ByOut>,
    pub decision: Option<Decision>,
    pub decision_note: Option<String>,
    pub actions: Vec<RequestOffer>,
}

/// A request with the order that it is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RequestRowOut {
    #[serde(flatten)]
    pub request: RequestOut,
    pub order: OrderRowOut,
}

/// One supervision.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SupervisionOut {
    pub id: SupervisionId,
    pub organisation: Option<OrganisationOut>,
    pub text: String,
    pub opened_at: Millis,
    pub opened_by: Option<ByOut>,
    pub reply_by: Millis,
    /// It should have been answered and was not.
    pub overdue: bool,
    pub reply: Option<String>,
    pub replied_at: Option<Millis>,
    pub replied_by: Option<ByOut>,
    pub lifted_at: Option<Millis>,
    pub lift_note: Option<String>,
    pub actions: Vec<SupervisionOffer>,
}

/// Whoever was told that an order is nearly due or late.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EscalationOut {
    pub id: EscalationId,
    pub clock: Option<ClockKind>,
    /// 1: four fifths are gone; 2: late; 3: late by half of the limit.
    pub level: i64,
    pub post_kind: PostKind,
    pub organisation: Option<OrganisationOut>,
    pub at: Millis,
    pub acknowledged_at: Option<Millis>,
    pub acknowledged_by: Option<ByOut>,
    /// The caller was told and may say that they know.
    pub may_acknowledge: bool,
}

/// A deadline that a calendar moved.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeadlineChangeOut {
    pub clock: Option<ClockKind>,
    pub due_before: Millis,
    pub due_after: Millis,
    pub at: Millis,
}

/// What the caller may ask for or begin on an order's clocks.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct ClockOffers {
    /// The kinds of request that would be taken now.
    pub requests: Vec<RequestKind>,
    /// A granted pause may be ended.
    pub resume: bool,
    pub supervise: bool,
}
