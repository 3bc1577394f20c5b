//! What the areas answer over HTTP, on both engines.

use areas::AreaCode;
use platform::PostKind;
use platform::testing::{Client, House, Reply};
use serde_json::{Value, json};
use store::both_engines;
use store::testing::Fresh;

const STREETS: &[u8] = include_bytes!("../../../data/divisions/liunan_streets.csv");
const COMMUNITIES: &[u8] = include_bytes!("../../../data/divisions/liunan_divisions.csv");
const DISTRICT: i64 = 450_204;
const STREET: i64 = 450_204_006;
const COMMUNITY: &str = "450204006003";

async fn house(fresh: Fresh) -> (House, Client) {
    let house = House::open(fresh, vec![platform::room(), areas::room()]).await;
    let steward = house.signed_in(PostKind::Steward, DISTRICT).await;
    (house, steward)
}

/// The real streets and communities, and a square of four grids in one of them.
async fn drawn(fresh: Fresh) -> (House, Client) {
    let (house, steward) = house(fresh).await;
    for table in [STREETS, COMMUNITIES] {
        steward.upload("/areas/import", "divisions.csv", table).await.expect(200);
    }
    let grids: String = (1..=4).map(|n| format!("{COMMUNITY}{n:03},航北第{n}网格\n")).collect();
    steward.upload("/areas/import", "grids.csv", format!("code,name\n{grids}").as_bytes()).await.expect(200);
    let put = steward.upload("/areas/boundaries", "map.json", map(&squares()).as_bytes()).await.expect(200);
    assert_eq!(
        (put.text("/accepted"), put.text("/problems")),
        ("7".into(), "[]".into()),
        "{}",
        put.transcript()
    );
    (house, steward)
}

/// District, street and community around four squares of 500 m.
fn squares() -> Vec<(String, Value)> {
    let whole = square(0.0, 0.0, 2.0);
    let mut all: Vec<(String, Value)> =
        ["450204", "450204006", COMMUNITY].map(|code| (code.to_owned(), whole.clone())).into();
    for (n, (x, y)) in (1..).zip([(0.0, 1.0), (1.0, 1.0), (0.0, 0.0), (1.0, 0.0)]) {
        all.push((format!("{COMMUNITY}{n:03}"), square(x, y, 1.0)));
    }
    all
}

fn at(x: f64, y: f64) -> [f64; 2] {
    [109.38 + x * 0.005, 24.32 + y * 0.005]
}

fn square(x: f64, y: f64, size: f64) -> Value {
    let mut ring: Vec<[f64; 2]> = Vec::new();
    for (east, north) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)] {
        ring.push(at(x + east * size, y + north * size));
        // Half-way vertices, so that a cut has somewhere to end.
        let (east, north) = match (east > 0.0, north > 0.0) {
            (false, false) => (0.5, 0.0),
            (true, false) => (1.0, 0.5),
            (true, true) => (0.5, 1.0),
            (false, true) => (0.0, 0.5),
        };
        ring.push(at(x + east * size, y + north * size));
    }
    ring.push(at(x, y));
    json!({ "type": "Polygon", "coordinates": [ring] })
}

fn map(features: &[(String, Value)]) -> String {
    let feature = |(code, geometry): &(String, Value)| json!({ "type": "Feature", "properties": { "code": code }, "geometry": geometry });
    json!({ "type": "FeatureCollection", "features": features.iter().map(feature).collect::<Vec<_>>() })
        .to_string()
}

fn reasons(reply: &Reply) -> Vec<String> {
    let problems = reply.json["problems"].as_array().cloned().unwrap_or_default();
    problems
        .iter()
        .map(|problem| format!("{} {}", problem["row"], problem["reason"].as_str().unwrap()))
        .collect()
}

fn counts(reply: &Reply) -> [i64; 4] {
    ["accepted", "added", "changed", "retired"].map(|field| reply.json[field].as_i64().unwrap())
}

