//! Areas in numbers: who sees which, on which day, and that no number tells of a person.

use platform::PostKind;
use platform::testing::Client;
use registry::{
    Dwelling, OPEN, Residence, ResidenceKind, Resident, ResidentState, Sex, Site, Surveyed, Usage, survey,
};
use serde_json::Value as Json;
use store::both_engines;

use super::{
    COMMUNITY, DISTRICT, GRID, OTHER_COMMUNITY, OTHER_STREET, SECOND_GRID, STREET, Town, program, town,
};

fn site(text: &str) -> Site {
    Site::of(&chinese::address::read(text)).unwrap()
}

/// Dwellings of one building in a grid, all of them let.
async fn built(town: &Town, grid: i64, estate: &'static str, count: usize) -> Vec<Dwelling> {
    let rooms = (1..=count).map(|room| (site(&format!("{estate}1栋1单元{}室", 100 + room)), Usage::Rented));
    let building = Surveyed {
        site: site(&format!("{estate}1栋")),
        area: grid,
        floors: 6,
        point: None,
        dwellings: rooms.collect(),
    };
    program(town, move |w| async move { survey(&w, grid / 1000, vec![building]).await }).await.unwrap()
}

/// So many people in these dwellings, two to each, who moved in on `from`; every third is a woman born in 1950.
async fn moved_in(town: &Town, dwellings: &[Dwelling], from: &'static str, count: usize) {
    let dwellings = dwellings.to_vec();
    let work = program(town, move |w| async move {
        for nth in 0..count {
            let dwelling = &dwellings[nth / 2];
            let is_woman = nth % 3 == 0;
            let year = if is_woman { 1950 } else { 1990 };
            let resident = Resident {
                street_id: STREET,
                id: w.id(),
                version: 1,
                area: dwelling.area,
                state: ResidentState::Living,
                name: "覃莉".to_owned(),
                reading: "qinli".to_owned(),
                initials: "ql".to_owned(),
                sex: if is_woman { Sex::Female } else { Sex::Male },
                birth_date: Some(format!("{year}-06-15")),
                birth_year: Some(year),
                since: "2026-11-01".to_owned(),
                ended_on: None,
                moved_to: None,
                merged_into: None,
                chosen: "{}".to_owned(),
                created_at: w.now(),
            };
            w.insert(&resident).await?;
            w.insert(&Residence {
                street_id: STREET,
                id: w.id(),
                resident_id: resident.id,
                dwelling_id: dwelling.id,
                kind: ResidenceKind::Living,
                valid_from: from.to_owned(),
                valid_to: OPEN.to_owned(),
                known_from: w.now(),
                known_to: None,
                source: "civil".to_owned(),
            })
            .await?;
        }
        Ok(())
    });
    work.await.unwrap();
}

/// 60 people in the first grid since January, 24 in the second since October.
async fn peopled(fresh: store::testing::Fresh) -> (Town, Client) {
    let town = town(fresh).await;
    let (first, second) =
        (built(&town, GRID, "金鹅花园", 40).await, built(&town, SECOND_GRID, "银桂苑", 12).await);
    moved_in(&town, &first, "2026-01-10", 60).await;
    moved_in(&town, &second, "2026-10-05", 24).await;
    let leader = town.signed_in(PostKind::Leader, STREET).await;
    (town, leader)
}

fn band(reply: &Json, from: i64) -> &Json {
    reply["bands"].as_array().unwrap().iter().find(|band| band["from"] == from).unwrap()
}

