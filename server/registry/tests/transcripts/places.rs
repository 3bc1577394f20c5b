use super::*;

/// 金鹅花园3栋 with two units of two rooms.
async fn building(town: &Town) -> String {
    let body = json!({ "area": GRID.to_string(), "address": "银山街道第三社区金鹅花园3幢", "floors": 11, "point": [109.38, 24.32] });
    let building = town.worker.post("/buildings", body).await.expect(201).text("/id");
    for (unit, room) in [("1", "501"), ("1", "1102"), ("2", "501"), ("10", "101")] {
        let dwelling = json!({ "building": building, "unit": unit, "room": room, "usage": "vacant" });
        let _ = town.worker.post("/dwellings", dwelling).await.expect(201);
    }
    building
}

both_engines! {
    async fn a_building_is_entered_once_in_whatever_spelling(fresh) {
        let town = town(fresh).await;
        let _ = building(&town).await;
        for spelling in ["金鹅花园3栋", "金鹅花园３＃", "柳州市柳南区银山街道金鹅花园小区三号楼"] {
            let body = json!({ "area": SECOND_GRID.to_string(), "address": spelling });
            let _ = town.steward.post("/buildings", body).await.expect(409);
        }
        let vague = json!({ "area": GRID.to_string(), "address": "金鹅花园" });
        assert_eq!(town.worker.post("/buildings", vague).await.expect(422).text("/fields/0/field"), "address");
        let beyond = json!({ "area": SECOND_GRID.to_string(), "address": "金鹅花园4栋" });
        let _ = town.worker.post("/buildings", beyond).await.expect(403);
        let wrong = json!({ "area": STREET.to_string(), "address": "金鹅花园4栋" });
        assert_eq!(town.steward.post("/buildings", wrong).await.expect(422).text("/fields/0/field"), "area");
    }

    async fn the_floor_plan_goes_unit_by_unit_from_the_top_down_and_counts_people(fresh) {
        let town = town(fresh).await;
        let building = building(&town).await;
        let _ = registered(&town, somebody("韦子涵", "金鹅花园3栋2单元501室")).await;
        let _ = registered(&town, somebody("覃莉", "金鹅花园3-2-501")).await;
        let plan = town.worker.get(&format!("/buildings/{building}")).await.expect(200);
        let rows: Vec<String> = plan.json["dwellings"].as_array().unwrap().iter()
            .map(|one| format!("{} {} {} {} {}", one["unit"].as_str().unwrap(), one["floor"], one["room"].as_str().unwrap(), one["usage"].as_str().unwrap(), one["people"]))
            .collect();
        assert_eq!(rows, ["1单元 11 1102 vacant 0", "1单元 5 501 vacant 0", "2单元 5 501 vacant 2", "10单元 1 101 vacant 0"]);
        assert_eq!((plan.text("/name"), plan.text("/floors"), plan.text("/area_name/zh")), ("3栋".into(), "11".into(), "第1网格".into()));
        let elsewhere = town.house.signed_in(PostKind::GridWorker, SECOND_GRID).await;
        let _ = elsewhere.get(&format!("/buildings/{building}")).await.expect(404);
        let inspector = town.house.signed_in(PostKind::Inspector, STREET).await;
        let _ = inspector.get(&format!("/buildings/{building}")).await.expect(404);
    }

    async fn a_dwelling_is_entered_once_and_changed_by_the_version_that_was_read(fresh) {
        let town = town(fresh).await;
        let building = building(&town).await;
        let again = json!({ "building": building, "unit": "2单元", "room": "501室" });
        let _ = town.worker.post("/dwellings", again).await.expect(409);
        let odd = json!({ "building": building, "unit": "2", "room": "后面的平房" });
        assert_eq!(town.worker.post("/dwellings", odd).await.expect(422).text("/fields/0/field"), "room");
        let door = door(&town, "1102").await;
        let place = format!("/dwellings/{door}");
        let _ = town.worker.patch(&place, json!({ "usage": "rented" })).await.expect(428);
        let changed = matching(&town.worker, 1).patch(&place, json!({ "usage": "rented" })).await.expect(200);
        assert_eq!((changed.text("/usage"), changed.text("/version")), ("rented".into(), "2".into()));
        let stale = matching(&town.worker, 1).patch(&place, json!({ "usage": "group" })).await.expect(409);
        assert_eq!(stale.text("/current/version"), "2");
        let _ = matching(&town.worker, 2).patch(&place, json!({ "floor": 400 })).await.expect(422);
    }

    async fn a_dwelling_in_which_somebody_lives_is_not_closed(fresh) {
        let town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let place = format!("/dwellings/{}", door(&town, "501").await);
        let close = json!({ "closed": true });
        let _ = matching(&town.worker, 1).patch(&place, close.clone()).await.expect(409);
        let _ = town.worker.post(&format!("/residents/{resident}/departure"), json!({ "on": "2026-11-20" })).await.expect(200);
        let _ = matching(&town.worker, 1).patch(&place, close).await.expect(200);
        let building = find_building(&town).await;
        let _ = matching(&town.worker, 1).patch(&format!("/buildings/{building}"), json!({ "closed": true })).await.expect(200);
    }

    async fn who_lives_in_a_building_goes_with_it_into_another_grid(fresh) {
        let town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let building = find_building(&town).await;
        let far = json!({ "area": OTHER_COMMUNITY.to_string() });
        let keeper = town.house.signed_in(PostKind::Steward, DISTRICT).await;
        assert_eq!(matching(&keeper, 1).patch(&format!("/buildings/{building}"), far).await.expect(422).text("/fields/0/field"), "area");
        let to = json!({ "area": SECOND_GRID.to_string() });
        let _ = matching(&town.worker, 1).patch(&format!("/buildings/{building}"), to.clone()).await.expect(403);
        let _ = matching(&town.steward, 1).patch(&format!("/buildings/{building}"), to).await.expect(200);
        let _ = town.worker.get(&format!("/buildings/{building}")).await.expect(404);
        let theirs = checking(&town.house.signed_in(PostKind::GridWorker, SECOND_GRID).await);
        let plan = theirs.get(&format!("/buildings/{building}")).await.expect(200);
        assert_eq!(plan.text("/dwellings/0/people"), "1");
        let patch = json!({ "phone": "13800001234", "reason": "换号" });
        let _ = matching(&theirs, 3).patch(&format!("/residents/{resident}"), patch).await.expect(200);
    }
}
