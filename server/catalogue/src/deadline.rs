//! Deadlines by the catalogue's calendar and rule sets, with their reasons in both languages.

use platform::{Error, Millis, Text};
use worktime::{Lang, Limit, Pause};

use crate::snapshot::Catalogue;

/// When something is due and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last moment that is in time; none while a pause is open.
    pub at: Option<Millis>,
    /// While a pause is open: what is left, in milliseconds of the counted kind of time.
    pub left_ms: Option<i64>,
    /// A holiday notice that is not out yet may move it.
    pub provisional: bool,
    /// The rule set that counted, as `id/version`.
    pub rules: String,
    /// The calendar that counted.
    pub calendar: String,
    /// One sentence for each fact that mattered.
    pub derivation: Vec<Text>,
}

/// Counts `limit` from `start` by the rule set `rules`.
///
/// # Errors
/// [`Error::Invalid`] for rules that nobody published, or times outside 1970–2099.
pub fn deadline(
    catalogue: &Catalogue,
    rules: &str,
    limit: Limit,
    start: Millis,
    pauses: &[Pause],
) -> Result<Due, Error> {
    let unknown = || Error::field("rules", Text::new("没有这套计算规则", "there is no such rule set"));
    let rules = catalogue.rules(rules).ok_or_else(unknown)?;
    let due = worktime::deadline(start.0, limit, rules, catalogue.calendar(), pauses)
        .map_err(|error| Error::field("start", Text::owned(error.text(Lang::Zh), error.text(Lang::En))))?;
    Ok(Due {
        at: due.at.map(Millis),
        left_ms: due.held.map(|held| held.left_ms),
        provisional: due.provisional,
        rules: due.rules,
        calendar: due.calendar,
        derivation: due
            .derivation
            .iter()
            .map(|line| Text::owned(line.text(Lang::Zh), line.text(Lang::En)))
            .collect(),
    })
}
