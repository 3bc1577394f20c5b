//! Whatever is changed in a log's files is found, and the first broken entry is named.

use crate::bed::{Draw, Folder, entry, grow, key};
use ledger::{Broken, Fault, verify};

const SIZE: u64 = 700;
const SIGNED: [u64; 3] = [100, 300, SIZE];

fn sound() -> Folder {
    let folder = Folder::new();
    let mut log = folder.log();
    for (size, now) in SIGNED.into_iter().zip(1..) {
        let from = log.size();
        grow(&mut log, from, size);
        log.checkpoint(now).unwrap();
    }
    drop(log);
    assert_eq!(verify(folder.path(), key().verifier_key()).unwrap().checkpoints, 3);
    folder
}

fn broken(folder: &Folder, what: &str) -> Broken {
    match verify(folder.path(), key().verifier_key()) {
        Ok(_) => panic!("not found: {what}"),
        Err(broken) => *broken,
    }
}

/// Where each entry of a bundle begins, and where the last one ends.
fn offsets(bundle: u64) -> Vec<usize> {
    let entries = (bundle * 256..SIZE.min(bundle * 256 + 256)).map(|nth| 2 + entry(nth).len());
    let mut ends = vec![0];
    entries.for_each(|length| ends.push(ends.last().unwrap() + length));
    ends
}

fn file_of(bundle: u64) -> String {
    if bundle < SIZE / 256 {
        format!("tile/entries/00{bundle}")
    } else {
        format!("tile/entries/00{bundle}.p/{}", SIZE % 256)
    }
}

/// Changes a bundle's bytes, and tells how many entries of it are still right.
type Change = fn(&mut Draw, &mut Vec<u8>, &[usize]) -> usize;

#[expect(clippy::ptr_arg, reason = "all changes have one shape")]
fn flip(draw: &mut Draw, bytes: &mut Vec<u8>, offsets: &[usize]) -> usize {
    let at = draw.below(bytes.len());
    bytes[at] ^= 1 << draw.below(8);
    offsets.partition_point(|offset| *offset <= at) - 1
}

fn delete(draw: &mut Draw, bytes: &mut Vec<u8>, offsets: &[usize]) -> usize {
    let at = draw.below(offsets.len() - 1);
    bytes.drain(offsets[at]..offsets[at + 1]);
    at
}

fn swap(draw: &mut Draw, bytes: &mut Vec<u8>, offsets: &[usize]) -> usize {
    let (one, other) = (draw.below(offsets.len() - 1), draw.below(offsets.len() - 2));
    let (first, second) = if other < one { (other, one) } else { (one, other + 1) };
    let piece = |at: usize| bytes[offsets[at]..offsets[at + 1]].to_vec();
    let (a, b) = (piece(first), piece(second));
    let between = bytes[offsets[first + 1]..offsets[second]].to_vec();
    bytes.splice(offsets[first]..offsets[second + 1], [b, between, a].concat());
    first
}

fn truncate(draw: &mut Draw, bytes: &mut Vec<u8>, offsets: &[usize]) -> usize {
    let at = draw.below(bytes.len());
    bytes.truncate(at);
    offsets.partition_point(|offset| *offset <= at) - 1
}

fn repeat(draw: &mut Draw, bytes: &mut Vec<u8>, offsets: &[usize]) -> usize {
    let at = draw.below(offsets.len() - 1);
    let piece = bytes[offsets[at]..offsets[at + 1]].to_vec();
    bytes.splice(offsets[at]..offsets[at], piece);
    at + 1
}

#[test]
fn a_thousand_changes_of_entries_are_found_and_named() {
    let folder = sound();
    let mut draw = Draw(1);
    let changes: [(&str, Change); 5] =
        [("flip", flip), ("delete", delete), ("swap", swap), ("truncate", truncate), ("repeat", repeat)];
    for round in 0..200 {
        for (name, change) in changes {
            let bundle = draw.below(3) as u64;
            let path = file_of(bundle);
            let before = folder.read(&path);
            let mut after = before.clone();
            let right = change(&mut draw, &mut after, &offsets(bundle));
            folder.write(&path, &after);
            let broken = broken(&folder, &format!("{name} {round}"));
            // Behind the last entry of a bundle lies no entry: too long is all that can be said of it.
            let expected = (bundle * 256 + right as u64 != (bundle * 256 + 256).min(SIZE))
                .then_some(bundle * 256 + right as u64);
            assert_eq!(broken.first(), expected, "{name} {round}: {broken}");
            assert_eq!(broken.file, path);
            folder.write(&path, &before);
        }
    }
    assert!(verify(folder.path(), key().verifier_key()).is_ok());
}

