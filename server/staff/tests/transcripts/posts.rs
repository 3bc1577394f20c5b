//! The life of a post: opened, filled, emptied, closed.

use serde_json::json;
use store::both_engines;

use crate::town::{DISTRICT, SECOND, STREET, organisation, post_in, town};

const DAY: i64 = 86_400_000;

both_engines! {
    async fn a_post_gives_rights_to_whoever_holds_it_and_for_as_long(fresh) {
        let town = town(fresh).await;
        let before = town.acts(STREET).await.len();
        let password = town.account("wei.clerk").await;
        let body = json!({
            "kind": "clerk", "area": STREET.to_string(), "organisation": organisation(town.office),
            "title": { "zh": "综合受理员", "en": "Clerk" },
        });
        let post = town.own.post("/staff/posts", body).await.expect(201).text("/id");
        assert_eq!(town.holders(&post).await, Some(0));
        let tenure = town.tenure(&post, "Wei.Clerk").await;
        assert_eq!(town.holders(&post).await, Some(1));
        let tenures = town.own.get(&format!("/staff/tenures?post={post}")).await.expect(200);
        assert_eq!(tenures.json["items"], json!([{
            "id": tenure, "post": post, "post_title": { "zh": "综合受理员", "en": "Clerk" }, "person_name": "韦受理",
            "from": "2026-11-23T01:00:00.000Z", "to": null,
        }]));

        let clerk = town.enter("wei.clerk", &password).await;
        let session = clerk.get("/session").await.expect(200);
        assert!(session.json.to_string().contains("order:report"), "{}", session.transcript());
        town.house.pass(3 * SECOND);
        let _ = town.own.delete(&format!("/staff/tenures/{tenure}")).await.expect(204);
        let _ = town.own.delete(&format!("/staff/tenures/{tenure}")).await.expect(404);
        let _ = clerk.get("/staff/organisations").await.expect(401);
        assert_eq!(town.holders(&post).await, Some(0));
        let tenures = town.own.get(&format!("/staff/tenures?post={post}")).await.expect(200);
        assert_eq!(tenures.text("/items/0/to"), "2026-11-23T01:00:03.000Z", "who held it stays known");

        let again = town.tenure(&post, "wei.clerk").await;
        town.house.pass(SECOND);
        let _ = town.own.delete(&format!("/staff/posts/{post}")).await.expect(204);
        let _ = town.own.delete(&format!("/staff/posts/{post}")).await.expect(404);
        assert_eq!(town.holders(&post).await, None);
        let tenures = town.own.get(&format!("/staff/tenures?post={post}")).await.expect(200);
        assert_eq!((tenures.text("/items/0/id"), tenures.text("/items/0/to")), (again.clone(), "2026-11-23T01:00:04.000Z".into()));
        let _ = town.own.delete(&format!("/staff/tenures/{again}")).await.expect(404);
        let into = json!({ "post": post, "username": "wei.clerk" });
        let _ = town.own.post("/staff/tenures", into).await.expect(404);
        let acts = ["staff:open-post", "staff:appoint", "staff:relieve", "staff:appoint", "staff:close-post"];
        assert_eq!(town.acts(STREET).await[before..], acts, "all of it is in the street's own log");
    }

    async fn what_happens_to_a_post_of_the_district_is_in_its_log(fresh) {
        let town = town(fresh).await;
        let before = (town.acts(DISTRICT).await.len(), town.acts(STREET).await.len());
        let mut body = post_in("handler", DISTRICT);
        body["organisation"] = json!(organisation(town.unit));
        let post = town.steward.post("/staff/posts", body).await.expect(201).text("/id");
        let _ = town.account("qin.handler").await;
        let body = json!({ "post": post, "username": "qin.handler" });
        let tenure = town.steward.post("/staff/tenures", body).await.expect(201).text("/id");
        let _ = town.steward.delete(&format!("/staff/tenures/{tenure}")).await.expect(204);
        assert_eq!(town.acts(DISTRICT).await[before.0..], ["staff:open-post", "staff:appoint", "staff:relieve"]);
        assert_eq!(town.acts(STREET).await.len(), before.1);
    }

    async fn a_tenure_that_begins_later_gives_nothing_before(fresh) {
        let town = town(fresh).await;
        let post = town.clerk().await;
        for name in ["wei.later", "qin.never"] {
            let _ = town.account(name).await;
            let body = json!({ "post": post, "username": name, "from": "2026-12-01T00:00:00Z" });
            let _ = town.own.post("/staff/tenures", body).await.expect(201);
        }
        assert_eq!(town.holders(&post).await, Some(0));
        let tenures = town.own.get(&format!("/staff/tenures?post={post}")).await.expect(200);
        assert_eq!(tenures.text("/items/0/from"), "2026-12-01T00:00:00.000Z");
        let never = tenures.text("/items/0/id");
        let _ = town.own.delete(&format!("/staff/tenures/{never}")).await.expect(204);
        let _ = town.own.delete(&format!("/staff/tenures/{never}")).await.expect(404);
        town.house.pass(9 * DAY);
        let own = town.house.signed_in_again(&town.own).await;
        let list = own.get(&format!("/staff/posts?area={STREET}")).await.expect(200);
        let row = list.json["items"].as_array().unwrap().iter().find(|row| row["id"] == post).cloned().unwrap();
        assert_eq!(row["holders"], 1, "the one who was not called off has begun");
    }

    async fn a_second_click_is_the_same_click(fresh) {
        let town = town(fresh).await;
        let _ = town.account("wei.clerk").await;
        let own = town.own.clone().with("idempotency-key", "one-click-of-mine");
        let first = own.post("/staff/posts", post_in("clerk", STREET)).await.expect(201).text("/id");
        let again = own.post("/staff/posts", post_in("clerk", STREET)).await.expect(201).text("/id");
        assert_eq!(first, again);
        let _ = own.post("/staff/posts", post_in("desk", STREET)).await.expect(409);
        let body = json!({ "post": first, "username": "wei.clerk" });
        let held = own.post("/staff/tenures", body.clone()).await.expect(201).text("/id");
        assert_eq!(own.post("/staff/tenures", body.clone()).await.expect(201).text("/id"), held);
        assert_eq!(town.holders(&first).await, Some(1));
        let twice = town.own.post("/staff/tenures", body).await.expect(409);
        assert_eq!(twice.text("/detail"), "此人已任此岗");
    }
}
