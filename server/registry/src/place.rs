//! Where people live: buildings with dwellings, found by the normal form of an address.

use platform::ids::wire_id;
use platform::{Millis, Thing};
use store::table;

use crate::words::Usage;

wire_id!(
    /// A building on the wire.
    BuildingId, "bui"
);
wire_id!(
    /// A dwelling on the wire.
    DwellingId, "dwe"
);

table! {
    /// A building of an estate or a road.
    pub struct Building in "buildings" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        /// Its grid, or its community when the grid is not known.
        pub area: i64,
        /// The estate or the road with its number, as `chinese::address::Keys::place` writes it.
        pub estate: String,
        /// Such as `3栋`.
        pub name: String,
        /// The normal form by which every spelling finds it: `chinese::address::Keys::building`.
        pub building_key: String,
        pub floors: Option<i64>,
        pub lon: Option<f64>,
        pub lat: Option<f64>,
        pub created_at: Millis,
        pub closed_at: Option<Millis>,
    }
}

table! {
    /// A dwelling, a shop or another lockable part of a building.
    pub struct Dwelling in "dwellings" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub building_id: i64,
        /// As its building's.
        pub area: i64,
        /// Such as `2单元`; empty where a building has none.
        pub unit: String,
        pub floor: Option<i64>,
        pub room: String,
        /// Written out: estate, building, unit, room.
        pub address: String,
        /// The normal form by which every spelling finds it: `chinese::address::Keys::dwelling`, which leaves out the unit.
        pub dwelling_key: String,
        pub usage: Usage,
        pub usage_at: Option<Millis>,
        pub created_at: Millis,
        pub closed_at: Option<Millis>,
    }
}

impl Building {
    /// What policies see of it.
    pub fn thing(&self) -> Thing {
        Thing::at(self.area)
    }

    /// Its id on the wire.
    pub fn wire_id(&self) -> BuildingId {
        BuildingId::new(self.street_id, self.id)
    }
}

impl Dwelling {
    /// What policies see of it.
    pub fn thing(&self) -> Thing {
        Thing::at(self.area)
    }

    /// Its id on the wire.
    pub fn wire_id(&self) -> DwellingId {
        DwellingId::new(self.street_id, self.id)
    }
}
