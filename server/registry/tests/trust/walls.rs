//! Nobody sees what is not theirs to see: not across a street, not without a purpose, not in clear, not after leaving.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use platform::PostKind;
use platform::posts::{Tenure, relieve};
use platform::testing::{Client, Reply};
use registry::ResidentId;
use registry::purpose::PURPOSES;
use serde_json::{Value as Json, json};
use store::both_engines;
use store::testing::statements_run;

use crate::town::*;

const PROBES: usize = 10_000;
const CLERKS: usize = 40;
/// People of the other street who are probed for.
const PEOPLE: usize = 60;

/// An answer without what differs in every request.
fn said(reply: &Reply) -> (u16, Json) {
    let mut said = reply.json.clone();
    if let Some(said) = said.as_object_mut() {
        said.remove("request_id");
    }
    (reply.status.as_u16(), said)
}

/// Draws numbers from a seed, so that a failure can be repeated.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

/// One probe by id, of somebody there or of nobody.
async fn by_id(by: &Client, what: usize, id: ResidentId) -> Reply {
    let place = card(id);
    match what {
        0 => by.get(&place).await,
        1 => by.get(&format!("{place}/provenance")).await,
        2 => by.post(&format!("{place}/reveal"), json!({ "group": "phone", "reason": "核对电话号码" })).await,
        _ => by.get(&format!("{place}?fields=name&sort=name")).await,
    }
}

/// A text that names the nth person of the other street, and one of the same kind that names nobody.
fn texts(what: usize, nth: usize) -> (String, String) {
    match what {
        0 => (format!("莫建{}", HAN[nth]), format!("贺不{}", HAN[nth])),
        1 => (number(1_000 + nth), number(8_000 + nth)),
        2 => (phone(1_000 + nth), phone(8_000 + nth)),
        _ => ("南环小区2栋202室".to_owned(), "南环小区9栋909室".to_owned()),
    }
}

const HAN: [char; PEOPLE] = [
    '一', '丁', '万', '三', '上', '下', '世', '东', '中', '丰', '丹', '丽', '乃', '义', '之', '乐', '乔',
    '云', '亚', '京', '仁', '今', '伟', '传', '佳', '保', '信', '元', '光', '克', '全', '公', '兰', '关',
    '兴', '冬', '军', '冰', '凡', '凤', '凯', '刚', '利', '力', '勇', '勤', '北', '千', '华', '南', '占',
    '卫', '厚', '友', '双', '发', '可', '史', '叶', '同',
];

store::sql! {
    HELD: Tenure = "WHERE account_id = $1 ORDER BY id LIMIT 1";
}

