//! Sheets: every row is taken or named.

use rust_xlsxwriter::Workbook;
use serde_json::json;
use store::both_engines;

use crate::district::town;

const SHEET: &str = "类别编码,地址,描述,经度,纬度,网格编码,紧急,联系电话\n\
    p0101,柳石路 1 号,井盖缺失,109.385,24.305,,是,13800005678\n\
    p9999,柳石路 2 号,井盖缺失,109.385,24.305,,,\n\
    p0101,,井盖缺失,109.385,24.305,,,\n\
    p0101,柳石路 4 号,井盖缺失,109.4x,24.305,,,\n\
    p0101,柳石路 5 号,井盖缺失,109.415,24.305,,,\n\
    p0101,柳石路 6 号,井盖缺失,,,,,\n\
    p0101,柳石路 7 号,井盖缺失,,,450204006003,maybe,\n\
    p0101,柳石路 8 号,井盖破损,,,450204006003,否,\n";

both_engines! {
    async fn every_bad_row_is_named_and_a_dry_run_changes_nothing(fresh) {
        let town = town(fresh).await;
        let english = town.desk.clone().with("accept-language", "en");
        let dry = english.upload("/orders/import?dry_run=true", "cases.csv", SHEET.as_bytes()).await.expect(200);
        assert_eq!(dry.json, json!({
            "accepted": 2, "dry_run": true,
            "problems": [
                { "row": 3, "column": "类别编码", "value": "p9999", "reason": "no such case class is in force" },
                { "row": 4, "column": "地址", "value": "", "reason": "this is needed" },
                { "row": 5, "column": "经度", "value": "109.4x", "reason": "degrees as a decimal number are needed" },
                { "row": 6, "column": "经度", "value": "109.415", "reason": "outside the area of the post in use" },
                { "row": 7, "column": "经度", "value": "", "reason": "mark the place on the map, or choose its community" },
                { "row": 8, "column": "紧急", "value": "maybe", "reason": "write yes or no" },
            ],
        }));
        assert_eq!(town.desk.get("/orders").await.expect(200).json["items"], json!([]));
        let done = town.desk.upload("/orders/import", "cases.csv", SHEET.as_bytes()).await.expect(200);
        assert_eq!((done.text("/accepted"), done.text("/problems/0/reason")), ("2".into(), "没有这个现行的案件小类".into()));
        let list = town.desk.get("/orders?sort=newest").await.expect(200);
        assert_eq!(list.json["items"].as_array().unwrap().len(), 2);
        assert_eq!((list.text("/items/0/source"), list.text("/items/1/urgent")), ("import".into(), "true".into()));
    }

    async fn the_same_file_under_the_same_key_is_taken_once(fresh) {
        let town = town(fresh).await;
        let clicker = town.desk.clone().with("idempotency-key", "sheet-0001");
        for _ in 0..2 {
            assert_eq!(clicker.upload("/orders/import", "cases.csv", SHEET.as_bytes()).await.expect(200).text("/accepted"), "2");
        }
        assert_eq!(town.desk.get("/orders").await.expect(200).json["items"].as_array().unwrap().len(), 2);
    }

    async fn a_workbook_is_read_and_what_is_no_sheet_is_refused(fresh) {
        let town = town(fresh).await;
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, (heading, cell)) in [("class", "p0101"), ("address", "柳石路"), ("description", "井盖破损"), ("area", "450204006003")].iter().enumerate() {
            let column = u16::try_from(column).unwrap();
            sheet.write(0, column, *heading).unwrap();
            sheet.write(1, column, *cell).unwrap();
        }
        let done = town.desk.upload("/orders/import", "cases.xlsx", &book.save_to_buffer().unwrap()).await.expect(200);
        assert_eq!(done.text("/accepted"), "1");
        let reply = town.desk.upload("/orders/import", "cases.csv", b"a,b\n1,2\n").await.expect(422);
        assert_eq!(reply.text("/fields/0/detail"), "首行缺少“类别编码”列");
        let _ = town.worker.upload("/orders/import", "cases.csv", SHEET.as_bytes()).await.expect(403);
    }
}
