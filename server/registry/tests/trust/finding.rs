//! The one box.

use platform::PostKind;
use serde_json::json;
use store::both_engines;

use crate::town::*;

both_engines! {
    async fn whatever_names_somebody_exactly_finds_them(fresh) {
        let town = town(fresh).await;
        let clerk = town.clerk().await;
        let whole = number(1);
        let spaced = format!("{} {} {}", &whole[..6], &whole[6..14], &whole[14..]);
        for (text, kind) in [
            (whole.as_str(), "id_number"), (spaced.as_str(), "id_number"), ("138 0000 0001", "phone"),
            ("韦子涵", "name"), ("韋 子涵", "name"), ("weizihan", "reading"), ("Wei Zi Han", "reading"), ("wzh", "initials"),
        ] {
            let found = find(&clerk, text).await.expect(200);
            assert_eq!(found.text("/kind"), kind, "{text}");
            assert_eq!(names(&found), ["韦*涵"], "{text}: {}", found.transcript());
        }
        let found = find(&clerk, "韦子涵").await.expect(200);
        insta::assert_snapshot!(found.transcript().replace(&town.wei.to_string(), "res_wei"));
        assert_eq!(town.looks(town.wei).await.len(), 9, "each search leaves a look");
        assert!(town.looks(town.huang).await.is_empty(), "who was not shown was not looked at");
    }

    async fn an_address_finds_its_door_in_every_spelling(fresh) {
        let town = town(fresh).await;
        let clerk = town.clerk().await;
        for text in ["金鹅花园3栋2单元501室", "金鹅花园３＃２－５０１", "银山街道航北社区金鹅花园三栋501"] {
            let found = find(&clerk, text).await.expect(200);
            assert_eq!(found.text("/kind"), "address", "{text}");
            assert_eq!(found.text("/dwellings/0/address"), HOME, "{text}");
            assert_eq!(found.json["dwellings"][0]["people"], 2, "{text}");
        }
        let none = find(&clerk, "金鹅花园3栋1单元501室").await.expect(200);
        assert_eq!((none.json["dwellings"].clone(), none.text("/buildings/0/name")), (json!([]), "3栋".to_owned()));
        assert_eq!(find(&clerk, "金鹅花园").await.expect(200).text("/buildings/0/estate"), "金鹅花园");
    }

    async fn who_has_no_such_name_is_tried_by_its_sound(fresh) {
        let town = town(fresh).await;
        let clerk = town.clerk().await;
        let found = find(&clerk, "韦梓涵").await.expect(200);
        assert_eq!((names(&found), found.text("/hints/0/text")), (vec!["韦*涵".to_owned()], "sound".to_owned()));
        let exact = find(&clerk, "韦子涵").await.expect(200);
        assert_eq!(exact.json["hints"], json!([]));
    }

    async fn a_post_of_the_district_goes_street_after_street(fresh) {
        let town = town(fresh).await;
        let steward = town.house.signed_in(PostKind::Steward, DISTRICT).await.with("wangge-purpose", "check");
        assert_eq!(names(&find(&steward, "莫建国").await.expect(200)), ["莫*国"]);
        assert_eq!(town.looks(town.other).await, [("listed".to_owned(), "check".to_owned())]);
        assert!(town.house.ledger(OTHER_STREET).await.iter().any(|entry| entry.starts_with("resident:listed res_")));
        let within = json!({ "text": "莫建国", "within": STREET.to_string() });
        assert_eq!(names(&steward.post("/registry/find", within).await.expect(200)), Vec::<String>::new());
        let within = json!({ "text": "莫建国", "within": OTHER_COMMUNITY.to_string() });
        assert_eq!(names(&steward.post("/registry/find", within).await.expect(200)), ["莫*国"]);
    }

    async fn where_the_register_is_not_open_nothing_is_found(fresh) {
        let town = town(fresh).await;
        let clerk = town.clerk().await;
        for text in ["蓝秀英", "lanxiuying", "lxy", &number(4), &phone(4), "福鑫家园1栋101室", "福鑫家园"] {
            let found = find(&clerk, text).await.expect(200);
            for rows in ["people", "dwellings", "buildings", "units"] {
                assert_eq!(found.json[rows], json!([]), "{text}");
            }
        }
        let _ = clerk.get(&card(town.closed)).await.expect(404);
    }

    async fn the_purposes_are_those_of_the_post(fresh) {
        let town = town(fresh).await;
        let worker = town.worker().await;
        let words = |reply: platform::testing::Reply| -> Vec<String> {
            let items = reply.json["items"].as_array().unwrap().clone();
            items.iter().map(|item| item["word"].as_str().unwrap().to_owned()).collect()
        };
        let of_worker = words(worker.get("/registry/purposes").await.expect(200));
        assert_eq!(of_worker, ["order", "visit", "check", "emergency", "mediation"]);
        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        assert_eq!(words(leader.get("/registry/purposes").await.expect(200)), Vec::<String>::new());
    }

    async fn an_inspector_finds_units_and_nobody(fresh) {
        let town = town(fresh).await;
        town.run(|w| async move {
            let unit = registry::Unit {
                street_id: STREET, id: w.id(), version: 1, area: GRID, name: "银山米粉店".to_owned(), initials: "ysmfd".to_owned(),
                code: Some("91350100M000100Y43".to_owned()), kind: "餐饮".to_owned(), dwelling_id: None,
                address: "柳石路12号".to_owned(), phone_sealed: None, opened_on: None, closed_at: None,
            };
            Ok(w.insert(&unit).await?)
        }).await;
        let inspector = town.house.signed_in(PostKind::Inspector, STREET).await
            .with("wangge-purpose", "inspection").with("wangge-about", "%E8%81%94%E5%90%88%E6%A3%80%E6%9F%A5");
        for text in ["91350100M000100Y43", "银山米粉店"] {
            assert_eq!(find(&inspector, text).await.expect(200).text("/units/0/name"), "银山米粉店", "{text}");
        }
        assert_eq!(names(&find(&inspector, "韦子涵").await.expect(200)), Vec::<String>::new());
        let _ = inspector.get(&card(town.wei)).await.expect(403);
    }
}
