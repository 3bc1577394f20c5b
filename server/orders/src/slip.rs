//! The dispatch slip: one order on paper, for whoever goes there.

use paper::{Block, Code, Column, Document, Fact, Paper, Printed, Table};
use platform::{Lang, Millis, Text};

use crate::wire::{ByOut, OrderOut};
use crate::words::Source;

/// What the slip takes beside the order itself.
pub(crate) struct Slip<'a> {
    pub order: &'a OrderOut,
    pub issuer: Text,
    pub state: Text,
    /// The last word with which it was sent, and who sent it.
    pub sent: Option<Sent>,
    /// What happened so far, the oldest first.
    pub history: Vec<Happened>,
    pub page: String,
    pub paper: Paper,
    pub lang: Lang,
    pub printed: Printed,
}

/// How it was sent.
pub(crate) struct Sent {
    pub at: Millis,
    pub by: Option<ByOut>,
    pub note: Option<String>,
    pub clause: Option<String>,
}

/// One step as print tells it.
pub(crate) struct Happened {
    pub at: Millis,
    pub act: Text,
    pub by: Option<ByOut>,
    pub note: Option<String>,
}

/// A moment as print says it: exactly.
pub(crate) fn said(at: Millis) -> String {
    at.beijing().strftime("%Y-%m-%d %H:%M").to_string()
}

/// How an order came in.
pub(crate) fn source_name(source: Source) -> Text {
    match source {
        Source::Resident => Text::new("群众上报", "resident"),
        Source::Desk => Text::new("指挥中心", "command centre"),
        Source::Grid => Text::new("网格上报", "grid"),
        Source::Import => Text::new("批量导入", "import"),
        Source::Hotline => Text::new("12345 热线", "hotline 12345"),
        Source::Leader => Text::new("领导交办", "leader"),
        Source::PlaceEvent => Text::new("感知上报", "place event"),
        Source::Open311 => Text::new("开放接口", "Open311"),
    }
}

