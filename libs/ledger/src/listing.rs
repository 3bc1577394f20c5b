use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::disk::read;
use crate::layout::{HEAD, HISTORY, Kind, LOCK, Place, TILES, UNFINISHED};

/// The files of a log, as they were found.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// The widths of each bundle or tile. Wider ones replace narrower ones, so that only one stays for long.
    pub places: BTreeMap<(Kind, u64), Vec<usize>>,
    /// The bytes of the bundles and tiles that are not full: those may vanish while the log grows.
    pub partial: BTreeMap<Place, Vec<u8>>,
    /// Files that were being written when the process died.
    pub unfinished: Vec<String>,
    /// Files that are none of a log's.
    pub strays: Vec<String>,
}

impl Listing {
    /// Lists a log, hash tiles before entries: since entries are written first, no tile is seen whose entries are
    /// not, even while the log is growing.
    pub(crate) fn of(root: &Path) -> io::Result<Self> {
        // A partial file that vanishes while we look was replaced by one that we may have missed.
        for _ in 0..20 {
            if let Some(listing) = Self::steady(root)? {
                return Ok(listing);
            }
        }
        Err(io::Error::new(io::ErrorKind::ResourceBusy, "the log keeps changing"))
    }

    fn steady(root: &Path) -> io::Result<Option<Self>> {
        let mut listing = Self::default();
        listing.walk(root, "", &|name| name != TILES)?;
        listing.walk(root, TILES, &|name| name != "entries")?;
        listing.walk(root, "tile/entries", &|_| true)?;
        for ((kind, n), widths) in &mut listing.places {
            widths.sort_unstable();
            for width in widths {
                let place = Place::new(*kind, *n, *width);
                if place.is_full() {
                    continue;
                }
                let Some(bytes) = read(&root.join(place.path()))? else { return Ok(None) };
                listing.partial.insert(place, bytes);
            }
        }
        Ok(Some(listing))
    }

    fn walk(&mut self, root: &Path, folder: &str, enter: &dyn Fn(&str) -> bool) -> io::Result<()> {
        let found = match std::fs::read_dir(root.join(folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            found => found?,
        };
        for file in found {
            let file = file?;
            let name = file.file_name();
            let path = match folder {
                "" => name.to_string_lossy().into_owned(),
                _ => format!("{folder}/{}", name.to_string_lossy()),
            };
            let kind = file.file_type()?;
            if kind.is_dir() {
                if enter(&name.to_string_lossy()) {
                    self.walk(root, &path, &|_| true)?;
                }
            } else {
                self.file(path, kind.is_file());
            }
        }
        Ok(())
    }

    fn file(&mut self, path: String, is_plain: bool) {
        if path == HEAD || path == HISTORY || path == LOCK {
            return;
        }
        let finished = path.strip_suffix(UNFINISHED);
        if finished.is_some_and(|path| path == HEAD || Place::parse(path).is_some()) {
            self.unfinished.push(path);
        } else if let Some(place) = Place::parse(&path).filter(|_| is_plain) {
            self.places.entry((place.kind, place.n)).or_default().push(place.width);
        } else {
            self.strays.push(path);
        }
    }
}
