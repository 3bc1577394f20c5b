use tlog_tiles::{Hash, record_hash};

use crate::broken::{Broken, Fault};
use crate::error::{Error, KeyError};
use crate::key::{SigningKey, VerifierKey};
use crate::layout::{HEAD, HISTORY};

/// A signed statement: at this moment the log had so many entries under this root.
///
/// On disk it is a C2SP checkpoint with two extension lines, `time` in milliseconds and, from the second on,
/// `previous`, the hash of the checkpoint before it. Cutting one out of the history therefore shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The Merkle root over them (RFC 6962).
    pub root: Hash,
    /// When it was signed, UTC milliseconds.
    pub at: i64,
    /// The hash of the signed note before this one, if there was one.
    pub previous: Option<Hash>,
}

impl Checkpoint {
    /// Reads a signed note; none if it is not a checkpoint that this key signed for one of its logs.
    pub fn open(note: &[u8], key: &VerifierKey) -> Option<Self> {
        let text = key.open(note)?;
        let plain = tlog_tiles::Checkpoint::from_bytes(text).ok()?;
        let (time, rest) = plain.extension().split_once('\n')?;
        let previous = match rest {
            "" => None,
            line => Some(Hash::parse_hash(line.strip_suffix('\n')?.strip_prefix("previous ")?).ok()?),
        };
        let checkpoint = Self {
            origin: plain.origin().to_owned(),
            size: plain.size(),
            root: *plain.hash(),
            at: time.strip_prefix("time ")?.parse().ok()?,
            previous,
        };
        let is_ours = may_sign(key, &checkpoint.origin) && checkpoint.text().as_bytes() == text;
        is_ours.then_some(checkpoint)
    }

    pub(crate) fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, KeyError> {
        key.sign(self.text().as_bytes())
    }

    fn text(&self) -> String {
        let previous = self.previous.map(|hash| format!("previous {hash}\n")).unwrap_or_default();
        format!("{}\n{}\n{}\ntime {}\n{previous}", self.origin, self.size, self.root, self.at)
    }
}

/// A key signs for the log of its own name and for those below it.
pub(crate) fn may_sign(key: &VerifierKey, origin: &str) -> bool {
    let below = origin.strip_prefix(key.name());
    below.is_some_and(|rest| rest.is_empty() || (rest.starts_with('/') && rest.len() > 1))
}

pub(crate) fn check_origin(key: &VerifierKey, origin: &str) -> Result<(), Error> {
    if may_sign(key, origin) && !origin.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Error::Origin { origin: origin.to_owned(), key: key.name().to_owned() })
}

/// The latest checkpoint with the note it came from.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub checkpoint: Checkpoint,
    pub note: Vec<u8>,
}

impl Head {
    pub(crate) fn read(note: Vec<u8>, key: &VerifierKey) -> Result<Self, Box<Broken>> {
        match Checkpoint::open(&note, key) {
            Some(checkpoint) => Ok(Self { checkpoint, note }),
            None => Err(Broken::new(0..0, HEAD, Fault::Signature)),
        }
    }

    /// What the next checkpoint names as the previous one.
    pub(crate) fn hash(&self) -> Hash {
        record_hash(&self.note)
    }

    /// The note as the history keeps it: an empty line ends it.
    pub(crate) fn record(&self) -> Vec<u8> {
        let mut record = self.note.clone();
        record.push(b'\n');
        record
    }
}

/// The checkpoints before the present one, oldest first.
pub(crate) struct History {
    pub checkpoints: Vec<Checkpoint>,
    /// Bytes of the file that the present checkpoint vouches for.
    pub vouched: usize,
}

impl History {
    /// Reads the history up to what `head` names as its predecessor. What lies behind that is the rest of a write
    /// that the crash cut off: a beginning of `head`'s own record, or nothing.
    pub(crate) fn read(bytes: &[u8], head: &Head, key: &VerifierKey) -> Result<Self, Box<Broken>> {
        let broken = |fault| Broken::new(0..0, HISTORY, fault);
        let mut history = Self { checkpoints: Vec::new(), vouched: 0 };
        let mut previous = None;
        let mut rest = bytes;
        while previous != head.checkpoint.previous {
            let (note, after) = first_record(rest).ok_or_else(|| broken(Fault::History))?;
            let checkpoint = Checkpoint::open(note, key).ok_or_else(|| broken(Fault::Signature))?;
            if checkpoint.previous != previous || !history.leads_to(&checkpoint) {
                return Err(broken(Fault::History));
            }
            previous = Some(record_hash(note));
            history.checkpoints.push(checkpoint);
            rest = after;
        }
        history.vouched = bytes.len() - rest.len();
        if !history.leads_to(&head.checkpoint) || !head.record().starts_with(rest) {
            return Err(broken(Fault::History));
        }
        Ok(history)
    }

    fn leads_to(&self, next: &Checkpoint) -> bool {
        self.checkpoints
            .last()
            .is_none_or(|last| last.origin == next.origin && last.size < next.size && last.at <= next.at)
    }
}

fn first_record(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let text_end = bytes.windows(2).position(|pair| pair == b"\n\n")? + 2;
    let note_end = bytes.get(text_end..)?.windows(2).position(|pair| pair == b"\n\n")? + text_end + 1;
    Some((bytes.get(..note_end)?, bytes.get(note_end + 1..)?))
}