impl Slip<'_> {
    pub fn document(self) -> Document {
        let words = |zh, en| Text::new(zh, en).in_lang(self.lang).to_owned();
        let mut blocks = vec![Block::Facts(self.facts())];
        blocks.push(Block::Heading(words("问题描述", "What it is about")));
        blocks.push(Block::Text(self.order.description.clone()));
        if let Some(sent) = self.sent.as_ref().filter(|sent| sent.note.is_some() || sent.clause.is_some()) {
            blocks.push(Block::Heading(words("派单意见", "From the desk")));
            blocks.extend(sent.note.clone().map(Block::Text));
            let clause =
                sent.clause.as_ref().map(|clause| format!("{}{clause}", words("依据：", "Clause: ")));
            blocks.extend(clause.map(Block::Small));
        }
        blocks.extend(self.standard());
        blocks.extend(self.deadline());
        if self.paper == Paper::A4 {
            blocks.push(Block::Heading(words("办理经过", "What happened so far")));
            blocks.push(Block::Table(self.story()));
        }
        blocks.push(Block::Heading(words("签收与办理", "Received and done")));
        let places = [
            words("签收人", "Received by"),
            words("签收时间", "Received at"),
            words("办理人", "Handled by"),
            words("办结时间", "Done at"),
        ];
        blocks.push(Block::Signatures(places.to_vec()));
        Document {
            title: words("派单单", "Dispatch slip"),
            code: Some(Code { text: self.page, caption: words("扫码查看工单", "Scan to open") }),
            paper: self.paper,
            lang: self.lang,
            issuer: self.issuer.in_lang(self.lang).to_owned(),
            number: Some(self.order.row.number.clone()),
            blocks,
            printed: self.printed,
        }
    }

    fn facts(&self) -> Vec<Fact> {
        let words = |zh, en| Text::new(zh, en).in_lang(self.lang).to_owned();
        let row = &self.order.row;
        let unit = row.organisation.as_ref().map(|unit| unit.name.in_lang(self.lang).to_owned());
        let mut facts = vec![
            Fact::new(words("类别", "Class"), row.class.name.in_lang(self.lang)),
            Fact::new(words("状态", "State"), self.state.in_lang(self.lang)),
            Fact::new(words("来源", "Source"), source_name(row.source).in_lang(self.lang)),
            Fact::new(words("上报时间", "Reported"), said(row.reported_at)),
            Fact::new(words("承办单位", "Unit"), unit.unwrap_or_else(|| words("未派单", "none yet"))),
            Fact::new(words("时限", "Due"), row.due_at.map_or_else(|| words("未计时", "no clock"), said)),
        ];
        if row.urgent {
            facts.push(Fact::wide(words("紧急程度", "Urgency"), words("■ 紧急", "■ urgent")));
        }
        facts.push(Fact::wide(words("地点", "Place"), row.address.clone()));
        facts.push(Fact::wide(words("所属网格", "Grid"), row.area_name.in_lang(self.lang)));
        if let Some(duty) = &self.order.duty {
            let name = format!("{} {}", duty.code, duty.name.in_lang(self.lang));
            facts.push(Fact::wide(words("权责事项", "Duty item"), name));
        }
        let helpers = self.order.obligations.iter().filter(|helper| helper.released_at.is_none());
        let helpers: Vec<&str> = helpers
            .filter_map(|helper| helper.organisation.as_ref())
            .map(|unit| unit.name.in_lang(self.lang))
            .collect();
        if !helpers.is_empty() {
            let comma = words("、", ", ");
            facts.push(Fact::wide(words("协办单位", "With"), helpers.join(&comma)));
        }
        if let Some(sent) = &self.sent {
            let by = sent.by.as_ref().map(|by| by.title.in_lang(self.lang)).unwrap_or_default();
            facts.push(Fact::wide(words("派单", "Sent"), format!("{} {by}", said(sent.at))));
        }
        if let Some(phone) = &self.order.contact.phone_masked {
            let how = words(
                "（完整号码在系统内按用途查看）",
                " (the whole number is in the system, for a purpose)",
            );
            facts.push(Fact::wide(words("联系电话", "Telephone"), format!("{phone}{how}")));
        }
        facts
    }

    fn standard(&self) -> Vec<Block> {
        let words = |zh, en| Text::new(zh, en).in_lang(self.lang).to_owned();
        let Some(standard) = &self.order.standard else { return Vec::new() };
        let mut facts = vec![
            Fact::wide(words("立案条件", "Opened if"), standard.open_condition.clone()),
            Fact::wide(words("结案条件", "Closed if"), standard.close_condition.clone()),
            Fact::wide(words("处置时限", "Limit"), standard.limit.in_lang(self.lang)),
        ];
        facts.extend(standard.basis.as_ref().map(|basis| Fact::wide(words("依据", "Basis"), basis.clone())));
        vec![Block::Heading(words("立结案标准", "Standard")), Block::Facts(facts)]
    }

    fn story(&self) -> Table {
        let words = |zh, en| Text::new(zh, en).in_lang(self.lang).to_owned();
        let row = |step: &Happened| {
            let by = step.by.as_ref().map(|by| by.title.in_lang(self.lang).to_owned());
            vec![
                said(step.at),
                step.act.in_lang(self.lang).to_owned(),
                by.unwrap_or_else(|| words("群众", "a resident")),
                step.note.clone().unwrap_or_default(),
            ]
        };
        Table {
            columns: vec![
                Column::words(words("时间", "When"), 3.0),
                Column::words(words("环节", "Step"), 2.5),
                Column::words(words("岗位", "Post"), 3.0),
                Column::words(words("说明", "Note"), 6.0),
            ],
            rows: self.history.iter().map(row).collect(),
            total: None,
        }
    }

    /// Why it is due when it is.
    fn deadline(&self) -> Option<Block> {
        let running = self.order.clocks.iter().rfind(|clock| clock.stopped_at.is_none())?;
        let comma = Text::new("；", "; ").in_lang(self.lang).to_owned();
        let lines: Vec<&str> = running.derivation.iter().map(|line| line.in_lang(self.lang)).collect();
        let name = running.name.in_lang(self.lang);
        let colon = Text::new("：", ": ").in_lang(self.lang).to_owned();
        Some(Block::Small(format!("{name}{colon}{}", lines.join(&comma))))
    }
}
