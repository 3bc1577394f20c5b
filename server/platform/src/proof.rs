//! Proofs to take home: that an entry stands in a street's log, and their check without any of this program's data.
//!
//! A proof is a small JSON file. Every byte of it is bound by the signature or by the hashes: whoever changes one is
//! refused. What the file cannot say is whose key it is: compare the key with the one that the district published.

use data_encoding::BASE64;
use ledger::{Checkpoint, Hash, InclusionProof, VerifierKey};
use serde::{Deserialize, Serialize};
use store::vals;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::Millis;
use crate::door::LedgerRow;
use crate::error::{Error, Text};
use crate::sequencer::{leaf, view};

/// All that is needed to check, without this program, that an entry stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerProof {
    /// The entry as the log holds it: the hash begins with a byte 0, then these bytes (RFC 6962).
    pub entry: String,
    pub leaf_index: u64,
    pub tree_size: u64,
    /// Hashes beside the way from the entry to the root, lowest first, in base64.
    pub path: Vec<String>,
    /// The signed note (C2SP tlog-checkpoint): take size and root from here.
    pub checkpoint: String,
    /// The key that signed it (C2SP signed-note).
    pub verifier_key: String,
}

/// What a proof that holds says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    pub entry: ProvenEntry,
    pub leaf_index: u64,
    pub tree_size: u64,
    /// When the log was signed with the entry in it.
    pub signed_at: Millis,
    /// The log's name.
    pub origin: String,
    pub verifier_key: String,
}

/// The fields of an entry, as the log holds them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ProvenEntry {
    pub street: i64,
    pub id: i64,
    /// UTC milliseconds.
    pub at: i64,
    pub post: Option<i64>,
    pub action: serde_json::Value,
    pub subject: serde_json::Value,
    pub purpose: Option<serde_json::Value>,
    /// A text that is JSON itself, or its hash.
    pub detail: serde_json::Value,
}

impl ProvenEntry {
    /// A field of the entry's detail.
    pub fn detail(&self, name: &str) -> Option<String> {
        let detail: serde_json::Value = serde_json::from_str(self.detail.as_str()?).ok()?;
        detail.get(name)?.as_str().map(str::to_owned)
    }
}

/// Why a file proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disproved {
    #[error("the file is not a proof, or part of it is missing")]
    Form,
    #[error("the key in the file is not one")]
    Key,
    #[error("it was signed by another key than the one that was given")]
    OtherKey,
    #[error("the signed statement was changed, or another key signed it")]
    Signature,
    #[error("the entry does not stand at this place in the signed log")]
    Path,
    #[error("the entry is of another street than the log")]
    Street,
}

impl Disproved {
    /// One sentence for people.
    pub fn text(self) -> Text {
        let zh = match self {
            Self::Form => "文件不是证明，或内容不完整",
            Self::Key => "文件中的公钥无法识别",
            Self::OtherKey => "签名公钥与给定的公钥不一致",
            Self::Signature => "签名内容被改动，或由其他密钥签署",
            Self::Path => "该记录不在已签名账本的这个位置",
            Self::Street => "该记录所属街道与账本不一致",
        };
        Text::owned(zh, self.to_string())
    }
}

/// The proof that an entry stands in its street's log.
///
/// # Errors
/// [`Error::Missing`]; [`Error::Conflict`] until the log is signed with the entry in it, about a minute.
pub async fn prove_entry(app: &App, street: i64, id: i64) -> Result<LedgerProof, Error> {
    let row = app.read(move |r| async move { Ok(r.find::<LedgerRow>(&vals![street, id]).await?) }).await?;
    let row = row.ok_or(Error::Missing("ledger entry"))?;
    app.heavy(move |app| proof_of(app, &row)).await?
}

fn proof_of(app: &App, row: &LedgerRow) -> Result<LedgerProof, Error> {
    let waits = || {
        let text = Text::new(
            "该记录正在入账，约一分钟后可取得证明",
            "this entry is being entered into the log; its proof is ready in about a minute",
        );
        Error::conflict(text)
    };
    let leaf_index = row.leaf.ok_or_else(waits)?.unsigned_abs();
    let (view, key) = view(app, row.street_id)?.ok_or_else(waits)?;
    let proof = match view.prove_inclusion(leaf_index) {
        Err(ledger::Error::Range { .. }) => return Err(waits()),
        proof => proof.map_err(Error::internal)?,
    };
    let entry = view.entry(leaf_index).map_err(Error::internal)?;
    if entry != leaf(row)? || !proof.holds(&entry, &view.checkpoint().root) {
        tracing::error!(
            street = row.street_id,
            entry = row.id,
            "a ledger row differs from its entry in the log"
        );
        let text = Text::new(
            "该记录与审计账不一致，请立即报告审计人员",
            "this entry differs from the log; report it to the auditors at once",
        );
        return Err(Error::conflict(text));
    }
    Ok(LedgerProof {
        entry: String::from_utf8(entry).map_err(Error::internal)?,
        leaf_index,
        tree_size: proof.size,
        path: proof.path.iter().map(|hash| BASE64.encode(&hash.0)).collect(),
        checkpoint: String::from_utf8_lossy(view.note()).into_owned(),
        verifier_key: key.to_string(),
    })
}

