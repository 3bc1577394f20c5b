//! Lists that leave the house: to whom, with whose consent, and what a public list holds.

use calamine::{Data, Reader, Xlsx};
use platform::PostKind;
use platform::testing::{Client, Reply};
use serde_json::{Value as Json, json};
use store::both_engines;

use crate::town::*;

/// The cells of the first sheet, as texts.
fn cells(reply: &Reply) -> Vec<Vec<String>> {
    let mut book = Xlsx::new(std::io::Cursor::new(reply.bytes.clone())).unwrap();
    let (_, range) = book.worksheets().remove(0);
    let text = |cell: &Data| cell.to_string();
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

fn list(clear: &[&str]) -> Json {
    json!({ "area": COMMUNITY.to_string(), "clear": clear, "reason": "入户核查底册" })
}

fn granted(approve: bool) -> Json {
    json!({ "approve": approve, "note": "同意，限本次核查" })
}

async fn steward(town: &Town) -> Client {
    let steward = town.house.signed_in(PostKind::Steward, STREET).await.with("wangge-purpose", "check");
    town.house.step_up(&steward).await;
    steward
}

both_engines! {
    async fn a_small_masked_list_is_taken_alone_and_leaves_a_look_for_each(fresh) {
        let town = town(fresh).await;
        let steward = steward(&town).await;
        let asked = steward.post("/exports", list(&[])).await.expect(201);
        assert_eq!((asked.json["people"].clone(), asked.json["needs_another"].clone(), asked.json["may_take"].clone()), (json!(3), json!(false), json!(true)));
        let taken = steward.get(&format!("/exports/{}/list.xlsx", asked.text("/id"))).await.expect(200);
        let rows = cells(&taken);
        assert_eq!(rows[1][1], "steward 测试员 2026-11-23 09:00 · 数据核查 · 仅限本次用途，不得转发");
        assert_eq!(rows[2][1..7], ["韦*涵", "女", "1990-**-**", "450***********1002", "138****0001", "金鹅花园3栋"].map(|text| {
            if text.starts_with("450") { registry::mask::MaskedId::of(&number(1)).to_string() } else { text.to_owned() }
        }));
        assert_eq!(rows.len(), 5);
        for id in [town.wei, town.huang, town.qin] {
            assert_eq!(town.looks(id).await, [("exported".to_owned(), "check".to_owned())]);
        }
        assert!(town.looks(town.closed).await.is_empty() && town.looks(town.other).await.is_empty());
        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        let _ = leader.post(&format!("/exports/{}/decision", asked.text("/id")), granted(true)).await.expect(409);
    }

    async fn anything_in_clear_needs_a_second_person(fresh) {
        let town = town(fresh).await;
        let steward = steward(&town).await;
        let asked = steward.post("/exports", list(&["name", "phone"])).await.expect(201);
        let place = format!("/exports/{}", asked.text("/id"));
        let _ = steward.get(&format!("{place}/list.xlsx")).await.expect(409);
        let _ = steward.post(&format!("{place}/decision"), granted(true)).await.expect(403);
        let other = town.house.signed_in(PostKind::Leader, OTHER_STREET).await;
        let _ = other.post(&format!("{place}/decision"), granted(true)).await.expect(404);
        let leader = town.house.signed_in(PostKind::Leader, STREET).await;
        let waiting = leader.get("/exports").await.expect(200);
        assert_eq!((waiting.json["items"][0]["may_decide"].clone(), waiting.json["items"][0]["may_take"].clone()), (json!(true), json!(false)));
        let _ = leader.post(&format!("{place}/decision"), granted(true)).await.expect(200);
        let _ = leader.post(&format!("{place}/decision"), granted(true)).await.expect(409);
        let colleague = town.house.signed_in(PostKind::Steward, STREET).await;
        town.house.step_up(&colleague).await;
        let _ = colleague.get(&format!("{place}/list.xlsx")).await.expect(404);
        let rows = cells(&steward.get(&format!("{place}/list.xlsx")).await.expect(200));
        assert_eq!((rows[2][1].as_str(), rows[2][5].as_str()), ("韦子涵", "13800000001"));
        assert!(rows[2][4].starts_with("450****"), "what was not granted stays masked");
        let ledger = town.house.ledger(STREET).await;
        for act in ["export:ask", "export:decide", "export:take"] {
            assert!(ledger.contains(&format!("{act} {}", asked.text("/id"))), "{act}");
        }
        town.house.pass(24 * 3_600_000);
        let late = town.house.signed_in_again(&steward).await;
        town.house.step_up(&late).await;
        let _ = late.get(&format!("{place}/list.xlsx")).await.expect(409);
    }

    async fn more_than_a_hundred_need_a_second_person_and_a_step_up(fresh) {
        let town = town(fresh).await;
        town.run(|w| async move {
            for nth in 0..98 {
                settle(&w, &Person::of(NEXT_GRID, "覃二妹", 200 + nth, "柳石新村7栋301室")).await?;
            }
            Ok(())
        }).await;
        let steward = town.house.signed_in(PostKind::Steward, STREET).await.with("wangge-purpose", "check");
        let asked = steward.post("/exports", list(&[])).await.expect(201);
        assert_eq!((asked.json["people"].clone(), asked.json["needs_another"].clone()), (json!(101), json!(true)));
        let of_grid = json!({ "area": NEXT_GRID.to_string(), "reason": "入户核查底册" });
        let asked = steward.post("/exports", of_grid).await.expect(201);
        assert_eq!((asked.json["people"].clone(), asked.json["needs_another"].clone()), (json!(99), json!(false)));
        let refused = steward.get(&format!("/exports/{}/list.xlsx", asked.text("/id"))).await.expect(403);
        assert_eq!(refused.text("/code"), "step_up_required");
        let _ = steward.post("/exports", json!({ "area": DISTRICT.to_string(), "reason": "入户核查底册" })).await.expect(422);
        let _ = steward.post("/exports", json!({ "area": OTHER_STREET.to_string(), "reason": "入户核查底册" })).await.expect(403);
    }

    async fn publicity_export(fresh) {
        let town = town(fresh).await;
        let steward = town.house.signed_in(PostKind::Steward, STREET).await;
        let sheet = "序号,姓名,身份证号码,银行账号,补助金额（元）,说明\n1,韦子涵,450204199001010018,6222020200001234567,1200.50,韦子涵本人电话13800005678\n";
        let made = steward.upload("/publicity.xlsx", "list.csv", sheet.as_bytes()).await.expect(200);
        assert_eq!(cells(&made), [
            vec!["序号", "姓名", "补助金额（元）", "说明"], vec!["1", "韦*涵", "1200.50", "韦*涵本人电话***********"],
        ]);
        assert_eq!(town.entries("publicity:make").await, 1);
        let clerk = town.clerk().await;
        let _ = clerk.upload("/publicity.xlsx", "list.csv", sheet.as_bytes()).await.expect(403);
        let _ = steward.upload("/publicity.xlsx", "list.csv", "身份证号码\n450204199001010018\n".as_bytes()).await.expect(422);
    }
}
