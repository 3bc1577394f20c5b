//! From a file to the register: three outcomes, no second effect, no order that matters.

use std::collections::BTreeMap;

use serde_json::json;
use store::both_engines;

use crate::crowd::{self, Dice, HEADING, city, counts, file, fused, run, sent, sources, stock, told};
use crate::pairs::{COMMUNITY, DISTRICT, STREET};

both_engines! {
    async fn three_sources_become_one_register(fresh) {
        let town = city(fresh).await;
        for (seen, (source, rows)) in sources(7, 300).into_iter().enumerate() {
            let batch = fused(&town, source, &file(&rows)).await;
            let of = counts(&batch);
            assert_eq!(batch.text("/state"), "done", "{}", batch.transcript());
            assert_eq!(of["total"], rows.len() as i64);
            assert_eq!(of.values().sum::<i64>(), 2 * of["total"], "every row has one outcome: {of:?}");
            assert_eq!((of["rejected"], of["unplaced"], of["unchanged"]), (0, 0, 0), "{of:?}");
            assert_eq!(of["joined"] > 0, seen > 0, "{of:?}");
        }
        let clusters = stock(&town).await.clusters();
        for cluster in &clusters {
            let people: std::collections::BTreeSet<&str> =
                cluster.iter().map(|key| key.split_once('-').unwrap().1).collect();
            assert_eq!(people.len(), 1, "nobody is two people: {cluster:?}");
        }
        let people: std::collections::BTreeSet<&str> =
            clusters.iter().flatten().map(|key| key.split_once('-').unwrap().1).collect();
        assert!(clusters.len() * 100 <= people.len() * 104, "{} residents of {} people", clusters.len(), people.len());
        crowd::nothing_lies(&town).await;
        let entries = town.house.ledger(STREET).await;
        assert_eq!(entries.iter().filter(|entry| entry.starts_with("batch:fuse")).count(), 3);
    }

    async fn a_batch_that_comes_again_changes_nothing(fresh) {
        let town = city(fresh).await;
        for (source, rows) in sources(3, 120) {
            fused(&town, source, &file(&rows)).await;
        }
        let before = stock(&town).await;
        for (source, mut rows) in sources(3, 120) {
            Dice(5).shuffle(&mut rows);
            let of = counts(&fused(&town, source, &file(&rows)).await);
            assert_eq!((of["unchanged"], of["total"]), (rows.len() as i64, rows.len() as i64), "{of:?}");
        }
        assert_eq!(stock(&town).await, before);
    }

    async fn the_order_of_the_rows_changes_nothing(fresh) {
        let town = city(fresh).await;
        let straight = sources(11, 150);
        for (source, rows) in &straight {
            fused(&town, source, &file(rows)).await;
        }
        let other = city(store::testing::sqlite().await.unwrap()).await;
        for (nth, (source, rows)) in straight.iter().enumerate() {
            let mut rows = rows.clone();
            Dice(nth as u64 + 1).shuffle(&mut rows);
            fused(&other, source, &file(&rows)).await;
        }
        assert_eq!(stock(&town).await.clusters(), stock(&other).await.clusters());
    }

    async fn a_record_that_says_something_else_stays_with_its_resident(fresh) {
        let town = city(fresh).await;
        let row = |phone: &str, address: &str, day: &str| {
            format!("{HEADING}a,韦子涵,女,450204199001010018,1990-01-01,{phone},银山街道第三社区{address},{day}\n")
        };
        fused(&town, "register", &row("13800005678", "金鹅花园3栋2单元501室", "2026-01-01")).await;
        let first = stock(&town).await;
        assert_eq!((first.residents.len(), first.numbers.len(), first.homes.len()), (1, 2, 1));
        let of = counts(&fused(&town, "register", &row("13900005678", "碧水名苑1栋101室", "2026-06-01")).await);
        assert_eq!((of["joined"], of["opened"]), (1, 0));
        let second = stock(&town).await;
        assert_eq!(second.records.iter().map(|row| row.1).collect::<Vec<_>>(), [first.residents[0].0]);
        assert_eq!(second.numbers.len(), 2, "the old telephone is no longer believed");
        let homes: Vec<(&str, &str)> = second.homes.iter().map(|row| (row.2.as_str(), row.3.as_str())).collect();
        assert_eq!(homes, [("2026-01-01", "2026-06-01"), ("2026-06-01", "9999-12-31")]);
    }

    async fn two_valid_numbers_are_two_people_however_alike_they_are(fresh) {
        let town = city(fresh).await;
        let twin = |key: &str, body: &str| {
            let check = chinese::identity::check_character(body).unwrap();
            format!("{key},韦子涵,女,{body}{check},1990-01-01,13800005678,银山街道第三社区金鹅花园3栋2单元501室,2026-01-01\n")
        };
        let text = [twin("a", "45020419900101001"), twin("b", "45020419900101003")].concat();
        let of = counts(&fused(&town, "register", &format!("{HEADING}{text}")).await);
        assert_eq!((of["opened"], of["for_review"]), (2, 0));
        assert_eq!(stock(&town).await.clusters(), [["a"], ["b"]]);
        // A record that would bring a second valid number to somebody is not taken.
        let (one, two) = ("45020419900101001", "45020419900101003");
        let of = counts(&fused(&town, "insured", &format!("{HEADING}{}", twin("x", one))).await);
        assert_eq!((of["joined"], of["opened"]), (1, 0));
        let of = counts(&fused(&town, "insured", &format!("{HEADING}{}", twin("x", two))).await);
        assert_eq!((of["rejected"], of["joined"]), (1, 0));
        // Of one who alone takes the other's number a person has to say whether they are one.
        let of = counts(&fused(&town, "register", &format!("{HEADING}{}", twin("b", one))).await);
        assert_eq!((of["joined"], of["opened"]), (1, 0));
        assert_eq!(town.keeper.get("/reviews").await.expect(200).text("/waiting"), "1");
    }

    async fn who_fits_two_residents_nearly_as_well_is_for_a_person(fresh) {
        let town = city(fresh).await;
        let row = |key: &str, number: &str, room: &str| {
            format!("{key},韦子涵,女,{number},1990-01-01,,银山街道第三社区金鹅花园3栋2单元{room}室,2026-01-01\n")
        };
        let number = |body: &str| format!("{body}{}", chinese::identity::check_character(body).unwrap());
        let text = [row("a", &number("45020419900101001"), "501"), row("b", &number("45020419900101003"), "502")].concat();
        fused(&town, "register", &format!("{HEADING}{text}")).await;
        let of = counts(&fused(&town, "insured", &format!("{HEADING}{}", row("c", "", "601"))).await);
        assert_eq!((of["joined"], of["opened"], of["for_review"]), (0, 0, 1), "{of:?}");
        let waiting = town.keeper.get("/reviews").await.expect(200);
        assert_eq!(waiting.text("/waiting"), "2");
    }

    async fn only_open_communities_take_people_and_the_rest_says_why(fresh) {
        let town = city(fresh).await;
        let close = json!({ "code": COMMUNITY.to_string(), "open": false });
        let _ = town.keeper.put("/registry/communities", close).await.expect(200);
        let text = format!(
            "{HEADING}a,韦子涵,女,,1990-01-01,,银山街道第三社区金鹅花园3栋501,\n\
             b,李伟,男,,1980-01-01,,银山街道第四社区碧水名苑3栋501,\n\
             c,覃莉,女,,1970-01-01,,南环街道第四社区碧水名苑3栋502,\n\
             d,莫言,女,,1971-01-01,,某处,\n\
             e,,女,,1970-01-01,,银山街道第四社区,\n\
             f,蓝天,男,,1972-01-01,,碧水名苑3栋503,\n"
        );
        let seen = fused(&town, "register", &text).await;
        let of = counts(&seen);
        assert_eq!((of["opened"], of["unplaced"], of["rejected"], of["total"]), (2, 3, 1, 6), "{of:?}");
        let id = seen.text("/id");
        let _ = town.keeper.get(&format!("/batches/{id}/rejects.csv")).await.expect(403);
        let keeper = town.keeper.clone().with("wangge-purpose", "check");
        let file = keeper.get(&format!("/batches/{id}/rejects.csv")).await.expect(200);
        let text = String::from_utf8(file.bytes).unwrap();
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[0], format!("{},未收原因", HEADING.trim()));
        assert_eq!(lines[1], "a,韦子涵,女,,1990-01-01,,银山街道第三社区金鹅花园3栋501,,所在社区尚未开通");
        let reasons: BTreeMap<&str, &str> =
            lines[1..].iter().map(|line| (&line[..1], line.rsplit_once(',').unwrap().1)).collect();
        assert_eq!(reasons["c"], "住址中的社区不属于所写街道");
        assert_eq!(reasons["d"], "住址看不出属于哪个街道、社区");
        assert_eq!(reasons["e"], "没有可用的姓名或证件号码");
    }

    async fn a_batch_waits_until_its_columns_were_reviewed(fresh) {
        let town = city(fresh).await;
        let text = "个人编号,参保人姓名,身份证号,备注\n1,韦子涵,450204199001010018,x\n";
        let received = town.keeper.upload("/batches?source=insured", "参保.csv", text.as_bytes()).await.expect(201);
        assert_eq!(received.json["mapping"], json!({}));
        assert_eq!(received.json["guessed"], json!({ "record_id": "个人编号", "name": "参保人姓名", "id_no": "身份证号" }));
        assert_eq!(received.json["sample"], json!([["9", "xxx", "999999999999999999", "x"]]));
        assert!(!String::from_utf8_lossy(&received.bytes).contains("韦子涵"));
        let id = received.text("/id");
        let _ = town.keeper.post(&format!("/batches/{id}/run"), json!(null)).await.expect(409);
        let wrong = json!({ "mapping": { "record_id": "个人编号", "name": "名" } });
        let refused = town.keeper.put(&format!("/batches/{id}/mapping"), wrong).await.expect(422);
        assert_eq!(refused.text("/fields/0/field"), "mapping.name");
        let mapping = received.json["guessed"].clone();
        let _ = town.keeper.put(&format!("/batches/{id}/mapping"), json!({ "mapping": mapping })).await.expect(200);
        let done = run(&town, &id).await;
        assert_eq!(counts(&done)["unplaced"], 1, "a person of no known place is opened nowhere");
        let _ = town.keeper.post(&format!("/batches/{id}/run"), json!(null)).await.expect(409);
        let again = town.keeper.upload("/batches?source=insured", "参保.csv", text.as_bytes()).await.expect(201);
        assert_eq!(again.json["mapping"], mapping, "the next file begins with what was reviewed");
        let kinds: Vec<String> = told(&town).await.iter().map(|entry| entry.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(kinds, ["batch:receive", "batch:map", "batch:run", "batch:sort", "batch:reject", "batch:end", "batch:receive"]);
    }

    async fn a_source_whose_contract_has_ended_sends_nothing(fresh) {
        let town = city(fresh).await;
        let listed = town.keeper.get("/sources").await.expect(200);
        let source = listed.json["items"].as_array().unwrap().iter().find(|row| row["key"] == "visits").unwrap().clone();
        let place = format!("/sources/{}", source["id"].as_str().unwrap());
        let keeper = town.keeper.clone().with("if-match", &source["version"].to_string());
        let changed = keeper.patch(&place, json!({ "expires_at": "2026-12-01T00:00:00Z" })).await.expect(200);
        let _ = keeper.patch(&place, json!({ "rank": 9 })).await.expect(409);
        let text = format!("{HEADING}a,韦子涵,女,,1990-01-01,,银山街道第三社区金鹅花园3栋501,\n");
        let id = sent(&town.keeper, "visits", "a.csv", text.as_bytes()).await.text("/id");
        town.house.pass(9 * 24 * 3_600_000);
        let keeper = town.house.signed_in_again(&town.keeper).await;
        let late = keeper.upload("/batches?source=visits", "a.csv", text.as_bytes()).await.expect(409);
        assert!(late.text("/detail").contains("2026-12-01"), "{}", late.transcript());
        let _ = keeper.post(&format!("/batches/{id}/run"), json!(null)).await.expect(409);
        let version = changed.json["version"].as_i64().unwrap();
        let keeper = keeper.with("if-match", &(version + 1).to_string());
        let closed = keeper.patch(&place, json!({ "closed": true })).await.expect(200);
        assert_eq!(closed.text("/in_force"), "false");
        let sources = town.house.ledger(DISTRICT).await;
        assert!(sources.iter().any(|entry| entry == "source:change visits"));
    }

    async fn only_the_steward_of_the_district_keeps_sources_and_batches(fresh) {
        let town = city(fresh).await;
        for by in [&town.steward, &town.head, &town.worker] {
            let _ = by.get("/sources").await.expect(403);
            let _ = by.post("/sources", crowd::contract("other", 4)).await.expect(403);
            let _ = by.get("/batches").await.expect(403);
            let _ = by.upload("/batches?source=visits", "a.csv", b"x").await.expect(403);
        }
        assert!(crowd::lying(&town).is_empty());
        let wrong = json!({ "key": "Own", "name": { "zh": "", "en": "x" }, "owner": "", "rank": 0, "fields": ["party"],
            "purpose": "x", "basis": "x", "pull_url": "http://elsewhere.example/x", "expires_at": "2020-01-01T00:00:00Z" });
        let refused = town.keeper.post("/sources", wrong).await.expect(422);
        let fields: Vec<_> = refused.json["fields"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["key", "owner", "name", "rank", "fields", "expires_at", "pull_url"]);
        let _ = town.keeper.post("/sources", crowd::contract("visits", 4)).await.expect(409);
    }
}
