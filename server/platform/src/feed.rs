//! What happened to orders, gapless and in the order of the ledger, for systems that follow along.
//!
//! The ledger's sequencer gives each entry the next place in its street's log, whenever its transaction committed. Whoever
//! has read up to a place has therefore seen all before it, and a late commit only comes later: a cursor is one place for
//! each street, and never misses anything. An event is an entry about an order without who did it and why.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde_json::Value as Json;
use store::{Tx, row, sql, vals};
use utoipa::ToSchema;

use crate::clock::Millis;
use crate::error::{Error, Text};
use crate::ids::wire_id;
use crate::posts::OrganisationId;

wire_id!(
    /// Something that happened, on the wire; the same whenever and however often it is told.
    EventId, "evt"
);

/// Entries of one street that one look goes through.
const ENTRIES: i64 = 500;
/// Entries that begin so are about orders …
const PREFIX: &str = "order:";
/// … and these change nothing about them.
const QUIET: [&str; 3] = ["order:contact", "order:watch", "order:unwatch"];
/// What stands in a subject's place where an entry is about one order.
const SUBJECT: &str = "ord_";

row! {
    struct Entry { street_id: i64, id: i64, at: Millis, action: String, subject: String, detail: String, leaf: i64 }
}

sql! {
    PLACED = "SELECT street_id, id, at, action, subject, detail, leaf FROM ledger_entries
        WHERE street_id = $1 AND leaf >= $2 ORDER BY leaf LIMIT $3";
    LAST_PLACE = "SELECT leaf FROM ledger_entries WHERE street_id = $1 AND leaf >= 0 ORDER BY leaf DESC LIMIT 1";
}

/// Something that happened to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeedEvent {
    pub id: EventId,
    /// The ledger's word, such as `order:dispatch`.
    #[serde(rename = "type")]
    pub kind: String,
    pub at: Millis,
    /// The street's code.
    pub street: String,
    /// The order: `ord_…`.
    pub subject: String,
    pub detail: FeedDetail,
}

/// What changed, as far as it changed; never who or why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeedDetail {
    /// 受理编号.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The state before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The state after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The order's version after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The unit that it is with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<OrganisationId>,
}

impl FeedDetail {
    fn of(text: &str) -> Self {
        let detail: Json = serde_json::from_str(text).unwrap_or_default();
        let word = |key: &str| detail.get(key).and_then(Json::as_str).map(str::to_owned);
        let number = |key: &str| detail.get(key).and_then(Json::as_i64);
        Self {
            number: word("number"),
            from: word("from"),
            to: word("to"),
            version: number("version"),
            unit: number("unit").map(OrganisationId::shared),
        }
    }
}

impl From<Entry> for FeedEvent {
    fn from(entry: Entry) -> Self {
        Self {
            id: EventId::new(entry.street_id, entry.id),
            kind: entry.action,
            at: entry.at,
            street: entry.street_id.to_string(),
            subject: entry.subject,
            detail: FeedDetail::of(&entry.detail),
        }
    }
}

/// The next place to be read in the log of each street; a street that it does not name is read from its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor(BTreeMap<i64, i64>);

