//! Two residents become one, and two again. What each source said moves and is derived anew; what was believed before is
//! kept, and written again when the two are parted.

use platform::ids::wire_id;
use platform::{Error, Millis, Text, Write};
use registry::look::pseudonym;
use registry::{Identifier, IdentifierKind, Member, Record, Residence, Resident, ResidentState, derive};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, sql, table, vals};

use crate::apart::is_apart;

wire_id!(
    /// A merge on the wire.
    MergeId, "mrg"
);

table! {
    /// That one resident was joined into another, until it is undone.
    pub struct Merge in "merges" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub kept_id: i64,
        pub gone_id: i64,
        /// [`Moved`] as JSON.
        pub moved: String,
        pub at: Millis,
        pub by_account: Option<i64>,
        pub by_post: Option<i64>,
        pub undone_at: Option<Millis>,
        pub undone_by: Option<i64>,
    }
}

sql! {
    RECORDS: Record = "WHERE street_id = $1 AND resident_id = $2 ORDER BY id LIMIT 1000";
    MOVE = "UPDATE records SET resident_id = $4 WHERE street_id = $1 AND id = $2 AND resident_id = $3";
    NUMBERS: Identifier = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL ORDER BY id LIMIT 200";
    RESIDENCES: Residence = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL ORDER BY id LIMIT 500";
    MEMBERS: Member = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL ORDER BY id LIMIT 50";
    FORGET_NUMBER = "UPDATE resident_identifiers SET known_to = $3 WHERE street_id = $1 AND id = $2 AND known_to IS NULL";
    FORGET_RESIDENCE = "UPDATE residences SET known_to = $3 WHERE street_id = $1 AND id = $2 AND known_to IS NULL";
    FORGET_MEMBER = "UPDATE household_members SET known_to = $3 WHERE street_id = $1 AND id = $2 AND known_to IS NULL";
    OF: Merge = "WHERE street_id = $1 AND kept_id = $2 ORDER BY id DESC LIMIT $3";
    INTO: Merge = "WHERE street_id = $1 AND gone_id = $2 ORDER BY id DESC LIMIT $3";
}

/// Rows of beliefs, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Beliefs {
    numbers: Vec<i64>,
    residences: Vec<i64>,
    members: Vec<i64>,
}

/// What a merge moved and changed, so that it can be undone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Moved {
    records: Vec<i64>,
    kept_before: Beliefs,
    kept_after: Beliefs,
    gone_before: Beliefs,
    kept_area: i64,
    gone_area: i64,
}

impl Merge {
    /// Its id on the wire.
    pub fn wire_id(&self) -> MergeId {
        MergeId::new(self.street_id, self.id)
    }

    fn moved(&self) -> Result<Moved, Error> {
        serde_json::from_str(&self.moved).map_err(Error::internal)
    }

    /// How many records moved.
    pub(crate) fn records(&self) -> Result<usize, Error> {
        Ok(self.moved()?.records.len())
    }
}

async fn beliefs(tx: &Tx, resident: &Resident) -> Result<Beliefs, Error> {
    let of = vals![resident.street_id, resident.id];
    let numbers: Vec<Identifier> = tx.query(&NUMBERS, &of).await?;
    let residences: Vec<Residence> = tx.query(&RESIDENCES, &of).await?;
    let members: Vec<Member> = tx.query(&MEMBERS, &of).await?;
    Ok(Beliefs {
        numbers: numbers.iter().map(|row| row.id).collect(),
        residences: residences.iter().map(|row| row.id).collect(),
        members: members.iter().map(|row| row.id).collect(),
    })
}

/// Joins `gone` into `kept`: the records move, and `kept` is derived anew. It asks for no right: the caller has.
///
/// # Errors
/// [`Error::Conflict`] when one of them is not in the register any more, they lie in two streets, were found to be two
/// people, or have two different valid numbers.
pub(crate) async fn merge(w: &Write, kept: Resident, gone: Resident, why: &str) -> Result<Merge, Error> {
    joinable(w, &kept, &gone).await?;
    let (kept_area, gone_area) = (kept.area, gone.area);
    let (kept_before, gone_before) = (beliefs(w, &kept).await?, beliefs(w, &gone).await?);
    let records: Vec<Record> = w.query(&RECORDS, &vals![gone.street_id, gone.id]).await?;
    let records: Vec<i64> = records.iter().map(|record| record.id).collect();
    for record in &records {
        w.later(&MOVE, &vals![gone.street_id, *record, gone.id, kept.id]);
    }
    carry_over(w, &kept, &gone).await?;
    let gone = closed(w, gone, kept.id).await?;
    let kept = derive(w, touched(w, kept).await?).await?;
    let kept_after = beliefs(w, &kept).await?;
    let moved = Moved { records, kept_before, kept_after, gone_before, kept_area, gone_area };
    let merge = Merge {
        street_id: kept.street_id,
        id: w.id(),
        version: 1,
        kept_id: kept.id,
        gone_id: gone.id,
        moved: json!(moved).to_string(),
        at: w.now(),
        by_account: w.call().account().ok(),
        by_post: w.call().caller().ok().map(|caller| caller.post.id),
        undone_at: None,
        undone_by: None,
    };
    w.insert(&merge).await?;
    let into = pseudonym(w.app(), kept.street_id, kept.id);
    let subject = pseudonym(w.app(), gone.street_id, gone.id);
    w.record("merge:make", subject, json!({ "merge": merge.wire_id(), "into": into, "why": why }));
    Ok(merge)
}

