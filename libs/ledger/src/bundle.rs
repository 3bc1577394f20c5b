//! Entry bundles: up to 256 entries in one file, each behind its length in two bytes.

use crate::error::Error;

/// Entries in a full bundle, and hashes in a full tile.
pub(crate) const FULL: usize = 256;
/// The longest entry: its length has two bytes (C2SP tlog-tiles).
pub const LONGEST_ENTRY: usize = 65_535;

/// Writes one entry at the end of a bundle.
pub(crate) fn push(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), Error> {
    let length = u16::try_from(entry.len()).map_err(|_| Error::EntryTooLong(entry.len()))?;
    bundle.extend(length.to_be_bytes());
    bundle.extend(entry);
    Ok(())
}

/// What stands in a bundle: its whole entries, and whether bytes remain that are no entry.
pub(crate) struct Entries<'b> {
    pub whole: Vec<&'b [u8]>,
    pub remainder: bool,
}

/// Reads a bundle as far as it can be read.
pub(crate) fn entries(bundle: &[u8]) -> Entries<'_> {
    let mut whole = Vec::new();
    let mut rest = bundle;
    while let Some((entry, after)) = first(rest) {
        whole.push(entry);
        rest = after;
    }
    Entries { whole, remainder: !rest.is_empty() }
}

fn first(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}
