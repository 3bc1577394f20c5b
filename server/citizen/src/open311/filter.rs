//! Which requests somebody asks for.

use areas::Position;
use orders::{Books, Order};
use platform::{Millis, Text};

use super::form::Form;
use super::format::Refused;
use super::record::{Shown, is_open, point};
use super::status::status;

const DAY_MS: i64 = 24 * 3_600_000;
/// The longest span between two dates, and how far back a list goes by itself.
const SPAN_MS: i64 = 90 * DAY_MS;
/// The most requests in one answer.
pub(crate) const MOST: usize = 1_000;
/// As far as pages are counted; a longer list is followed by its links.
const MOST_SKIPPED: usize = 20_000;

/// What a list holds.
pub(crate) struct Filter {
    pub streets: Vec<i64>,
    /// These requests alone, whatever else is asked.
    pub ids: Option<Vec<String>>,
    services: Vec<String>,
    statuses: Vec<&'static str>,
    pub from: Millis,
    /// The last moment of the span.
    pub to: Millis,
    updated: (Option<Millis>, Option<Millis>),
    words: Option<String>,
    near: Option<(Position, f64)>,
    pub page_size: usize,
    pub skip: usize,
    /// Only what stands behind this moment and id in the list.
    pub before: Option<(Millis, i64)>,
}

impl Filter {
    /// # Errors
    /// Each thing that cannot be asked, in words.
    pub fn read(form: &Form, streets: Vec<i64>, now: Millis) -> Result<Self, Refused> {
        let (from, to) = span(form.moment("start_date")?, form.moment("end_date")?, now)?;
        let ids = form.list("service_request_id");
        Ok(Self {
            streets,
            ids: (!ids.is_empty()).then(|| ids.into_iter().take(MOST).map(str::to_owned).collect()),
            services: form.list("service_code").into_iter().map(str::to_owned).collect(),
            statuses: statuses(form)?,
            from,
            to,
            updated: (form.moment("updated_after")?, form.moment("updated_before")?),
            words: form.one("q").map(str::to_lowercase),
            near: near(form)?,
            page_size: whole(form, "page_size", MOST)?.unwrap_or(MOST),
            skip: skip(form)?,
            before: before(form)?,
        })
    }

    /// Whether an order belongs to the list, as far as its row says.
    pub fn takes(&self, order: &Order) -> bool {
        (self.from..=self.to).contains(&order.reported_at)
            && (self.services.is_empty() || self.services.contains(&order.class))
            && (self.statuses.is_empty() || self.statuses.contains(&status(order.state)))
            && self.before.is_none_or(|place| (order.reported_at, order.id) < place)
    }

    /// Whether it belongs to the list, as far as everybody sees it: nothing that is not shown decides.
    pub fn takes_shown(&self, shown: &Shown, books: &Books) -> bool {
        let updated = shown.order.ended_at.unwrap_or(shown.updated_at);
        let has_words = |words: &String| {
            let class = books.catalogue.class(&shown.order.class);
            let named = class.is_some_and(|class| {
                class.name.zh.to_lowercase().contains(words) || class.name.en.to_lowercase().contains(words)
            });
            named || is_open(&shown.order) && shown.order.words.contains(words)
        };
        self.updated.0.is_none_or(|after| updated >= after)
            && self.updated.1.is_none_or(|before| updated <= before)
            && self.words.as_ref().is_none_or(has_words)
            && self
                .near
                .is_none_or(|(here, metres)| point(&shown.order).is_some_and(|at| at.is_within(here, metres)))
    }
}

