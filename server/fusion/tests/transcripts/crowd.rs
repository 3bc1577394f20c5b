//! A few hundred invented people, as three sources have them: with slips, gaps and old addresses, drawn from a seed.

use std::collections::BTreeMap;

use axum::http::Method;
use platform::testing::{Client, Reply};
use serde_json::{Value as Json, json};
use store::{sql, vals};

use crate::pairs::{DISTRICT, STREET, Town, town};

pub const HEADING: &str = "编号,姓名,性别,证件号码,出生日期,电话,住址,更新日期\n";
const SURNAMES: [&str; 12] = ["韦", "覃", "莫", "蓝", "黄", "李", "陈", "谢", "梁", "张", "罗", "欧阳"];
const GIVEN: [&str; 24] = [
    "子涵", "建国", "秀英", "雨桐", "志强", "美玲", "浩然", "丽娟", "俊杰", "晓燕", "文博", "桂芳", "家豪",
    "诗琪", "国强", "雪梅", "天佑", "春花", "思远", "海燕", "明哲", "玉兰", "宇航", "欣怡",
];
const ESTATES: [&str; 4] = ["金鹅花园", "碧水名苑", "山水新城", "丽景华庭"];

/// Draws numbers from a seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn often(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at as u64 + 1) as usize);
        }
    }
}

struct Person {
    name: String,
    sex: &'static str,
    number: String,
    birth: String,
    phone: String,
    address: String,
}

fn people(dice: &mut Dice, count: u64) -> Vec<Person> {
    (0..count)
        .map(|nth| {
            let surname = SURNAMES[dice.below(12) as usize];
            let name = format!("{surname}{}", GIVEN[dice.below(24) as usize]);
            let (year, month, day) = (1940 + dice.below(80), 1 + dice.below(12), 1 + dice.below(28));
            let body = format!("450204{year}{month:02}{day:02}{:03}", nth % 1000);
            let check = chinese::identity::check_character(&body).unwrap();
            let room = (1 + dice.below(8)) * 100 + 1 + dice.below(3);
            let (building, unit) = (1 + dice.below(9), 1 + dice.below(3));
            // An estate stands in one community.
            let (community, first) = if dice.often(70) { ("第三社区", 0) } else { ("第四社区", 2) };
            let estate = ESTATES[first + dice.below(2) as usize];
            Person {
                name,
                sex: if nth % 2 == 0 { "女" } else { "男" },
                number: format!("{body}{check}"),
                birth: format!("{year}-{month:02}-{day:02}"),
                phone: format!("138{:08}", dice.below(100_000_000)),
                address: format!("银山街道{community}{estate}{building}栋{unit}单元{room}室"),
            }
        })
        .collect()
}

/// The three files, each as heading and rows.
pub fn sources(seed: u64, count: u64) -> [(&'static str, Vec<String>); 3] {
    let mut dice = Dice(seed);
    let people = people(&mut dice, count);
    [("register", 85, 2, 3), ("insured", 90, 10, 8), ("visits", 75, 50, 15)].map(
        |(source, coverage, silent, slips)| {
            let mut rows = Vec::new();
            for (nth, person) in people.iter().enumerate() {
                if !dice.often(coverage) {
                    continue;
                }
                let number = if dice.often(silent) { "" } else { person.number.as_str() };
                let phone = if dice.often(slips) { String::new() } else { person.phone.clone() };
                let birth = if dice.often(slips) { "" } else { person.birth.as_str() };
                let address = match dice.below(4) {
                    0 => person.address.replace("银山街道", ""),
                    1 => person.address.replace("栋", "-").replace("单元", "-").replace('室', ""),
                    _ => person.address.clone(),
                };
                let day = format!("2026-0{}-1{}", 1 + dice.below(9), dice.below(9));
                let (name, sex) = (&person.name, person.sex);
                rows.push(format!("{source}-{nth},{name},{sex},{number},{birth},{phone},{address},{day}\n"));
            }
            (source, rows)
        },
    )
}

pub fn file(rows: &[String]) -> String {
    format!("{HEADING}{}", rows.concat())
}

/// A contract that covers everything.
pub fn contract(key: &str, rank: i64) -> Json {
    json!({
        "key": key, "name": { "zh": format!("来源{rank}"), "en": format!("Source {rank}") }, "owner": "数据主管部门",
        "rank": rank, "fields": ["name", "sex", "id_no", "birth_date", "phone", "address"], "purpose": "实有人口核对",
        "basis": "《政务数据共享条例》", "expires_at": "2028-01-01T00:00:00Z",
    })
}

/// A town with three sources under contract.
pub async fn city(fresh: store::testing::Fresh) -> Town {
    let town = town(fresh).await;
    for (key, rank) in [("register", 1), ("insured", 2), ("visits", 3)] {
        let _ = town.keeper.post("/sources", contract(key, rank)).await.expect(201);
    }
    town
}

/// Sends a file and reviews its columns as they were guessed.
pub async fn sent(by: &Client, source: &str, name: &str, bytes: &[u8]) -> Reply {
    let received = by.upload(&format!("/batches?source={source}"), name, bytes).await.expect(201);
    let mapping = received.json["guessed"].clone();
    let id = received.text("/id");
    by.put(&format!("/batches/{id}/mapping"), json!({ "mapping": mapping })).await.expect(200)
}

/// Runs a batch to its end.
pub async fn run(town: &Town, id: &str) -> Reply {
    let _ = town.keeper.post(&format!("/batches/{id}/run"), Json::Null).await.expect(202);
    ended(town, id).await
}

/// Waits until a batch that was started has ended.
pub async fn ended(town: &Town, id: &str) -> Reply {
    town.house.app.run_due_jobs().await.unwrap();
    for _ in 0..100_000 {
        let seen = town.keeper.get(&format!("/batches/{id}")).await.expect(200);
        if seen.text("/state") != "running" {
            return seen;
        }
        tokio::task::yield_now().await;
    }
    panic!("batch {id} does not end")
}

/// Sends and runs a file.
pub async fn fused(town: &Town, source: &str, text: &str) -> Reply {
    let id = sent(&town.keeper, source, "people.csv", text.as_bytes()).await.text("/id");
    run(town, &id).await
}

/// The counts of a batch by their names.
pub fn counts(seen: &Reply) -> BTreeMap<&'static str, i64> {
    ["total", "rejected", "unplaced", "unchanged", "joined", "opened", "for_review"]
        .map(|name| (name, seen.json[name].as_i64().unwrap()))
        .into_iter()
        .collect()
}

