//! Groups of records that are one person: each knows its one valid number and the resident whom it is.

use std::collections::HashMap;

/// The fields that a group holds.
const NUMBER: usize = 0;
const RESIDENT: usize = 1;

/// Groups of records, numbered from 0.
pub(crate) struct Groups {
    of: linkage::Groups,
    /// The residents by their place in the groups; the first is nobody.
    residents: Vec<i64>,
}

impl Groups {
    /// Each record alone, but those of one resident together: what they are was decided before. 0 is no number, and nobody.
    pub fn new(numbers: Vec<u32>, residents: Vec<i64>) -> Self {
        let (mut known, mut places) = (vec![0], HashMap::from([(0, 0)]));
        let held: Vec<u32> = residents
            .into_iter()
            .map(|resident| {
                *places.entry(resident).or_insert_with(|| {
                    known.push(resident);
                    u32::try_from(known.len() - 1).unwrap_or(0)
                })
            })
            .collect();
        let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        let mut groups =
            Self { of: linkage::Groups::new(count, vec![numbers, held.clone()]), residents: known };
        let mut first = HashMap::new();
        for (record, place) in (0..count).zip(held).filter(|(_, place)| *place != 0) {
            let one = groups.root(*first.entry(place).or_insert(record));
            if one != record {
                groups.of.join(one, record);
            }
        }
        groups
    }

    /// The record that stands for a group.
    pub fn root(&mut self, record: u32) -> u32 {
        self.of.root(record)
    }

    /// The valid number of the group that this root stands for, or that this record alone has; 0 for none.
    pub fn number(&self, root: u32) -> u32 {
        self.of.held(NUMBER, root)
    }

    /// The resident whom the group of this root is; 0 for nobody yet.
    pub fn resident(&self, root: u32) -> i64 {
        self.residents.get(self.of.held(RESIDENT, root) as usize).copied().unwrap_or(0)
    }

    /// Whether two groups have two different valid numbers.
    pub fn differ(&self, left: u32, right: u32) -> bool {
        self.of.differ(left, right) == Some(NUMBER)
    }

    /// Makes one group of two, unless both are residents already, their numbers differ, or a pair across them does not fit.
    pub fn join(&mut self, left: u32, right: u32, fits: impl Fn(u32, u32) -> bool) -> bool {
        let (left, right) = (self.root(left), self.root(right));
        let is_pair = self.of.size(left) + self.of.size(right) == 2;
        if left == right
            || (self.resident(left) != 0 && self.resident(right) != 0)
            || self.differ(left, right)
            // The pair itself was compared.
            || !(is_pair || self.of.cross(left, right).all(|(a, b)| fits(a.min(b), a.max(b))))
        {
            return false;
        }
        self.of.join(left, right);
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_group_has_two_numbers_or_two_residents(
            numbers in prop::collection::vec(0_u32..4, 2..24),
            residents in prop::collection::vec(0_i64..4, 24),
            links in prop::collection::vec((0_u32..24, 0_u32..24), 0..80),
        ) {
            let count = numbers.len() as u32;
            // Residents come with numbers that agree.
            let residents: Vec<i64> =
                numbers.iter().zip(residents).map(|(number, who)| if *number == 0 { who } else { 0 }).collect();
            let mut groups = Groups::new(numbers.clone(), residents.clone());
            for (a, b) in links.into_iter().filter(|(a, b)| a < &count && b < &count) {
                groups.join(a, b, |_, _| true);
            }
            for a in 0..count {
                for b in 0..count {
                    if groups.root(a) == groups.root(b) {
                        let (x, y) = (numbers[a as usize], numbers[b as usize]);
                        prop_assert!(x == 0 || y == 0 || x == y);
                        let (x, y) = (residents[a as usize], residents[b as usize]);
                        prop_assert!(x == 0 || y == 0 || x == y);
                    } else {
                        let (x, y) = (residents[a as usize], residents[b as usize]);
                        prop_assert!(x == 0 || x != y, "records of one resident stay together");
                    }
                }
            }
        }
    }
}
