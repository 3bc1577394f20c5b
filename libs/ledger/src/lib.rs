//! A log that nobody can quietly rewrite, not even whoever keeps it.
//!
//! # Promise
//! Entries go in at the end and never change. Over them grows a Merkle tree (RFC 6962), whose root is signed at short
//! intervals. Whoever holds one signed root can later tell, from a few hundred bytes, that an entry was in the log
//! ([`InclusionProof`]) and that the log of today continues the log of then ([`ConsistencyProof`]). Whoever holds
//! the files can compute everything anew ([`verify()`]): no database, no network, no trust in the program that wrote them.
//!
//! # Invariants
//! - **Order.** Entry *n* is the *n*-th that was appended, counted from 0. What [`Log::append`] has returned is on disk.
//! - **One hand.** A folder is open in one [`Log`] at a time; any number of [`View`]s read beside it.
//! - **A crash costs nothing that was signed.** The process may die between any two writes, or in the middle of one:
//!   opening the log again finds what was signed, takes what else is whole, and repairs the tiles. [`Log::size`] says
//!   where to go on.
//! - **Damage has a name.** A changed, lost, doubled or exchanged byte is a [`Broken`], which names the first entry
//!   that cannot be trusted and the file.
//! - **The clock is yours.** Moments are parameters, and chance is needed only for the 32 bytes of a key.
//!
//! # Example
//! ```
//! use ledger::{Checkpoint, Log, SigningKey, verify, verify_since};
//!
//! # let dir = std::env::temp_dir().join(format!("ledger-doc-{}", std::process::id()));
//! # drop(std::fs::remove_dir_all(&dir));
//! let key = SigningKey::from_seed("district.example", &[42; 32])?; // 32 secret bytes from a good generator
//! let mut log = Log::open(&dir, "district.example/450204006", &key)?;
//! log.append([b"accept order 1".as_slice(), b"dispatch order 1", b"close order 1"])?;
//! log.checkpoint(1_795_395_600_000)?; // signs what is there, as of this moment
//!
//! // A resident takes away three things: the entry, the proof and the signed note.
//! let (entry, proof) = (log.entry(1)?, log.prove_inclusion(1, 3)?);
//! let note = log.head_note().unwrap_or_default().to_vec();
//!
//! // At home, with the public half of the key alone:
//! let verifier = key.verifier_key();
//! let checkpoint = Checkpoint::open(&note, verifier).ok_or("not signed by this key")?;
//! assert_eq!(proof.size, checkpoint.size);
//! assert!(proof.holds(&entry, &checkpoint.root));
//!
//! // An auditor verifies the files, and that they still hold what was signed back then.
//! log.append([b"reopen order 1".as_slice()])?;
//! log.checkpoint(1_795_395_660_000)?;
//! assert_eq!(verify(&dir, verifier)?.entries, 4);
//! assert_eq!(verify_since(&dir, verifier, &checkpoint)?.checkpoints, 2);
//!
//! // Somebody edits an entry on disk.
//! let file = dir.join("tile/entries/000.p/4");
//! let forged = String::from_utf8(std::fs::read(&file)?)?.replace("dispatch", "despatch");
//! std::fs::write(&file, forged)?;
//! let broken = verify(&dir, verifier).unwrap_err();
//! assert_eq!(broken.first(), Some(1));
//! # drop(log);
//! # drop(std::fs::remove_dir_all(&dir));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Files
//! The layout is that of C2SP [tlog-tiles](https://c2sp.org/tlog-tiles), so that tools of others read it too:
//!
//! | file | holds |
//! |---|---|
//! | `checkpoint` | the latest signed note (C2SP tlog-checkpoint): origin, size, root, then a line `time` with UTC milliseconds and a line `previous` with the hash of the note before |
//! | `checkpoints` | the notes before it, oldest first, an empty line behind each; the `previous` lines chain them |
//! | `tile/entries/000` | a bundle of 256 entries, each behind its length in two bytes, big end first |
//! | `tile/0/000` | the hashes of those 256 entries, 32 bytes each |
//! | `tile/1/000` | the hashes over 256 full tiles of level 0, and so on upwards |
//! | `…/000.p/17` | the same while there are only 17 of 256; a wider file replaces it |
//! | `lock` | nothing; held by the hand that writes |
//!
//! Numbers have three digits, with a folder for each thousand: tile 1,234,067 is `x001/x234/067`. Whatever lies above
//! the entries follows from them, so entries are written first, tiles after them, and only then is removed what they
//! replace.
//!
//! # What it cannot do
//! Whoever holds the signing key can write a whole new log. That shows only against a checkpoint that was put away
//! where he does not reach: give the signed notes to others, and hand one to [`verify_since`].

mod broken;
mod bundle;
mod checkpoint;
#[cfg(test)]
mod crash;
mod disk;
mod error;
mod frontier;
mod key;
mod layout;
mod listing;
mod log;
mod proof;
mod resume;
mod tree;
mod verify;
mod view;

pub use broken::{Broken, Fault};
pub use bundle::LONGEST_ENTRY;
pub use checkpoint::Checkpoint;
pub use error::{Error, KeyError};
pub use key::{SigningKey, VerifierKey};
pub use log::Log;
pub use proof::{ConsistencyProof, InclusionProof};
pub use tlog_tiles::Hash;
pub use verify::{Verified, verify, verify_since};
pub use view::View;
