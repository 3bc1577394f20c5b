//! Connected systems: a key that is shown once, an area, a kind, and an entry in the ledger for what they do.

use platform::systems::by_key;
use platform::{Call, Error, PostKind, Thing, Who};
use serde_json::json;
use store::{both_engines, sql, vals};

use crate::scene::{DISTRICT, MINUTE, OTHER_STREET, STREET, house};

sql! {
    KEYS = "SELECT name, kind, key_hash FROM systems WHERE id > 0 ORDER BY id LIMIT 10";
    ANSWERS = "SELECT body FROM answers WHERE street_id = $1 LIMIT 10";
    DETAILS = "SELECT detail FROM ledger_entries WHERE street_id = $1 AND action = 'thing:make' LIMIT 10";
}

both_engines! {
    async fn a_key_is_shown_once_and_only_a_keyed_hash_is_kept(fresh) {
        let house = house(fresh).await;
        let admin = house.signed_in(PostKind::Admin, DISTRICT).await.with("idempotency-key", "first-try-01");
        let body = json!({ "name": "市12345平台", "kind": "hotline", "area": STREET.to_string() });
        let opened = admin.post("/systems", body.clone()).await.expect(201);
        let key = opened.text("/key");
        assert_eq!(key.len(), 43);
        let again = admin.post("/systems", body).await.expect(201);
        assert_eq!((again.text("/id"), again.text("/key")), (opened.text("/id"), key.clone()), "a second click is the same click");
        let listed = admin.get("/systems").await.expect(200);
        assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
        assert!(!listed.json.to_string().contains(&key));
        let kept = house.app.read(|r| async move {
            let keys: Vec<(String, String, Vec<u8>)> = r.query(&KEYS, &[]).await?;
            let answers: Vec<(String,)> = r.query(&ANSWERS, &vals![DISTRICT]).await?;
            Ok((keys, answers))
        });
        let (keys, answers) = kept.await.unwrap();
        assert_eq!((keys[0].0.as_str(), keys[0].1.as_str(), keys[0].2.len()), ("市12345平台", "hotline", 16));
        assert!(answers.iter().all(|(answer,)| !answer.contains(&key)));
        assert!(house.ledger(DISTRICT).await.contains(&format!("system:open {}", opened.text("/id"))));
    }

    async fn a_key_opens_until_it_is_changed_or_its_system_is_closed(fresh) {
        let house = house(fresh).await;
        let admin = house.signed_in(PostKind::Admin, DISTRICT).await;
        let opened = admin.post("/systems", json!({ "name": "市平台", "kind": "feed" })).await.expect(201);
        let place = format!("/systems/{}", opened.text("/id"));
        assert_eq!(by_key(&house.app, &opened.text("/key")).await.unwrap().area, DISTRICT);
        assert!(matches!(by_key(&house.app, "no such key").await, Err(Error::Unauthenticated)));
        let renewed = admin.post(&format!("{place}/key"), json!({})).await.expect(200);
        assert!(matches!(by_key(&house.app, &opened.text("/key")).await, Err(Error::Unauthenticated)));
        house.pass(MINUTE);
        by_key(&house.app, &renewed.text("/key")).await.unwrap();
        assert_eq!(admin.get("/systems").await.expect(200).text("/items/0/used_at"), "2026-11-23T01:01:00.000Z");
        admin.delete(&place).await.expect(204);
        assert!(matches!(by_key(&house.app, &renewed.text("/key")).await, Err(Error::Unauthenticated)));
        admin.delete(&place).await.expect(409);
        admin.post(&format!("{place}/key"), json!({})).await.expect(409);
        assert_ne!(admin.get("/systems").await.expect(200).json["items"][0]["closed_at"], json!(null));
    }

    async fn whoever_manages_a_street_connects_for_that_street_alone(fresh) {
        let house = house(fresh).await;
        let admin = house.signed_in(PostKind::Admin, STREET).await;
        let body = |area: i64| json!({ "name": "街道平台", "kind": "open311", "area": area.to_string() });
        admin.post("/systems", body(OTHER_STREET)).await.expect(403);
        admin.post("/systems", json!({ "name": "街道平台", "kind": "open311" })).await.expect(403);
        let wrong = admin.post("/systems", json!({ "name": " ", "kind": "open311", "area": "450205001" })).await.expect(422);
        assert_eq!((wrong.text("/fields/0/field"), wrong.text("/fields/1/field")), ("name".into(), "area".into()));
        let own = admin.post("/systems", body(STREET)).await.expect(201);
        let other = house.signed_in(PostKind::Admin, OTHER_STREET).await;
        assert_eq!(other.get("/systems").await.expect(200).json["items"], json!([]));
        other.delete(&format!("/systems/{}", own.text("/id"))).await.expect(403);
        house.signed_in(PostKind::Desk, STREET).await.post("/systems", body(STREET)).await.expect(403);
    }

    async fn what_a_system_does_stands_in_the_ledger_under_its_id(fresh) {
        let house = house(fresh).await;
        let admin = house.signed_in(PostKind::Admin, DISTRICT).await;
        let opened = admin.post("/systems", json!({ "name": "市平台", "kind": "place_event" })).await.expect(201);
        let system = by_key(&house.app, &opened.text("/key")).await.unwrap();
        let call = Call { who: Who::System(system), ..Call::program("test") };
        let made = house.app.write(&call, STREET, |w| async move {
            w.require("order:report", &Thing::at(STREET))?;
            w.record("thing:make", 1, json!({ "nth": 1 }));
            w.require("order:close", &Thing::at(STREET)).map_or(Ok(()), |()| Err(Error::internal("it may not")))
        });
        made.await.unwrap();
        let details: Vec<(String,)> = house.app.read(|r| async move { Ok(r.query(&DETAILS, &vals![STREET]).await?) }).await.unwrap();
        let detail: serde_json::Value = serde_json::from_str(&details[0].0).unwrap();
        assert_eq!(detail, json!({ "nth": 1, "system": opened.text("/id") }));
    }
}
