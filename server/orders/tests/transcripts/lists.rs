//! Views, paging, counts, points, and what a list costs.

use platform::PostKind;
use serde_json::json;
use store::both_engines;
use store::testing::statements_run;

use crate::district::{DISTRICT, HERE, STREET, cracked, town};

/// Seven writes of about seven statements, and as many reads to decide and to answer them.
const LIFE: u64 = 115;

both_engines! {
    async fn each_view_holds_what_waits_for_it(fresh) {
        let mut town = town(fresh).await;
        let reported = town.reported().await;
        let dispatched = town.dispatched().await;
        let resolved = town.resolved().await;
        let closed = town.closed().await;
        for (view, ids) in [
            ("to_accept", vec![&reported.id]),
            ("to_dispatch", vec![]),
            ("to_handle", vec![&dispatched.id]),
            ("to_verify", vec![&resolved.id]),
            ("to_close", vec![]),
            ("closed", vec![&closed.id]),
            ("late", vec![]),
            ("all_open", vec![&reported.id, &dispatched.id, &resolved.id]),
            ("mine", vec![&closed.id, &resolved.id, &dispatched.id, &reported.id]),
        ] {
            let list = town.desk.get(&format!("/orders?view={view}")).await.expect(200);
            let seen: Vec<&str> = list.json["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
            assert_eq!(seen, ids, "{view}");
        }
        town.minutes(40).await;
        let counts = town.desk.get("/orders/counts").await.expect(200);
        assert_eq!(counts.json, json!({
            "to_accept": 1, "to_dispatch": 0, "to_handle": 1, "to_verify": 1, "to_close": 0, "returned": 0,
            "late": 1, "soon": 0, "all_open": 3, "watching": 0, "to_settle": 0, "to_rule": 0, "parked": 0, "helping": 0,
            "supervised": 0, "escalated": 0,
        }));
        let late = town.desk.get("/orders?view=late").await.expect(200);
        assert_eq!(late.text("/items/0/id"), reported.id);
        let mine = town.handler.get("/orders?view=mine").await.expect(200);
        assert_eq!(mine.json["items"].as_array().unwrap().len(), 2, "what the handler signed for");
    }

    async fn pages_follow_each_other_without_gap_or_repetition(fresh) {
        let mut town = town(fresh).await;
        for _ in 0..7 {
            town.reported().await;
            town.minutes(1).await;
        }
        let chief = town.house.signed_in(PostKind::Chief, DISTRICT).await;
        for query in ["sort=due", "sort=newest", "view=mine"] {
            let client = if query == "view=mine" { &town.desk } else { &chief };
            let whole = client.get(&format!("/orders?{query}")).await.expect(200);
            let mut paged = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = client.get(&format!("/orders?{query}&limit=3{cursor}")).await.expect(200);
                paged.extend(page.json["items"].as_array().unwrap().clone());
                match page.json["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(json!(paged), whole.json["items"], "{query}");
            assert_eq!(paged.len(), 7);
        }
    }

    async fn a_list_costs_the_same_for_one_row_and_for_many(fresh) {
        let town = town(fresh).await;
        let chief = town.house.signed_in(PostKind::Chief, DISTRICT).await;
        let mut costs = Vec::new();
        for reports in [1, 12] {
            for _ in 0..reports {
                town.dispatched().await;
            }
            for path in ["/orders", "/orders/counts", "/orders?view=to_handle", "/orders/points", "/orders?view=mine", "/orders?view=watching"] {
                let _ = chief.get(path).await.expect(200);
                let before = statements_run();
                let _ = chief.get(path).await.expect(200);
                costs.push((path, statements_run() - before));
            }
        }
        let (few, many) = costs.split_at(6);
        assert_eq!(few, many);
        // Two streets and ten states; the session and the snapshots are in memory by then.
        assert!(few.iter().all(|(_, cost)| *cost <= 22), "{few:?}");
    }

    async fn a_life_takes_few_statements(fresh) {
        let town = town(fresh).await;
        let picture = town.picture(&town.handler).await;
        let before = statements_run();
        let case = town.accepted().await.sent_to(&town.desk, town.unit).await;
        let case = case.done(&town.handler, json!({ "action": "sign" })).await;
        let resolve = json!({ "action": "resolve", "note": "已更换井盖", "files": [picture] });
        let case = case.done(&town.handler, resolve).await.done(&town.worker, json!({ "action": "verify" })).await;
        let _ = case.done(&town.desk, json!({ "action": "close" })).await;
        let cost = statements_run() - before;
        assert!(cost <= LIFE, "{cost} statements for seven writes, their decisions and their answers");
    }

    async fn the_map_gets_points(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        let mut body = cracked();
        body.as_object_mut().unwrap().remove("point");
        body["area"] = json!("450204006003");
        let _ = town.desk.post("/orders", body).await.expect(201);
        let points = town.desk.get("/orders/points?view=to_accept").await.expect(200);
        assert_eq!(points.json, json!({ "items": [
            { "id": case.id, "lon": HERE[0], "lat": HERE[1], "state": "reported", "light": "normal" },
        ]}));
    }

    async fn perhaps_the_same_case_is_shown(fresh) {
        let mut town = town(fresh).await;
        let first = town.reported().await;
        let mut near = cracked();
        near["point"] = json!([HERE[0] + 0.0003, HERE[1]]);
        let near = town.desk.post("/orders", near).await.expect(201);
        assert_eq!(near.text("/similar/0/id"), first.id);
        let mut farther = cracked();
        farther["point"] = json!([HERE[0] + 0.002, HERE[1]]);
        assert_eq!(town.desk.post("/orders", farther).await.expect(201).json["similar"], json!([]));
        town.minutes(25 * 60).await;
        assert_eq!(town.reported().await.seen.json["similar"], json!([]));
    }

    async fn watching_puts_an_order_on_ones_list_once(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        let path = format!("/orders/{}/watch", case.id);
        for _ in 0..2 {
            let _ = town.desk.put(&path, json!(null)).await.expect(204);
        }
        assert_eq!(case.read(&town.desk).await.text("/watching"), "true");
        assert_eq!(case.read(&town.worker).await.text("/watching"), "false");
        assert_eq!(town.desk.get("/orders/counts").await.text("/watching"), "1");
        assert_eq!(town.desk.get("/orders?view=watching").await.text("/items/0/id"), case.id);
        let _ = town.desk.delete(&path).await.expect(204);
        assert_eq!(town.desk.get("/orders?view=watching").await.json["items"], json!([]));
        let ledger = town.house.ledger(STREET).await;
        assert_eq!(ledger.iter().filter(|entry| entry.contains("watch ")).count(), 3);
    }

    async fn remarks_stand_in_their_order_with_the_post_that_made_them(fresh) {
        let town = town(fresh).await;
        let case = town.dispatched().await;
        let path = format!("/orders/{}/comments", case.id);
        let _ = town.desk.post(&path, json!({ "text": "请尽快到场" })).await.expect(201);
        let _ = town.handler.post(&path, json!({ "text": "已在路上" })).await.expect(201);
        let list = town.worker.get(&path).await.expect(200);
        let told: Vec<String> = list.json["items"].as_array().unwrap().iter().map(|one| format!("{}: {}", one["by"]["title"]["zh"], one["text"])).collect();
        assert_eq!(told, [r#""desk": "请尽快到场""#, r#""handler": "已在路上""#]);
        assert_eq!(list.text("/items/1/by/organisation/zh"), "城市管理局");
        let _ = town.desk.post(&path, json!({ "text": " " })).await.expect(422);
    }
}
