//! Pairs to decide and claims to answer, for the tests of coverage.

use fusion::{Reasons, ReviewPair, ReviewState};
use platform::testing::House;
use platform::{Call, PostKind};
use registry::{Record, ResidentId, Said};
use serde_json::{Value as Json, json};

use super::keeping::somebody;
use super::register::looking;
use super::table::Route;
use super::town::{DISTRICT, GRID, STREET};

pub struct Reviewing {
    /// A pair of [`GRID`] that waits.
    pub review: String,
    /// A claim of [`GRID`] that waits for its answer.
    pub claim: String,
}

/// A telephone that no register has.
pub fn claim() -> Json {
    json!({ "field": "phone", "value": "13900001234", "basis": "door" })
}

/// Pairs of this weight are accepted unseen.
pub const CLEAR: f64 = 9.0;

/// Two residents of [`GRID`], and their pair.
pub async fn pair(house: &House, names: [&str; 2], weight: f64) -> String {
    let steward = looking(house.signed_in(PostKind::Steward, DISTRICT).await);
    let mut ids = Vec::new();
    for name in names {
        let made = steward.post("/residents", somebody(GRID, name, "")).await.expect(201);
        ids.push(made.text("/id").parse::<ResidentId>().unwrap().id);
    }
    let call = Call::program("test");
    let written = house.app.write(&call, STREET, move |w| async move {
        let pair = ReviewPair {
            street_id: STREET,
            id: w.id(),
            version: 1,
            batch_id: 1,
            area: GRID,
            record_id: 0,
            own_id: ids[1],
            other_id: ids[0],
            weight,
            steps: Reasons::default().text()?,
            state: ReviewState::Waiting,
            order_id: None,
            merge_id: None,
            decided_at: None,
            decided_by: None,
            decided_post: None,
            bulk: false,
            audited_at: None,
            audit: None,
        };
        w.insert(&pair).await?;
        w.record("test:pair", pair.wire_id(), json!({}));
        Ok(pair.wire_id().to_string())
    });
    written.await.unwrap()
}

/// What a register of the city says of somebody in [`GRID`].
pub async fn said(house: &House, external: &'static str) -> String {
    let steward = looking(house.signed_in(PostKind::Steward, DISTRICT).await);
    let made = steward.post("/residents", somebody(GRID, "买买提", "")).await.expect(201).text("/id");
    let resident: ResidentId = made.parse().unwrap();
    let call = Call::program("test");
    let written = house.app.write(&call, STREET, move |w| async move {
        let (id, said) = (w.id(), Said { phone: "13800005678".to_owned(), ..Said::default() });
        let (sealed, content) = said.seal(w.app(), id)?;
        w.insert(&Record {
            street_id: STREET,
            id,
            source: "civil".to_owned(),
            external_id: external.to_owned(),
            resident_id: resident.id,
            batch_id: None,
            sealed,
            content,
            said_on: None,
            known_from: w.now(),
            gone_at: None,
        })
        .await?;
        w.record("test:record", resident, json!({}));
        Ok(())
    });
    written.await.unwrap();
    made
}

/// A pair that nobody has decided, and a claim that nobody has answered.
pub async fn reviewing(house: &House) -> Reviewing {
    let steward = looking(house.signed_in(PostKind::Steward, DISTRICT).await);
    let review = pair(house, ["蓝小一", "蓝晓一"], -9.0).await;
    let disputed = said(house, "c-1").await;
    let made = steward.post(&format!("/residents/{disputed}/claims"), claim()).await.expect(201);
    Reviewing { review, claim: made.text("/id") }
}

impl Reviewing {
    /// What `{id}` stands for.
    pub fn id(&self, path: &str) -> Option<&str> {
        Some(match path.split('/').nth(1)? {
            "reviews" => &self.review,
            "claims" => &self.claim,
            _ => return None,
        })
    }

    /// A sound body.
    pub fn body(&self, route: &Route) -> Option<Json> {
        Some(match route.address().as_str() {
            "POST /reviews/bulk" => json!({ "at_least": CLEAR, "street": STREET.to_string() }),
            "POST /reviews/{id}/audit" => json!({ "verdict": "right" }),
            "POST /reviews/{id}/decision" => json!({ "decision": "same" }),
            "POST /residents/{id}/claims" => claim(),
            "POST /claims/{id}/answer" => json!({ "outcome": "accepted" }),
            "POST /claims/answers" => {
                json!({ "answers": [{ "number": "C006-20261123-0001-X", "outcome": "accepted" }] })
            }
            "PUT /sources/{id}/outlet" => json!({}),
            _ => return None,
        })
    }
}
