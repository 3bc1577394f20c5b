//! The views of the inbox, and the bounds within which a caller sees them.

use platform::policy::{Caller, Scope};
use platform::{App, AreaCode, AreaLevel, Error, Millis, Text};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::happened::{Span, Within};
use crate::measure::Measure;
use crate::order::NO_DEADLINE;
use crate::words::State;

/// What a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    ToAccept,
    ToDispatch,
    ToHandle,
    ToVerify,
    ToClose,
    /// With the community: consultation and guidance.
    ToSettle,
    /// Before the arbitration desk.
    ToRule,
    /// Put off with leave.
    Parked,
    /// A leader keeps an eye on it.
    Supervised,
    /// The caller's post was told that it is nearly due or late.
    Escalated,
    /// Given back by its unit and not sent again yet.
    Returned,
    Late,
    /// Four fifths of the time are gone.
    Soon,
    /// Led by another unit, with the caller's unit asked to help.
    Helping,
    /// On the caller's list.
    Watching,
    /// Reported by the caller, or signed for by a handler.
    Mine,
    #[default]
    AllOpen,
    Closed,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// What is due first comes first; what ended last, in a list of what ended.
    #[default]
    Due,
    Newest,
}

/// The query of every list of orders.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    #[serde(default)]
    #[param(inline)]
    pub view: View,
    /// The code of a case class.
    pub class: Option<String>,
    /// The code of a street, community or grid.
    pub area: Option<String>,
    /// The unit that orders are with.
    #[param(value_type = Option<String>)]
    pub organisation: Option<platform::posts::OrganisationId>,
    /// A number, or words of address and description.
    pub q: Option<String>,
    /// A measure of the rollup, such as `closed`: what it counts on the day `on` is listed, act by act, in the order in
    /// which it happened. An order to which it happened twice is listed twice.
    #[param(value_type = Option<String>)]
    pub event: Option<Measure>,
    /// A day in Beijing, `2026-11-24`; today when absent.
    pub on: Option<String>,
    #[serde(default)]
    #[param(inline)]
    pub sort: Sort,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    pub limit: Option<i64>,
}

impl View {
    /// The states that it looks through.
    pub(crate) fn states(self) -> &'static [State] {
        match self {
            Self::ToAccept => &[State::Reported],
            Self::ToDispatch | Self::Returned => &[State::Accepted],
            Self::ToHandle => &[State::Dispatched, State::Handling],
            Self::ToVerify => &[State::Resolved],
            Self::ToClose => &[State::Verified],
            Self::ToSettle => &[State::Consulting, State::Guiding],
            Self::ToRule => &[State::Arbitrating],
            Self::Parked => &[State::Parked],
            Self::Late | Self::Soon | Self::Supervised | Self::Escalated | Self::AllOpen => State::OPEN,
            Self::Closed => State::ENDED,
            Self::Helping | Self::Watching | Self::Mine => State::ALL,
        }
    }

    /// The part of the queue that it shows at a moment.
    pub(crate) fn window(self, now: Millis) -> Window {
        let whole = Window { from: Millis(0), to: NO_DEADLINE, soon_by: NO_DEADLINE, returned_from: 0 };
        match self {
            Self::Late => Window { to: now.plus(-1), ..whole },
            Self::Soon => Window { from: now, soon_by: now, ..whole },
            Self::Returned => Window { returned_from: 1, ..whole },
            _ => whole,
        }
    }
}

/// Bounds on places in the queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub from: Millis,
    pub to: Millis,
    /// The yellow light came on by then.
    pub soon_by: Millis,
    /// 1: only what was returned.
    pub returned_from: i64,
}

/// What a list may show: the caller's scope, narrowed by what was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    pub streets: Vec<i64>,
    pub low: i64,
    pub high: i64,
    pub exact: i64,
    /// 0: whichever unit.
    pub organisation: i64,
    pub class: String,
    /// Patterns that number, address and description must match.
    pub words: [String; 3],
}

