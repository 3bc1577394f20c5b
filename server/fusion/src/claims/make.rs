//! Making a claim: whose value it is, what it should be, and by when the owner has to answer.

use orders::Books;
use platform::{App, Error, FieldProblem, Millis, Text, Write};
use registry::survive::{Choice, Field};
use registry::{OWN, Record, Resident, Sources, records_of};
use serde_json::json;
use store::{Tx, sql, vals};
use worktime::Limit;

use super::{ANSWER_WITHIN, Claim, ClaimBasis, ClaimState, Contract, Disputed, claim_number};
use crate::parcels;
use crate::review::sides::{ReviewAgreement, agreement, read, values_of};

/// The right to make claims and to see them.
pub(super) const RIGHT: &str = "claim:make";
/// The rules by which offices count working days: from the day after.
const RULES: &str = "licensing";
/// Where the counters of claims begin; the day is added.
const NUMBERS: i64 = 8_100_000_000;
/// Characters of a note.
const NOTE_CHARS: usize = 300;
const DAY_MS: i64 = 24 * 3_600_000;

sql! {
    STANDING = "SELECT number FROM claims WHERE street_id = $1 AND resident_id = $2 AND record_id = $3 AND field = $4
        AND state IN ('open', 'sent', 'accepted') ORDER BY id LIMIT 1";
}

/// What somebody knows better.
#[derive(Clone)]
pub struct NewClaim {
    pub field: Field,
    pub value: String,
    pub basis: ClaimBasis,
    pub note: Option<String>,
}

/// A claim ready to be written, but for its number.
pub(crate) struct Drafted(Claim);

/// Makes a claim in the transaction at hand.
///
/// # Errors
/// [`Error::Forbidden`]; as `draft` and `file`.
pub async fn make_claim(
    w: &Write,
    books: &Books,
    resident: &Resident,
    new: NewClaim,
) -> Result<Claim, Error> {
    w.require(RIGHT, &resident.thing())?;
    let records = records_of(w, resident.street_id, resident.id).await?;
    let sources = Sources::of(w, w.app().district()).await?;
    let drafted = draft(w.app(), books, w.now(), resident, (&records, &sources), new)?;
    file(w, drafted).await
}

/// Finds whose value is wrong and seals what is disputed, before the transaction.
///
/// # Errors
/// [`Error::Invalid`] for a value that cannot be right; [`Error::Conflict`] where no source says otherwise.
pub(crate) fn draft(
    app: &App,
    books: &Books,
    now: Millis,
    resident: &Resident,
    (records, sources): (&[Record], &Sources),
    new: NewClaim,
) -> Result<Drafted, Error> {
    let mut problems = Vec::new();
    let value = read(new.field, &new.value).filter(|(_, whole)| *whole).map(|(value, _)| value);
    if value.is_none() {
        let text = Text::new("填写不完整，或校验不通过", "not complete, or it fails its check");
        problems.push(FieldProblem::new("value", text));
    }
    let note = new.note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
    if note.as_ref().is_some_and(|note| note.chars().count() > NOTE_CHARS) {
        problems.push(FieldProblem::new("note", Text::new("不超过 300 字", "300 characters at most")));
    }
    let Some(value) = value.filter(|_| problems.is_empty()) else { return Err(Error::invalid(problems)) };
    let (record, source, said) = accused(&values_of(app, records, sources)?, new.field, &value)?;
    let id = app.ids().next(now);
    let sealed = Disputed { said, should_be: value, note }.seal(app, id)?;
    Ok(Drafted(Claim {
        street_id: resident.street_id,
        id,
        version: 1,
        number: String::new(),
        source,
        record_id: record,
        resident_id: resident.id,
        area: resident.area,
        field: new.field.to_string(),
        sealed,
        basis: new.basis,
        state: ClaimState::Open,
        made_at: now,
        made_by: None,
        made_post: None,
        due_at: due(books, now)?,
        sent_at: None,
        answered_at: None,
        answer: None,
        answered_by: None,
        closed_at: None,
    }))
}

