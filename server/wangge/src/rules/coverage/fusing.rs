//! What comes from the city's registers, for the tests of coverage: a source with a batch that has run.

use platform::PostKind;
use platform::testing::{Client, House};
use serde_json::{Value as Json, json};

use super::register::looking;
use super::requests::Body;
use super::table::Route;
use super::town::{DISTRICT, STREET};

pub const HEADING: &str = "编号,姓名,证件号码,出生日期,住址\n";

pub struct Fusing {
    pub source: String,
    pub batch: String,
    merge: String,
}

/// A contract that covers what [`HEADING`] has.
pub fn contract(key: &str) -> Json {
    json!({
        "key": key, "name": { "zh": "户籍登记", "en": "Household register" }, "owner": "户政部门", "rank": 1,
        "fields": ["name", "id_no", "birth_date", "phone", "address"], "purpose": "实有人口核对",
        "basis": "《政务数据共享条例》", "expires_at": "2028-01-01T00:00:00Z",
    })
}

/// A row of somebody who lives in the community of the town that is open.
pub fn row(key: &str, body: &str, room: &str) -> String {
    let number = chinese::identity::check_character(body).map(|check| format!("{body}{check}"));
    format!("{key},陆小凤,{},1991-05-06,第三社区山水居9栋1单元{room}室\n", number.unwrap_or_default())
}

/// Waits until a batch that was started has ended.
pub async fn ended(house: &House, by: &Client, batch: &str) {
    house.app.run_due_jobs().await.unwrap();
    while by.get(&format!("/batches/{batch}")).await.expect(200).text("/state") == "running" {
        tokio::task::yield_now().await;
    }
}

/// A source of the district, and a batch of it that waits to be run.
pub async fn fusing(house: &House) -> Fusing {
    let steward = looking(house.signed_in(PostKind::Steward, DISTRICT).await);
    let source = steward.post("/sources", contract("civil")).await.expect(201).text("/id");
    let file = format!("{HEADING}{}", row("w-1", "45020419910506001", "101"));
    let received = steward.upload("/batches?source=civil", "civil.csv", file.as_bytes()).await.expect(201);
    // There is no such merge, but it could be one of the street.
    let merge = fusion::MergeId::new(STREET, 1).to_string();
    Fusing { source, batch: received.text("/id"), merge }
}

impl Fusing {
    /// What `{id}` stands for.
    pub fn id(&self, path: &str) -> Option<&str> {
        Some(match path.split('/').nth(1)? {
            "sources" => &self.source,
            "batches" => &self.batch,
            "merges" => &self.merge,
            _ => return None,
        })
    }

    /// What the query of a route cannot do without.
    pub fn query(&self, address: &str) -> Option<String> {
        (address == "POST /batches").then(|| "source=civil".to_owned())
    }

    /// A sound body.
    pub fn body(&self, route: &Route) -> Option<Body> {
        Some(match route.address().as_str() {
            "POST /batches" => {
                let file = format!("{HEADING}{}", row("w-2", "45020419910506003", "102"));
                Body::File("civil.csv", file.into_bytes())
            }
            "POST /sources" => Body::Json(contract("other")),
            "PATCH /sources/{id}" => Body::Json(json!({ "rank": 2 })),
            "PUT /batches/{id}/mapping" => {
                Body::Json(json!({ "mapping": { "record_id": "编号", "name": "姓名" } }))
            }
            _ => return None,
        })
    }
}
