//! Rulings: who has a case that two units disagree about, whose the lost time is, and what is done next time.

use std::collections::HashSet;

use platform::{Error, Millis, Read};
use store::{Tx, sql, table, vals};

use crate::books::Books;
use crate::clock::{Change, counts_working_time, pause_word};
use crate::dispatch::wire::RulingId;
use crate::order::Order;
use crate::step::{Actor, Step};
use crate::suggest::pairs;
use crate::timing::Clocks;
use crate::view::Bounds;
use crate::words::{ChargedTo, ClockKind};

/// How many precedents are shown, and among how many they are looked for.
const PRECEDENTS: usize = 3;

table! {
    /// One ruling. What it says never changes.
    pub struct Ruling in "order_rulings" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub order_id: i64,
        /// The number of the order.
        pub number: String,
        pub area: i64,
        /// The unit that gave the order back.
        pub returned_by: Option<i64>,
        pub return_step_id: Option<i64>,
        pub designated: i64,
        pub class: String,
        pub duty_code: Option<String>,
        pub clause: String,
        pub reason: String,
        pub charged_to: ChargedTo,
        /// In minutes of the kind that the limit counts.
        pub charged_minutes: i64,
        /// What a search looks through.
        pub words: String,
        pub at: Millis,
        pub post_id: Option<i64>,
        pub post_organisation_id: Option<i64>,
    }
}

sql! {
    /// When and by whom an order was given back.
    RETURNS: Step = "WHERE street_id = $1 AND order_id = $2 AND action = 'return' ORDER BY id LIMIT 100";
    LAST: Ruling = "WHERE street_id = $1 AND order_id = $2 ORDER BY id DESC LIMIT 1";
    OF_CLASS: Ruling = "WHERE street_id = $1 AND class = $2 AND order_id <> $3 ORDER BY id DESC LIMIT 50";
    SEARCH: Ruling = "WHERE street_id = $1 AND id < $2 AND (area BETWEEN $3 AND $4 OR area = $5) AND (class = $6 OR $6 = '')
        AND words LIKE $7 ESCAPE '\\' AND words LIKE $8 ESCAPE '\\' AND words LIKE $9 ESCAPE '\\'
        AND (designated = $10 OR returned_by = $10 OR $10 = 0) ORDER BY id DESC LIMIT $11";
}

impl Ruling {
    pub(crate) fn wire_id(&self) -> RulingId {
        RulingId::new(self.street_id, self.id)
    }
}

/// Who gave an order back, the first return first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn returns_of(r: &Tx, order: &Order) -> Result<Vec<Step>, Error> {
    Ok(r.query(&RETURNS, &vals![order.street_id, order.id]).await?)
}

/// The return that a ruling for a unit is about: the unit's own, else the last one.
pub(crate) fn disputed(returns: &[Step], unit: i64) -> Option<&Step> {
    let own = returns.iter().rfind(|step| step.post_organisation_id == Some(unit));
    own.or_else(|| returns.last())
}

/// A ruling as it is written; `after` is the order as it leaves it.
///
/// # Errors
/// [`Error::Internal`] outside 1970–2099.
pub(crate) fn rule(
    books: &Books,
    actor: Actor,
    after: &Order,
    returned: Option<&Step>,
    (clause, reason): (&str, &str),
    (now, id): (Millis, i64),
) -> Result<Ruling, Error> {
    let designated = after.organisation_id.ok_or_else(|| Error::internal("a ruling names no unit"))?;
    let returned_by = returned.and_then(|step| step.post_organisation_id);
    let charged_to = if returned_by == Some(designated) { ChargedTo::Unit } else { ChargedTo::Desk };
    Ok(Ruling {
        street_id: after.street_id,
        id,
        order_id: after.id,
        number: after.number.clone(),
        area: after.area,
        returned_by,
        return_step_id: returned.map(|step| step.id),
        designated,
        class: after.class.clone(),
        duty_code: after.duty_code.clone(),
        clause: clause.to_owned(),
        reason: reason.to_owned(),
        charged_to,
        charged_minutes: returned.map_or(Ok(0), |step| minutes(books, after, step.at, now))?,
        words: words(books, after, [Some(designated), returned_by], clause, reason),
        at: now,
        post_id: actor.post,
        post_organisation_id: actor.organisation,
    })
}

