//! What the town's register holds for the tests of coverage: somebody in a dwelling, a list that was asked for, an alarm.

use platform::testing::{Client, House};
use platform::{Call, Millis, PostKind};
use registry::purpose::PURPOSES;
use registry::{Alarm, AlarmKind, NewResident, Said};
use serde_json::{Value as Json, json};

use super::town::{DISTRICT, GRID, STREET};

pub const HOME: &str = "银山街道第三社区金鹅花园3栋2单元501室";

/// Ids of what is there.
pub struct Register {
    pub resident: String,
    pub dwelling: String,
    pub building: String,
    /// Asked for by somebody else.
    pub export: String,
    pub alarm: String,
}

/// Why a post looks, as its headers say; nothing for a post that looks at nobody.
pub fn looking(by: Client) -> Client {
    let kind = by.caller.as_ref().map(|caller| caller.post.kind);
    match PURPOSES.iter().find(|purpose| kind.is_some_and(|kind| purpose.posts.contains(&kind))) {
        Some(purpose) => by.with("wangge-purpose", purpose.word).with("wangge-about", "ord_1"),
        None => by,
    }
}

/// A list with a telephone in clear.
pub fn list() -> Json {
    json!({ "area": GRID.to_string(), "clear": ["phone"], "reason": "入户核查底册" })
}

pub fn reveal() -> Json {
    json!({ "group": "phone", "reason": "核对联系电话" })
}

pub fn verdict() -> Json {
    json!({ "verdict": "justified", "note": "已核对台账" })
}

/// Opens the register in the town's communities and puts somebody into it.
pub async fn register(house: &House, steward: &Client) -> Register {
    for code in ["450204006003", "450204006004", "450204007001"] {
        let open = json!({ "code": code, "open": true });
        let opened = steward.put("/registry/communities", open).await;
        assert!(opened.status.is_success(), "{}", opened.transcript());
    }
    let call = Call::program("test");
    let registered = house.app.write(&call, STREET, |w| async move {
        w.record("test:register", "somebody", json!({}));
        let said = Said {
            name: "韦子涵".to_owned(),
            id_no: "450204199001010018".to_owned(),
            phone: "13800000001".to_owned(),
            address: HOME.to_owned(),
            ..Said::default()
        };
        let new = NewResident { area: GRID, said, said_on: None, since: None };
        let alarm = Alarm {
            street_id: DISTRICT,
            id: w.id(),
            account_id: 1,
            post_id: None,
            area: STREET,
            kind: AlarmKind::Searches,
            day: "2026-11-22".to_owned(),
            counted: 301,
            allowed: 300,
            raised_at: Millis(0),
            reviewed_at: None,
            reviewed_by: None,
            verdict: None,
            note: None,
        };
        w.insert(&alarm).await?;
        Ok((registry::register(&w, new).await?.wire_id(), alarm.wire_id()))
    });
    let (resident, alarm) = registered.await.unwrap();
    let somebody = looking(house.signed_in(PostKind::Steward, STREET).await);
    let found = somebody.post("/registry/find", json!({ "text": HOME })).await.expect(200);
    let export = somebody.post("/exports", list()).await.expect(201).text("/id");
    let building = somebody.post("/registry/find", json!({ "text": "金鹅花园" })).await.expect(200);
    Register {
        resident: resident.to_string(),
        dwelling: found.text("/dwellings/0/id"),
        building: building.text("/buildings/0/id"),
        export,
        alarm: alarm.to_string(),
    }
}
