//! An order: its row, its id, and how it stands.

use areas::Position;
use platform::ids::wire_id;
use platform::{Millis, Thing};
use store::table;

use crate::words::{ClockKind, Light, Source, State};

wire_id!(
    /// An order on the wire.
    OrderId, "ord"
);

table! {
    /// One order, as it stands.
    pub struct Order in "orders" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        /// 受理编号.
        pub number: String,
        pub state: State,
        pub source: Source,
        /// The code of its case class.
        pub class: String,
        /// The grid where it lies, or the community when the place is not known better.
        pub area: i64,
        pub lon: Option<f64>,
        pub lat: Option<f64>,
        pub address: String,
        pub description: String,
        /// What a search looks through: number, address and description in lower case.
        pub words: String,
        pub urgent: bool,
        /// How many pictures came with the report.
        pub photos: i64,
        pub has_contact: bool,
        pub flow: String,
        /// The version of the flow that it began with and keeps.
        pub flow_version: i64,
        pub standard_id: Option<i64>,
        /// The unit that it is with.
        pub organisation_id: Option<i64>,
        /// The account that signed for it.
        pub handled_by: Option<i64>,
        pub reported_at: Millis,
        /// The account that reported it; nobody for a resident.
        pub reported_by: Option<i64>,
        /// When its unit gave it back, until it is sent again.
        pub returned_at: Option<Millis>,
        /// When it was closed, rejected or cancelled.
        pub ended_at: Option<Millis>,
        /// The clock that runs, or that stands still while none runs.
        pub clock: Option<ClockKind>,
        /// The deadline of that clock; none while it stands still.
        pub due_at: Option<Millis>,
        /// When four fifths of its time will be gone.
        pub soon_at: Option<Millis>,
        pub counts_working_time: bool,
        /// Its place in queues: the deadline while it is open, the end afterwards.
        pub queue_at: Millis,
        pub stars: Option<i64>,
        pub rating_comment: Option<String>,
        pub rated_at: Option<Millis>,
        /// The sub-item of the duty list under which it was sent.
        pub duty_code: Option<String>,
        /// The unit that it is with was named by a ruling, and may not give it back.
        pub designated: bool,
        /// The order that it is the same case as.
        pub joined_into: Option<i64>,
        /// A leader keeps an eye on it (督办).
        pub supervised: bool,
        /// That it was late does not count in evaluations.
        pub exempt: bool,
        /// The day on which it wakes, while it is parked.
        pub parked_until: Option<Millis>,
        /// How many units that help have not finished.
        pub helpers_open: i64,
        /// How many requests, supervisions, escalations and moved deadlines hang on it.
        pub clock_notes: i64,
        /// How often officers were called to the place.
        pub attendances: i64,
    }
}

/// A place in the queue behind everything that has a deadline.
pub(crate) const NO_DEADLINE: Millis = Millis(i64::MAX);

impl Order {
    /// Its id on the wire.
    pub fn wire_id(&self) -> OrderId {
        OrderId::new(self.street_id, self.id)
    }

    /// What policies decide about.
    pub fn thing(&self) -> Thing {
        Thing { area: self.area, organisation: self.organisation_id }
    }

    /// Where it lies, as far as that is known.
    pub fn position(&self) -> Option<Position> {
        Position::new(self.lon?, self.lat?).ok()
    }

    /// The community where it lies, 12 digits.
    pub fn community(&self) -> i64 {
        if self.area >= 1_000_000_000_000 { self.area / 1000 } else { self.area }
    }

    /// How it stands against its clock at a moment.
    pub fn light(&self, now: Millis) -> Light {
        match (self.clock, self.due_at) {
            (None, _) => Light::None,
            (Some(_), None) => Light::Paused,
            (Some(_), Some(due)) if now > due => Light::Late,
            (Some(_), Some(_)) if self.soon_at.is_some_and(|soon| now >= soon) => Light::Soon,
            _ => Light::Normal,
        }
    }

    /// The first words of its description, for a line in a list.
    pub fn summary(&self) -> String {
        const CHARS: usize = 60;
        let line = self.description.lines().next().unwrap_or_default();
        match line.char_indices().nth(CHARS) {
            Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
            None => line.to_owned(),
        }
    }
}
