use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::Path;

use tlog_tiles::{Hash, HashReader, Tile};

use crate::broken::{Broken, Fault};
use crate::bundle::{self, FULL};
use crate::disk::read;
use crate::error::Error;
use crate::frontier::width_at;
use crate::layout::{Kind, Place, TILES};
use crate::proof::{ConsistencyProof, InclusionProof};

/// The first `size` entries of a log on disk and the tree over them, for looking things up.
pub(crate) struct Tree<'p> {
    root: &'p Path,
    size: u64,
    tiles: RefCell<HashMap<(u8, u64), Vec<u8>>>,
}

impl<'p> Tree<'p> {
    pub(crate) fn new(root: &'p Path, size: u64) -> Self {
        Self { root, size, tiles: RefCell::default() }
    }

    pub(crate) fn root_at(&self, size: u64) -> Result<Hash, Error> {
        self.within(size)?;
        tlog_tiles::tree_hash(size, self).map_err(|_| damaged(0..size))
    }

    pub(crate) fn prove_inclusion(&self, index: u64, size: u64) -> Result<InclusionProof, Error> {
        self.within(size)?;
        if index >= size {
            return Err(Error::Range { asked: index, size });
        }
        let path = tlog_tiles::prove_record(size, index, self).map_err(|_| damaged(0..size))?;
        Ok(InclusionProof { index, size, path })
    }

    pub(crate) fn prove_consistency(&self, earlier: u64, later: u64) -> Result<ConsistencyProof, Error> {
        self.within(later)?;
        if earlier > later {
            return Err(Error::Range { asked: earlier, size: later });
        }
        let path = match earlier {
            0 => Vec::new(),
            _ => tlog_tiles::prove_tree(later, earlier, self).map_err(|_| damaged(0..later))?,
        };
        Ok(ConsistencyProof { earlier, later, path })
    }

    pub(crate) fn entries(&self, range: Range<u64>) -> Result<Vec<Vec<u8>>, Error> {
        if range.end > self.size {
            return Err(Error::Range { asked: range.end, size: self.size });
        }
        let mut entries = Vec::new();
        let mut at = range.start;
        while at < range.end {
            let n = at / FULL as u64;
            let end = range.end.min((n + 1) * FULL as u64);
            let places = (at % FULL as u64) as usize..(end - n * FULL as u64) as usize;
            let needed = Place::new(Kind::Entries, n, width_at(0, n, self.size));
            let damaged = |fault| Error::from(Broken::new(at..end, needed.path(), fault));
            let bytes =
                self.find(needed).map_err(Error::io(self.root))?.ok_or_else(|| damaged(Fault::Missing))?;
            let bundle = bundle::entries(&bytes);
            let wanted = bundle.whole.get(places).ok_or_else(|| damaged(Fault::Shape))?;
            entries.extend(wanted.iter().map(|entry| entry.to_vec()));
            at = end;
        }
        Ok(entries)
    }

    pub(crate) fn entry(&self, index: u64) -> Result<Vec<u8>, Error> {
        let out_of_range = Error::Range { asked: index, size: self.size };
        let end = index.checked_add(1).filter(|end| *end <= self.size);
        let found = self.entries(index..end.ok_or(out_of_range)?)?.pop();
        found.ok_or(Error::Range { asked: index, size: self.size })
    }

    fn node(&self, index: u64) -> Result<Hash, tlog_tiles::Error> {
        let narrow = Tile::from_index(8, index);
        let (level, n) = (narrow.level(), narrow.level_index());
        let width = width_at(level, n, self.size);
        if width == 0 {
            return Err(tlog_tiles::Error::IndexesNotInTree);
        }
        let mut tiles = self.tiles.borrow_mut();
        let bytes = match tiles.entry((level, n)) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let needed = Place::new(Kind::Hashes(level), n, width);
                let bytes = self.find(needed).ok().flatten();
                let bytes = bytes.and_then(|bytes| Some(bytes.get(..width * 32)?.to_vec()));
                let missing =
                    || tlog_tiles::Error::InvalidInput(format!("no whole tile `{}`", needed.path()));
                entry.insert(bytes.ok_or_else(missing)?)
            }
        };
        let width = u32::try_from(width).map_err(|_| tlog_tiles::Error::InvalidTile)?;
        Tile::new(8, level, n, width, false).hash_at_index(bytes, index)
    }

    /// The bytes of a bundle or tile, or of a wider one that has replaced it while the log grew.
    fn find(&self, needed: Place) -> io::Result<Option<Vec<u8>>> {
        // A narrow file goes only after the wider one is there, so a second look finds what the first one missed.
        for _ in 0..3 {
            for width in (needed.width..=FULL).filter(|width| self.is_there(&needed, *width)) {
                if let Some(bytes) = read(&self.root.join(Place { width, ..needed }.path()))? {
                    return Ok(Some(bytes));
                }
            }
        }
        Ok(None)
    }

    fn is_there(&self, needed: &Place, width: usize) -> bool {
        self.root.join(Place { width, ..*needed }.path()).is_file()
    }

    fn within(&self, size: u64) -> Result<(), Error> {
        if size <= self.size { Ok(()) } else { Err(Error::Range { asked: size, size: self.size }) }
    }
}

impl HashReader for Tree<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        indexes.iter().map(|index| self.node(*index)).collect()
    }
}

fn damaged(entries: Range<u64>) -> Error {
    Broken::new(entries, TILES, Fault::Node).into()
}
