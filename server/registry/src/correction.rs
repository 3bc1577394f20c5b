//! What residents ask back: that a value be corrected (个人信息保护法 art. 46), or why somebody looked. Each has a number
//! and a clock, and is answered by the steward.

use std::fmt;

use platform::ids::wire_id;
use platform::{App, Error, Millis, Text, Who, Write, number};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, sql, table, vals};

use crate::kin;
use crate::look::{LookRow, pseudonym};
use crate::resident::Resident;
use crate::survive::Field;
use platform::words;

/// The right to answer.
pub const ANSWER: &str = "correction:answer";
/// What a resident may have open at a time.
const OPEN_MOST: usize = 20;
/// The longest text, in characters.
pub const TEXT_CHARS: usize = 500;
/// The counters of a street's numbers, one a day.
const NUMBERS: i64 = 8_000_000_000;

wire_id!(
    /// A correction or a question of a resident on the wire.
    CorrectionId, "cor"
);

words! {
    /// What a resident asks.
    CorrectionKind, "kind of correction" {
        Correction = "correction", "更正申请", "correction";
        Question = "question", "查询疑问", "question about a look";
    }
}

words! {
    /// How it was answered.
    Outcome, "outcome" {
        Accepted = "accepted", "已更正", "corrected";
        Refused = "refused", "不予更正", "not corrected";
        Answered = "answered", "已答复", "answered";
    }
}

table! {
    /// One correction or question.
    pub struct Correction in "corrections" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub resident_id: i64,
        pub number: String,
        pub kind: CorrectionKind,
        pub field: Option<Field>,
        pub look_id: Option<i64>,
        /// [`Wish`] as sealed JSON.
        pub sealed: String,
        pub asked_at: Millis,
        /// By when it must be answered.
        pub due_at: Millis,
        pub answered_at: Option<Millis>,
        pub answered_by: Option<i64>,
        pub answered_post: Option<i64>,
        pub outcome: Option<Outcome>,
        /// Sealed too: an answer may name the value.
        pub answer: Option<String>,
    }
}

sql! {
    OF_RESIDENT: Correction = "WHERE street_id = $1 AND resident_id = $2 ORDER BY id DESC LIMIT 500";
    OPEN: Correction = "WHERE street_id = $1 AND answered_at IS NULL AND (due_at, id) > ($2, $3) ORDER BY due_at, id LIMIT $4";
    ANSWERED: Correction = "WHERE street_id = $1 AND answered_at IS NOT NULL AND id < $2 ORDER BY id DESC LIMIT $3";
}

/// What a resident wrote: the value that would be right and why, or a question.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    pub text: String,
}

/// No personal field in a log.
impl fmt::Debug for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wish(…)")
    }
}

/// What it is about.
#[derive(Clone, Debug)]
pub enum Matter {
    Value(Field),
    Look(Box<LookRow>),
}

impl Correction {
    /// Its id on the wire.
    pub fn wire_id(&self) -> CorrectionId {
        CorrectionId::new(self.street_id, self.id)
    }

    /// Whether it was or is answered too late.
    pub fn is_late(&self, now: Millis) -> bool {
        self.answered_at.unwrap_or(now) > self.due_at
    }

    /// What the resident wrote.
    ///
    /// # Errors
    /// What the vault answers.
    pub fn wish(&self, app: &App) -> Result<Wish, Error> {
        let plain =
            app.vault().open("corrections", "sealed", self.id, &self.sealed).map_err(Error::internal)?;
        serde_json::from_slice(&plain).map_err(Error::internal)
    }

    /// What the steward answered.
    ///
    /// # Errors
    /// What the vault answers.
    pub fn answer_text(&self, app: &App) -> Result<Option<String>, Error> {
        let open = |sealed: &String| {
            let plain =
                app.vault().open("corrections", "answer", self.id, sealed).map_err(Error::internal)?;
            String::from_utf8(plain).map_err(Error::internal)
        };
        self.answer.as_ref().map(open).transpose()
    }
}

/// What a resident asked so far, the newest first.
///
/// # Errors
/// What the store answers.
pub async fn corrections_of(r: &Tx, street: i64, resident: i64) -> Result<Vec<Correction>, Error> {
    Ok(r.query(&OF_RESIDENT, &vals![street, resident]).await?)
}

/// What waits in a street, the most urgent first, behind a place in that order.
///
/// # Errors
/// What the store answers.
pub(crate) async fn waiting(
    r: &Tx,
    street: i64,
    after: (i64, i64),
    limit: i64,
) -> Result<Vec<Correction>, Error> {
    Ok(r.query(&OPEN, &vals![street, after.0, after.1, limit]).await?)
}

/// What was answered in a street, the newest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn answered(r: &Tx, street: i64, before: i64, limit: i64) -> Result<Vec<Correction>, Error> {
    Ok(r.query(&ANSWERED, &vals![street, before, limit]).await?)
}

