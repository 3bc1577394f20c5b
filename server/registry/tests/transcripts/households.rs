use super::*;

both_engines! {
    async fn a_household_is_formed_joined_and_left(fresh) {
        let town = town(fresh).await;
        let head = registered(&town, wei()).await;
        let son = registered(&town, somebody("韦小宝", "金鹅花园3栋2单元501室")).await;
        let door = door(&town, "501").await;
        let body = json!({ "dwelling": door, "head": head, "from": "2026-03-01" });
        let formed = town.worker.post("/households", body.clone()).await.expect(201);
        assert_eq!(formed.text("/head"), head);
        let _ = town.worker.post("/households", body).await.expect(409);
        let place = format!("/households/{}", formed.text("/id"));
        let odd = json!({ "resident": son, "relation": "son" });
        assert_eq!(town.worker.post(&format!("{place}/members"), odd).await.expect(422).text("/fields/0/field"), "relation");
        let joins = json!({ "resident": son, "relation": "20", "from": "2026-03-01" });
        let _ = town.worker.post(&format!("{place}/members"), joins.clone()).await.expect(201);
        let _ = town.worker.post(&format!("{place}/members"), joins).await.expect(409);

        let seen = town.worker.get(&format!("/dwellings/{door}")).await.expect(200);
        let relations: Vec<&str> = seen.json["households"][0]["members"].as_array().unwrap().iter().map(|one| one["relation"].as_str().unwrap()).collect();
        assert_eq!((seen.text("/households/0/head"), relations), (head.clone(), vec!["02", "20"]));

        let changed = town.worker.put(&format!("{place}/head"), json!({ "resident": son })).await.expect(200);
        assert_eq!(changed.text("/head"), son);
        let _ = town.worker.post(&format!("/residents/{son}/death"), json!({ "on": "2026-11-01" })).await.expect(200);
        let seen = town.worker.get(&format!("/dwellings/{door}")).await.expect(200);
        assert_eq!(seen.json["households"][0]["head"], Json::Null, "a household without a head waits for one");
        let _ = town.worker.put(&format!("{place}/head"), json!({ "resident": son })).await.expect(404);
        let left = town.worker.post(&format!("{place}/leave"), json!({ "resident": head, "on": "2026-11-10" })).await.expect(200);
        assert_eq!(left.json["closed"], true, "the last one closes it");
        let _ = town.worker.put(&format!("{place}/head"), json!({ "resident": head })).await.expect(409);
        let ledger = town.ledger(STREET).await;
        for act in ["household:form hou_", "household:join hou_", "household:head hou_", "household:leave hou_"] {
            assert!(ledger.iter().any(|line| line.starts_with(act)), "{act}");
        }
    }
}
