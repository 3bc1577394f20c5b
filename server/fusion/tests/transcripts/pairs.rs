//! A street with its lists, a few residents of three sources, and pairs of them that may be one.

use areas::{AreaCode, AreaKind, AreaRow};
use fusion::{Reasons, ReviewPair, ReviewState};
use platform::testing::{Client, House, Reply};
use platform::{Call, Error, Millis, PostKind, Text, Write};
use registry::{Record, Resident, ResidentState, Said, Sex, Source, derive};
use serde_json::{Value as Json, json};
use store::testing::Fresh;
use store::{sql, vals};

pub const DISTRICT: i64 = 450_204;
pub const STREET: i64 = 450_204_006;
pub const OTHER_STREET: i64 = 450_204_007;
pub const COMMUNITY: i64 = 450_204_006_003;
pub const OTHER_COMMUNITY: i64 = 450_204_006_004;
pub const GRID: i64 = 450_204_006_003_001;
/// A batch of the civil register.
pub const BATCH: i64 = 7;

const AREAS: [(i64, &str); 9] = [
    (DISTRICT, "柳南区"),
    (STREET, "银山街道"),
    (OTHER_STREET, "南环街道"),
    (COMMUNITY, "第三社区"),
    (OTHER_COMMUNITY, "第四社区"),
    (450_204_007_001, "第一社区"),
    (GRID, "第三社区第一网格"),
    (450_204_006_004_001, "第四社区第一网格"),
    (450_204_007_001_001, "第一社区第一网格"),
];

pub struct Town {
    pub house: House,
    /// Of the street.
    pub steward: Client,
    /// Of [`COMMUNITY`].
    pub head: Client,
    /// Of [`GRID`].
    pub worker: Client,
    /// Of the district: keeps sources.
    pub keeper: Client,
}

pub async fn town(fresh: Fresh) -> Town {
    town_that_sends_to(fresh, "").await
}

/// The same, where claims may be sent to a host.
pub async fn town_that_sends_to(fresh: Fresh, host: &str) -> Town {
    let rooms = vec![
        platform::room(),
        areas::room(),
        staff::room(),
        catalogue::room(),
        registry::room(),
        orders::room(),
        fusion::room(),
    ];
    let house = House::open_with(fresh, rooms, |config| config.fusion.hosts = vec![host.to_owned()]).await;
    house.app.write(&Call::program("test"), DISTRICT, |w| async move { ground(&w).await }).await.unwrap();
    let keeper = house.signed_in(PostKind::Steward, DISTRICT).await;
    let steward = house.signed_in(PostKind::Steward, STREET).await.with("wangge-purpose", "check");
    let head = house.signed_in(PostKind::CommunityHead, COMMUNITY).await.with("wangge-purpose", "check");
    let worker = house.signed_in(PostKind::GridWorker, GRID).await.with("wangge-purpose", "check");
    for code in [COMMUNITY, OTHER_COMMUNITY, 450_204_007_001] {
        let open = json!({ "code": code.to_string(), "open": true });
        let _ = keeper.put("/registry/communities", open).await.expect(200);
    }
    // So that homes lie in the grid, and not somewhere in its community.
    let building = json!({ "area": GRID.to_string(), "address": "金鹅花园3栋" });
    let _ = keeper.post("/buildings", building).await.expect(201);
    Town { house, steward, head, worker, keeper }
}

async fn ground(w: &Write) -> Result<(), Error> {
    catalogue::seed(w).await?;
    for (code, zh) in AREAS {
        let code = AreaCode::try_from(code).unwrap();
        w.insert(&AreaRow::new(code, AreaKind::Standard, &Text::owned(zh, zh), Millis(0))).await?;
    }
    for (nth, (key, zh)) in [("civil", "户籍登记"), ("insurance", "参保登记")].into_iter().enumerate()
    {
        let rank = nth as i64 + 1;
        w.insert(&Source {
            street_id: DISTRICT,
            id: rank,
            version: 1,
            key: key.to_owned(),
            name_zh: zh.to_owned(),
            name_en: format!("{key} register"),
            owner: zh.to_owned(),
            rank,
            fields: "[\"name\",\"phone\"]".to_owned(),
            purpose: "实有人口核对".to_owned(),
            basis: "《政务数据共享条例》".to_owned(),
            pull_url: None,
            mapping: "{}".to_owned(),
            opened_at: Millis(0),
            expires_at: w.now().plus(1_000_000_000_000),
            closed_at: None,
        })
        .await?;
    }
    w.record("area:test", DISTRICT, json!({}));
    w.outdates::<areas::Directory>().await
}

pub fn said(name: &str, id_no: &str, phone: &str, address: &str) -> Said {
    let own = |text: &str| text.to_owned();
    Said { name: own(name), id_no: own(id_no), phone: own(phone), address: own(address), ..Said::default() }
}

/// 韦子涵, as the civil register has her.
pub fn known() -> Said {
    said("韦子涵", "450204199001010018", "13800005678", "第三社区金鹅花园3栋2单元501室")
}

/// The same, as the insurance has her.
pub fn again() -> Said {
    said("韦梓涵", "", "13800005679", "第三社区金鹅花园3栋501")
}

