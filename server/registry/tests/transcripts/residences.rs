use super::*;

/// 金鹅花园3栋2单元 with a second room, in which nobody lives.
async fn second_room(town: &Town) -> String {
    let building = find_building(town).await;
    let body = json!({ "building": building, "unit": "2", "room": "602" });
    town.worker.post("/dwellings", body).await.expect(201).text("/id")
}

async fn lives(town: &Town, dwelling: &str, on: &str, as_known: Option<&str>) -> Vec<String> {
    let known = as_known.map(|known| format!("&as_known={known}")).unwrap_or_default();
    tied(&town.worker.get(&format!("/dwellings/{dwelling}?on={on}{known}")).await.expect(200))
}

both_engines! {
    async fn who_moves_leaves_where_they_lived_on_that_day(fresh) {
        let mut town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let (old, new) = (door(&town, "501").await, second_room(&town).await);
        town.pass(24 * 3_600_000);
        town.worker = town.house.signed_in_again(&town.worker).await;
        let body = json!({ "dwelling": new, "kind": "living", "from": "2026-10-01" });
        let place = format!("/residents/{resident}/residences");
        let _ = town.worker.post(&place, body.clone()).await.expect(201);
        let _ = town.worker.post(&place, body).await.expect(409);
        assert_eq!(lives(&town, &old, "2026-09-30", None).await, ["韦*涵 living 2026-03-01 2026-10-01"]);
        assert!(lives(&town, &old, "2026-10-01", None).await.is_empty());
        assert_eq!(lives(&town, &new, "2026-10-01", None).await, ["韦*涵 living 2026-10-01 9999-12-31"]);
        let yesterday = Some("2026-11-23");
        assert_eq!(lives(&town, &old, "2026-10-01", yesterday).await, ["韦*涵 living 2026-03-01 9999-12-31"], "as it was known then");
        assert!(lives(&town, &new, "2026-10-01", yesterday).await.is_empty());
    }

    async fn what_was_told_wrongly_is_corrected_and_stays_what_was_believed(fresh) {
        let town = town(fresh).await;
        let _ = registered(&town, wei()).await;
        let (old, new) = (door(&town, "501").await, second_room(&town).await);
        let belief = town.worker.get(&format!("/dwellings/{old}")).await.expect(200).text("/people/0/residence");
        town.pass(3_600_000);
        let place = format!("/residences/{belief}/correct");
        let later = json!({ "from": "2026-06-01", "reason": "租约为准" });
        let _ = town.worker.post(&place, later.clone()).await.expect(200);
        let _ = town.worker.post(&place, later).await.expect(409);
        assert!(lives(&town, &old, "2026-05-31", None).await.is_empty());
        let then = Some("2026-11-23T01:30:00Z");
        assert_eq!(lives(&town, &old, "2026-05-31", then).await, ["韦*涵 living 2026-03-01 9999-12-31"]);

        let belief = town.worker.get(&format!("/dwellings/{old}")).await.expect(200).text("/people/0/residence");
        let place = format!("/residences/{belief}/correct");
        let backwards = json!({ "to": "2026-05-01", "reason": "租约为准" });
        assert_eq!(town.worker.post(&place, backwards).await.expect(422).text("/fields/0/field"), "to");
        let moved = json!({ "dwelling": new, "reason": "门牌看错" });
        let _ = town.worker.post(&place, moved).await.expect(200);
        assert!(lives(&town, &old, "2026-11-23", None).await.is_empty());
        assert_eq!(lives(&town, &new, "2026-11-23", None).await, ["韦*涵 living 2026-06-01 9999-12-31"]);
    }

    async fn what_never_was_so_is_not_derived_again(fresh) {
        let town = town(fresh).await;
        let created = town.worker.post("/residents", wei()).await.expect(201);
        let old = door(&town, "501").await;
        let belief = town.worker.get(&format!("/dwellings/{old}")).await.expect(200).text("/people/0/residence");
        let never = json!({ "to": "2026-03-01", "reason": "从未入住" });
        let changed = town.worker.post(&format!("/residences/{belief}/correct"), never).await.expect(200);
        assert!(lives(&town, &old, "2026-11-23", None).await.is_empty());
        let version = changed.json["version"].as_i64().unwrap();
        let patch = json!({ "phone": "13800001234", "reason": "换号" });
        let _ = matching(&town.worker, version).patch(&format!("/residents/{}", created.text("/id")), patch).await.expect(200);
        assert!(lives(&town, &old, "2026-11-23", None).await.is_empty(), "deriving anew does not bring it back");
    }

    async fn somebody_lives_in_one_dwelling_at_a_time_and_may_own_many(fresh) {
        let town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let (home, other) = (door(&town, "501").await, second_room(&town).await);
        let place = format!("/residents/{resident}/residences");
        let tie = |dwelling: &str, kind: &str, from: &str, to: Json| json!({ "dwelling": dwelling, "kind": kind, "from": from, "to": to });
        let _ = town.worker.post(&place, tie(&other, "living", "2026-04-01", json!("2026-05-01"))).await.expect(409);
        let _ = town.worker.post(&place, tie(&other, "living", "2025-04-01", json!("2026-03-01"))).await.expect(201);
        let _ = town.worker.post(&place, tie(&other, "living", "2025-05-01", json!("2025-05-01"))).await.expect(422);
        for dwelling in [&home, &other] {
            let _ = town.worker.post(&place, tie(dwelling, "owning", "2020-01-01", Json::Null)).await.expect(201);
        }
        let _ = town.worker.post(&place, tie(&home, "owning", "2021-01-01", Json::Null)).await.expect(409);
        assert_eq!(lives(&town, &other, "2026-02-28", None).await, ["韦*涵 living 2025-04-01 2026-03-01", "韦*涵 owning 2020-01-01 9999-12-31"]);
        let far = registry::DwellingId::new(OTHER_STREET, 7).to_string();
        assert_eq!(town.worker.post(&place, tie(&far, "owning", "2020-01-01", Json::Null)).await.expect(422).text("/fields/0/field"), "dwelling");
    }

    async fn a_moment_or_a_day_may_be_asked_for_and_nothing_else(fresh) {
        let town = town(fresh).await;
        let _ = registered(&town, wei()).await;
        let place = format!("/dwellings/{}", door(&town, "501").await);
        for wrong in ["on=2026-02-30", "as_known=gestern", "as_known=2026-02-30"] {
            let _ = town.worker.get(&format!("{place}?{wrong}")).await.expect(422);
        }
        let seen = town.worker.get(&format!("{place}?as_known=2026-11-22")).await.expect(200);
        assert_eq!((seen.text("/as_known"), tied(&seen).len()), ("2026-11-22T15:59:59.999Z".into(), 0));
        let clerk = town.house.signed_in(PostKind::Clerk, STREET).await.with("wangge-purpose", "window");
        let _ = clerk.get(&place).await.expect(200);
        let leader = checking(&town.house.signed_in(PostKind::Leader, STREET).await);
        let _ = leader.get(&place).await.expect(403);
        let nowhere = registry::DwellingId::new(STREET, 7);
        let _ = town.worker.get(&format!("/dwellings/{nowhere}")).await.expect(404);
        let belief = registry::ResidenceId::new(STREET, 7);
        let _ = town.worker.post(&format!("/residences/{belief}/correct"), json!({ "reason": "试" })).await.expect(404);
    }
}
