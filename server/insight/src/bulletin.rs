//! The bulletin of a month: one finding on each page, the table that proves it, the definition in small type.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use paper::{Block, Column, Document, Paper, Printed, Table};
use platform::{Lang, Text};

use crate::day::Numbers;
use crate::handover::percent;

/// A month's numbers beside those of the month before.
pub(crate) struct Bulletin {
    pub lang: Lang,
    pub issuer: Text,
    /// `2026-11`.
    pub month: String,
    pub now: Numbers,
    pub before: Numbers,
    /// By the name of the unit.
    pub departments: Vec<(Text, Numbers)>,
    pub communities: Vec<(Text, Numbers)>,
    /// Reported, closed and resolved late on each day of the month, by its number.
    pub days: BTreeMap<i64, (i64, i64, i64)>,
    pub printed: Printed,
}

impl Bulletin {
    pub fn document(mut self) -> Document {
        self.departments.sort_by_key(|(_, numbers)| Reverse((late(numbers), numbers.resolved)));
        self.communities.sort_by_key(|(_, numbers)| Reverse((numbers.reported, numbers.closed)));
        let mut blocks = self.whole();
        for page in [self.units(), self.places(), self.course()] {
            blocks.push(Block::NewPage);
            blocks.extend(page);
        }
        Document {
            paper: Paper::A4,
            issuer: self.issuer.in_lang(self.lang).to_owned(),
            title: self.words("月度通报", "Monthly bulletin"),
            number: Some(self.month),
            code: None,
            blocks,
            lang: self.lang,
            printed: self.printed,
        }
    }

    fn words(&self, zh: &'static str, en: &'static str) -> String {
        Text::new(zh, en).in_lang(self.lang).to_owned()
    }

    fn said(&self, zh: String, en: String) -> String {
        Text::owned(zh, en).in_lang(self.lang).to_owned()
    }

    fn rate(&self, numbers: &Numbers) -> String {
        percent(numbers.on_time.done, numbers.on_time.of, self.lang)
    }

    fn whole(&self) -> Vec<Block> {
        let (now, before) = (&self.now, &self.before);
        let rate = self.rate(now);
        let finding = self.said(
            format!("本月上报 {} 件，结案 {} 件，按时处置率 {rate}", now.reported, now.closed),
            format!("{} reported, {} closed, {rate} handled in time", now.reported, now.closed),
        );
        let row = |zh, en, of: fn(&Numbers) -> i64| {
            let (this, last) = (of(now), of(before));
            vec![self.words(zh, en), this.to_string(), last.to_string(), format!("{:+}", this - last)]
        };
        let rates = vec![self.words("按时处置率", "Handled in time"), rate, self.rate(before), String::new()];
        let table = Table {
            columns: vec![
                Column::words(self.words("环节", "What happened"), 3.0),
                Column::figures(self.words("本月（件）", "This month"), 1.5),
                Column::figures(self.words("上月（件）", "Last month"), 1.5),
                Column::figures(self.words("增减（件）", "Change"), 1.5),
            ],
            rows: vec![
                row("上报", "Reported", |numbers| numbers.reported),
                row("受理", "Accepted", |numbers| numbers.accepted),
                row("派单", "Dispatched", |numbers| numbers.dispatched),
                row("处置", "Resolved", |numbers| numbers.resolved),
                row("超期处置", "Resolved late", late),
                row("结案", "Closed", |numbers| numbers.closed),
                rates,
            ],
            total: None,
        };
        let definition = self.words(
            "口径：按环节发生之日统计，同一工单在不同月份发生的环节计入各自月份。按时处置率＝时限内处置件数÷处置件数；没有处置的写“无数据”。",
            "Counted on the day on which each step happened. Handled in time = handled within the limit ÷ handled; \
             where nothing was handled there is no data.",
        );
        vec![Block::Heading(finding), Block::Table(table), Block::Small(definition)]
    }