both_engines! {
    async fn the_real_divisions_are_taken_in_once(fresh) {
        let (house, steward) = house(fresh).await;
        let dry = steward.upload("/areas/import?dry_run=true", "s.csv", STREETS).await.expect(200);
        assert_eq!(counts(&dry), [11, 12, 0, 0], "the district itself comes with its first table");
        assert_eq!(steward.get("/areas").await.expect(200).json["items"], json!([]), "a dry run changes nothing");
        assert_eq!(counts(&steward.upload("/areas/import", "s.csv", STREETS).await.expect(200)), [11, 12, 0, 0]);
        assert_eq!(counts(&steward.upload("/areas/import", "c.csv", COMMUNITIES).await.expect(200)), [98, 98, 0, 0]);
        assert_eq!(counts(&steward.upload("/areas/import", "c.csv", COMMUNITIES).await.expect(200)), [98, 0, 0, 0]);
        let streets = steward.get("/areas?level=street").await.expect(200);
        assert_eq!(streets.json["items"].as_array().unwrap().len(), 11);
        let first = steward.get("/areas?level=community&limit=60").await.expect(200);
        let second = steward.get(&format!("/areas?level=community&limit=60&cursor={}", first.text("/next"))).await.expect(200);
        assert_eq!(second.json["items"].as_array().unwrap().len(), 38);
        insta::assert_snapshot!(steward.get("/areas/450204006009").await.transcript());
        insta::assert_snapshot!(house.ledger(DISTRICT).await.into_iter().filter(|entry| entry.starts_with("area")).collect::<Vec<_>>().join("\n"));
    }

    async fn what_a_table_leaves_out_is_retired_and_never_comes_back(fresh) {
        let (house, steward) = house(fresh).await;
        steward.upload("/areas/import", "s.csv", STREETS).await.expect(200);
        let table = |rows: &str| format!("code,name\n{rows}");
        let before = table("450204006003,航北社区\n450204006004,福鑫社区\n450204006003001,航北第1网格\n");
        steward.upload("/areas/import", "c.csv", before.as_bytes()).await.expect(200);
        house.pass(600_000);
        let after = table("450204006004,福鑫新社区\n450204006005,新翔社区\n");
        let done = steward.upload("/areas/import", "c.csv", after.as_bytes()).await.expect(200);
        assert_eq!(counts(&done), [2, 1, 1, 2], "the community goes with its grid");
        let gone = steward.get("/areas/450204006003").await.expect(200);
        assert_eq!(gone.text("/valid_to"), "2026-11-23T01:10:00.000Z");
        let then = steward.get("/areas?parent=450204006&at=2026-11-23T01:05:00Z").await.expect(200);
        assert_eq!(then.json["items"].as_array().unwrap().len(), 2, "ten minutes ago it was in force");
        let again = steward.with("accept-language", "en").upload("/areas/import", "c.csv", before.as_bytes()).await.expect(200);
        assert_eq!(reasons(&again), [
            "2 the code was retired on 2026-11-23; a code is never used again",
            "4 the code was retired on 2026-11-23; a code is never used again",
        ]);
    }

    async fn bad_rows_are_named_and_files_that_are_no_tables_refused(fresh) {
        let (_house, steward) = house(fresh).await;
        let table = "code,name\n450204006,银山街道\n450204007,\n4502,短\n450205001,别区街道\n450204008001,无上级社区\n450204006,银山街道\n";
        insta::assert_snapshot!(steward.upload("/areas/import", "bad.csv", table.as_bytes()).await.transcript());
        for (name, bytes) in [("none.csv", &b""[..]), ("no.csv", b"a,b\n1,2\n"), ("pic.png", b"\x89PNG\r\n\x1a\n\0\0")] {
            steward.upload("/areas/import", name, bytes).await.expect(422);
        }
        steward.post("/areas/import", json!({})).await.expect(400);
    }

    async fn only_the_areas_steward_changes_it(fresh) {
        let (house, _) = drawn(fresh).await;
        let own = house.signed_in(PostKind::Steward, STREET).await;
        let other = house.signed_in(PostKind::Steward, 450_204_007).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let grid = format!("/areas/{COMMUNITY}001");
        let patch = json!({ "name": { "zh": "航北东苑网格", "en": "Hangbei East Grid" } });
        for stranger in [&other, &desk] {
            stranger.get(&grid).await.expect(200);
            stranger.clone().with("if-match", "\"2\"").patch(&grid, patch.clone()).await.expect(403);
            stranger.upload("/areas/boundaries", "map.json", map(&squares()).as_bytes()).await.expect(403);
            let merged = json!({ "grids": [format!("{COMMUNITY}001"), format!("{COMMUNITY}002")], "name": { "zh": "甲", "en": "A" } });
            stranger.post("/areas/merge", merged).await.expect(403);
        }
        let row = "code,name\n450204006003,航北新社区\n";
        other.upload("/areas/import", "c.csv", row.as_bytes()).await.expect(403);
        house.visitor().get(&grid).await.expect(401);
        own.patch(&grid, patch.clone()).await.expect(428);
        own.clone().with("if-match", "\"1\"").patch(&grid, patch.clone()).await.expect(409);
        let done = own.clone().with("if-match", "\"2\"").patch(&grid, patch).await.expect(200);
        assert_eq!((done.text("/version"), done.text("/name/zh")), ("3".into(), "航北东苑网格".into()));
        let empty = json!({ "name": { "zh": " ", "en": "x" } });
        own.clone().with("if-match", "\"3\"").patch(&grid, empty).await.expect(422);
        assert_eq!(house.ledger(STREET).await.last().unwrap(), &format!("area:rename {COMMUNITY}001"));
        assert_eq!(own.get(&grid).await.headers["etag"], "\"3\"");
    }

    async fn a_point_is_located_and_a_place_found(fresh) {
        let (_house, steward) = drawn(fresh).await;
        let [lon, lat] = at(1.4, 0.3);
        let found = steward.get(&format!("/areas/locate?lon={lon}&lat={lat}")).await.expect(200);
        assert_eq!(found.text("/grid/code"), format!("{COMMUNITY}004"));
        assert_eq!((found.text("/community/code"), found.text("/street/name/zh")), (COMMUNITY.into(), "银山街道".into()));
        steward.get("/areas/locate?lon=109.5&lat=24.3").await.expect(404);
        steward.get("/areas/locate?lon=24.3&lat=109.4").await.expect(422);
        steward.get("/areas/locate?lon=x&lat=1").await.expect(400);
        for (words, name) in [("航北第2", "航北第2网格"), ("hbd3", "航北第3网格"), ("ysjd", "银山街道"), ("航北", "航北社区")] {
            let found = steward.get(&format!("/areas/places?q={}", encoded(words))).await.expect(200);
            assert_eq!(found.text("/items/0/name"), name);
        }
        assert_eq!(steward.get("/areas/places?q=").await.expect(200).json, json!({ "items": [] }));
    }

    async fn a_layer_is_answered_once_and_then_known(fresh) {
        let (_house, steward) = drawn(fresh).await;
        let grids = steward.get("/areas/boundaries?level=grid").await.expect(200);
        assert_eq!(grids.json["features"].as_array().unwrap().len(), 4);
        insta::assert_snapshot!(format!("{:#}", grids.json["features"][0]));
        assert_eq!(grids.headers["content-type"], "application/geo+json");
        let etag = grids.headers["etag"].to_str().unwrap().to_owned();
        let again = steward.clone().with("if-none-match", &etag).get("/areas/boundaries?level=grid").await.expect(304);
        assert!(again.bytes.is_empty());
        let within = steward.get("/areas/boundaries?level=grid&within=450204007").await.expect(200);
        assert_eq!(within.json["features"], json!([]));
        steward.get("/areas/boundaries?level=planet").await.expect(400);
        let roads = steward.get("/areas/roads").await.expect(200);
        assert_eq!(roads.json, json!({ "type": "FeatureCollection", "features": [] }));
    }

    async fn boundaries_that_do_not_fit_change_nothing(fresh) {
        let (house, steward) = drawn(fresh).await;
        let english = steward.clone().with("accept-language", "en");
        let put = |features: Vec<(String, Value)>| {
            let english = english.clone();
            async move { english.upload("/areas/boundaries", "map.json", map(&features).as_bytes()).await.expect(200) }
        };
        let grid = |n: i64| format!("{COMMUNITY}{n:03}");
        let overlap = put(vec![(grid(1), square(0.0, 0.8, 1.2))]).await;
        assert_eq!(overlap.text("/accepted"), "0");
        let told = reasons(&overlap).join("; ");
        for part in ["overlaps `Hangbei Grid 2`", "overlaps `Hangbei Grid 3`"] {
            assert!(told.contains(part), "{told}");
        }
        let outside = put(vec![(grid(4), square(1.0, -0.5, 1.0))]).await;
        let told = reasons(&outside).join("; ");
        assert!(told.contains("out of `Hangbei Community`") && told.contains("belong to none of its parts"), "{told}");
        let unknown = put(vec![("450204006009001".into(), square(0.0, 0.0, 1.0))]).await;
        assert_eq!(reasons(&unknown), ["1 no area in force has this code"]);
        for bytes in ["", "{}", r#"{"type":"Point","coordinates":[1,2]}"#, "[[["] {
            steward.upload("/areas/boundaries", "map.json", bytes.as_bytes()).await.expect(422);
        }
        assert_eq!(house.ledger(DISTRICT).await.iter().filter(|entry| entry.starts_with("area:put")).count(), 1);
        let redrawn = put(squares()).await;
        assert_eq!(redrawn.text("/accepted"), "7");
    }

    async fn a_split_grid_names_its_parts_and_stays_known(fresh) {
        let (house, steward) = drawn(fresh).await;
        let part = |zh: &str| json!({ "name": { "zh": zh, "en": "Part" } });
        let body = json!({ "line": [at(0.5, 1.0), at(0.6, 1.5), at(0.5, 2.0)], "parts": [part("航北西"), part("航北东")] });
        let path = format!("/areas/{COMMUNITY}001/split");
        let done = steward.post(&path, body.clone()).await.expect(201);
        assert_eq!((done.text("/items/0/code"), done.text("/items/1/code")), (format!("{COMMUNITY}005"), format!("{COMMUNITY}006")));
        let old = steward.get(&format!("/areas/{COMMUNITY}001")).await.expect(200);
        assert_eq!(old.json["successors"], json!([format!("{COMMUNITY}005"), format!("{COMMUNITY}006")]));
        for (x, n) in [(0.2, 5), (0.8, 6)] {
            let [lon, lat] = at(x, 1.5);
            let found = steward.get(&format!("/areas/locate?lon={lon}&lat={lat}")).await.expect(200);
            assert_eq!(found.text("/grid/code"), format!("{COMMUNITY}{n:03}"));
        }
        steward.post(&path, body).await.expect(409);
        let outside = json!({ "line": [at(1.0, 1.0), at(9.0, 1.5), at(2.0, 2.0)], "parts": [part("甲"), part("乙")] });
        steward.post(&format!("/areas/{COMMUNITY}002/split"), outside).await.expect(422);
        steward.post("/areas/450204006003/split", json!({ "line": [], "parts": [part("甲"), part("乙")] })).await.expect(404);
        assert_eq!(house.ledger(DISTRICT).await.last().unwrap(), &format!("area:split {COMMUNITY}001"));
        let gaps = steward.upload("/areas/boundaries?dry_run=true", "map.json", map(&squares()[2..3]).as_bytes()).await.expect(200);
        assert_eq!(gaps.text("/problems"), "[]", "the parts fill the community as before");
    }

    async fn merged_grids_make_one_and_end(fresh) {
        let (house, steward) = drawn(fresh).await;
        let merge = |grids: &[i64]| {
            let grids: Vec<String> = grids.iter().map(|n| format!("{COMMUNITY}{n:03}")).collect();
            let steward = steward.clone();
            async move { steward.post("/areas/merge", json!({ "grids": grids, "name": { "zh": "航北合并网格", "en": "Joined" } })).await }
        };
        merge(&[1]).await.expect(422);
        merge(&[1, 1]).await.expect(422);
        merge(&[1, 4]).await.expect(422);
        let done = merge(&[1, 2]).await.expect(201);
        assert_eq!(done.text("/items/0/code"), format!("{COMMUNITY}005"));
        merge(&[2, 4]).await.expect(409);
        let code: AreaCode = format!("{COMMUNITY}005").parse().unwrap();
        let directory = house.app.snapshot::<areas::Directory>().await.unwrap();
        assert_eq!(directory.boundary(code).unwrap().parts().len(), 1);
        assert_eq!(directory.children(code.parent().unwrap()).count(), 3);
        let other = json!({ "grids": [format!("{COMMUNITY}003"), "450204006004001"], "name": { "zh": "甲", "en": "A" } });
        steward.post("/areas/merge", other).await.expect(422);
    }
}

fn encoded(words: &str) -> String {
    words.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[test]
fn every_route_is_described() {
    let (_, described) = platform::http::api(&[areas::room()]).unwrap();
    let paths = &described.paths.paths;
    let has = |path: &str, get: bool, post: bool, patch: bool| {
        let item = &paths[&format!("/api/v1{path}")];
        (item.get.is_some(), item.post.is_some(), item.patch.is_some()) == (get, post, patch)
    };
    assert!(has("/areas/boundaries", true, true, false) && has("/areas/{code}", true, false, true));
    assert!(has("/areas", true, false, false) && has("/areas/merge", false, true, false));
    assert_eq!(paths.len(), 9);
}