impl Cursor {
    /// # Errors
    /// [`Error::Malformed`] for a cursor that we did not make.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        let places = bytes.and_then(|bytes| serde_json::from_slice::<BTreeMap<i64, i64>>(&bytes).ok());
        let sound = places.filter(|places| places.values().all(|place| *place >= 0));
        sound.map(Self).ok_or_else(|| {
            Error::malformed(Text::new(
                "游标无效，请使用上一次返回的 next",
                "this cursor is not one of ours; hand back `next` of an earlier answer",
            ))
        })
    }

    /// The cursor as it is handed out.
    pub fn text(&self) -> String {
        BASE64URL_NOPAD.encode(serde_json::json!(self.0).to_string().as_bytes())
    }

    /// Behind everything that the logs of these streets hold now.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn at_end(tx: &Tx, streets: &[i64]) -> Result<Self, Error> {
        let mut places = BTreeMap::new();
        for street in streets {
            if let Some((last,)) = tx.opt::<(i64,)>(&LAST_PLACE, &vals![*street]).await? {
                places.insert(*street, last + 1);
            }
        }
        Ok(Self(places))
    }

    /// The beginning of the logs of these streets.
    pub fn beginning(streets: &[i64]) -> Self {
        Self(streets.iter().map(|street| (*street, 0)).collect())
    }

    /// The same in these streets alone.
    #[must_use]
    pub fn within(mut self, streets: &[i64]) -> Self {
        self.0.retain(|street, _| streets.contains(street));
        self
    }

    /// Moved to where another stands, in the streets that the other names.
    #[must_use]
    pub fn moved_to(mut self, other: &Self) -> Self {
        self.0.extend(&other.0);
        self
    }

    fn place(&self, street: i64) -> i64 {
        self.0.get(&street).copied().unwrap_or(0)
    }
}

/// What is to be told next.
#[derive(Debug, Default)]
pub struct Told {
    /// Each with the cursor before which it stands: reading from there tells it again.
    pub events: Vec<(FeedEvent, Cursor)>,
    pub next: Cursor,
    /// There may be more behind `next` already.
    pub more: bool,
}

/// Reads what happened in some streets after a cursor, at most `limit` events. Streets are mixed by time; within a street the
/// order is that of its log.
///
/// # Errors
/// What the store answers.
pub async fn read(tx: &Tx, streets: &[i64], after: &Cursor, limit: usize) -> Result<Told, Error> {
    let mut told = Told { next: after.clone(), ..Told::default() };
    let mut logs: Vec<VecDeque<Entry>> = Vec::new();
    for street in streets {
        let found: Vec<Entry> = tx.query(&PLACED, &vals![*street, after.place(*street), ENTRIES]).await?;
        told.more |= i64::try_from(found.len()).is_ok_and(|found| found == ENTRIES);
        logs.push(found.into());
    }
    // The earliest head of all logs comes next; ids order by time across streets.
    while let Some(log) =
        logs.iter_mut().filter(|log| !log.is_empty()).min_by_key(|log| log.front().map(|e| e.id))
    {
        if told.events.len() == limit && log.front().is_some_and(is_told) {
            told.more = true;
            break;
        }
        let Some(entry) = log.pop_front() else { break };
        let here = Cursor(BTreeMap::from([(entry.street_id, entry.leaf)]));
        told.next.0.insert(entry.street_id, entry.leaf + 1);
        if is_told(&entry) {
            told.events.push((entry.into(), here));
        }
    }
    Ok(told)
}

fn is_told(entry: &Entry) -> bool {
    entry.action.starts_with(PREFIX)
        && entry.subject.starts_with(SUBJECT)
        && !QUIET.contains(&entry.action.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_left_and_a_foreign_one_is_refused() {
        let cursor = Cursor(BTreeMap::from([(450_204_006, 12), (450_204_007, 0)]));
        assert_eq!(Cursor::parse(&cursor.text()).unwrap(), cursor);
        for foreign in
            ["", "x", "e30=", &BASE64URL_NOPAD.encode(b"{\"1\":-1}"), &BASE64URL_NOPAD.encode(b"[1]")]
        {
            assert!(matches!(Cursor::parse(foreign), Err(Error::Malformed(_))), "{foreign}");
        }
    }

    #[test]
    fn an_event_says_what_changed_and_nothing_else_of_the_entry() {
        let detail = FeedDetail::of(
            r#"{"from":"accepted","to":"dispatched","version":3,"unit":7,"standard":9,"phone":"1"}"#,
        );
        assert_eq!(
            serde_json::json!(detail),
            serde_json::json!({ "from": "accepted", "to": "dispatched", "version": 3, "unit": OrganisationId::shared(7) })
        );
        assert_eq!(FeedDetail::of("no json"), FeedDetail::default());
    }
}