/// The span that two dates, one of them or none mean.
///
/// # Errors
/// More than 90 days, or an end before the start.
pub(crate) fn span(
    start: Option<Millis>,
    end: Option<Millis>,
    now: Millis,
) -> Result<(Millis, Millis), Refused> {
    match (start, end) {
        (Some(start), Some(end)) if end < start => {
            Err(Refused::bad(Text::new("end_date 早于 start_date", "end_date is before start_date")))
        }
        (Some(start), Some(end)) if end.0 - start.0 > SPAN_MS => Err(Refused::bad(Text::new(
            "start_date 与 end_date 相差不得超过 90 天",
            "start_date and end_date are at most 90 days apart",
        ))),
        (Some(start), Some(end)) => Ok((start, end)),
        (Some(start), None) => Ok((start, Millis(start.plus(SPAN_MS).0.min(now.0.max(start.0))))),
        (None, Some(end)) => Ok((end.plus(-SPAN_MS), end)),
        (None, None) => Ok((now.plus(-SPAN_MS), now)),
    }
}

fn statuses(form: &Form) -> Result<Vec<&'static str>, Refused> {
    let known = |word: &str| match word.to_lowercase().as_str() {
        "open" => Ok("open"),
        "closed" => Ok("closed"),
        _ => Err(Refused::bad(Text::new("status 须为 open 或 closed", "status is open or closed"))),
    };
    form.list("status").into_iter().map(known).collect()
}

fn near(form: &Form) -> Result<Option<(Position, f64)>, Refused> {
    let number = |name| form.number(name).map_err(Refused::bad);
    match (number("lat")?, number("long")?, number("radius")?) {
        (None, None, _) => Ok(None),
        (Some(lat), Some(long), radius) => {
            let here = Position::new(long, lat)
                .map_err(|error| Refused::bad(Text::owned(error.zh(), error.to_string())))?;
            Ok(Some((here, radius.unwrap_or(100.0))))
        }
        _ => Err(Refused::bad(Text::new("lat 与 long 须成对给出", "lat and long come together"))),
    }
}

fn whole(form: &Form, name: &str, most: usize) -> Result<Option<usize>, Refused> {
    let wrong = || {
        Refused::bad(Text::owned(
            format!("{name} 须为 1 至 {most} 的整数"),
            format!("{name} is a whole number from 1 to {most}"),
        ))
    };
    let number = form.one(name).map(str::parse::<usize>).transpose().map_err(|_| wrong())?;
    if number.is_some_and(|number| !(1..=most).contains(&number)) { Err(wrong()) } else { Ok(number) }
}

fn skip(form: &Form) -> Result<usize, Refused> {
    let size = whole(form, "page_size", MOST)?.unwrap_or(MOST);
    let page = whole(form, "page", MOST_SKIPPED / size + 1)?.unwrap_or(1);
    Ok((page - 1) * size)
}

fn before(form: &Form) -> Result<Option<(Millis, i64)>, Refused> {
    let Some(written) = form.one("before") else { return Ok(None) };
    let parted = written.split_once('.');
    let place = parted.and_then(|(at, id)| Some((Millis(at.parse().ok()?), id.parse().ok()?)));
    place.map(Some).ok_or_else(|| Refused::bad(Text::new("before 无效", "before is not one of our links")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_span_is_never_longer_than_ninety_days(
            start in proptest::option::of(0..4_000_000_000_000_i64), end in proptest::option::of(0..4_000_000_000_000_i64),
            now in 1_000_000_000_000..2_000_000_000_000_i64,
        ) {
            if let Ok((from, to)) = span(start.map(Millis), end.map(Millis), Millis(now)) {
                prop_assert!(from <= to && to.0 - from.0 <= SPAN_MS);
                prop_assert!(start.is_none_or(|start| from.0 == start) && (end.is_none() || end == Some(to.0)));
            }
        }

        #[test]
        fn the_edge_of_ninety_days_is_inside(start in 0..4_000_000_000_000_i64, more in 1..100_000_i64) {
            let (start, now) = (Millis(start), Millis(0));
            prop_assert!(span(Some(start), Some(start.plus(SPAN_MS)), now).is_ok());
            prop_assert!(span(Some(start), Some(start.plus(SPAN_MS + more)), now).is_err());
        }
    }
}