#[test]
fn a_changed_hash_names_the_entries_below_it() {
    let folder = sound();
    let mut draw = Draw(2);
    for (path, first, each) in [
        ("tile/0/000", 0, 1),
        ("tile/0/001", 256, 1),
        ("tile/0/002.p/188", 512, 1),
        ("tile/1/000.p/2", 0, 256),
    ] {
        let before = folder.read(path);
        for _ in 0..50 {
            let at = draw.below(before.len());
            let mut after = before.clone();
            after[at] ^= 1 << draw.below(8);
            folder.write(path, &after);
            let broken = broken(&folder, path);
            let start = first + each * (at as u64 / 32);
            assert_eq!(broken.entries, start..start + each, "{broken}");
            assert_eq!(broken.fault, if each == 1 { Fault::Entry } else { Fault::Node });
        }
        folder.write(path, &before);
    }
}

#[test]
fn every_file_matters_to_its_last_byte() {
    let folder = sound();
    let mut draw = Draw(3);
    for path in folder.files() {
        let before = folder.read(&path);
        for cut in [0, 1, before.len() / 2, before.len() - 1, draw.below(before.len())] {
            folder.write(&path, &before[..cut]);
            broken(&folder, &format!("{path} cut to {cut}"));
        }
        folder.write(&path, &[&before[..], &[0xff]].concat());
        broken(&folder, &format!("{path} grown"));
        std::fs::remove_file(folder.path().join(&path)).unwrap();
        broken(&folder, &format!("{path} gone"));
        folder.write(&path, &before);
    }
    assert!(verify(folder.path(), key().verifier_key()).is_ok());
}

#[test]
fn no_byte_of_a_checkpoint_changes_unseen() {
    let folder = sound();
    for path in ["checkpoint", "checkpoints"] {
        let before = folder.read(path);
        for at in 0..before.len() {
            let mut after = before.clone();
            after[at] ^= 1;
            folder.write(path, &after);
            assert!(matches!(broken(&folder, path).fault, Fault::Signature | Fault::History), "{path} {at}");
        }
        folder.write(path, &before);
    }
    let history = folder.read("checkpoints");
    let ends: Vec<_> =
        (0..history.len() - 1).filter(|at| &history[*at..at + 2] == b"\n\n").map(|at| at + 2).collect();
    assert_eq!(ends.len(), 4, "two records, each with an empty line in it and one behind it");
    folder.write("checkpoints", &history[ends[1]..]);
    assert_eq!(broken(&folder, "the first checkpoint taken out").fault, Fault::History);
    folder.write("checkpoints", &history[..ends[1]]);
    assert_eq!(broken(&folder, "the second checkpoint taken out").fault, Fault::History);
}

#[test]
fn entries_rewritten_with_all_their_hashes_contradict_the_signature() {
    for (changed, expected) in [(40, 0..100), (299, 100..300), (300, 300..SIZE), (SIZE - 1, 300..SIZE)] {
        let (folder, forged) = (sound(), Folder::new());
        let mut log = forged.log();
        let entries: Vec<_> =
            (0..SIZE).map(|nth| if nth == changed { b"{}".to_vec() } else { entry(nth) }).collect();
        log.append(entries.iter().map(Vec::as_slice)).unwrap();
        for path in forged.files() {
            folder.write(&path, &forged.read(&path));
        }
        let broken = broken(&folder, "rewritten");
        assert_eq!((broken.fault, broken.entries), (Fault::Root, expected));
    }
}

#[test]
fn a_log_set_back_without_its_checkpoint_misses_entries() {
    let (folder, forged) = (sound(), Folder::new());
    grow(&mut forged.log(), 0, 650);
    for path in folder.files().iter().filter(|path| path.starts_with("tile")) {
        std::fs::remove_file(folder.path().join(path)).unwrap();
    }
    for path in forged.files() {
        let target = folder.path().join(&path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        folder.write(&path, &forged.read(&path));
    }
    let broken = broken(&folder, "set back");
    assert_eq!((broken.fault, broken.entries), (Fault::Missing, 650..SIZE));
}

#[test]
fn a_file_that_has_no_business_in_a_log_is_reported() {
    let folder = sound();
    folder.write("tile/0/notes.txt", b"");
    let broken = broken(&folder, "stray");
    assert_eq!(
        (broken.fault, broken.file.as_str(), broken.first()),
        (Fault::Stray, "tile/0/notes.txt", None)
    );
    assert!(broken.zh().contains("tile/0/notes.txt") && broken.en().contains("tile/0/notes.txt"));
}

#[test]
fn a_bundle_missing_in_the_middle_is_named() {
    let folder = sound();
    std::fs::remove_file(folder.path().join("tile/entries/001")).unwrap();
    let broken = broken(&folder, "bundle");
    assert_eq!(
        (broken.fault, broken.entries, broken.file.as_str()),
        (Fault::Missing, 256..512, "tile/entries/001")
    );
}
