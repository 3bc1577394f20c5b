//! One sound request for each route: what is refused is refused for who asks, never for what is asked.

use axum::http::Method;
use platform::testing::{Client, Reply};
use serde_json::{Value as Json, json};

use super::forms::{Forms, SHEET};
use super::mine::delay;
use super::register::{list, looking, reveal, verdict};
use super::table::Route;
use super::town::{COMMUNITIES, COMMUNITY, GRID, GRIDS, Town, at, cracked, grids, map, middle, organisation};

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

/// A ticket of the hotline in [`GRID`].
pub fn ticket() -> Json {
    json!({ "number": "T-1", "class": "p0101", "point": middle(0), "address": "柳石路 1 号", "description": "井盖缺失" })
}

/// An event of another system in [`GRID`].
pub fn event() -> Json {
    json!({ "number": "E-1", "class": "p0101", "point": middle(0), "address": "柳石路 1 号", "description": "井盖倾斜" })
}

/// How a sheet of the hotline is read, for the street of [`GRID`].
pub fn mapping() -> Json {
    let columns = json!({ "class": "类别", "address": "地址", "description": "内容" });
    json!({ "name": "市12345", "street": "450204006", "columns": columns })
}

/// The line that parts [`GRID`] from south to north.
pub fn split() -> Json {
    let part = |zh: &str| json!({ "name": { "zh": zh, "en": "Part" } });
    json!({ "line": [at(0.5, 0.0), at(0.5, 1.0)], "parts": [part("西片"), part("东片")] })
}

/// The cases of a day, walked through a draft.
pub fn replay(draft: &str) -> Json {
    json!({ "draft": draft, "from": "2026-11-22T16:00:00Z", "to": "2026-11-23T16:00:00Z" })
}

/// A new indicator.
pub fn indicator() -> Json {
    let text = |zh: &str, en: &str| json!({ "zh": zh, "en": en });
    json!({ "key": "taking", "version": 1, "name": text("签收率", "Taking"), "formula": text("签收 ÷（签收 + 退回）", "signed ÷ (signed + returned)"),
        "numerator": ["signed"], "denominator": ["signed", "returned"], "better": "higher" })
}

/// The next version of the scorecard that every street begins with.
pub fn scorecard() -> Json {
    let name = json!({ "zh": "部门考评", "en": "Scorecard" });
    json!({ "key": "departments", "version": 2, "effective_from": 202_611, "name": name, "closes_on": 24, "objection_days": 5,
        "lines": [{ "indicator": "rework", "weight": 100, "target": 500 }], "exclusions": [] })
}

/// An objection to a case.
pub fn objection(order: &str) -> Json {
    json!({ "order": order, "indicator": "rework", "reason": "返工系因施工占道" })
}

/// Where nobody listens.
pub fn webhook() -> Json {
    json!({ "url": "http://127.0.0.1:9/", "street": "450204006" })
}

pub fn merge(codes: &[&str]) -> Json {
    json!({ "grids": codes, "name": { "zh": "合并网格", "en": "Joined" } })
}

