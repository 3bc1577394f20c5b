//! Whom to call, and who may see a picture.

use platform::PostKind;
use serde_json::json;
use store::{both_engines, sql, vals};

use crate::district::{Case, OTHER_STREET, STREET, cracked, town};

sql! {
    SEALED = "SELECT name_sealed, phone_sealed FROM order_contacts WHERE street_id = $1 LIMIT 5";
    PURPOSES = "SELECT action, purpose FROM ledger_entries WHERE street_id = $1 AND purpose IS NOT NULL LIMIT 5";
}

both_engines! {
    async fn a_contact_is_sealed_masked_and_revealed_for_a_purpose(fresh) {
        let town = town(fresh).await;
        let mut body = cracked();
        body["contact"] = json!({ "name": "覃某", "phone": "138 0000 5678" });
        let case = Case::of(town.desk.post("/orders", body).await.expect(201));
        assert_eq!(case.seen.json["contact"], json!({ "has": true, "phone_masked": "138****5678" }));
        assert!(!case.seen.transcript().contains("覃某"));
        let sealed: Vec<(String, String)> = town.house.app.read(|r| async move { Ok(r.query(&SEALED, &vals![STREET]).await?) }).await.unwrap();
        assert!(!sealed[0].0.contains("覃某") && !sealed[0].1.contains("5678"), "{sealed:?}");

        let path = format!("/orders/{}/contact", case.id);
        let _ = town.desk.post(&path, json!({ "purpose": " " })).await.expect(422);
        let _ = town.desk.post(&path, json!({})).await.expect(400);
        let _ = town.worker.post(&path, json!({ "purpose": "核实情况" })).await.expect(403);
        let shown = town.desk.post(&path, json!({ "purpose": "核实情况" })).await.expect(200);
        assert_eq!(shown.json, json!({ "name": "覃某", "phone": "13800005678" }));
        let told: Vec<(String, String)> = town.house.app.read(|r| async move { Ok(r.query(&PURPOSES, &vals![STREET]).await?) }).await.unwrap();
        assert_eq!(told, [("order:contact".to_owned(), "核实情况".to_owned())]);
        let bare = town.reported().await;
        let _ = town.desk.post(&format!("/orders/{}/contact", bare.id), json!({ "purpose": "核实情况" })).await.expect(404);
    }

    async fn a_picture_is_for_whoever_may_read_its_order(fresh) {
        let town = town(fresh).await;
        let picture = town.picture(&town.desk).await;
        let mut body = cracked();
        body["files"] = json!([picture]);
        let case = Case::of(town.desk.post("/orders", body).await.expect(201));
        assert_eq!((case.seen.text("/photos"), case.seen.text("/files/0/role")), ("1".into(), "before".into()));
        let path = format!("/orders/{}/files/{}", case.id, case.seen.text("/files/0/id"));
        for size in ["", "?size=full", "?size=thumb"] {
            let reply = town.worker.get(&format!("{path}{size}")).await.expect(200);
            assert_eq!(reply.headers["content-type"], "image/jpeg");
            assert!(reply.bytes.starts_with(&[0xff, 0xd8]));
        }
        let _ = town.worker.get(&format!("{path}?size=huge")).await.expect(400);
        let other = town.house.signed_in(PostKind::Desk, OTHER_STREET).await;
        let _ = other.get(&path).await.expect(404);
        let bare = town.reported().await;
        let _ = town.desk.get(&format!("/orders/{}/files/{}", bare.id, case.seen.text("/files/0/id"))).await.expect(404);
    }

    async fn a_resident_reports_follows_and_rates_without_an_account(fresh) {
        let town = town(fresh).await;
        let app = town.house.app.clone();
        let visitor = platform::Call { who: platform::Who::Visitor, ..platform::Call::program("test") };
        let books = orders::books(&app).await.unwrap();
        let new = orders::NewOrder {
            source: orders::Source::Resident,
            class: "p0101".into(),
            position: areas::Position::new(109.385, 24.305).ok(),
            area: None,
            address: "柳石路".into(),
            description: "井盖破损".into(),
            urgent: false,
            files: Vec::new(),
            contact: Some(orders::Contact { name: None, phone: Some("13800005678".into()) }),
        };
        let (order, token) = app.write(&visitor, STREET, move |w| async move {
            let order = orders::report(&w, &books, new).await?;
            let token = orders::issue(&w, &order).await?;
            Ok((order, token))
        }).await.unwrap();
        let (asking, kept) = (app.clone(), order.clone());
        let admitted = app.read(move |r| async move {
            let mut admitted = Vec::new();
            for proof in [
                orders::Proof::Token(token), orders::Proof::Token("guess".into()),
                orders::Proof::PhoneTail("5678".into()), orders::Proof::PhoneTail("5679".into()),
            ] {
                admitted.push(orders::admits(&asking, &r, &kept, &proof).await?);
            }
            Ok(admitted)
        }).await.unwrap();
        assert_eq!(admitted, [true, false, true, false]);
        let early = order.clone();
        let refused = app.write(&visitor, STREET, move |w| async move { orders::rate(&w, &early, 5, None).await }).await;
        assert!(matches!(refused, Err(platform::Error::Conflict { .. })));
    }

    async fn a_closed_case_is_rated_once(fresh) {
        let town = town(fresh).await;
        let case = town.closed().await;
        let app = town.house.app.clone();
        let id: orders::OrderId = case.id.parse().unwrap();
        let order = app.read(move |r| async move { orders::find(&r, id.street, id.id).await }).await.unwrap().unwrap();
        let visitor = platform::Call { who: platform::Who::Visitor, ..platform::Call::program("test") };
        let rate = |order: orders::Order, stars| {
            let (app, visitor) = (app.clone(), visitor.clone());
            async move { app.write(&visitor, STREET, move |w| async move { orders::rate(&w, &order, stars, Some("很快")).await }).await }
        };
        assert!(matches!(rate(order.clone(), 6).await, Err(platform::Error::Invalid(_))));
        let rated = rate(order.clone(), 5).await.unwrap();
        assert!(matches!(rate(order, 4).await, Err(platform::Error::Conflict { .. })));
        assert!(matches!(rate(rated, 4).await, Err(platform::Error::Conflict { .. })));
        let seen = case.read(&town.desk).await.expect(200);
        assert_eq!(seen.json["rating"]["stars"], 5);
        assert_eq!(seen.text("/rating/comment"), "很快");
        let steps = town.desk.get(&format!("/orders/{}/steps", case.id)).await.expect(200);
        assert_eq!(steps.text("/items/7/name/zh"), "评价");
        assert_eq!(steps.json["items"][7]["by"], json!(null));
    }
}
