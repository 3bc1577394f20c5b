//! Who sees which numbers.

use platform::PostKind;
use platform::testing::Client;
use serde_json::json;
use store::both_engines;

use crate::district::{
    ACROSS, COMMUNITY, Case, DISTRICT, FAR, GRID, OTHER_STREET, STREET, Town, cracked, town_with,
};

/// One order of each unit in the first street, one in its other community, one in the other street.
async fn filled(town: &Town) {
    town.dispatched().await;
    town.accepted().await.sent_to(&town.desk, town.other_unit).await;
    let mut across = cracked();
    across["point"] = json!(ACROSS);
    let _ = town.desk.post("/orders", across).await.expect(201);
    let chief = town.house.signed_in(PostKind::Chief, OTHER_STREET).await;
    let mut far = cracked();
    far["point"] = json!(FAR);
    let far = Case::of(chief.post("/orders", far).await.expect(201));
    let standard = far.standard.clone();
    far.done(&chief, json!({ "action": "accept", "standard_id": standard }))
        .await
        .sent_to(&chief, town.unit)
        .await;
}

/// Reported, dispatched and open, as somebody sees the day, and the streets and units that they see.
async fn seen(by: &Client, query: &str) -> (String, String, String, Vec<String>) {
    let day = by.get(&format!("/insight/day{query}")).await.expect(200);
    let keys = day.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["key"].as_str().unwrap().to_owned())
        .collect();
    (day.text("/totals/reported"), day.text("/totals/dispatched"), day.text("/totals/open"), keys)
}

fn numbers(
    reported: i64,
    dispatched: i64,
    open: i64,
    keys: &[&str],
) -> (String, String, String, Vec<String>) {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    (reported.to_string(), dispatched.to_string(), open.to_string(), keys)
}

both_engines! {
    async fn a_desk_sees_its_street_and_no_other(fresh) {
        let town = town_with(fresh, vec![insight::room()]).await;
        filled(&town).await;
        assert_eq!(seen(&town.desk, "").await, numbers(3, 2, 3, &["450204006"]));
        let other = town.house.signed_in(PostKind::Desk, OTHER_STREET).await;
        assert_eq!(seen(&other, "").await, numbers(1, 1, 1, &["450204007"]));
        assert_eq!(seen(&other, "?by=community").await, numbers(1, 1, 1, &["450204007001"]));
        for path in ["day", "grids", "trend"] {
            let _ = other.get(&format!("/insight/{path}?within={STREET}")).await.expect(403);
            let _ = other.get(&format!("/insight/{path}?within={COMMUNITY}")).await.expect(403);
            let _ = other.get(&format!("/insight/{path}?within={DISTRICT}")).await.expect(200);
        }
        let grids = other.get("/insight/grids").await.expect(200);
        assert_eq!(grids.json["items"], json!([{ "code": "450204007001001", "open": 1, "late": 0 }]));
    }

    async fn a_department_head_sees_what_is_with_the_department_in_every_street(fresh) {
        let town = town_with(fresh, vec![insight::room()]).await;
        filled(&town).await;
        let head = town.house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(town.unit)).await;
        assert_eq!(seen(&head, "?by=department").await, numbers(0, 2, 2, &[&Town::unit_id(town.unit)]));
        assert_eq!(seen(&head, &format!("?by=department&within={STREET}")).await.2, "1");
        let other = town.house.signed_in_for(PostKind::DepartmentHead, DISTRICT, Some(town.other_unit)).await;
        assert_eq!(seen(&other, "?by=department").await, numbers(0, 1, 1, &[&Town::unit_id(town.other_unit)]));
        let trend = other.get("/insight/trend?days=1").await.expect(200);
        assert_eq!(trend.text("/items/0/reported"), "0");
        let grids = other.get("/insight/grids").await.expect(200);
        assert_eq!(grids.json["items"], json!([{ "code": GRID.to_string(), "open": 1, "late": 0 }]));
        let nobody = town.house.signed_in(PostKind::DepartmentHead, DISTRICT).await;
        let _ = nobody.get("/insight/day").await.expect(403);
    }

    async fn a_community_head_sees_the_community(fresh) {
        let town = town_with(fresh, vec![insight::room()]).await;
        filled(&town).await;
        let head = town.house.signed_in(PostKind::CommunityHead, COMMUNITY).await;
        assert_eq!(seen(&head, "?by=community").await, numbers(2, 2, 2, &["450204006003"]));
        assert_eq!(seen(&head, &format!("?by=community&within={STREET}")).await, numbers(2, 2, 2, &["450204006003"]));
        let _ = head.get("/insight/day?within=450204006004").await.expect(403);
    }

    async fn a_leader_of_the_district_sees_all_and_looks_into_a_part(fresh) {
        let town = town_with(fresh, vec![insight::room()]).await;
        filled(&town).await;
        let leader = town.house.signed_in(PostKind::Leader, DISTRICT).await;
        assert_eq!(seen(&leader, "").await, numbers(4, 3, 4, &["450204006", "450204007"]));
        assert_eq!(seen(&leader, &format!("?within={OTHER_STREET}")).await, numbers(1, 1, 1, &["450204007"]));
        assert_eq!(seen(&leader, &format!("?by=community&within={COMMUNITY}")).await, numbers(2, 2, 2, &["450204006003"]));
    }

    async fn posts_without_numbers_and_visitors_get_none(fresh) {
        let town = town_with(fresh, vec![insight::room()]).await;
        for path in ["day", "grids", "trend"] {
            let path = format!("/insight/{path}");
            let _ = town.handler.get(&path).await.expect(403);
            let _ = town.worker.get(&path).await.expect(403);
            let _ = town.house.visitor().get(&path).await.expect(401);
        }
    }
}
