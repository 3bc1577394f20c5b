//! Freezing: a month's score with everything that it hangs on, kept so that anybody can compute it again.
//!
//! A freeze keeps the version of the scorecard, the indicators with their formulas, the calendar by which deadlines were
//! counted, the exact cases of every unit, and the digits. Nothing changes it: an upheld objection adds a revision beside it.

use catalogue::Catalogue;
use orders::Span;
use platform::ids::wire_id;
use platform::{App, Error, Millis, Read, Text, Thing, Write};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, sql, table, vals};

use crate::indicator::{self, Indicator};
use crate::score::{Case, Exempted, Lists, UnitDigits, digest, digits, lists};
use crate::scorecard::{self, Scorecard};

wire_id!(
    /// A frozen month on the wire.
    FreezeId, "frz"
);

table! {
    /// One month of one scorecard, frozen.
    pub struct Freeze in "freezes" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub scorecard_key: String,
        /// Such as 202611.
        pub month: i64,
        /// A [`Basis`].
        pub body: String,
        pub frozen_at: Millis,
        /// The post that froze it.
        pub post_id: Option<i64>,
        pub objections_until: Millis,
    }
}

table! {
    /// The cases of one indicator and unit.
    pub(crate) struct FrozenList in "frozen_lists" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub freeze_id: i64,
        pub indicator_key: String,
        pub organisation_id: i64,
        pub cases: String,
    }
}

table! {
    /// The digits of a freeze; 0 as they were frozen, one more with every upheld objection.
    pub struct Revision in "score_revisions" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub freeze_id: i64,
        pub revision: i64,
        /// The objection that it follows.
        pub objection_id: Option<i64>,
        pub digits: String,
        pub digest: String,
        pub revised_at: Millis,
    }
}

sql! {
    OF_STREET: Freeze = "WHERE street_id = $1 ORDER BY month DESC, scorecard_key LIMIT 1000";
    OF_MONTH: Freeze = "WHERE street_id = $1 AND scorecard_key = $2 AND month = $3 LIMIT 1";
    LISTS: FrozenList = "WHERE street_id = $1 AND freeze_id = $2 ORDER BY indicator_key, organisation_id LIMIT 100000";
    LIST: FrozenList = "WHERE street_id = $1 AND freeze_id = $2 AND indicator_key = $3 AND organisation_id = $4 LIMIT 1";
    REVISIONS: Revision = "WHERE street_id = $1 AND freeze_id = $2 ORDER BY revision LIMIT 10000";
}

/// What a score hangs on beside its cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    pub scorecard: Scorecard,
    pub indicators: Vec<Indicator>,
    /// The edition of the calendar by which deadlines were counted.
    pub calendar: String,
    pub from: Millis,
    pub to: Millis,
    /// The moment at which the cases were read.
    pub read_at: Millis,
}

/// A month as it stands: what it hangs on, its cases and its digits.
pub struct Sheet {
    pub basis: Basis,
    pub lists: Lists,
    pub digits: Vec<UnitDigits>,
}

impl Freeze {
    pub fn wire_id(&self) -> FreezeId {
        FreezeId::new(self.street_id, self.id)
    }

    /// # Errors
    /// [`Error::Internal`] for a row that does not hold one.
    pub fn basis(&self) -> Result<Basis, Error> {
        serde_json::from_str(&self.body).map_err(Error::internal)
    }
}

impl Revision {
    /// # Errors
    /// [`Error::Internal`] for a row that does not hold them.
    pub fn units(&self) -> Result<Vec<UnitDigits>, Error> {
        serde_json::from_str(&self.digits).map_err(Error::internal)
    }
}

/// A month of a street's scorecard as its cases stand now.
///
/// # Errors
/// [`Error::Missing`] without a scorecard in force, [`Error::Invalid`] for what is no month.
pub async fn sheet(r: &Read, street: i64, key: &str, month: i64, calendar: &str) -> Result<Sheet, Error> {
    let card = scorecard::in_force(r, street, key, month).await?;
    let Span { from, to } = card.period(month)?.span;
    let mut indicators = indicator::in_force(r).await?;
    indicators.retain(|indicator| card.lines.iter().any(|line| line.indicator == indicator.key));
    let lists = lists(r, street, &card, &indicators, Span { from, to }).await?;
    let digits = digits(&card, &indicators, &lists, &Exempted::new());
    let calendar = calendar.to_owned();
    Ok(Sheet {
        basis: Basis { scorecard: card, indicators, calendar, from, to, read_at: r.now() },
        lists,
        digits,
    })
}

/// The edition of the calendar that counts now.
///
/// # Errors
/// What loading the catalogue answers.
pub async fn calendar(app: &App) -> Result<String, Error> {
    Ok(app.snapshot::<Catalogue>().await?.calendar().version().to_owned())
}

