//! A copy of the disk tells no number: neither the database, nor its log, nor the ledger, nor a file beside them.

use std::path::Path;
use std::process::Command;

use platform::testing::House;
use serde_json::json;
use store::{Place, both_engines};

use crate::crowd::{HEADING, city, fused};
use crate::pairs::Town;

const NUMBERS: [&str; 6] = [
    "450204199001010018",
    "450204198506151233",
    "45020419900101001", // One digit is missing: the row comes back, and is kept until it is fetched.
    "13800005678",
    "13911112222",
    "13722223333",
];

both_engines! {
    async fn a_copy_of_the_disk_tells_no_number(fresh) {
        let town = city(fresh).await;
        lived(&town).await;
        let kept = everything(&town.house);
        assert!(kept.len() > 100_000, "the disk was read: {} bytes", kept.len());
        assert!(find(&kept, "韦子涵".as_bytes()), "what is kept in clear is found");
        for number in NUMBERS {
            assert!(!find(&kept, number.as_bytes()), "{number} lies on the disk in clear");
        }
        let others = loose(&kept);
        assert!(others.is_empty(), "numbers on the disk: {others:?}");
    }
}

/// A batch with a bad row, searches that find and that do not, a refusal, and a value that a person typed.
async fn lived(town: &Town) {
    let rows = [
        "a,韦子涵,女,450204199001010018,1990-01-01,13800005678,银山街道第三社区金鹅花园3栋2单元501室,2026-01-01\n",
        "b,覃建国,男,450204198506151233,1985-06-15,+86 139-1111-2222,银山街道第三社区金鹅花园3栋2单元502室,2026-01-01\n",
        ",莫秀英,女,45020419900101001,1990-01-01,13722223333,银山街道第三社区金鹅花园3栋2单元503室,2026-01-01\n",
    ];
    fused(town, "register", &format!("{HEADING}{}", rows.concat())).await;
    for text in ["450204199001010018", "13800005678", "13722223333", "韦子涵"] {
        drop(town.steward.post("/registry/find", json!({ "text": text })).await.expect(200));
    }
    let about = town.steward.clone().with("wangge-about", "13800005678");
    drop(about.post("/registry/find", json!({ "text": "韦子涵" })).await.expect(400));
    let found = town.steward.post("/registry/find", json!({ "text": "韦子涵" })).await.expect(200);
    let claim = json!({ "field": "phone", "value": "13722223333", "basis": "door" });
    let path = format!("/residents/{}/claims", found.text("/people/0/id"));
    drop(town.steward.clone().with("idempotency-key", "claim-0001").post(&path, claim).await.expect(201));
}

/// All bytes that an operator could copy.
fn everything(house: &House) -> Vec<u8> {
    let config = house.app.config();
    let mut bytes = Vec::new();
    gather(&config.data.dir, &mut bytes);
    match &config.data.store {
        Place::Sqlite(file) => {
            for ending in ["", "-wal"] {
                bytes.extend(std::fs::read(format!("{}{ending}", file.display())).unwrap());
            }
        }
        Place::Postgres(url) => {
            let dumped = Command::new("pg_dump").arg(url).output().unwrap();
            assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
            bytes.extend(dumped.stdout);
        }
    }
    bytes
}

fn gather(folder: &Path, bytes: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, bytes);
        } else {
            bytes.extend(std::fs::read(path).unwrap());
            bytes.push(b'\n');
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Words that may be anybody's number: eighteen digits with a valid check character, or a mobile number of eleven. What is
/// sealed or hashed is one word with letters in it.
fn loose(bytes: &[u8]) -> Vec<String> {
    let runs = bytes.split(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-'));
    let runs = runs.filter_map(|run| std::str::from_utf8(run).ok());
    let is_number = |run: &&str| match run.len() {
        18 => chinese::identity::read(run).is_ok(),
        11 => chinese::phone::is_mobile(run),
        _ => false,
    };
    runs.filter(is_number).map(str::to_owned).collect()
}
