use super::*;

store::sql! {
    LOOKS = "SELECT how, fields FROM looks WHERE street_id = $1 AND resident_id = $2 ORDER BY id LIMIT 100";
    PLAIN = "SELECT name, reading, initials, sex, birth_date, state FROM residents WHERE street_id = $1 AND id = $2 LIMIT 1";
}

async fn looks(town: &Town, resident: &str) -> Vec<String> {
    let id = id_of(resident);
    let rows = town.app.read(move |r| async move {
        let rows: Vec<(String, String)> = r.query(&LOOKS, &store::vals![STREET, id]).await?;
        Ok(rows)
    });
    rows.await.unwrap().into_iter().map(|(how, fields)| format!("{how}: {fields}")).collect()
}

/// Name, reading, initials, sex, birth date and state.
pub async fn row(town: &Town, resident: &str) -> (String, String, String, String, Option<String>, String) {
    let id = id_of(resident);
    town.app.read(move |r| async move { Ok(r.one(&PLAIN, &store::vals![STREET, id]).await?) }).await.unwrap()
}

both_engines! {
    async fn somebody_new_lives_where_their_address_says_and_is_shown_masked(fresh) {
        let town = town(fresh).await;
        let created = town.worker.post("/residents", wei()).await.expect(201);
        assert_eq!(created.json["state"], "living");
        let resident = created.text("/id");
        let all = row(&town, &resident).await;
        let told = ("韦子涵".to_owned(), "weizihan".to_owned(), "wzh".to_owned(), "female".to_owned(), Some("1990-01-01".to_owned()), "living".to_owned());
        assert_eq!(all, told, "a sound number tells the birth date that nobody says");
        let seen = town.worker.get(&format!("/dwellings/{}", door(&town, "501").await)).await.expect(200);
        assert_eq!(tied(&seen), ["韦*涵 living 2026-03-01 9999-12-31"]);
        assert_eq!((seen.text("/people/0/birth"), seen.text("/people/0/source/zh")), ("1990-**-**".into(), "入户核实".into()));
        assert_eq!(seen.text("/address"), "金鹅花园3栋2单元501室");
        let text = String::from_utf8(seen.bytes.clone()).unwrap();
        assert!(!text.contains("韦子涵") && !text.contains("450204199001010026") && !text.contains("13800005678"));
        assert_eq!(looks(&town, &resident).await, ["read: name", "household: name birth address"]);
        let ledger = town.ledger(STREET).await;
        for act in ["resident:register res_", "resident:read res_", "resident:household res_", "dwelling:read dwe_"] {
            assert!(ledger.iter().any(|line| line.starts_with(act)), "{act} in {ledger:?}");
        }
        assert!(ledger.iter().all(|line| !line.contains(resident.as_str())), "the ledger knows residents by pseudonyms");
    }

    async fn nobody_is_shown_or_changed_without_a_purpose(fresh) {
        let town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let bare = town.house.signed_in(PostKind::GridWorker, GRID).await;
        let _ = bare.post("/residents", wei()).await.expect(403);
        let _ = bare.get(&format!("/dwellings/{}", door(&town, "501").await)).await.expect(403);
        let _ = matching(&bare, 2).patch(&format!("/residents/{resident}"), json!({ "name": "韦紫涵", "reason": "户口簿" })).await.expect(403);
        let _ = bare.with("wangge-purpose", "window").post("/residents", wei()).await.expect(403);
        assert_eq!(row(&town, &resident).await.0, "韦子涵");
    }

    async fn a_number_that_somebody_has_is_not_given_to_a_second(fresh) {
        let town = town(fresh).await;
        let _ = registered(&town, wei()).await;
        let mut other = wei();
        (other["name"], other["id_no"]) = (json!("韦子函"), json!("450204 19900101 0026"));
        let _ = town.worker.post("/residents", other.clone()).await.expect(409);
        other["id_no"] = json!("");
        let second = town.worker.post("/residents", other).await.expect(201);
        let version = second.json["version"].as_i64().unwrap();
        let patch = json!({ "id_no": "450204199001010026", "reason": "身份证为准" });
        let _ = matching(&town.worker, version).patch(&format!("/residents/{}", second.text("/id")), patch).await.expect(409);
    }

    async fn every_wrong_field_is_named_and_nothing_is_kept(fresh) {
        let town = town(fresh).await;
        let wrong = json!({
            "area": GRID.to_string(), "name": "韦阿姨", "id_no": "450204199001010027", "phone": "110", "birth_date": "1990", "address": "那边",
        });
        let refused = town.worker.post("/residents", wrong).await.expect(422);
        let fields: Vec<&str> = refused.json["fields"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["name", "id_no", "birth_date", "phone", "address"]);
        let nameless = json!({ "area": GRID.to_string(), "name": " " });
        assert_eq!(town.worker.post("/residents", nameless).await.expect(422).text("/fields/0/field"), "name");
        let early = json!({ "area": GRID.to_string(), "name": "韦子涵", "since": "2026-11-24" });
        assert_eq!(town.worker.post("/residents", early).await.expect(422).text("/fields/0/field"), "since");
        let beyond = json!({ "area": SECOND_GRID.to_string(), "name": "韦子涵" });
        let _ = town.worker.post("/residents", beyond).await.expect(403);
        assert!(!town.ledger(STREET).await.iter().any(|line| line.starts_with("resident:register")));
    }

    async fn the_last_correction_counts_even_on_the_same_day(fresh) {
        let town = town(fresh).await;
        let created = town.worker.post("/residents", wei()).await.expect(201);
        let (resident, mut version) = (created.text("/id"), created.json["version"].as_i64().unwrap());
        let place = format!("/residents/{resident}");
        for name in ["韦梓涵", "韦紫涵", "韦子函"] {
            let patch = json!({ "name": name, "reason": "户口簿为准" });
            let changed = matching(&town.worker, version).patch(&place, patch).await.expect(200);
            assert_eq!(row(&town, &resident).await.0, name);
            version = changed.json["version"].as_i64().unwrap();
        }
        let _ = matching(&town.worker, version - 1).patch(&place, json!({ "name": "韦子涵", "reason": "改回" })).await.expect(409);
        let _ = matching(&town.worker, version).patch(&place, json!({ "name": "老韦", "reason": "改回" })).await.expect(422);
        let _ = matching(&town.worker, version).patch(&place, json!({ "name": "韦子涵", "reason": " " })).await.expect(422);
        let _ = matching(&town.worker, version).patch(&place, json!({ "name": "韦子涵", "reason": "电话13800001234" })).await.expect(422);
        let _ = matching(&town.worker, version).patch(&place, json!({ "reason": "无" })).await.expect(400);
        let clerk = town.house.signed_in(PostKind::Clerk, STREET).await.with("wangge-purpose", "window");
        let _ = matching(&clerk, version).patch(&place, json!({ "name": "韦子涵", "reason": "改回" })).await.expect(403);
        assert_eq!(looks(&town, &resident).await.last().map(String::as_str), Some("read: name"));
    }

    async fn death_ends_what_tied_somebody_to_their_home_and_is_entered_once(fresh) {
        let town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let door = door(&town, "501").await;
        let place = format!("/residents/{resident}/death");
        let _ = town.worker.post(&place, json!({ "on": "2026-11-24" })).await.expect(422);
        let _ = town.worker.post(&place, json!({ "on": "1989-12-31" })).await.expect(422);
        let gone = town.worker.post(&place, json!({ "on": "2026-11-20" })).await.expect(200);
        assert_eq!(gone.text("/state"), "died");
        let _ = town.worker.post(&place, json!({ "on": "2026-11-20" })).await.expect(409);
        let on = |day: &str| format!("/dwellings/{door}?on={day}");
        assert_eq!(tied(&town.worker.get(&on("2026-11-19")).await.expect(200)), ["韦*涵 living 2026-03-01 2026-11-20"]);
        assert!(tied(&town.worker.get(&on("2026-11-20")).await.expect(200)).is_empty());
        let patch = json!({ "name": "韦梓涵", "reason": "户口簿" });
        let version = gone.json["version"].as_i64().unwrap();
        let _ = matching(&town.worker, version).patch(&format!("/residents/{resident}"), patch).await.expect(409);
    }

    async fn who_leaves_the_street_still_owns_what_they_own(fresh) {
        let town = town(fresh).await;
        let resident = registered(&town, wei()).await;
        let door = door(&town, "501").await;
        let owning = json!({ "dwelling": door, "kind": "owning", "from": "2020-05-01" });
        let _ = town.worker.post(&format!("/residents/{resident}/residences"), owning).await.expect(201);
        let gone = town.worker.post(&format!("/residents/{resident}/departure"), json!({ "on": "2026-11-20" })).await.expect(200);
        assert_eq!(gone.text("/state"), "left");
        let today = town.worker.get(&format!("/dwellings/{door}")).await.expect(200);
        assert_eq!(tied(&today), ["韦*涵 owning 2020-05-01 9999-12-31"]);
    }

    async fn a_second_click_takes_nobody_in_twice(fresh) {
        let town = town(fresh).await;
        let once = town.worker.clone().with("idempotency-key", "first-visit-1");
        let first = once.post("/residents", wei()).await.expect(201);
        let second = once.post("/residents", wei()).await.expect(201);
        assert_eq!(first.text("/id"), second.text("/id"));
        let _ = once.post("/residents", somebody("覃莉", "")).await.expect(409);
    }
}
