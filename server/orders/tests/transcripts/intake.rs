//! Reports from elsewhere: the hotline's files and tickets, events about places, leaders.

use platform::PostKind;
use platform::sheet::read_rows;
use platform::testing::Client;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::district::{DISTRICT, FAR, GRID, HERE, OTHER_STREET, STREET, Town, town};

const TICKETS: &str = "工单编号,来电类别,问题分类,诉求内容,诉求地址,所属社区,来电人,来电号码,是否保密,受理时间,答复期限\n\
    A-001,投诉类,井盖坏,井盖破损，面积较大,柳石路 1 号,第三社区,韦先生,13800005678,是,2026-11-22 21:30,2026/11/27\n\
    A-002,吐槽,井盖坏,井盖破损,柳石路 2 号,第三社区,,,,,\n\
    A-003,求助,井盖坏,=1+1,柳石路 3 号,第九社区,,,,昨天,\n\
    A-001,求助,井盖坏,井盖破损,柳石路 4 号,第三社区,,,,,\n\
    ,求助,井盖坏,井盖破损,柳石路 5 号,第三社区,,,,,\n\
    A-006,咨询,上水井盖,井盖破损,柳石路 6 号,450204006003001,,,,,\n";

fn mapping() -> Json {
    json!({
        "name": "市12345", "classes": { "井盖坏": "p0101" },
        "columns": {
            "number": "工单编号", "category": "来电类别", "class": "问题分类", "description": "诉求内容",
            "address": "诉求地址", "area": "所属社区", "contact.name": "来电人", "contact.phone": "来电号码",
            "confidential": "是否保密", "received_at": "受理时间", "reply_by": "答复期限",
        },
    })
}

/// A system of a kind, as a client that shows its key.
async fn system(town: &Town, kind: &str, area: i64) -> Client {
    let admin = town.house.signed_in(PostKind::Admin, DISTRICT).await;
    let body = json!({ "name": "市平台", "kind": kind, "area": area.to_string() });
    let key = admin.post("/systems", body).await.expect(201).text("/key");
    town.house.visitor().with("authorization", &format!("Bearer {key}"))
}

fn ticket() -> Json {
    json!({
        "number": "T-1", "class": "上水井盖", "point": HERE, "address": "柳石路 12 号", "description": "井盖破损，面积较大",
        "contact": { "name": "韦先生", "phone": "13800005678" }, "category": "complaint", "confidential": true,
        "urgency": "紧急", "received_at": "2026-11-23T00:50:00Z",
    })
}

fn event() -> Json {
    json!({
        "number": "E-1", "class": "p0102", "point": HERE, "address": "柳石路 12 号", "description": "井盖倾斜报警",
        "noticed_at": "2026-11-23T00:50:00Z",
    })
}

const MAPPED: &str = "/orders/import?mapping=%E5%B8%8212345";

