//! Slips and workbooks: what they say, who may have them, what the ledger keeps.

use calamine::{Data, Reader, Xlsx};
use paper::testing::text;
use platform::testing::Reply;
use serde_json::json;
use store::both_engines;
use store::testing::statements_run;

use crate::district::{OTHER_STREET, town};

fn rows(reply: &Reply) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(std::io::Cursor::new(reply.bytes.clone())).unwrap();
    let (_, range) = book.worksheets().into_iter().next().unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

both_engines! {
    async fn a_slip_says_what_where_until_when_and_who_printed_it(fresh) {
        let town = town(fresh).await;
        let case = town.handling().await;
        let slip = town.handler.get(&format!("/orders/{}/slip.pdf", case.id)).await.expect(200);
        let number = case.seen.text("/number");
        assert_eq!(slip.headers["content-type"], "application/pdf");
        let disposition = slip.headers["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with("inline; filename=\"-"), "{disposition}");
        assert!(disposition.contains("filename*=UTF-8''%E6%B4%BE%E5%8D%95%E5%8D%95-"), "{disposition}");
        let said = text(&slip.bytes);
        for part in [
            "派单单",
            number.as_str(),
            "类别 上水井盖 状态 处置中",
            "承办单位 城市管理局",
            "地点 柳石路 12 号门前",
            "井盖破损，面积较大",
            "结案条件 修复或更换",
            "打印：测试员（",
            "用途：派单",
            "第 1 页，共",
        ] {
            assert!(said.contains(part), "`{part}` is not in\n{said}");
        }
        let english = town.handler.get(&format!("/orders/{}/slip.pdf?lang=en", case.id)).await.expect(200);
        assert!(text(&english.bytes).contains("Dispatch slip"), "{}", text(&english.bytes));
        let receipt = town.handler.get(&format!("/orders/{}/slip.pdf?paper=receipt", case.id)).await.expect(200);
        assert!(text(&receipt.bytes).contains("打印：测试员（"));
    }

    async fn whoever_may_not_see_an_order_gets_no_slip_of_it(fresh) {
        let town = town(fresh).await;
        let case = town.reported().await;
        let other = town.house.signed_in(platform::PostKind::Desk, OTHER_STREET).await;
        other.get(&format!("/orders/{}/slip.pdf", case.id)).await.expect(404);
        town.house.visitor().get(&format!("/orders/{}/slip.pdf", case.id)).await.expect(401);
        town.desk.get(&format!("/orders/{}/slip.pdf?paper=a5", case.id)).await.expect(400);
    }

    async fn a_workbook_holds_the_rows_of_its_list_and_nobody_to_call(fresh) {
        let mut town = town(fresh).await;
        let mut first = crate::district::cracked();
        first["description"] = json!("=1+1");
        first["contact"] = json!({ "name": "韦某某", "phone": "13812345678" });
        town.desk.post("/orders", first).await.expect(201);
        town.minutes(1).await;
        town.dispatched().await;
        town.minutes(1).await;
        town.closed().await;
        for (query, count) in [("view=all_open", 2), ("view=closed", 1), ("view=mine", 3), ("view=late", 0), ("q=1%2B1", 1)] {
            let list = town.desk.get(&format!("/orders?{query}")).await.expect(200);
            let book = town.desk.get(&format!("/orders/list.xlsx?{query}")).await.expect(200);
            let rows = rows(&book);
            assert_eq!(rows.len(), count + 1, "{query}: the head and the rows");
            let listed = list.json["items"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap().to_owned());
            let written = rows.iter().skip(1).map(|row| row[0].to_string());
            assert_eq!(written.collect::<Vec<_>>(), listed.collect::<Vec<_>>(), "{query}");
            let cells: String = rows.iter().flatten().map(ToString::to_string).collect();
            assert!(!cells.contains("138") && !cells.contains("韦某某"), "{cells}");
        }
        let formula = rows(&town.desk.get("/orders/list.xlsx?q=1%2B1").await.expect(200));
        assert_eq!(formula[0][7], Data::String("问题描述".to_owned()));
        assert_eq!(formula[1][7], Data::String("=1+1".to_owned()));
    }

    async fn a_workbook_leaves_its_mark_in_the_ledger(fresh) {
        let town = town(fresh).await;
        town.reported().await;
        town.desk.get("/orders/list.xlsx?view=all_open").await.expect(200);
        let auditor = town.house.signed_in(platform::PostKind::Auditor, crate::district::STREET).await;
        let found = auditor.get("/ledger").await.expect(200);
        let entries = found.json["items"].as_array().unwrap().iter();
        assert_eq!(entries.filter(|entry| entry["action"] == "orders:export").count(), 1, "{}", found.json);
    }

    async fn a_longer_workbook_costs_no_more_statements(fresh) {
        let town = town(fresh).await;
        town.reported().await;
        town.desk.get("/orders/list.xlsx").await.expect(200);
        let before = statements_run();
        town.desk.get("/orders/list.xlsx").await.expect(200);
        let few = statements_run() - before;
        for _ in 0..5 {
            town.reported().await;
        }
        let before = statements_run();
        town.desk.get("/orders/list.xlsx").await.expect(200);
        assert_eq!(statements_run() - before, few);
    }
}
