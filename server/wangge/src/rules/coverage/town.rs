//! A small district for the tests of coverage: two streets in a row of four grids, the lists that come with the program,
//! two units, one case with everything that can hang on a case.

use std::collections::BTreeSet;

use platform::posts::OrganisationId;
use platform::testing::{Client, House, Reply};
use platform::{Call, PostKind, Text};
use serde_json::{Value as Json, json};
use staff::{NewOrganisation, OrganisationKind, open_organisation};
use store::testing::Fresh;

use super::forms::{Forms, forms};
use super::fusing::{Fusing, fusing};
use super::keeping::{Keeping, keeping};
use super::mine::{Mine, mine};
use super::register::{Register, register};
use super::requests::{replay, webhook};
use super::reviewing::{Reviewing, reviewing};

pub const DISTRICT: i64 = 450_204;
pub const STREET: i64 = 450_204_006;
pub const OTHER_STREET: i64 = 450_204_007;
pub const COMMUNITY: i64 = 450_204_006_003;
pub const OTHER_COMMUNITY: i64 = 450_204_006_004;
pub const GRID: i64 = 450_204_006_003_001;
/// The four grids from west to east: two of one community, one of another, one of another street.
pub const GRIDS: [i64; 4] = [GRID, 450_204_006_003_002, 450_204_006_004_001, 450_204_007_001_001];

pub const STREETS: &str = "code,name\n450204006,银山街道\n450204007,南环街道\n";
pub const COMMUNITIES: &str =
    "code,name\n450204006003,第三社区\n450204006004,第四社区\n450204007001,第一社区\n";

/// A picture of one grey dot.
pub const PICTURE: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0,
    0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63,
    0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42,
    0x60, 0x82,
];

pub struct Town {
    pub house: House,
    pub desk: Client,
    pub handler: Client,
    pub worker: Client,
    pub steward: Client,
    pub admin: Client,
    /// 水利局, named by the standards of manholes.
    pub unit: i64,
    pub other_unit: i64,
    /// A case in [`GRID`] that was just reported.
    pub order: String,
    pub picture: String,
    /// The number and the token of a resident's report.
    pub number: String,
    pub token: String,
    /// A clerk's post in [`STREET`], and the tenure of its holder.
    pub post: String,
    pub tenure: String,
    /// Somebody's service in [`GRID`].
    pub duty: String,
    /// An entry of the ledger.
    pub entry: String,
    /// A frozen month of [`STREET`], in which nothing happened.
    pub freeze: String,
    /// A draft of the city case's flow, and the day's cases walked through it.
    pub draft: String,
    pub replay: String,
    /// A webhook of [`STREET`].
    pub webhook: String,
    /// What the register holds.
    pub register: Register,
    pub keeping: Keeping,
    pub fusing: Fusing,
    pub reviewing: Reviewing,
    /// A resident of [`GRID`] with their own page.
    pub mine: Mine,
    /// A form that the street fills in.
    pub forms: Forms,
}

/// Longitude and latitude of a point: grids are one wide and one high.
pub fn at(x: f64, y: f64) -> [f64; 2] {
    [109.38 + x * 0.005, 24.32 + y * 0.005]
}

/// The middle of a grid, by its place in [`GRIDS`].
pub fn middle(nth: usize) -> [f64; 2] {
    at([0.5, 1.5, 2.5, 3.5][nth], 0.5)
}

/// A rectangle with a corner at every half, so that a cut has somewhere to end.
fn rectangle(west: i32, east: i32) -> Json {
    let halves = |from: i32, to: i32| (from * 2..to * 2).map(|half| f64::from(half) / 2.0);
    let (w, e) = (f64::from(west), f64::from(east));
    let south = halves(west, east).map(|x| at(x, 0.0));
    let right = halves(0, 1).map(|y| at(e, y));
    let north = halves(west, east).map(|x| at(w + e - x, 1.0));
    let left = halves(0, 1).map(|y| at(w, 1.0 - y));
    let ring: Vec<_> = south.chain(right).chain(north).chain(left).chain([at(w, 0.0)]).collect();
    json!({ "type": "Polygon", "coordinates": [ring] })
}

/// The map of the town as GeoJSON.
pub fn map() -> String {
    let areas = [
        (DISTRICT, 0, 4),
        (STREET, 0, 3),
        (OTHER_STREET, 3, 4),
        (COMMUNITY, 0, 2),
        (OTHER_COMMUNITY, 2, 3),
        (450_204_007_001, 3, 4),
        (GRIDS[0], 0, 1),
        (GRIDS[1], 1, 2),
        (GRIDS[2], 2, 3),
        (GRIDS[3], 3, 4),
    ];
    let feature = |(code, west, east): (i64, i32, i32)| json!({ "type": "Feature", "properties": { "code": code.to_string() }, "geometry": rectangle(west, east) });
    json!({ "type": "FeatureCollection", "features": areas.map(feature) }).to_string()
}

/// The table of grids, with one more for each of `more`.
pub fn grids(more: &[&str]) -> String {
    let rows = GRIDS.iter().enumerate().map(|(nth, code)| format!("{code},第{}网格\n", nth + 1));
    let more = more.iter().map(|code| format!("{code},新网格\n"));
    format!("code,name\n{}", rows.chain(more).collect::<String>())
}

