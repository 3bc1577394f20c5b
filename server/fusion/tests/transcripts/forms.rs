//! Forms of other levels: what the register knows stands there, only what is new is asked for, and nothing is asked twice.

use platform::PostKind;
use platform::testing::Client;
use registry::Resident;
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::pairs::{COMMUNITY, OTHER_COMMUNITY, STREET, Town, known, said, town};

/// A title, a line for the stamp, and 34 headings.
const SHEET: &str = "高龄老人居住情况摸底表\n填报单位盖章：\n序号,姓名,性别,证件类型,身份证号码（18位）,出生日期,出生年份,年龄,\
    联系电话*,现住址,县（市、区）,街道（镇）,社区（村）,社区编码,网格,网格编码,网格员,小区,楼栋,单元,楼层,房号,房屋用途,居住类型,\
    入住日期,登记日期,人员状态,户主,与户主关系,同住人数,填报单位,是否独居,是否需要助餐,是否愿意结对\n";

fn form(columns: &[&str]) -> Json {
    let columns: Vec<Json> = columns.iter().map(|heading| json!({ "heading": heading })).collect();
    json!({ "name": "摸底表", "issuer": "区民政局", "every": "monthly", "columns": columns })
}

async fn decide(by: &Client, form: &Json, body: Json) -> platform::testing::Reply {
    let (id, version) = (form["id"].as_str().unwrap(), form["version"].to_string());
    by.clone().with("if-match", &version).post(&format!("/forms/{id}/decision"), body).await
}

async fn accepted(town: &Town, columns: &[&str]) -> Json {
    let received = town.keeper.post("/forms", form(columns)).await.expect(201).json;
    decide(&town.keeper, &received, json!({ "decision": "accept" })).await.expect(200).json
}

async fn people(town: &Town, count: usize) -> Vec<Resident> {
    let mut people = vec![town.resident("civil", "C-1", known()).await];
    for nth in 2..=count {
        let address = format!("第三社区金鹅花园3栋2单元{}室", 500 + nth);
        people.push(
            town.resident("civil", &format!("C-{nth}"), said("覃莉", "", "13800005670", &address)).await,
        );
    }
    people
}

async fn save(by: &Client, place: &str, version: i64, body: Json) -> platform::testing::Reply {
    by.clone().with("if-match", &version.to_string()).put(place, body).await
}

