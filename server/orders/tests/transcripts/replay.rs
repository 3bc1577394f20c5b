//! Orders walked through a draft of their flow.

use orders::{Order, OrderId};
use platform::testing::{Client, Reply};
use platform::{Call, PostKind};
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::{DISTRICT, STREET, Town, town};

/// A draft of the flow with some change, as the steward wrote it.
async fn draft(steward: &Client, change: impl Fn(&mut Json)) -> String {
    let begun = steward.post("/catalogue/flows/drafts", json!({ "key": "city-case" })).await.expect(201);
    let mut flow = begun.json["flow"].clone();
    change(&mut flow);
    let put = steward.clone().with("if-match", "1");
    let put = put
        .put(&format!("/catalogue/flows/drafts/{}", begun.text("/id")), json!({ "flow": flow }))
        .await
        .expect(200);
    put.text("/id")
}

/// An action of a flow.
fn action<'a>(flow: &'a mut Json, name: &str) -> &'a mut Json {
    flow["actions"].as_array_mut().unwrap().iter_mut().find(|action| action["name"] == name).unwrap()
}

async fn replayed(steward: &Client, draft: &str) -> Reply {
    let span = json!({ "draft": draft, "from": "2026-11-22T16:00:00Z", "to": "2026-11-23T16:00:00Z" });
    steward.post("/orders/flow-replay", span).await.expect(201)
}

/// Each group as kind, sentence and count.
fn told(reply: &Reply) -> Vec<(String, String, i64)> {
    let groups = reply.json["groups"].as_array().unwrap();
    let of = |group: &Json| {
        (
            group["kind"].as_str().unwrap().to_owned(),
            group["text"]["zh"].as_str().unwrap().to_owned(),
            group["count"].as_i64().unwrap(),
        )
    };
    groups.iter().map(of).collect()
}

/// One closed, one being handled, one just reported.
async fn cases(town: &mut Town) -> [String; 3] {
    let closed = town.closed().await.id;
    let dispatched = town.dispatched().await;
    town.minutes(30).await;
    let handling = dispatched.done(&town.handler, json!({ "action": "sign" })).await.id;
    [closed, handling, town.reported().await.id]
}

