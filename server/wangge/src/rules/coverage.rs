//! Every route is in the authorization table, and every change leaves a ledger entry: `routes.txt` beside this file is
//! held against the routes of the API's description, and each line of it against the program.

mod deeds;
mod forms;
mod fusing;
mod keeping;
mod lists;
mod mine;
mod register;
mod requests;
mod reviewing;
mod table;
mod town;

use std::collections::BTreeSet;

use platform::PostKind;
use platform::testing::{Client, Reply};
use serde_json::Value as Json;
use store::both_engines;

use requests::send;
use table::{Right, routes};
use town::{DISTRICT, OTHER_STREET, STREET, Town, rights, town};

/// The routes of the API's description, as `METHOD /path` below `/api/v1`.
fn described() -> BTreeSet<String> {
    let described: Json = serde_json::from_str(&crate::house::description().unwrap()).unwrap();
    let mut found = BTreeSet::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if item.get(method).is_some() {
                found.insert(format!("{} {}", method.to_uppercase(), path.strip_prefix("/api/v1").unwrap()));
            }
        }
    }
    found
}

#[test]
fn every_route_is_in_the_table_and_nothing_else_is() {
    let (described, listed): (_, BTreeSet<String>) =
        (described(), routes().iter().map(table::Route::address).collect());
    let missing: Vec<_> = described.difference(&listed).collect();
    let surplus: Vec<_> = listed.difference(&described).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "routes.txt lacks {missing:?} and has too many in {surplus:?}"
    );
}

#[test]
fn the_table_names_rights_that_the_policy_knows() {
    let policy = platform::Policy::load().unwrap();
    let known: BTreeSet<&str> = policy.actions().collect();
    for route in routes() {
        if let Right::Held(right) | Right::List(right) = &route.right {
            assert!(known.contains(right.as_str()), "{route}: {right}");
        }
    }
}

/// A person with an account and no post.
async fn without_post(town: &Town) -> Client {
    let account = serde_json::json!({ "username": "newcomer", "person_name": "新来的" });
    let password = town.admin.post("/staff/accounts", account).await.expect(201).text("/one_time_password");
    let signed = town
        .house
        .visitor()
        .post("/session", serde_json::json!({ "username": "newcomer", "password": password }))
        .await;
    town::bearing(&town.house, &signed.expect(200))
}

/// Whether a list shows nothing at all: no items, no count above zero.
fn is_empty(reply: &Reply) -> bool {
    match &reply.json["items"] {
        Json::Array(items) => items.is_empty(),
        _ => reply.json.as_object().unwrap().values().all(|count| *count == 0),
    }
}

both_engines! {
    async fn nobody_gets_in_without_signing_in_but_where_the_table_says_open(fresh) {
        let town = town(fresh).await;
        let planted = town.house.visitor().with("cookie", "wangge=0000000000000000000000000000000000000000000");
        let newcomer = without_post(&town).await;
        for route in routes() {
            for stranger in [&town.house.visitor(), &planted] {
                let status = send(&town, stranger, &route).await.status.as_u16();
                assert_eq!(status == 401, route.right != Right::Open, "{route} answers {status} to somebody unknown");
            }
            // Signing out would end the session of all the rest.
            if !matches!(route.right, Right::Open) && route.address() != "DELETE /session" {
                let status = send(&town, &newcomer, &route).await.status.as_u16();
                assert_eq!(status == 401, route.right != Right::Session, "{route} answers {status} to somebody without a post");
            }
        }
    }

    async fn a_post_of_a_kind_without_the_right_is_refused(fresh) {
        let town = town(fresh).await;
        let mut refused = 0;
        for kind in PostKind::ALL {
            let client = town.house.signed_in_for(kind, DISTRICT, Some(town.unit)).await;
            let held = rights(&town.house, &client);
            for route in routes() {
                let is_list = matches!(route.right, Right::List(_));
                let (Right::Held(right) | Right::List(right)) = &route.right else { continue };
                if held.contains(right) {
                    continue;
                }
                let reply = send(&town, &client, &route).await;
                let is_refused = if is_list { reply.status == 200 && is_empty(&reply) } else { matches!(reply.status.as_u16(), 403 | 404) };
                assert!(is_refused, "{route} for a {kind}: {}", reply.transcript());
                refused += 1;
            }
        }
        assert!(refused > 250, "only {refused} were refused");
    }

    async fn a_right_elsewhere_is_no_right_here(fresh) {
        let town = town(fresh).await;
        let mut refused = 0;
        for kind in PostKind::ALL {
            let client = town.house.signed_in_for(kind, OTHER_STREET, Some(town.other_unit)).await;
            let held = rights(&town.house, &client);
            for route in routes().into_iter().filter(|route| route.is_about_something()) {
                let Right::Held(right) = &route.right else { continue };
                // A public list is made of a sheet, not of the register: it lies nowhere.
                if route.path == "/publicity.xlsx" {
                    continue;
                }
                if right.ends_with(":read") && right != "order:read" && right != "ledger:read" || !held.contains(right) {
                    continue;
                }
                let reply = send(&town, &client, &route).await;
                // A sheet is taken or refused row by row.
                let took_nothing = right == "order:import" && reply.json["accepted"] == 0;
                assert!(took_nothing || matches!(reply.status.as_u16(), 403 | 404), "{route} for a {kind} of {OTHER_STREET}: {}", reply.transcript());
                refused += 1;
            }
        }
        assert!(refused > 60, "only {refused} were refused");
    }

    async fn who_has_the_right_is_answered(fresh) {
        let town = town(fresh).await;
        let mut answered = 0;
        for kind in PostKind::ALL {
            let client = town.house.signed_in_for(kind, STREET, Some(town.unit)).await;
            let held = rights(&town.house, &client);
            for route in routes().into_iter().filter(|route| route.method == "GET") {
                // Drafts of flows are the district's.
                if route.path.contains("/drafts") || route.path.contains("/flow-replay/") {
                    continue;
                }
                // So are sources and batches.
                if route.path.starts_with("/sources") || route.path.starts_with("/batches") {
                    continue;
                }
                // News never end, and a demo is served by its own command alone.
                if ["/events", "/demo"].contains(&route.path.as_str()) {
                    continue;
                }
                // The case is with no unit yet, and its proof waits for the log.
                let (Right::Held(right) | Right::List(right)) = &route.right else { continue };
                // A list is for whoever asked for it.
                if route.path == "/exports/{id}/list.xlsx" {
                    continue;
                }
                if !held.contains(right) || matches!(kind, PostKind::Handler | PostKind::DepartmentHead) && right == "order:read" || route.path.ends_with("/proof") {
                    continue;
                }
                let _ = send(&town, &client, &route).await.expect(200);
                answered += 1;
            }
        }
        assert!(answered > 150, "only {answered} were answered");
    }
}
