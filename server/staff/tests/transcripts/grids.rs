//! Who serves a grid, what is attached to it, and where somebody is missing.

use areas::AreaCode;
use platform::PostKind;
use serde_json::{Value as Json, json};
use staff::{BodyKind, attach_body};
use store::both_engines;
use store::testing::statements_run;

use crate::town::{
    COMMUNITY, DISTRICT, FAR_GRID, GRID, NEXT_GRID, OTHER_GRID, OTHER_STREET, STREET, Town, duty_in,
    problems, town,
};

/// Attaches a body of so many people to a grid.
async fn attached(town: &Town, grid: i64, kind: BodyKind, people: i64) -> u16 {
    let name = platform::Text::new("航北物业", "Hangbei Property");
    let grid = AreaCode::try_from(grid).unwrap();
    let verb = move |w| async move { attach_body(&w, grid, kind, &name, people).await };
    let done = town.house.app.write(&town.own.call(), STREET, verb).await;
    done.map_or_else(|error| error.status().as_u16(), |_| 201)
}

async fn serve(town: &Town, grid: i64, role: &str, name: &str) -> String {
    let path = format!("/staff/grids/{grid}/duties");
    town.steward.post(&path, duty_in(role, name)).await.expect(201).text("/id")
}

/// Role, needed, held of everything missing.
fn lacks(items: &Json) -> Vec<(String, i64, i64)> {
    let number = |value: &Json| value.as_i64().unwrap();
    let of =
        |row: &Json| (row["role"].as_str().unwrap().to_owned(), number(&row["needed"]), number(&row["held"]));
    items.as_array().unwrap().iter().map(of).collect()
}

fn owned(rows: &[(&str, i64, i64)]) -> Vec<(String, i64, i64)> {
    rows.iter().map(|(role, needed, held)| ((*role).to_owned(), *needed, *held)).collect()
}

