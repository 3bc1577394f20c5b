//! Claims: what the street knows better goes back to whoever owns the value, under a number and with a time to answer
//! (政务数据共享条例 art. 26: checking and correcting). What is disputed is sealed; lists name nobody.

mod answer;
mod api;
mod contract;
mod letter;
mod make;
mod outlet;
mod owner_api;
mod query;
mod settle;

use jiff::civil::Date;
use platform::ids::wire_id;
use platform::number::check_character;
use platform::{App, Error, Millis, Text, Thing};
use registry::survive::Field;
use serde::{Deserialize, Serialize};
use store::{sql, table};

use platform::words;

pub use answer::answer_claim;
pub(crate) use api::{group_of, router};
pub(crate) use contract::Contract;
pub(crate) use letter::{Dossier, FORMAT, Letter};
pub use make::{NewClaim, make_claim};
pub(crate) use outlet::of_source;
pub(crate) use owner_api::router as owner_router;
pub(crate) use query::find;
pub use settle::SETTLE;
pub(crate) use settle::work as settle_work;

wire_id!(
    /// A claim on the wire.
    ClaimId, "clm"
);

words! {
    /// How a claim stands.
    ClaimState, "state of a claim" {
        Open = "open", "待送达", "to be sent";
        Sent = "sent", "已送达，待答复", "sent";
        Accepted = "accepted", "已采纳，待更正", "accepted";
        Refused = "refused", "未采纳", "refused";
        Closed = "closed", "已更正", "corrected";
    }
}

words! {
    /// How we know better.
    ClaimBasis, "basis" {
        Door = "door", "入户核实", "seen at the door";
        Document = "document", "查验证件、证明材料", "a document was shown";
        Resident = "resident", "本人申请更正", "the resident asked for it";
        Order = "order", "工单核查", "found while handling an order";
    }
}

words! {
    /// What the owner answers.
    ClaimOutcome, "outcome" {
        Accepted = "accepted", "采纳", "accepted";
        Refused = "refused", "不采纳", "refused";
    }
}

/// The law that a claim rests on.
pub(crate) const LAW: Text = Text::new(
    "《政务数据共享条例》第二十六条：政务数据校核纠错",
    "Government Data Sharing Regulations art. 26: checking and correcting shared data",
);
/// How long the owner has.
pub(crate) const ANSWER_WITHIN: &str = "10个工作日";

table! {
    /// One value of one record that we hold to be wrong.
    pub struct Claim in "claims" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        /// 校核编号.
        pub number: String,
        /// The key of the source that owns the value.
        pub source: String,
        pub record_id: i64,
        pub resident_id: i64,
        /// Where the resident lives.
        pub area: i64,
        /// The word of a [`Field`].
        pub field: String,
        /// [`Disputed`] as sealed JSON.
        pub sealed: String,
        pub basis: ClaimBasis,
        pub state: ClaimState,
        pub made_at: Millis,
        pub made_by: Option<i64>,
        pub made_post: Option<i64>,
        pub due_at: Millis,
        pub sent_at: Option<Millis>,
        pub answered_at: Option<Millis>,
        /// What the owner wrote, sealed.
        pub answer: Option<String>,
        /// Who entered the answer, where it did not come from the owner's system.
        pub answered_by: Option<i64>,
        /// When a batch brought the value.
        pub closed_at: Option<Millis>,
    }
}

sql! {
    BY_NUMBER: Claim = "WHERE street_id = $1 AND number = $2 LIMIT 1";
}

/// What is disputed, in normal forms.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Disputed {
    /// What the record says.
    pub said: String,
    /// What it should say.
    pub should_be: String,
    pub note: Option<String>,
}

/// No personal field in a log.
impl std::fmt::Debug for Disputed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Disputed(…)")
    }
}

impl Claim {
    /// What policies see of it.
    pub fn thing(&self) -> Thing {
        Thing::at(self.area)
    }

    /// Its id on the wire.
    pub fn wire_id(&self) -> ClaimId {
        ClaimId::new(self.street_id, self.id)
    }

    pub(crate) fn field(&self) -> Result<Field, Error> {
        self.field.parse().map_err(Error::internal)
    }

    pub(crate) fn disputed(&self, app: &App) -> Result<Disputed, Error> {
        let plain = app.vault().open("claims", "sealed", self.id, &self.sealed).map_err(Error::internal)?;
        serde_json::from_slice(&plain).map_err(Error::internal)
    }

    /// What the owner wrote.
    pub(crate) fn answer(&self, app: &App) -> Result<Option<String>, Error> {
        let Some(sealed) = &self.answer else { return Ok(None) };
        let plain = app.vault().open("claims", "answer", self.id, sealed).map_err(Error::internal)?;
        String::from_utf8(plain).map(Some).map_err(Error::internal)
    }

    /// Whether the owner still has to answer.
    pub(crate) fn awaits(&self) -> bool {
        matches!(self.state, ClaimState::Open | ClaimState::Sent)
    }
}

impl Disputed {
    /// Seals it for the claim with this id.
    ///
    /// # Errors
    /// What the vault answers.
    pub(crate) fn seal(&self, app: &App, claim: i64) -> Result<String, Error> {
        let text = serde_json::to_string(self).map_err(Error::internal)?;
        app.vault().seal("claims", "sealed", claim, text.as_bytes()).map_err(Error::internal)
    }
}

/// The number of the `nth` claim that a street made on a day: `C006-20261123-0001-K`. The letter tells it from an order's.
pub(crate) fn claim_number(street: i64, date: Date, nth: i64) -> String {
    let head = format!("C{:03}-{}-{nth:04}", street % 1000, date.strftime("%Y%m%d"));
    let check = check_character(&head);
    format!("{head}-{check}")
}

/// A number as somebody typed it, in its written form, with the last three digits of its street; `None` when its check
/// character does not fit.
pub(crate) fn read_number(typed: &str) -> Option<(String, i64)> {
    let plain: String =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let (head, check) = plain.split_at_checked(plain.len().checked_sub(1)?)?;
    let (street, rest) = head.strip_prefix('C')?.split_at_checked(3)?;
    let (day, nth) = rest.split_at_checked(8)?;
    let sound = nth.len() >= 4 && check.starts_with(check_character(head));
    sound.then_some((format!("C{street}-{day}-{nth}-{check}"), street.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it_and_a_slip_is_noticed() {
        let number = claim_number(450_204_006, jiff::civil::date(2026, 11, 23), 17);
        assert!(number.starts_with("C006-20261123-0017-"), "{number}");
        let typed = number.to_lowercase().replace('-', " ");
        assert_eq!(read_number(&typed), Some((number.clone(), 6)));
        for wrong in [
            number.replacen("17-", "71-", 1),
            number.replacen("006", "007", 1),
            "C".to_owned(),
            String::new(),
        ] {
            assert_eq!(read_number(&wrong), None, "{wrong}");
        }
        assert_eq!(
            read_number(&platform::number::order_number(450_204_006, jiff::civil::date(2026, 11, 23), 17)),
            None
        );
    }
}
