//! One sound request for each route: what is refused is refused for who asks, never for what is asked.

use axum::http::Method;
use platform::testing::{Client, Reply};
use serde_json::{Value as Json, json};

use super::table::Route;
use super::town::{COMMUNITIES, GRID, GRIDS, Town, at, cracked, grids, map, middle, organisation};

pub const FLOW: &str = include_str!("../../../../catalogue/data/flows/city-case.json");
pub const DUTIES: &str =
    "编号,类别,事项,子项,设定依据,责任单位,配合单位\n88.01.01,试验类别,试验事项,第一子项,,公共安全办公室,\n";
pub const STANDARDS: &str =
    "类别代码,立案条件,结案条件,处置时限,责任单位,法律依据\np0102,井盖丢失且无围挡,已补装,1天,water,\n";

/// What goes with a request.
pub enum Body {
    None,
    Json(Json),
    File(&'static str, Vec<u8>),
}

/// The next version of the city case's flow.
pub fn next_flow() -> Json {
    let mut flow: Json = serde_json::from_str(FLOW).unwrap();
    flow["version"] = json!(2);
    flow
}

/// A sheet with one case in [`GRID`].
pub fn cases() -> String {
    let [lon, lat] = middle(0);
    format!("类别编码,地址,描述,经度,纬度\np0101,柳石路 1 号,井盖缺失,{lon},{lat}\n")
}

/// The line that parts [`GRID`] from south to north.
pub fn split() -> Json {
    let part = |zh: &str| json!({ "name": { "zh": zh, "en": "Part" } });
    json!({ "line": [at(0.5, 0.0), at(0.5, 1.0)], "parts": [part("西片"), part("东片")] })
}

pub fn merge(codes: &[&str]) -> Json {
    json!({ "grids": codes, "name": { "zh": "合并网格", "en": "Joined" } })
}

/// The path with everything in braces filled in, and what its query cannot do without.
fn place(town: &Town, route: &Route) -> String {
    let [lon, lat] = middle(0);
    let id = match route.path.split('/').nth(1) {
        Some("orders") => &town.order,
        Some("ledger") => &town.entry,
        _ if route.path.contains("/duties/") => &town.duty,
        _ if route.path.starts_with("/staff/posts") => &town.post,
        _ => &town.tenure,
    };
    let filled = route
        .path
        .replace("{id}", id)
        .replace("{code}", &GRID.to_string())
        .replace("{key}", "city-case")
        .replace("{number}", &town.number)
        .replace("{file}", &town.picture);
    let query = match (&route.query, route.address().as_str()) {
        (Some(query), _) => query.clone(),
        (None, "GET /areas/boundaries") => "level=grid".to_owned(),
        (None, "GET /areas/locate" | "GET /public/nearby") => format!("lon={lon}&lat={lat}"),
        (None, "GET /areas/places" | "GET /public/places") => "q=a".to_owned(),
        (None, "GET /staff/tenures") => format!("post={}", town.post),
        (None, "GET /public/reports/{number}" | "GET /public/reports/{number}/files/{file}") => {
            format!("token={}", town.token)
        }
        _ => return filled,
    };
    format!("{filled}?{query}")
}

fn step(town: &Town, action: &str) -> Json {
    match action {
        "accept" => json!({ "action": action, "standard_id": catalogue::StandardId::shared(1) }),
        "dispatch" => json!({ "action": action, "organisation_id": organisation(town.unit) }),
        "resolve" | "self_resolve" => json!({ "action": action, "note": "已更换", "files": [town.picture] }),
        "reject" | "recall" | "return" | "rework" | "reopen" | "cancel" => {
            json!({ "action": action, "reason": "情况有变" })
        }
        _ => json!({ "action": action }),
    }
}

fn body(town: &Town, route: &Route) -> Body {
    let name = json!({ "zh": "新名称", "en": "New name" });
    Body::Json(match route.address().as_str() {
        "POST /areas/import" => return Body::File("areas.csv", grids(&["450204006003009"]).into_bytes()),
        "POST /areas/boundaries" => return Body::File("map.json", map().into_bytes()),
        "POST /catalogue/duties/import" => return Body::File("duties.csv", DUTIES.as_bytes().to_vec()),
        "POST /catalogue/standards/import" => {
            return Body::File("standards.csv", STANDARDS.as_bytes().to_vec());
        }
        "POST /orders/import" => return Body::File("cases.csv", cases().into_bytes()),
        "POST /files" | "POST /public/files" => {
            return Body::File("table.csv", COMMUNITIES.as_bytes().to_vec());
        }
        "POST /areas/merge" => merge(&[&GRIDS[0].to_string(), &GRIDS[1].to_string()]),
        "PATCH /areas/{code}" => json!({ "name": name }),
        "POST /areas/{code}/split" => split(),
        "POST /catalogue/calendars" => json!({ "year": 2027, "days": [] }),
        "POST /catalogue/deadline" => json!({ "limit": "3天", "start": "2026-11-23T02:00:00Z" }),
        "POST /catalogue/flows" => json!({ "flow": next_flow() }),
        "POST /catalogue/flows/check" => next_flow(),
        "POST /orders" => cracked(middle(0), &[]),
        "POST /orders/{id}/steps" => step(town, route.action.as_deref().unwrap()),
        "POST /orders/{id}/comments" => json!({ "text": "请尽快" }),
        "POST /orders/{id}/contact" => json!({ "purpose": "核实位置" }),
        "PUT /session/post" => json!({ "post_id": town.post }),
        "POST /session/password" => json!({ "current": "not the one", "new": "雨天路滑，慢慢骑车" }),
        "PUT /session/totp" => json!({ "code": "000000" }),
        "POST /staff/accounts" => json!({ "username": "somebody", "person_name": "某人" }),
        "POST /staff/grids/{code}/duties" => json!({ "role": "grid_worker", "person_name": "覃网格" }),
        "POST /staff/posts" => json!({ "kind": "clerk", "area": "450204006", "title": name }),
        "POST /staff/tenures" => json!({ "post": town.post, "username": "wei.clerk" }),
        // What needs no account is only asked whether it lets anybody in.
        _ if route.path.starts_with("/public") || route.path.starts_with("/session") => json!({}),
        _ => return Body::None,
    })
}

/// Sends the route's request.
pub async fn send(town: &Town, by: &Client, route: &Route) -> Reply {
    let (place, by) = (place(town, route), by.clone().with("if-match", "\"1\""));
    let method = Method::from_bytes(route.method.as_bytes()).unwrap();
    if route.path == "/events" {
        // News never end by themselves; the status is all that is asked for.
        let answer = by.answered(method, &place, None).await;
        let (status, headers) = (answer.status(), answer.headers().clone());
        return Reply { status, headers, bytes: Vec::new(), json: Json::Null };
    }
    match body(town, route) {
        Body::None => by.request(method, &place, None).await,
        Body::Json(json) if route.method != "GET" => {
            by.request(method, &place, Some(("application/json".to_owned(), json.to_string().into_bytes())))
                .await
        }
        Body::Json(_) => by.request(method, &place, None).await,
        Body::File(name, bytes) => by.upload(&place, name, &bytes).await,
    }
}
