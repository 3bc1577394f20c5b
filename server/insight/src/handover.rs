//! The hand-over of a shift: the numbers of its day, what waits, and what the next shift looks at first.

use std::collections::BTreeMap;

use orders::OrderRowOut;
use paper::{Block, Column, Document, Fact, Paper, Printed, Table};
use platform::{Lang, List, Millis, Text};

use crate::day::Numbers;

/// What one shift tells the next.
pub(crate) struct Handover {
    pub lang: Lang,
    pub issuer: Text,
    pub day: String,
    pub numbers: Numbers,
    /// How many orders wait in each view.
    pub waiting: BTreeMap<&'static str, i64>,
    pub late: List<OrderRowOut>,
    pub soon: List<OrderRowOut>,
    pub printed: Printed,
}

/// The views that a shift hands over, in the order of an order's way.
const WAITING: [(&str, Text); 10] = [
    ("to_accept", Text::new("待受理", "To accept")),
    ("to_dispatch", Text::new("待派单", "To dispatch")),
    ("to_handle", Text::new("处置中", "Being handled")),
    ("to_verify", Text::new("待核实", "To verify")),
    ("to_close", Text::new("待结案", "To close")),
    ("to_settle", Text::new("社区协商", "With the community")),
    ("to_rule", Text::new("待仲裁", "To rule")),
    ("parked", Text::new("已挂账", "Put off")),
    ("soon", Text::new("将到期", "Due soon")),
    ("late", Text::new("已超期", "Late")),
];

/// How many of how many, as a percentage with one digit; `no data` of nothing.
pub(crate) fn percent(done: i64, of: i64, lang: Lang) -> String {
    if of <= 0 {
        return Text::new("无数据", "no data").in_lang(lang).to_owned();
    }
    let tenths = (done * 1000 + of / 2) / of;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// A moment as print says it: exactly.
fn said(at: Millis) -> String {
    at.beijing().strftime("%m-%d %H:%M").to_string()
}

impl Handover {
    pub fn document(self) -> Document {
        let words = |zh, en| Text::new(zh, en).in_lang(self.lang).to_owned();
        let mut blocks = vec![
            Block::Heading(words("本日数据", "The day in numbers")),
            Block::Facts(self.facts()),
            Block::Heading(words("待办情况", "What waits")),
            Block::Table(self.waiting()),
            Block::Small(words(
                "本日数据按当日发生的环节统计；在办、超期和待办为打印时的实际情况。按时率＝按时处置件数÷应处置件数。",
                "The day's numbers count what happened on it; open, late and waiting are as of printing. \
                 In time = handled in time ÷ handled.",
            )),
        ];
        let late = words("超期工单（请优先跟进）", "Late: follow these up first");
        blocks.extend(self.list(late, &self.late));
        blocks.extend(self.list(words("将到期工单", "Due soon"), &self.soon));
        blocks.push(Block::Heading(words("交接事项", "To pass on")));
        let places =
            [words("交班人", "Handed over by"), words("接班人", "Taken over by"), words("交接时间", "At")];
        blocks.push(Block::Signatures(places.to_vec()));
        Document {
            paper: Paper::A4,
            lang: self.lang,
            issuer: self.issuer.in_lang(self.lang).to_owned(),
            title: words("交接班记录", "Shift hand-over"),
            number: Some(self.day),
            code: None,
            blocks,
            printed: self.printed,
        }
    }

    fn facts(&self) -> Vec<Fact> {
        let fact = |zh, en, count: i64| Fact::new(Text::new(zh, en).in_lang(self.lang), count.to_string());
        let numbers = &self.numbers;
        let rate = percent(numbers.on_time.done, numbers.on_time.of, self.lang);
        let of = format!("{rate}（{}/{}）", numbers.on_time.done, numbers.on_time.of);
        vec![
            fact("上报", "Reported", numbers.reported),
            fact("受理", "Accepted", numbers.accepted),
            fact("派单", "Dispatched", numbers.dispatched),
            fact("处置", "Resolved", numbers.resolved),
            fact("结案", "Closed", numbers.closed),
            Fact::new(Text::new("按时率", "In time").in_lang(self.lang), of),
            fact("在办", "Open", numbers.open),
            fact("超期", "Late", numbers.late),
        ]
    }

    fn waiting(&self) -> Table {
        let count = |view: &str| self.waiting.get(view).copied().unwrap_or_default().to_string();
        Table {
            columns: WAITING.iter().map(|(_, name)| Column::figures(name.in_lang(self.lang), 1.0)).collect(),
            rows: vec![WAITING.iter().map(|(view, _)| count(view)).collect()],
            total: None,
        }
    }

    fn list(&self, title: String, list: &List<OrderRowOut>) -> Vec<Block> {
        let words = |zh, en| Text::new(zh, en).in_lang(self.lang).to_owned();
        if list.items.is_empty() {
            return vec![Block::Heading(title), Block::Text(words("无。", "None."))];
        }
        let row = |order: &OrderRowOut| {
            let unit = order.organisation.as_ref().map(|unit| unit.name.in_lang(self.lang).to_owned());
            let urgent = if order.urgent { words("【紧急】", "[urgent] ") } else { String::new() };
            vec![
                order.number.clone(),
                format!("{urgent}{}", order.class.name.in_lang(self.lang)),
                order.address.clone(),
                unit.unwrap_or_else(|| words("未派单", "none yet")),
                order.due_at.map(said).unwrap_or_default(),
            ]
        };
        let table = Table {
            columns: vec![
                Column::words(words("受理编号", "Number"), 3.2),
                Column::words(words("类别", "Class"), 2.6),
                Column::words(words("地点", "Place"), 4.4),
                Column::words(words("承办单位", "Unit"), 2.8),
                Column::figures(words("时限", "Due"), 2.0),
            ],
            rows: list.items.iter().map(row).collect(),
            total: None,
        };
        let mut blocks = vec![Block::Heading(title), Block::Table(table)];
        if list.next.is_some() {
            blocks.push(Block::Small(words("其余见系统列表。", "The rest is in the system's list.")));
        }
        blocks
    }
}
