//! What both sides of a pair say, field by field, and what they would say as one.

use chinese::{address, reading};
use platform::{App, Error};
use registry::survive::{Choice, Field, Rules, normal, survive};
use registry::{Heard, Record, Resident, Said, Sources, records_of};
use serde::Serialize;
use store::{Tx, vals};
use utoipa::ToSchema;

use super::ReviewPair;

/// A merge of a merge of a merge: nobody is joined more often than this.
const DEPTH: usize = 50;

/// How two values of a field stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewAgreement {
    Same,
    /// A slip of the pen apart, or the same place.
    Near,
    Differs,
    /// One side says nothing.
    Missing,
}

/// Who a resident is now: whoever they were joined into.
pub(crate) async fn now_is(tx: &Tx, street: i64, resident: i64) -> Result<Resident, Error> {
    let mut id = resident;
    for _ in 0..DEPTH {
        let found: Option<Resident> = tx.find(&vals![street, id]).await?;
        let resident = found.ok_or(Error::Missing("resident"))?;
        match resident.merged_into {
            Some(into) => id = into,
            None => return Ok(resident),
        }
    }
    Err(Error::internal(format!("resident {resident} is joined in a circle")))
}

/// Both sides as they stand.
pub(crate) struct Sides {
    pub own: Resident,
    pub other: Resident,
    own_records: Vec<Record>,
    other_records: Vec<Record>,
    sources: Sources,
}

impl Sides {
    /// Once both are one, the record that raised the question stands against all others.
    pub(crate) async fn of(tx: &Tx, district: i64, pair: &ReviewPair) -> Result<Self, Error> {
        let own = now_is(tx, pair.street_id, pair.own_id).await?;
        let other = now_is(tx, pair.street_id, pair.other_id).await?;
        let all = records_of(tx, pair.street_id, other.id).await?;
        let (own_records, other_records) = match own.id == other.id {
            true => all.into_iter().partition(|record| record.id == pair.record_id),
            false => (records_of(tx, pair.street_id, own.id).await?, all),
        };
        Ok(Self { own, other, own_records, other_records, sources: Sources::of(tx, district).await? })
    }

    /// Opens what is sealed.
    pub(crate) fn compare(self, app: &App) -> Result<Compared, Error> {
        let Self { own, other, own_records, other_records, sources } = self;
        let on_own = values_of(app, &own_records, &sources)?;
        let on_other = values_of(app, &other_records, &sources)?;
        let records = (own_records.len(), other_records.len());
        let merged = values_of(app, &[own_records, other_records].concat(), &sources)?;
        let mut rows = Vec::new();
        for field in Field::ALL {
            let of = |choices: &[Choice]| choices.iter().find(|choice| choice.field == *field).cloned();
            let (one, two) = (of(&on_own), of(&on_other));
            if one.is_some() || two.is_some() {
                let value = |choice: &Option<Choice>| choice.as_ref().map(|choice| choice.value.clone());
                let agrees = agreement(*field, value(&one).as_deref(), value(&two).as_deref());
                rows.push(Row { field: *field, own: one, other: two, agrees });
            }
        }
        Ok(Compared { own, other, records, rows, merged })
    }
}

/// The values that survive among these records.
pub(crate) fn values_of(app: &App, records: &[Record], sources: &Sources) -> Result<Vec<Choice>, Error> {
    let heard = Heard::open(app, records, sources)?;
    Ok(survive(&heard.voices(), &Rules::default()))
}

/// One field on both sides.
pub(crate) struct Row {
    pub field: Field,
    pub own: Option<Choice>,
    pub other: Option<Choice>,
    pub agrees: ReviewAgreement,
}

/// Both sides, read.
pub(crate) struct Compared {
    pub own: Resident,
    pub other: Resident,
    pub records: (usize, usize),
    pub rows: Vec<Row>,
    pub merged: Vec<Choice>,
}

