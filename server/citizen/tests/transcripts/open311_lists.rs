//! Open311: what everybody may read, and what nobody may.

use orders::{NewOrder, Source, books, report};
use platform::{Call, PostKind};
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::client311::{Program, escaped};
use crate::district::{Case, DISTRICT, FAR, HERE, STREET, Town};
use crate::resident::{Resident, case, cracked, town};

const DAY: i64 = 24 * 3_600_000;

fn ids(list: &Json) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|one| one["service_request_id"].as_str().unwrap().to_owned())
        .collect()
}

/// A case of a resident, led into a state that is nobody else's business.
async fn guided(town: &Town) -> (Resident, Case) {
    let resident = Resident::reporting(town, cracked()).await;
    let case = case(town, &resident).await;
    let guided = case.done(&town.desk, json!({ "action": "guide", "reason": "邻里纠纷" })).await;
    (resident, guided)
}

both_engines! {
    async fn a_request_is_told_whole_when_it_was_made_in_public_and_coarsely_when_it_was_not(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let own = program.reports("井盖破损，面积较大").await;
        let resident = Resident::reporting(&town, cracked()).await;
        let list = program.both("requests", "").await;
        assert_eq!(ids(&list), [resident.number.clone(), own.clone()], "the newest first");
        assert_eq!(list[1], json!({
            "service_request_id": own, "status": "open", "status_notes": "已收到，正在核对", "service_name": "上水井盖", "service_code": "p0101",
            "description": "井盖破损，面积较大", "agency_responsible": "银山街道", "service_notice": null,
            "requested_datetime": "2026-11-23T01:00:00.000Z", "updated_datetime": "2026-11-23T01:00:00.000Z", "expected_datetime": null,
            "address": "柳石路 12 号", "address_id": "450204006003", "zipcode": null, "lat": HERE[1], "long": HERE[0], "media_url": null,
        }));
        assert_eq!((&list[0]["description"], &list[0]["address"]), (&Json::Null, &json!("第三社区")));
        assert!(!list[0].to_string().contains("柳石路") && !list[0].to_string().contains("5678"));
        let mut near = cracked();
        near["point"] = json!([109.385_449, 24.305_449]);
        let blurred = Resident::reporting(&town, near).await;
        let seen = program.both(&format!("requests/{}", blurred.number), "").await;
        assert_eq!((&seen[0]["lat"], &seen[0]["long"]), (&json!(24.305), &json!(109.385)));
    }

    async fn a_case_that_goes_on_tells_its_unit_its_deadline_and_its_end(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let number = program.reports("井盖破损，面积较大").await;
        let row = town.desk.get(&format!("/orders?q={number}")).await.expect(200);
        let case = Case::of(town.desk.get(&format!("/orders/{}", row.text("/items/0/id"))).await.expect(200));
        let standard = case.standard.clone();
        let case = case.done(&town.desk, json!({ "action": "accept", "standard_id": standard })).await.sent_to(&town.desk, town.unit).await;
        let sent = program.both(&format!("requests/{number}"), "").await;
        assert_eq!((&sent[0]["agency_responsible"], &sent[0]["expected_datetime"]), (&json!("城市管理局"), &case.seen.json["due_at"]));
        town.house.pass(60_000);
        let case = case.done(&town.handler, json!({ "action": "sign" })).await;
        let case = town.resolve(case).await.done(&town.worker, json!({ "action": "verify" })).await;
        case.done(&town.desk, json!({ "action": "close" })).await;
        let closed = program.both(&format!("requests/{number}"), "").await;
        assert_eq!((&closed[0]["status"], &closed[0]["updated_datetime"]), (&json!("closed"), &json!("2026-11-23T01:01:00.000Z")));
        assert_eq!(ids(&program.both("requests", "status=closed").await), std::slice::from_ref(&number));
        assert_eq!(program.both("requests", "status=open").await, json!([]));
        assert_eq!(ids(&program.both("requests", "status=open,closed").await), [number]);
    }

    async fn what_is_private_appears_by_no_parameter(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let (private, guided) = guided(&town).await;
        let main = program.reports("井盖破损").await;
        let row = town.desk.get(&format!("/orders?q={main}")).await.expect(200).text("/items/0/id");
        let joined = Resident::reporting(&town, cracked()).await;
        case(&town, &joined).await.done(&town.desk, json!({ "action": "join", "into": row })).await;
        let rejected = Resident::reporting(&town, cracked()).await;
        case(&town, &rejected).await.done(&town.desk, json!({ "action": "reject", "reason": "重复" })).await;
        let admin = town.house.signed_in(PostKind::Admin, DISTRICT).await;
        let key = admin.post("/systems", json!({ "name": "市平台", "kind": "hotline" })).await.expect(201).text("/key");
        let hotline = town.house.visitor().with("authorization", &format!("Bearer {key}"));
        let ticket = json!({ "number": "T-1", "class": "p0101", "point": HERE, "address": "柳石路", "description": "井盖破损", "confidential": true });
        let secret = hotline.post("/intake/tickets", ticket).await.expect(201).text("/number");
        // Even after it was settled.
        guided.done(&town.worker, json!({ "action": "reclassify", "reason": "再核" })).await;
        let hidden = [&private.number, &joined.number, &rejected.number, &secret];
        let all = hidden.map(String::as_str).join(",");
        for query in [
            String::new(), format!("service_request_id={all}"), "status=open,closed".into(), "service_code=p0101".into(), format!("q={}", escaped("井盖")),
            "lat=24.305&long=109.385&radius=5000".into(), "updated_after=2026-11-01T00:00:00Z".into(), format!("jurisdiction_id={STREET}"),
            "start_date=2026-11-01T00:00:00Z&page_size=1000".into(), format!("service_request_id={all}&api_key={}", program.key),
        ] {
            let list = program.both("requests", &query).await;
            assert!(hidden.iter().all(|number| !list.to_string().contains(*number)), "{query}: {list}");
        }
        for number in hidden {
            program.get(&format!("requests/{number}.json")).await.expect(404);
            program.get(&format!("tokens/{number}.json")).await.expect(404);
        }
        let updates = program.both("servicerequestupdates", "").await.to_string();
        assert!(hidden.iter().all(|number| !updates.contains(*number)), "{updates}");
        assert_eq!(ids(&program.both("requests", "").await), [main]);
    }

    async fn whoever_reported_what_was_joined_follows_the_other(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let main = Resident::reporting(&town, cracked()).await;
        let own = program.reports("井盖破损").await;
        let row = town.desk.get(&format!("/orders?q={own}")).await.expect(200).text("/items/0/id");
        let second = Case::of(town.desk.get(&format!("/orders/{row}")).await.expect(200));
        second.done(&town.desk, json!({ "action": "join", "into": case(&town, &main).await.id })).await;
        crate::resident::dispatched(&town, &main).await;
        let shown = program.both(&format!("requests/{own}"), "").await;
        assert_eq!((&shown[0]["service_request_id"], &shown[0]["status"], &shown[0]["agency_responsible"]), (&json!(own), &json!("open"), &json!("城市管理局")));
        assert_eq!((&shown[0]["description"], &shown[0]["address"]), (&Json::Null, &json!("第三社区")));
        let updates = program.both("servicerequestupdates", "").await;
        let of_own: Vec<_> = updates.as_array().unwrap().iter().filter(|one| one["service_request_id"] == json!(own)).map(|one| one["status"].as_str().unwrap()).collect();
        assert_eq!(of_own, ["OPEN", "DUPLICATE"]);
    }

    async fn spans_end_at_ninety_days_in_any_zone(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let old = program.reports("井盖破损").await;
        assert_eq!(ids(&program.both("requests", "start_date=2026-11-23T09:00:00%2B08:00&end_date=2026-11-23T01:00:00Z").await), std::slice::from_ref(&old));
        assert_eq!(ids(&program.both("requests", "start_date=2026-11-23T09:00:00+08:00").await), std::slice::from_ref(&old), "a plus sign that was not escaped");
        assert_eq!(program.both("requests", "start_date=2026-11-23T01:00:00.001Z").await, json!([]));
        assert_eq!(program.both("requests", "end_date=2026-11-23T00:59:59.999Z").await, json!([]));
        assert_eq!(ids(&program.both("requests", "end_date=2027-02-21T01:00:00Z").await), std::slice::from_ref(&old));
        assert_eq!(program.both("requests", "end_date=2027-02-21T01:00:00.001Z").await, json!([]));
        program.get("requests.json?start_date=2026-08-25T01:00:00Z&end_date=2026-11-23T01:00:00Z").await.expect(200);
        for wrong in ["start_date=2026-08-25T00:59:59Z&end_date=2026-11-23T01:00:00Z", "start_date=2026-11-23T01:00:00", "start_date=2026-11-23", "end_date=x", "start_date=2026-11-24T00:00:00Z&end_date=2026-11-23T00:00:00Z", "status=done", "page=0", "page_size=1001", "lat=24.3", "before=x"] {
            assert_eq!(program.both("requests", wrong).await[0]["code"], "400", "{wrong}");
        }
        town.house.pass(91 * DAY);
        assert_eq!(program.both("requests", "").await, json!([]));
        assert_eq!(ids(&program.both("requests", &format!("service_request_id={old},006-20261123-00099-X&status=closed&start_date=&service_code=p0102")).await), std::slice::from_ref(&old), "ids override");
        assert_eq!(ids(&program.both(&format!("requests/{old}"), "status=closed").await), [old]);
    }

    async fn lists_are_narrowed_by_service_place_and_jurisdiction(fresh) {
        let town = town(fresh).await;
        let program = Program::connected(&town, None).await;
        let here = program.reports("井盖破损").await;
        let far = program.post("requests.json", &[("service_code", "p0102"), ("lat", &FAR[1].to_string()), ("long", &FAR[0].to_string()), ("description", "弹跳作响")]).await.expect(201).text("/0/service_request_id");
        assert_eq!(ids(&program.both("requests", "service_code=p0102").await), std::slice::from_ref(&far));
        assert_eq!(ids(&program.both("requests", "service_code=p0101,p0102").await), [far.clone(), here.clone()]);
        assert_eq!(ids(&program.both("requests", "lat=24.305&long=109.385&radius=50").await), std::slice::from_ref(&here));
        assert_eq!(ids(&program.both("requests", &format!("q={}", escaped("弹跳"))).await), std::slice::from_ref(&far));
        assert_eq!(ids(&program.both("requests", &format!("jurisdiction_id={STREET}")).await), std::slice::from_ref(&here));
        assert_eq!(ids(&program.both("requests", &format!("jurisdiction_id={DISTRICT}&status=")).await), [far, here], "an empty parameter is none");
        assert_eq!(program.both("requests", "jurisdiction_id=1").await[0]["code"], "404");
    }
}