both_engines! {
    async fn a_file_of_the_hotline_is_taken_by_a_saved_mapping_and_its_bad_rows_come_back(fresh) {
        let town = town(fresh).await;
        let columns = town.desk.upload("/orders/import/columns", "t.csv", TICKETS.as_bytes()).await.expect(200);
        assert_eq!((columns.text("/guessed/number"), columns.text("/rows"), columns.text("/sample/0/0")), ("工单编号".into(), "6".into(), "A-001".into()));
        town.desk.upload(MAPPED, "t.csv", TICKETS.as_bytes()).await.expect(422);
        town.desk.put("/orders/import/mappings", mapping()).await.expect(200);
        let saved = town.desk.put("/orders/import/mappings", mapping()).await.expect(200);
        assert_eq!(town.desk.get("/orders/import/mappings").await.expect(200).json["items"], json!([saved.json]));

        let english = town.desk.clone().with("accept-language", "en");
        let done = english.upload(MAPPED, "t.csv", TICKETS.as_bytes()).await.expect(200);
        assert_eq!(done.json, json!({
            "accepted": 2, "added": 2, "dry_run": false,
            "problems": [
                { "row": 3, "column": "来电类别", "value": "吐槽", "reason": "question, help, complaint, accusation, suggestion or praise" },
                { "row": 4, "column": "受理时间", "value": "昨天", "reason": "write a moment such as 2026-11-23 09:00" },
                { "row": 4, "column": "所属社区", "value": "第九社区", "reason": "no community is called `第九社区`" },
                { "row": 5, "column": "工单编号", "value": "A-001", "reason": "the file holds this number twice" },
                { "row": 6, "column": "工单编号", "value": "", "reason": "this is needed" },
            ],
        }));
        let list = town.desk.get("/orders?sort=newest").await.expect(200);
        assert_eq!(list.json["items"].as_array().unwrap().len(), 2);
        let first = town.desk.get(&format!("/orders/{}", list.text("/items/1/id"))).await.expect(200);
        assert_eq!((first.text("/source"), first.text("/class/code"), first.text("/area")), ("hotline".into(), "p0101".into(), "450204006003".into()));
        assert_eq!(first.json["ticket"], json!({
            "channel": "12345", "number": "A-001", "category": "complaint", "urgency": null, "confidential": true, "wants_reply": false,
            "agent": null, "received_at": "2026-11-22T13:30:00.000Z", "reply_by": "2026-11-26T16:00:00.000Z", "note": null,
        }));

        // The same file again brings nothing twice, and loses nothing.
        let again = town.desk.upload(MAPPED, "t.csv", TICKETS.as_bytes()).await.expect(200);
        assert_eq!((again.text("/accepted"), again.text("/added")), ("2".into(), "0".into()));
        let sheet = town.desk.upload(&MAPPED.replace("import?", "import/rejected?"), "t.csv", TICKETS.as_bytes()).await.expect(200);
        let rows = read_rows(&sheet.bytes).unwrap();
        assert_eq!(rows.len(), 5);
        assert_eq!(rows[0].cells.last().unwrap(), "未导入原因");
        assert_eq!((rows[2].cells[0].as_str(), rows[2].cells[3].as_str()), ("A-003", "=1+1"));
        assert!(rows[2].cells[11].contains("受理时间: 请填写时间") && rows[2].cells[11].contains("所属社区: "), "{:?}", rows[2]);
        assert_eq!(town.house.ledger(STREET).await.iter().filter(|entry| entry.starts_with("order:ticket ")).count(), 2);
    }

    async fn a_list_of_objects_is_a_file_as_well(fresh) {
        let town = town(fresh).await;
        let file = json!([{ "工单编号": "J-1", "类别": "p0101", "内容": "井盖破损", "地址": "柳石路", "社区": "第三社区", "是否保密": true }]);
        let done = town.desk.upload("/orders/import", "t.json", file.to_string().as_bytes()).await.expect(200);
        assert_eq!(done.json, json!({ "accepted": 1, "added": 1, "dry_run": false, "problems": [] }));
        let broken = town.desk.upload("/orders/import", "t.json", b"[{\"a\":").await.expect(422);
        assert_eq!(broken.text("/fields/0/field"), "file");
    }

    async fn a_mapping_leads_somewhere(fresh) {
        let town = town(fresh).await;
        let mut wrong = mapping();
        wrong["columns"] = json!({ "class": "类", "colour": "色" });
        wrong["classes"] = json!({ "井盖坏": "p01" });
        let refused = town.desk.put("/orders/import/mappings", wrong).await.expect(422);
        let fields: Vec<_> = refused.json["fields"].as_array().unwrap().iter().map(|field| field["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["columns.colour", "columns.address", "columns.description", "classes"]);
        let mut elsewhere = mapping();
        elsewhere["street"] = json!(OTHER_STREET.to_string());
        town.desk.put("/orders/import/mappings", elsewhere).await.expect(403);
        town.handler.put("/orders/import/mappings", mapping()).await.expect(403);
        town.desk.put("/orders/import/mappings", mapping()).await.expect(200);
        assert_eq!(town.handler.get("/orders/import/mappings").await.expect(200).json["items"], json!([]));
    }

    async fn a_ticket_that_is_sent_again_is_the_same_order(fresh) {
        let town = town(fresh).await;
        let hotline = system(&town, "hotline", STREET).await;
        let taken = hotline.post("/intake/tickets", ticket()).await.expect(201);
        assert_eq!(taken.text("/known"), "false");
        let again = hotline.post("/intake/tickets", ticket()).await.expect(200);
        assert_eq!((again.text("/id"), again.text("/known")), (taken.text("/id"), "true".into()));
        let seen = town.desk.get(&format!("/orders/{}", taken.text("/id"))).await.expect(200);
        assert_eq!((seen.text("/source"), seen.text("/urgent"), seen.text("/ticket/number"), seen.text("/class/code")), ("hotline".into(), "true".into(), "T-1".into(), "p0101".into()));
        assert_eq!(town.desk.get("/orders").await.expect(200).json["items"].as_array().unwrap().len(), 1);
        let file = "工单编号,类别,内容,地址,经度,纬度\nT-1,p0101,井盖破损,柳石路,109.385,24.305\n";
        assert_eq!(town.desk.upload("/orders/import", "t.csv", file.as_bytes()).await.expect(200).text("/added"), "0", "a file knows what was pushed");
    }

    async fn a_key_is_for_its_kind_and_its_area(fresh) {
        let town = town(fresh).await;
        let (hotline, watcher) = (system(&town, "hotline", STREET).await, system(&town, "place_event", STREET).await);
        town.house.visitor().post("/intake/tickets", ticket()).await.expect(401);
        town.desk.post("/intake/tickets", ticket()).await.expect(401);
        watcher.post("/intake/tickets", ticket()).await.expect(403);
        hotline.post("/intake/events", event()).await.expect(403);
        let mut far = ticket();
        far["point"] = json!(FAR);
        hotline.post("/intake/tickets", far).await.expect(403);
        let wrong = hotline.post("/intake/tickets", json!({ "number": " ", "class": "p9", "point": HERE, "address": "", "description": "x" })).await.expect(422);
        let fields: Vec<_> = wrong.json["fields"].as_array().unwrap().iter().map(|field| field["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["address", "class", "number"]);
    }

    async fn an_event_names_a_place_and_brings_no_picture(fresh) {
        let town = town(fresh).await;
        let watcher = system(&town, "place_event", DISTRICT).await;
        let mut pictured = event();
        pictured["picture"] = json!("data:image/jpeg;base64,AAAA");
        watcher.post("/intake/events", pictured).await.expect(400);
        let taken = watcher.post("/intake/events", event()).await.expect(201);
        assert_eq!(watcher.post("/intake/events", event()).await.expect(200).text("/id"), taken.text("/id"));
        let other = system(&town, "place_event", DISTRICT).await;
        assert_ne!(other.post("/intake/events", event()).await.expect(201).text("/id"), taken.text("/id"), "two systems may count alike");
        let seen = town.desk.get(&format!("/orders/{}", taken.text("/id"))).await.expect(200);
        assert_eq!((seen.text("/source"), seen.text("/area")), ("place_event".into(), GRID.to_string()));
        let steps = town.desk.get(&format!("/orders/{}/steps", taken.text("/id"))).await.expect(200);
        assert_eq!(steps.json["items"][0]["by"]["title"]["en"], "a connected system", "no resident is named for it");
    }

    async fn who_called_in_confidence_is_not_named_to_whoever_handles_it(fresh) {
        let town = town(fresh).await;
        let hotline = system(&town, "hotline", STREET).await;
        let id = hotline.post("/intake/tickets", ticket()).await.expect(201).text("/id");
        let case = crate::district::Case::of(town.desk.get(&format!("/orders/{id}")).await.expect(200));
        let standard = case.standard.clone();
        let case = case.done(&town.desk, json!({ "action": "accept", "standard_id": standard })).await.sent_to(&town.desk, town.unit).await;
        let asked = json!({ "purpose": "核实位置" });
        town.handler.post(&format!("/orders/{}/contact", case.id), asked.clone()).await.expect(403);
        assert_eq!(town.desk.post(&format!("/orders/{}/contact", case.id), asked).await.expect(200).text("/name"), "韦先生");
    }

    async fn what_a_leader_saw_is_told_apart(fresh) {
        let town = town(fresh).await;
        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        assert_eq!(leader.post("/orders", crate::district::cracked()).await.expect(201).text("/source"), "leader");
    }
}