/// The path with everything in braces filled in, and what its query cannot do without.
fn place(town: &Town, route: &Route) -> String {
    let [lon, lat] = middle(0);
    let id = match route.path.split('/').nth(1) {
        Some("orders") if route.path.contains("/flow-replay/") => &town.replay,
        Some("orders") => &town.order,
        Some("webhooks") => &town.webhook,
        Some("residents") => &town.register.resident,
        Some("dwellings") => &town.register.dwelling,
        Some("buildings") => &town.register.building,
        Some("exports") => &town.register.export,
        Some("look-alarms") => &town.register.alarm,
        Some("systems") => &town.webhook.replacen("whk", "sys", 1),
        Some("insight") if route.path.contains("/objections/{id}") => &town.freeze.replacen("frz", "obj", 1),
        Some("insight") => &town.freeze,
        _ if route.path.contains("/drafts/") => &town.draft,
        Some("ledger") => &town.entry,
        Some("corrections") => &town.mine.correction,
        Some("retention") => &town.order.replacen("ord", "ret", 1),
        Some("forms") => &town.forms.form,
        Some("look-delays") => &town.mine.delay,
        Some("public") if route.path.contains("/mine/looks/") => &town.mine.look,
        _ if route.path.contains("/duties/") => &town.duty,
        _ if route.path.starts_with("/staff/posts") => &town.post,
        _ => town
            .keeping
            .id(&route.path)
            .or_else(|| town.fusing.id(&route.path))
            .or_else(|| town.reviewing.id(&route.path))
            .unwrap_or(&town.tenure),
    };
    let filled = route
        .path
        .replace("{id}", id)
        .replace("{code}", &GRID.to_string())
        .replace("{community}", &COMMUNITY.to_string())
        .replace("indicators/{key}", "indicators/rework")
        .replace("scorecards/{key}", "scorecards/departments")
        .replace("{key}", "city-case")
        .replace("{obligation}", &town.order.replacen("ord", "obl", 1))
        .replace("{attendance}", &town.order.replacen("ord", "att", 1))
        .replace("{request}", &town.order.replacen("ord", "req", 1))
        .replace("{supervision}", &town.order.replacen("ord", "sup", 1))
        .replace("{escalation}", &town.order.replacen("ord", "esc", 1))
        .replace("{number}", &town.number)
        .replace("{file}", &town.picture);
    let query = match (&route.query, route.address().as_str()) {
        (Some(query), _) => query.clone(),
        (None, "GET /areas/boundaries") => "level=grid".to_owned(),
        (None, "GET /areas/locate" | "GET /public/nearby") => format!("lon={lon}&lat={lat}"),
        (None, "GET /areas/places" | "GET /public/places") => "q=a".to_owned(),
        (None, "GET /retention") => "street=450204006".to_owned(),
        (None, "GET /staff/tenures") => format!("post={}", town.post),
        (None, "GET /insight/freezes/{id}/orders") => {
            format!("indicator=rework&organisation={}", organisation(town.unit))
        }
        (None, "GET /insight/scorecards/{key}/orders") => {
            format!("street=450204006&indicator=rework&organisation={}", organisation(town.unit))
        }
        (None, address) if address.contains(" /insight/scorecards") => "street=450204006".to_owned(),
        (None, "GET /public/reports/{number}" | "GET /public/reports/{number}/files/{file}") => {
            format!("token={}", town.token)
        }
        (None, address) => match town.keeping.query(address).or_else(|| town.fusing.query(address)) {
            Some(query) => query,
            None => return filled,
        },
    };
    format!("{filled}?{query}")
}

fn step(town: &Town, action: &str) -> Json {
    match action {
        "accept" => json!({ "action": action, "standard_id": catalogue::StandardId::shared(1) }),
        "dispatch" => json!({ "action": action, "organisation_id": organisation(town.unit) }),
        "resolve" | "self_resolve" => json!({ "action": action, "note": "已更换", "files": [town.picture] }),
        "return" => json!({ "action": action, "reason": "不属于本单位", "clause": "37.02.02" }),
        "rule" => json!({
            "action": action, "organisation_id": organisation(town.unit), "reason": "产权在该单位", "clause": "37.02.02",
        }),
        "settle" => json!({ "action": action, "note": "已协商一致" }),
        "reject" | "recall" | "rework" | "reopen" | "cancel" | "consult" | "guide" | "reclassify"
        | "refer" => {
            json!({ "action": action, "reason": "情况有变" })
        }
        _ => json!({ "action": action }),
    }
}

