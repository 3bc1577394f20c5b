//! Holiday notices by year; a notice that replaces another is a new edition, the old one stays.

use std::collections::BTreeMap;

use platform::{Error, Millis, Text, Thing, Write};
use store::{Tx, sql, table};
use worktime::{Calendar, CalendarError, Lang, Notice};

use crate::snapshot::Catalogue;

table! {
    /// One edition of a year's notice.
    pub(crate) struct CalendarRow in "calendars" key 1 {
        pub id: i64,
        pub calendar_year: i64,
        pub edition: i64,
        pub body: String,
        pub published_at: Millis,
    }
}

sql! {
    LATEST: CalendarRow = "WHERE edition = (SELECT MAX(later.edition) FROM calendars AS later
        WHERE later.calendar_year = calendars.calendar_year) ORDER BY calendar_year LIMIT 200";
    ALL_EDITIONS: CalendarRow = "ORDER BY published_at, id LIMIT 2000";
}

/// The edition in force of each year.
pub(crate) async fn latest(tx: &Tx) -> Result<Vec<CalendarRow>, Error> {
    Ok(tx.query(&LATEST, &[]).await?)
}

/// Every edition, in the order in which they came out.
pub(crate) async fn all(tx: &Tx) -> Result<Vec<CalendarRow>, Error> {
    Ok(tx.query(&ALL_EDITIONS, &[]).await?)
}

/// The calendars that were in force one after the other.
pub(crate) fn past(editions: &[CalendarRow]) -> Result<Vec<Calendar>, Error> {
    let mut in_force: BTreeMap<i64, Notice> = BTreeMap::new();
    let mut calendars = Vec::with_capacity(editions.len());
    for row in editions {
        in_force.insert(row.calendar_year, notice_of(row)?);
        calendars.push(Calendar::new(in_force.values().cloned()).map_err(Error::internal)?);
    }
    Ok(calendars)
}

/// The notice of a row.
pub(crate) fn notice_of(row: &CalendarRow) -> Result<Notice, Error> {
    Notice::from_json(&row.body).map_err(Error::internal)
}

/// Days that do not make a calendar.
pub(crate) fn refused(error: CalendarError) -> Error {
    Error::field("days", Text::owned(error.text(Lang::Zh), error.text(Lang::En)))
}

/// Who counts open deadlines anew after a notice came out.
pub const RECALENDAR: &str = "recalendar";

/// Publishes a year's notice; deadlines are counted by it from now on, and the work of counting open ones anew is left
/// for whoever keeps them. A notice without days is one that is announced
/// but not out.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] when the days do not make a calendar; a conflict when nothing would change.
pub async fn publish_calendar(w: &Write, notice: Notice) -> Result<i64, Error> {
    w.require("catalogue:edit", &Thing::at(w.app().district()))?;
    let rows = latest(w).await?;
    let year = i64::from(notice.year);
    let before = rows.iter().find(|row| row.calendar_year == year);
    if before.map(notice_of).transpose()?.is_some_and(|before| before == notice) {
        return Err(Error::conflict(Text::new("与现行放假安排相同", "this is the arrangement in force")));
    }
    let edition = before.map_or(1, |before| before.edition + 1);
    let others = rows.iter().filter(|row| row.calendar_year != year).map(notice_of);
    let mut all = others.collect::<Result<Vec<_>, _>>()?;
    let body = serde_json::to_string(&notice).map_err(Error::internal)?;
    all.push(notice);
    if let Err(error) = Calendar::new(all) {
        return Err(refused(error));
    }
    w.insert(&CalendarRow { id: w.id(), calendar_year: year, edition, body, published_at: w.now() }).await?;
    w.record("catalogue:publish-calendar", format!("calendar {year}/{edition}"), serde_json::json!({}));
    w.outdates::<Catalogue>().await?;
    w.enqueue(RECALENDAR, &serde_json::json!({ "year": year, "edition": edition }), w.now()).await?;
    Ok(edition)
}