both_engines! {
    async fn a_form_has_a_name_that_residents_may_read(fresh) {
        let town = town(fresh).await;
        let named = |name: &str| json!({ "name": name, "issuer": "区民政局", "every": "monthly", "columns": [{ "heading": "姓名" }, { "heading": "愿望" }] });
        let refused = town.keeper.post("/forms", named("摸底表 13800005678")).await.expect(422);
        assert_eq!(refused.text("/fields/0/field"), "name");
        let taken = town.keeper.post("/forms", named("摸底表〔2026〕12号")).await.expect(201);
        assert_eq!(taken.text("/name"), "摸底表〔2026〕12号");
    }

    async fn of_34_columns_three_are_asked_for(fresh) {
        let town = town(fresh).await;
        let people = people(&town, 31).await;
        let heading = town.keeper.upload("/forms/heading", "form.csv", SHEET.as_bytes()).await.expect(200);
        let counts = ["/column_count", "/known_count", "/new_count", "/rows_of"].map(|at| heading.text(at));
        assert_eq!(counts, ["34", "31", "3", "people"]);
        let headings: Vec<&str> =
            heading.json["columns"].as_array().unwrap().iter().map(|one| one["heading"].as_str().unwrap()).collect();
        let form = accepted(&town, &headings).await;
        assert_eq!((&form["state"], &form["rows"]), (&json!("accepted"), &json!(30)), "rows of people are told in tens");
        let id = form["id"].as_str().unwrap();
        let place = format!("/forms/{id}/answers/{COMMUNITY}");
        let answers = town.head.get(&place).await.expect(200);
        assert_eq!(["/people", "/version", "/minutes", "/minutes_without", "/minutes_saved"].map(|at| answers.text(at)),
            ["31", "0", "23", "263", "240"], "four hours are saved");
        let first = &answers.json["rows"][0];
        assert_eq!(first["row"], json!(people[0].wire_id()));
        assert_eq!(first["known"][1], "韦*涵");
        assert_eq!(first["known"][4], "450***********0018");
        assert_eq!(first["known"][8], "138****5678");
        assert_eq!(first["known"][9], "金鹅花园3栋2单元501室");
        assert_eq!(first["known"][12], "第三社区");
        assert_eq!((&first["known"][31], &first["asked"]), (&Json::Null, &json!(["", "", ""])));
        assert_eq!(town.looks(&people[30]).await, ["listed check name id phone birth address household"]);

        let typed = |row: &Resident| json!({ "row": row.wire_id(), "values": ["是", "", "否"] });
        let body = json!({ "rows": people.iter().map(typed).collect::<Vec<_>>() });
        let saved = save(&town.head, &place, 0, body.clone()).await.expect(200);
        assert_eq!(["/version", "/typed", "/filled"].map(|at| saved.text(at)), ["1", "62", "961"]);
        assert_eq!(save(&town.head, &place, 0, body.clone()).await.status, 409, "somebody saved meanwhile");
        let finished = save(&town.head, &place, 1, json!({ "rows": [], "finish": true })).await.expect(200);
        assert_eq!((finished.text("/version"), finished.text("/typed")), ("2".into(), "62".into()));
        assert_eq!(save(&town.head, &place, 2, body).await.status, 409, "what is handed in stays");

        let burden = town.keeper.get("/forms/burden?month=2026-11").await.expect(200);
        let own = COMMUNITY.to_string();
        let row = burden.json["items"].as_array().unwrap().iter().find(|row| row["community"] == own).unwrap();
        assert_eq!((&row["forms"], &row["fields"], &row["known"]), (&json!(1), &json!(34), &json!(31)));
        assert_eq!((&row["minutes_without"], &row["minutes"], &row["finished"]), (&json!(255), &json!(22), &json!(1)));
        assert_eq!(burden.json["minutes_saved"], json!(255 - 22));
        let before = town.keeper.get("/forms/burden?month=2026-10").await.expect(200);
        assert_eq!(before.json["minutes_without"], json!(0), "the form came in November");
    }

    async fn a_form_that_asks_for_nothing_new_is_refused_with_the_article(fresh) {
        let town = town(fresh).await;
        people(&town, 12).await;
        let refused = town.keeper.post("/forms", form(&["姓名", "电话"])).await.expect(201).json;
        assert_eq!(refused["state"], "refused");
        assert!(refused["article"]["zh"].as_str().unwrap().contains("第十九条"));
        let (id, accept) = (refused["id"].as_str().unwrap(), json!({ "decision": "accept" }));
        let place = format!("/forms/{id}/answers/{COMMUNITY}");
        assert_eq!(town.head.get(&place).await.status, 409, "nobody fills in what was refused");
        let told = decide(&town.keeper, &refused, accept).await.expect(422);
        assert!(told.text("/fields/0/detail").contains("第十九条"), "{}", told.transcript());
        let burden = town.keeper.get("/forms/burden").await.expect(200);
        assert_eq!((burden.text("/refused"), burden.text("/minutes_refused")), ("1".into(), "5".into()));
        let over = json!({ "decision": "accept", "note": "上级要求纸质盖章件" });
        let accepted = decide(&town.keeper, &refused, over).await.expect(200);
        assert_eq!(accepted.text("/state"), "accepted");
        assert_eq!(decide(&town.keeper, &refused, json!({ "decision": "refuse" })).await.status, 409);
        let _ = town.head.get(&place).await.expect(200);
    }

    async fn what_is_never_kept_about_anybody_is_never_asked(fresh) {
        let town = town(fresh).await;
        let refused = town.keeper.post("/forms", form(&["姓名", "信用评分", "是否独居"])).await.expect(201).json;
        assert_eq!((&refused["state"], &refused["columns"][1]["never"]), (&json!("refused"), &json!(true)));
        let over = json!({ "decision": "accept", "note": "上级要求" });
        assert_eq!(decide(&town.keeper, &refused, over).await.status, 422);
    }

    async fn a_form_of_numbers_is_answered_by_statistics(fresh) {
        let town = town(fresh).await;
        people(&town, 14).await;
        let form = accepted(&town, &["社区", "总人口", "女性人数", "网格数", "户外健身器材（处）"]).await;
        let place = format!("/forms/{}/answers/{COMMUNITY}", form["id"].as_str().unwrap());
        let answers = town.head.get(&place).await.expect(200);
        assert_eq!(answers.json["rows"], json!([{
            "row": COMMUNITY.to_string(), "known": ["第三社区", "10", "<10", "1", null], "asked": [""],
        }]));
        let body = json!({ "rows": [{ "row": COMMUNITY.to_string(), "values": ["3"] }], "finish": true });
        let saved = save(&town.head, &place, 0, body).await.expect(200);
        assert_eq!(saved.text("/typed"), "1");
    }

    async fn a_community_fills_in_its_own_and_nothing_without_a_purpose(fresh) {
        let town = town(fresh).await;
        let mut people = Vec::new();
        for external in ["C-1", "C-2", "C-3"] {
            // Without an address they are where their grid entered them.
            people.push(town.resident("civil", external, said("覃莉", "", "13800005670", "")).await);
        }
        let other = town.resident_in(450_204_006_004_001, "civil", "C-9", said("黄建国", "", "13800005671", "")).await;
        let form = accepted(&town, &["姓名", "是否独居"]).await;
        let place = format!("/forms/{}/answers/{COMMUNITY}", form["id"].as_str().unwrap());
        let neighbour = town.house.signed_in(PostKind::CommunityHead, OTHER_COMMUNITY).await;
        assert_eq!(neighbour.clone().with("wangge-purpose", "check").get(&place).await.status, 403);
        let own = town.house.signed_in(PostKind::CommunityHead, COMMUNITY).await;
        assert_eq!(own.get(&place).await.status, 403, "no purpose, no names");
        let clerk = town.house.signed_in(PostKind::Clerk, STREET).await.with("wangge-purpose", "window");
        assert_eq!(clerk.get(&place).await.status, 403);
        let listed = town.worker.get(&place).await.expect(200);
        assert_eq!(listed.text("/people"), "3", "a grid worker sees the rows of the grid");
        assert_eq!(town.looks(&other).await, Vec::<String>::new());
        let body = |row: &Resident| json!({ "rows": [{ "row": row.wire_id(), "values": ["是"] }] });
        assert_eq!(save(&town.head, &place, 0, body(&other)).await.status, 422, "not in this community");
        let _ = save(&town.head, &place, 0, body(&people[0])).await.expect(200);
        let page = town.head.get(&format!("{place}?limit=2")).await.expect(200);
        let next = page.text("/next");
        let rest = town.head.get(&format!("{place}?limit=2&cursor={next}")).await.expect(200);
        assert_eq!(rest.json["rows"].as_array().unwrap().len(), 1);
    }
}
