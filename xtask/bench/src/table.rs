//! The numbers as a Markdown table.

use std::time::Duration;

use crate::ceiling::Ceiling;
use crate::load::Outcome;
use crate::spells::Spell;

pub struct Rows {
    bare: Ceiling,
    loads: Vec<String>,
    homes: Vec<String>,
    spells: Vec<String>,
    notes: String,
}

impl Rows {
    pub fn new(bare: Ceiling) -> Self {
        let mut rows =
            Self { bare, loads: Vec::new(), homes: Vec::new(), spells: Vec::new(), notes: String::new() };
        rows.load("bare handler", "JSON of an order's size", 1, bare.one, "100 %");
        rows.load("bare handler", "JSON of an order's size", 64, bare.many, "100 %");
        rows
    }

    pub fn read(&mut self, label: &str, what: &str, clients: usize, outcome: Outcome) {
        let bare = if clients == 1 { self.bare.one } else { self.bare.many };
        let share = format!("{:.0} %", 100.0 * outcome.per_second / bare.per_second);
        self.load(label, what, clients, outcome, &share);
    }

    pub fn write(&mut self, label: &str, what: &str, clients: usize, outcome: Outcome) {
        self.load(label, what, clients, outcome, "");
    }

    pub fn started(&mut self, label: &str, time: Duration, megabytes: u64) {
        self.homes.push(format!("| {label} | {:.2} s | {megabytes} MB |", time.as_secs_f64()));
    }

    /// Completes the row that `started` began.
    pub fn loaded(&mut self, label: &str, megabytes: u64) {
        if let Some(row) = self.homes.iter_mut().find(|row| row.starts_with(&format!("| {label} |"))) {
            row.push_str(&format!(" {megabytes} MB |"));
        }
    }

    /// One spell of lives with readers beside them.
    pub fn spell(&mut self, label: &str, what: &str, spell: &Spell) {
        let wait = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1000.0);
        self.spells.push(format!(
            "| {label} | {what} | {:.0} | {} | {} | {} | {} |",
            spell.lives_per_second,
            wait(spell.step_p95),
            wait(spell.read_p95),
            spell.refused,
            spell.failed
        ));
    }

    /// A line below the tables.
    pub fn note(&mut self, text: &str) {
        self.notes.push_str(text);
    }

    pub fn markdown(&self) -> String {
        let spells = match self.spells.is_empty() {
            true => String::new(),
            false => format!(
                "\n| on | lives of | lives a second | 95 of 100 steps within | 95 of 100 reads within | told to come again | failed |\n\
                 |---|---|--:|--:|--:|--:|--:|\n{}\n",
                self.spells.join("\n")
            ),
        };
        format!(
            "| on | what | clients | a second | median | 95 of 100 within | 99 of 100 within | of the bare handler | failed |\n\
             |---|---|--:|--:|--:|--:|--:|--:|--:|\n{}\n\n\
             | on | start to ready | memory then | memory after the load |\n\
             |---|--:|--:|--:|\n{}\n{spells}\n{}",
            self.loads.join("\n"),
            self.homes.join("\n"),
            self.notes
        )
    }

    fn load(&mut self, label: &str, what: &str, clients: usize, outcome: Outcome, share: &str) {
        let wait = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1000.0);
        self.loads.push(format!(
            "| {label} | {what} | {clients} | {:.0} | {} | {} | {} | {share} | {} |",
            outcome.per_second,
            wait(outcome.median),
            wait(outcome.p95),
            wait(outcome.p99),
            outcome.failed
        ));
    }
}
