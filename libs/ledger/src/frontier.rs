use tlog_tiles::{EMPTY_HASH, Hash, Tile, node_hash};

use crate::bundle::FULL;

/// The growing edge of a tree: all that must be remembered to add the next leaf and to know the root.
///
/// `peaks` are the roots of the complete subtrees, largest first, one for each bit of the size; `levels` are
/// the tiles that are not full yet, level by level.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
    levels: Vec<Vec<Hash>>,
}

/// A tile that has just become full.
#[derive(Clone, Debug)]
pub(crate) struct FullTile {
    pub level: u8,
    pub n: u64,
    pub hashes: Vec<Hash>,
}

impl Frontier {
    /// The edge of a tree of `size` leaves whose unfinished tiles are `levels`.
    pub(crate) fn resume(size: u64, levels: Vec<Vec<Hash>>) -> Self {
        let mut peaks = Vec::new();
        for hashes in levels.iter().rev() {
            let mut rest = hashes.as_slice();
            while let Some(width) = rest.len().checked_ilog2().map(|bit| 1 << bit) {
                let (complete, after) = rest.split_at(width);
                peaks.push(Tile::subtree_hash(&bytes_of(complete)));
                rest = after;
            }
        }
        Self { size, peaks, levels }
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The tiles that are not full, by level; an empty one needs no file.
    pub(crate) fn unfinished(&self) -> impl Iterator<Item = (u8, u64, &[Hash])> {
        (0u8..)
            .zip(&self.levels)
            .filter(|(_, hashes)| !hashes.is_empty())
            .map(|(level, hashes)| (level, tile_of(level, self.size), hashes.as_slice()))
    }

    /// Adds the hash of the next leaf; tiles that it completes go to `full`, lowest level first.
    pub(crate) fn push(&mut self, leaf: Hash, full: &mut Vec<FullTile>) {
        let merges = self.size.trailing_ones();
        self.size += 1;
        let mut node = leaf;
        self.record(0, node, full);
        for height in 1..=merges {
            // As many peaks as the old size has bits, so one is there for each trailing one.
            if let Some(left) = self.peaks.pop() {
                node = node_hash(left, node);
            }
            if height % 8 == 0 {
                self.record(height / 8, node, full);
            }
        }
        self.peaks.push(node);
    }

    /// The root over all leaves so far.
    pub(crate) fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(smallest) = peaks.next() else { return EMPTY_HASH };
        peaks.fold(*smallest, |right, left| node_hash(*left, right))
    }

    fn record(&mut self, level: u32, node: Hash, full: &mut Vec<FullTile>) {
        let place = level as usize;
        if self.levels.len() <= place {
            self.levels.resize_with(place + 1, Vec::new);
        }
        let Some(tile) = self.levels.get_mut(place) else { return };
        tile.push(node);
        if tile.len() == FULL {
            let hashes = std::mem::take(tile);
            let level = level as u8;
            full.push(FullTile { level, n: tile_of(level, self.size) - 1, hashes });
        }
    }
}

/// How many tiles of a level are full at this size: the number of the one that is not.
pub(crate) fn tile_of(level: u8, size: u64) -> u64 {
    size.checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0)
}

/// How many hashes tile `n` of a level holds at this size.
pub(crate) fn width_at(level: u8, n: u64, size: u64) -> usize {
    let nodes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
    let before = n.saturating_mul(FULL as u64);
    usize::try_from(nodes.saturating_sub(before)).unwrap_or(FULL).min(FULL)
}

/// Hashes as a tile file holds them.
pub(crate) fn bytes_of(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// The hashes of a tile file; none if it does not hold whole hashes.
pub(crate) fn hashes_of(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| hashes.iter().map(|hash| Hash(*hash)).collect())
}
