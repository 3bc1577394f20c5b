//! The one way to a resident: with a right, for a purpose, within a measure, and in the ledger before the answer leaves.
//!
//! [`get`] and [`admit`] refuse; [`leave`] leaves, for each resident seen, one ledger entry and one row that the resident
//! reads as "who looked". All run in the transaction of the look, so that there is no look without its trace; what was
//! refused for its purpose is in the ledger as well.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use data_encoding::HEXLOWER;
use platform::ids::wire_id;
use platform::{App, Call, Error, Millis, Text, Thing, Who, Write};
use serde_json::json;
use store::{table, vals};

use crate::community::is_open;
use crate::kin;
use crate::measure::{self, Standing};
use crate::purpose::Purpose;
use crate::resident::{Resident, ResidentId};
use crate::words::{Group, How};

wire_id!(
    /// A look on the wire.
    LookId, "loo"
);

/// Characters of the case or the matter that a look is about.
const ABOUT_CHARS: usize = 80;
/// Digits in a row that may be a telephone or an identity number; the number of a case has at most eight.
const DIGITS: usize = 9;

table! {
    /// That somebody saw something of a resident.
    pub struct LookRow in "looks" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub resident_id: i64,
        /// Its entry in the street's ledger.
        pub entry_id: i64,
        pub at: Millis,
        pub account_id: Option<i64>,
        pub post_id: Option<i64>,
        pub system_id: Option<i64>,
        /// The word of a [`Purpose`].
        pub purpose: String,
        /// The case, or what else it was about.
        pub about: Option<String>,
        pub how: How,
        /// Words of [`Group`], separated by spaces.
        pub fields: String,
        /// Why something was shown in clear.
        pub reason: Option<String>,
    }
}

/// What a caller says about why: the headers `Wangge-Purpose` and `Wangge-About`.
#[derive(Clone, Debug)]
pub struct Asked {
    pub purpose: &'static Purpose,
    pub about: Option<String>,
}

impl Asked {
    /// What the headers say.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without a purpose, or without a case where the purpose needs one; [`Error::Malformed`] when the
    /// matter holds a number of a person.
    pub fn read(purpose: Option<&str>, about: Option<&str>) -> Result<Self, Error> {
        let purpose = purpose.and_then(Purpose::named).ok_or_else(|| {
            Error::Forbidden(Text::new(
                "请先选择查询用途：没有用途，不能查看个人信息",
                "choose a purpose first: nothing personal is shown without one",
            ))
        })?;
        let about = about.map(str::trim).filter(|about| !about.is_empty());
        if purpose.needs_about && about.is_none() {
            return Err(Error::Forbidden(Text::new(
                "该用途须填写工单编号或事由",
                "this purpose needs the number of the case, or the matter",
            )));
        }
        if about.is_some_and(holds_a_number) {
            return Err(Error::malformed(no_number()));
        }
        let about = about.map(|about| about.chars().take(ABOUT_CHARS).collect());
        Ok(Self { purpose, about })
    }

    /// Refuses a purpose that the caller's post does not work for.
    fn suits(self, call: &Call) -> Result<Self, Error> {
        match &call.who {
            Who::Post(caller) if !self.purpose.posts.contains(&caller.post.kind) => Err(Error::Forbidden(
                Text::new("您的岗位不能以此用途查询", "your post does not work for this purpose"),
            )),
            _ => Ok(self),
        }
    }
}

/// Whether a text that others read holds what may be somebody's number.
pub fn holds_a_number(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|c| {
        run = if c.is_ascii_digit() || ('０'..='９').contains(&c) { run + 1 } else { 0 };
        run >= DIGITS
    })
}

/// What is said about such a text.
pub fn no_number() -> Text {
    Text::new(
        "事由会向居民公开，请勿填写证件号码或电话",
        "the resident reads this: leave out identity numbers and telephones",
    )
}

/// Refusals for want of a sound purpose are in the ledger, too.
impl FromRequestParts<App> for Asked {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let call = Call::from_request_parts(parts, app).await?;
        let street = call.caller()?.post.street();
        let header = |name: &str| parts.headers.get(name).map(|value| value.as_bytes());
        let purpose = header("wangge-purpose").and_then(|bytes| std::str::from_utf8(bytes).ok());
        let about = header("wangge-about").and_then(|bytes| std::str::from_utf8(bytes).ok()).map(decoded);
        let asked = Self::read(purpose, about.as_deref()).and_then(|asked| asked.suits(&call));
        if let Err(Error::Forbidden(_)) = &asked {
            refused(app, &call, street).await?;
        }
        asked
    }
}

/// Percent-encoded UTF-8, as a header carries words that are not ASCII.
fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Keeps in the ledger that a look was refused.
async fn refused(app: &App, call: &Call, street: i64) -> Result<(), Error> {
    app.write(call, street, move |w| async move {
        w.record("look:refused", street, json!({}));
        Ok(())
    })
    .await
}