impl Bounds {
    /// The bounds of a caller's list; `None` when there is nothing that it could show.
    ///
    /// # Errors
    /// [`Error::Malformed`] for an area that is no code.
    pub fn of(app: &App, caller: &Caller, streets: &[i64], asked: &ListQuery) -> Result<Option<Self>, Error> {
        let scope = app.policy().scope(caller, "order:read", app.clock().now());
        let area = asked.area.as_deref().map(str::parse::<AreaCode>).transpose();
        let area = area.map_err(|error| Error::malformed(Text::owned(error.zh(), error.to_string())))?;
        let unit = asked.organisation.map(|unit| unit.id);
        if scope.is_empty || scope.organisation.is_some_and(|own| unit.is_some_and(|unit| unit != own)) {
            return Ok(None);
        }
        let Some((low, high, exact)) = narrowed(&scope, area) else { return Ok(None) };
        let within = |street: &i64| {
            scope.street.is_none_or(|own| own == *street)
                && scope.district.is_none_or(|own| own == *street / 1000)
                && area.is_none_or(|area| area.street_id().is_none_or(|of| of == *street))
        };
        Ok(Some(Self {
            streets: streets.iter().copied().filter(within).collect(),
            low,
            high,
            exact,
            organisation: scope.organisation.or(unit).unwrap_or(0),
            class: asked.class.clone().unwrap_or_default(),
            words: patterns(asked.q.as_deref().unwrap_or_default()),
        }))
    }
}

impl ListQuery {
    /// What is listed by what happened, and the day on which it did.
    ///
    /// # Errors
    /// [`Error::Malformed`] for what is no date.
    pub(crate) fn happening(&self, now: Millis) -> Result<Option<(Measure, Span)>, Error> {
        let wrong = |_| Error::malformed(Text::new("日期应写作 2026-11-24", "write the date as 2026-11-24"));
        let day = match self.on.as_deref() {
            Some(text) => text.parse().map_err(wrong)?,
            None => now.beijing_date(),
        };
        Ok(self.event.map(|event| (event, Span::of_day(day))))
    }
}

impl Bounds {
    /// The same bounds for what happened.
    pub fn within(&self) -> Within {
        Within {
            low: self.low,
            high: self.high,
            exact: self.exact,
            organisation: self.organisation,
            class: self.class.clone(),
            words: self.words.clone(),
        }
    }
}

impl Bounds {
    /// Whether state, place and time alone decide what a list shows.
    pub fn is_plain(&self) -> bool {
        self.organisation == 0 && self.class.is_empty() && self.words.iter().all(|pattern| pattern == "%")
    }
}

/// The part of a scope's areas that lies in the area asked for; `None` when there is none.
fn narrowed(scope: &Scope, area: Option<AreaCode>) -> Option<(i64, i64, i64)> {
    let own = (scope.low, scope.high, scope.exact);
    let Some(area) = area.filter(|area| area.level() > AreaLevel::Street) else { return Some(own) };
    let code = area.value();
    let asked = (code * 1000, code * 1000 + 999, code);
    if (scope.low..=scope.high).contains(&code) || scope.exact == code {
        return Some(asked);
    }
    // A narrower post asks for the area around its own.
    (scope.exact / 1000 == code).then_some(own)
}

/// Up to three words as patterns; fewer match everything.
fn patterns(typed: &str) -> [String; 3] {
    let mut words = typed.split_whitespace().map(|word| {
        let escaped: String = word.to_lowercase().chars().fold(String::new(), |mut all, c| {
            if matches!(c, '%' | '_' | '\\') {
                all.push('\\');
            }
            all.push(c);
            all
        });
        format!("%{escaped}%")
    });
    std::array::from_fn(|_| words.next().unwrap_or_else(|| "%".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_matched_as_it_stands() {
        assert_eq!(patterns("50% 井盖_A"), ["%50\\%%", "%井盖\\_a%", "%"]);
        assert_eq!(patterns("  "), ["%", "%", "%"]);
    }
}
