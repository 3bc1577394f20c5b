//! Units (实有单位): shops, companies and institutions, with their code.

use platform::ids::wire_id;
use platform::{Millis, Thing};
use store::table;

wire_id!(
    /// A unit on the wire.
    UnitId, "uni"
);

table! {
    /// A shop, a company, an institution.
    pub struct Unit in "units" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub area: i64,
        pub name: String,
        pub initials: String,
        /// 统一社会信用代码 (GB 32100).
        pub code: Option<String>,
        /// What it does, in the words of who registered it.
        pub kind: String,
        pub dwelling_id: Option<i64>,
        pub address: String,
        pub phone_sealed: Option<String>,
        pub opened_on: Option<String>,
        pub closed_at: Option<Millis>,
    }
}

impl Unit {
    /// What policies see of it.
    pub fn thing(&self) -> Thing {
        Thing::at(self.area)
    }

    /// Its id on the wire.
    pub fn wire_id(&self) -> UnitId {
        UnitId::new(self.street_id, self.id)
    }
}
