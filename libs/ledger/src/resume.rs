use std::collections::BTreeSet;

use crate::broken::{Broken, Fault};
use crate::bundle::{self, FULL};
use crate::checkpoint::{Head, History};
use crate::disk::Disk;
use crate::error::Error;
use crate::frontier::{Frontier, FullTile, bytes_of, hashes_of, tile_of};
use crate::key::VerifierKey;
use crate::layout::{HISTORY, Kind, Place, TILES};
use crate::listing::Listing;
use crate::log::Edge;

/// Finds the edge of a log on disk and brings the disk in order.
///
/// The entries decide: what a checkpoint covers must give its root; what lies behind it is taken as far as whole
/// entries go, and tiles are written anew where they do not follow from the entries.
pub(crate) fn resume(disk: &Disk, head: Option<&Head>, key: &VerifierKey) -> Result<Edge, Error> {
    let listing = Listing::of(disk.root()).map_err(Error::io(disk.root()))?;
    trim_history(disk, head, key)?;
    let signed = head.map_or(0, |head| head.checkpoint.size);
    let start = signed / FULL as u64;
    let mut edge = Edge { frontier: known(disk, &listing, start)?, bundle: Vec::new() };
    let mut tiles = Vec::new();
    let mut bundles = Vec::new();
    confirm(head, &edge)?;
    for n in start.. {
        let Some(bytes) = widest(disk, &listing, Kind::Entries, n)? else { break };
        for entry in bundle::entries(&bytes).whole.into_iter().take(FULL) {
            if let Some(full) = edge.push(entry, &mut tiles)? {
                bundles.push((Place::new(Kind::Entries, n, FULL), full));
            }
            confirm(head, &edge)?;
        }
        if !edge.frontier.size().is_multiple_of(FULL as u64) {
            break;
        }
    }
    let size = edge.frontier.size();
    if size < signed {
        let path = Place::new(Kind::Entries, size / FULL as u64, FULL).path();
        return Err(Broken::new(size..signed, path, Fault::Missing).into());
    }
    settle(disk, &listing, start, bundles, tiles, &edge)?;
    Ok(edge)
}

/// Cuts off the rest of a record that a crash interrupted.
fn trim_history(disk: &Disk, head: Option<&Head>, key: &VerifierKey) -> Result<(), Error> {
    let Some(head) = head else { return Ok(()) };
    let bytes = disk.read(HISTORY)?.unwrap_or_default();
    let vouched = History::read(&bytes, head, key)?.vouched;
    if vouched < bytes.len() { disk.cut(HISTORY, vouched as u64) } else { Ok(()) }
}

/// The tree below bundle `start`, from its tiles.
fn known(disk: &Disk, listing: &Listing, start: u64) -> Result<Frontier, Error> {
    let size = start * FULL as u64;
    let mut levels = vec![Vec::new()];
    let mut nodes = start;
    while nodes > 0 {
        let level = levels.len() as u8;
        let width = (nodes % FULL as u64) as usize;
        let mut hashes = Vec::new();
        if width > 0 {
            let n = tile_of(level, size);
            let missing =
                || Broken::new(0..size, Place::new(Kind::Hashes(level), n, width).path(), Fault::Missing);
            let bytes = widest(disk, listing, Kind::Hashes(level), n)?.ok_or_else(missing)?;
            hashes = hashes_of(&bytes).filter(|hashes| hashes.len() >= width).ok_or_else(missing)?;
            hashes.truncate(width);
        }
        levels.push(hashes);
        nodes /= FULL as u64;
    }
    Ok(Frontier::resume(size, levels))
}

/// Having reached the size that was signed, the root must be the one that was signed.
fn confirm(head: Option<&Head>, edge: &Edge) -> Result<(), Error> {
    match head {
        Some(head)
            if head.checkpoint.size == edge.frontier.size()
                && head.checkpoint.root != edge.frontier.root() =>
        {
            Err(Broken::new(0..head.checkpoint.size, TILES, Fault::Root).into())
        }
        _ => Ok(()),
    }
}

fn widest(disk: &Disk, listing: &Listing, kind: Kind, n: u64) -> Result<Option<Vec<u8>>, Error> {
    let Some(width) = listing.places.get(&(kind, n)).and_then(|widths| widths.last()) else {
        return Ok(None);
    };
    disk.read(&Place::new(kind, n, *width).path())
}

/// Writes what does not follow from the entries, then removes what no file of the log needs.
fn settle(
    disk: &Disk,
    listing: &Listing,
    start: u64,
    bundles: Vec<(Place, Vec<u8>)>,
    tiles: Vec<FullTile>,
    edge: &Edge,
) -> Result<(), Error> {
    let unfinished = edge.unfinished();
    let full = tiles
        .into_iter()
        .map(|tile| (Place::new(Kind::Hashes(tile.level), tile.n, FULL), bytes_of(&tile.hashes)));
    let mut needed = BTreeSet::new();
    for (place, bytes) in bundles.into_iter().chain(full).chain(unfinished) {
        if disk.read(&place.path())?.as_ref() != Some(&bytes) {
            disk.write(&place.path(), &bytes)?;
        }
        needed.insert(place);
    }
    for ((kind, n), widths) in &listing.places {
        for width in widths {
            let place = Place::new(*kind, *n, *width);
            let is_settled = place.is_full() && end(&place) <= start.saturating_mul(FULL as u64);
            if !is_settled && !needed.contains(&place) {
                disk.remove(&place.path())?;
            }
        }
    }
    listing.unfinished.iter().try_for_each(|path| disk.remove(path))
}

/// The first entry behind a full bundle or tile.
fn end(place: &Place) -> u64 {
    let level = match place.kind {
        Kind::Entries => 0,
        Kind::Hashes(level) => u32::from(level),
    };
    let each = 1u64.checked_shl(8 * (level + 1)).unwrap_or(u64::MAX);
    each.saturating_mul(place.n.saturating_add(1))
}
