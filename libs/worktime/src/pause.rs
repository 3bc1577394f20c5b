//! Time that does not count, and why.

use serde::{Deserialize, Serialize};

use crate::{Lang, ReckonError};

/// Why a clock stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseKind {
    /// The applicant was asked to complete the papers (补正).
    Supplement,
    /// A hearing, an examination, an expert review and the like (特别程序).
    SpecialProcedure,
    /// Someone was sent to look (现场核查).
    SiteCheck,
    /// The case was parked with leave until a set day (挂账).
    Deferral,
    /// The unit returned the order and it is being dispatched again (退回再派).
    Returned,
    /// Two units disagree and a third decides (协调裁决).
    Arbitration,
    /// The work is reported done and someone else is checking it (待核实).
    Verification,
}

/// A span that does not count; without an end it is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When it began, UTC milliseconds, included.
    pub from: i64,
    /// When it ended, UTC milliseconds, excluded.
    pub to: Option<i64>,
    /// Why.
    pub kind: PauseKind,
}

impl PauseKind {
    /// Whether the whole limit is given anew when it ends: the time to handle begins with complete papers
    /// (行政许可法 art 32). After every other pause the clock goes on where it stood.
    pub fn restarts(self) -> bool {
        self == Self::Supplement
    }

    /// The name of the kind.
    pub fn text(self, lang: Lang) -> &'static str {
        match (lang, self) {
            (Lang::Zh, Self::Supplement) => "补正材料",
            (Lang::Zh, Self::SpecialProcedure) => "特别程序",
            (Lang::Zh, Self::SiteCheck) => "现场核查",
            (Lang::Zh, Self::Deferral) => "挂账缓办",
            (Lang::Zh, Self::Returned) => "退回再派",
            (Lang::Zh, Self::Arbitration) => "协调裁决",
            (Lang::Zh, Self::Verification) => "等待核实",
            (Lang::En, Self::Supplement) => "completing papers",
            (Lang::En, Self::SpecialProcedure) => "special procedure",
            (Lang::En, Self::SiteCheck) => "site check",
            (Lang::En, Self::Deferral) => "deferral",
            (Lang::En, Self::Returned) => "returned for new dispatch",
            (Lang::En, Self::Arbitration) => "arbitration",
            (Lang::En, Self::Verification) => "verification",
        }
    }
}

/// The pauses after `start` as separate spans in order; an open one is last and has no end.
pub(crate) fn merged(pauses: &[Pause], start: i64) -> Result<Vec<(i64, Option<i64>)>, ReckonError> {
    let mut spans: Vec<(i64, Option<i64>)> = Vec::with_capacity(pauses.len());
    for pause in pauses {
        if pause.to.is_some_and(|to| to < pause.from) {
            return Err(ReckonError::PauseBackwards);
        }
        if pause.to.is_none_or(|to| to > start && to > pause.from) {
            spans.push((pause.from.max(start), pause.to));
        }
    }
    spans.sort_unstable_by_key(|(from, _)| *from);
    spans.dedup_by(|next, kept| match kept.1 {
        None => true,
        Some(end) if next.0 <= end => {
            kept.1 = next.1.map(|to| to.max(end));
            true
        }
        Some(_) => false,
    });
    Ok(spans)
}
