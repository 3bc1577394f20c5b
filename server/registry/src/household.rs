//! Who keeps house together.

use platform::Millis;
use platform::ids::wire_id;
use store::table;

wire_id!(
    /// A household on the wire.
    HouseholdId, "hou"
);

table! {
    /// A household in a dwelling.
    pub struct Household in "households" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub dwelling_id: i64,
        /// 户主.
        pub head_id: Option<i64>,
        pub created_at: Millis,
        pub closed_at: Option<Millis>,
    }
}

table! {
    /// One belief about one membership, in two times like a residence.
    pub struct Member in "household_members" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub household_id: i64,
        pub resident_id: i64,
        /// GB/T 4761: `01` self, `02` head, `10` spouse, `20` son, `30` daughter … `99`.
        pub relation: String,
        pub valid_from: String,
        pub valid_to: String,
        pub known_from: Millis,
        pub known_to: Option<Millis>,
    }
}

impl Household {
    /// Its id on the wire.
    pub fn wire_id(&self) -> HouseholdId {
        HouseholdId::new(self.street_id, self.id)
    }
}
