use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::HEXLOWER_PERMISSIVE;

use super::cipher::{Cipher, Keyed};
use super::*;

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let nth = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("wangge-vault-{}-{nth}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn vault(&self, algorithm: &str) -> Vault {
        Vault::open_folder(&self.0, algorithm, &Chance::machine()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).unwrap()
}

fn hex_array<const N: usize>(text: &str) -> [u8; N] {
    hex(text).try_into().unwrap()
}

#[test]
fn aes_256_gcm_gives_the_published_answers() {
    // The Galois/Counter Mode of Operation (McGrew, Viega), test cases 13, 14 and 16, as NIST publishes them.
    let zero = Cipher::aes(&[0; 32]);
    assert_eq!(zero.seal(&[0; 12], b"", b"").unwrap(), hex("530f8afbc74536b9a963b4f1c4cb738b"));
    let sealed = hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    assert_eq!(zero.seal(&[0; 12], b"", &[0; 16]).unwrap(), sealed);
    let cipher = Cipher::aes(&hex_array("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
    let plain = hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    );
    let sealed = hex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    );
    let (nonce, aad) =
        (hex_array("cafebabefacedbaddecaf888"), hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
    assert_eq!(cipher.seal(&nonce, &aad, &plain).unwrap(), sealed);
    assert_eq!(cipher.open(&nonce, &aad, &sealed).unwrap(), plain);
}

#[test]
fn sm4_gcm_gives_the_published_answer() {
    // RFC 8998, appendix A.1.
    let cipher = Cipher::sm4(&hex_array("0123456789ABCDEFFEDCBA9876543210"));
    let plain = hex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDDEEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
    );
    let sealed = hex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D83DE3541E4C2B58177E065A9BF7B62EC",
    );
    let (nonce, aad) =
        (hex_array("00001234567800000000ABCD"), hex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"));
    assert_eq!(cipher.seal(&nonce, &aad, &plain).unwrap(), sealed);
    assert_eq!(cipher.open(&nonce, &aad, &sealed).unwrap(), plain);
}

