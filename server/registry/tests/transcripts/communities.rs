use super::*;

both_engines! {
    async fn nothing_is_added_or_found_where_the_register_is_closed(fresh) {
        let town = town(fresh).await;
        let elsewhere = json!({ "area": CLOSED_COMMUNITY.to_string(), "name": "覃莉", "address": "柳石小区1栋101室" });
        let _ = town.steward.post("/residents", elsewhere.clone()).await.expect(409);
        let building = json!({ "area": CLOSED_COMMUNITY.to_string(), "address": "柳石小区1栋" });
        let _ = town.steward.post("/buildings", building).await.expect(409);

        let open = |open: bool| json!({ "code": CLOSED_COMMUNITY.to_string(), "open": open });
        let _ = town.steward.put("/registry/communities", open(true)).await.expect(200);
        let _ = town.steward.put("/registry/communities", open(true)).await.expect(409);
        let _ = town.steward.post("/residents", elsewhere).await.expect(201);
        let _ = registered(&town, wei()).await;
        let door = door(&town, "501").await;
        let close = json!({ "code": COMMUNITY.to_string(), "open": false });
        let _ = town.steward.put("/registry/communities", close).await.expect(200);
        let _ = town.worker.get(&format!("/dwellings/{door}")).await.expect(404);
        let _ = town.worker.get(&format!("/buildings/{}", find_building(&town).await)).await.expect(404);

        let reopen = json!({ "code": COMMUNITY.to_string(), "open": true });
        let _ = town.steward.put("/registry/communities", reopen).await.expect(200);
        let seen = town.worker.get(&format!("/dwellings/{door}")).await.expect(200);
        assert_eq!(tied(&seen), ["韦*涵 living 2026-03-01 9999-12-31"], "what was kept is there again");
    }

    async fn who_may_open_sees_the_communities_of_their_area(fresh) {
        let town = town(fresh).await;
        let list = town.steward.get("/registry/communities").await.expect(200);
        let shown: Vec<(String, bool)> = list.json["items"].as_array().unwrap().iter()
            .map(|one| (one["name"]["zh"].as_str().unwrap().to_owned(), one["opened_at"].is_null())).collect();
        assert_eq!(shown, [("第三社区".to_owned(), false), ("第四社区".to_owned(), true)]);
        let _ = town.worker.get("/registry/communities").await.expect(403);
        let open = json!({ "code": CLOSED_COMMUNITY.to_string(), "open": true });
        let _ = town.worker.put("/registry/communities", open).await.expect(403);
        let far = json!({ "code": OTHER_COMMUNITY.to_string(), "open": false });
        let _ = town.steward.put("/registry/communities", far).await.expect(403);
        let grid = json!({ "code": GRID.to_string(), "open": true });
        let _ = town.steward.put("/registry/communities", grid).await.expect(404);
    }

    async fn sensitive_groups_are_off_until_switched_on_with_a_legal_basis(fresh) {
        let town = town(fresh).await;
        let off = town.steward.get("/registry/groups").await.expect(200);
        assert!(off.json["items"].as_array().unwrap().iter().all(|one| one["on"] == false), "{}", off.transcript());
        let without = json!({ "group": "disability", "on": true, "basis": " " });
        assert_eq!(town.steward.put("/registry/groups", without).await.expect(422).text("/fields/0/field"), "basis");
        let basis = "《残疾人保障法》第六条";
        let on = json!({ "group": "disability", "on": true, "basis": basis });
        let _ = town.worker.put("/registry/groups", on.clone()).await.expect(403);
        let answer = town.steward.put("/registry/groups", on).await.expect(200);
        let now_on: Vec<&Json> = answer.json["items"].as_array().unwrap().iter().filter(|one| one["on"] == true).collect();
        assert_eq!((now_on.len(), now_on[0]["group"].as_str(), now_on[0]["basis"].as_str()), (1, Some("disability"), Some(basis)));
        let _ = town.steward.put("/registry/groups", json!({ "group": "disability", "on": false })).await.expect(200);
        let _ = town.steward.put("/registry/groups", json!({ "group": "disability", "on": false })).await.expect(409);
        let _ = town.steward.put("/registry/groups", json!({ "group": "religion", "on": true })).await.expect(400);
        let ledger = town.ledger(STREET).await;
        assert!(ledger.contains(&"registry:group_on disability".to_owned()) && ledger.contains(&"registry:group_off disability".to_owned()));
    }
}
