//! What the dispatch desk looks like on the wire.

use catalogue::Duty;
use platform::posts::{OrganisationId, OrganisationOut};
use platform::{FileId, FileOut, Millis, Text, wire_id};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dispatch::listed::As;
use crate::order::OrderId;
use crate::wire::{ByOut, ClockOut, Coded, OrderRowOut};
use crate::words::ChargedTo;

wire_id!(
    /// What a unit that helps owes, on the wire.
    ObligationId, "obl"
);
wire_id!(
    /// A call of officers to a place, on the wire.
    AttendanceId, "att"
);
wire_id!(
    /// A ruling on the wire.
    RulingId, "rul"
);

/// An entry of the duty list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DutyRef {
    pub code: String,
    pub name: Text,
    pub basis: Option<String>,
}

impl DutyRef {
    pub(crate) fn of(duty: &Duty) -> Self {
        Self { code: duty.code.clone(), name: duty.name(), basis: duty.basis.clone() }
    }
}

/// A unit that the list says is responsible, with the clause.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfferOut {
    pub organisation: OrganisationOut,
    /// The sub-item under which it would go there.
    pub duty: Option<DutyRef>,
    #[serde(rename = "as")]
    pub part: As,
    pub clause: Text,
    /// It gave this order back before.
    pub returned: bool,
}

/// Whom the desk asks to help.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObligationIn {
    #[schema(value_type = String)]
    pub organisation_id: OrganisationId,
    pub duty_code: Option<String>,
    pub note: Option<String>,
}

/// What a unit that helps did.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoneIn {
    pub note: String,
    /// Pictures uploaded before.
    pub files: Vec<FileId>,
}

/// Why a unit need not help any more.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseIn {
    pub reason: String,
}

/// What may be done to an obligation now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObligationOffer {
    Sign,
    Done,
    Release,
}

/// What a unit that helps owes, and how it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObligationOut {
    pub id: ObligationId,
    pub organisation: Option<OrganisationOut>,
    pub duty: Option<DutyRef>,
    pub clause: Option<String>,
    pub note: Option<String>,
    pub sent_at: Millis,
    pub signed_at: Option<Millis>,
    pub done_at: Option<Millis>,
    pub done_note: Option<String>,
    pub files: Vec<FileOut>,
    pub released_at: Option<Millis>,
    pub release_reason: Option<String>,
    pub clock: Option<ClockOut>,
    /// What the caller may do to it now.
    pub actions: Vec<ObligationOffer>,
}

/// An obligation of the caller's unit with the order that it belongs to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObligationRowOut {
    pub obligation: ObligationOut,
    pub order: OrderRowOut,
}

/// Whom the street calls to a place.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendanceIn {
    #[schema(value_type = String)]
    pub organisation_id: OrganisationId,
    pub place: String,
    pub arrive_by: Millis,
    pub note: Option<String>,
}

/// What may be done to a call now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttendanceOffer {
    Acknowledge,
    Arrive,
}

/// A call of stationed officers to a place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttendanceOut {
    pub id: AttendanceId,
    pub organisation: Option<OrganisationOut>,
    pub place: String,
    pub arrive_by: Millis,
    pub note: Option<String>,
    pub summoned_at: Millis,
    pub acknowledged_at: Option<Millis>,
    pub arrived_at: Option<Millis>,
    /// It was not answered by an arrival in time.
    pub late: bool,
    pub actions: Vec<AttendanceOffer>,
}

/// The order that a ruling is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuledOrder {
    pub id: OrderId,
    pub number: String,
}

/// Who has a case that two units disagreed about, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RulingOut {
    pub id: RulingId,
    pub order: RuledOrder,
    pub class: Coded,
    pub returned_by: Option<OrganisationOut>,
    pub designated: Option<OrganisationOut>,
    pub duty: Option<DutyRef>,
    pub clause: String,
    pub reason: String,
    /// Whose the time of the disagreement is.
    pub charged_to: ChargedTo,
    /// How long it took, in minutes of the kind that the limit counts.
    pub charged_minutes: i64,
    pub at: Millis,
    pub by: Option<ByOut>,
}