/// Minutes of the kind that the order's limit counts.
fn minutes(books: &Books, order: &Order, from: Millis, to: Millis) -> Result<i64, Error> {
    let limit = books.limit_of(order, ClockKind::Handling);
    let ms = match limit.is_some_and(counts_working_time) {
        true => {
            let by = books.reckoning()?;
            worktime::elapsed(by.rules, by.calendar, from.0, to.0).map_err(Error::internal)?
        }
        false => to.0 - from.0,
    };
    Ok(ms / 60_000)
}

fn words(books: &Books, order: &Order, units: [Option<i64>; 2], clause: &str, reason: &str) -> String {
    let class = books.catalogue.class(&order.class);
    let class = class.map(|class| format!("{} {}", class.name.zh, class.name.en)).unwrap_or_default();
    let names = units.iter().flatten().filter_map(|id| books.staff.organisation(*id));
    let names: String = names.map(|unit| format!("{} {} ", unit.name.zh, unit.name.en)).collect();
    format!("{} {class} {names}{clause} {reason} {}", order.number, order.description).to_lowercase()
}

/// Takes up the clock of the unit that gave the order back and was named: the time since then counts against it.
///
/// # Errors
/// None of its own; nothing changes when the return paused no clock.
pub(crate) fn charge(clocks: &mut Clocks, unit: i64, returned: &Step, now: Millis) -> Vec<Change> {
    let why = pause_word(worktime::PauseKind::Returned);
    let of_unit = |run: i64| clocks.runs.iter().any(|one| one.id == run && one.organisation_id == Some(unit));
    let paused = |pause: &&crate::clock::ClockPause| {
        pause.kind == why && pause.paused_at == returned.at && of_unit(pause.clock_id)
    };
    let Some(pause) = clocks.pauses.iter().find(paused).map(|pause| pause.id) else { return Vec::new() };
    let mut changes = Vec::new();
    let Some(pause) = clocks.pauses.iter_mut().find(|one| one.id == pause) else { return changes };
    pause.charged = true;
    let run = pause.clock_id;
    if pause.resumed_at.is_some() {
        changes.push(Change::Resume(pause.clone()));
    }
    // Meanwhile the order may have been with others: theirs ends, and the one that was given up goes on.
    let others = clocks.runs.iter().filter(|one| one.clock == ClockKind::Handling && one.id != run);
    let others: Vec<i64> = others.filter(|one| one.stopped_at.is_none()).map(|one| one.id).collect();
    changes.extend(others.into_iter().filter_map(|id| clocks.end(id, now)));
    if let Some(run) = clocks.runs.iter_mut().find(|one| one.id == run) {
        run.stopped_at = None;
    }
    changes
}

/// The newest ruling on an order.
///
/// # Errors
/// What the store answers.
pub(crate) async fn last_ruling(r: &Tx, order: &Order) -> Result<Option<Ruling>, Error> {
    Ok(r.opt(&LAST, &vals![order.street_id, order.id]).await?)
}

/// What was ruled on cases of the same class, those that share most words with this one first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn precedents(r: &Tx, order: &Order) -> Result<Vec<Ruling>, Error> {
    let found: Vec<Ruling> =
        r.query(&OF_CLASS, &vals![order.street_id, order.class.as_str(), order.id]).await?;
    Ok(closest(found, &order.description))
}

fn closest(mut found: Vec<Ruling>, description: &str) -> Vec<Ruling> {
    let told: HashSet<(char, char)> = pairs(&description.to_lowercase());
    let shared = |ruling: &Ruling| pairs(&ruling.words).intersection(&told).count();
    found.sort_by_cached_key(|ruling| std::cmp::Reverse(shared(ruling)));
    found.truncate(PRECEDENTS);
    found
}

/// Up to `limit` rulings within bounds before an id, the newest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn search(
    r: &Read,
    bounds: &Bounds,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Ruling>, Error> {
    let [one, two, three] = &bounds.words;
    let mut found = Vec::new();
    for street in &bounds.streets {
        let values = vals![
            *street,
            before.unwrap_or(i64::MAX),
            bounds.low,
            bounds.high,
            bounds.exact,
            bounds.class.as_str(),
            one.as_str(),
            two.as_str(),
            three.as_str(),
            bounds.organisation,
            limit,
        ];
        found.extend(r.query::<Ruling>(&SEARCH, &values).await?);
    }
    found.sort_by_key(|ruling| std::cmp::Reverse(ruling.id));
    found.truncate(usize::try_from(limit).map_err(Error::internal)?);
    Ok(found)
}