fn body(town: &Town, route: &Route) -> Body {
    if let Some(body) = town.fusing.body(route) {
        return body;
    }
    if let Some(json) =
        Forms::body(route).or_else(|| town.keeping.body(route)).or_else(|| town.reviewing.body(route))
    {
        return Body::Json(json);
    }
    let name = json!({ "zh": "新名称", "en": "New name" });
    Body::Json(match route.address().as_str() {
        "POST /areas/import" => return Body::File("areas.csv", grids(&["450204006003009"]).into_bytes()),
        "POST /areas/boundaries" => return Body::File("map.json", map().into_bytes()),
        "POST /catalogue/duties/import" => return Body::File("duties.csv", DUTIES.as_bytes().to_vec()),
        "POST /catalogue/standards/import" => {
            return Body::File("standards.csv", STANDARDS.as_bytes().to_vec());
        }
        "POST /forms/heading" => return Body::File("form.csv", SHEET.as_bytes().to_vec()),
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
        "POST /catalogue/flows/drafts" => json!({ "key": "city-case" }),
        "PUT /catalogue/flows/drafts/{id}" => json!({ "flow": next_flow() }),
        "POST /catalogue/flows/drafts/{id}/publish"
        | "POST /orders/guess/model"
        | "POST /webhooks/{id}/replay" => json!({}),
        "POST /orders/flow-replay" => replay(&town.draft),
        "POST /orders/guess" => json!({ "description": "井盖破损", "point": middle(0) }),
        "POST /webhooks" => webhook(),
        "PATCH /webhooks/{id}" => json!({ "paused": true }),
        "POST /intake/tickets" => ticket(),
        "POST /intake/events" => event(),
        "POST /orders/import/columns" | "POST /orders/import/rejected" => {
            return Body::File("cases.csv", cases().into_bytes());
        }
        "PUT /orders/import/mappings" => mapping(),
        "POST /insight/freezes/{id}/objections" => objection(&town.order),
        "POST /insight/indicators" => indicator(),
        "POST /insight/objections/{id}/decision" => json!({ "uphold": true, "reason": "情况属实" }),
        "POST /insight/scorecards" => scorecard(),
        "POST /insight/scorecards/{key}/freeze" => json!({ "month": "2026-10" }),
        "POST /orders" => cracked(middle(0), &[]),
        "POST /orders/{id}/steps" => step(town, route.action.as_deref().unwrap()),
        "POST /orders/calendar-preview" => json!({ "year": 2027, "days": [] }),
        "POST /orders/{id}/requests" => json!({ "kind": "extend", "reason": "配件到货延迟" }),
        "POST /orders/{id}/requests/{request}/decision" => json!({ "approve": true }),
        "POST /orders/{id}/requests/{request}/endorse"
        | "POST /orders/{id}/resume"
        | "POST /orders/{id}/supervisions/{supervision}/lift" => json!({}),
        "POST /orders/{id}/supervisions" => json!({ "text": "今日办结", "reply_by": "2026-11-24T02:00:00Z" }),
        "POST /orders/{id}/supervisions/{supervision}/reply" => json!({ "text": "已到场" }),
        "POST /orders/steps/batch" => {
            json!({ "action": "dispatch", "orders": [{ "id": town.order, "version": 1 }], "organisation_id": organisation(town.unit) })
        }
        "POST /orders/{id}/obligations" => json!({ "organisation_id": organisation(town.other_unit) }),
        "POST /orders/{id}/obligations/{obligation}/done" => {
            json!({ "note": "已配合", "files": [town.picture] })
        }
        "POST /orders/{id}/obligations/{obligation}/release" => json!({ "reason": "无需协办" }),
        "POST /orders/{id}/attendances" => json!({
            "organisation_id": organisation(town.other_unit), "place": "柳石路", "arrive_by": "2026-12-24T02:00:00Z",
        }),
        "POST /orders/{id}/comments" => json!({ "text": "请尽快" }),
        "POST /orders/{id}/contact" => json!({ "purpose": "核实位置" }),
        "POST /resident-access" => json!({ "resident": town.mine.resident }),
        "POST /look-delays" => delay(&town.mine.resident),
        "POST /corrections/{id}/answer" => json!({ "outcome": "refused", "answer": "与证件一致" }),
        "POST /exports" => list(),
        "POST /exports/{id}/decision" => json!({ "approve": true, "note": "同意，限本次核查" }),
        "POST /look-alarms/{id}/review" => verdict(),
        "POST /publicity.xlsx" => return Body::File("list.csv", "姓名,说明\n韦子涵,低保\n".into()),
        "POST /registry/find" => json!({ "text": "韦子涵" }),
        "PUT /registry/staff-links" => json!({ "username": "wei.clerk", "resident": town.register.resident }),
        "POST /residents/{id}/reveal" => reveal(),
        "PUT /session/post" => json!({ "post_id": town.post }),
        "POST /session/password" => json!({ "current": "not the one", "new": "雨天路滑，慢慢骑车" }),
        "PUT /session/totp" => json!({ "code": "000000" }),
        "POST /systems" => json!({ "name": "市平台", "kind": "open311", "area": "450204006" }),
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
    let (place, by) = (place(town, route), looking(by.clone()).with("if-match", "\"1\""));
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
