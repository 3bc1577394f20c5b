//! What the report page asks the server for on its way.

use platform::Call;
use serde_json::json;
use store::{both_engines, table};

use crate::district::{ACROSS, DISTRICT, HERE, OTHER_STREET, STREET};
use crate::resident::{Resident, case, cracked, town};

table! {
    struct BoundaryRow in "area_boundaries" key 1 { id: i64, version: i64, geometry: String, label_lon: f64, label_lat: f64 }
}

fn nearby(lon: f64, lat: f64, class: &str) -> String {
    format!("/public/nearby?lon={lon}&lat={lat}{class}")
}

both_engines! {
    async fn kinds_of_problem_have_names_and_icons(fresh) {
        let town = town(fresh).await;
        let classes = town.house.visitor().get("/public/classes").await.expect(200);
        assert_eq!(classes.json, json!({ "items": [
            { "code": "p0101", "name": { "zh": "上水井盖", "en": "water manhole" }, "icon": "other" },
            { "code": "p0102", "name": { "zh": "污水井盖", "en": "sewer manhole" }, "icon": "other" },
        ]}));
    }

    async fn neighbours_cases_are_shown_without_a_word_of_theirs(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let [lon, lat] = HERE;
        // About 30 and 70 metres to the north.
        let near = resident.client.get(&nearby(lon, lat + 0.000_27, "")).await.expect(200);
        assert_eq!(near.json, json!({ "items": [{
            "number_masked": "006-20261123-***01-*", "class": { "zh": "上水井盖", "en": "water manhole" },
            "state": "reported", "reported_at": "2026-11-23T01:00:00.000Z", "metres": 30, "followers": 0, "mark": near.json["items"][0]["mark"],
        }]}));
        assert!(near.json["items"][0]["mark"].is_string());
        let empty = json!({ "items": [] });
        assert_eq!(resident.client.get(&nearby(lon, lat + 0.000_63, "")).await.expect(200).json, empty);
        assert_eq!(resident.client.get(&nearby(lon, lat, "&class=p0102")).await.expect(200).json, empty);
        assert_ne!(resident.client.get(&nearby(lon, lat, "&class=p0101")).await.expect(200).json, empty);
        assert_eq!(resident.client.get(&nearby(ACROSS[0], ACROSS[1], "")).await.expect(200).json, empty);
        town.house.pass(24 * 3_600_000);
        assert_ne!(resident.client.get(&nearby(lon, lat, "")).await.expect(200).json, empty);
        town.house.pass(1);
        assert_eq!(resident.client.get(&nearby(lon, lat, "")).await.expect(200).json, empty);
    }

    async fn a_neighbour_across_the_border_of_the_street_counts(fresh) {
        let town = town(fresh).await;
        let mut body = cracked();
        body["point"] = json!([109.4101, 24.305]);
        Resident::reporting(&town, body).await;
        let near = town.house.visitor().get(&nearby(109.4099, 24.305, "")).await.expect(200);
        assert_eq!(near.text("/items/0/number_masked"), "007-20261123-***01-*");
    }

    async fn what_was_refused_is_no_neighbour(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        case(&town, &resident).await.done(&town.desk, json!({ "action": "reject", "reason": "重复" })).await;
        assert_eq!(resident.client.get(&nearby(HERE[0], HERE[1], "")).await.expect(200).json, json!({ "items": [] }));
    }

    async fn a_point_must_be_one(fresh) {
        let town = town(fresh).await;
        let visitor = town.house.visitor();
        let _ = visitor.get("/public/nearby").await.expect(400);
        let _ = visitor.get("/public/nearby?lon=x&lat=24").await.expect(400);
        let _ = visitor.get(&nearby(24.3, 109.4, "")).await.expect(422);
        let _ = visitor.get("/public/nearby?lon=NaN&lat=24").await.expect(422);
    }

    async fn places_are_found_in_the_callers_language(fresh) {
        let town = town(fresh).await;
        let english = town.house.visitor().with("accept-language", "en");
        let found = english.get("/public/places?q=Fourth").await.expect(200);
        assert_eq!(found.json, json!({ "items": [{ "name": "Fourth Community, grid 1", "area": "450204006004001", "point": [109.405, 24.305] }] }));
        assert_eq!(english.get("/public/places?q=").await.expect(200).json, json!({ "items": [] }));
        let _ = english.get(&format!("/public/places?q={}", "a".repeat(61))).await.expect(422);
        let _ = english.get("/public/places").await.expect(400);
    }

    async fn outlines_are_small_and_kept_by_browsers(fresh) {
        let town = town(fresh).await;
        let call = Call::program("test");
        let drawn = town.house.app.write(&call, DISTRICT, |w| async move {
            for (code, west) in [(STREET, 109.38), (OTHER_STREET, 109.41)] {
                let ring = json!([[west, 24.3], [109.41, 24.3], [109.41, 24.305], [109.41, 24.31], [west, 24.31], [west, 24.3]]);
                let other = json!([[109.41, 24.3], [109.42, 24.3], [109.42, 24.31], [109.41, 24.31], [109.41, 24.305], [109.41, 24.3]]);
                let ring = if code == STREET { ring } else { other };
                let geometry = json!({ "type": "Polygon", "coordinates": [ring] }).to_string();
                w.insert(&BoundaryRow { id: code, version: 1, geometry, label_lon: west + 0.005, label_lat: 24.305 }).await?;
            }
            w.record("area:test", DISTRICT, json!({}));
            w.outdates::<areas::Directory>().await
        });
        drawn.await.unwrap();
        let visitor = town.house.visitor();
        let outlines = visitor.get("/public/boundaries").await.expect(200);
        assert_eq!(outlines.text("/features/0/properties/name_zh"), "银山街道");
        assert_eq!(outlines.json.pointer("/features/0/geometry/coordinates/0").unwrap().as_array().unwrap().len(), 5, "what lies on a straight line is left out");
        assert_eq!(outlines.headers["content-type"], "application/geo+json");
        let tag = outlines.headers["etag"].to_str().unwrap().to_owned();
        let again = visitor.with("if-none-match", &tag).get("/public/boundaries").await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    }
}
