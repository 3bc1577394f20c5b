//! Forming a household, joining and leaving it, and who heads it.

use platform::{Error, Text, Write};
use serde_json::json;
use store::{Tx, sql, vals};

use crate::community::must_be_open;
use crate::household::{Household, Member};
use crate::look::pseudonym;
use crate::place::Dwelling;
use crate::register::is_living;
use crate::resident::{OPEN, Resident};

sql! {
    MEMBERS: Member = "WHERE street_id = $1 AND household_id = $2 AND known_to IS NULL AND valid_to = $3 ORDER BY id LIMIT 200";
    OF_RESIDENT: Member = "WHERE street_id = $1 AND resident_id = $2 AND known_to IS NULL AND valid_to = $3 ORDER BY id LIMIT 20";
    OF_DWELLING: Household = "WHERE street_id = $1 AND dwelling_id = $2 AND closed_at IS NULL ORDER BY id LIMIT 100";
    NO_LONGER = "UPDATE household_members SET known_to = $3 WHERE street_id = $1 AND id = $2 AND known_to IS NULL";
}

/// The code of the head among the relations of GB/T 4761.
pub(crate) const HEAD: &str = "02";

/// The members of a household today, the first first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn members_of(r: &Tx, household: &Household) -> Result<Vec<Member>, Error> {
    Ok(r.query(&MEMBERS, &vals![household.street_id, household.id, OPEN]).await?)
}

/// The households of a dwelling today.
///
/// # Errors
/// What the store answers.
pub(crate) async fn households_of(r: &Tx, street: i64, dwelling: i64) -> Result<Vec<Household>, Error> {
    Ok(r.query(&OF_DWELLING, &vals![street, dwelling]).await?)
}

async fn member_now(r: &Tx, resident: &Resident) -> Result<Option<Member>, Error> {
    let all: Vec<Member> = r.query(&OF_RESIDENT, &vals![resident.street_id, resident.id, OPEN]).await?;
    Ok(all.into_iter().next())
}

/// Forms a household in a dwelling around its head.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] for a head who keeps house elsewhere.
pub(crate) async fn form(
    w: &Write,
    dwelling: &Dwelling,
    head: &Resident,
    from: &str,
) -> Result<Household, Error> {
    w.require("resident:edit", &dwelling.thing())?;
    must_be_open(w, dwelling.area).await?;
    let household = Household {
        street_id: dwelling.street_id,
        id: w.id(),
        version: 1,
        dwelling_id: dwelling.id,
        head_id: Some(head.id),
        created_at: w.now(),
        closed_at: None,
    };
    w.insert(&household).await?;
    enter(w, &household, head, HEAD, from).await?;
    record(w, "household:form", &household, head);
    Ok(household)
}

/// Somebody joins a household.
///
/// # Errors
/// [`Error::Conflict`] for somebody who keeps house elsewhere, or who is no longer in the register.
pub(crate) async fn join(
    w: &Write,
    household: Household,
    resident: &Resident,
    relation: &str,
    from: &str,
) -> Result<Household, Error> {
    is_kept(&household)?;
    enter(w, &household, resident, relation, from).await?;
    record(w, "household:join", &household, resident);
    changed(w, household).await
}

async fn enter(
    w: &Write,
    household: &Household,
    resident: &Resident,
    relation: &str,
    from: &str,
) -> Result<(), Error> {
    is_living(resident)?;
    if resident.street_id != household.street_id {
        return Err(Error::Missing("resident"));
    }
    if member_now(w, resident).await?.is_some() {
        return Err(Error::conflict(Text::new(
            "该人员已在一个家庭户中，请先迁出",
            "this person belongs to a household; they leave it first",
        )));
    }
    let member = Member {
        street_id: household.street_id,
        id: w.id(),
        household_id: household.id,
        resident_id: resident.id,
        relation: relation.to_owned(),
        valid_from: from.to_owned(),
        valid_to: OPEN.to_owned(),
        known_from: w.now(),
        known_to: None,
    };
    Ok(w.insert(&member).await?)
}

/// Somebody leaves the household that they belong to, if any, on a day; the last one closes it.
///
/// # Errors
/// What the store answers.
pub(crate) async fn leave_household(w: &Write, resident: &Resident, on: &str) -> Result<(), Error> {
    let Some(member) = member_now(w, resident).await? else { return Ok(()) };
    let key = vals![member.street_id, member.household_id];
    let household: Household = w.find(&key).await?.ok_or(Error::Missing("household"))?;
    leave(w, household, resident, on).await.map(|_| ())
}

/// Somebody leaves a household on a day; a household without a head waits for one, without members it is closed.
///
/// # Errors
/// [`Error::Missing`] for somebody who does not belong to it.
pub(crate) async fn leave(
    w: &Write,
    mut household: Household,
    resident: &Resident,
    on: &str,
) -> Result<Household, Error> {
    let members = members_of(w, &household).await?;
    let member = members.iter().find(|member| member.resident_id == resident.id);
    let member = member.ok_or(Error::Missing("member"))?;
    w.later(&NO_LONGER, &vals![member.street_id, member.id, w.now()]);
    if member.valid_from.as_str() < on {
        let kept = Member {
            id: w.id(),
            valid_to: on.to_owned(),
            known_from: w.now(),
            known_to: None,
            ..member.clone()
        };
        w.insert_later(&kept);
    }
    if household.head_id == Some(resident.id) {
        household.head_id = None;
    }
    if members.len() == 1 {
        household.closed_at = Some(w.now());
    }
    record(w, "household:leave", &household, resident);
    changed(w, household).await
}

/// A member becomes the head.
///
/// # Errors
/// [`Error::Missing`] for somebody who does not belong to it.
pub(crate) async fn head(
    w: &Write,
    mut household: Household,
    resident: &Resident,
) -> Result<Household, Error> {
    is_kept(&household)?;
    let members = members_of(w, &household).await?;
    if !members.iter().any(|member| member.resident_id == resident.id) {
        return Err(Error::Missing("member"));
    }
    household.head_id = Some(resident.id);
    record(w, "household:head", &household, resident);
    changed(w, household).await
}

fn is_kept(household: &Household) -> Result<(), Error> {
    match household.closed_at {
        None => Ok(()),
        Some(_) => Err(Error::conflict(Text::new("该家庭户已撤销", "this household is no longer kept"))),
    }
}

async fn changed(w: &Write, mut household: Household) -> Result<Household, Error> {
    w.update(&household).await?;
    household.version += 1;
    Ok(household)
}

fn record(w: &Write, action: &str, household: &Household, resident: &Resident) {
    let who = pseudonym(w.app(), resident.street_id, resident.id);
    w.record(action, household.wire_id(), json!({ "resident": who }));
}
