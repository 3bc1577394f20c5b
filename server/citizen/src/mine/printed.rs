//! The copy on paper.

use paper::{Block, Column, Document, Fact, Paper, Printed, Table};
use platform::{Lang, Millis, Text};

use super::asks::MineCorrection;
use super::card::MineField;
use super::export::MineCopy;
use super::looks::MineLook;

fn said(at: Millis) -> String {
    at.beijing().strftime("%Y-%m-%d %H:%M").to_string()
}

/// The printout of a copy.
pub(super) fn document(copy: &MineCopy, lang: Lang) -> Document {
    let words = |zh, en| Text::new(zh, en).in_lang(lang).to_owned();
    let mine = &copy.mine;
    let mut blocks = vec![
        Block::Facts(vec![
            Fact::new(words("登记状态", "State"), mine.state_name.in_lang(lang)),
            Fact::new(words("登记起始", "Registered since"), mine.since.clone()),
            Fact::wide(words("账本代号", "Name in the ledger"), mine.ledger_name.clone()),
        ]),
        Block::Heading(words("登记的信息", "What is registered")),
        Block::Table(fields(&mine.fields, lang)),
    ];
    if !mine.residences.is_empty() {
        blocks.push(Block::Heading(words("住址与房屋", "Homes")));
        let row = |home: &super::card::MineResidence| {
            let until = home.to.clone().unwrap_or_else(|| words("至今", "today"));
            vec![
                home.address.clone(),
                home.kind.in_lang(lang).to_owned(),
                format!("{} – {until}", home.from),
                home.source.in_lang(lang).to_owned(),
            ]
        };
        blocks.push(Block::Table(Table {
            columns: vec![
                Column::words(words("地址", "Address"), 6.0),
                Column::words(words("关系", "Tie"), 2.0),
                Column::words(words("起止", "From – to"), 4.0),
                Column::words(words("来源", "Source"), 3.0),
            ],
            rows: mine.residences.iter().map(row).collect(),
            total: None,
        }));
    }
    if !mine.household.is_empty() {
        blocks.push(Block::Heading(words("同户人员（姓名已遮盖）", "Household (names masked)")));
        let facts = mine.household.iter();
        let facts = facts.map(|mate| Fact::new(mate.relation.in_lang(lang), mate.name.to_string()));
        blocks.push(Block::Facts(facts.collect()));
    }
    blocks.push(Block::Heading(words("谁查看过", "Who looked")));
    match copy.looks.is_empty() {
        true => blocks.push(Block::Text(words("没有查询记录。", "Nobody looked."))),
        false => blocks.push(Block::Table(looks(&copy.looks, lang))),
    }
    if let Some(count) = copy.delayed {
        let line = Text::owned(
            format!("另有 {count} 条因法定原因延后公开。"),
            format!("{count} more are shown later, because the law says so."),
        );
        blocks.push(Block::Text(line.in_lang(lang).to_owned()));
    }
    if !copy.corrections.is_empty() {
        blocks.push(Block::Heading(words("更正申请与疑问", "Corrections and questions")));
        blocks.push(Block::Table(corrections(&copy.corrections, lang)));
    }
    blocks.push(Block::Heading(words("各种用途的依据", "What the purposes mean")));
    let line = |zh: &'static str, en: &'static str, name: &Text, basis: &Text| {
        format!("{}{}{}", name.in_lang(lang), Text::new(zh, en).in_lang(lang), basis.in_lang(lang))
    };
    blocks.extend(copy.purposes.iter().map(|one| Block::Small(line("：", ": ", &one.name, &one.basis))));
    blocks.push(Block::Small(copy.how_to_check.in_lang(lang).to_owned()));
    Document {
        paper: Paper::A4,
        lang,
        issuer: mine.street.in_lang(lang).to_owned(),
        title: words("我的信息", "My information"),
        number: None,
        code: None,
        blocks,
        printed: Printed {
            by: words("本人", "the person"),
            at: copy.made_at,
            purpose: words("查阅、复制本人信息", "a copy of one's own information"),
        },
    }
}

