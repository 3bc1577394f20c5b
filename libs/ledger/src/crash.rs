//! The process dies at every single write, of appending, of signing and of the resuming after that; the log goes on.

use std::path::{Path, PathBuf};

use crate::checkpoint::Head;
use crate::disk::{Disk, Fuse};
use crate::layout::HEAD;
use crate::resume::resume;
use crate::{Log, SigningKey, verify, verify_since};

const ORIGIN: &str = "district.example/450204006";

fn key() -> SigningKey {
    SigningKey::from_seed("district.example", &[7; 32]).unwrap()
}

fn entry(nth: u64) -> Vec<u8> {
    format!("act {nth} {}", "x".repeat((nth % 5) as usize)).into_bytes()
}

fn grow(log: &mut Log, to: u64) -> Result<(), crate::Error> {
    let entries: Vec<_> = (log.size()..to).map(entry).collect();
    log.append(entries.iter().map(Vec::as_slice)).map(|_| ())
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wangge-crash-{}-{name}", std::process::id()));
        drop(std::fs::remove_dir_all(&path));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn copy(&self, name: &str) -> Self {
        let copy = Self::new(name);
        copy_into(&self.0, &copy.0);
        copy
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn copy_into(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for found in std::fs::read_dir(from).unwrap() {
        let found = found.unwrap();
        let target = to.join(found.file_name());
        match found.file_type().unwrap().is_dir() {
            true => copy_into(&found.path(), &target),
            false => drop(std::fs::copy(found.path(), target).unwrap()),
        }
    }
}

/// What the program does between two crashes: two appends over the edge of a bundle, each signed.
fn work(log: &mut Log) -> Result<(), crate::Error> {
    grow(log, 260)?;
    log.checkpoint(20)?;
    grow(log, 520)?;
    log.checkpoint(30).map(|_| ())
}

/// After any crash: all that was signed is there, nothing else than the entries in their order, and it verifies.
fn goes_on(folder: &Folder, what: &str) {
    let mut log = Log::open(&folder.0, ORIGIN, &key()).unwrap_or_else(|error| panic!("{what}: {error}"));
    let size = log.size();
    assert!((250..=520).contains(&size), "{what}: {size}");
    for nth in (0..size).rev().take(20) {
        assert_eq!(log.entry(nth).unwrap(), entry(nth), "{what}");
    }
    grow(&mut log, 530).unwrap();
    log.checkpoint(40).unwrap();
    let kept = log.head().unwrap().clone();
    drop(log);
    let verified = verify_since(&folder.0, key().verifier_key(), &kept)
        .unwrap_or_else(|broken| panic!("{what}: {broken}"));
    assert_eq!(verified.entries, 530);
    let reference = Folder::new(&format!("{}-reference", what.replace(' ', "-")));
    let mut log = Log::open(&reference.0, ORIGIN, &key()).unwrap();
    grow(&mut log, 530).unwrap();
    assert_eq!(log.root_at(530).unwrap(), kept.root, "{what}");
}

fn base() -> Folder {
    let base = Folder::new("base");
    let mut log = Log::open(&base.0, ORIGIN, &key()).unwrap();
    grow(&mut log, 250).unwrap();
    log.checkpoint(10).unwrap();
    drop(log);
    base
}

#[test]
fn a_crash_at_any_write_loses_nothing_that_was_signed() {
    let base = base();
    for step in 0.. {
        let what = format!("write {step}");
        let folder = base.copy(&format!("write-{step}"));
        let mut log = Log::open(&folder.0, ORIGIN, &key()).unwrap();
        log.disk.fuse = Fuse(Some(step).into());
        let done = work(&mut log);
        if done.is_err() {
            assert!(matches!(log.append([b"more".as_slice()]), Err(crate::Error::Unsettled)), "{what}");
        }
        drop(log);
        verify(&folder.0, key().verifier_key())
            .unwrap_or_else(|broken| panic!("{what}, before resuming: {broken}"));
        crash_while_resuming(&folder, step);
        goes_on(&folder, &what);
        if done.is_ok() {
            assert!(step > 30, "the fuse burnt through {step} writes");
            return;
        }
    }
}

/// Resumes with a crash at every write of the resuming, until it comes through.
fn crash_while_resuming(folder: &Folder, step: u32) {
    let verifier = key().verifier_key().clone();
    for again in 0.. {
        let mut disk = Disk::open(&folder.0).unwrap();
        disk.fuse = Fuse(Some(again).into());
        let head = disk.read(HEAD).unwrap().map(|note| Head::read(note, &verifier).unwrap());
        if resume(&disk, head.as_ref(), &verifier).is_ok() {
            return;
        }
        drop(disk);
        let what = format!("write {step}, resuming {again}");
        verify(&folder.0, &verifier).unwrap_or_else(|broken| panic!("{what}: {broken}"));
    }
}
