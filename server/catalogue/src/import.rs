//! Taking sheets in: compared with what is in force, then applied in one transaction.

use platform::import::RowProblem;
use platform::{Error, Read, Thing, Write};
use store::Tx;

use crate::class_sheet::ClassSheet;
use crate::duty_sheet::DutySheet;
use crate::revision::{Counts, Entry, Revision, in_force};
use crate::snapshot::Catalogue;
use crate::standard_sheet::StandardSheet;

/// Takes a duty list in.
///
/// # Errors
/// [`Error::Forbidden`]; a conflict when another import came first.
pub async fn import_duties(w: &Write, sheet: DutySheet) -> Result<Counts, Error> {
    let counts = take_in(w, "duties", sheet.rows, &sheet.problems).await?;
    w.outdates::<Catalogue>().await?;
    Ok(counts)
}

/// Takes a list of case classes in.
///
/// # Errors
/// [`Error::Forbidden`]; a conflict when another import came first.
pub async fn import_classes(w: &Write, sheet: ClassSheet) -> Result<Counts, Error> {
    let counts = take_in(w, "classes", sheet.rows, &sheet.problems).await?;
    w.outdates::<Catalogue>().await?;
    Ok(counts)
}

/// Takes a list of standards in.
///
/// # Errors
/// [`Error::Forbidden`]; a conflict when another import came first.
pub async fn import_standards(w: &Write, sheet: StandardSheet) -> Result<Counts, Error> {
    let counts = take_in(w, "standards", sheet.rows, &sheet.problems).await?;
    w.outdates::<Catalogue>().await?;
    Ok(counts)
}

/// What importing a duty list would do.
pub(crate) async fn try_duties(r: &Read, sheet: DutySheet) -> Result<Counts, Error> {
    Ok(revision(r, sheet.rows, &sheet.problems).await?.counts())
}

/// What importing standards would do.
pub(crate) async fn try_standards(r: &Read, sheet: StandardSheet) -> Result<Counts, Error> {
    Ok(revision(r, sheet.rows, &sheet.problems).await?.counts())
}

async fn take_in<T: Entry>(
    w: &Write,
    what: &str,
    rows: Vec<T>,
    problems: &[RowProblem],
) -> Result<Counts, Error> {
    w.require("catalogue:edit", &Thing::at(w.app().district()))?;
    let accepted = rows.len();
    let counts = revision(w, rows, problems).await?.apply(w).await?;
    let detail = serde_json::json!({
        "entries": accepted, "problems": problems.len(),
        "added": counts.added, "changed": counts.changed, "retired": counts.retired,
    });
    w.record("catalogue:import", what, detail);
    Ok(counts)
}

async fn revision<T: Entry>(tx: &Tx, rows: Vec<T>, problems: &[RowProblem]) -> Result<Revision<T>, Error> {
    Ok(Revision::between(in_force(tx).await?, rows, problems.is_empty()))
}