fn fields(fields: &[MineField], lang: Lang) -> Table {
    let words = |zh, en| Text::new(zh, en).in_lang(lang).to_owned();
    let comma = words("；", "; ");
    let row = |field: &MineField| {
        let rivals = field
            .rivals
            .iter()
            .map(|rival| format!("{} ({})", rival.value.in_lang(lang), rival.source.in_lang(lang)));
        vec![
            field.name.in_lang(lang).to_owned(),
            field.value.in_lang(lang).to_owned(),
            field.source.in_lang(lang).to_owned(),
            field.said_on.clone().unwrap_or_default(),
            field.rule.in_lang(lang).to_owned(),
            rivals.collect::<Vec<_>>().join(&comma),
        ]
    };
    Table {
        columns: vec![
            Column::words(words("项目", "Field"), 2.0),
            Column::words(words("内容", "Value"), 5.0),
            Column::words(words("来源", "Source"), 3.0),
            Column::words(words("更新", "Updated"), 2.5),
            Column::words(words("采用原因", "Why this one"), 3.0),
            Column::words(words("其他来源的说法", "What others say"), 5.0),
        ],
        rows: fields.iter().map(row).collect(),
        total: None,
    }
}

fn looks(looks: &[MineLook], lang: Lang) -> Table {
    let words = |zh, en| Text::new(zh, en).in_lang(lang).to_owned();
    let comma = words("、", ", ");
    let row = |look: &MineLook| {
        let who = [Some(&look.office), look.post.as_ref()];
        let who: Vec<&str> = who.into_iter().flatten().map(|text| text.in_lang(lang)).collect();
        let fields: Vec<&str> = look.fields.iter().map(|text| text.in_lang(lang)).collect();
        let purpose = look.purpose.as_ref().map(|purpose| purpose.in_lang(lang).to_owned());
        let why = [purpose, look.about.clone(), look.reason.clone()];
        vec![
            said(look.at),
            who.join(" "),
            why.into_iter().flatten().collect::<Vec<_>>().join(" "),
            look.how_name.in_lang(lang).to_owned(),
            fields.join(&comma),
        ]
    };
    Table {
        columns: vec![
            Column::words(words("时间", "When"), 4.4),
            Column::words(words("单位与岗位", "Office and post"), 4.5),
            Column::words(words("用途与事由", "Purpose and matter"), 5.0),
            Column::words(words("方式", "How"), 2.2),
            Column::words(words("看到的内容", "What was seen"), 4.0),
        ],
        rows: looks.iter().map(row).collect(),
        total: None,
    }
}

fn corrections(corrections: &[MineCorrection], lang: Lang) -> Table {
    let words = |zh, en| Text::new(zh, en).in_lang(lang).to_owned();
    let row = |one: &MineCorrection| {
        let what = one.field_name.as_ref().unwrap_or(&one.kind_name).in_lang(lang).to_owned();
        let wish = [one.value.clone(), Some(one.text.clone())];
        let outcome = one.outcome_name.as_ref().map(|outcome| outcome.in_lang(lang).to_owned());
        vec![
            one.number.clone(),
            what,
            wish.into_iter().flatten().collect::<Vec<_>>().join(" "),
            said(one.asked_at),
            said(one.due_at),
            [outcome, one.answer.clone()].into_iter().flatten().collect::<Vec<_>>().join(" "),
        ]
    };
    Table {
        columns: vec![
            Column::words(words("编号", "Number"), 6.0),
            Column::words(words("事项", "Matter"), 2.0),
            Column::words(words("内容", "What was asked"), 4.5),
            Column::words(words("提出", "Asked"), 2.5),
            Column::words(words("应答复", "Due"), 2.5),
            Column::words(words("答复", "Answer"), 4.0),
        ],
        rows: corrections.iter().map(row).collect(),
        total: None,
    }
}
