//! Where each file of a log lies, relative to its folder (C2SP tlog-tiles).

use crate::bundle::FULL;

pub(crate) const HEAD: &str = "checkpoint";
pub(crate) const HISTORY: &str = "checkpoints";
pub(crate) const LOCK: &str = "lock";
pub(crate) const TILES: &str = "tile";
/// What ends the name of a file that is still being written.
pub(crate) const UNFINISHED: &str = ".new";

/// Entry bundles, or the hash tiles of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Entries,
    Hashes(u8),
}

/// One bundle or tile; `width` is how many entries or hashes it holds, 256 when full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub kind: Kind,
    pub n: u64,
    pub width: usize,
}

impl Place {
    pub(crate) fn new(kind: Kind, n: u64, width: usize) -> Self {
        Self { kind, n, width }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.width == FULL
    }

    /// `tile/0/x001/x234/067`, and `….p/17` behind it when it is not full.
    pub(crate) fn path(&self) -> String {
        let kind = match self.kind {
            Kind::Entries => "entries".to_owned(),
            Kind::Hashes(level) => level.to_string(),
        };
        let mut number = format!("{:03}", self.n % 1000);
        let mut rest = self.n / 1000;
        while rest > 0 {
            number = format!("x{:03}/{number}", rest % 1000);
            rest /= 1000;
        }
        if self.is_full() {
            format!("{TILES}/{kind}/{number}")
        } else {
            format!("{TILES}/{kind}/{number}.p/{}", self.width)
        }
    }

    /// The place that has exactly this path.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let (kind, number) = path.strip_prefix("tile/")?.split_once('/')?;
        let kind = match kind {
            "entries" => Kind::Entries,
            level => Kind::Hashes(level.parse().ok().filter(|level| *level < 8)?),
        };
        let (number, width) = match number.split_once(".p/") {
            Some((number, width)) => (number, width.parse().ok().filter(|width| *width < FULL)?),
            None => (number, FULL),
        };
        let mut n = 0u64;
        for group in number.split('/') {
            let group: u64 = group.trim_start_matches('x').parse().ok()?;
            n = n.checked_mul(1000)?.checked_add(group)?;
        }
        let place = Self::new(kind, n, width);
        (width > 0 && place.path() == path).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let full = Place::new(Kind::Hashes(0), 1_234_067, FULL);
        assert_eq!(full.path(), "tile/0/x001/x234/067");
        let part = Place::new(Kind::Entries, 5, 17);
        assert_eq!(part.path(), "tile/entries/005.p/17");
        for place in [full, part] {
            assert_eq!(Place::parse(&place.path()), Some(place));
        }
    }

    #[test]
    fn a_second_spelling_of_a_path_is_no_place() {
        let spellings = [
            "tile/0/1",
            "tile/00/001",
            "tile/0/x000/001",
            "tile/0/001.p/256",
            "tile/0/001.p/0",
            "tile/8/000",
        ];
        for path in spellings.into_iter().chain(["tile/0/001.p/07", "tile/entries/+01", "tile/data/000"]) {
            assert_eq!(Place::parse(path), None, "{path}");
        }
    }
}