both_engines! {
    async fn a_draft_that_changes_nothing_differs_in_nothing(fresh) {
        let mut town = town(fresh).await;
        cases(&mut town).await;
        let steward = town.house.signed_in(PostKind::Steward, DISTRICT).await;
        let same = draft(&steward, |flow| flow["states"][0]["zh"] = json!("待受理")).await;
        let reply = replayed(&steward, &same).await;
        assert_eq!((reply.text("/total"), reply.text("/walked"), reply.text("/differing")), ("3".into(), "3".into(), "0".into()));
        assert!(told(&reply).is_empty() && reply.json["done_at"].is_string());
    }

    async fn what_a_draft_would_have_refused_is_counted_and_its_orders_are_named(fresh) {
        let mut town = town(fresh).await;
        let [closed, handling, _] = cases(&mut town).await;
        let steward = town.house.signed_in(PostKind::Steward, DISTRICT).await;
        let stricter = draft(&steward, |flow| action(flow, "sign")["needs"] = json!(["note"])).await;
        let reply = replayed(&steward, &stricter).await;
        assert_eq!(told(&reply), [("need".into(), "执行“签收”时没有草稿要求的说明".into(), 2)]);
        let named: Vec<&str> = reply.json["groups"][0]["orders"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap()).collect();
        assert_eq!(named, [closed, handling]);
        let others = draft(&steward, |flow| action(flow, "verify")["right"] = json!("order:dispatch")).await;
        let reply = replayed(&steward, &others).await;
        assert_eq!(told(&reply), [("right".into(), "执行“核实通过”的岗位没有草稿要求的权限 order:dispatch".into(), 1)]);
        let again = steward.get(&format!("/orders/flow-replay/{}", reply.text("/id"))).await.expect(200);
        assert_eq!(again.json, reply.json);
    }

    async fn a_clock_that_starts_elsewhere_moves_deadlines(fresh) {
        let mut town = town(fresh).await;
        cases(&mut town).await;
        let steward = town.house.signed_in(PostKind::Steward, DISTRICT).await;
        let later = draft(&steward, |flow| {
            let dispatch = action(flow, "dispatch")["clocks"].as_array_mut().unwrap();
            dispatch.retain(|effect| effect["clock"] != "handling");
            action(flow, "sign")["clocks"] = json!([{ "clock": "handling", "effect": "resume_or_restart" }]);
        }).await;
        let reply = replayed(&steward, &later).await;
        assert_eq!(told(&reply), [
            ("clock".into(), "“派单”之后，处置计时由计时中变为未计时".into(), 2),
            ("deadline".into(), "处置计时的截止时间推后".into(), 1),
        ], "the one that was signed for at once keeps its deadline");
    }

    async fn many_orders_are_walked_by_a_job_that_tells_how_far_it_is(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        let id: OrderId = case.id.parse().unwrap();
        let call = Call::program("test");
        let many = town.house.app.write(&call, STREET, move |w| async move {
            let order: Order = orders::find(&w, STREET, id.id).await?.unwrap();
            let copies: Vec<Order> = (0..2_000).map(|nth| Order { id: w.id(), number: format!("{}-{nth}", order.number), ..order.clone() }).collect();
            w.record("order:copies", STREET, json!({}));
            Ok(w.bulk(&copies).await?)
        });
        many.await.unwrap();
        let steward = town.house.signed_in(PostKind::Steward, DISTRICT).await;
        let same = draft(&steward, |_| {}).await;
        let begun = replayed(&steward, &same).await;
        assert_eq!((begun.text("/total"), begun.text("/walked"), &begun.json["done_at"]), ("2001".into(), "0".into(), &Json::Null));
        assert!(town.house.app.run_due_jobs().await.unwrap() > 0);
        let done = steward.get(&format!("/orders/flow-replay/{}", begun.text("/id"))).await.expect(200);
        assert_eq!((done.text("/walked"), done.text("/differing")), ("2001".into(), "0".into()));
        assert!(done.json["done_at"].is_string());
    }

    async fn only_who_edits_the_catalogue_replays_and_a_broken_draft_is_not_walked(fresh) {
        let town = town(fresh).await;
        let steward = town.house.signed_in(PostKind::Steward, DISTRICT).await;
        let broken = draft(&steward, |flow| action(flow, "sign")["right"] = json!("order:teleport")).await;
        let span = |to: &str| json!({ "draft": broken, "from": "2026-11-22T16:00:00Z", "to": to });
        let _ = steward.post("/orders/flow-replay", span("2026-11-23T16:00:00Z")).await.expect(409);
        let _ = steward.post("/orders/flow-replay", span("2026-11-21T16:00:00Z")).await.expect(422);
        let _ = town.desk.post("/orders/flow-replay", span("2026-11-23T16:00:00Z")).await.expect(403);
    }
}

#[test]
fn a_flow_may_name_what_the_program_knows_and_nothing_else() {
    let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let states: Vec<String> = orders::State::ALL.iter().map(ToString::to_string).collect();
    let actions: Vec<String> = orders::Action::ALL.iter().map(ToString::to_string).collect();
    // A helper's clock belongs to no state: the flow does not start it.
    let clocks: Vec<String> = orders::ClockKind::ALL
        .iter()
        .filter(|clock| **clock != orders::ClockKind::Assistance)
        .map(ToString::to_string)
        .collect();
    assert_eq!(states, names(catalogue::vocabulary::STATES));
    assert_eq!(actions, names(catalogue::vocabulary::ACTIONS));
    assert_eq!(clocks, names(catalogue::vocabulary::CLOCKS));
}
