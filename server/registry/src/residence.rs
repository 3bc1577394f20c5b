//! Who lives where, in two times: when it was true, and when we knew it.

use platform::Millis;
use platform::ids::wire_id;
use store::table;

use crate::words::ResidenceKind;

wire_id!(
    /// A residence on the wire.
    ResidenceId, "rsd"
);

table! {
    /// One belief about one residence. Only `known_to` is ever written again: a correction ends the belief and adds another.
    pub struct Residence in "residences" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub resident_id: i64,
        pub dwelling_id: i64,
        pub kind: ResidenceKind,
        /// First day, `YYYY-MM-DD`.
        pub valid_from: String,
        /// The day after the last; [`crate::OPEN`] while it lasts.
        pub valid_to: String,
        pub known_from: Millis,
        pub known_to: Option<Millis>,
        /// The source that says so.
        pub source: String,
    }
}

impl Residence {
    /// Whether it was true on `day`, as known at `moment`.
    pub fn holds(&self, day: &str, moment: Millis) -> bool {
        self.valid_from.as_str() <= day
            && day < self.valid_to.as_str()
            && self.known_from <= moment
            && self.known_to.is_none_or(|end| moment < end)
    }
}
