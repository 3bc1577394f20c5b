use std::ops::Range;
use std::path::Path;

use tlog_tiles::{Hash, record_hash};

use crate::broken::{Broken, Fault};
use crate::bundle::{self, FULL};
use crate::checkpoint::{Checkpoint, Head, check_origin};
use crate::disk::Disk;
use crate::error::Error;
use crate::frontier::{Frontier, FullTile, bytes_of};
use crate::key::SigningKey;
use crate::layout::{HEAD, HISTORY, Kind, Place};
use crate::proof::{ConsistencyProof, InclusionProof};
use crate::resume::resume;
use crate::tree::Tree;

/// A log that is open for appending. One process at a time.
#[derive(Debug)]
pub struct Log {
    pub(crate) disk: Disk,
    origin: String,
    key: SigningKey,
    edge: Edge,
    head: Option<Head>,
    /// A write failed: memory and disk may differ, so nothing more is written.
    unsettled: bool,
}

/// Everything that the next entry is added to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edge {
    pub frontier: Frontier,
    /// The entry bundle that is not full.
    pub bundle: Vec<u8>,
}

impl Edge {
    /// Adds an entry; gives back the entry bundle that it filled, and hands on the tiles that it filled.
    pub(crate) fn push(&mut self, entry: &[u8], full: &mut Vec<FullTile>) -> Result<Option<Vec<u8>>, Error> {
        bundle::push(&mut self.bundle, entry)?;
        self.frontier.push(record_hash(entry), full);
        let is_full = self.frontier.size().is_multiple_of(FULL as u64);
        Ok(is_full.then(|| std::mem::take(&mut self.bundle)))
    }

    /// The bundle and the tiles that are not full, each with its bytes.
    pub(crate) fn unfinished(&self) -> Vec<(Place, Vec<u8>)> {
        let size = self.frontier.size();
        let width = (size % FULL as u64) as usize;
        let mut files = Vec::new();
        if width > 0 {
            files.push((Place::new(Kind::Entries, size / FULL as u64, width), self.bundle.clone()));
        }
        for (level, n, hashes) in self.frontier.unfinished() {
            files.push((Place::new(Kind::Hashes(level), n, hashes.len()), bytes_of(hashes)));
        }
        files
    }
}

impl Log {
    /// Opens the log in `dir`, or begins one there.
    ///
    /// The `origin` names the log in its checkpoints: the name of the key, or that name, `/` and more. Entries
    /// that no checkpoint covers yet are read again, and what a crash left unfinished is finished or removed.
    /// Entries that a checkpoint covers must still give the signed root, else the log is [`Error::Broken`].
    pub fn open(dir: &Path, origin: &str, key: &SigningKey) -> Result<Self, Error> {
        check_origin(key.verifier_key(), origin)?;
        let disk = Disk::open(dir)?;
        let head = match disk.read(HEAD)? {
            Some(note) => Some(Head::read(note, key.verifier_key())?),
            None => None,
        };
        if head.as_ref().is_some_and(|head| head.checkpoint.origin != origin) {
            return Err(Broken::new(0..0, HEAD, Fault::Signature).into());
        }
        let edge = resume(&disk, head.as_ref(), key.verifier_key())?;
        Ok(Self { disk, origin: origin.to_owned(), key: key.clone(), edge, head, unsettled: false })
    }

    /// How many entries the log has.
    pub fn size(&self) -> u64 {
        self.edge.frontier.size()
    }

    /// The latest signed checkpoint, if one was ever signed.
    pub fn head(&self) -> Option<&Checkpoint> {
        self.head.as_ref().map(|head| &head.checkpoint)
    }

    /// The signed note of the latest checkpoint, as it is handed to witnesses and residents.
    pub fn head_note(&self) -> Option<&[u8]> {
        self.head.as_ref().map(|head| head.note.as_slice())
    }