both_engines! {
    async fn cross_area_10k(fresh) {
        let town = town(fresh).await;
        let people: Vec<ResidentId> = town.run(|w| async move {
            let mut all = Vec::new();
            for (nth, last) in HAN.iter().enumerate() {
                let person = Person::of(OTHER_GRID, &format!("莫建{last}"), 1_000 + nth, "南环小区2栋202室");
                all.push(settle(&w, &person).await?);
            }
            Ok(all)
        }).await;
        let mut tasks = Vec::new();
        for nth in 0..CLERKS {
            let clerk = town.clerk().await;
            town.house.step_up(&clerk).await;
            let people = people.clone();
            tasks.push(tokio::spawn(async move {
                let mut draw = Draw(nth as u64 + 1);
                let (mut probes, mut searches) = (0, 0);
                // What is answered about nobody, by the kind of probe.
                let mut of_nobody = BTreeMap::new();
                while probes < PROBES / CLERKS {
                    let at = draw.below(PEOPLE);
                    let what = draw.below(4);
                    // A clerk's measure of searches a day bounds how many of them one can try.
                    let searches_now = draw.below(4) == 0 && searches < 280;
                    let (somebody, nobody) = texts(what, at);
                    let there = match searches_now {
                        true => find(&clerk, &somebody).await,
                        false => by_id(&clerk, what, people[at]).await,
                    };
                    searches += usize::from(searches_now);
                    if let Entry::Vacant(unknown) = of_nobody.entry((searches_now, what)) {
                        let id = ResidentId::new(OTHER_STREET, people[at].id + 1 + draw.below(1_000) as i64);
                        let reply = match searches_now {
                            true => find(&clerk, &nobody).await,
                            false => by_id(&clerk, what, id).await,
                        };
                        unknown.insert(said(&reply));
                    }
                    assert_eq!(said(&there), of_nobody[&(searches_now, what)], "probe {probes} of clerk {nth}");
                    let empty = ["people", "dwellings", "buildings", "units"].iter().all(|rows| there.json[rows] == json!([]));
                    assert!(empty && there.status == 200 || there.status == 404, "{}", there.transcript());
                    probes += 1;
                }
                probes
            }));
        }
        let mut probes = 0;
        for task in tasks {
            probes += task.await.unwrap();
        }
        assert_eq!(probes, PROBES);
        for person in &people {
            assert!(town.looks(*person).await.is_empty());
        }

        // And neither takes longer: the same statements are run.
        let clerk = town.clerk().await;
        let mut costs = Vec::new();
        for id in [people[0], people[0], ResidentId::new(OTHER_STREET, 7), ResidentId::new(STREET, 7)] {
            let before = statements_run();
            let _ = clerk.get(&card(id)).await.expect(404);
            costs.push(statements_run() - before);
        }
        assert!(costs[1..].windows(2).all(|pair| pair[0] == pair[1]), "{costs:?}");
    }

    async fn purpose_required(fresh) {
        let town = town(fresh).await;
        let of = card(town.wei);
        let dwelling = {
            let clerk = town.clerk().await;
            find(&clerk, HOME).await.expect(200).text("/dwellings/0/id")
        };
        let mut refused = 0;
        for purpose in [None, Some("curiosity"), Some("audit"), Some("inspection"), Some("")] {
            let clerk = town.house.signed_in(PostKind::Steward, STREET).await;
            town.house.step_up(&clerk).await;
            let clerk = match purpose {
                Some(word) => clerk.with("wangge-purpose", word).with("wangge-about", "x"),
                None => clerk,
            };
            let before = town.entries("look:refused").await;
            for reply in [
                find(&clerk, "韦子涵").await,
                clerk.get(&of).await,
                clerk.get(&format!("{of}/provenance")).await,
                clerk.post(&format!("{of}/reveal"), json!({ "group": "phone", "reason": "核对电话号码" })).await,
                clerk.get(&format!("/dwellings/{dwelling}")).await,
                clerk.post("/exports", json!({ "area": COMMUNITY.to_string(), "reason": "入户核查底册" })).await,
            ] {
                assert_eq!(reply.status, 403, "{purpose:?}: {}", reply.transcript());
                refused += 1;
            }
            assert_eq!(town.entries("look:refused").await, before + 6, "every refusal is in the ledger");
        }
        assert_eq!(refused, 30);
        assert!(town.looks(town.wei).await.is_empty());
        // A purpose that needs its case is none without it.
        let worker = town.house.signed_in(PostKind::GridWorker, GRID).await.with("wangge-purpose", "order");
        let _ = worker.get(&of).await.expect(403);
        let _ = worker.with("wangge-about", "006-20261123-00017-K").get(&of).await.expect(200);
    }

    async fn mask_default(fresh) {
        let town = town(fresh).await;
        let clear = [number(1), number(2), phone(1), phone(2), phone(5_001), "韦子涵".to_owned(), "黄明".to_owned(), "1990-01-01".to_owned()];
        let (mut read, mut shown) = (0, 0);
        for kind in PostKind::ALL {
            for purpose in PURPOSES.iter().map(|purpose| purpose.word) {
                let by = town.house.signed_in(kind, STREET).await.with("wangge-purpose", purpose).with("wangge-about", "x");
                let mut replies = Vec::new();
                for text in ["韦子涵", "weizihan", "wzh", &number(1), &phone(1), HOME, "金鹅花园3栋", "金鹅花园"] {
                    replies.push(find(&by, text).await);
                }
                let found = replies.iter().flat_map(|reply| reply.json["dwellings"].as_array().into_iter().flatten());
                let dwelling = found.map(|row| row["id"].as_str().unwrap().to_owned()).next();
                let mut places = vec![card(town.wei), format!("{}/provenance", card(town.wei))];
                places.extend(dwelling.map(|id| format!("/dwellings/{id}")));
                places.extend(["/registry/purposes", "/registry/quota", "/look-alarms", "/exports"].map(str::to_owned));
                for place in places {
                    replies.push(by.get(&place).await);
                }
                for reply in replies {
                    let body = String::from_utf8(reply.bytes.clone()).unwrap();
                    let leaks: Vec<_> = clear.iter().filter(|value| body.contains(value.as_str())).collect();
                    assert!(leaks.is_empty(), "{kind} for {purpose} sees {leaks:?}: {}", reply.transcript());
                    assert!(reply.status == 200 || reply.status == 403, "{kind} for {purpose}: {}", reply.transcript());
                    read += 1;
                    shown += usize::from(body.contains("韦*涵"));
                }
            }
        }
        assert!(read > 1_000 && shown > 50, "{shown} of {read} answers showed her masked");
    }

    async fn leaver(fresh) {
        let town = town(fresh).await;
        let clerk = town.clerk().await;
        let _ = clerk.get(&card(town.wei)).await.expect(200);
        let account = clerk.caller.as_ref().unwrap().account;
        // The post ends at 09:00:00.
        town.run(move |w| async move {
            let tenure: Option<Tenure> = w.opt(&HELD, &store::vals![account]).await?;
            relieve(&w, tenure.unwrap().id, w.now()).await
        }).await;
        town.house.pass(1_000);
        for reply in [find(&clerk, "韦子涵").await, clerk.get(&card(town.wei)).await, clerk.get("/registry/quota").await] {
            assert_eq!(reply.status, 401, "{}", reply.transcript());
        }
        // One whose end was known beforehand ends to the millisecond.
        let clerk = town.clerk().await;
        let account = clerk.caller.as_ref().unwrap().account;
        town.run(move |w| async move {
            let tenure: Option<Tenure> = w.opt(&HELD, &store::vals![account]).await?;
            relieve(&w, tenure.unwrap().id, w.now().plus(60_000)).await
        }).await;
        let _ = clerk.get(&card(town.wei)).await.expect(200);
        town.house.pass(59_999);
        let _ = clerk.get(&card(town.wei)).await.expect(200);
        town.house.pass(1);
        let status = clerk.get(&card(town.wei)).await.status.as_u16();
        assert!(matches!(status, 401 | 403), "{status}");
    }

    async fn grant_expiry(fresh) {
        let town = town(fresh).await;
        let (clerk, other) = (town.clerk().await, town.clerk().await);
        let account = clerk.caller.as_ref().unwrap().account;
        town.run(move |w| async move {
            let tenure: Option<Tenure> = w.opt(&HELD, &store::vals![account]).await?;
            relieve(&w, tenure.unwrap().id, w.now().plus(60_000)).await
        }).await;
        town.house.pass(59_000);
        let _ = clerk.get(&card(town.wei)).await.expect(200);
        town.house.pass(2_000);
        let status = clerk.get(&card(town.wei)).await.status.as_u16();
        assert!(matches!(status, 401 | 403), "a second after the end: {status}");
        // Somebody sets the machine's clock back by an hour.
        town.house.pass(-3_600_000);
        let _ = other.get(&card(town.wei)).await.expect(200);
        for reply in [clerk.get(&card(town.wei)).await, find(&clerk, "韦子涵").await] {
            let status = reply.status.as_u16();
            assert!(matches!(status, 401 | 403), "{}", reply.transcript());
        }
    }

    async fn admin_blind(fresh) {
        let town = town(fresh).await;
        let mut refused = 0;
        for area in [DISTRICT, STREET] {
            for purpose in PURPOSES.iter().map(|purpose| purpose.word) {
                let admin = town.house.signed_in(PostKind::Admin, area).await.with("wangge-purpose", purpose).with("wangge-about", "x");
                town.house.step_up(&admin).await;
                let of = card(town.wei);
                for reply in [
                    find(&admin, "韦子涵").await,
                    admin.get(&of).await,
                    admin.get(&format!("{of}/provenance")).await,
                    admin.post(&format!("{of}/reveal"), json!({ "group": "name", "reason": "系统维护需要" })).await,
                    admin.post("/exports", json!({ "area": STREET.to_string(), "reason": "系统维护需要" })).await,
                    admin.upload("/publicity.xlsx", "list.csv", "姓名\n韦子涵\n".as_bytes()).await,
                    admin.put("/registry/staff-links", json!({ "username": "admin", "resident": town.wei })).await,
                ] {
                    assert!(matches!(reply.status.as_u16(), 403 | 404), "{purpose}: {}", reply.transcript());
                    refused += 1;
                }
                for place in ["/registry/purposes", "/look-alarms", "/exports"] {
                    assert_eq!(admin.get(place).await.expect(200).json["items"], json!([]), "{place}");
                }
            }
        }
        assert_eq!(refused, 2 * PURPOSES.len() * 7);
        assert!(town.looks(town.wei).await.is_empty());
    }
}
