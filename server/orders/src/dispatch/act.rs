//! Acts that leave an order's state alone: a row of its history, its next version, an entry in the ledger.

use platform::{Error, FileId, Text, Write};
use store::{sql, vals};

use crate::decide::{NOTE_CHARS, STEP_FILES};
use crate::order::{Order, OrderId};
use crate::query::find;
use crate::step::{Actor, Step};
use crate::take_step::{attach, tell};
use crate::words::{Act, Role};

sql! {
    NEXT_VERSION = "UPDATE orders SET helpers_open = $4, attendances = $5, version = version + 1
        WHERE street_id = $1 AND id = $2 AND version = $3";
}

/// What an act tells.
pub(crate) struct Told<'a> {
    pub act: Act,
    /// The unit that it is about.
    pub organisation: i64,
    pub note: Option<&'a str>,
    pub clause: Option<&'a str>,
    /// The row that it is about.
    pub subject: String,
    pub files: &'a [FileId],
}

/// The order as it stands in the transaction at hand.
///
/// # Errors
/// [`Error::Missing`] when there is none.
pub(crate) async fn standing(w: &Write, id: OrderId) -> Result<Order, Error> {
    find(w, id.street, id.id).await?.ok_or(Error::Missing("order"))
}

/// The row of the history that an act adds.
pub(crate) fn step_of(order: &Order, id: i64, at: platform::Millis, actor: Actor, told: &Told<'_>) -> Step {
    Step {
        street_id: order.street_id,
        id,
        order_id: order.id,
        action: told.act,
        state_from: Some(order.state),
        state_to: order.state,
        at,
        account_id: actor.account,
        post_id: actor.post,
        post_organisation_id: actor.organisation,
        organisation_id: Some(told.organisation),
        standard_id: order.standard_id,
        note: told.note.map(str::to_owned),
        clause: told.clause.map(str::to_owned),
        subject: Some(told.subject.clone()),
    }
}

/// Writes an act: `after` is the order with what the act changes on it.
///
/// # Errors
/// A conflict when somebody else acted at the same moment; [`Error::Invalid`] when a picture is gone.
pub(crate) async fn act(w: &Write, after: Order, told: Told<'_>) -> Result<(Order, i64), Error> {
    let values = vals![after.street_id, after.id, after.version, after.helpers_open, after.attendances];
    if w.exec(&NEXT_VERSION, &values).await? == 0 {
        return Err(store::Error::Stale.into());
    }
    let after = Order { version: after.version + 1, ..after };
    let step = step_of(&after, w.id(), w.now(), Actor::of(w.call()), &told);
    w.insert(&step).await?;
    attach(w, &step, told.files, Role::After).await?;
    tell(w, &after, &step);
    Ok((after, step.id))
}

/// A text without blanks around it; `None` when nothing is left.
///
/// # Errors
/// [`Error::Invalid`] when it is too long.
pub(crate) fn tidy(field: &str, text: Option<&str>) -> Result<Option<String>, Error> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    match text.is_some_and(|text| text.chars().count() > NOTE_CHARS) {
        true => Err(Error::field(field, Text::new("不超过 2000 字", "2,000 characters at most"))),
        false => Ok(text.map(str::to_owned)),
    }
}

/// A text that has to be there.
///
/// # Errors
/// [`Error::Invalid`] when it is missing or too long.
pub(crate) fn needed(field: &str, text: &str, missing: Text) -> Result<String, Error> {
    tidy(field, Some(text))?.ok_or_else(|| Error::field(field, missing))
}

/// Pictures of an act.
///
/// # Errors
/// [`Error::Invalid`] for none or too many.
pub(crate) fn pictures(files: &[FileId]) -> Result<(), Error> {
    match files.len() {
        0 => Err(Error::field(
            "files",
            Text::new("请至少上传一张现场照片", "add at least one picture of the place"),
        )),
        count if count > STEP_FILES => {
            Err(Error::field("files", Text::new("照片不超过 9 张", "nine pictures at most")))
        }
        _ => Ok(()),
    }
}
