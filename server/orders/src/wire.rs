//! What orders look like on the wire; the web's types are made from these.

use catalogue::StandardId;
use platform::posts::OrganisationOut;
use platform::{FileId, FileOut, Millis, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clocks::wire::{ClockOffers, DeadlineChangeOut, EscalationOut, RequestOut, SupervisionOut};
use crate::dispatch::wire::{AttendanceOut, DutyRef, ObligationOut, OfferOut, RulingOut};
use crate::order::OrderId;
use crate::words::{Act, Action, ClockKind, Light, Role, Source, State};

/// What a desk or a grid worker reports.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderIn {
    /// The code of a case class.
    pub class: String,
    /// Longitude and latitude in degrees.
    #[schema(value_type = Option<(f64, f64)>)]
    pub point: Option<(f64, f64)>,
    /// The code of a community or a grid, for whoever cannot point at the place.
    pub area: Option<String>,
    pub address: String,
    pub description: String,
    #[serde(default)]
    pub urgent: bool,
    /// Pictures uploaded before.
    #[serde(default)]
    pub files: Vec<FileId>,
    pub contact: Option<ContactIn>,
}

/// Whom to call.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactIn {
    pub name: Option<String>,
    pub phone: Option<String>,
}

/// No personal field in a log.
impl std::fmt::Debug for ContactIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContactIn(…)")
    }
}

/// What somebody does to an order.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepIn {
    pub action: Action,
    pub note: Option<String>,
    pub reason: Option<String>,
    pub standard_id: Option<StandardId>,
    #[schema(value_type = Option<String>)]
    pub organisation_id: Option<platform::posts::OrganisationId>,
    /// The sub-item of the duty list under which it goes, or which a return names.
    pub duty_code: Option<String>,
    /// The clause that a return, a dispatch or a ruling cites.
    pub clause: Option<String>,
    /// The order that this one is joined to.
    #[schema(value_type = Option<String>)]
    pub into: Option<OrderId>,
    /// Units that are asked to help.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub helpers: Vec<platform::posts::OrganisationId>,
    /// Pictures uploaded before.
    #[serde(default)]
    pub files: Vec<FileId>,
}

/// A remark.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentIn {
    pub text: String,
}

/// Why somebody wants to see whom to call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealIn {
    pub purpose: String,
}

/// A code with its name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Coded {
    pub code: String,
    pub name: Text,
}

/// An order as a line of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderRowOut {
    pub id: OrderId,
    /// 受理编号.
    pub number: String,
    pub state: State,
    pub source: Source,
    pub class: Coded,
    pub summary: String,
    pub address: String,
    pub area: String,
    pub area_name: Text,
    /// Longitude and latitude in degrees.
    #[schema(value_type = Option<(f64, f64)>)]
    pub point: Option<(f64, f64)>,
    pub reported_at: Millis,
    /// The deadline of the clock that runs.
    pub due_at: Option<Millis>,
    pub light: Light,
    pub clock: Option<ClockKind>,
    /// Working minutes until due, negative when late; only for clocks that count working time.
    pub working_minutes_left: Option<i64>,
    /// The unit that it is with.
    pub organisation: Option<OrganisationOut>,
    pub urgent: bool,
    pub photos: i64,
    pub version: i64,
    pub stars: Option<i64>,
}

/// Whether somebody can be called; the number itself is revealed for a purpose.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactOut {
    pub has: bool,
    pub phone_masked: Option<String>,
}

/// Whom to call, revealed.
#[derive(Serialize, ToSchema)]
pub struct RevealOut {
    pub name: Option<String>,
    pub phone: Option<String>,
}

/// The standard that an order was opened by.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderStandardOut {
    pub id: StandardId,
    pub open_condition: String,
    pub close_condition: String,
    pub limit: Text,
    pub organisation: Option<OrganisationOut>,
    pub basis: Option<String>,
}

/// What must come with a step.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NeedOut {
    Note,
    Reason,
    Files,
    Standard,
    Organisation,
    /// The clause of the list that is named.
    Clause,
}

/// Something that the caller may do now, and what must come with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActionOffer {
    pub action: Action,
    pub name: Text,
    pub needs: Vec<NeedOut>,
}

