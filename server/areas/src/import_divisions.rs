//! Taking in a table of divisions: new codes are opened, changed names kept up, codes that the table leaves out retired.

use std::collections::{BTreeMap, BTreeSet};

use platform::{AreaCode, AreaLevel, Error, Millis, Text, Thing, Write};
use serde_json::json;

use crate::area::{Area, AreaKind, AreaRow};
use crate::directory::Directory;
use crate::divisions::Divisions;
use crate::naming;

/// What a table would change; made by [`plan_import`], done by [`import_divisions`].
#[derive(Clone, Debug, Default)]
pub struct DivisionChanges {
    /// Codes that are new, with their registered names.
    pub added: Vec<(AreaCode, Text)>,
    /// Areas with a new name, as they were.
    pub renamed: Vec<(Area, Text)>,
    /// Areas that the table leaves out, with what lies below them.
    pub retired: Vec<Area>,
}

/// Compares a table with what is known, and refuses the rows that cannot be taken.
///
/// A table that lists a part of an area lists all its parts: streets and communities in force that it leaves out
/// are retired, with their grids. A table with a bad row retires nothing, since the bad row may mean one of them.
pub fn plan_import(
    directory: &Directory,
    divisions: &mut Divisions,
    district: (AreaCode, &Text),
) -> DivisionChanges {
    let (root, root_name) = district;
    let retired: BTreeMap<AreaCode, Millis> =
        directory.areas().filter_map(|area| Some((area.code, area.valid_to?))).collect();
    let mut known: BTreeSet<AreaCode> =
        directory.areas().filter(|area| area.valid_to.is_none()).map(|area| area.code).collect();
    divisions.require_district(root);
    divisions.refuse_retired(&retired);
    if known.insert(root) {
        // A district's own table need not list the district.
        divisions.require_parents(&known);
        known.remove(&root);
    } else {
        divisions.require_parents(&known);
    }
    let mut changes = DivisionChanges::default();
    let stated: BTreeSet<AreaCode> = divisions.rows.iter().map(|row| row.code).collect();
    if !stated.is_empty() && !stated.contains(&root) && !known.contains(&root) {
        changes.added.push((root, root_name.clone()));
    }
    for row in &divisions.rows {
        let name = || Text::owned(&row.name, naming::romanise(&row.name));
        match directory.area(row.code) {
            None => changes.added.push((row.code, name())),
            Some(area) if area.name.zh != row.name => changes.renamed.push((area.clone(), name())),
            Some(_) => {}
        }
    }
    // Parents first: a transaction that stops half-way is never seen, but a reader of the ledger is.
    changes.added.sort_by_key(|(code, _)| *code);
    if divisions.problems.is_empty() {
        changes.retired = left_out(directory, &stated);
    }
    changes
}

fn left_out(directory: &Directory, stated: &BTreeSet<AreaCode>) -> Vec<Area> {
    let listed: BTreeSet<AreaCode> = stated
        .iter()
        .filter(|code| code.level() < AreaLevel::Grid)
        .filter_map(|code| code.parent())
        .collect();
    let gone: BTreeSet<AreaCode> = listed
        .into_iter()
        .flat_map(|parent| directory.children(parent))
        .filter(|area| area.level < AreaLevel::Grid && !stated.contains(&area.code))
        .map(|area| area.code)
        .collect();
    let is_gone = |area: &&Area| gone.iter().any(|code| code.contains(area.code));
    directory.areas().filter(|area| area.valid_to.is_none()).filter(is_gone).cloned().collect()
}

impl DivisionChanges {
    /// The areas whose keepers must agree: each street, or the district for what is above the streets.
    fn touched(&self) -> BTreeSet<i64> {
        let codes =
            self.added.iter().map(|(code, _)| *code).chain(self.renamed.iter().map(|(area, _)| area.code));
        codes
            .chain(self.retired.iter().map(|area| area.code))
            .map(|code| code.street_id().unwrap_or(code.value()))
            .collect()
    }
}

/// Does what [`plan_import`] found.
///
/// # Errors
/// [`Error::Forbidden`] for a post that does not keep one of the areas; [`Error::Conflict`] when somebody changed
/// one since the plan was made.
pub async fn import_divisions(w: &Write, changes: &DivisionChanges) -> Result<(), Error> {
    for area in changes.touched() {
        w.require("area:edit", &Thing::at(area))?;
    }
    let opened =
        changes.added.iter().map(|(code, name)| AreaRow::new(*code, AreaKind::Standard, name, w.now()));
    w.bulk(&opened.collect::<Vec<_>>()).await?;
    for (area, name) in &changes.renamed {
        w.update(&area.row().named(name)).await?;
    }
    for area in &changes.retired {
        w.update(&AreaRow { valid_to: Some(w.now()), ..area.row() }).await?;
    }
    let codes = |areas: &[Area]| areas.iter().map(|area| area.code).collect::<Vec<_>>();
    let detail = json!({
        "added": changes.added.iter().map(|(code, _)| *code).collect::<Vec<_>>(),
        "renamed": changes.renamed.iter().map(|(area, _)| area.code).collect::<Vec<_>>(),
        "retired": codes(&changes.retired),
    });
    w.record("area:import", w.street(), detail);
    w.outdates::<Directory>().await
}
