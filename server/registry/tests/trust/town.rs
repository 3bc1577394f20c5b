//! Two streets, one of them with a community in which the register is not open, some people, and who may look at them.

use platform::testing::{Client, House, Reply};
use platform::{AreaCode, Call, Error, Millis, PostKind, Write};
use registry::fused::fuse;
use registry::survive::Voice;
use registry::{
    Building, Dwelling, Household, Identifier, Member, OPEN, Record, Residence, ResidenceKind, Resident,
    ResidentId, ResidentState, Said, Sex, Site, Source, Usage, set_open,
};
use store::testing::Fresh;

pub const DISTRICT: i64 = 450_204;
pub const STREET: i64 = 450_204_006;
pub const OTHER_STREET: i64 = 450_204_007;
pub const COMMUNITY: i64 = 450_204_006_003;
pub const OTHER_COMMUNITY: i64 = 450_204_007_001;
pub const GRID: i64 = 450_204_006_003_001;
pub const NEXT_GRID: i64 = 450_204_006_003_002;
/// In a community of [`STREET`] where the register is not open.
pub const CLOSED_GRID: i64 = 450_204_006_004_001;
pub const OTHER_GRID: i64 = 450_204_007_001_001;

/// A number with a sound check character: the nth person born on the first of January 1990.
pub fn number(nth: usize) -> String {
    let body = format!("4502041990010{:04}", 1001 + nth);
    let check = chinese::identity::check_character(&body).unwrap();
    format!("{body}{check}")
}

pub fn phone(nth: usize) -> String {
    format!("1380000{nth:04}")
}

/// Somebody to be put into the register.
#[derive(Clone)]
pub struct Person {
    pub area: i64,
    pub name: String,
    pub nth: usize,
    pub address: String,
}

impl Person {
    pub fn of(area: i64, name: &str, nth: usize, address: &str) -> Self {
        Self { area, name: name.to_owned(), nth, address: address.to_owned() }
    }

    fn said(&self) -> Said {
        Said {
            name: self.name.clone(),
            sex: "女".to_owned(),
            id_no: number(self.nth),
            birth_date: "1990-01-01".to_owned(),
            phone: phone(self.nth),
            address: self.address.clone(),
        }
    }
}

async fn building(w: &Write, street: i64, area: i64, site: &Site) -> Result<i64, Error> {
    store::sql! {
        KNOWN = "SELECT id FROM buildings WHERE street_id = $1 AND building_key = $2";
    }
    let known: Option<(i64,)> = w.opt(&KNOWN, &store::vals![street, site.building_key.as_str()]).await?;
    if let Some((id,)) = known {
        return Ok(id);
    }
    let row = Building {
        street_id: street,
        id: w.id(),
        version: 1,
        area,
        estate: site.estate.clone(),
        name: site.building.clone(),
        building_key: site.building_key.clone(),
        floors: Some(7),
        lon: None,
        lat: None,
        created_at: w.now(),
        closed_at: None,
    };
    w.insert(&row).await?;
    Ok(row.id)
}

async fn dwelling(w: &Write, street: i64, area: i64, address: &str) -> Result<i64, Error> {
    store::sql! {
        THERE = "SELECT id FROM dwellings WHERE street_id = $1 AND dwelling_key = $2 AND unit = $3";
    }
    let site = Site::of(&chinese::address::read(address)).unwrap();
    let key = site.dwelling_key.clone().unwrap();
    let known: Option<(i64,)> =
        w.opt(&THERE, &store::vals![street, key.as_str(), site.unit.as_str()]).await?;
    if let Some((id,)) = known {
        return Ok(id);
    }
    let building_id = building(w, street, area, &site).await?;
    let row = Dwelling {
        street_id: street,
        id: w.id(),
        version: 1,
        building_id,
        area,
        unit: site.unit,
        floor: site.floor,
        room: site.room,
        address: site.address,
        dwelling_key: key,
        usage: Usage::Owner,
        usage_at: None,
        created_at: w.now(),
        closed_at: None,
    };
    w.insert(&row).await?;
    Ok(row.id)
}