    /// Who answers late?
    fn units(&self) -> Vec<Block> {
        let late_units = self.departments.iter().filter(|(_, numbers)| late(numbers) > 0).count();
        let finding = match self.departments.first().filter(|(_, numbers)| late(numbers) > 0) {
            Some((name, numbers)) => self.said(
                format!("{late_units} 个单位有超期处置，最多的是{}：{} 件", name.zh, late(numbers)),
                format!("{late_units} units were late, most often {}: {}", name.en, late(numbers)),
            ),
            None => self.words("没有单位超期处置", "No unit was late"),
        };
        let row = |(name, numbers): &(Text, Numbers)| {
            vec![
                name.in_lang(self.lang).to_owned(),
                numbers.dispatched.to_string(),
                numbers.resolved.to_string(),
                late(numbers).to_string(),
                self.rate(numbers),
            ]
        };
        let table = Table {
            columns: vec![
                Column::words(self.words("单位", "Unit"), 4.0),
                Column::figures(self.words("派单（件）", "Dispatched"), 1.5),
                Column::figures(self.words("处置（件）", "Resolved"), 1.5),
                Column::figures(self.words("超期（件）", "Late"), 1.5),
                Column::figures(self.words("按时处置率", "In time"), 1.5),
            ],
            rows: self.departments.iter().map(row).collect(),
            total: None,
        };
        let definition = self.words(
            "口径：按工单所在承办单位统计，按超期件数从多到少排列。本表不作为考核依据，考核以冻结的考核结果为准。",
            "By the unit that the order was with, most late ones first. Scores are frozen elsewhere; this table is none.",
        );
        vec![Block::Heading(finding), Block::Table(table), Block::Small(definition)]
    }

    /// Where does it come from?
    fn places(&self) -> Vec<Block> {
        let finding = match self.communities.first().filter(|(_, numbers)| numbers.reported > 0) {
            Some((name, numbers)) => {
                let part = percent(numbers.reported, self.now.reported, self.lang);
                self.said(
                    format!("上报最多的是{}：{} 件，占 {part}", name.zh, numbers.reported),
                    format!("Most came from {}: {}, which is {part}", name.en, numbers.reported),
                )
            }
            None => self.words("本月没有上报", "Nothing was reported"),
        };
        let row = |(name, numbers): &(Text, Numbers)| {
            vec![
                name.in_lang(self.lang).to_owned(),
                numbers.reported.to_string(),
                numbers.closed.to_string(),
                self.rate(numbers),
            ]
        };
        let table = Table {
            columns: vec![
                Column::words(self.words("社区（村）", "Community"), 4.0),
                Column::figures(self.words("上报（件）", "Reported"), 1.5),
                Column::figures(self.words("结案（件）", "Closed"), 1.5),
                Column::figures(self.words("按时处置率", "In time"), 1.5),
            ],
            rows: self.communities.iter().map(row).collect(),
            total: None,
        };
        let definition = self.words(
            "口径：按工单所在社区（村）统计。上报多不等于管得差，往往是发现得多。",
            "By the community where the order lies. Many reports often mean that people look.",
        );
        vec![Block::Heading(finding), Block::Table(table), Block::Small(definition)]
    }

    /// How did the month go?
    fn course(&self) -> Vec<Block> {
        let busiest = self.days.iter().max_by_key(|(day, (reported, _, _))| (*reported, Reverse(**day)));
        let finding = match busiest.filter(|(_, (reported, _, _))| *reported > 0) {
            Some((day, (reported, _, _))) => self.said(
                format!("上报最多的一天是 {} 日：{reported} 件", day % 100),
                format!("The busiest day was the {}: {reported} reported", day % 100),
            ),
            None => self.words("本月没有上报", "Nothing was reported"),
        };
        let row = |(day, (reported, closed, late)): (&i64, &(i64, i64, i64))| {
            let date = format!("{}-{:02}", self.month, day % 100);
            vec![date, reported.to_string(), closed.to_string(), late.to_string()]
        };
        let sum = |of: fn(&(i64, i64, i64)) -> i64| self.days.values().map(of).sum::<i64>().to_string();
        let total = vec![
            self.words("合计", "Total"),
            sum(|(reported, _, _)| *reported),
            sum(|(_, closed, _)| *closed),
            sum(|(_, _, late)| *late),
        ];
        let table = Table {
            columns: vec![
                Column::words(self.words("日期", "Day"), 2.0),
                Column::figures(self.words("上报（件）", "Reported"), 1.5),
                Column::figures(self.words("结案（件）", "Closed"), 1.5),
                Column::figures(self.words("超期处置（件）", "Resolved late"), 1.5),
            ],
            rows: self.days.iter().map(row).collect(),
            total: Some(total),
        };
        vec![Block::Heading(finding), Block::Table(table)]
    }
}

fn late(numbers: &Numbers) -> i64 {
    numbers.on_time.of - numbers.on_time.done
}
