//! A form of another level that the street has taken, for the tests of coverage.

use platform::PostKind;
use platform::testing::House;
use serde_json::{Value as Json, json};

use super::table::Route;
use super::town::{COMMUNITY, STREET};

pub struct Forms {
    pub form: String,
}

/// A form that asks for something new.
pub fn form() -> Json {
    let columns = json!([{ "heading": "社区" }, { "heading": "户外健身器材（处）" }]);
    json!({ "area": STREET.to_string(), "name": "健身器材表", "issuer": "区体育局", "every": "monthly", "columns": columns })
}

/// What a community types into it.
pub fn typed() -> Json {
    json!({ "rows": [{ "row": COMMUNITY.to_string(), "values": ["3"] }] })
}

/// The heading of a sheet.
pub const SHEET: &str = "社区,户外健身器材（处）\n";

pub async fn forms(house: &House) -> Forms {
    let leader = house.signed_in(PostKind::Leader, STREET).await;
    let form = leader.post("/forms", form()).await.expect(201).text("/id");
    let by = leader.with("if-match", "1");
    let _ = by.post(&format!("/forms/{form}/decision"), json!({ "decision": "accept" })).await.expect(200);
    Forms { form }
}

impl Forms {
    /// A sound body.
    pub fn body(route: &Route) -> Option<Json> {
        Some(match route.address().as_str() {
            "POST /forms" => form(),
            "POST /retention/runs" => json!({ "class": "departed", "street": STREET.to_string() }),
            "POST /forms/{id}/decision" => json!({ "decision": "refuse" }),
            "PUT /forms/{id}/answers/{community}" => typed(),
            _ => return None,
        })
    }
}
