use tlog_tiles::{Hash, record_hash};

/// The largest tree that proofs are checked for; far beyond any log, and safe from overflow.
const LARGEST: u64 = 1 << 62;

/// Shows that an entry stands at its place in a tree, without the other entries.
#[derive(Clone, Debug, PartialEq)]
pub struct InclusionProof {
    /// The place of the entry, counted from 0.
    pub index: u64,
    /// The number of entries of the tree.
    pub size: u64,
    /// The hashes beside the way from the entry up to the root, lowest first.
    pub path: Vec<Hash>,
}

impl InclusionProof {
    /// Is `entry` at this place under `root`? The root must come from a signed checkpoint of the same size,
    /// never from whoever handed over the proof.
    pub fn holds(&self, entry: &[u8], root: &Hash) -> bool {
        self.size <= LARGEST
            && self.path.len() <= 64
            && tlog_tiles::check_record(&self.path, self.size, *root, self.index, record_hash(entry)).is_ok()
    }
}

/// Shows that a later tree begins with all entries of an earlier one, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsistencyProof {
    /// The number of entries of the earlier tree.
    pub earlier: u64,
    /// The number of entries of the later tree.
    pub later: u64,
    /// The hashes from which both roots follow.
    pub path: Vec<Hash>,
}

impl ConsistencyProof {
    /// Does the tree under `later` continue the tree under `earlier`? Every tree continues the empty one.
    pub fn holds(&self, earlier: &Hash, later: &Hash) -> bool {
        if self.earlier == 0 {
            return self.path.is_empty() && *earlier == tlog_tiles::EMPTY_HASH;
        }
        self.later <= LARGEST
            && self.path.len() <= 128
            && tlog_tiles::check_tree(&self.path, self.later, *later, self.earlier, *earlier).is_ok()
    }
}