/// Writes down what a resident asks, due at `due_at`. The caller has made sure that it is the resident.
///
/// # Errors
/// [`Error::Conflict`] for the second question about one look, the second open correction of one field, or too many.
pub async fn wish(
    w: &Write,
    resident: &Resident,
    matter: Matter,
    wish: &Wish,
    due_at: Millis,
) -> Result<Correction, Error> {
    let known = corrections_of(w, resident.street_id, resident.id).await?;
    let open = || known.iter().filter(|one| one.answered_at.is_none());
    let (kind, field, look_id) = match &matter {
        Matter::Value(field) => (CorrectionKind::Correction, Some(*field), None),
        Matter::Look(look) => (CorrectionKind::Question, None, Some(look.id)),
    };
    let again = match &matter {
        Matter::Value(field) => open().find(|one| one.field == Some(*field)),
        Matter::Look(look) => known.iter().find(|one| one.look_id == Some(look.id)),
    };
    if let Some(again) = again {
        let text = Text::owned(
            format!("已提出，编号 {}，请等待答复", again.number),
            format!("you have asked already, under {}; wait for the answer", again.number),
        );
        return Err(Error::conflict(text));
    }
    if open().count() >= OPEN_MOST {
        let text = Text::new("尚有二十件未答复，请等待答复", "twenty are open; wait for their answers");
        return Err(Error::conflict(text));
    }
    let id = w.id();
    let plain = serde_json::to_vec(wish).map_err(Error::internal)?;
    let today = w.now().beijing_date();
    let day = i64::from(today.year()) * 10_000 + i64::from(today.month()) * 100 + i64::from(today.day());
    let nth = w.next_value(NUMBERS + day).await?;
    let correction = Correction {
        street_id: resident.street_id,
        id,
        version: 1,
        resident_id: resident.id,
        number: format!("C{}", number::order_number(resident.street_id, today, nth)),
        kind,
        field,
        look_id,
        sealed: w.app().vault().seal("corrections", "sealed", id, &plain).map_err(Error::internal)?,
        asked_at: w.now(),
        due_at,
        answered_at: None,
        answered_by: None,
        answered_post: None,
        outcome: None,
        answer: None,
    };
    w.insert(&correction).await?;
    let subject = pseudonym(w.app(), resident.street_id, resident.id);
    let detail = json!({ "number": correction.number, "kind": kind, "field": field, "resident": subject, "due_at": due_at });
    w.record("correction:ask", correction.wire_id(), detail);
    Ok(correction)
}

/// Answers; a value that is accepted is corrected in the same change.
///
/// # Errors
/// [`Error::Missing`], [`Error::Forbidden`]; [`Error::Conflict`] once it is answered, or when it has changed since it was
/// seen; [`Error::Invalid`] for an outcome that does not fit what was asked.
pub async fn answer(
    w: &Write,
    id: CorrectionId,
    version: i64,
    outcome: Outcome,
    text: &str,
) -> Result<Correction, Error> {
    let (correction, resident) = of_reach(w, id).await?;
    // Nobody answers what they ask themselves.
    kin::check(w, &resident, None).await?;
    if correction.answered_at.is_some() {
        return Err(Error::conflict(Text::new("已经答复", "it is answered already")));
    }
    if correction.version != version {
        return Err(Error::from(store::Error::Stale));
    }
    let fits = match correction.kind {
        CorrectionKind::Correction => outcome != Outcome::Answered,
        CorrectionKind::Question => outcome == Outcome::Answered,
    };
    if !fits {
        let text = Text::new("处理结果与事项不符", "this outcome does not fit what was asked");
        return Err(Error::field("outcome", text));
    }
    if let (Outcome::Accepted, Some(field)) = (outcome, correction.field) {
        let wish = correction.wish(w.app())?;
        crate::correct(w, resident.clone(), field, &wish.value, &correction.number).await?;
    }
    let sealed = w
        .app()
        .vault()
        .seal("corrections", "answer", correction.id, text.as_bytes())
        .map_err(Error::internal)?;
    let post = match &w.call().who {
        Who::Post(caller) => Some(caller.post.id),
        _ => None,
    };
    let done = Correction {
        answered_at: Some(w.now()),
        answered_by: w.call().account().ok(),
        answered_post: post,
        outcome: Some(outcome),
        answer: Some(sealed),
        ..correction
    };
    w.update(&done).await?;
    let detail = json!({ "number": done.number, "outcome": outcome, "late": done.is_late(w.now()) });
    w.record(ANSWER, done.wire_id(), detail);
    Ok(Correction { version: done.version + 1, ..done })
}

/// The correction and its resident, for a post that may answer it.
///
/// # Errors
/// [`Error::Forbidden`] without the right anywhere, [`Error::Missing`].
pub(crate) async fn of_reach(w: &Write, id: CorrectionId) -> Result<(Correction, Resident), Error> {
    let scope = w.app().policy().scope(w.call().caller()?, ANSWER, w.now());
    if scope.is_empty {
        return Err(Error::forbidden());
    }
    let missing = || Error::Missing("correction");
    let found: Option<Correction> = w.find(&vals![id.street, id.id]).await?;
    let correction = found.ok_or_else(missing)?;
    let resident: Option<Resident> = w.find(&vals![id.street, correction.resident_id]).await?;
    let resident = resident.filter(|resident| scope.covers(&resident.thing())).ok_or_else(missing)?;
    Ok((correction, resident))
}