/// Puts somebody into the register: a record of the civil register, and one of the insurance with an older telephone.
pub async fn settle(w: &Write, person: &Person) -> Result<ResidentId, Error> {
    let (street, app) = (person.area / 1_000_000, w.app().clone());
    let (civil, insurance) = (person.said(), Said { phone: phone(person.nth + 5_000), ..person.said() });
    let (first, second) = (w.id(), w.id());
    let voice =
        |record, source, rank, said_on, said| Voice { record, source, rank, said_on: Some(said_on), said };
    let fused = fuse(&[
        voice(first, "civil", 1, "2026-05-01", &civil),
        voice(second, "insurance", 2, "2025-01-01", &insurance),
    ]);
    let resident = Resident {
        street_id: street,
        id: w.id(),
        version: 1,
        area: person.area,
        state: ResidentState::Living,
        name: fused.name,
        reading: fused.reading,
        initials: fused.initials,
        sex: Sex::Female,
        birth_date: fused.birth_date,
        birth_year: fused.birth_year,
        since: "2020-01-01".to_owned(),
        ended_on: None,
        moved_to: None,
        merged_into: None,
        chosen: fused.chosen,
        created_at: w.now(),
    };
    w.insert(&resident).await?;
    for (id, source, said, said_on) in
        [(first, "civil", civil, "2026-05-01"), (second, "insurance", insurance, "2025-01-01")]
    {
        let (sealed, content) = said.seal(&app, id)?;
        w.insert(&Record {
            street_id: street,
            id,
            source: source.to_owned(),
            external_id: format!("{source}-{id}"),
            resident_id: resident.id,
            batch_id: None,
            sealed,
            content,
            said_on: Some(said_on.to_owned()),
            known_from: w.now(),
            gone_at: None,
        })
        .await?;
    }
    for found in fused.number.iter().chain(&fused.phone) {
        let at = (found.source.as_str(), "2020-01-01", w.now());
        let row = Identifier::seal(&app, (street, w.id(), resident.id), found.kind, &found.normal, at)?;
        w.insert(&row).await?;
    }
    let dwelling_id = dwelling(w, street, person.area, &person.address).await?;
    w.insert(&Residence {
        street_id: street,
        id: w.id(),
        resident_id: resident.id,
        dwelling_id,
        kind: ResidenceKind::Living,
        valid_from: "2020-01-01".to_owned(),
        valid_to: OPEN.to_owned(),
        known_from: w.now(),
        known_to: None,
        source: "civil".to_owned(),
    })
    .await?;
    Ok(resident.wire_id())
}

/// Keeps two people's house together, the first as its head.
pub async fn together(w: &Write, people: &[ResidentId], address: &str, area: i64) -> Result<(), Error> {
    let street = area / 1_000_000;
    let household = Household {
        street_id: street,
        id: w.id(),
        version: 1,
        dwelling_id: dwelling(w, street, area, address).await?,
        head_id: people.first().map(|head| head.id),
        created_at: w.now(),
        closed_at: None,
    };
    w.insert(&household).await?;
    for (nth, resident) in people.iter().enumerate() {
        w.insert(&Member {
            street_id: street,
            id: w.id(),
            household_id: household.id,
            resident_id: resident.id,
            relation: if nth == 0 { "02" } else { "10" }.to_owned(),
            valid_from: "2020-01-01".to_owned(),
            valid_to: OPEN.to_owned(),
            known_from: w.now(),
            known_to: None,
        })
        .await?;
    }
    Ok(())
}

fn source(w: &Write, key: &str, zh: &str, en: &str, rank: i64) -> Source {
    Source {
        street_id: DISTRICT,
        id: w.id(),
        version: 1,
        key: key.to_owned(),
        name_zh: zh.to_owned(),
        name_en: en.to_owned(),
        owner: zh.to_owned(),
        rank,
        fields: "[]".to_owned(),
        purpose: "check".to_owned(),
        basis: "《政务数据共享条例》".to_owned(),
        pull_url: None,
        mapping: "{}".to_owned(),
        opened_at: Millis(0),
        expires_at: Millis(i64::MAX),
        closed_at: None,
    }
}

pub struct Town {
    pub house: House,
    /// 韦子涵, 3-2-501, and 黄明 who lives with her.
    pub wei: ResidentId,
    pub huang: ResidentId,
    /// 覃莉 of the next grid.
    pub qin: ResidentId,
    /// 蓝秀英 of the community in which the register is not open.
    pub closed: ResidentId,
    /// 莫建国 of the other street.
    pub other: ResidentId,
}

pub const HOME: &str = "金鹅花园3栋2单元501室";