/// Compares normal forms.
pub(crate) fn agreement(field: Field, own: Option<&str>, other: Option<&str>) -> ReviewAgreement {
    let (Some(own), Some(other)) = (own, other) else { return ReviewAgreement::Missing };
    if own == other {
        return ReviewAgreement::Same;
    }
    let near = match field {
        Field::Name => reading::of(own) == reading::of(other),
        Field::IdNo => slips(own, other) <= 2,
        Field::Phone => slips(own, other) <= 1,
        Field::BirthDate => own.get(..4).is_some_and(|year| other.get(..4) == Some(year)),
        Field::Address => return places(own, other),
        Field::Sex => false,
    };
    if near { ReviewAgreement::Near } else { ReviewAgreement::Differs }
}

/// Characters that differ at their places; numbers of different lengths have nothing in common.
fn slips(own: &str, other: &str) -> usize {
    match own.chars().count() == other.chars().count() {
        true => own.chars().zip(other.chars()).filter(|(a, b)| a != b).count(),
        false => usize::MAX,
    }
}

/// The same door however it is written; the same building is near.
fn places(own: &str, other: &str) -> ReviewAgreement {
    let (one, two) = (address::read(own), address::read(other));
    let units = one.unit.is_none() || two.unit.is_none() || one.unit == two.unit;
    let (Some(one), Some(two)) = (one.keys(), two.keys()) else { return ReviewAgreement::Differs };
    if units && one.dwelling().is_some() && one.dwelling() == two.dwelling() {
        return ReviewAgreement::Same;
    }
    match one.building().is_some() && one.building() == two.building() {
        true => ReviewAgreement::Near,
        false => ReviewAgreement::Differs,
    }
}

/// Whether what somebody typed for a field can be read, and its normal form.
pub(crate) fn read(field: Field, typed: &str) -> Option<(String, bool)> {
    normal(field, &said(field, typed))
}

fn said(field: Field, typed: &str) -> Said {
    let mut said = Said::default();
    let place = match field {
        Field::Name => &mut said.name,
        Field::Sex => &mut said.sex,
        Field::IdNo => &mut said.id_no,
        Field::BirthDate => &mut said.birth_date,
        Field::Phone => &mut said.phone,
        Field::Address => &mut said.address,
    };
    typed.clone_into(place);
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_written_otherwise_is_no_difference() {
        let told = |field, a: &str, b: &str| {
            let normal = |text: &str| read(field, text).unwrap().0;
            agreement(field, Some(&normal(a)), Some(&normal(b)))
        };
        assert_eq!(told(Field::Phone, "138 0000 5678", "13800005678"), ReviewAgreement::Same);
        assert_eq!(told(Field::Phone, "13800005678", "13800005679"), ReviewAgreement::Near);
        assert_eq!(told(Field::Phone, "13800005678", "13900005679"), ReviewAgreement::Differs);
        assert_eq!(told(Field::Name, "韦子涵", "韦梓涵"), ReviewAgreement::Near);
        assert_eq!(told(Field::Name, "韦子涵", "覃莉"), ReviewAgreement::Differs);
        assert_eq!(told(Field::BirthDate, "1990-01-01", "1990年1月1日"), ReviewAgreement::Same);
        assert_eq!(told(Field::BirthDate, "1990-01-01", "1990-11-01"), ReviewAgreement::Near);
        assert_eq!(told(Field::Address, "金鹅花园3栋2单元501室", "金鹅花园3＃501"), ReviewAgreement::Same);
        assert_eq!(
            told(Field::Address, "金鹅花园3栋2单元501室", "金鹅花园3栋2单元502室"),
            ReviewAgreement::Near
        );
        assert_eq!(
            told(Field::Address, "金鹅花园3栋2单元501室", "金鹅花园4栋2单元501室"),
            ReviewAgreement::Differs
        );
        assert_eq!(told(Field::Sex, "男", "女"), ReviewAgreement::Differs);
        assert_eq!(agreement(Field::Sex, Some("male"), None), ReviewAgreement::Missing);
    }
}
