//! Groups that grow together: union–find (Tarjan 1975, with path halving and union by size) whose groups know their members
//! and the one value that they hold in each of some fields.

/// A partition of the records `0..records`. Every method that takes a `root` means the record that stands for a group.
#[derive(Clone, Debug)]
pub struct Groups {
    parent: Vec<u32>,
    /// Members of a group as a ring.
    next: Vec<u32>,
    size: Vec<u32>,
    /// Field by field what each record holds; 0 for nothing. At a root: what its group holds.
    held: Vec<Vec<u32>>,
}

impl Groups {
    /// Each record alone. `held` is, field by field, the value of each record; 0 where it has none.
    #[must_use]
    pub fn new(records: u32, held: Vec<Vec<u32>>) -> Self {
        Self {
            parent: (0..records).collect(),
            next: (0..records).collect(),
            size: vec![1; records as usize],
            held,
        }
    }

    /// The record that stands for a record's group.
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

    /// How many records a group has.
    #[must_use]
    pub fn size(&self, root: u32) -> u32 {
        get(&self.size, root)
    }

    /// What a group holds in a field; asked of a record that is no root, what that record alone held. 0 for nothing.
    #[must_use]
    pub fn held(&self, field: usize, root: u32) -> u32 {
        self.held.get(field).map_or(0, |held| get(held, root))
    }

    /// The first field in which two groups hold different values.
    #[must_use]
    pub fn differ(&self, left: u32, right: u32) -> Option<usize> {
        self.held.iter().position(|held| {
            let (a, b) = (get(held, left), get(held, right));
            a != 0 && b != 0 && a != b
        })
    }

    /// Every pair with one record of each of two groups.
    pub fn cross(&self, left: u32, right: u32) -> impl Iterator<Item = (u32, u32)> {
        self.members(left).flat_map(move |a| self.members(right).map(move |b| (a, b)))
    }

    /// The records of a group.
    pub fn members(&self, root: u32) -> impl Iterator<Item = u32> {
        let mut record = root;
        let mut left = get(&self.size, root);
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let this = record;
            record = get(&self.next, record);
            Some(this)
        })
    }

    /// Makes one group of two different ones, whose values the caller has compared; where they differ the larger group's stays.
    pub fn join(&mut self, left: u32, right: u32) {
        let (large, small) =
            if get(&self.size, left) >= get(&self.size, right) { (left, right) } else { (right, left) };
        set(&mut self.parent, small, large);
        let size = get(&self.size, large) + get(&self.size, small);
        set(&mut self.size, large, size);
        let (a, b) = (get(&self.next, large), get(&self.next, small));
        set(&mut self.next, large, b);
        set(&mut self.next, small, a);
        for held in &mut self.held {
            if get(held, large) == 0 {
                let value = get(held, small);
                set(held, large, value);
            }
        }
    }
}

fn get(from: &[u32], at: u32) -> u32 {
    from.get(at as usize).copied().unwrap_or(0)
}

fn set(into: &mut [u32], at: u32, value: u32) {
    if let Some(slot) = into.get_mut(at as usize) {
        *slot = value;
    }
}
