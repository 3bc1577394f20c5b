//! Sheets of duties and standards.

use catalogue::Catalogue;
use platform::testing::Reply;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use store::both_engines;

use super::{DISTRICT, all, seeded, text};

fn problems(reply: &Reply) -> Vec<String> {
    let told = |p: &Value| {
        format!("{} {}「{}」{}", p["row"], text(&p["column"]), text(&p["value"]), text(&p["reason"]))
    };
    reply.json["problems"].as_array().unwrap().iter().map(told).collect()
}

fn counts(reply: &Reply) -> [u64; 4] {
    ["accepted", "added", "changed", "retired"].map(|name| reply.json[name].as_u64().unwrap())
}

/// A workbook whose empty cells are those that a merged cell covers.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, row) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(*row) {
            sheet.write(at, column, *cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

const STANDARDS_HEADING: &[&str] = &["类别代码", "立案条件", "结案条件", "处置时限", "责任单位", "法律依据"];
const DUTIES_HEADING: &[&str] = &["编号", "类别", "事项", "子项", "设定依据", "责任单位", "配合单位"];

both_engines! {
    async fn every_bad_row_of_a_sheet_of_standards_is_named_in_the_callers_language(fresh) {
        let (house, steward) = seeded(fresh).await;
        let before = house.app.snapshot::<Catalogue>().await.unwrap().standards_of("e0496").len();
        let sheet = workbook(&[
            STANDARDS_HEADING,
            &["e0496", "消防通道堆放杂物", "通道畅通", "2工作时", "fire", "《中华人民共和国消防法》"],
            &["", "消防通道被车辆占用", "车辆已驶离", "1紧急工作时制止", "fire", ""],
            &["", "消防通道被锁闭", "", "4小时", "fire", ""],
            &["", "消防通道堆放杂物", "通道畅通", "2工作时", "区消防救援大队", ""],
            &["e9999", "无此类", "无", "1天", "fire", ""],
            &["", "仍属无此类", "无", "1天", "fire", ""],
            &["p0101", "井盖震响", "无异响", "2天", "自来水厂", ""],
            &["", "井盖破裂", "已更换", "4小时", "区水利局", ""],
        ]);
        let tried = steward.upload("/catalogue/standards/import?dry_run=true", "standards.xlsx", &sheet).await.expect(200);
        assert_eq!(counts(&tried), [2, 2, 0, 0]);
        assert_eq!(problems(&tried), [
            "3 处置时限「1紧急工作时制止」“1紧急工作时制止”的时间单位无法识别",
            "4 结案条件「」不能为空",
            "5 立案条件「消防通道堆放杂物」与第 2 行重复",
            "6 类别代码「e9999」没有这个小类",
            "7 类别代码「e9999」没有这个小类",
            "8 责任单位「自来水厂」没有这个机构",
        ]);
        assert_eq!(house.app.snapshot::<Catalogue>().await.unwrap().standards_of("e0496").len(), before);
        let english = steward.clone().with("accept-language", "en");
        let done = english.upload("/catalogue/standards/import", "standards.xlsx", &sheet).await.expect(200);
        assert_eq!(counts(&done), [2, 2, 0, 0]);
        assert_eq!(&problems(&done)[..3], [
            "3 处置时限「1紧急工作时制止」`1紧急工作时制止` is not a unit of time that can be counted",
            "4 结案条件「」must not be empty",
            "5 立案条件「消防通道堆放杂物」repeats row 2",
        ]);
        // Rows are missing that may be among the bad ones: nothing was retired.
        assert_eq!(house.app.snapshot::<Catalogue>().await.unwrap().standards_of("e0496").len(), before + 1);
        assert!(house.ledger(DISTRICT).await.contains(&"catalogue:import standards".to_owned()));
    }

    async fn a_sheet_speaks_for_the_classes_that_it_names_and_old_versions_stay_readable(fresh) {
        let (house, steward) = seeded(fresh).await;
        let before = house.app.snapshot::<Catalogue>().await.unwrap();
        let old = before.standards_of("p0101").into_iter().cloned().collect::<Vec<_>>();
        let [first, second, ..] = &old[..] else { panic!("a cover has several standards") };
        let sheet = workbook(&[
            STANDARDS_HEADING,
            &["p0101", &first.open_condition, &first.close_condition, "1紧急工作时", "water", "《城市供水条例》"],
            &["", &second.open_condition, &second.close_condition, "4工作时", "water", "《城市供水条例》"],
            &["", "上水井盖被埋", "已挖出，井盖可开启", "3天", "区水利局", ""],
        ]);
        house.pass(60_000);
        let done = steward.upload("/catalogue/standards/import", "standards.xlsx", &sheet).await.expect(200);
        assert_eq!((counts(&done), problems(&done)), ([3, 1, 1, 2], vec![]));
        let after = house.app.snapshot::<Catalogue>().await.unwrap();
        let limits: Vec<u32> = after.standards_of("p0101").iter().map(|one| one.limit.amount()).collect();
        assert_eq!(limits.len(), 3);
        assert!(after.standards_of("p0101").iter().any(|one| one.id == second.id), "what did not change keeps its id");
        let cited = after.standard(first.id).unwrap();
        assert_eq!((cited.limit, cited.is_in_force()), (first.limit, false));
        assert_eq!(after.standards_of("p0102").len(), before.standards_of("p0102").len());
        // The same sheet again changes nothing.
        let again = steward.upload("/catalogue/standards/import", "standards.xlsx", &sheet).await.expect(200);
        assert_eq!(counts(&again), [3, 0, 0, 0]);
    }

    async fn a_duty_list_keeps_its_groups_and_names_its_bad_rows(fresh) {
        let (_house, steward) = seeded(fresh).await;
        let sheet = workbook(&[
            DUTIES_HEADING,
            &["88.01.01", "试验类别", "试验事项", "第一子项", "", "公共安全办公室", "fire、区水利局"],
            &["88.01.02", "", "", "第二子项", "《中华人民共和国消防法》", "fire", ""],
            &["88.02.01", "", "", "没有事项名", "", "fire", ""],
            &["88.02.02", "", "另一事项", "没有责任单位", "", "", ""],
            &["88.02.03", "", "", "归属上一行的事项", "", "fire", ""],
            &["89.01.01", "", "别类事项", "没有类别名", "", "fire", ""],
            &["88-03", "", "坏编号", "", "", "fire", ""],
            &["88.01.02", "", "试验事项", "重复", "", "fire", ""],
            &["88.01", "", "改名事项", "", "", "fire", ""],
        ]);
        let done = steward.upload("/catalogue/duties/import", "duties.xlsx", &sheet).await.expect(200);
        assert_eq!(counts(&done), [3, 6, 0, 0]);
        assert_eq!(problems(&done), [
            "4 事项「」为空，上方各行也不属于 88.02",
            "5 责任单位「」不能为空",
            "7 类别「」为空，上方各行也不属于 89",
            "8 编号「88-03」应为 2 至 3 位数字，层级之间用点隔开，如 07.02.01",
            "9 编号「88.01.02」与第 3 行重复",
            "10 编号「改名事项」88.01 在第 2 行名为“试验事项”",
        ]);
        let entered = all(&steward, "/catalogue/duties?q=88.").await;
        let entered: Vec<_> = entered.iter().map(|one| (text(&one["code"]), text(&one["name"]["zh"]))).collect();
        assert_eq!(entered, [
            ("88.01", "试验事项"),
            ("88.01.01", "第一子项"),
            ("88.01.02", "第二子项"),
            ("88.02", "另一事项"),
            ("88.02.03", "归属上一行的事项"),
        ]);
        let first = steward.get("/catalogue/duties?parent=88.01").await.expect(200);
        assert_eq!(first.json["items"][0]["co_owners"], json!([
            {"zh": "区消防救援大队", "en": "Fire Brigade"},
            {"zh": "区水利局", "en": "Water Bureau"},
        ]));
        // A whole sheet of the class retires what it lacks.
        let whole = workbook(&[DUTIES_HEADING, &["88.01.01", "试验类别", "试验事项", "第一子项", "", "公共安全办公室", ""]]);
        let done = steward.upload("/catalogue/duties/import", "duties.xlsx", &whole).await.expect(200);
        assert_eq!(counts(&done), [1, 0, 1, 3]);
        assert_eq!(all(&steward, "/catalogue/duties?level=sub_item").await.len(), 241);
    }

    async fn a_file_that_is_no_sheet_is_refused_and_changes_nothing(fresh) {
        let (house, steward) = seeded(fresh).await;
        let before = house.ledger(DISTRICT).await;
        for (bytes, status) in [(&b"PK\x03\x04broken"[..], 422), (b"", 422), (b"a,b\n1,2\n", 422), (b"\xff\xff\xff", 422)] {
            let reply = steward.upload("/catalogue/duties/import", "duties.xlsx", bytes).await.expect(status);
            assert_eq!(reply.text("/fields/0/field"), "file");
        }
        let large = vec![b'1'; platform::sheet::MAX_BYTES + 1];
        let _ = steward.upload("/catalogue/standards/import", "standards.csv", &large).await.expect(413);
        let _ = steward.post("/catalogue/standards/import", json!({})).await.expect(400);
        let _ = steward.upload("/catalogue/duties/import?dry=1", "duties.csv", b"x").await.expect(400);
        assert_eq!(house.ledger(DISTRICT).await, before);
    }
}
