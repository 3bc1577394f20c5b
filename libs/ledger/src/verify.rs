use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use tlog_tiles::{Hash, Tile, record_hash};

use crate::broken::{Broken, Fault};
use crate::bundle::{self, FULL};
use crate::checkpoint::{Checkpoint, Head, History};
use crate::disk::read;
use crate::frontier::{Frontier, bytes_of, hashes_of};
use crate::key::VerifierKey;
use crate::layout::{HEAD, HISTORY, Kind, Place, TILES};
use crate::listing::Listing;

/// What is known about a log in which nothing is broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// The latest signed checkpoint.
    pub checkpoint: Checkpoint,
    /// How many checkpoints lead up to it, itself included; the log gave the signed root at each of them.
    pub checkpoints: u64,
    /// How many entries were found. Those behind the checkpoint's size wait for the next signature.
    pub entries: u64,
}

/// Computes a log anew from its files: entries, their hashes, every tile, every root that was ever signed.
///
/// The log may be growing meanwhile. Nothing is taken on trust but `key`.
///
/// # Errors
/// The first damage, in the order of the entries.
pub fn verify(dir: &Path, key: &VerifierKey) -> Result<Verified, Box<Broken>> {
    Found::steady(dir, key)?.check(None)
}

/// The same, and that the log still holds what `kept` says: a checkpoint of this log that was put away elsewhere.
///
/// Only this shows that a log was set back to an earlier state, or written anew by whoever holds its key.
///
/// # Errors
/// The first damage, in the order of the entries; [`Fault::Forgotten`] when `kept` does not fit.
pub fn verify_since(dir: &Path, key: &VerifierKey, kept: &Checkpoint) -> Result<Verified, Box<Broken>> {
    Found::steady(dir, key)?.check(Some(kept))
}

/// The files of a log, all of one moment.
struct Found<'d> {
    dir: &'d Path,
    listing: Listing,
    head: Head,
    history: Vec<Checkpoint>,
}

/// A root that the log must have at a size.
struct Claim {
    size: u64,
    root: Hash,
    fault: Fault,
}

impl<'d> Found<'d> {
    fn steady(dir: &'d Path, key: &VerifierKey) -> Result<Self, Box<Broken>> {
        let note = || load(dir, HEAD)?.ok_or_else(|| Broken::new(0..0, HEAD, Fault::NoCheckpoint));
        let mut seen = note()?;
        loop {
            let head = Head::read(seen.clone(), key)?;
            let history = load(dir, HISTORY)?.unwrap_or_default();
            let listing = Listing::of(dir).map_err(|error| unreadable(TILES, &error))?;
            let again = note()?;
            if again == seen {
                let history = History::read(&history, &head, key)?.checkpoints;
                return Ok(Self { dir, listing, head, history });
            }
            seen = again;
        }
    }

    fn check(&self, kept: Option<&Checkpoint>) -> Result<Verified, Box<Broken>> {
        let mut walk = Walk { found: self, frontier: Frontier::default(), tiles: BTreeMap::new() };
        let mut claims = self.claims(kept)?;
        walk.compare(&mut claims)?;
        let bundles =
            self.listing.places.keys().filter(|(kind, _)| *kind == Kind::Entries).map(|(_, n)| n + 1);
        for n in 0..bundles.max().unwrap_or(0) {
            walk.bundle(n, &mut claims)?;
        }
        walk.end(&claims)?;
        if let Some(stray) = self.listing.strays.first() {
            return Err(Broken::new(0..0, stray, Fault::Stray));
        }
        let checkpoints = self.history.len() as u64 + 1;
        Ok(Verified { checkpoint: self.head.checkpoint.clone(), checkpoints, entries: walk.frontier.size() })
    }

    /// What was signed, by size, the largest first.
    fn claims(&self, kept: Option<&Checkpoint>) -> Result<Vec<Claim>, Box<Broken>> {
        let present = &self.head.checkpoint;
        if kept.is_some_and(|kept| kept.origin != present.origin) {
            return Err(Broken::new(0..0, HEAD, Fault::Forgotten));
        }
        let signed = self.history.iter().chain([present]).map(|checkpoint| (checkpoint, Fault::Root));
        let all = signed.chain(kept.map(|kept| (kept, Fault::Forgotten)));
        let mut claims: Vec<_> =
            all.map(|(it, fault)| Claim { size: it.size, root: it.root, fault }).collect();
        claims.sort_by_key(|claim| std::cmp::Reverse(claim.size));
        Ok(claims)
    }

    /// The widest file of a bundle or tile; the narrower ones beside it must be its beginning.
    fn widest(&self, kind: Kind, n: u64) -> Result<Option<(Place, Vec<u8>)>, Box<Broken>> {
        let places = self.listing.places.get(&(kind, n)).into_iter().flatten();
        let mut places = places.map(|width| Place::new(kind, n, *width)).rev();
        let Some(place) = places.next() else { return Ok(None) };
        let bytes = match self.listing.partial.get(&place) {
            Some(bytes) => Some(bytes.clone()),
            None => load(self.dir, &place.path())?,
        };
        let Some(bytes) = bytes else { return Ok(None) };
        for narrow in places {
            if !self.listing.partial.get(&narrow).is_some_and(|beginning| bytes.starts_with(beginning)) {
                return Err(Broken::new(0..0, narrow.path(), Fault::Stray));
            }
        }
        Ok(Some((place, bytes)))
    }
}

/// The way through a log, entry by entry.
struct Walk<'f> {
    found: &'f Found<'f>,
    frontier: Frontier,
    /// The tile of each level that the way leads through now.
    tiles: BTreeMap<u8, (u64, Vec<Hash>)>,
}

