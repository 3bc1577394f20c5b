//! What goes in comes out, in the same place, and proves it.

use crate::bed::{Folder, ORIGIN, entry, grow, key};
use ledger::{
    Checkpoint, Error, Fault, LONGEST_ENTRY, Log, SigningKey, VerifierKey, View, verify, verify_since,
};
use sha2::{Digest, Sha256};

/// RFC 6962 §2.1, written down once more from the text of the standard: the root over a list of entries.
fn rfc6962(entries: &[Vec<u8>]) -> [u8; 32] {
    match entries {
        [] => Sha256::digest([]).into(),
        [entry] => Sha256::new().chain_update([0]).chain_update(entry).finalize().into(),
        _ => {
            let half = entries.len().next_power_of_two() / 2;
            let (left, right) = entries.split_at(half);
            let node = Sha256::new().chain_update([1]).chain_update(rfc6962(left));
            node.chain_update(rfc6962(right)).finalize().into()
        }
    }
}

#[test]
fn every_size_has_the_root_of_the_standard() {
    let folder = Folder::new();
    let mut log = folder.log();
    assert_eq!(log.root_at(0).unwrap().0, rfc6962(&[]));
    let entries: Vec<_> = (0..500).map(entry).collect();
    for size in 1..=500_u64 {
        grow(&mut log, size - 1, size);
        assert_eq!(log.root_at(size).unwrap().0, rfc6962(&entries[..size as usize]), "{size}");
    }
    for size in 1..=500_u64 {
        assert_eq!(log.root_at(size).unwrap().0, rfc6962(&entries[..size as usize]), "{size}, looking back");
    }
}

#[test]
fn the_way_of_growing_leaves_no_trace() {
    let (slow, fast) = (Folder::new(), Folder::new());
    let mut log = slow.log();
    for nth in 0..260 {
        grow(&mut log, nth, nth + 1);
        if nth % 50 == 0 {
            drop(log);
            log = slow.log();
        }
    }
    log.checkpoint(1).unwrap();
    let mut log = fast.log();
    grow(&mut log, 0, 260);
    log.checkpoint(1).unwrap();
    assert_eq!(slow.files(), fast.files());
    assert!(slow.files().iter().all(|file| slow.read(file) == fast.read(file)));
    assert_eq!(
        slow.files(),
        [
            "checkpoint",
            "tile/0/000",
            "tile/0/001.p/4",
            "tile/1/000.p/1",
            "tile/entries/000",
            "tile/entries/001.p/4"
        ],
    );
}

#[test]
fn a_log_over_three_levels_of_tiles_verifies() {
    let folder = Folder::new();
    let mut log = folder.log();
    let entries: Vec<_> = (0..66_000).map(entry).collect();
    log.append(entries.iter().map(Vec::as_slice)).unwrap();
    log.checkpoint(5).unwrap();
    assert_eq!(log.root_at(66_000).unwrap().0, rfc6962(&entries));
    drop(log);
    let verified = verify(folder.path(), key().verifier_key()).unwrap();
    assert_eq!((verified.entries, verified.checkpoints), (66_000, 1));
    let mut log = folder.log();
    grow(&mut log, 66_000, 66_010);
    assert_eq!(log.entry(65_999).unwrap(), entry(65_999));
}

#[test]
fn entries_come_back_and_prove_their_place() {
    let folder = Folder::new();
    let mut log = folder.log();
    grow(&mut log, 0, 300);
    assert_eq!(log.entries(250..263).unwrap(), (250..263).map(entry).collect::<Vec<_>>());
    assert!(
        log.entries(5..5).unwrap().is_empty() && log.entries(299..301).is_err() && log.entry(300).is_err()
    );
    for size in [1, 2, 3, 255, 256, 257, 300] {
        let root = log.root_at(size).unwrap();
        for index in (0..size).step_by(17).chain([size - 1]) {
            let proof = log.prove_inclusion(index, size).unwrap();
            assert_eq!(log.entry(index).unwrap(), entry(index));
            assert!(proof.holds(&entry(index), &root));
            assert!(!proof.holds(&entry(index + 1), &root), "another entry");
            assert!(!proof.holds(&entry(index), &log.root_at(size - 1).unwrap()), "another tree");
        }
    }
}

#[test]
fn a_later_tree_proves_that_it_continues_an_earlier_one() {
    let folder = Folder::new();
    let mut log = folder.log();
    grow(&mut log, 0, 300);
    for later in [1, 2, 7, 256, 257, 300] {
        let later_root = log.root_at(later).unwrap();
        for earlier in (0..=later).step_by(13).chain([later]) {
            let root = log.root_at(earlier).unwrap();
            let proof = log.prove_consistency(earlier, later).unwrap();
            assert!(proof.holds(&root, &later_root), "{earlier} {later}");
            let forged = log.root_at(earlier + 1 - 2 * u64::from(earlier == 300)).unwrap();
            assert!(!proof.holds(&forged, &later_root), "{earlier} {later}, forged");
        }
    }
}

