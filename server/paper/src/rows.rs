//! Rows that stand side by side in columns and break over pages.

use crate::document::Table;
use crate::layout::Layout;
use crate::mark::Ink;
use crate::tags::{ROOT, Role};

const CELL: f32 = 9.0;
const STEP: f32 = 1.4;
const PAD: f32 = 3.5;
const GAP: f32 = 4.0;
const HAIRLINE: f32 = 0.78;
const SHADE: f32 = 0.94;

/// One row.
pub(crate) struct Row {
    pub cells: Vec<Cell>,
    pub pad: f32,
    /// The gray of the line under it.
    pub rule: f32,
    pub shade: Option<f32>,
}

/// A cell: its lines begin `at`, or end there.
pub(crate) struct Cell {
    pub at: f32,
    pub right: bool,
    pub lines: Vec<String>,
    pub ink: Ink,
    pub tag: Option<usize>,
}

impl Row {
    fn lines(&self) -> usize {
        self.cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0)
    }

    fn step(&self) -> f32 {
        self.cells.iter().map(|cell| cell.ink.size).fold(0.0, f32::max) * STEP
    }

    fn height(&self, lines: usize) -> f32 {
        times(self.step(), lines) + 2.0 * self.pad
    }

    /// How many of its lines a height has room for.
    fn fitting(&self, height: f32) -> usize {
        (1..=self.lines()).take_while(|lines| self.height(*lines) <= height).last().unwrap_or(0)
    }
}

fn times(step: f32, lines: usize) -> f32 {
    step * f32::from(u16::try_from(lines).unwrap_or(u16::MAX))
}

impl Layout<'_> {
    /// A row on this page, on the next one under the repeated head, or, when it is higher than a page, on several.
    pub fn row(&mut self, row: &Row, head: Option<&Row>) {
        let (lines, mut from) = (row.lines(), 0);
        while from < lines {
            let left = lines - from;
            let fit = row.fitting(self.bottom() - self.y).min(left);
            let room = self.room() - head.map_or(0.0, |head| head.height(head.lines()));
            if fit < left && (fit == 0 || row.height(left) <= room) && !self.fresh {
                self.turn();
                if let Some(head) = head {
                    self.draw(head, 0, head.lines(), false);
                    self.fresh = true;
                }
                continue;
            }
            let taken = fit.max(1);
            self.draw(row, from, taken, true);
            from += taken;
        }
    }

    fn draw(&mut self, row: &Row, from: usize, count: usize, tagged: bool) {
        let (top, height) = (self.y, row.height(count));
        if let Some(gray) = row.shade {
            self.fill(top, height, gray);
        }
        for cell in &row.cells {
            let tag = cell.tag.filter(|_| tagged);
            for (nth, line) in cell.lines.iter().skip(from).take(count).enumerate() {
                let baseline = top + row.pad + times(row.step(), nth) + row.step() * 0.76;
                self.write(line, cell.at, baseline, cell.ink, cell.right, tag);
            }
        }
        self.y += height;
        self.rule(self.y, row.rule);
        self.fresh = false;
    }

    pub fn table(&mut self, table: &Table) {
        let whole = self.tags.add(ROOT, Role::Table);
        let heads = table.columns.iter().map(|column| column.head.clone()).collect::<Vec<_>>();
        let head = self.table_row(table, whole, &heads, Role::Head);
        let head = Row { shade: Some(SHADE), rule: 0.4, ..head };
        // A head without a row under it says nothing.
        if self.y + head.height(head.lines()) + 2.0 * CELL * STEP + 2.0 * PAD > self.bottom() && !self.fresh {
            self.turn();
        }
        self.row(&head, None);
        for cells in &table.rows {
            let row = self.table_row(table, whole, cells, Role::Data);
            self.row(&row, Some(&head));
        }
        if let Some(cells) = &table.total {
            let mut row = self.table_row(table, whole, cells, Role::Data);
            row.cells.iter_mut().for_each(|cell| cell.ink.bold = true);
            self.row(&Row { rule: 0.4, ..row }, Some(&head));
        }
    }

    fn table_row(&mut self, table: &Table, within: usize, texts: &[String], role: Role) -> Row {
        let shares: f32 = table.columns.iter().map(|column| column.share).sum();
        let tag = self.tags.add(within, Role::Row);
        let (mut left, mut cells) = (self.left(), Vec::with_capacity(texts.len()));
        let ink = if role == Role::Head { Ink::bold(CELL) } else { Ink::plain(CELL) };
        for (column, text) in table.columns.iter().zip(texts) {
            let width = self.width() * column.share / shares;
            let lines = self.lines(text, ink, width - 2.0 * GAP);
            let at = if column.right { left + width - GAP } else { left + GAP };
            cells.push(Cell { at, right: column.right, lines, ink, tag: Some(self.tags.add(tag, role)) });
            left += width;
        }
        Row { cells, pad: PAD, rule: HAIRLINE, shade: None }
    }
}
