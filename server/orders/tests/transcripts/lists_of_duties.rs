//! Dispatch under the duty list: who is offered, what is cited, what goes to no community.

use catalogue::DutySheet;
use insta::assert_snapshot;
use platform::{Call, PostKind, Text};
use serde_json::{Value as Json, json};
use staff::{NewOrganisation, OrganisationKind};
use store::both_engines;
use store::testing::Fresh;

use crate::district::{COMMUNITY, Case, DISTRICT, HERE, STREET, Town, town};

const DUTIES: &str = "编号,类别,事项,子项,英文名称,设定依据,责任单位,配合单位,关联类别\n\
    31,环境卫生,,,Sanitation,,,,\n\
    31.01,,清扫保洁监督,,Cleaning,《市容条例》,urban,,\n\
    31.01.02,,,卫生死角清理,Clearing corners,《市容条例》,urban,社区,p0102\n\
    37,道路协管,,,Roads,,,,\n\
    37.02,,道路与井盖巡查,,Manholes,《城市道路管理条例》,safety_office,,\n\
    37.02.02,,,井盖缺损上报,Missing covers,《城市道路管理条例》,safety_office,water,p01\n";

/// The town with a duty list, the community's own organisation, and an office of its street.
pub async fn listed_town(fresh: Fresh) -> (Town, i64, i64) {
    let town = town(fresh).await;
    let call = Call::program("test");
    let opened = town.house.app.write(&call, DISTRICT, |w| async move {
        let sheet = DutySheet::read(DUTIES.as_bytes()).unwrap();
        assert!(sheet.problems.is_empty(), "{:?}", sheet.problems);
        catalogue::import_duties(&w, sheet).await?;
        let open = |key: &str, kind, zh: &str| NewOrganisation {
            key: key.to_owned(),
            kind,
            name: Text::owned(zh, key),
            street: Some(STREET),
            parent: None,
        };
        let community = open(&COMMUNITY.to_string(), OrganisationKind::Community, "第三社区");
        let community = staff::open_organisation(&w, community).await?;
        let office = open("safety_office", OrganisationKind::Office, "公共安全办公室");
        Ok((community, staff::open_organisation(&w, office).await?))
    });
    let (community, office) = opened.await.unwrap();
    (town, community, office)
}

/// A rattling sewer cover, of a class under the community's list.
async fn rattling(town: &Town) -> Case {
    let body = json!({ "class": "p0102", "point": HERE, "address": "柳石路", "description": "井盖弹跳作响" });
    let case = Case::of(town.desk.post("/orders", body).await.expect(201));
    let standard = case.standard.clone();
    case.done(&town.desk, json!({ "action": "accept", "standard_id": standard })).await
}

fn to(unit: i64) -> Json {
    json!({ "action": "dispatch", "organisation_id": Town::unit_id(unit) })
}

