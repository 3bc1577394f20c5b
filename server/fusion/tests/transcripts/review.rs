//! Deciding pairs one by one, and undoing it.

use serde_json::json;
use store::both_engines;

use crate::pairs::{GRID, OTHER_COMMUNITY, STREET, again, known, said, town};

both_engines! {
    async fn a_pair_is_shown_side_by_side_masked_with_reasons_and_what_both_would_be(fresh) {
        let town = town(fresh).await;
        let (own, other, pair) = town.two().await;
        let seen = town.steward.get(&format!("/reviews/{pair}")).await.expect(200);
        let row = |at: usize, side: &str| seen.text(&format!("/rows/{at}/{side}/value"));
        let fields: Vec<_> = seen.json["rows"].as_array().unwrap().iter().map(|row| format!("{} {}", row["field"].as_str().unwrap(), row["agrees"].as_str().unwrap())).collect();
        assert_eq!(fields, ["name near", "id_no missing", "phone near", "address same"]);
        assert_eq!((row(0, "own"), row(0, "other")), ("韦*涵".into(), "韦*涵".into()));
        assert_eq!((row(2, "own"), row(2, "other")), ("138****5679".into(), "138****5678".into()));
        assert_eq!(row(1, "other"), "450***********0018");
        assert_eq!(seen.text("/rows/0/other/source/zh"), "户籍登记");
        assert_eq!(seen.text("/rows/0/other/said_on"), "2026-10-01");
        assert_eq!((seen.text("/steps/0/compared/zh"), seen.text("/steps/0/found/en"), seen.text("/steps/0/weight")), ("姓名".into(), "sounds alike".into(), "9.5".into()));
        assert_eq!((seen.text("/weight"), seen.text("/prior"), seen.text("/likely/zh")), ("6.5".into(), "-3.0".into(), "很可能为同一人".into()));
        let preview: Vec<_> = seen.json["preview"].as_array().unwrap().iter().map(|row| format!("{} {} {} {}", row["field"].as_str().unwrap(), row["value"].as_str().unwrap(), row["source"]["zh"].as_str().unwrap(), row["rule"].as_str().unwrap())).collect();
        assert_eq!(preview[0], "name 韦*涵 户籍登记 rank");
        assert!(!String::from_utf8_lossy(&seen.bytes).contains("13800005678"));
        for resident in [&own, &other] {
            assert_eq!(town.looks(resident).await, ["read check name id phone birth address"]);
        }
        assert_eq!(seen.json["next"], json!(null));
    }

    async fn nothing_is_shown_without_a_purpose_or_outside_the_posts_reach(fresh) {
        let town = town(fresh).await;
        let (own, _, pair) = town.two().await;
        let place = format!("/reviews/{pair}");
        let bare = town.house.signed_in(platform::PostKind::Steward, STREET).await;
        let _ = bare.get(&place).await.expect(403);
        let elsewhere = town.house.signed_in(platform::PostKind::CommunityHead, OTHER_COMMUNITY).await.with("wangge-purpose", "check");
        let _ = elsewhere.get(&place).await.expect(404);
        let _ = town.worker.get(&place).await.expect(404);
        let reply = elsewhere.clone().with("if-match", "1").post(&format!("{place}/decision"), json!({ "decision": "same" })).await;
        assert_eq!(reply.status, 404);
        assert_eq!(town.looks(&own).await, Vec::<String>::new());
        assert_eq!(elsewhere.get("/reviews").await.expect(200).text("/waiting"), "0");
        assert_eq!(town.head.get("/reviews").await.expect(200).text("/waiting"), "1");
        assert_eq!(town.keeper.get("/reviews").await.expect(200).text("/items/0/id"), pair);
    }

    async fn the_clearest_comes_first_and_the_next_may_be_read_beforehand(fresh) {
        let town = town(fresh).await;
        let other = town.resident("civil", "C-1", known()).await;
        let mut pairs = Vec::new();
        for (nth, weight) in [1.0, 9.0, 5.0].into_iter().enumerate() {
            let own = town.resident("insurance", &format!("I-{nth}"), again()).await;
            pairs.push(town.pair(&own, &other, weight).await);
        }
        let page = town.steward.get("/reviews?limit=2").await.expect(200);
        assert_eq!((page.text("/items/0/id"), page.text("/items/1/id"), page.text("/waiting")), (pairs[1].clone(), pairs[2].clone(), "3".into()));
        let rest = town.steward.get(&format!("/reviews?limit=2&cursor={}", page.text("/next"))).await.expect(200);
        assert_eq!((rest.text("/items/0/id"), rest.json["next"].is_null()), (pairs[0].clone(), true));
        assert_eq!(town.looks(&other).await, Vec::<String>::new(), "a list names nobody");
        let seen = town.steward.get(&format!("/reviews/{}", pairs[1])).await.expect(200);
        assert_eq!(seen.text("/next"), pairs[2]);
        let done = town.decide(&town.steward, &pairs[1], "later").await.expect(200);
        assert_eq!((done.text("/state"), done.text("/next")), ("later".into(), pairs[2].clone()));
        assert_eq!(town.steward.get("/reviews?view=later").await.expect(200).text("/items/0/id"), pairs[1]);
    }

    async fn the_same_joins_both_and_undo_parts_them_as_they_were(fresh) {
        let town = town(fresh).await;
        let (own, other, pair) = town.two().await;
        let done = town.decide(&town.steward, &pair, "same").await.expect(200);
        assert_eq!((done.text("/state"), done.text("/decided_by/en")), ("same".into(), "steward".into()));
        let gone = town.now(&own).await;
        assert_eq!((gone.state.to_string(), gone.merged_into), ("merged".into(), Some(other.id)));
        let seen = town.steward.get(&format!("/reviews/{pair}")).await.expect(200);
        assert_eq!((seen.text("/are_one"), seen.text("/decisions/0/decision")), ("true".into(), "same".into()));
        let undone = town.undo(&town.steward, &pair).await.expect(200);
        assert_eq!((undone.text("/state"), undone.json["decided_at"].is_null()), ("waiting".into(), true));
        let back = town.now(&own).await;
        assert_eq!((back.state.to_string(), back.merged_into, back.name), ("living".into(), None, own.name.clone()));
        let _ = town.undo(&town.steward, &pair).await.expect(409);
        let ledger = town.house.ledger(STREET).await;
        for action in ["review:decide", "review:undo"] {
            assert!(ledger.contains(&format!("{action} {pair}")), "{ledger:?}");
        }
    }

    async fn two_people_are_never_joined_by_way_of_a_third(fresh) {
        let town = town(fresh).await;
        let (own, other, apart) = town.two().await;
        let third = town.resident("insurance", "I-3", said("韦子涵", "", "13800005678", "")).await;
        let (one, two) = (town.pair(&third, &other, 7.0).await, town.pair(&third, &own, 7.0).await);
        let _ = town.decide(&town.steward, &apart, "distinct").await.expect(200);
        let _ = town.decide(&town.steward, &one, "same").await.expect(200);
        let refused = town.decide(&town.steward, &two, "same").await.expect(409);
        assert_eq!(refused.text("/detail"), "已认定不是同一人，请先撤销该认定");
        let _ = town.undo(&town.steward, &apart).await.expect(200);
        let _ = town.decide(&town.steward, &two, "same").await.expect(200);
    }

    async fn who_comes_second_is_told_what_the_first_decided(fresh) {
        let town = town(fresh).await;
        let (_, _, pair) = town.two().await;
        let by = town.head.clone().with("if-match", "1");
        let _ = town.decide(&town.steward, &pair, "distinct").await.expect(200);
        let late = by.post(&format!("/reviews/{pair}/decision"), json!({ "decision": "same" })).await.expect(409);
        assert_eq!((late.text("/detail"), late.text("/current/state"), late.text("/current/version")), ("已由他人处理为“不是同一人”".into(), "distinct".into(), "2".into()));
        let _ = town.head.post(&format!("/reviews/{pair}/decision"), json!({ "decision": "same" })).await.expect(428);
    }

    async fn a_second_click_is_the_same_decision(fresh) {
        let town = town(fresh).await;
        let (_, _, pair) = town.two().await;
        let by = town.steward.clone().with("if-match", "1").with("idempotency-key", "review-0001");
        for _ in 0..2 {
            let reply = by.post(&format!("/reviews/{pair}/decision"), json!({ "decision": "same" })).await.expect(200);
            assert_eq!(reply.text("/state"), "same");
        }
        assert_eq!(town.stands(&pair).await, ("same".to_owned(), 2));
    }

    async fn a_check_at_the_door_names_the_door_and_nobody(fresh) {
        let town = town(fresh).await;
        let (_, _, pair) = town.two().await;
        let asked = town.decide(&town.steward, &pair, "field").await.expect(200);
        let order = town.worker.get(&format!("/orders/{}", asked.text("/order"))).await.expect(200);
        assert_eq!((order.text("/state"), order.text("/class/code"), order.text("/area")), ("reported".into(), "e0697".into(), GRID.to_string()));
        let text = order.text("/description");
        assert!(text.contains("金鹅花园3栋2单元501室") && text.contains(&pair), "{text}");
        assert!(!text.contains("韦") && !text.contains("1380000"), "{text}");
        // Heard from the door, somebody decides; undone, it is with the door again, and then as it came.
        let _ = town.decide(&town.steward, &pair, "same").await.expect(200);
        let back = town.undo(&town.steward, &pair).await.expect(200);
        assert_eq!((back.text("/state"), back.text("/order")), ("field".into(), asked.text("/order")));
        assert_eq!(town.undo(&town.steward, &pair).await.expect(200).text("/state"), "waiting");
        let order = town.worker.get(&format!("/orders/{}", asked.text("/order"))).await.expect(200);
        assert_eq!(order.text("/state"), "cancelled");
    }

    async fn a_check_that_somebody_took_on_goes_its_way(fresh) {
        let town = town(fresh).await;
        let (_, _, pair) = town.two().await;
        let order = town.decide(&town.steward, &pair, "field").await.expect(200).text("/order");
        let desk = town.house.signed_in(platform::PostKind::Desk, STREET).await;
        let seen = desk.get(&format!("/orders/{order}")).await.expect(200);
        let standards = desk.get("/catalogue/standards?class=e0697").await.expect(200);
        let step = json!({ "action": "accept", "standard_id": standards.text("/items/0/id") });
        let _ = desk.clone().with("if-match", &seen.text("/version")).post(&format!("/orders/{order}/steps"), step).await.expect(200);
        assert_eq!(town.undo(&town.steward, &pair).await.expect(200).text("/state"), "waiting");
        assert_eq!(desk.get(&format!("/orders/{order}")).await.expect(200).text("/state"), "accepted");
    }
}
