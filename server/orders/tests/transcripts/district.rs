//! A small district: two streets, three communities, four grids, three units, two classes, three standards.

use std::collections::BTreeSet;

use areas::{AreaCode, AreaKind, AreaRow};
use catalogue::{ClassSheet, Organisations, StandardSheet};
use platform::testing::{Client, House, Reply};
use platform::{Call, Error, Millis, PostKind, Room, Text, Write};
use serde_json::{Value as Json, json};
use staff::{NewOrganisation, OrganisationKind};
use store::table;
use store::testing::Fresh;
use workflow::Flow;
use worktime::{Limit, Notice, RuleSet};

pub const DISTRICT: i64 = 450_204;
pub const STREET: i64 = 450_204_006;
pub const OTHER_STREET: i64 = 450_204_007;
pub const COMMUNITY: i64 = 450_204_006_003;
pub const GRID: i64 = 450_204_006_003_001;
pub const OTHER_GRID: i64 = 450_204_006_004_001;
/// In [`GRID`].
pub const HERE: [f64; 2] = [109.385, 24.305];
/// In the other community's grid.
pub const ACROSS: [f64; 2] = [109.405, 24.305];
/// In the other street.
pub const FAR: [f64; 2] = [109.415, 24.305];
/// In no grid.
pub const OUTSIDE: [f64; 2] = [110.5, 24.305];

const MINUTE: i64 = 60_000;

/// A picture of two grey dots.
pub const PICTURE: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0,
    0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63,
    0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42,
    0x60, 0x82,
];

table! {
    struct BoundaryRow in "area_boundaries" key 1 {
        id: i64, version: i64, geometry: String, label_lon: f64, label_lat: f64,
    }
}

/// The house with everybody who works in it.
pub struct Town {
    pub house: House,
    pub desk: Client,
    pub handler: Client,
    pub worker: Client,
    /// 城管大队, named by the standard.
    pub unit: i64,
    /// 水务公司, another unit.
    pub other_unit: i64,
}

pub async fn town(fresh: Fresh) -> Town {
    town_with(fresh, Vec::new()).await
}

/// The same, with rooms that stand on this one.
pub async fn town_with(fresh: Fresh, more: Vec<Room>) -> Town {
    let mut rooms = vec![platform::room(), areas::room(), staff::room(), catalogue::room(), orders::room()];
    rooms.extend(more);
    let house = House::open(fresh, rooms).await;
    let call = Call::program("test");
    house.app.write(&call, DISTRICT, |w| async move { lists(&w).await }).await.unwrap();
    house.app.write(&call, DISTRICT, |w| async move { ground(&w).await }).await.unwrap();
    let units = house.app.write(&call, DISTRICT, |w| async move {
        let district = open_unit(&w, "urban", "城市管理局", None).await?;
        let other = open_unit(&w, "water", "水务公司", None).await?;
        open_unit(&w, "safety_office", "平安法治办公室", Some(OTHER_STREET)).await?;
        Ok((district, other))
    });
    let (unit, other_unit) = units.await.unwrap();
    let desk = house.signed_in(PostKind::Desk, STREET).await;
    let handler = house.signed_in_for(PostKind::Handler, DISTRICT, Some(unit)).await;
    let worker = house.signed_in(PostKind::GridWorker, GRID).await;
    Town { house, desk, handler, worker, unit, other_unit }
}

async fn lists(w: &Write) -> Result<(), Error> {
    let flow: Flow =
        serde_json::from_str(include_str!("../../../catalogue/data/flows/city-case.json")).unwrap();
    catalogue::publish_flow(w, &flow, Some(Millis(0))).await?;
    catalogue::publish_rules(w, &RuleSet::city_case()).await?;
    let notice = include_str!("../../../../data/holidays/2026.json");
    catalogue::publish_calendar(w, Notice::from_json(notice).unwrap()).await?;
    for (clock, limit) in [
        ("acceptance", "30分钟"),
        ("dispatch", "15分钟"),
        ("verification", "24紧急工作时"),
        ("consultation", "5工作日"),
        ("guidance", "5工作日"),
        ("arbitration", "4工作时"),
    ] {
        catalogue::set_clock_limit(w, "city-case", clock, Limit::parse(limit).unwrap()).await?;
    }
    let classes = "code,name,name_en\np01,公用设施,public facilities\np0101,上水井盖,water manhole\np0102,污水井盖,sewer manhole\n";
    catalogue::import_classes(w, ClassSheet::read(classes.as_bytes()).unwrap()).await?;
    let standards = "类别代码,立案条件,结案条件,处置时限,责任单位,依据\n\
        p0101,井盖缺失或移位,恢复原状,2紧急工作时,urban,城市道路管理条例第二十三条\n\
        p0101,井盖破损面积大于25平方厘米,修复或更换,4工作时,urban,\n\
        p0102,井盖弹跳作响,修复,2工作日,water,\n";
    let minor = BTreeSet::from(["p0101".to_owned(), "p0102".to_owned()]);
    let sheet = StandardSheet::read(standards.as_bytes(), &minor, &Organisations::AnyKey).unwrap();
    assert!(sheet.problems.is_empty(), "{:?}", sheet.problems);
    catalogue::import_standards(w, sheet).await?;
    Ok(())
}

