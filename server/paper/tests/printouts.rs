//! Whole printouts: what they say, page by page.

use paper::testing::{pages, text};
use paper::{Block, Code, Column, Document, Fact, Paper, Printed, Table, pdf};
use platform::{Lang, Millis};

fn document(paper: Paper, blocks: Vec<Block>) -> Document {
    Document {
        paper,
        lang: Lang::Zh,
        issuer: "柳南区南站街道综合指挥中心".to_owned(),
        title: "派单单".to_owned(),
        number: Some("006-20261123-00017-3".to_owned()),
        code: Some(Code {
            text: "https://wangge.example/orders/ord_2PzZ0k4mXq".to_owned(),
            caption: "扫码查看工单".to_owned(),
        }),
        blocks,
        printed: Printed {
            by: "值班长（南站街道）".to_owned(),
            at: Millis(1_795_395_600_000),
            purpose: "派单".to_owned(),
        },
    }
}

/// Keeps the file where somebody who wants to look at it said.
fn kept(name: &str, bytes: &[u8]) {
    if let Some(folder) = option_env!("WANGGE_PAPER_OUT") {
        std::fs::write(format!("{folder}/{name}.pdf"), bytes).unwrap();
    }
}

fn slip() -> Vec<Block> {
    vec![
        Block::Facts(vec![
            Fact::new("类别", "市容环境／暴露垃圾"),
            Fact::new("状态", "已派单"),
            Fact::new("上报时间", "2026-11-23 08:41"),
            Fact::new("处置时限", "2026-11-23 17:30 前"),
            Fact::wide("地点", "柳南区飞鹅路 58 号（南站社区第三网格），飞鹅市场东门斜对面"),
        ]),
        Block::Heading("问题描述".to_owned()),
        Block::Text(
            "飞鹅市场东门外堆放装修垃圾约 2 立方米，占用人行道，影响老人、小孩通行；群众反映“已经三天了”，\
             请尽快清运。联系人姓名为䶮先生（𰻞𰻞面馆）。"
                .to_owned(),
        ),
        Block::Small("依据：《柳州市城市市容和环境卫生管理条例》第二十一条。".to_owned()),
        Block::Signatures(["签收人", "签收时间", "联系电话"].map(str::to_owned).to_vec()),
    ]
}

#[test]
fn a_slip_says_what_was_put_into_it_on_one_page() {
    let bytes = pdf(&document(Paper::A4, slip())).unwrap();
    kept("slip", &bytes);
    assert_eq!(pages(&bytes), 1);
    assert!(bytes.len() < 60_000, "{} bytes", bytes.len());
    let said = text(&bytes);
    for part in [
        "柳南区南站街道综合指挥中心",
        "派单单",
        "006-20261123-00017-3",
        "扫码查看工单",
        "类别 市容环境／暴露垃圾 状态 已派单",
        "打印：值班长（南站街道）　时间：2026-11-23 09:00　用途：派单",
        "第 1 页，共 1 页",
    ] {
        assert!(said.contains(part), "`{part}` is not in\n{said}");
    }
}

#[test]
fn a_character_that_the_font_lacks_is_a_box_that_copies_as_itself() {
    let said = text(&pdf(&document(Paper::A4, slip())).unwrap());
    assert!(said.replace(['\n', ' '], "").contains("（𰻞𰻞面馆）"), "{said}");
}

#[test]
fn a_table_repeats_its_head_on_every_page() {
    let columns =
        vec![Column::words("编号", 2.0), Column::words("地点", 4.0), Column::figures("剩余（分）", 1.0)];
    let row = |n: usize| {
        vec![format!("006-{n:05}"), "飞鹅路 58 号，飞鹅市场东门斜对面".repeat(1 + n % 3), n.to_string()]
    };
    let rows = (0..120).map(row).collect();
    let total = Some(vec!["合计".to_owned(), String::new(), "7140".to_owned()]);
    let table = Block::Table(Table { columns, rows, total });
    let bytes = pdf(&document(Paper::A4, vec![Block::Heading("超期工单".to_owned()), table])).unwrap();
    kept("table", &bytes);
    let said = text(&bytes);
    let count = pages(&bytes);
    assert!(count >= 3, "{count} pages");
    assert_eq!(said.matches("编号 地点 剩余（分）").count(), count);
    assert_eq!((0..120).filter(|n| said.contains(&format!("006-{n:05}"))).count(), 120);
    assert!(said.contains(&format!("第 {count} 页，共 {count} 页")));
}

#[test]
fn a_row_higher_than_a_page_goes_on_over_the_next() {
    let long = "处置情况说明。".repeat(900);
    let columns = vec![Column::words("编号", 1.0), Column::words("说明", 3.0)];
    let table = Table { columns, rows: vec![vec!["甲".to_owned(), long]], total: None };
    let bytes = pdf(&document(Paper::A4, vec![Block::Table(table)])).unwrap();
    let said = text(&bytes);
    assert!(pages(&bytes) > 1);
    assert_eq!(said.matches('况').count(), 900);
}

#[test]
fn a_receipt_is_one_sheet_as_long_as_it_needs_to_be() {
    let bytes = pdf(&document(Paper::Receipt, slip())).unwrap();
    kept("receipt", &bytes);
    assert_eq!(pages(&bytes), 1);
    assert!(text(&bytes).contains("006-20261123-"), "{}", text(&bytes));
}