async fn joinable(w: &Write, kept: &Resident, gone: &Resident) -> Result<(), Error> {
    let no = |zh, en| Err(Error::conflict(Text::new(zh, en)));
    if kept.id == gone.id || kept.street_id != gone.street_id {
        return no("只能合并同一街道的两个人", "only two residents of one street are joined");
    }
    if [kept, gone].iter().any(|one| one.state != ResidentState::Living) {
        return no("其中一人已不在册", "one of them is no longer in the register");
    }
    if is_apart(w, kept.street_id, kept.id, gone.id).await? {
        return no("已认定不是同一人，请先撤销该认定", "they were found to be two people; undo that first");
    }
    let mut cards = Vec::new();
    for one in [kept, gone] {
        let numbers: Vec<Identifier> = w.query(&NUMBERS, &vals![one.street_id, one.id]).await?;
        let card = numbers.into_iter().find(|row| row.kind == IdentifierKind::IdCard);
        cards.extend(card.map(|row| row.value_index));
    }
    match cards.as_slice() {
        [one, other] if one != other => {
            no("两人的有效身份证号不同，不能合并", "they have two different valid identity numbers")
        }
        _ => Ok(()),
    }
}

/// What was told of the one by hand is true of both: what they own, rent and work at, and whom they keep house with.
/// Where they live is derived.
async fn carry_over(w: &Write, kept: &Resident, gone: &Resident) -> Result<(), Error> {
    let of = |one: &Resident| vals![one.street_id, one.id];
    let own: Vec<Residence> = w.query(&RESIDENCES, &of(kept)).await?;
    let other: Vec<Residence> = w.query(&RESIDENCES, &of(gone)).await?;
    for row in other.into_iter().filter(|row| row.kind != registry::ResidenceKind::Living) {
        let is_known = |known: &Residence| known.kind == row.kind && known.dwelling_id == row.dwelling_id;
        if !own.iter().any(is_known) {
            w.insert_later(&Residence { id: w.id(), resident_id: kept.id, known_from: w.now(), ..row });
        }
    }
    let own: Vec<Member> = w.query(&MEMBERS, &of(kept)).await?;
    let other: Vec<Member> = w.query(&MEMBERS, &of(gone)).await?;
    for row in other {
        w.later(&FORGET_MEMBER, &vals![row.street_id, row.id, w.now()]);
        if own.is_empty() {
            w.insert_later(&Member { id: w.id(), resident_id: kept.id, known_from: w.now(), ..row });
        }
    }
    Ok(())
}

async fn closed(w: &Write, gone: Resident, into: i64) -> Result<Resident, Error> {
    let mut gone = Resident { state: ResidentState::Merged, merged_into: Some(into), ..gone };
    w.update(&gone).await?;
    gone.version += 1;
    derive(w, gone).await
}

/// Raises the version, so that whoever read them before the records moved finds out.
async fn touched(w: &Write, resident: Resident) -> Result<Resident, Error> {
    w.update(&resident).await?;
    Ok(Resident { version: resident.version + 1, ..resident })
}

