//! The board: a day, the grids, the trend.

use platform::PostKind;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::{ACROSS, Case, DISTRICT, STREET, Town, cracked, town_with};

fn quiet(key: &str, zh: &str, en: &str) -> Json {
    json!({
        "key": key, "name": { "zh": zh, "en": en }, "reported": 0, "accepted": 0, "dispatched": 0, "resolved": 0,
        "closed": 0, "open": 0, "late": 0, "on_time": { "done": 0, "of": 0 },
    })
}

both_engines! {
    async fn a_day_on_which_nothing_happened_has_zeros_and_no_rate(fresh) {
        let town = town_with(fresh, vec![insight::room()]).await;
        let leader = town.house.signed_in(PostKind::Leader, DISTRICT).await;
        let day = leader.get("/insight/day?by=street").await.expect(200);
        assert_eq!(day.json, json!({
            "date": "2026-11-23",
            "items": [quiet("450204006", "银山街道", "Yinshan Street"), quiet("450204007", "南环街道", "Nanhuan Street")],
            "totals": quiet("", "合计", "Total"),
            "now": "2026-11-23T01:00:00.000Z",
        }));
        let by_community = leader.get("/insight/day?by=community&within=450204006").await.expect(200);
        assert_eq!(by_community.json["items"], json!([quiet("450204006003", "第三社区", "Third Community"), quiet("450204006004", "第四社区", "Fourth Community")]));
        assert_eq!(leader.get("/insight/day?by=department").await.expect(200).json["items"], json!([]));
        assert_eq!(leader.get("/insight/grids").await.expect(200).json["items"], json!([]));
    }

    async fn the_numbers_of_a_day_include_this_minute(fresh) {
        let mut town = town_with(fresh, vec![insight::room()]).await;
        town.closed().await;
        town.handling().await;
        let slow = town.handling().await;
        town.minutes(8 * 60).await;
        town.resolve(slow).await;
        let day = town.desk.get("/insight/day").await.expect(200);
        assert_eq!(day.json["items"], json!([{
            "key": "450204006", "name": { "zh": "银山街道", "en": "Yinshan Street" },
            "reported": 3, "accepted": 3, "dispatched": 3, "resolved": 2, "closed": 1, "open": 2, "late": 1,
            "on_time": { "done": 1, "of": 2 },
        }]));
        let by_unit = town.desk.get("/insight/day?by=department").await.expect(200);
        assert_eq!((by_unit.text("/items/0/key"), by_unit.text("/items/0/name/zh")), (Town::unit_id(town.unit), "城市管理局".into()));
        // What no unit has yet is only in the total.
        assert_eq!((by_unit.text("/items/0/reported"), by_unit.text("/totals/reported")), ("0".into(), "3".into()));
        assert_eq!(by_unit.json["items"][0]["on_time"], json!({ "done": 1, "of": 2 }));
    }

    async fn grids_are_loaded_by_what_stands_open_in_them(fresh) {
        let mut town = town_with(fresh, vec![insight::room()]).await;
        town.reported().await;
        town.closed().await;
        let mut across = cracked();
        across["point"] = json!(ACROSS);
        let _ = Case::of(town.desk.post("/orders", across).await.expect(201));
        town.minutes(31).await;
        town.reported().await;
        let grids = town.desk.get("/insight/grids").await.expect(200);
        assert_eq!(grids.json["items"], json!([
            { "code": "450204006003001", "open": 2, "late": 1 },
            { "code": "450204006004001", "open": 1, "late": 1 },
        ]));
        let one = town.desk.get("/insight/grids?within=450204006004").await.expect(200);
        assert_eq!(one.json["items"].as_array().unwrap().len(), 1);
    }

    async fn a_trend_has_every_day_the_quiet_ones_too(fresh) {
        let mut town = town_with(fresh, vec![insight::room()]).await;
        town.closed().await;
        town.minutes(2 * 24 * 60).await;
        town.reported().await;
        let trend = town.desk.get("/insight/trend?days=4").await.expect(200);
        assert_eq!(trend.json["items"], json!([
            { "date": "2026-11-22", "reported": 0, "closed": 0, "late": 0 },
            { "date": "2026-11-23", "reported": 1, "closed": 1, "late": 0 },
            { "date": "2026-11-24", "reported": 0, "closed": 0, "late": 0 },
            { "date": "2026-11-25", "reported": 1, "closed": 0, "late": 0 },
        ]));
        assert_eq!(town.desk.get("/insight/trend").await.expect(200).json["items"].as_array().unwrap().len(), 30);
        assert_eq!(town.desk.get("/insight/trend?days=9999").await.expect(200).json["items"].as_array().unwrap().len(), 366);
    }

    async fn a_past_day_shows_its_own_acts_beside_what_stands_now(fresh) {
        let mut town = town_with(fresh, vec![insight::room()]).await;
        town.closed().await;
        town.minutes(24 * 60).await;
        town.reported().await;
        let past = town.desk.get("/insight/day?date=2026-11-23").await.expect(200);
        assert_eq!((past.text("/date"), past.text("/totals/closed"), past.text("/totals/open")), ("2026-11-23".into(), "1".into(), "1".into()));
        let today = town.desk.get("/insight/day").await.expect(200);
        assert_eq!((today.text("/totals/closed"), today.text("/totals/reported")), ("0".into(), "1".into()));
    }

    async fn a_wrong_question_is_answered_with_what_is_wrong(fresh) {
        let town = town_with(fresh, vec![insight::room()]).await;
        let english = town.desk.clone().with("accept-language", "en");
        for (query, field, told) in [
            ("day?date=23.11.2026", "date", "write the date as 2026-11-24"),
            ("day?date=2026-02-30", "date", "write the date as 2026-11-24"),
            ("day?within=450204999", "within", "there is no such area"),
            ("grids?within=450204006003001", "within", "numbers are kept by community; name a street or a community"),
        ] {
            let refused = english.get(&format!("/insight/{query}")).await.expect(422);
            assert_eq!((refused.text("/fields/0/field"), refused.text("/fields/0/detail")), (field.into(), told.into()));
        }
        let _ = english.get("/insight/trend?within=45").await.expect(422);
        let _ = english.get("/insight/day?by=person").await.expect(400);
        let _ = english.get("/insight/trend?days=many").await.expect(400);
        let _ = english.get(&format!("/insight/day?street={STREET}")).await.expect(400);
    }
}
