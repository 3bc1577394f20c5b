//! Posts by area and organisation, organisations, and posts granted beside people in post.

use std::collections::BTreeSet;

use platform::posts::PostId;
use platform::testing::Client;
use platform::{Call, PostKind};
use serde_json::json;
use staff::set_quota;
use store::both_engines;

use crate::town::{
    COMMUNITY, DISTRICT, FAR_GRID, GRID, OTHER_STREET, STREET, Town, organisation, post_in, town,
};

/// The areas of the posts that a query shows, page by page.
async fn areas(by: &Client, query: &str) -> Vec<i64> {
    let (mut found, mut next) = (Vec::new(), String::new());
    loop {
        let page = by.get(&format!("/staff/posts?limit=3&{query}{next}")).await.expect(200);
        found.extend(
            page.json["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["area"].as_str().unwrap().parse::<i64>().unwrap()),
        );
        match page.json["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return found,
        }
    }
}

/// One community head and two grid workers beside the posts of the town's own people.
async fn peopled(town: &Town) {
    for (kind, area) in [("community_head", COMMUNITY), ("grid_worker", GRID), ("grid_worker", FAR_GRID)] {
        let _ = town.own.post("/staff/posts", post_in(kind, area)).await.expect(201);
    }
}

both_engines! {
    async fn posts_are_found_by_the_area_that_they_serve_or_that_holds_it(fresh) {
        let town = town(fresh).await;
        peopled(&town).await;
        let all = areas(&town.own, "").await;
        assert_eq!(all.len(), 7);
        assert_eq!(areas(&town.own, &format!("area={DISTRICT}")).await, all, "the district holds every post");
        assert_eq!(areas(&town.own, &format!("area={STREET}")).await, [STREET, COMMUNITY, GRID, FAR_GRID]);
        assert_eq!(areas(&town.own, &format!("area={COMMUNITY}")).await, [COMMUNITY, GRID]);
        assert_eq!(areas(&town.own, &format!("area={GRID}")).await, [GRID]);
        assert_eq!(areas(&town.own, &format!("area={OTHER_STREET}")).await, [OTHER_STREET]);
        assert!(areas(&town.own, "area=450205").await.is_empty());
        let _ = town.own.get("/staff/posts?area=4502").await.expect(422);
        let _ = town.own.get("/staff/posts?cursor=x").await.expect(400);
        let _ = town.own.get("/staff/posts?organisation=org_x").await.expect(404);
    }

    async fn a_post_names_its_organisation_and_area(fresh) {
        let town = town(fresh).await;
        let mut body = post_in("desk", STREET);
        body["organisation"] = json!(organisation(town.office));
        let post = town.own.post("/staff/posts", body).await.expect(201).text("/id");
        let list = town.own.get(&format!("/staff/posts?organisation={}", organisation(town.office))).await.expect(200);
        assert_eq!(list.json["items"], json!([{
            "id": post, "kind": "desk", "title": { "zh": "综合受理员", "en": "Clerk" }, "area": "450204006",
            "area_name": list.json["items"][0]["area_name"], "valid_to": null, "holders": 0,
            "organisation": { "id": organisation(town.office), "name": { "zh": "区水利局", "en": "Water Bureau" } },
        }]));
        assert_eq!(list.text("/items/0/area_name/zh"), "银山街道");
        let organisations = town.own.get("/staff/organisations").await.expect(200);
        let keys: Vec<_> = organisations.json["items"].as_array().unwrap().iter().map(|one| (one["key"].as_str().unwrap(), &one["street"])).collect();
        assert_eq!(keys, [("water", &json!(null)), ("office", &json!("450204006"))]);
    }

    async fn posts_granted_stand_beside_people_in_post(fresh) {
        let town = town(fresh).await;
        let (unit, office) = (town.unit, town.office);
        let granted = async |call: Call, organisation, kind, quota| {
            let verb = move |w| async move { set_quota(&w, organisation, kind, quota).await };
            town.house.app.write(&call, DISTRICT, verb).await.map_err(|error| error.status().as_u16())
        };
        for (organisation, kind, quota) in [(unit, PostKind::Handler, 5), (unit, PostKind::Handler, 2), (office, PostKind::Desk, 1)] {
            assert_eq!(granted(town.steward.call(), organisation, kind, quota).await, Ok(()));
        }
        assert_eq!(granted(town.own.call(), office, PostKind::Desk, 9).await, Err(403), "a street does not grant itself posts");
        assert_eq!(granted(town.steward.call(), office, PostKind::Desk, -1).await, Err(422));
        for kind in [PostKind::Handler, PostKind::DepartmentHead] {
            let _ = town.house.signed_in_for(kind, DISTRICT, Some(unit)).await;
        }
        let shown = town.own.get("/staff/establishment").await.expect(200);
        let rows: BTreeSet<_> = shown.json["items"].as_array().unwrap().iter().map(|row| {
            (row["kind"].as_str().unwrap(), row["quota"].as_i64().unwrap(), row["held"].as_i64().unwrap())
        }).collect();
        assert_eq!(rows, BTreeSet::from([("handler", 2, 1), ("desk", 1, 0), ("department_head", 0, 1)]));
    }

    async fn ids_of_the_wire_are_no_bare_numbers(fresh) {
        let town = town(fresh).await;
        let id: PostId = town.clerk().await.parse().unwrap();
        let _ = town.own.get(&format!("/staff/tenures?post={}", id.id)).await.expect(404);
    }
}