/// Ten thousand cases need not go through two engines and six requests each.
#[tokio::test]
async fn ten_thousand_requests_are_paged_without_gaps_or_repeats_while_new_ones_arrive() {
    let town = town(store::testing::sqlite().await.unwrap()).await;
    let program = Program::connected(&town, None).await;
    let fill = |many: usize| {
        let app = town.house.app.clone();
        async move {
            let books = books(&app).await.unwrap();
            let call = Call::program("test");
            let filed = app.write(&call, STREET, move |w| async move {
                let mut numbers = Vec::new();
                for nth in 0..many {
                    let position = areas::Position::new(HERE[0], HERE[1]).ok();
                    let new = NewOrder {
                        source: Source::Open311,
                        class: "p0101".into(),
                        position,
                        area: None,
                        address: "柳石路".into(),
                        description: format!("第 {nth} 处"),
                        urgent: false,
                        files: Vec::new(),
                        contact: None,
                    };
                    numbers.push(report(&w, &books, new).await?.number);
                }
                Ok(numbers)
            });
            filed.await.unwrap()
        }
    };
    let mut expected = Vec::new();
    for _ in 0..10 {
        expected.extend(fill(1_000).await);
        town.house.pass(1_000);
    }
    let (mut seen, mut place) =
        (Vec::new(), "/open311/v2/requests.json?page_size=997&status=open".to_owned());
    loop {
        let reply = program.client.get(&place).await.expect(200);
        seen.extend(ids(&reply.json));
        fill(3).await;
        let Some(next) = reply.headers.get("link") else { break };
        let next = next.to_str().unwrap();
        place = format!("/open311/v2/requests.json{}", &next[1..next.find('>').unwrap()]);
    }
    expected.reverse();
    assert_eq!(seen.len(), expected.len());
    assert_eq!(seen, expected);
}