sql! {
    RECORDS = "SELECT external_id, resident_id, id FROM records WHERE street_id = $1 ORDER BY external_id LIMIT 5000";
    RESIDENTS = "SELECT id, version, name, area, chosen FROM residents WHERE street_id = $1 ORDER BY id LIMIT 5000";
    NUMBERS = "SELECT resident_id, kind, value_index, valid_from, source FROM resident_identifiers
        WHERE street_id = $1 AND known_to IS NULL ORDER BY id LIMIT 5000";
    HOMES = "SELECT resident_id, dwelling_id, valid_from, valid_to, source FROM residences
        WHERE street_id = $1 AND known_to IS NULL ORDER BY id LIMIT 5000";
}

/// Everything that the street's register holds, to be compared.
#[derive(Debug, PartialEq)]
pub struct Stock {
    pub records: Vec<(String, i64, i64)>,
    pub residents: Vec<(i64, i64, String, i64, String)>,
    pub numbers: Vec<(i64, String, Vec<u8>, String, String)>,
    pub homes: Vec<(i64, i64, String, String, String)>,
}

pub async fn stock(town: &Town) -> Stock {
    let look = town.house.app.read(|r| async move {
        let of = vals![STREET];
        Ok(Stock {
            records: r.query(&RECORDS, &of).await?,
            residents: r.query(&RESIDENTS, &of).await?,
            numbers: r.query(&NUMBERS, &of).await?,
            homes: r.query(&HOMES, &of).await?,
        })
    });
    look.await.unwrap()
}

impl Stock {
    /// Who is one, by the numbers of their records.
    pub fn clusters(&self) -> Vec<Vec<String>> {
        let mut by_resident: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for (key, resident, _) in &self.records {
            by_resident.entry(*resident).or_default().push(key.clone());
        }
        let mut clusters: Vec<Vec<String>> = by_resident.into_values().collect();
        clusters.sort();
        clusters
    }
}

/// What the district's ledger holds of batches, oldest first.
pub async fn told(town: &Town) -> Vec<String> {
    let all = town.house.ledger(DISTRICT).await;
    all.into_iter().filter(|entry| entry.starts_with("batch:")).collect()
}

/// Files that lie in the folder of batches.
pub fn lying(town: &Town) -> Vec<std::path::PathBuf> {
    let folder = town.house.app.config().data.dir.join("batches");
    std::fs::read_dir(folder)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default()
}

/// Waits until the file of a batch that has ended is gone: it goes right after the end is told.
pub async fn nothing_lies(town: &Town) {
    for _ in 0..1_000 {
        if lying(town).is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("a file stays: {:?}", lying(town));
}

/// A body that breaks off.
pub async fn broken_off(by: &Client, path: &str) -> Reply {
    let body = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n编号,姓名\n1,韦子";
    by.request(Method::POST, path, Some(("multipart/form-data; boundary=edge".into(), body.into()))).await
}