/// Checks the bytes of a proof file, by the key that it names or, better, by one that you hold from elsewhere.
///
/// # Errors
/// [`Disproved`]: the file proves nothing.
pub fn check_proof(file: &[u8], own_key: Option<&str>) -> Result<Proven, Disproved> {
    let proof: LedgerProof = serde_json::from_slice(file).map_err(|_| Disproved::Form)?;
    let key = read_key(&proof.verifier_key).ok_or(Disproved::Key)?;
    if own_key.is_some_and(|own| own.trim() != proof.verifier_key) {
        return Err(Disproved::OtherKey);
    }
    let checkpoint = Checkpoint::open(proof.checkpoint.as_bytes(), &key).ok_or(Disproved::Signature)?;
    let path = proof.path.iter().map(|hash| read_hash(hash)).collect::<Option<Vec<_>>>();
    let inclusion =
        InclusionProof { index: proof.leaf_index, size: proof.tree_size, path: path.ok_or(Disproved::Form)? };
    if inclusion.size != checkpoint.size || !inclusion.holds(proof.entry.as_bytes(), &checkpoint.root) {
        return Err(Disproved::Path);
    }
    let entry: ProvenEntry = serde_json::from_str(&proof.entry).map_err(|_| Disproved::Form)?;
    if checkpoint.origin != format!("{}/{}", key.name(), entry.street) {
        return Err(Disproved::Street);
    }
    Ok(Proven {
        entry,
        leaf_index: proof.leaf_index,
        tree_size: proof.tree_size,
        signed_at: Millis(checkpoint.at),
        origin: checkpoint.origin,
        verifier_key: proof.verifier_key,
    })
}

/// A key in the one way in which it is written: `name+id+key`, the id in small letters.
fn read_key(text: &str) -> Option<VerifierKey> {
    let (id, key) = text.split_once('+')?.1.split_once('+')?;
    let plain = id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    BASE64.decode(key.as_bytes()).ok().filter(|_| plain)?;
    text.parse().ok()
}

fn read_hash(text: &str) -> Option<Hash> {
    BASE64.decode(text.as_bytes()).ok()?.try_into().ok().map(Hash)
}

#[cfg(test)]
mod tests {
    use ledger::{Log, SigningKey};

    use super::*;

    fn saved(origin: &str) -> Vec<u8> {
        let dir = std::env::temp_dir().join(format!(
            "wangge-proof-{}-{}",
            std::process::id(),
            origin.replace('/', "-")
        ));
        drop(std::fs::remove_dir_all(&dir));
        let key = SigningKey::from_seed("wangge-450204", &[7; 32]).unwrap();
        let mut log = Log::open(&dir, origin, &key).unwrap();
        let entry = r#"{"street":450204006,"id":5,"at":1795395600000,"account":3,"post":9,"action":"resident:read","subject":"res_ab","purpose":"order","request":"r","detail":"{\"about\":\"ord_1\",\"fields\":\"name phone\",\"purpose\":\"order\"}"}"#;
        log.append([b"first".as_slice(), entry.as_bytes(), b"third"]).unwrap();
        log.checkpoint(1_795_395_660_000).unwrap();
        let proof = log.prove_inclusion(1, 3).unwrap();
        let saved = LedgerProof {
            entry: entry.to_owned(),
            leaf_index: 1,
            tree_size: proof.size,
            path: proof.path.iter().map(|hash| BASE64.encode(&hash.0)).collect(),
            checkpoint: String::from_utf8(log.head_note().unwrap().to_vec()).unwrap(),
            verifier_key: key.verifier_key().to_string(),
        };
        drop(log);
        std::fs::remove_dir_all(&dir).unwrap();
        serde_json::to_vec(&saved).unwrap()
    }

    #[test]
    fn a_saved_proof_holds_and_says_what_was_done() {
        let file = saved("wangge-450204/450204006");
        let proven = check_proof(&file, None).unwrap();
        assert_eq!((proven.entry.street, proven.leaf_index, proven.tree_size), (450_204_006, 1, 3));
        assert_eq!(proven.entry.detail("fields").as_deref(), Some("name phone"));
        assert_eq!(proven.signed_at, Millis(1_795_395_660_000));
        assert!(check_proof(&file, Some(&proven.verifier_key)).is_ok());
        let other = SigningKey::from_seed("wangge-450204", &[8; 32]).unwrap().verifier_key().to_string();
        assert_eq!(check_proof(&file, Some(&other)), Err(Disproved::OtherKey));
    }

    #[test]
    fn one_flipped_bit_anywhere_is_refused() {
        let file = saved("wangge-450204/450204006/");
        // The origin above is not the street's, so that this log proves nothing of the street either.
        assert_eq!(check_proof(&file, None), Err(Disproved::Street));
        let file = saved("wangge-450204/450204006");
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut changed = file.clone();
                changed[at] ^= 1 << bit;
                let place = String::from_utf8_lossy(&file[at.saturating_sub(20)..=at]).into_owned();
                assert!(check_proof(&changed, None).is_err(), "bit {bit} of byte {at}, behind {place}");
            }
        }
        assert!(check_proof(&file[..file.len() - 1], None).is_err());
        assert!(check_proof(b"", None).is_err());
    }
}
