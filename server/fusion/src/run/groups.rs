//! Groups of records that are one person: union–find that knows each group's members, its one valid number and its resident.

/// Groups of records, numbered from 0.
pub(crate) struct Groups {
    parent: Vec<u32>,
    /// Members of a group as a ring.
    next: Vec<u32>,
    size: Vec<u32>,
    /// The valid number that a group has; 0 for none.
    number: Vec<u32>,
    /// The resident whom a group is; 0 for nobody yet.
    resident: Vec<i64>,
}

impl Groups {
    /// Each record alone, but those of one resident together: what they are was decided before.
    pub fn new(numbers: Vec<u32>, residents: Vec<i64>) -> Self {
        let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        let mut groups = Self {
            parent: (0..count).collect(),
            next: (0..count).collect(),
            size: vec![1; numbers.len()],
            number: numbers,
            resident: residents,
        };
        let mut first = std::collections::HashMap::new();
        for record in 0..count {
            match groups.resident(record) {
                0 => {}
                resident => {
                    let root = *first.entry(resident).or_insert(record);
                    if root != record {
                        let root = groups.root(root);
                        groups.unite(root, record);
                    }
                }
            }
        }
        groups
    }

    /// The record that stands for a group.
    pub fn root(&mut self, record: u32) -> u32 {
        let mut record = record;
        loop {
            let parent = get(&self.parent, record);
            if parent == record {
                return record;
            }
            let above = get(&self.parent, parent);
            set(&mut self.parent, record, above);
            record = above;
        }
    }

    /// The valid number of the group that this root stands for; 0 for none.
    pub fn number(&self, root: u32) -> u32 {
        get(&self.number, root)
    }

    /// The resident whom the group of this root is; 0 for nobody yet.
    pub fn resident(&self, root: u32) -> i64 {
        get(&self.resident, root)
    }

    /// Whether two groups have two different valid numbers.
    pub fn differ(&self, left: u32, right: u32) -> bool {
        let (a, b) = (self.number(left), self.number(right));
        a != 0 && b != 0 && a != b
    }

    /// Makes one group of two, unless both are residents already, their numbers differ, or a pair across them does not fit.
    pub fn join(&mut self, left: u32, right: u32, fits: impl Fn(u32, u32) -> bool) -> bool {
        let (left, right) = (self.root(left), self.root(right));
        if left == right
            || (self.resident(left) != 0 && self.resident(right) != 0)
            || self.differ(left, right)
            || (get(&self.size, left) + get(&self.size, right) > 2 && !self.all_fit(left, right, fits))
        {
            return false;
        }
        self.unite(left, right);
        true
    }

    fn all_fit(&self, left: u32, right: u32, fits: impl Fn(u32, u32) -> bool) -> bool {
        self.members(left).all(|a| self.members(right).all(|b| fits(a.min(b), a.max(b))))
    }

    fn members(&self, root: u32) -> impl Iterator<Item = u32> {
        let mut record = root;
        let mut left = get(&self.size, root);
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let this = record;
            record = get(&self.next, record);
            Some(this)
        })
    }

    fn unite(&mut self, left: u32, right: u32) {
        let (large, small) =
            if get(&self.size, left) >= get(&self.size, right) { (left, right) } else { (right, left) };
        set(&mut self.parent, small, large);
        let size = get(&self.size, large) + get(&self.size, small);
        set(&mut self.size, large, size);
        let (a, b) = (get(&self.next, large), get(&self.next, small));
        set(&mut self.next, large, b);
        set(&mut self.next, small, a);
        if self.number(large) == 0 {
            let number = self.number(small);
            set(&mut self.number, large, number);
        }
        if self.resident(large) == 0 {
            let resident = self.resident(small);
            set(&mut self.resident, large, resident);
        }
    }
}

fn get<T: Copy + Default>(from: &[T], at: u32) -> T {
    from.get(at as usize).copied().unwrap_or_default()
}

fn set<T>(into: &mut [T], at: u32, value: T) {
    if let Some(slot) = into.get_mut(at as usize) {
        *slot = value;
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
