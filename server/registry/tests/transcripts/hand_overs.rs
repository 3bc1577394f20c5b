use super::*;

async fn neighbour(town: &Town) -> Client {
    checking(&town.house.signed_in(PostKind::Steward, OTHER_STREET).await)
}

fn asking() -> Json {
    json!({ "to_street": OTHER_STREET.to_string(), "address": "南环街道第一社区山水居1栋101室", "left_on": "2026-11-15", "reason": "购房迁居" })
}

both_engines! {
    async fn a_resident_moves_to_another_street_when_both_confirm(fresh) {
        let town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let door = door(&town, "501").await;
        let place = format!("/residents/{resident}/hand-over");
        let _ = town.worker.post(&place, asking()).await.expect(403);
        let asked = town.steward.post(&place, asking()).await.expect(201);
        let _ = town.steward.post(&place, asking()).await.expect(409);
        let seen = town.worker.get(&format!("/dwellings/{door}")).await.expect(200);
        assert_eq!(tied(&seen).len(), 1, "until it is answered they belong where they were");

        let there = neighbour(&town).await;
        let tray = there.get("/hand-overs?box=in").await.expect(200);
        assert_eq!((tray.text("/items/0/name"), tray.text("/items/0/from/zh")), ("韦*涵".into(), "银山街道".into()));
        assert_eq!(tray.text("/items/0/address"), "山水居1栋");
        let _ = there.get(&format!("/dwellings/{door}")).await.expect(404);
        let accept = format!("/hand-overs/{}/accept", asked.text("/id"));
        let _ = town.steward.post(&accept, json!({ "area": GRID.to_string() })).await.expect(404);
        let _ = town.steward.post(&accept, json!({ "area": OTHER_COMMUNITY.to_string() })).await.expect(403);
        let arrived = there.post(&accept, json!({ "area": OTHER_COMMUNITY.to_string() })).await.expect(201);
        let _ = there.post(&accept, json!({ "area": OTHER_COMMUNITY.to_string() })).await.expect(409);

        assert_eq!((arrived.text("/state"), arrived.text("/area")), ("living".into(), OTHER_COMMUNITY.to_string()));
        assert_eq!(residents::row(&town, &resident).await.5, "moved");
        let before = town.worker.get(&format!("/dwellings/{door}?on=2026-11-14")).await.expect(200);
        assert_eq!(tied(&before), ["韦*涵 living 2026-03-01 2026-11-15"]);
        let out = town.steward.get("/hand-overs?box=out").await.expect(200);
        assert_eq!((out.text("/items/0/answer"), out.text("/items/0/arrived")), ("accepted".into(), arrived.text("/id")));

        let patch = json!({ "phone": "13800001234", "reason": "换号" });
        let version = arrived.json["version"].as_i64().unwrap();
        let _ = matching(&there, version).patch(&format!("/residents/{}", arrived.text("/id")), patch).await.expect(200);
        store::sql! {
            SEALED = "SELECT COUNT(*) FROM resident_identifiers WHERE street_id = $1 AND known_to IS NULL";
            HOMES = "SELECT d.address, r.valid_from FROM residences r JOIN dwellings d ON d.street_id = r.street_id AND d.id = r.dwelling_id
                WHERE r.street_id = $1 AND d.street_id = $1 AND r.known_to IS NULL ORDER BY r.id LIMIT 10";
        }
        let (numbers, homes) = town.app.read(|r| async move {
            let numbers: (i64,) = r.one(&SEALED, &store::vals![OTHER_STREET]).await?;
            let homes: Vec<(String, String)> = r.query(&HOMES, &store::vals![OTHER_STREET]).await?;
            Ok((numbers.0, homes))
        }).await.unwrap();
        assert_eq!(numbers, 2, "the identity number went along, the telephone is the new one");
        assert_eq!(homes, [("山水居1栋101室".to_owned(), "2026-11-15".to_owned())]);
        let (here, next) = (town.ledger(STREET).await, town.ledger(OTHER_STREET).await);
        assert!(here.iter().any(|line| line.starts_with("resident:hand_over hov_")));
        assert!(here.iter().any(|line| line.starts_with("resident:hand_over_accepted hov_")), "{here:?}");
        assert!(here.iter().any(|line| line.starts_with("resident:listed res_")), "who was listed is told in their own street");
        assert!(next.iter().any(|line| line.starts_with("resident:hand_over_accept hov_")));
    }

    async fn what_is_refused_leaves_all_as_it_was(fresh) {
        let town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let place = format!("/residents/{resident}/hand-over");
        let mut own = asking();
        own["to_street"] = json!(STREET.to_string());
        assert_eq!(town.steward.post(&place, own).await.expect(422).text("/fields/0/field"), "to_street");
        let asked = town.steward.post(&place, asking()).await.expect(201).text("/id");
        let refuse = format!("/hand-overs/{asked}/refuse");
        let _ = town.steward.post(&refuse, json!({ "reason": "不在本辖区" })).await.expect(403);
        let there = neighbour(&town).await;
        let _ = there.post(&refuse, json!({ "reason": "" })).await.expect(422);
        let answer = there.post(&refuse, json!({ "reason": "不在本辖区" })).await.expect(200);
        assert_eq!(answer.text("/answer"), "refused");
        assert_eq!(residents::row(&town, &resident).await.5, "living");
        let out = town.steward.get("/hand-overs?box=out").await.expect(200);
        assert_eq!(out.text("/items/0/note"), "不在本辖区");
        let _ = town.steward.post(&place, asking()).await.expect(201);
    }

    async fn who_is_known_in_the_street_of_arrival_is_not_entered_twice(fresh) {
        let town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let there = neighbour(&town).await;
        let mut known = wei();
        (known["area"], known["address"]) = (json!(OTHER_COMMUNITY.to_string()), json!(""));
        let known = there.post("/residents", known).await.expect(201).text("/id");
        let asked = town.steward.post(&format!("/residents/{resident}/hand-over"), asking()).await.expect(201).text("/id");
        let accept = json!({ "area": OTHER_COMMUNITY.to_string() });
        let arrived = there.post(&format!("/hand-overs/{asked}/accept"), accept).await.expect(201);
        assert_eq!(arrived.text("/id"), known);
        assert_eq!(residents::row(&town, &resident).await.5, "moved");
    }

    async fn a_closed_community_takes_nobody_over(fresh) {
        let town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let asked = town.steward.post(&format!("/residents/{resident}/hand-over"), asking()).await.expect(201).text("/id");
        let there = neighbour(&town).await;
        let _ = there.put("/registry/communities", json!({ "code": OTHER_COMMUNITY.to_string(), "open": false })).await.expect(200);
        let _ = there.post(&format!("/hand-overs/{asked}/accept"), json!({ "area": OTHER_COMMUNITY.to_string() })).await.expect(409);
        assert_eq!(residents::row(&town, &resident).await.5, "living");
    }
}