/// The record, the source and the value that the claim is about: the value that won, unless it is our own or says the
/// same; then the strongest rival.
fn accused(choices: &[Choice], field: Field, value: &str) -> Result<(i64, String, String), Error> {
    let choice = choices.iter().find(|choice| choice.field == field);
    let Some(choice) = choice else {
        return Err(Error::conflict(Text::new(
            "没有来源提供该项数据，请直接登记",
            "no source says anything of this field: enter it as our own",
        )));
    };
    let won = (choice.record, choice.source.clone(), choice.value.clone());
    let rivals = choice.rivals.iter().map(|rival| (rival.record, rival.source.clone(), rival.value.clone()));
    let otherwise = |said: &str| agreement(field, Some(said), Some(value)) != ReviewAgreement::Same;
    std::iter::once(won).chain(rivals).find(|(_, source, said)| source != OWN && otherwise(said)).ok_or_else(
        || {
            Error::conflict(Text::new(
                "各来源的数据与所填一致，无须校核",
                "no source says otherwise: there is nothing to claim",
            ))
        },
    )
}

/// The end of the tenth working day from tomorrow.
fn due(books: &Books, now: Millis) -> Result<Millis, Error> {
    let limit = Limit::parse(ANSWER_WITHIN).map_err(Error::internal)?;
    let due = catalogue::deadline(&books.catalogue, RULES, limit, now, &[])?;
    due.at.ok_or_else(|| Error::internal("a claim without a deadline"))
}

/// Writes the claim under the next number of its street's day; what the owner takes by push is on its way.
///
/// # Errors
/// [`Error::Conflict`] where the same value is disputed already, or the contract with its source does not cover it.
pub(crate) async fn file(w: &Write, drafted: Drafted) -> Result<Claim, Error> {
    let Drafted(mut claim) = drafted;
    if let Some(number) = standing(w, &claim).await? {
        return Err(Error::conflict(Text::owned(
            format!("该项已提出校核（{number}），请等待答复"),
            format!("this value is disputed already ({number}); wait for the answer"),
        )));
    }
    let contract = Contract::with(w, w.app().district(), &claim.source, w.now()).await?;
    contract.must_cover(claim.field()?)?;
    let date = claim.made_at.beijing_date();
    let day = Millis::at_beijing_midnight(date).0.div_euclid(DAY_MS);
    let nth = w.next_value(NUMBERS + day).await?;
    claim.number = claim_number(claim.street_id, date, nth);
    claim.made_by = w.call().account().ok();
    claim.made_post = w.call().caller().ok().map(|caller| caller.post.id);
    w.insert_later(&claim);
    let detail =
        json!({ "number": claim.number, "source": claim.source, "field": claim.field, "basis": claim.basis });
    w.record("claim:make", claim.wire_id(), detail);
    parcels::pack(w, &claim).await?;
    Ok(claim)
}

async fn standing(tx: &Tx, claim: &Claim) -> Result<Option<String>, Error> {
    let values = vals![claim.street_id, claim.resident_id, claim.record_id, claim.field.as_str()];
    let found: Option<(String,)> = tx.opt(&STANDING, &values).await?;
    Ok(found.map(|(number,)| number))
}

#[cfg(test)]
mod tests {
    use registry::survive::{Rival, Rule};

    use super::*;

    fn choice(source: &str, value: &str, rivals: &[(&str, &str)]) -> Vec<Choice> {
        let rival = |(at, (source, value)): (usize, &(&str, &str))| Rival {
            value: (*value).to_owned(),
            record: at as i64 + 2,
            source: (*source).to_owned(),
            said_on: None,
        };
        vec![Choice {
            field: Field::Phone,
            value: value.to_owned(),
            record: 1,
            source: source.to_owned(),
            said_on: None,
            rule: Rule::Fresh,
            rivals: rivals.iter().enumerate().map(rival).collect(),
        }]
    }

    #[test]
    fn a_claim_goes_to_the_source_whose_value_won() {
        let of = |choices: Vec<Choice>| {
            accused(&choices, Field::Phone, "13800000009").map(|(_, source, _)| source)
        };
        assert_eq!(of(choice("civil", "13800000001", &[("insurance", "13800000002")])).unwrap(), "civil");
        // What we corrected ourselves has won: the strongest of the others is wrong.
        let own = choice(OWN, "13800000009", &[("insurance", "13800000002"), ("civil", "13800000001")]);
        assert_eq!(of(own).unwrap(), "insurance");
        assert!(matches!(of(choice("civil", "13800000009", &[])), Err(Error::Conflict { .. })));
        assert!(matches!(of(choice(OWN, "13800000001", &[])), Err(Error::Conflict { .. })));
        assert!(matches!(of(Vec::new()), Err(Error::Conflict { .. })));
    }
}
