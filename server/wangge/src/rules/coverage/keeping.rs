//! A small register for the tests of coverage: a home with a household and a shop, and somebody who moves to the street.

use platform::PostKind;
use platform::testing::House;
use serde_json::{Value as Json, json};

use super::register::looking;
use super::table::Route;
use super::town::{COMMUNITY, DISTRICT, GRID, OTHER_STREET, STREET};

/// The community of the other street.
const BESIDE: i64 = 450_204_007_001;

pub struct Keeping {
    /// Of the steward's street; heads the household.
    pub resident: String,
    pub second: String,
    pub building: String,
    pub dwelling: String,
    pub residence: String,
    pub household: String,
    pub unit: String,
    /// From [`OTHER_STREET`] to [`STREET`].
    pub hand_over: String,
}

/// Somebody in a grid or a community.
pub fn somebody(area: i64, name: &str, address: &str) -> Json {
    json!({ "area": area.to_string(), "name": name, "address": address, "since": "2026-03-01" })
}

/// A dwelling of the building of [`GRID`].
pub fn dwelling(building: &str, room: &str) -> Json {
    json!({ "building": building, "unit": "2", "room": room })
}

/// A shop in [`GRID`].
pub fn shop() -> Json {
    json!({ "area": GRID.to_string(), "name": "便利店" })
}

/// A move to a street.
pub fn moving(to: i64) -> Json {
    json!({ "to_street": to.to_string(), "left_on": "2026-11-20", "reason": "迁居" })
}

/// What is kept in the register of the town.
pub async fn keeping(house: &House) -> Keeping {
    let steward = looking(house.signed_in(PostKind::Steward, DISTRICT).await);
    for code in [COMMUNITY, BESIDE] {
        let open = json!({ "code": code.to_string(), "open": true });
        let opened = steward.put("/registry/communities", open).await;
        assert!([200, 409].contains(&opened.status.as_u16()), "{}", opened.transcript());
    }
    let building = json!({ "area": GRID.to_string(), "address": "山水居3栋" });
    let building = steward.post("/buildings", building).await.expect(201).text("/id");
    let home = steward.post("/dwellings", dwelling(&building, "501")).await.expect(201).text("/id");
    let mut people = Vec::new();
    for name in ["韦子涵", "覃莉"] {
        let body = somebody(GRID, name, "山水居3栋2单元501室");
        people.push(steward.post("/residents", body).await.expect(201).text("/id"));
    }
    let household = json!({ "dwelling": home, "head": people[0] });
    let household = steward.post("/households", household).await.expect(201).text("/id");
    let unit = steward.post("/units", shop()).await.expect(201).text("/id");
    let leaver = steward.post("/residents", somebody(BESIDE, "欧阳修文", "")).await.expect(201).text("/id");
    let place = format!("/residents/{leaver}/hand-over");
    let hand_over = steward.post(&place, moving(STREET)).await.expect(201).text("/id");
    let seen = steward.get(&format!("/dwellings/{home}")).await.expect(200);
    Keeping {
        residence: seen.text("/people/0/residence"),
        resident: people[0].clone(),
        second: people[1].clone(),
        building,
        dwelling: home,
        household,
        unit,
        hand_over,
    }
}

impl Keeping {
    /// What `{id}` stands for in a path of the register.
    pub fn id(&self, path: &str) -> Option<&str> {
        Some(match path.split('/').nth(1)? {
            "buildings" => &self.building,
            "dwellings" => &self.dwelling,
            "residents" => &self.resident,
            "residences" => &self.residence,
            "households" => &self.household,
            "units" => &self.unit,
            "hand-overs" => &self.hand_over,
            _ => return None,
        })
    }

    /// What the query of a route of the register cannot do without.
    pub fn query(&self, address: &str) -> Option<String> {
        (address == "GET /hand-overs").then(|| "box=in".to_owned())
    }

    /// A sound body.
    pub fn body(&self, route: &Route) -> Option<Json> {
        let reason = "户口簿为准";
        Some(match route.address().as_str() {
            "POST /buildings" => json!({ "area": GRID.to_string(), "address": "山水居4栋" }),
            "PATCH /buildings/{id}" => json!({ "floors": 11 }),
            "POST /dwellings" => dwelling(&self.building, "602"),
            "PATCH /dwellings/{id}" => json!({ "usage": "rented" }),
            "POST /residents" => somebody(GRID, "蓝一", ""),
            "PATCH /residents/{id}" => json!({ "name": "韦梓涵", "reason": reason }),
            "POST /residents/{id}/death" | "POST /residents/{id}/departure" => json!({ "on": "2026-11-20" }),
            "POST /residents/{id}/hand-over" => moving(OTHER_STREET),
            "POST /residents/{id}/residences" => {
                json!({ "dwelling": self.dwelling, "kind": "owning", "from": "2020-01-01" })
            }
            "POST /residences/{id}/correct" => json!({ "from": "2026-04-01", "reason": reason }),
            "POST /households" => json!({ "dwelling": self.dwelling, "head": self.second }),
            "POST /households/{id}/members" => json!({ "resident": self.second, "relation": "10" }),
            "POST /households/{id}/leave" | "PUT /households/{id}/head" => {
                json!({ "resident": self.resident })
            }
            "POST /units" => shop(),
            "PATCH /units/{id}" => json!({ "kind": "零售" }),
            "POST /hand-overs/{id}/accept" => {
                json!({ "area": GRID.to_string(), "address": "山水居3栋2单元602室" })
            }
            "POST /hand-overs/{id}/refuse" => json!({ "reason": "不在本辖区" }),
            "PUT /registry/communities" => json!({ "code": COMMUNITY.to_string(), "open": false }),
            "PUT /registry/groups" => {
                json!({ "street": STREET.to_string(), "group": "disability", "on": true, "basis": "《残疾人保障法》第六条" })
            }
            _ => return None,
        })
    }
}
