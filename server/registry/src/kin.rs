//! Whoever works with the register does not look at their own record, and looks at those they live with under an alarm.
//!
//! Accounts know no resident by themselves: the steward says which record is whose.

use platform::{Error, Millis, Text, Thing, Who, Write};
use serde_json::json;
use store::{sql, table, vals};

use crate::days::day_of;
use crate::measure::{self, Standing};
use crate::resident::{Resident, ResidentId};

table! {
    /// Whose record is whose account's.
    pub struct StaffLink in "staff_links" key 2 {
        /// The district.
        pub street_id: i64,
        /// The account.
        pub id: i64,
        pub resident_street: i64,
        pub resident_id: i64,
        pub linked_at: Millis,
        pub linked_by: Option<i64>,
    }
}

sql! {
    SHARED = "SELECT a.dwelling_id FROM residences a
        JOIN residences b ON b.street_id = a.street_id AND b.dwelling_id = a.dwelling_id
        WHERE a.street_id = $1 AND a.resident_id = $2 AND a.known_to IS NULL AND a.valid_from <= $4 AND a.valid_to > $4
          AND b.resident_id = $3 AND b.known_to IS NULL AND b.valid_from <= $4 AND b.valid_to > $4
        ORDER BY a.id LIMIT 1";
    PUT = "INSERT INTO staff_links (street_id, id, resident_street, resident_id, linked_at, linked_by)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (street_id, id) DO UPDATE SET resident_street = excluded.resident_street,
        resident_id = excluded.resident_id, linked_at = excluded.linked_at, linked_by = excluded.linked_by";
    END = "DELETE FROM staff_links WHERE street_id = $1 AND id = $2";
}

/// Whose record the caller's is, if the steward said so.
pub(crate) async fn own(w: &Write) -> Result<Option<ResidentId>, Error> {
    let Ok(account) = w.call().account() else { return Ok(None) };
    let link: Option<StaffLink> = w.find(&vals![w.app().district(), account]).await?;
    Ok(link.map(|link| ResidentId::new(link.resident_street, link.resident_id)))
}

/// Refuses the caller's own record; flags that of somebody who lives in the same dwelling.
///
/// # Errors
/// [`Error::Forbidden`].
pub(crate) async fn check(w: &Write, seen: &Resident, standing: Option<&Standing>) -> Result<(), Error> {
    let (Who::Post(caller), Some(standing)) = (&w.call().who, standing) else { return Ok(()) };
    let Some(own) = own(w).await? else { return Ok(()) };
    if own == seen.wire_id() {
        return Err(Error::Forbidden(Text::new(
            "不能查询本人的登记信息，请在“我的信息”中查看或到窗口办理",
            "nobody looks up their own record: use “my data”, or the window",
        )));
    }
    if own.street != seen.street_id {
        return Ok(());
    }
    let day = day_of(w.now());
    let shared: Option<(i64,)> = w.opt(&SHARED, &vals![own.street, own.id, seen.id, day]).await?;
    match shared {
        Some(_) => measure::flag_relative(w, caller, standing).await,
        None => Ok(()),
    }
}

/// Says which record is an account's, or that none is.
///
/// # Errors
/// [`Error::Forbidden`], also for the own account; [`Error::Missing`] when the resident is not the caller's to name.
pub async fn link(w: &Write, account: i64, resident: Option<ResidentId>) -> Result<(), Error> {
    if w.call().account()? == account {
        return Err(Error::Forbidden(Text::new(
            "本人的关联须由他人设置",
            "the link of one's own account is somebody else's to set",
        )));
    }
    let scope = w.app().policy().scope(w.call().caller()?, "registry:open", w.now());
    if scope.is_empty {
        return Err(Error::forbidden());
    }
    let key = vals![w.app().district(), account];
    let before: Option<StaffLink> = w.find(&key).await?;
    // Taking a link away is a matter of the street where it leads.
    if let Some(before) = &before {
        w.require("registry:open", &Thing::at(before.resident_street))?;
    }
    match resident {
        None => {
            w.exec(&END, &key).await?;
        }
        Some(id) => {
            let found: Option<Resident> = w.find(&vals![id.street, id.id]).await?;
            let found = found.filter(|resident| scope.covers(&resident.thing()));
            let resident = found.ok_or(Error::Missing("resident"))?;
            let by = w.call().account().ok();
            let values = vals![w.app().district(), account, resident.street_id, resident.id, w.now(), by];
            w.exec(&PUT, &values).await?;
        }
    }
    w.record("registry:link", account, json!({ "linked": resident.is_some() }));
    Ok(())
}