    /// Adds entries and gives back their places. When this returns they are on disk.
    ///
    /// If the process dies on the way, a beginning of the batch may be in the log: after opening it again,
    /// [`Log::size`] says where to go on.
    pub fn append<'e>(&mut self, entries: impl IntoIterator<Item = &'e [u8]>) -> Result<Range<u64>, Error> {
        self.settled()?;
        let entries: Vec<&[u8]> = entries.into_iter().collect();
        if let Some(long) = entries.iter().find(|entry| entry.len() > bundle::LONGEST_ENTRY) {
            return Err(Error::EntryTooLong(long.len()));
        }
        let first = self.size();
        if entries.is_empty() {
            return Ok(first..first);
        }
        self.unsettled = true;
        self.write(&entries)?;
        self.unsettled = false;
        Ok(first..self.size())
    }

    /// Signs what the log holds at the moment `now` (UTC milliseconds) and gives back the signed note.
    ///
    /// When the log has grown, the checkpoint before goes into the history; when it has not, the present one is
    /// signed afresh with the new time. A clock that went back does not take a checkpoint back with it.
    pub fn checkpoint(&mut self, now: i64) -> Result<&[u8], Error> {
        self.settled()?;
        let standing = self.head.as_ref();
        let has_grown = standing.is_none_or(|head| head.checkpoint.size < self.size());
        let previous = match standing {
            Some(head) if has_grown => Some(head.hash()),
            Some(head) => head.checkpoint.previous,
            None => None,
        };
        let checkpoint = Checkpoint {
            origin: self.origin.clone(),
            size: self.size(),
            root: self.edge.frontier.root(),
            at: standing.map_or(now, |head| head.checkpoint.at.max(now)),
            previous,
        };
        let note = checkpoint.sign(&self.key)?;
        self.unsettled = true;
        if let Some(head) = standing.filter(|_| has_grown) {
            self.disk.append(HISTORY, &head.record())?;
        }
        self.disk.write(HEAD, &note)?;
        self.unsettled = false;
        Ok(&self.head.insert(Head { checkpoint, note }).note)
    }

    /// The root over the first `size` entries.
    pub fn root_at(&self, size: u64) -> Result<Hash, Error> {
        self.tree().root_at(size)
    }

    /// Proof that entry `index` is among the first `size` entries.
    pub fn prove_inclusion(&self, index: u64, size: u64) -> Result<InclusionProof, Error> {
        self.tree().prove_inclusion(index, size)
    }

    /// Proof that the first `later` entries begin with the first `earlier` ones.
    pub fn prove_consistency(&self, earlier: u64, later: u64) -> Result<ConsistencyProof, Error> {
        self.tree().prove_consistency(earlier, later)
    }

    /// The bytes of a run of entries.
    pub fn entries(&self, range: Range<u64>) -> Result<Vec<Vec<u8>>, Error> {
        self.tree().entries(range)
    }

    /// The bytes of entry `index`.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, Error> {
        self.tree().entry(index)
    }

    /// Entries first, tiles after them, and only then the removal of what they replace: whatever is missing
    /// after a crash can be computed from the entries.
    fn write(&mut self, entries: &[&[u8]]) -> Result<(), Error> {
        let replaced = self.edge.unfinished();
        let mut tiles = Vec::new();
        for entry in entries {
            if let Some(bundle) = self.edge.push(entry, &mut tiles)? {
                let n = self.size() / FULL as u64 - 1;
                self.disk.write(&Place::new(Kind::Entries, n, FULL).path(), &bundle)?;
            }
        }
        let unfinished = self.edge.unfinished();
        let (bundles, edges): (Vec<_>, Vec<_>) = unfinished
            .iter()
            .filter(|file| !replaced.contains(file))
            .partition(|(place, _)| place.kind == Kind::Entries);
        for (place, bytes) in bundles {
            self.disk.write(&place.path(), bytes)?;
        }
        for tile in &tiles {
            let place = Place::new(Kind::Hashes(tile.level), tile.n, FULL);
            self.disk.write(&place.path(), &bytes_of(&tile.hashes))?;
        }
        for (place, bytes) in edges {
            self.disk.write(&place.path(), bytes)?;
        }
        for file in replaced.iter().filter(|file| !unfinished.contains(file)) {
            self.disk.remove(&file.0.path())?;
        }
        Ok(())
    }

    fn tree(&self) -> Tree<'_> {
        Tree::new(self.disk.root(), self.size())
    }

    fn settled(&self) -> Result<(), Error> {
        if self.unsettled { Err(Error::Unsettled) } else { Ok(()) }
    }
}
