//! The feed of what happened.

use platform::testing::{Client, House};
use platform::{Call, LedgerRow, PostKind};
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::scene::{DISTRICT, HOUR, OTHER_STREET, STREET, house};

/// Something happens to an order, and has its place at once.
pub async fn happen(house: &House, street: i64, action: &'static str, order: &'static str) {
    let call = Call::program("test");
    let done = house.app.write(&call, street, move |w| async move {
        w.record(
            action,
            order,
            json!({ "from": "accepted", "to": "dispatched", "version": 3, "unit": 7, "reason": "秘密" }),
        );
        Ok(())
    });
    done.await.unwrap();
    house.app.sequence_once().await.unwrap();
}

async fn told(by: &Client, after: &str) -> (Vec<String>, String, bool) {
    let answer = by.get(&format!("/feed?limit=2{after}")).await.expect(200);
    let items = answer.json["items"].as_array().unwrap();
    let subjects = items.iter().map(|item| item["subject"].as_str().unwrap().to_owned()).collect();
    (subjects, answer.text("/next"), answer.json["more"].as_bool().unwrap())
}

both_engines! {
    async fn the_feed_tells_what_happened_and_neither_who_nor_why(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        happen(&house, STREET, "order:dispatch", "ord_a").await;
        for quiet in ["order:contact", "order:watch", "order:unwatch", "thing:make"] {
            happen(&house, STREET, quiet, "ord_a").await;
        }
        happen(&house, STREET, "order:import", "450204006").await;
        let answer = desk.get("/feed").await.expect(200);
        let mut event = answer.json["items"].as_array().unwrap().clone();
        assert_eq!(event.len(), 1, "{}", answer.transcript());
        let id = event[0].as_object_mut().unwrap().remove("id").unwrap();
        assert!(id.as_str().unwrap().starts_with("evt_"));
        assert_eq!(event[0], json!({
            "type": "order:dispatch", "at": "2026-11-23T01:00:00.000Z", "street": "450204006", "subject": "ord_a",
            "detail": { "from": "accepted", "to": "dispatched", "version": 3, "unit": "org_0000000000000000007" },
        }));
    }

    async fn whoever_hands_back_the_cursor_misses_nothing_and_sees_nothing_twice(fresh) {
        let house = house(fresh).await;
        let leader = house.signed_in(PostKind::Chief, DISTRICT).await;
        for (street, order) in [(STREET, "ord_a"), (OTHER_STREET, "ord_b"), (STREET, "ord_c")] {
            happen(&house, street, "order:accept", order).await;
        }
        let (first, next, more) = told(&leader, "").await;
        assert_eq!((first, more), (vec!["ord_a".to_owned(), "ord_b".to_owned()], true));
        // One that began before all others and commits after them: its id is smaller, its place is not.
        let call = Call::program("test");
        let late = house.app.write(&call, OTHER_STREET, |w| async move {
            let row = LedgerRow {
                street_id: OTHER_STREET, id: platform::ids::first_at(w.now().plus(-HOUR)), at: w.now().plus(-HOUR), account_id: None, post_id: None,
                action: "order:close".to_owned(), subject: "ord_late".to_owned(), purpose: None, request: "r".to_owned(), detail: "{}".to_owned(), leaf: None,
            };
            w.insert(&row).await?;
            w.record("thing:make", 1, json!({}));
            Ok(())
        });
        late.await.unwrap();
        house.app.sequence_once().await.unwrap();
        let (mut rest, next, more) = told(&leader, &format!("&after={next}")).await;
        rest.sort();
        assert_eq!((rest, more), (vec!["ord_c".to_owned(), "ord_late".to_owned()], false));
        let (none, same, _) = told(&leader, &format!("&after={next}")).await;
        assert_eq!((none.len(), same), (0, next));
    }

    async fn a_street_hears_of_its_own_orders_and_a_system_only_with_its_key(fresh) {
        let house = house(fresh).await;
        let (desk, admin) = (house.signed_in(PostKind::Desk, STREET).await, house.signed_in(PostKind::Admin, DISTRICT).await);
        happen(&house, OTHER_STREET, "order:accept", "ord_b").await;
        happen(&house, STREET, "order:accept", "ord_a").await;
        assert_eq!(told(&desk, "").await.0, ["ord_a"]);
        let _ = house.signed_in(PostKind::Handler, STREET).await.get("/feed").await.expect(403);
        let _ = house.visitor().get("/feed").await.expect(401);
        let _ = desk.get("/feed?after=nonsense").await.expect(400);

        for (kind, area, expected) in [("feed", None, vec!["ord_b", "ord_a"]), ("feed", Some(OTHER_STREET.to_string()), vec!["ord_b"])] {
            let opened = admin.post("/systems", json!({ "name": "市级平台", "kind": kind, "area": area })).await.expect(201);
            let system = house.visitor().with("authorization", &format!("Bearer {}", opened.text("/key")));
            assert_eq!(told(&system, "").await.0, expected);
        }
        let hotline = admin.post("/systems", json!({ "name": "12345", "kind": "hotline" })).await.expect(201);
        let hotline = house.visitor().with("authorization", &format!("Bearer {}", hotline.text("/key")));
        let _ = hotline.get("/feed").await.expect(403);
        let _ = house.visitor().with("authorization", "Bearer nonsense").get("/feed").await.expect(401);
    }

    async fn what_has_no_place_yet_is_not_told(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let call = Call::program("test");
        let done = house.app.write(&call, STREET, |w| async move {
            w.record("order:accept", "ord_a", Json::Null);
            Ok(())
        });
        done.await.unwrap();
        assert_eq!(told(&desk, "").await.0.len(), 0);
        house.app.sequence_once().await.unwrap();
        assert_eq!(told(&desk, "").await.0, ["ord_a"]);
    }
}