/// One run of a clock.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockOut {
    pub clock: ClockKind,
    pub name: Text,
    pub started_at: Millis,
    /// None while it stands still.
    pub due_at: Option<Millis>,
    pub stopped_at: Option<Millis>,
    pub paused: bool,
    pub overdue: bool,
    pub provisional: bool,
    /// Why it is due when it is, line by line.
    pub derivation: Vec<Text>,
}

/// A picture of an order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderFileOut {
    #[serde(flatten)]
    pub file: FileOut,
    pub role: Role,
}

/// Which standard and which unit the list says, with the clause; a person decides.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Suggestion {
    pub standard_id: StandardId,
    pub organisation: OrganisationOut,
    /// The deadline if it were dispatched now.
    pub due_at: Millis,
    pub reason: Text,
}

/// What a resident thought of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RatingOut {
    pub stars: i64,
    pub comment: Option<String>,
    pub rated_at: Option<Millis>,
}

/// The order that goes on with another's matter.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JoinedInto {
    pub id: OrderId,
    pub number: String,
}

/// An order with all that the caller may see and do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderOut {
    #[serde(flatten)]
    pub row: OrderRowOut,
    pub description: String,
    pub contact: ContactOut,
    pub standard: Option<OrderStandardOut>,
    pub actions: Vec<ActionOffer>,
    pub clocks: Vec<ClockOut>,
    pub files: Vec<OrderFileOut>,
    pub suggestion: Option<Suggestion>,
    pub watching: bool,
    pub rating: Option<RatingOut>,
    /// The same class within 50 metres and 24 hours: perhaps the same case.
    pub similar: Vec<OrderRowOut>,
    /// How many others have the same trouble: reports joined to it, residents who said so.
    pub followers: i64,
    /// The order that it was joined to.
    pub joined_into: Option<JoinedInto>,
    /// What came with it from the hotline or another system.
    pub ticket: Option<crate::intake::TicketOut>,
    /// The sub-item of the duty list under which it was sent.
    pub duty: Option<DutyRef>,
    /// Whom the list says it is for; only while it goes to nobody.
    pub offers: Vec<OfferOut>,
    /// Units that help.
    pub obligations: Vec<ObligationOut>,
    /// Calls of officers to the place.
    pub attendances: Vec<AttendanceOut>,
    /// What was ruled on cases like this one.
    pub precedents: Vec<RulingOut>,
    /// What was ruled on this one.
    pub ruling: Option<RulingOut>,
    /// The unit that it is with was named by a ruling, and may not give it back.
    pub designated: bool,
    /// What the unit asked the street for.
    pub requests: Vec<RequestOut>,
    pub supervisions: Vec<SupervisionOut>,
    /// Who was told that it is nearly due or late.
    pub escalations: Vec<EscalationOut>,
    /// Deadlines that calendars moved.
    pub deadline_changes: Vec<DeadlineChangeOut>,
    /// What the caller may ask for or begin on its clocks.
    pub clock_offers: ClockOffers,
    /// When it wakes, while it is parked.
    pub parked_until: Option<Millis>,
}

/// Who did something: the post, not the person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ByOut {
    pub title: Text,
    pub organisation: Option<Text>,
}

/// One step of an order's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StepOut {
    pub id: String,
    pub action: Act,
    pub name: Text,
    pub from: Option<State>,
    pub to: State,
    pub at: Millis,
    /// A post, the program or another system; nobody for a resident.
    pub by: Option<ByOut>,
    pub note: Option<String>,
    /// The clause that was cited.
    pub clause: Option<String>,
    /// The unit that it went to, or that it is about.
    pub organisation: Option<OrganisationOut>,
    pub files: Vec<FileOut>,
}

/// A remark on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommentOut {
    pub id: String,
    pub text: String,
    pub at: Millis,
    pub by: ByOut,
}

/// An order as a point of a map.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderPoint {
    pub id: OrderId,
    pub lon: f64,
    pub lat: f64,
    pub state: State,
    pub light: Light,
}

/// The points of a map.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Points {
    pub items: Vec<OrderPoint>,
}

/// News of an order, for those who watch its street.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderEvent {
    pub id: OrderId,
    pub number: String,
    pub action: Act,
    pub state: State,
    pub area: String,
    pub version: i64,
}
