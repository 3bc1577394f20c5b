//! What an entry is in the log: JSON with its fields in a fixed order, the same bytes for the same row.

use data_encoding::HEXLOWER;
use ledger::LONGEST_ENTRY;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::door::LedgerRow;
use crate::error::Error;

#[derive(Serialize)]
struct Leaf<'r> {
    street: i64,
    id: i64,
    /// UTC milliseconds.
    at: i64,
    account: Option<i64>,
    post: Option<i64>,
    action: Said<'r>,
    subject: Said<'r>,
    purpose: Option<Said<'r>>,
    request: Said<'r>,
    detail: Said<'r>,
}

/// A text; what would not fit into an entry is there as its hash.
#[derive(Serialize)]
#[serde(untagged)]
enum Said<'r> {
    Whole(&'r str),
    Hash { sha256: String },
}

fn whole(text: &str) -> Said<'_> {
    Said::Whole(text)
}

fn hash(text: &str) -> Said<'_> {
    Said::Hash { sha256: HEXLOWER.encode(&Sha256::digest(text)) }
}

/// The bytes of a row in the log. Its place is not in them: they are the same before and after it was given.
///
/// # Errors
/// Never in practice: numbers and texts always become JSON.
pub(crate) fn leaf(row: &LedgerRow) -> Result<Vec<u8>, Error> {
    for (others, detail) in [(whole as fn(&str) -> Said<'_>, whole as fn(&str) -> Said<'_>), (whole, hash)] {
        let bytes = written(row, others, detail)?;
        if bytes.len() <= LONGEST_ENTRY {
            return Ok(bytes);
        }
    }
    written(row, hash, hash)
}

fn written(
    row: &LedgerRow,
    others: fn(&str) -> Said<'_>,
    detail: fn(&str) -> Said<'_>,
) -> Result<Vec<u8>, Error> {
    let leaf = Leaf {
        street: row.street_id,
        id: row.id,
        at: row.at.0,
        account: row.account_id,
        post: row.post_id,
        action: others(&row.action),
        subject: others(&row.subject),
        purpose: row.purpose.as_deref().map(others),
        request: others(&row.request),
        detail: detail(&row.detail),
    };
    serde_json::to_vec(&leaf).map_err(Error::internal)
}

/// The id of the row that became this leaf.
///
/// # Errors
/// [`Error::Internal`] when it is no leaf of ours.
pub(super) fn id_of(leaf: &[u8]) -> Result<i64, Error> {
    #[derive(Deserialize)]
    struct Id {
        id: i64,
    }
    serde_json::from_slice(leaf).map(|Id { id }| id).map_err(Error::internal)
}
