//! Somebody of [`GRID`] who reads their own page, for the tests of coverage.

use platform::testing::{Client, House, Reply};
use platform::{AreaCode, Call, PostKind};
use registry::{NewResident, Said, is_open, register, set_open};
use serde_json::{Value as Json, json};

use super::town::{COMMUNITY, GRID, STREET};

/// A number that nobody else of the town has.
const NUMBER: &str = "450204196503070033";

pub struct Mine {
    pub resident: String,
    /// A look at them.
    pub look: String,
    /// What they asked, not answered yet.
    pub correction: String,
    /// A delay that was asked for, not approved yet.
    pub delay: String,
}

/// A wish that can be granted.
pub fn wish(field: &str, value: &str) -> Json {
    json!({ "field": field, "value": value, "reason": "证件上是这样写的" })
}

pub fn delay(resident: &str) -> Json {
    json!({ "resident": resident, "basis": "《个人信息保护法》第十八条", "about": "专项核查", "until": "2027-01-15T01:00:00Z" })
}

/// The clerk hands a code to a resident.
pub async fn handed(house: &House, resident: &str) -> Reply {
    let clerk = house.signed_in(PostKind::Clerk, STREET).await.with("wangge-purpose", "window");
    clerk.post("/resident-access", json!({ "resident": resident })).await
}

pub async fn signed_in(house: &House, code: &str) -> Reply {
    let who = json!({ "id_number": NUMBER, "code": code });
    house.visitor().post("/public/mine/sign-in", who).await
}

pub fn bearing(house: &House, pass: &str) -> Client {
    house.visitor().with("wangge-resident", pass)
}

pub async fn mine(house: &House) -> Mine {
    let call = Call::program("test");
    let registered = house.app.write(&call, STREET, |w| async move {
        if !is_open(&w, GRID).await? {
            set_open(&w, AreaCode::try_from(COMMUNITY).unwrap(), true).await?;
        }
        let said = Said { name: "蓝秀英".to_owned(), id_no: NUMBER.to_owned(), ..Said::default() };
        register(&w, NewResident { area: GRID, said, said_on: None, since: None }).await
    });
    let resident = registered.await.unwrap().wire_id().to_string();
    let code = handed(house, &resident).await.expect(201).text("/code");
    let me = bearing(house, &signed_in(house, &code).await.expect(200).text("/pass"));
    let look = me.get("/public/mine/looks").await.expect(200).text("/items/0/id");
    let correction =
        me.post("/public/mine/corrections", wish("name", "兰秀英")).await.expect(201).text("/id");
    let chief = house.signed_in(PostKind::Chief, STREET).await;
    let delay = chief.post("/look-delays", delay(&resident)).await.expect(201).text("/id");
    Mine { resident, look, correction, delay }
}
