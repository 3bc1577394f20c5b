//! Following a case.

use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::FAR;
use crate::resident::{Resident, TAIL, case, closed, cracked, dispatched, told, town};

both_engines! {
    async fn a_resident_reads_every_step_in_plain_words(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let seen = resident.by_token().await.expect(200);
        assert_eq!(seen.text("/state_text/zh"), "已收到，正在核对");
        assert_eq!(seen.text("/responsible/zh"), "银山街道");
        assert_eq!((&seen.json["due_at"], seen.text("/light").as_str()), (&json!(null), "none"));

        let case = dispatched(&town, &resident).await;
        let seen = resident.by_token().await.expect(200);
        assert_eq!((seen.text("/responsible/zh"), seen.text("/state")), ("城市管理局".into(), "dispatched".into()));
        assert_eq!((seen.text("/due_at"), seen.text("/light")), ("2026-11-23T07:30:00.000Z".into(), "normal".into()));

        let signed = case.done(&town.handler, json!({ "action": "sign" })).await;
        let resolved = town.resolve(signed).await;
        let seen = resident.by_token().await.expect(200);
        assert_eq!((&seen.json["due_at"], seen.text("/light").as_str()), (&json!(null), "none"));
        let rework = resolved.done(&town.worker, json!({ "action": "rework", "reason": "仍然晃动" })).await;
        let again = town.resolve(rework).await.done(&town.worker, json!({ "action": "verify" })).await;
        again.done(&town.desk, json!({ "action": "close", "note": "内部备注" })).await;
        let seen = resident.by_token().await.expect(200);
        assert_eq!(told(&seen, "zh"), [
            "街道收到了您反映的问题",
            "已受理",
            "已交城市管理局办理",
            "城市管理局已签收，正在处理",
            "城市管理局已处理完，等待现场核实",
            "现场核实没有通过，已要求重新处理",
            "城市管理局已处理完，等待现场核实",
            "现场核实通过",
            "已办结",
        ]);
        assert_eq!(told(&seen, "en")[2], "It was sent to urban bureau");
        assert_eq!((seen.text("/state_text/zh"), seen.text("/closed_at")), ("已办结".into(), "2026-11-23T01:00:00.000Z".into()));
        assert_eq!((&seen.json["can_rate"], &seen.json["can_urge"]), (&json!(true), &json!(false)));
        assert_eq!(seen.json["after"].as_array().unwrap().len(), 2);
        let whole = seen.transcript();
        for inner in ["测试员", "handler", "内部备注", "仍然晃动", "5678"] {
            assert!(!whole.contains(inner), "{inner} is not for the public page: {whole}");
        }
    }

    async fn a_refused_report_says_why(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        case(&town, &resident).await.done(&town.desk, json!({ "action": "reject", "reason": "属小区内部道路，由物业负责", "note": "已电话告知" })).await;
        let seen = resident.by_token().await.expect(200);
        assert_eq!(told(&seen, "zh")[1], "经核对不予受理：属小区内部道路，由物业负责");
        assert_eq!((&seen.json["closed_at"], &seen.json["can_urge"], &seen.json["can_rate"]), (&json!(null), &json!(false), &json!(false)));
    }

    async fn what_goes_to_no_office_is_explained(fresh) {
        let town = town(fresh).await;
        let head = town.house.signed_in(platform::PostKind::CommunityHead, crate::district::COMMUNITY).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let consulted = json!({ "action": "consult", "reason": "属邻里小事，由社区组织协商" });
        let small = case(&town, &resident).await.done(&town.desk, consulted).await;
        let seen = resident.by_token().await.expect(200);
        assert_eq!((seen.text("/explanation/zh"), seen.text("/state_text/zh")),
            ("已转社区组织协商：属邻里小事，由社区组织协商".into(), "社区正在组织协商".into()));
        let private = small.done(&town.desk, json!({ "action": "guide", "reason": "属当事人之间的纠纷" })).await;
        assert!(resident.by_token().await.expect(200).text("/explanation/zh").ends_with("：属当事人之间的纠纷"));
        private.done(&head, json!({ "action": "settle", "note": "双方已达成一致" })).await;
        let seen = resident.by_token().await.expect(200);
        assert_eq!((seen.text("/explanation/zh"), &seen.json["can_rate"]), ("已协商办结：双方已达成一致".into(), &json!(true)));
        let other = Resident::reporting(&town, cracked()).await;
        let cancelled = json!({ "action": "cancel", "reason": "与前一件重复" });
        case(&town, &other).await.done(&town.desk, cancelled).await;
        assert_eq!(other.by_token().await.expect(200).text("/explanation/zh"), "已撤销：与前一件重复");
    }

    async fn returns_and_reopening_are_told_without_taking_sides(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let case = dispatched(&town, &resident).await;
        case.done(&town.handler, json!({ "action": "return", "reason": "不属于我局职责", "clause": "37.02.02" })).await;
        let seen = resident.by_token().await.expect(200);
        assert_eq!(told(&seen, "zh").last().unwrap(), "正在另行安排承办单位");
        assert_eq!((seen.text("/responsible/zh"), &seen.json["due_at"]), ("银山街道".into(), &json!(null)));
        assert!(!seen.transcript().contains("职责"));
    }

    async fn the_end_of_the_phone_number_opens_it_too(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let by_tail = resident.by_tail(TAIL).await.expect(200);
        let strip = |mut json: Json| { json.as_object_mut().unwrap().remove("token"); json };
        assert_eq!(strip(by_tail.json), strip(resident.by_token().await.expect(200).json));
        let typed = resident.number.to_lowercase().replace('-', "");
        let _ = resident.client.get(&format!("/public/reports/{typed}?phone_tail={TAIL}")).await.expect(200);
    }

    async fn whatever_does_not_match_is_not_found_and_looks_the_same(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        let mut far = cracked();
        far["point"] = json!(FAR);
        let other = Resident::reporting(&town, far).await;
        let nobody = "006-20261123-00002-D".to_owned();
        assert!(platform::number::normalize(&nobody).is_some());
        let slip = resident.number.replace("00001", "00011");
        let long = format!("{}{}", "0".repeat(3_000), resident.number);
        let tries = [
            resident.path("?phone_tail=0000"),
            resident.path(&format!("?token={}", other.token)),
            resident.path("?token="),
            format!("/public/reports/{nobody}?phone_tail={TAIL}"),
            format!("/public/reports/{nobody}?token={}", resident.token),
            format!("/public/reports/{slip}?phone_tail={TAIL}"),
            format!("/public/reports/{long}?phone_tail={TAIL}"),
            "/public/reports/x?phone_tail=5678".to_owned(),
        ];
        let mut answers = Vec::new();
        for path in tries {
            answers.push(resident.client.get(&path).await.expect(404).transcript());
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
    }

    async fn a_proof_must_be_shown_and_be_one(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        for (query, status) in [("", 400), ("?phone_tail=12", 422), ("?phone_tail=12a4", 422), ("?phone_tail=１２３４", 422), ("?token=a&phone_tail=5678", 400)] {
            let query: String = query.chars().map(|c| if c.is_ascii() { c.to_string() } else { "%EF%BC%91".to_owned() }).collect();
            let _ = resident.client.get(&resident.path(&query)).await.expect(status);
        }
    }

    async fn who_left_a_phone_at_the_desk_may_follow_too(fresh) {
        let town = town(fresh).await;
        let mut body = crate::district::cracked();
        body["contact"] = json!({ "name": "覃某", "phone": "0772-3889999" });
        let number = town.desk.post("/orders", body).await.expect(201).text("/number");
        let seen = town.house.visitor().get(&format!("/public/reports/{number}?phone_tail=9999")).await.expect(200);
        assert!(!seen.transcript().contains("覃某"));
    }

    async fn a_reopened_case_is_open_again(fresh) {
        let town = town(fresh).await;
        let resident = Resident::reporting(&town, cracked()).await;
        closed(&town, &resident).await.done(&town.desk, json!({ "action": "reopen", "reason": "复发" })).await;
        let seen = resident.by_token().await.expect(200);
        assert_eq!((&seen.json["closed_at"], &seen.json["can_urge"], &seen.json["can_rate"]), (&json!(null), &json!(true), &json!(false)));
        assert_eq!(told(&seen, "zh").last().unwrap(), "重新办理");
    }
}