impl Town {
    pub async fn write<T, F, W>(&self, verb: F) -> T
    where
        T: Send + 'static,
        F: FnOnce(Write) -> W + Send + 'static,
        W: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let call = Call::program("test");
        self.house
            .app
            .write(&call, STREET, move |w| {
                w.record("test:write", "test", json!({}));
                verb(w)
            })
            .await
            .unwrap()
    }

    /// A resident of [`GRID`] with one record of a source.
    pub async fn resident(&self, source: &'static str, external: &str, said: Said) -> Resident {
        self.resident_in(GRID, source, external, said).await
    }

    pub async fn resident_in(&self, area: i64, source: &'static str, external: &str, said: Said) -> Resident {
        let external = external.to_owned();
        self.write(move |w| async move {
            let resident = Resident {
                street_id: area / 1_000_000,
                id: w.id(),
                version: 1,
                area,
                state: ResidentState::Living,
                name: String::new(),
                reading: String::new(),
                initials: String::new(),
                sex: Sex::Unknown,
                birth_date: None,
                birth_year: None,
                since: "2026-01-01".to_owned(),
                ended_on: None,
                moved_to: None,
                merged_into: None,
                chosen: "{}".to_owned(),
                created_at: w.now(),
            };
            w.insert(&resident).await?;
            record(&w, &resident, source, &external, &said).await?;
            derive(&w, resident).await
        })
        .await
    }

    /// Asks whether the record of the first makes both one.
    pub async fn pair(&self, own: &Resident, other: &Resident, weight: f64) -> String {
        let (own, other) = (own.clone(), other.clone());
        self.write(move |w| async move {
            let records = registry::records_of(&w, own.street_id, own.id).await?;
            let steps = json!({ "prior": -3.0, "steps": [
                { "compared": { "zh": "姓名", "en": "name" }, "found": { "zh": "同音", "en": "sounds alike" }, "weight": weight + 3.0 },
            ] });
            let reasons: Reasons = serde_json::from_value(steps).unwrap();
            let pair = ReviewPair {
                street_id: own.street_id,
                id: w.id(),
                version: 1,
                batch_id: BATCH,
                area: other.area,
                record_id: records[0].id,
                own_id: own.id,
                other_id: other.id,
                weight,
                steps: reasons.text()?,
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
            Ok(pair.wire_id().to_string())
        })
        .await
    }

    /// The two of the story, and their pair.
    pub async fn two(&self) -> (Resident, Resident, String) {
        let other = self.resident("civil", "C-1", known()).await;
        let own = self.resident("insurance", "I-1", again()).await;
        let pair = self.pair(&own, &other, 6.5).await;
        (own, other, pair)
    }

    /// Both looks left in the residents' lists, as `how purpose fields`, the oldest first.
    pub async fn looks(&self, resident: &Resident) -> Vec<String> {
        sql! {
            LOOKS = "SELECT how, purpose, fields FROM looks WHERE street_id = $1 AND resident_id = $2 ORDER BY id LIMIT 100";
        }
        let (street, id) = (resident.street_id, resident.id);
        let found: Vec<(String, String, String)> = self
            .house
            .app
            .read(move |r| async move { Ok(r.query(&LOOKS, &vals![street, id]).await?) })
            .await
            .unwrap();
        found.into_iter().map(|(how, purpose, fields)| format!("{how} {purpose} {fields}")).collect()
    }

    pub async fn now(&self, resident: &Resident) -> Resident {
        let (street, id) = (resident.street_id, resident.id);
        let found: Option<Resident> =
            self.house.app.read(move |r| async move { Ok(r.find(&vals![street, id]).await?) }).await.unwrap();
        found.unwrap()
    }

    /// How a pair stands, without looking at it.
    pub async fn stands(&self, pair: &str) -> (String, i64) {
        let id: fusion::ReviewId = pair.parse().unwrap();
        let found: Option<ReviewPair> = self
            .house
            .app
            .read(move |r| async move { Ok(r.find(&vals![id.street, id.id]).await?) })
            .await
            .unwrap();
        let found = found.unwrap();
        (found.state.to_string(), found.version)
    }

    pub async fn decide(&self, by: &Client, pair: &str, decision: &str) -> Reply {
        let (_, version) = self.stands(pair).await;
        let by = by.clone().with("if-match", &version.to_string());
        by.post(&format!("/reviews/{pair}/decision"), json!({ "decision": decision })).await
    }

    pub async fn undo(&self, by: &Client, pair: &str) -> Reply {
        let (_, version) = self.stands(pair).await;
        by.clone()
            .with("if-match", &version.to_string())
            .post(&format!("/reviews/{pair}/undo"), Json::Null)
            .await
    }
}

/// What a source says of a resident.
pub async fn record(
    w: &Write,
    resident: &Resident,
    source: &str,
    external: &str,
    said: &Said,
) -> Result<i64, Error> {
    let id = w.id();
    let (sealed, content) = said.seal(w.app(), id)?;
    w.insert(&Record {
        street_id: resident.street_id,
        id,
        source: source.to_owned(),
        external_id: external.to_owned(),
        resident_id: resident.id,
        batch_id: Some(BATCH),
        sealed,
        content,
        said_on: Some("2026-10-01".to_owned()),
        known_from: w.now(),
        gone_at: None,
    })
    .await?;
    Ok(id)
}