#[test]
fn a_view_reads_beside_the_hand_that_writes() {
    let folder = Folder::new();
    let mut log = folder.log();
    assert!(
        matches!(View::open(folder.path(), key().verifier_key()), Err(Error::Broken(_))),
        "nothing is signed yet"
    );
    grow(&mut log, 0, 300);
    log.checkpoint(1).unwrap();
    let view = View::open(folder.path(), key().verifier_key()).unwrap();
    grow(&mut log, 300, 311);
    let proof = view.prove_inclusion(299).unwrap();
    assert!(
        proof.holds(&view.entry(299).unwrap(), &view.checkpoint().root),
        "although the narrow tiles are gone"
    );
    assert!(matches!(view.prove_inclusion(300), Err(Error::Range { asked: 300, size: 300 })));
    assert_eq!(Checkpoint::open(view.note(), key().verifier_key()).as_ref(), Some(view.checkpoint()));
    assert!(view.prove_consistency(100).unwrap().holds(&log.root_at(100).unwrap(), &view.checkpoint().root));
}

#[test]
fn checkpoints_form_a_chain_and_time_does_not_run_back() {
    let folder = Folder::new();
    let mut log = folder.log();
    for (size, now) in [(3, 100), (10, 50), (300, 200)] {
        let from = log.size();
        grow(&mut log, from, size);
        log.checkpoint(now).unwrap();
    }
    assert_eq!(log.head().unwrap().at, 200);
    log.checkpoint(300).unwrap();
    let verified = verify(folder.path(), key().verifier_key()).unwrap();
    assert_eq!((verified.checkpoints, verified.checkpoint.at, verified.entries), (3, 300, 300));
    grow(&mut log, 300, 301);
    assert_eq!(
        verify(folder.path(), key().verifier_key()).unwrap().entries,
        301,
        "one waits for its signature"
    );
}

#[test]
fn a_checkpoint_kept_elsewhere_shows_a_log_that_was_set_back_or_written_anew() {
    let (folder, other) = (Folder::new(), Folder::new());
    let verifier = key().verifier_key().clone();
    let mut log = folder.log();
    grow(&mut log, 0, 10);
    log.checkpoint(1).unwrap();
    let early = log.head().unwrap().clone();
    grow(&mut log, 10, 20);
    log.checkpoint(2).unwrap();
    let late = log.head().unwrap().clone();
    assert!(
        verify_since(folder.path(), &verifier, &early).is_ok()
            && verify_since(folder.path(), &verifier, &late).is_ok()
    );
    let mut anew = other.log();
    grow(&mut anew, 0, 9);
    grow_differently(&mut anew);
    anew.checkpoint(3).unwrap();
    assert!(verify(other.path(), &verifier).is_ok(), "by itself it looks sound");
    for kept in [&early, &late] {
        assert_eq!(verify_since(other.path(), &verifier, kept).unwrap_err().fault, Fault::Forgotten);
    }
}

fn grow_differently(log: &mut Log) {
    log.append((0..5).map(|_| b"{}".as_slice())).unwrap();
}

#[test]
fn two_hands_never_write_one_log() {
    let folder = Folder::new();
    let _log = folder.log();
    assert!(matches!(Log::open(folder.path(), ORIGIN, &key()), Err(Error::InUse(_))));
}

#[test]
fn what_cannot_be_an_entry_or_an_origin_is_refused_and_changes_nothing() {
    let folder = Folder::new();
    let mut log = folder.log();
    let long = vec![0; LONGEST_ENTRY + 1];
    assert!(matches!(log.append([b"a".as_slice(), &long]), Err(Error::EntryTooLong(65_536))));
    assert_eq!(log.size(), 0);
    assert_eq!(log.append([&long[1..]]).unwrap(), 0..1);
    for origin in ["", "district.example/", "district.exampl", "another/450204006", "district.example/4\n5"] {
        assert!(
            matches!(Log::open(Folder::new().path(), origin, &key()), Err(Error::Origin { .. })),
            "{origin}"
        );
    }
    assert!(SigningKey::from_seed("with space", &[7; 32]).is_err());
}

#[test]
fn a_key_is_read_as_it_was_written_and_never_printed() {
    let key = key();
    let text = key.verifier_key().to_string();
    assert_eq!(text.parse::<VerifierKey>().unwrap().to_string(), text);
    assert_eq!(format!("{key:?}"), format!("SigningKey({text})"));
    assert!("district.example+00000000+AAAA".parse::<VerifierKey>().is_err());
}

#[test]
fn a_log_of_another_key_is_refused() {
    let folder = Folder::new();
    let mut log = folder.log();
    grow(&mut log, 0, 3);
    log.checkpoint(1).unwrap();
    drop(log);
    let other = SigningKey::from_seed("district.example", &[8; 32]).unwrap();
    assert!(
        matches!(Log::open(folder.path(), ORIGIN, &other), Err(Error::Broken(broken)) if broken.fault == Fault::Signature)
    );
    assert_eq!(verify(folder.path(), other.verifier_key()).unwrap_err().fault, Fault::Signature);
}