impl Walk<'_> {
    fn bundle(&mut self, n: u64, claims: &mut Vec<Claim>) -> Result<(), Box<Broken>> {
        let first = n * FULL as u64;
        let Some((place, bytes)) = self.found.widest(Kind::Entries, n)? else {
            let path = Place::new(Kind::Entries, n, FULL).path();
            return Err(Broken::new(first..first + FULL as u64, path, Fault::Missing));
        };
        let found = bundle::entries(&bytes);
        let mut full = Vec::new();
        for (at, entry) in (first..).zip(found.whole.iter().take(place.width)) {
            let leaf = record_hash(entry);
            self.node(0, at, leaf, &place.path())?;
            self.frontier.push(leaf, &mut full);
            self.compare(claims)?;
        }
        if found.remainder || found.whole.len() != place.width {
            return Err(Broken::new(
                self.frontier.size()..first + place.width as u64,
                place.path(),
                Fault::Shape,
            ));
        }
        for tile in full {
            let path = Place::new(Kind::Hashes(tile.level), tile.n, FULL).path();
            self.node(tile.level + 1, tile.n, Tile::subtree_hash(&bytes_of(&tile.hashes)), &path)?;
        }
        let follows =
            self.found.listing.places.range((Kind::Entries, n + 1)..=(Kind::Entries, u64::MAX)).next();
        if !place.is_full() && follows.is_some() {
            let path = Place::new(Kind::Entries, n, FULL).path();
            return Err(Broken::new(self.frontier.size()..first + FULL as u64, path, Fault::Missing));
        }
        Ok(())
    }

    /// Compares a node with the one that the tiles hold. Only behind the checkpoint a tile may lag behind.
    fn node(&mut self, level: u8, at: u64, hash: Hash, below: &str) -> Result<(), Box<Broken>> {
        let tile = at / FULL as u64;
        if self.tiles.get(&level).is_none_or(|(n, _)| *n != tile) {
            let hashes = self.tile(level, tile)?;
            self.tiles.insert(level, (tile, hashes));
        }
        let stored = self.tiles.get(&level).and_then(|(_, hashes)| hashes.get((at % FULL as u64) as usize));
        match stored {
            Some(stored) if *stored == hash => Ok(()),
            Some(_) => {
                let fault = if level == 0 { Fault::Entry } else { Fault::Node };
                Err(Broken::new(leaves(level, at), below, fault))
            }
            None if leaves(level, at).end <= self.found.head.checkpoint.size => {
                let path = Place::new(Kind::Hashes(level), tile, FULL).path();
                Err(Broken::new(leaves(level, at), path, Fault::Missing))
            }
            None => Ok(()),
        }
    }

    fn tile(&self, level: u8, n: u64) -> Result<Vec<Hash>, Box<Broken>> {
        let Some((place, bytes)) = self.found.widest(Kind::Hashes(level), n)? else { return Ok(Vec::new()) };
        match hashes_of(&bytes) {
            Some(hashes) if hashes.len() == place.width => Ok(hashes),
            _ => {
                let at = |index: usize| leaves(level, n * FULL as u64 + index as u64).start;
                let whole = place.width.min(bytes.len() / 32);
                Err(Broken::new(at(whole)..at(place.width), place.path(), Fault::Shape))
            }
        }
    }

    /// Compares the root with everything that was signed at this size.
    fn compare(&self, claims: &mut Vec<Claim>) -> Result<(), Box<Broken>> {
        let size = self.frontier.size();
        while let Some(claim) = claims.pop_if(|claim| claim.size == size) {
            if claim.root != self.frontier.root() {
                return Err(self.contradiction(&claim));
            }
        }
        Ok(())
    }

    /// The fault lies behind the last size at which the root was right.
    fn contradiction(&self, claim: &Claim) -> Box<Broken> {
        let right = match claim.fault {
            Fault::Root => {
                self.found.history.iter().map(|earlier| earlier.size).filter(|size| *size < claim.size).max()
            }
            _ => None,
        };
        Broken::new(right.unwrap_or(0)..claim.size, TILES, claim.fault)
    }

    /// Nothing that was signed may be missing, and no tile may speak of entries that are not there.
    fn end(&self, claims: &[Claim]) -> Result<(), Box<Broken>> {
        let size = self.frontier.size();
        let path = || Place::new(Kind::Entries, size / FULL as u64, FULL).path();
        if let Some(claim) = claims.last() {
            let fault = if claim.fault == Fault::Root { Fault::Missing } else { claim.fault };
            return Err(Broken::new(size..claim.size, path(), fault));
        }
        for ((kind, n), widths) in &self.found.listing.places {
            let (Kind::Hashes(level), Some(width)) = (*kind, widths.last()) else { continue };
            let last = n.saturating_mul(FULL as u64).saturating_add(*width as u64 - 1);
            if leaves(level, last).end > size {
                return Err(Broken::new(size..leaves(level, last).end, path(), Fault::Missing));
            }
        }
        Ok(())
    }
}

/// The entries below a node.
fn leaves(level: u8, at: u64) -> Range<u64> {
    let each = 1u64.checked_shl(8 * u32::from(level)).unwrap_or(u64::MAX);
    at.saturating_mul(each)..at.saturating_add(1).saturating_mul(each)
}

fn load(dir: &Path, path: &str) -> Result<Option<Vec<u8>>, Box<Broken>> {
    read(&dir.join(path)).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &str, error: &std::io::Error) -> Box<Broken> {
    Broken::new(0..0, path, Fault::Unreadable(error.kind()))
}