/// Freezes a month that is over.
///
/// # Errors
/// [`Error::Forbidden`]; a conflict before its last day is over, or when it is frozen already.
pub async fn freeze(w: &Write, street: i64, month: i64, sheet: Sheet) -> Result<FreezeId, Error> {
    w.require("insight:freeze", &Thing::at(street))?;
    let Sheet { basis, lists, digits } = sheet;
    if basis.read_at < basis.to {
        return Err(Error::conflict(Text::new("考评月尚未结束，不能冻结", "the month is not over yet")));
    }
    let key = basis.scorecard.key.clone();
    if of_month(w, street, &key, month).await?.is_some() {
        return Err(Error::conflict(Text::new("该月已冻结", "the month is frozen already")));
    }
    let midnight = Millis::at_beijing_midnight(w.now().beijing_date());
    let freeze = Freeze {
        street_id: street,
        id: w.id(),
        scorecard_key: key,
        month,
        body: serde_json::to_string(&basis).map_err(Error::internal)?,
        frozen_at: w.now(),
        post_id: w.call().caller().ok().map(|caller| caller.post.id),
        objections_until: midnight.plus((basis.scorecard.objection_days + 1) * 86_400_000),
    };
    w.insert(&freeze).await?;
    let mut rows = Vec::with_capacity(lists.len());
    for ((indicator, unit), cases) in &lists {
        rows.push(FrozenList {
            street_id: street,
            id: w.id(),
            freeze_id: freeze.id,
            indicator_key: indicator.clone(),
            organisation_id: *unit,
            cases: serde_json::to_string(cases).map_err(Error::internal)?,
        });
    }
    w.bulk(&rows).await?;
    let digest = add_revision(w, &freeze, 0, None, &lists, &Exempted::new(), &digits).await?;
    let detail = json!({ "scorecard": freeze.scorecard_key, "month": month, "digest": digest });
    w.record("insight:freeze", freeze.wire_id(), detail);
    Ok(freeze.wire_id())
}

/// Writes the digits of a revision, and gives their fingerprint.
pub(crate) async fn add_revision(
    w: &Write,
    freeze: &Freeze,
    revision: i64,
    objection_id: Option<i64>,
    lists: &Lists,
    exempted: &Exempted,
    digits: &[UnitDigits],
) -> Result<String, Error> {
    let digits = serde_json::to_string(digits).map_err(Error::internal)?;
    let row = Revision {
        street_id: freeze.street_id,
        id: w.id(),
        freeze_id: freeze.id,
        revision,
        objection_id,
        digest: digest(&freeze.body, lists, exempted, &digits)?,
        digits,
        revised_at: w.now(),
    };
    w.insert(&row).await?;
    Ok(row.digest)
}

/// The frozen months of a street, the newest first.
///
/// # Errors
/// What the store answers.
pub async fn of_street(tx: &Tx, street: i64) -> Result<Vec<Freeze>, Error> {
    Ok(tx.query(&OF_STREET, &vals![street]).await?)
}

/// The freeze of a month.
///
/// # Errors
/// What the store answers.
pub async fn of_month(tx: &Tx, street: i64, key: &str, month: i64) -> Result<Option<Freeze>, Error> {
    Ok(tx.opt(&OF_MONTH, &vals![street, key, month]).await?)
}

/// The freeze with this id.
///
/// # Errors
/// [`Error::Missing`] when there is none.
pub async fn get(tx: &Tx, id: FreezeId) -> Result<Freeze, Error> {
    let found: Option<Freeze> = tx.find(&vals![id.street, id.id]).await?;
    found.ok_or(Error::Missing("freeze"))
}

/// The cases of a freeze, as they were.
///
/// # Errors
/// What the store answers.
pub async fn lists_of(tx: &Tx, freeze: &Freeze) -> Result<Lists, Error> {
    let rows: Vec<FrozenList> = tx.query(&LISTS, &vals![freeze.street_id, freeze.id]).await?;
    let list = |row: FrozenList| {
        let cases = serde_json::from_str(&row.cases).map_err(Error::internal)?;
        Ok(((row.indicator_key, row.organisation_id), cases))
    };
    rows.into_iter().map(list).collect()
}

/// The cases of one indicator and unit.
///
/// # Errors
/// What the store answers.
pub async fn list_of(tx: &Tx, freeze: &Freeze, indicator: &str, unit: i64) -> Result<Vec<Case>, Error> {
    let row: Option<FrozenList> = tx.opt(&LIST, &vals![freeze.street_id, freeze.id, indicator, unit]).await?;
    row.map_or(Ok(Vec::new()), |row| serde_json::from_str(&row.cases).map_err(Error::internal))
}

/// The digits of a freeze, the first as they were frozen.
///
/// # Errors
/// What the store answers.
pub async fn revisions(tx: &Tx, freeze: &Freeze) -> Result<Vec<Revision>, Error> {
    Ok(tx.query(&REVISIONS, &vals![freeze.street_id, freeze.id]).await?)
}
