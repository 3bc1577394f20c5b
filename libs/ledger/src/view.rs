use std::path::{Path, PathBuf};

use crate::broken::{Broken, Fault};
use crate::checkpoint::{Checkpoint, Head};
use crate::disk::read;
use crate::error::Error;
use crate::key::VerifierKey;
use crate::layout::HEAD;
use crate::proof::{ConsistencyProof, InclusionProof};
use crate::tree::Tree;

/// A log as its latest checkpoint vouches for it, open for reading while another hand may be writing.
#[derive(Clone, Debug)]
pub struct View {
    root: PathBuf,
    head: Head,
}

impl View {
    /// Reads the latest checkpoint of the log in `dir`; what it vouches for can be looked up from then on.
    ///
    /// # Errors
    /// [`Error::Broken`] when there is no checkpoint, or when `key` did not sign it.
    pub fn open(dir: &Path, key: &VerifierKey) -> Result<Self, Error> {
        let note = read(&dir.join(HEAD)).map_err(Error::io(dir))?;
        let note = note.ok_or_else(|| Broken::new(0..0, HEAD, Fault::NoCheckpoint))?;
        Ok(Self { root: dir.to_owned(), head: Head::read(note, key)? })
    }

    /// What was signed.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.head.checkpoint
    }

    /// The signed note itself, as it is handed out.
    pub fn note(&self) -> &[u8] {
        &self.head.note
    }

    /// Proof that entry `index` is among those of the checkpoint.
    ///
    /// # Errors
    /// [`Error::Range`] when the checkpoint does not cover the entry; [`Error::Broken`] when tiles are missing.
    pub fn prove_inclusion(&self, index: u64) -> Result<InclusionProof, Error> {
        self.tree().prove_inclusion(index, self.head.checkpoint.size)
    }

    /// Proof that the checkpoint continues the log as it was with `earlier` entries.
    ///
    /// # Errors
    /// As [`View::prove_inclusion`].
    pub fn prove_consistency(&self, earlier: u64) -> Result<ConsistencyProof, Error> {
        self.tree().prove_consistency(earlier, self.head.checkpoint.size)
    }

    /// The bytes of entry `index`.
    ///
    /// # Errors
    /// As [`View::prove_inclusion`].
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, Error> {
        self.tree().entry(index)
    }

    fn tree(&self) -> Tree<'_> {
        Tree::new(&self.root, self.head.checkpoint.size)
    }
}
