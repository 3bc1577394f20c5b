use super::*;

both_engines! {
    async fn a_unit_has_a_sound_code_that_no_other_has(fresh) {
        let town = town(fresh).await;
        let _ = registered(&town, wei()).await;
        let door = door(&town, "501").await;
        let shop = |code: &str| json!({
            "area": GRID.to_string(), "name": "银山7号便利店", "kind": "零售", "code": code, "dwelling": door, "phone": "138 0000 5678",
        });
        assert_eq!(town.worker.post("/units", shop("91350100M000100Y44")).await.expect(422).text("/fields/0/field"), "code");
        let unit = town.worker.post("/units", shop("91350100m000100y43")).await.expect(201).text("/id");
        let _ = town.worker.post("/units", shop("91350100M000100Y43")).await.expect(409);
        let shown = town.worker.get(&format!("/units/{unit}")).await.expect(200);
        assert_eq!((shown.text("/code"), shown.text("/phone")), ("91350100M000100Y43".into(), "138****5678".into()));
        assert_eq!(shown.text("/address"), "金鹅花园3栋2单元501室");
        let seen = town.worker.get(&format!("/dwellings/{door}")).await.expect(200);
        assert_eq!(seen.text("/units/0/name"), "银山7号便利店");

        let place = format!("/units/{unit}");
        let _ = town.worker.patch(&place, json!({ "name": "银山便利店" })).await.expect(428);
        let _ = matching(&town.worker, 1).patch(&place, json!({ "name": "银山便利店" })).await.expect(200);
        let _ = matching(&town.worker, 1).patch(&place, json!({ "closed": true })).await.expect(409);
        let _ = matching(&town.worker, 2).patch(&place, json!({ "closed": true })).await.expect(200);
        assert_eq!(town.worker.get("/units").await.expect(200).json["items"], json!([]), "what has closed down is not listed");
    }

    async fn units_are_listed_where_the_post_may_read_them(fresh) {
        let town = town(fresh).await;
        let _ = town.worker.post("/units", json!({ "area": GRID.to_string(), "name": "便利店" })).await.expect(201);
        let inspector = town.house.signed_in(PostKind::Inspector, STREET).await;
        assert_eq!(inspector.get("/units").await.expect(200).text("/items/0/name"), "便利店");
        let beside = town.house.signed_in(PostKind::GridWorker, SECOND_GRID).await;
        assert_eq!(beside.get("/units").await.expect(200).json["items"], json!([]));
        let district = town.house.signed_in(PostKind::Inspector, DISTRICT).await;
        let _ = district.get("/units").await.expect(422);
        assert_eq!(district.get(&format!("/units?street={STREET}")).await.expect(200).json["items"].as_array().unwrap().len(), 1);
        let _ = inspector.get(&format!("/units?street={OTHER_STREET}")).await.expect(403);
        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        assert_eq!(leader.get("/units").await.expect(200).json["items"], json!([]));
        let _ = inspector.post("/units", json!({ "area": GRID.to_string(), "name": "便利店" })).await.expect(403);
    }
}