/// The town with its people.
pub async fn town(fresh: Fresh) -> Town {
    let rooms = vec![platform::room(), areas::room(), staff::room(), registry::room()];
    let house = House::open(fresh, rooms).await;
    let steward = house.signed_in(PostKind::Steward, DISTRICT).await;
    for table in [
        "code,name\n450204006,银山街道\n450204007,南环街道\n",
        "code,name\n450204006003,航北社区\n450204006004,福鑫社区\n450204007001,南环社区\n",
        "code,name\n450204006003001,第1网格\n450204006003002,第2网格\n450204006004001,第3网格\n450204007001001,第4网格\n",
    ] {
        let _ = steward.upload("/areas/import", "areas.csv", table.as_bytes()).await.expect(200);
    }
    let call = steward.call();
    let opened = house.app.write(&call, DISTRICT, |w| async move {
        for community in [COMMUNITY, OTHER_COMMUNITY] {
            set_open(&w, AreaCode::try_from(community).unwrap(), true).await?;
        }
        Ok(())
    });
    opened.await.unwrap();
    let program = Call::program("test");
    let people = house.app.write(&program, DISTRICT, |w| async move {
        w.record("test:settle", "people", serde_json::json!({}));
        for (key, zh, en, rank) in
            [("civil", "民政", "Civil affairs", 1), ("insurance", "社保", "Insurance", 2)]
        {
            w.insert(&source(&w, key, zh, en, rank)).await?;
        }
        let wei = settle(&w, &Person::of(GRID, "韦子涵", 1, HOME)).await?;
        let huang = settle(&w, &Person::of(GRID, "黄明", 2, HOME)).await?;
        together(&w, &[wei, huang], HOME, GRID).await?;
        let qin = settle(&w, &Person::of(NEXT_GRID, "覃莉", 3, "柳石新村7栋301室")).await?;
        let closed = settle(&w, &Person::of(CLOSED_GRID, "蓝秀英", 4, "福鑫家园1栋101室")).await?;
        let other = settle(&w, &Person::of(OTHER_GRID, "莫建国", 5, "南环小区2栋202室")).await?;
        Ok([wei, huang, qin, closed, other])
    });
    let [wei, huang, qin, closed, other] = people.await.unwrap();
    Town { house, wei, huang, qin, closed, other }
}

impl Town {
    /// A clerk of [`STREET`] who works at the window.
    pub async fn clerk(&self) -> Client {
        self.house.signed_in(PostKind::Clerk, STREET).await.with("wangge-purpose", "window")
    }

    /// The grid worker of [`GRID`] on a round of visits.
    pub async fn worker(&self) -> Client {
        self.house.signed_in(PostKind::GridWorker, GRID).await.with("wangge-purpose", "visit")
    }

    /// Runs something as the program itself.
    pub async fn run<T, F, W>(&self, work: F) -> T
    where
        T: Send + 'static,
        F: FnOnce(Write) -> W + Send + 'static,
        W: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let program = Call::program("test");
        let done = self.house.app.write(&program, STREET, move |w| async move {
            w.record("test:run", "town", serde_json::json!({}));
            work(w).await
        });
        done.await.unwrap()
    }

    /// The looks that were left for somebody, oldest first: what was done, for what.
    pub async fn looks(&self, of: ResidentId) -> Vec<(String, String)> {
        store::sql! {
            OF = "SELECT how, purpose FROM looks WHERE street_id = $1 AND resident_id = $2 ORDER BY id LIMIT 1000";
        }
        let read = self
            .house
            .app
            .read(move |r| async move { Ok(r.query(&OF, &store::vals![of.street, of.id]).await?) });
        read.await.unwrap()
    }

    /// How often the ledger of [`STREET`] holds an action.
    pub async fn entries(&self, action: &str) -> usize {
        let start = format!("{action} ");
        self.house.ledger(STREET).await.iter().filter(|entry| entry.starts_with(&start)).count()
    }
}

/// Searches for a text.
pub async fn find(by: &Client, text: &str) -> Reply {
    by.post("/registry/find", serde_json::json!({ "text": text })).await
}

/// The masked names that a search shows.
pub fn names(found: &Reply) -> Vec<String> {
    let people = found.json["people"].as_array().unwrap();
    people.iter().map(|person| person["name"].as_str().unwrap().to_owned()).collect()
}

pub fn card(of: ResidentId) -> String {
    format!("/residents/{of}")
}