both_engines! {
    async fn an_area_is_counted_on_any_day(fresh) {
        let (town, leader) = peopled(fresh).await;
        let today = leader.get("/registry/statistics").await.expect(200);
        let numbers = ["/people", "/male", "/female", "/unstated", "/households", "/dwellings", "/units"];
        assert_eq!(numbers.map(|at| today.text(at)), ["80", "60", "30", "<10", "40", "50", "<10"]);
        assert_eq!((&band(&today.json, 75)["female"], &band(&today.json, 35)["male"]), (&30.into(), &60.into()));
        assert_eq!(band(&today.json, 35)["female"], "<10");
        let rented = today.json["usages"].as_array().unwrap().iter().find(|row| row["usage"] == "rented").unwrap();
        assert_eq!(rented["count"], 50);
        let june = leader.get("/registry/statistics?on=2026-06-30").await.expect(200);
        assert_eq!((june.text("/people"), june.text("/households")), ("60".into(), "30".into()));
        let second = leader.get(&format!("/registry/statistics?area={SECOND_GRID}")).await.expect(200);
        assert_eq!((second.text("/people"), second.text("/female")), ("20".into(), "<10".into()));
        let before = leader.get("/registry/statistics?on=2025-12-31").await.expect(200);
        assert_eq!(before.text("/people"), "<10", "nobody and few are told apart by nobody");
        assert_eq!(leader.get("/registry/statistics?on=2027-01-01").await.status, 422);
        assert_eq!(leader.get("/registry/statistics?on=soon").await.status, 422);
        let trend = leader.get("/registry/statistics/trend").await.expect(200);
        let points = trend.json["items"].as_array().unwrap();
        let told: Vec<(&Json, &Json)> = points.iter().map(|point| (&point["on"], &point["people"])).collect();
        assert_eq!(told.len(), 13);
        assert_eq!(told[11], (&"2026-10-31".into(), &80.into()));
        assert_eq!(told[10], (&"2026-09-30".into(), &60.into()));
        assert_eq!(told[0], (&"2025-11-30".into(), &"<10".into()));
        let grids = leader.get("/registry/statistics/grids").await.expect(200);
        let own = GRID.to_string();
        let found = grids.json["items"].as_array().unwrap().iter().find(|row| row["grid"] == own).unwrap();
        assert_eq!((&found["people"], &found["dwellings"]), (&60.into(), &40.into()));
        drop(town);
    }

    async fn numbers_are_seen_where_the_post_serves_and_nowhere_else(fresh) {
        let (town, leader) = peopled(fresh).await;
        let head = town.signed_in(PostKind::CommunityHead, COMMUNITY).await;
        assert_eq!(head.get("/registry/statistics").await.expect(200).text("/people"), "80");
        for (who, area) in [(&head, STREET), (&head, OTHER_COMMUNITY), (&leader, OTHER_STREET), (&leader, DISTRICT)] {
            for path in ["", ".xlsx", ".pdf", "/trend", "/grids"] {
                let reply = who.get(&format!("/registry/statistics{path}?area={area}")).await;
                assert_eq!(reply.status, 403, "{path} of {area}");
            }
        }
        assert_eq!(leader.get("/registry/statistics?area=450204006099").await.status, 422);
        let handler = town.signed_in(PostKind::GridWorker, GRID).await;
        assert_eq!(handler.get("/registry/statistics").await.status, 403);
    }

    async fn the_numbers_leave_on_paper_and_as_a_workbook(fresh) {
        let (_town, leader) = peopled(fresh).await;
        let sheet = leader.get("/registry/statistics.xlsx?lang=zh").await.expect(200);
        assert!(sheet.bytes.starts_with(b"PK"));
        let page = leader.get("/registry/statistics.pdf?lang=en").await.expect(200);
        assert!(page.bytes.starts_with(b"%PDF"));
    }

    /// trust: no cell below ten, no two answers that differ by fewer than ten people, whoever moves in or out.
    async fn small_cells(fresh) {
        let (town, leader) = peopled(fresh).await;
        let more = built(&town, GRID, "紫荆苑", 12).await;
        for day in ["2026-02-01", "2026-05-01", "2026-08-01"] {
            moved_in(&town, &more, day, 3).await;
        }
        town.pass(3_600_000);
        let mut seen: Vec<i64> = Vec::new();
        for area in [STREET, COMMUNITY, GRID, SECOND_GRID] {
            for month in 1..=11 {
                let path = format!("/registry/statistics?area={area}&on=2026-{month:02}-15");
                collect(&leader.get(&path).await.expect(200).json, &mut seen);
            }
            collect(&leader.get(&format!("/registry/statistics/trend?area={area}")).await.expect(200).json, &mut seen);
            collect(&leader.get(&format!("/registry/statistics/grids?area={area}")).await.expect(200).json, &mut seen);
        }
        seen.sort_unstable();
        seen.dedup();
        assert!(seen.len() > 3 && seen.iter().all(|count| *count >= 10 && count % 10 == 0), "{seen:?}");
        assert!(seen.windows(2).all(|pair| pair[1] - pair[0] >= 10), "{seen:?}");
    }
}

/// Every number of an answer that counts something.
fn collect(json: &Json, seen: &mut Vec<i64>) {
    match json {
        Json::Object(fields) => {
            let counts =
                fields.iter().filter(|(key, _)| !["from", "to", "counted_at", "now"].contains(&key.as_str()));
            counts.for_each(|(_, value)| collect(value, seen));
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, seen)),
        Json::Number(number) => seen.push(number.as_i64().unwrap()),
        _ => {}
    }
}