both_engines! {
    async fn the_desk_is_offered_whom_the_list_names_with_the_clause(fresh) {
        let (town, ..) = listed_town(fresh).await;
        let case = town.accepted().await;
        let offers: Vec<String> = case.seen.json["offers"].as_array().unwrap().iter().map(|offer| {
            format!("{} as {} under {}: {}", offer["organisation"]["name"]["zh"], offer["as"], offer["duty"]["code"], offer["clause"]["zh"])
        }).collect();
        assert_snapshot!(offers.join("\n"), @r#"
        "城市管理局" as "standard" under "37.02.02": "37.02.02 井盖缺损上报（《城市道路管理条例》）"
        "公共安全办公室" as "owner" under "37.02.02": "37.02.02 井盖缺损上报（《城市道路管理条例》）"
        "水务公司" as "co_owner" under "37.02.02": "37.02.02 井盖缺损上报（《城市道路管理条例》）"
        "#);
        // Whoever cannot dispatch is offered nothing.
        assert_eq!(case.read(&town.worker).await.expect(200).json["offers"], json!([]));
    }

    async fn a_dispatch_goes_out_under_a_sub_item_that_its_history_cites(fresh) {
        let (town, _, office) = listed_town(fresh).await;
        let case = town.accepted().await.done(&town.desk, to(office)).await;
        assert_eq!(case.seen.text("/duty/code"), "37.02.02");
        let steps = town.desk.get(&format!("/orders/{}/steps", case.id)).await.expect(200);
        let last = steps.json["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((last["clause"].as_str(), last["organisation"]["name"]["zh"].as_str()),
            (Some("37.02.02 井盖缺损上报（《城市道路管理条例》）"), Some("公共安全办公室")));
    }

    async fn a_sub_item_must_be_in_force_and_name_the_unit(fresh) {
        let (town, _, office) = listed_town(fresh).await;
        let case = town.accepted().await;
        for (duty, told) in [("99.01.01", "没有这个现行的子项"), ("31.01.02", "都不是所选单位")] {
            let mut step = to(office);
            step["duty_code"] = json!(duty);
            let refused = case.tried(&town.desk, step).await.expect(422);
            assert_eq!(refused.text("/fields/0/field"), "duty_code");
            assert!(refused.text("/fields/0/detail").contains(told), "{}", refused.text("/fields/0/detail"));
        }
    }

    async fn nothing_outside_its_list_goes_to_a_community(fresh) {
        let (town, community, _) = listed_town(fresh).await;
        let case = town.accepted().await;
        let mut cited = to(community);
        cited["duty_code"] = json!("31.01.02");
        for step in [to(community), cited] {
            let refused = case.tried(&town.desk, step).await.expect(422);
            assert_eq!(refused.text("/fields/0/field"), "organisation_id");
        }
        let helped = json!({ "action": "dispatch", "organisation_id": Town::unit_id(town.unit), "helpers": [Town::unit_id(community)] });
        let _ = case.tried(&town.desk, helped).await.expect(422);
        let sent = rattling(&town).await.done(&town.desk, to(community)).await;
        assert_eq!(sent.seen.text("/duty/code"), "31.01.02");
        assert_eq!(sent.clock("handling")["derivation"][1]["zh"], "时限为2个工作日");
    }

    async fn many_are_dispatched_at_once_and_one_refusal_holds_up_no_other(fresh) {
        let (town, ..) = listed_town(fresh).await;
        let (first, second, late) = (town.accepted().await, town.accepted().await, town.accepted().await);
        let gone = late.clone().done(&town.desk, json!({ "action": "cancel", "reason": "重复" })).await;
        assert_eq!(gone.state(), "cancelled");
        let named = |case: &Case| json!({ "id": case.id, "version": case.version });
        let body = json!({
            "action": "dispatch", "organisation_id": Town::unit_id(town.unit),
            "orders": [named(&first), named(&late), named(&second)],
        });
        let desk = town.desk.clone().with("idempotency-key", "batch-of-three");
        let done = desk.post("/orders/steps/batch", body.clone()).await.expect(200);
        let told = |reply: &platform::testing::Reply| -> Vec<String> {
            reply.json["items"].as_array().unwrap().iter().map(|one| {
                format!("{} {} {}", one["ok"], one["state"], one["problem"]["status"])
            }).collect()
        };
        assert_eq!(told(&done), [r#"true "dispatched" null"#, "false null 409", r#"true "dispatched" null"#]);
        let again = desk.post("/orders/steps/batch", body).await.expect(200);
        assert_eq!(told(&again), ["true null null", "false null 409", "true null null"]);
        let none = json!({ "action": "dispatch", "orders": [] });
        let _ = town.desk.post("/orders/steps/batch", none).await.expect(422);
        let far = town.house.signed_in(PostKind::Desk, crate::district::OTHER_STREET).await;
        let foreign = json!({ "action": "recall", "reason": "误派", "orders": [named(&first)] });
        let foreign = far.post("/orders/steps/batch", foreign).await.expect(200);
        assert_eq!(told(&foreign), ["false null 404"]);
    }
}
