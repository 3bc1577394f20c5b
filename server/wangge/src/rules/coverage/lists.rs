//! Lists show exactly what the policy allows: each kind of post, in many places, against a filter by hand.

use std::collections::BTreeSet;

use platform::posts::OrganisationId;
use platform::testing::{Client, House};
use platform::{PostKind, Thing};
use serde_json::{Value as Json, json};
use store::both_engines;

use super::town::{
    COMMUNITY, DISTRICT, GRIDS, OTHER_COMMUNITY, OTHER_STREET, STREET, Town, cracked, middle, organisation,
    town,
};

/// An order as the policy sees it.
struct Known {
    id: String,
    is_open: bool,
    thing: Thing,
}

impl Known {
    fn of(order: &Json) -> Self {
        let unit = order["organisation"]["id"].as_str().map(|id| id.parse::<OrganisationId>().unwrap().id);
        let area = order["area"].as_str().unwrap().parse().unwrap();
        let is_open = !["closed", "rejected", "cancelled"].contains(&order["state"].as_str().unwrap());
        Self {
            id: order["id"].as_str().unwrap().to_owned(),
            is_open,
            thing: Thing { area, organisation: unit },
        }
    }
}

async fn step(desk: &Client, order: &Json, body: Json) -> Json {
    let path = format!("/orders/{}/steps", order["id"].as_str().unwrap());
    desk.clone()
        .with("if-match", &format!("\"{}\"", order["version"]))
        .post(&path, body)
        .await
        .expect(200)
        .json
}

/// In every grid: one just reported, one with each unit, one that was refused.
async fn orders(town: &Town) -> Vec<Known> {
    let other_desk = town.house.signed_in(PostKind::Desk, OTHER_STREET).await;
    let mut all = Vec::new();
    for (nth, grid) in GRIDS.into_iter().enumerate() {
        let desk = if grid / 1_000_000 == OTHER_STREET { &other_desk } else { &town.desk };
        for unit in [None, Some(town.unit), Some(town.other_unit)] {
            let mut order = desk.post("/orders", cracked(middle(nth), &[])).await.expect(201).json;
            if let Some(unit) = unit {
                order = step(
                    desk,
                    &order,
                    json!({ "action": "accept", "standard_id": order["suggestion"]["standard_id"] }),
                )
                .await;
                order = step(
                    desk,
                    &order,
                    json!({ "action": "dispatch", "organisation_id": organisation(unit) }),
                )
                .await;
            }
            all.push(Known::of(&order));
        }
        let order = desk.post("/orders", cracked(middle(nth), &[])).await.expect(201).json;
        all.push(Known::of(
            &step(desk, &order, json!({ "action": "reject", "reason": "不属于本平台" })).await,
        ));
    }
    // The two that the town began with: the desk's and a resident's.
    let first = town.desk.get("/orders?sort=newest&limit=200").await.expect(200);
    let known: BTreeSet<String> = all.iter().map(|order| order.id.clone()).collect();
    all.extend(
        first.json["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(Known::of)
            .filter(|order| !known.contains(&order.id)),
    );
    assert_eq!(all.len(), 18);
    all
}

/// The ids of a list, page by page.
async fn listed(client: &Client, view: &str, sort: &str) -> Vec<String> {
    let (mut ids, mut next) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/orders?view={view}&sort={sort}&limit=5{next}")).await.expect(200);
        ids.extend(
            page.json["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()),
        );
        match page.json["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return ids,
        }
    }
}

fn allowed(house: &House, client: &Client, all: &[Known], is_open: bool) -> BTreeSet<String> {
    let caller = client.caller.as_ref().unwrap();
    let may_read = |order: &&Known| {
        house.app.policy().allows(caller, "order:read", &order.thing, house.app.clock().now()).unwrap()
    };
    all.iter()
        .filter(|order| order.is_open == is_open)
        .filter(may_read)
        .map(|order| order.id.clone())
        .collect()
}

both_engines! {
    async fn every_list_shows_what_the_policy_allows_and_each_order_once(fresh) {
        let town = town(fresh).await;
        let all = orders(&town).await;
        let mut shown = 0;
        for kind in PostKind::ALL {
            for area in [DISTRICT, STREET, OTHER_STREET, COMMUNITY, OTHER_COMMUNITY, GRIDS[0], GRIDS[2], GRIDS[3]] {
                for unit in [None, Some(town.unit), Some(town.other_unit)] {
                    let client = town.house.signed_in_for(kind, area, unit).await;
                    let open = allowed(&town.house, &client, &all, true);
                    for (view, sort, expected) in [
                        ("all_open", "newest", &open),
                        ("all_open", "due", &open),
                        ("closed", "newest", &allowed(&town.house, &client, &all, false)),
                    ] {
                        let found = listed(&client, view, sort).await;
                        assert_eq!(found.len(), expected.len(), "{kind} of {area} with {unit:?} in {view} by {sort}");
                        assert_eq!(&found.into_iter().collect::<BTreeSet<_>>(), expected, "{kind} of {area} with {unit:?} in {view} by {sort}");
                    }
                    let points = client.get("/orders/points").await.expect(200);
                    let points: BTreeSet<String> = points.json["items"].as_array().unwrap().iter().map(|point| point["id"].as_str().unwrap().to_owned()).collect();
                    assert_eq!(points, open, "the map of {kind} of {area} with {unit:?}");
                    let counted = client.get("/orders/counts").await.expect(200).json["all_open"].as_u64().unwrap_or_default();
                    assert_eq!(counted, open.len() as u64, "the counts of {kind} of {area} with {unit:?}");
                    shown += open.len();
                }
            }
        }
        assert!(shown > 500, "only {shown} rows were seen");
    }

    async fn an_order_is_shown_where_its_list_shows_it(fresh) {
        let town = town(fresh).await;
        let all = orders(&town).await;
        for (kind, area, unit) in [
            (PostKind::Desk, STREET, None), (PostKind::GridWorker, GRIDS[2], None), (PostKind::CommunityHead, COMMUNITY, None),
            (PostKind::Handler, DISTRICT, Some(town.unit)), (PostKind::Leader, DISTRICT, None), (PostKind::Admin, DISTRICT, None),
        ] {
            let client = town.house.signed_in_for(kind, area, unit).await;
            let visible: BTreeSet<String> = [true, false].iter().flat_map(|is_open| allowed(&town.house, &client, &all, *is_open)).collect();
            for order in &all {
                let status = if visible.contains(&order.id) { 200 } else { 404 };
                for part in ["", "/steps", "/comments"] {
                    let _ = client.get(&format!("/orders/{}{part}", order.id)).await.expect(status);
                }
            }
        }
    }
}
