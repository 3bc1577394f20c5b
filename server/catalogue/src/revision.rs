//! From what is in force to what a sheet says: what is added, what is changed, what is retired.

use std::collections::{BTreeMap, BTreeSet};

use platform::{Error, Millis, Write};
use store::{Sql, Table, Tx, vals};

/// An entry of one of the lists of this room, with an id and two dates in its row.
pub(crate) trait Entry: Table {
    /// What makes two rows versions of one entry.
    fn key(&self) -> (&str, &str);
    /// The class that a sheet speaks for when it holds an entry of it.
    fn class(&self) -> &str;
    /// Whether nothing would change for a reader.
    fn says_the_same(&self, other: &Self) -> bool;
    fn id(&self) -> i64;
    /// Gives a row out of a sheet its id and its first moment.
    fn enter(&mut self, id: i64, from: Millis);
    /// Selects every row in force.
    fn in_force() -> &'static Sql;
    /// Ends the row `$1` at the moment `$2`, unless it has ended.
    fn retire() -> &'static Sql;
}

/// How many entries a sheet touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub added: usize,
    pub changed: usize,
    pub retired: usize,
}

/// The way from one state of a list to the next.
#[derive(Debug)]
pub(crate) struct Revision<T> {
    added: Vec<T>,
    /// With the id of the row that each replaces.
    changed: Vec<(i64, T)>,
    retired: Vec<i64>,
}

impl<T: Entry> Revision<T> {
    /// Compares a sheet with what is in force. Only a `whole` sheet, one without bad rows, retires what it lacks: a
    /// bad row may be the very entry that seems to be gone.
    pub(crate) fn between(stored: Vec<T>, sheet: Vec<T>, whole: bool) -> Self {
        let spoken_for: BTreeSet<String> = sheet.iter().map(|entry| entry.class().to_owned()).collect();
        let named: BTreeSet<(String, String)> = sheet.iter().map(owned_key).collect();
        let retired = stored
            .iter()
            .filter(|old| whole && spoken_for.contains(old.class()) && !named.contains(&owned_key(*old)))
            .map(Entry::id)
            .collect();
        let by_key: BTreeMap<(String, String), T> =
            stored.into_iter().map(|old| (owned_key(&old), old)).collect();
        let mut revision = Self { added: Vec::new(), changed: Vec::new(), retired };
        for new in sheet {
            match by_key.get(&owned_key(&new)) {
                None => revision.added.push(new),
                Some(old) if old.says_the_same(&new) => {}
                Some(old) => revision.changed.push((old.id(), new)),
            }
        }
        revision
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts { added: self.added.len(), changed: self.changed.len(), retired: self.retired.len() }
    }

    /// Ends what is replaced or gone, and enters what is new, all at the same moment.
    pub(crate) async fn apply(self, w: &Write) -> Result<Counts, Error> {
        let counts = self.counts();
        let (replaced, changed): (Vec<i64>, Vec<T>) = self.changed.into_iter().unzip();
        for id in self.retired.into_iter().chain(replaced) {
            if w.exec(T::retire(), &vals![id, w.now()]).await? == 0 {
                return Err(store::Error::Stale.into());
            }
        }
        let mut rows: Vec<T> = self.added.into_iter().chain(changed).collect();
        for row in &mut rows {
            row.enter(w.id(), w.now());
        }
        w.bulk(&rows).await?;
        Ok(counts)
    }
}

fn owned_key<T: Entry>(entry: &T) -> (String, String) {
    let (first, second) = entry.key();
    (first.to_owned(), second.to_owned())
}

/// Every row in force.
pub(crate) async fn in_force<T: Entry>(tx: &Tx) -> Result<Vec<T>, Error> {
    Ok(tx.query(T::in_force(), &[]).await?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::class::ClassRow;

    fn class(at: usize, name: u8) -> ClassRow {
        let code = format!("p{:02}{:02}", at / 4, at % 4);
        let name = format!("名称{name}");
        ClassRow {
            id: at as i64,
            code,
            name_zh: name.clone(),
            name_en: name,
            valid_from: Millis(0),
            valid_to: None,
        }
    }

    fn list() -> impl Strategy<Value = BTreeMap<usize, u8>> {
        prop::collection::btree_map(0..16_usize, 0..3_u8, 0..12)
    }

    fn rows(list: &BTreeMap<usize, u8>) -> Vec<ClassRow> {
        list.iter().map(|(at, name)| class(*at, *name)).collect()
    }

    proptest! {
        #[test]
        fn a_sheet_leads_to_itself_within_the_classes_that_it_names(stored in list(), sheet in list(), whole: bool) {
            let revision = Revision::between(rows(&stored), rows(&sheet), whole);
            let mut after = stored.clone();
            for id in &revision.retired {
                after.remove(&(*id as usize));
            }
            for (id, new) in &revision.changed {
                prop_assert_eq!(after.insert(*id as usize, new.name_zh.chars().last().unwrap() as u8 - b'0').is_some(), true);
            }
            for new in &revision.added {
                let at = (0..16).find(|at| class(*at, 0).code == new.code).unwrap();
                prop_assert!(after.insert(at, new.name_zh.chars().last().unwrap() as u8 - b'0').is_none());
            }
            let named: BTreeSet<usize> = sheet.keys().map(|at| at / 4).collect();
            let mut expected = stored.clone();
            expected.retain(|at, _| !whole || !named.contains(&(at / 4)));
            expected.extend(&sheet);
            prop_assert_eq!(after, expected);
            let again = Revision::between(rows(&sheet), rows(&sheet), whole);
            prop_assert_eq!(again.counts(), Counts::default());
        }
    }
}