async fn ground(w: &Write) -> Result<(), Error> {
    for (code, zh, en) in [
        (DISTRICT, "柳南区", "Liunan District"),
        (STREET, "银山街道", "Yinshan Street"),
        (OTHER_STREET, "南环街道", "Nanhuan Street"),
        (COMMUNITY, "第三社区", "Third Community"),
        (450_204_006_004, "第四社区", "Fourth Community"),
        (450_204_007_001, "第一社区", "First Community"),
        (GRID, "第三社区第一网格", "Third Community, grid 1"),
        (450_204_006_003_002, "第三社区第二网格", "Third Community, grid 2"),
        (OTHER_GRID, "第四社区第一网格", "Fourth Community, grid 1"),
        (450_204_007_001_001, "第一社区第一网格", "First Community, grid 1"),
    ] {
        let code = AreaCode::try_from(code).unwrap();
        w.insert(&AreaRow::new(code, AreaKind::Standard, &Text::owned(zh, en), Millis(0))).await?;
    }
    for (code, west) in
        [(GRID, 109.38), (450_204_006_003_002, 109.39), (OTHER_GRID, 109.40), (450_204_007_001_001, 109.41)]
    {
        let (east, south, north) = (west + 0.01, 24.30, 24.31);
        let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
        let geometry = json!({ "type": "Polygon", "coordinates": [ring] }).to_string();
        let row = BoundaryRow { id: code, version: 1, geometry, label_lon: west + 0.005, label_lat: 24.305 };
        w.insert(&row).await?;
    }
    w.record("area:test", DISTRICT, json!({}));
    w.outdates::<areas::Directory>().await
}

async fn open_unit(w: &Write, key: &str, zh: &str, street: Option<i64>) -> Result<i64, Error> {
    let name = Text::owned(zh, format!("{key} bureau"));
    let kind = OrganisationKind::Department;
    staff::open_organisation(w, NewOrganisation { key: key.to_owned(), kind, name, street, parent: None })
        .await
}

/// A report of a cracked cover at [`HERE`].
pub fn cracked() -> Json {
    json!({ "class": "p0101", "point": HERE, "address": "柳石路 12 号门前", "description": "井盖破损，面积较大" })
}

impl Town {
    /// Lets time pass; everybody signs in anew, since sessions end when nobody uses them.
    pub async fn minutes(&mut self, minutes: i64) {
        self.house.pass(minutes * MINUTE);
        for client in [&mut self.desk, &mut self.handler, &mut self.worker] {
            *client = self.house.signed_in_again(client).await;
        }
    }

    /// The id on the wire of a unit.
    pub fn unit_id(unit: i64) -> String {
        platform::posts::OrganisationId::shared(unit).to_string()
    }

    /// A picture uploaded by somebody.
    pub async fn picture(&self, by: &Client) -> String {
        by.upload("/files", "cover.png", PICTURE).await.expect(201).text("/id")
    }

    /// Reported by the desk.
    pub async fn reported(&self) -> Case {
        Case::of(self.desk.post("/orders", cracked()).await.expect(201))
    }

    pub async fn accepted(&self) -> Case {
        let case = self.reported().await;
        let standard = case.standard.clone();
        case.done(&self.desk, json!({ "action": "accept", "standard_id": standard })).await
    }

    pub async fn dispatched(&self) -> Case {
        self.accepted().await.sent_to(&self.desk, self.unit).await
    }

    pub async fn handling(&self) -> Case {
        self.dispatched().await.done(&self.handler, json!({ "action": "sign" })).await
    }

    pub async fn resolved(&self) -> Case {
        let case = self.handling().await;
        self.resolve(case).await
    }

    pub async fn resolve(&self, case: Case) -> Case {
        let picture = self.picture(&self.handler).await;
        case.done(&self.handler, json!({ "action": "resolve", "note": "已更换井盖", "files": [picture] }))
            .await
    }

    pub async fn closed(&self) -> Case {
        let case = self.resolved().await.done(&self.worker, json!({ "action": "verify" })).await;
        case.done(&self.desk, json!({ "action": "close" })).await
    }
}

/// An order as somebody saw it last.
#[derive(Clone, Debug)]
pub struct Case {
    pub id: String,
    pub version: i64,
    /// What was suggested when it was reported.
    pub standard: String,
    pub seen: Reply,
}

impl Case {
    #[track_caller]
    pub fn of(seen: Reply) -> Self {
        let version = seen.json["version"].as_i64().unwrap();
        let standard = seen.json["suggestion"]["standard_id"].as_str().unwrap_or_default().to_owned();
        Self { id: seen.text("/id"), version, standard, seen }
    }

    /// Asks for a step with the version that was seen.
    pub async fn tried(&self, by: &Client, step: Json) -> Reply {
        let by = by.clone().with("if-match", &format!("\"{}\"", self.version));
        by.post(&format!("/orders/{}/steps", self.id), step).await
    }

    pub async fn done(&self, by: &Client, step: Json) -> Self {
        let seen = self.tried(by, step).await.expect(200);
        Self { version: seen.json["version"].as_i64().unwrap(), seen, ..self.clone() }
    }

    pub async fn sent_to(&self, by: &Client, unit: i64) -> Self {
        self.done(by, json!({ "action": "dispatch", "organisation_id": Town::unit_id(unit) })).await
    }

    pub async fn read(&self, by: &Client) -> Reply {
        by.get(&format!("/orders/{}", self.id)).await
    }

    pub fn state(&self) -> String {
        self.seen.text("/state")
    }

    /// The newest run of a clock as the last answer showed it.
    #[track_caller]
    pub fn clock(&self, name: &str) -> Json {
        let runs = self.seen.json["clocks"].as_array().unwrap();
        runs.iter().rfind(|run| run["clock"] == name).cloned().unwrap_or(Json::Null)
    }
}