/// Parts two who were joined: everything that was believed of each before is believed again. What has come since stays with
/// the one who was kept. It asks for no right: the caller has.
///
/// # Errors
/// [`Error::Missing`]; [`Error::Conflict`] when it is undone already, or the one who was kept was joined into somebody since.
pub(crate) async fn unmerge(w: &Write, street: i64, merge_id: i64) -> Result<Merge, Error> {
    let merge: Option<Merge> = w.find(&vals![street, merge_id]).await?;
    let mut merge = merge.ok_or(Error::Missing("merge"))?;
    let resident = |id: i64| vals![street, id];
    let kept: Resident = w.find(&resident(merge.kept_id)).await?.ok_or(Error::Missing("resident"))?;
    let gone: Resident = w.find(&resident(merge.gone_id)).await?.ok_or(Error::Missing("resident"))?;
    let is_joined = gone.state == ResidentState::Merged && gone.merged_into == Some(kept.id);
    if merge.undone_at.is_some() || !is_joined {
        return Err(Error::conflict(Text::new("这次合并已经撤销", "this merge is undone already")));
    }
    if kept.state != ResidentState::Living {
        return Err(Error::conflict(Text::new(
            "保留的一方之后又并入他人或已不在册，请先撤销后来的变更",
            "the one who was kept has been joined into somebody since, or left; undo that first",
        )));
    }
    let moved = merge.moved()?;
    for record in &moved.records {
        w.later(&MOVE, &vals![street, *record, kept.id, gone.id]);
    }
    restore(w, &moved).await?;
    let gone = Resident { state: ResidentState::Living, merged_into: None, area: moved.gone_area, ..gone };
    let gone = derive(w, touched(w, gone).await?).await?;
    let kept = derive(w, touched(w, Resident { area: moved.kept_area, ..kept }).await?).await?;
    merge.undone_at = Some(w.now());
    merge.undone_by = w.call().account().ok();
    w.update(&merge).await?;
    merge.version += 1;
    let from = pseudonym(w.app(), street, kept.id);
    let subject = pseudonym(w.app(), street, gone.id);
    w.record("merge:undo", subject, json!({ "merge": merge.wire_id(), "from": from }));
    Ok(merge)
}

/// Believes again what was believed before the merge, and no longer what it brought.
async fn restore(w: &Write, moved: &Moved) -> Result<(), Error> {
    let street = w.street();
    let new = |before: &[i64], after: &[i64]| -> Vec<i64> {
        after.iter().copied().filter(|id| !before.contains(id)).collect()
    };
    let (before, after) = (&moved.kept_before, &moved.kept_after);
    for id in new(&before.numbers, &after.numbers) {
        w.later(&FORGET_NUMBER, &vals![street, id, w.now()]);
    }
    for id in new(&before.residences, &after.residences) {
        w.later(&FORGET_RESIDENCE, &vals![street, id, w.now()]);
    }
    for id in new(&before.members, &after.members) {
        w.later(&FORGET_MEMBER, &vals![street, id, w.now()]);
    }
    let again = |before: &[i64], after: &[i64], gone: &[i64]| {
        let mut ids = new(after, before);
        ids.extend(gone);
        ids
    };
    for id in again(&before.numbers, &after.numbers, &moved.gone_before.numbers) {
        let row: Option<Identifier> = w.find(&vals![street, id]).await?;
        if let Some(row) = row.filter(|row| row.known_to.is_some()) {
            w.insert_later(&again_sealed(w, &row)?);
        }
    }
    for id in again(&before.residences, &after.residences, &moved.gone_before.residences) {
        let row: Option<Residence> = w.find(&vals![street, id]).await?;
        if let Some(row) = row.filter(|row| row.known_to.is_some()) {
            w.insert_later(&Residence { id: w.id(), known_from: w.now(), known_to: None, ..row });
        }
    }
    for id in again(&before.members, &after.members, &moved.gone_before.members) {
        let row: Option<Member> = w.find(&vals![street, id]).await?;
        if let Some(row) = row.filter(|row| row.known_to.is_some()) {
            w.insert_later(&Member { id: w.id(), known_from: w.now(), known_to: None, ..row });
        }
    }
    Ok(())
}

/// The same number in a row of its own: what is sealed opens only in its row.
fn again_sealed(w: &Write, row: &Identifier) -> Result<Identifier, Error> {
    let normal = row.open(w.app())?;
    let ids = (row.street_id, w.id(), row.resident_id);
    let told = (row.source.as_str(), row.valid_from.as_str(), w.now());
    let new = Identifier::seal(w.app(), ids, row.kind, &normal, told)?;
    Ok(Identifier { valid_to: row.valid_to.clone(), ..new })
}

/// Merges of which a resident was a part, the newest first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn of(tx: &Tx, street: i64, resident: i64, limit: i64) -> Result<Vec<Merge>, Error> {
    let mut all: Vec<Merge> = tx.query(&OF, &vals![street, resident, limit]).await?;
    all.extend(tx.query::<Merge>(&INTO, &vals![street, resident, limit]).await?);
    all.sort_by_key(|merge| std::cmp::Reverse(merge.id));
    Ok(all)
}