#[test]
fn the_keyed_hash_gives_the_published_answer() {
    // RFC 4231, test case 1, whose key of 20 bytes is the same as one padded with zeros.
    let mut key = [0; 32];
    key[..20].fill(0x0b);
    let hash = Keyed::new(Algorithm::Aes256Gcm, &key).unwrap().hash(&[b"Hi ", b"There"]);
    assert_eq!(hash, hex_array("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
}

#[test]
fn a_value_opens_only_where_it_was_sealed_and_unchanged() {
    for algorithm in ["aes-256-gcm", "sm4-gcm"] {
        let folder = Folder::new();
        let vault = folder.vault(algorithm);
        for plain in [&b""[..], b"450204199001011234", "柳南区银山街道".as_bytes()] {
            let sealed = vault.seal("residents", "id_number", 7, plain).unwrap();
            assert!(sealed.starts_with(&format!("v1.{algorithm}.1.")), "{sealed}");
            assert_eq!(vault.open("residents", "id_number", 7, &sealed).unwrap(), plain);
            for (table, column, row) in
                [("residents", "id_number", 8), ("residents", "phone", 7), ("people", "id_number", 7)]
            {
                assert!(
                    matches!(vault.open(table, column, row, &sealed), Err(Error::Refused)),
                    "moved to {table} {column} {row}"
                );
            }
            let (head, body) = sealed.rsplit_once('.').unwrap();
            let body = BASE64URL_NOPAD.decode(body.as_bytes()).unwrap();
            for bit in 0..body.len() * 8 {
                let mut changed = body.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let changed = format!("{head}.{}", BASE64URL_NOPAD.encode(&changed));
                assert!(
                    matches!(vault.open("residents", "id_number", 7, &changed), Err(Error::Refused)),
                    "bit {bit}"
                );
            }
        }
    }
}

#[test]
fn what_is_no_sealed_value_is_refused() {
    let vault = Folder::new().vault("aes-256-gcm");
    for text in [
        "",
        "450204199001011234",
        "v1.aes-256-gcm.1",
        "v2.aes-256-gcm.1.AAAA",
        "v1.rot13.1.AAAA",
        "v1.aes-256-gcm.1.AAAA",
        "v1.aes-256-gcm.x.AAAA",
        "v1.aes-256-gcm.1.A.A",
    ] {
        assert!(matches!(vault.open("t", "c", 1, text), Err(Error::NotSealed)), "{text}");
    }
}

#[test]
fn the_same_value_is_sealed_differently_every_time() {
    let vault = Folder::new().vault("aes-256-gcm");
    let sealed: HashSet<_> = (0..1000).map(|_| vault.seal("t", "c", 1, b"same").unwrap()).collect();
    assert_eq!(sealed.len(), 1000);
}

#[test]
fn a_machine_that_was_copied_repeats_a_nonce_only_for_the_same_value() {
    let (one, copy) = (Nonces::new(&[9; 32]).unwrap(), Nonces::new(&[9; 32]).unwrap());
    assert_eq!(one.next(b"t|c|1|1", b"a"), copy.next(b"t|c|1|1", b"a"));
    assert_ne!(one.next(b"t|c|1|1", b"a"), copy.next(b"t|c|1|1", b"b"));
    assert_ne!(one.next(b"t|c|1|1", b"a"), copy.next(b"t|c|1|", b"1a"));
}

#[test]
fn a_new_key_seals_and_the_old_one_still_opens_until_it_is_retired() {
    let folder = Folder::new();
    let mut vault = folder.vault("aes-256-gcm");
    let index = vault.index("phone", "13800138000");
    let old = vault.seal("t", "c", 1, b"plain").unwrap();
    assert_eq!(vault.rotate(&Chance::machine()).unwrap(), 2);
    assert_eq!(vault.open("t", "c", 1, &old).unwrap(), b"plain");
    let new = vault.reseal("t", "c", 1, &old).unwrap().unwrap();
    assert!(new.starts_with("v1.aes-256-gcm.2."));
    assert_eq!(vault.reseal("t", "c", 1, &new).unwrap(), None);
    assert!(
        matches!(vault.reseal("t", "c", 2, &old), Err(Error::Refused)),
        "resealing does not launder a moved value"
    );

    let mut vault = folder.vault("sm4-gcm");
    assert_eq!(
        (vault.current_key(), vault.index("phone", "13800138000")),
        (2, index),
        "after a restart, another algorithm"
    );
    let resealed = vault.reseal("t", "c", 1, &new).unwrap().unwrap();
    assert!(resealed.starts_with("v1.sm4-gcm.2."));
    assert!(matches!(vault.retire(2), Err(Error::InUse(2))));
    assert!(matches!(vault.retire(3), Err(Error::UnknownKey(3))));
    vault.retire(1).unwrap();
    assert!(matches!(folder.vault("aes-256-gcm").open("t", "c", 1, &old), Err(Error::UnknownKey(1))));
    assert_eq!(folder.vault("aes-256-gcm").open("t", "c", 1, &resealed).unwrap(), b"plain");
}

#[test]
fn blind_indexes_are_equal_for_equal_values_of_one_kind() {
    let (here, elsewhere) = (Folder::new(), Folder::new());
    let vault = here.vault("sm4-gcm");
    let index = vault.index("phone", "13800138000");
    assert_eq!(index, here.vault("sm4-gcm").index("phone", "13800138000"));
    assert_ne!(index, vault.index("phone", "13800138001"));
    assert_ne!(index, vault.index("id_number", "13800138000"));
    assert_ne!(index, elsewhere.vault("sm4-gcm").index("phone", "13800138000"), "another vault");
}

#[test]
fn the_key_file_is_for_the_program_alone() {
    let folder = Folder::new();
    folder.vault("aes-256-gcm");
    let path = folder.0.join(KEY_FILE);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1, "nothing half-written lies beside it");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let refused = Vault::open_folder(&folder.0, "aes-256-gcm", &Chance::machine()).unwrap_err();
    assert!(matches!(refused, Error::Exposed(_)), "{refused}");
}

#[test]
fn a_damaged_key_file_is_refused_with_its_line() {
    let folder = Folder::new();
    folder.vault("aes-256-gcm");
    let path = folder.0.join(KEY_FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    for (damaged, line) in [
        (text.replace("key 1", "key 0"), 4),
        (text.replace("key 1", "kee 1"), 4),
        (text.replace("index", "key"), 3),
        (format!("{text}key 1 AAAA\n"), 5),
        (text.lines().take(3).collect::<Vec<_>>().join("\n"), 3),
    ] {
        key_file::replace(&path, &damaged).unwrap();
        let refused =
            Vault::open_folder(&folder.0, "aes-256-gcm", &Chance::machine()).unwrap_err().to_string();
        assert!(refused.contains(&format!("line {line}:")), "{refused}");
    }
    assert!(matches!(Vault::open_folder(&folder.0, "des", &Chance::machine()), Err(Error::Algorithm(_))));
}

#[test]
fn no_key_is_ever_printed() {
    let folder = Folder::new();
    let vault = folder.vault("aes-256-gcm");
    assert_eq!(format!("{vault:?}"), "Vault { algorithm: Aes256Gcm, current_key: 1, .. }");
}
