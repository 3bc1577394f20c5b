//! Somebody without an account in the test district.

use platform::testing::{Client, Reply};
use serde_json::{Value as Json, json};
use store::testing::Fresh;

use crate::district::{Case, HERE, PICTURE, Town, town_with};

pub const PHONE: &str = "138 0000 5678";
pub const TAIL: &str = "5678";

pub async fn town(fresh: Fresh) -> Town {
    town_with(fresh, vec![citizen::room()]).await
}

/// A report of a cracked cover by somebody who leaves a phone number.
pub fn cracked() -> Json {
    json!({
        "class": "p0101", "point": HERE, "address": "柳石路 12 号门前", "description": "井盖破损，面积较大",
        "files": [], "phone": PHONE,
    })
}

/// A resident with the receipt of a report.
pub struct Resident {
    pub client: Client,
    pub number: String,
    pub token: String,
}

impl Resident {
    pub async fn reporting(town: &Town, body: Json) -> Self {
        let client = town.house.visitor();
        let receipt = client.post("/public/reports", body).await.expect(201);
        Self { number: receipt.text("/number"), token: receipt.text("/token"), client }
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/public/reports/{}{rest}", self.number)
    }

    pub async fn by_token(&self) -> Reply {
        self.client.get(&self.path(&format!("?token={}", self.token))).await
    }

    pub async fn by_tail(&self, tail: &str) -> Reply {
        self.client.get(&self.path(&format!("?phone_tail={tail}"))).await
    }

    pub fn proof(&self) -> Json {
        json!({ "token": self.token })
    }
}

/// A picture uploaded by somebody without an account.
pub async fn picture(by: &Client) -> String {
    by.upload("/public/files", "cover.png", PICTURE).await.expect(201).text("/id")
}

/// The resident's case as the desk has it.
pub async fn case(town: &Town, resident: &Resident) -> Case {
    let row = town.desk.get(&format!("/orders?q={}", resident.number)).await.expect(200);
    Case::of(town.desk.get(&format!("/orders/{}", row.text("/items/0/id"))).await.expect(200))
}

/// Accepted by the standard that the list suggests, and sent to the unit.
pub async fn dispatched(town: &Town, resident: &Resident) -> Case {
    let case = case(town, resident).await;
    let standard = case.standard.clone();
    let accepted = case.done(&town.desk, json!({ "action": "accept", "standard_id": standard })).await;
    accepted.sent_to(&town.desk, town.unit).await
}

/// Led to its end by those who work on it.
pub async fn closed(town: &Town, resident: &Resident) -> Case {
    let handling = dispatched(town, resident).await.done(&town.handler, json!({ "action": "sign" })).await;
    let verified = town.resolve(handling).await.done(&town.worker, json!({ "action": "verify" })).await;
    verified.done(&town.desk, json!({ "action": "close" })).await
}

/// What a case's page tells, one line for each step.
pub fn told(reply: &Reply, language: &str) -> Vec<String> {
    let steps = reply.json["steps"].as_array().unwrap();
    steps.iter().map(|step| step["text"][language].as_str().unwrap().to_owned()).collect()
}