both_engines! {
    async fn a_roster_names_who_serves_who_is_missing_and_what_is_attached(fresh) {
        let town = town(fresh).await;
        let path = format!("/staff/grids/{GRID}");
        let empty = town.own.get(&path).await.expect(200);
        assert_eq!(empty.json["items"], json!([]));
        assert_eq!(lacks(&empty.json["vacancies"]), owned(&[("grid_worker", 2, 0), ("assistant", 2, 0), ("building_head", 1, 0)]));

        assert_eq!(attached(&town, GRID, BodyKind::Property, 24).await, 201);
        assert_eq!(attached(&town, GRID, BodyKind::PartyBranch, 31).await, 201);
        assert_eq!(attached(&town, GRID, BodyKind::PartyGroup, -1).await, 422);
        assert_eq!(attached(&town, OTHER_GRID, BodyKind::PartyGroup, 8).await, 403);
        for (role, name) in [("grid_worker", "覃网格"), ("grid_worker", "罗网格"), ("assistant", "莫助理"), ("building_head", "甘楼栋")] {
            serve(&town, GRID, role, name).await;
        }
        let roster = town.own.get(&path).await.expect(200);
        let people: Vec<_> = roster.json["items"].as_array().unwrap().iter().map(|one| one["person_name"].as_str().unwrap()).collect();
        assert_eq!(people, ["莫助理", "甘楼栋", "覃网格", "罗网格"]);
        assert_eq!(roster.text("/items/0/since"), "2026-11-23T01:00:00.000Z");
        assert_eq!(lacks(&roster.json["vacancies"]), owned(&[("assistant", 2, 1), ("property_contact", 1, 0)]), "a property company serves here");
        let bodies: Vec<_> = roster.json["organisations"].as_array().unwrap().iter().map(|one| (one["kind"].as_str().unwrap(), one["count"].as_i64().unwrap())).collect();
        assert_eq!(bodies, [("party_branch", 31), ("property", 24)]);

        let contact = serve(&town, GRID, "property_contact", "黎物业").await;
        serve(&town, GRID, "assistant", "韦助理").await;
        assert_eq!(lacks(&town.own.get(&path).await.expect(200).json["vacancies"]), owned(&[]));
        town.house.pass(1);
        let _ = town.own.delete(&format!("{path}/duties/{contact}")).await.expect(204);
        let _ = town.own.delete(&format!("{path}/duties/{contact}")).await.expect(404);
        assert_eq!(lacks(&town.own.get(&path).await.expect(200).json["vacancies"]), owned(&[("property_contact", 1, 0)]));
        assert_eq!(town.acts(STREET).await.last().unwrap(), "staff:end-grid");
        for nothing in ["450204006003009", "450204006003", "x"] {
            let _ = town.own.get(&format!("/staff/grids/{nothing}")).await.expect(404);
        }
    }

    async fn lacks_are_told_by_grid_and_summed_by_street(fresh) {
        let town = town(fresh).await;
        assert_eq!(attached(&town, NEXT_GRID, BodyKind::Property, 12).await, 201);
        // One too many here fills no place elsewhere.
        for name in ["覃甲", "覃乙", "覃丙"] {
            serve(&town, GRID, "grid_worker", name).await;
        }
        serve(&town, GRID, "building_head", "甘甲").await;
        serve(&town, NEXT_GRID, "property_contact", "黎甲").await;
        serve(&town, FAR_GRID, "grid_worker", "罗甲").await;

        let of = async |query: &str| town.own.get(&format!("/staff/vacancies{query}")).await.expect(200);
        let all = of("").await;
        assert_eq!(all.json["items"].as_array().unwrap().len(), 1 + 3 + 3 + 3);
        assert_eq!(of(&format!("?within={DISTRICT}")).await.json["items"], all.json["items"]);
        assert_eq!(of(&format!("?within={STREET}")).await.json["items"].as_array().unwrap().len(), 7);
        let community = of(&format!("?within={COMMUNITY}")).await;
        assert_eq!(lacks(&community.json["items"]), owned(&[
            ("assistant", 2, 0), ("grid_worker", 2, 0), ("assistant", 2, 0), ("building_head", 1, 0),
        ]));
        assert_eq!((community.text("/items/0/area"), community.text("/items/0/area_name/zh")), (GRID.to_string(), "第3001网格".into()));
        assert_eq!(of("?within=450205001").await.json["items"], json!([]));
        assert_eq!(problems(&town.own.get("/staff/vacancies?within=4502").await.expect(422)), ["within: 代码“4502”不是 6、9、12 或 15 位"]);

        let streets = of("/streets").await;
        let role = |role: &str, needed: i64, held: i64, missing: i64| json!({ "role": role, "needed": needed, "held": held, "missing": missing });
        assert_eq!(streets.json["items"][0], json!({
            "area": "450204006", "area_name": { "zh": "银山街道", "en": streets.text("/items/0/area_name/en") },
            "grids": 3, "lacking": 3, "missing": 3 + 6 + 2,
            "roles": [
                role("grid_worker", 6, 4, 3), role("assistant", 6, 0, 6), role("property_contact", 1, 1, 0), role("building_head", 3, 1, 2),
            ],
        }));
        assert_eq!((streets.text("/items/1/area"), streets.text("/items/1/missing")), (OTHER_STREET.to_string(), "5".into()));

        let before = statements_run();
        let _ = of("").await;
        // Two for each street, the session, and what a read of three snapshots may look up.
        assert!(statements_run() - before <= 2 * 2 + 6, "lacks cost {} statements", statements_run() - before);
    }

    async fn a_grid_that_was_given_up_lacks_nobody_and_takes_nobody(fresh) {
        let town = town(fresh).await;
        serve(&town, FAR_GRID, "grid_worker", "覃网格").await;
        town.house.pass(60_000);
        let left = "code,name\n450204006003,航北社区\n";
        let gone = town.steward.upload("/areas/import", "areas.csv", left.as_bytes()).await.expect(200);
        assert_eq!(gone.text("/retired"), "2", "a community and its grid");
        let roster = town.own.get(&format!("/staff/grids/{FAR_GRID}")).await.expect(200);
        assert_eq!((roster.json["items"].as_array().unwrap().len(), &roster.json["vacancies"]), (1, &json!([])));
        let _ = town.own.post(&format!("/staff/grids/{FAR_GRID}/duties"), duty_in("assistant", "莫助理")).await.expect(404);
        let lacking = town.own.get(&format!("/staff/vacancies?within={STREET}")).await.expect(200);
        assert_eq!(lacking.json["items"].as_array().unwrap().len(), 2 * 3, "three roles in each of two grids");
    }

    async fn only_the_steward_of_a_grid_says_who_serves_it(fresh) {
        let town = town(fresh).await;
        let path = format!("/staff/grids/{GRID}/duties");
        let worker = town.house.signed_in(PostKind::GridWorker, GRID).await;
        let duty = serve(&town, GRID, "assistant", "莫助理").await;
        for stranger in [&town.other, &worker] {
            let _ = stranger.post(&path, duty_in("assistant", "韦某")).await.expect(403);
            let _ = stranger.delete(&format!("{path}/{duty}")).await.expect(403);
        }
        let _ = town.house.visitor().get(&format!("/staff/grids/{GRID}")).await.expect(401);
        let neighbour = town.house.signed_in(PostKind::Steward, 450_204_006_004).await;
        let _ = neighbour.delete(&format!("/staff/grids/{FAR_GRID}/duties/{duty}")).await.expect(404);
        let _ = town.other.delete(&format!("/staff/grids/{OTHER_GRID}/duties/{duty}")).await.expect(404);
        let wrong = town.own.post(&path, duty_in("king", "")).await.expect(422);
        assert_eq!(problems(&wrong), ["role: 没有“king”这一类", "person_name: 请填写"]);
        let english = town.own.clone().with("accept-language", "en").post(&path, duty_in("king", "")).await.expect(422);
        assert_eq!(problems(&english), ["role: there is no kind `king`", "person_name: fill this in"]);
        let own = town.own.clone().with("idempotency-key", "one-click-of-mine");
        let first = own.post(&path, duty_in("assistant", "韦助理")).await.expect(201).text("/id");
        assert_eq!(own.post(&path, duty_in("assistant", "韦助理")).await.expect(201).text("/id"), first);
        let roster = town.own.get(&format!("/staff/grids/{GRID}")).await.expect(200);
        assert_eq!(roster.json["items"].as_array().unwrap().len(), 2);
    }
}