/// Runs a look in one transaction of a street; what is refused in it is in the ledger, too.
///
/// # Errors
/// What the look answers.
pub async fn through<T, F, W>(app: &App, call: &Call, street: i64, look: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce(Write) -> W + Send + 'static,
    W: Future<Output = Result<T, Error>> + Send + 'static,
{
    let seen = app.write(call, street, look).await;
    if let Err(Error::Forbidden(_) | Error::Barred(..)) = &seen {
        refused(app, call, street).await?;
    }
    seen
}

/// The name under which the ledger knows a resident: nobody without the key can tell whose it is.
pub fn pseudonym(app: &App, street_id: i64, resident_id: i64) -> String {
    let index = app.vault().index("registry.pseudonym", &format!("{street_id}:{resident_id}"));
    format!("res_{}", HEXLOWER.encode(&index))
}

/// Refuses a look without the right, for a purpose that the post in use does not work for, or while an alarm stands.
///
/// # Errors
/// [`Error::Forbidden`] with the reason; [`Error::Barred`] under an alarm.
pub async fn admit(w: &Write, asked: &Asked, right: &str, thing: &Thing) -> Result<(), Error> {
    w.require(right, thing)?;
    enter(w, asked, right).await.map(|_| ())
}

/// As [`admit`], for what lies nowhere yet; gives where the caller's account stands today.
pub(crate) async fn enter(w: &Write, asked: &Asked, right: &str) -> Result<Option<Standing>, Error> {
    asked.clone().suits(w.call())?;
    match &w.call().who {
        Who::Post(caller) => measure::check(w, caller, right).await.map(Some),
        _ => Ok(None),
    }
}

/// The resident with this id, to be looked at. One who lives elsewhere, or where the register is not open, cannot be told
/// from one who does not exist.
///
/// # Errors
/// As [`admit`]; [`Error::Missing`]; [`Error::Forbidden`] for the caller's own record.
pub async fn get(w: &Write, asked: &Asked, right: &str, id: ResidentId) -> Result<Resident, Error> {
    get_standing(w, asked, right, id).await.map(|(resident, _)| resident)
}

pub(crate) async fn get_standing(
    w: &Write,
    asked: &Asked,
    right: &str,
    id: ResidentId,
) -> Result<(Resident, Option<Standing>), Error> {
    let scope = match &w.call().who {
        Who::Post(caller) => Some(w.app().policy().scope(caller, right, w.now())),
        _ => None,
    };
    if scope.is_some_and(|scope| scope.is_empty) {
        return Err(Error::forbidden());
    }
    let standing = enter(w, asked, right).await?;
    let found: Option<Resident> = w.find(&vals![id.street, id.id]).await?;
    // One who lives elsewhere takes as many statements as one who does not exist.
    let found = found.filter(|resident| scope.is_none_or(|scope| scope.covers(&resident.thing())));
    let resident = found.ok_or(Error::Missing("resident"))?;
    if !is_open(w, resident.area).await? {
        return Err(Error::Missing("resident"));
    }
    if scope.is_none() {
        w.require(right, &resident.thing())?;
    }
    kin::check(w, &resident, standing.as_ref()).await?;
    Ok((resident, standing))
}

/// Leaves the trace of a look at these residents of the street of `w`, and counts it.
pub fn leave(w: &Write, asked: &Asked, seen: &[&Resident], how: How, groups: &[Group]) {
    trace(w, asked, seen, how, groups, None);
    if let Ok(account) = w.call().account() {
        measure::count(w, account, how, seen.len() as i64);
    }
}

/// Leaves the trace of a look that the program dealt out: nobody chose whom they saw, so it is out of no measure.
pub fn leave_dealt(w: &Write, asked: &Asked, seen: &[&Resident], how: How, groups: &[Group]) {
    trace(w, asked, seen, how, groups, None);
}

/// Leaves the trace alone; `reason` is why something was shown in clear.
pub(crate) fn trace(
    w: &Write,
    asked: &Asked,
    seen: &[&Resident],
    how: How,
    groups: &[Group],
    reason: Option<&str>,
) {
    let fields = groups.iter().map(|group| group.as_str()).collect::<Vec<_>>().join(" ");
    let (account_id, post_id, system_id) = match &w.call().who {
        Who::Post(caller) => (Some(caller.account), Some(caller.post.id), None),
        Who::Account(account) => (Some(*account), None, None),
        Who::System(system) => (None, None, Some(system.id)),
        Who::Visitor | Who::Program(_) => (None, None, None),
    };
    // Whoever was only listed with somebody else is given the entry as a proof: it must not tell the other's matter.
    let quiet = w.standing_in(Call { purpose: None, ..w.call().clone() }, w.street(), w.now());
    for resident in seen {
        let subject = pseudonym(w.app(), resident.street_id, resident.id);
        let act = format!("resident:{how}");
        let entry_id = match how {
            How::Household => quiet.record(&act, subject, json!({ "fields": fields })),
            _ => {
                let detail = json!({ "fields": fields, "about": asked.about, "purpose": asked.purpose.word });
                w.record(&act, subject, detail)
            }
        };
        w.insert_later(&LookRow {
            street_id: resident.street_id,
            id: w.id(),
            resident_id: resident.id,
            entry_id,
            at: w.now(),
            account_id,
            post_id,
            system_id,
            purpose: asked.purpose.word.to_owned(),
            about: asked.about.clone(),
            how,
            fields: fields.clone(),
            reason: reason.map(str::to_owned),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_is_one_of_the_list_and_names_its_case_where_it_must() {
        for (purpose, about) in [(None, None), (Some("curiosity"), None), (Some("order"), Some(" "))] {
            assert!(matches!(Asked::read(purpose, about), Err(Error::Forbidden(_))), "{purpose:?}");
        }
        assert!(Asked::read(Some("visit"), None).is_ok());
        let asked = Asked::read(Some("order"), Some(" 006-20261123-00017-K ")).unwrap();
        assert_eq!(asked.about.as_deref(), Some("006-20261123-00017-K"));
        for number in ["核实 450204199001010018", "打 13800005678", "１３８０００１２３４５"] {
            assert!(matches!(Asked::read(Some("order"), Some(number)), Err(Error::Malformed(_))), "{number}");
        }
    }

    #[test]
    fn a_header_carries_words_that_are_not_ascii() {
        assert_eq!(decoded("%E6%A0%B8%E5%AE%9E 3%"), "核实 3%");
    }
}