/// A cracked cover at a place.
pub fn cracked(point: [f64; 2], files: &[&str]) -> Json {
    let contact = json!({ "name": "韦小姐", "phone": "13800005678" });
    json!({ "class": "p0101", "point": point, "address": "柳石路 12 号", "description": "井盖破损", "files": files, "contact": contact })
}

/// The rights of the post in use.
pub fn rights(house: &House, client: &Client) -> BTreeSet<String> {
    house.app.policy().rights(client.caller.as_ref().unwrap()).into_iter().map(str::to_owned).collect()
}

pub fn organisation(id: i64) -> String {
    OrganisationId::shared(id).to_string()
}

/// A browser that keeps the cookie of an answer.
pub fn bearing(house: &House, reply: &Reply) -> Client {
    let cookie = reply.headers["set-cookie"].to_str().unwrap();
    house.visitor().with("cookie", cookie.split(';').next().unwrap())
}

/// Streets, communities, grids, lists and units; no people, no cases.
async fn ground(house: &House, steward: &Client) -> (i64, i64) {
    let call = Call::program("test");
    let lists = house.app.write(&call, DISTRICT, |w| async move {
        let unit = async |key: &str, zh: &'static str| {
            let name = Text::new(zh, "a bureau");
            let kind = OrganisationKind::Department;
            open_organisation(
                &w,
                NewOrganisation { key: key.to_owned(), kind, name, street: None, parent: None },
            )
            .await
        };
        let units = (unit("water", "区水利局").await?, unit("urban", "区城市管理局").await?);
        catalogue::seed(&w).await?;
        Ok(units)
    });
    let units = lists.await.unwrap();
    for table in [STREETS, COMMUNITIES, &grids(&[])] {
        let _ = steward.upload("/areas/import", "areas.csv", table.as_bytes()).await.expect(200);
    }
    let put = steward.upload("/areas/boundaries", "map.json", map().as_bytes()).await.expect(200);
    assert_eq!(put.text("/problems"), "[]", "{}", put.transcript());
    units
}

pub async fn town(fresh: Fresh) -> Town {
    let house = House::open(fresh, crate::house::rooms()).await;
    let steward = house.signed_in(PostKind::Steward, DISTRICT).await;
    let (unit, other_unit) = ground(&house, &steward).await;
    let desk = house.signed_in(PostKind::Desk, STREET).await;
    let handler = house.signed_in_for(PostKind::Handler, DISTRICT, Some(unit)).await;
    let worker = house.signed_in(PostKind::GridWorker, GRID).await;
    let admin = house.signed_in(PostKind::Admin, DISTRICT).await;
    let auditor = house.signed_in(PostKind::Auditor, DISTRICT).await;

    let picture = desk.upload("/files", "cover.png", PICTURE).await.expect(201).text("/id");
    let order = desk.post("/orders", cracked(middle(0), &[&picture])).await.expect(201).text("/id");
    let report = json!({ "class": "p0101", "point": middle(0), "address": "柳石路 14 号", "description": "井盖破损", "phone": "13800005678" });
    let receipt = house.visitor().post("/public/reports", report).await.expect(201);

    let post = json!({ "kind": "clerk", "area": STREET.to_string(), "title": { "zh": "综合受理员", "en": "Clerk" } });
    let post = admin.post("/staff/posts", post).await.expect(201).text("/id");
    let _ = admin
        .post("/staff/accounts", json!({ "username": "wei.clerk", "person_name": "韦受理" }))
        .await
        .expect(201);
    let _ = admin.post("/staff/tenures", json!({ "post": post, "username": "wei.clerk" })).await.expect(201);
    let tenure = admin.get(&format!("/staff/tenures?post={post}")).await.expect(200).text("/items/0/id");
    let _ = steward
        .post(&format!("/staff/grids/{GRID}/duties"), json!({ "role": "assistant", "person_name": "覃协管" }))
        .await
        .expect(201);
    let duty = steward.get(&format!("/staff/grids/{GRID}")).await.expect(200).text("/items/0/id");
    let entry = auditor.get("/ledger?limit=1").await.expect(200).text("/items/0/id");
    let draft =
        steward.post("/catalogue/flows/drafts", json!({ "key": "city-case" })).await.expect(201).text("/id");
    let replayed = steward.post("/orders/flow-replay", replay(&draft)).await.expect(201).text("/id");
    let webhook = admin.post("/webhooks", webhook()).await.expect(201).text("/webhook/id");
    let register = register(&house, &steward).await;
    let keeping = keeping(&house).await;
    let fusing = fusing(&house).await;
    let reviewing = reviewing(&house).await;
    let quiet = "/insight/scorecards/departments/freeze?street=450204006";
    let freeze = steward.post(quiet, json!({ "month": "2026-10" })).await.expect(201).text("/id");
    let mine = mine(&house).await;
    let forms = forms(&house).await;
    Town {
        mine,
        forms,
        freeze,
        draft,
        replay: replayed,
        webhook,
        register,
        keeping,
        fusing,
        reviewing,
        unit,
        other_unit,
        order,
        picture,
        post,
        tenure,
        duty,
        entry,
        number: receipt.text("/number"),
        token: receipt.text("/token"),
        house,
        desk,
        handler,
        worker,
        steward,
        admin,
    }
}
