//! Computing a frozen month again, from nothing but what it keeps.

use platform::{Error, Read};
use serde::Serialize;
use utoipa::ToSchema;

use crate::freeze::{Freeze, lists_of, revisions};
use crate::objection::{of_freeze, upheld};
use crate::score::{Exempted, digest, digits};

/// Whether a frozen month comes out the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recomputed {
    /// Every revision to the last digit.
    pub same: bool,
    pub revisions: Vec<RecomputedRevision>,
}

/// One revision, computed again.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecomputedRevision {
    pub revision: i64,
    /// As it is kept.
    pub digest: String,
    /// As it came out now.
    pub recomputed: String,
    pub same: bool,
}

/// Computes every revision of a freeze from its cases, the objections upheld by then, and its own formulas.
///
/// # Errors
/// What the store answers.
pub async fn recompute(r: &Read, freeze: &Freeze) -> Result<Recomputed, Error> {
    let (basis, lists) = (freeze.basis()?, lists_of(r, freeze).await?);
    let out = upheld(&of_freeze(r, freeze).await?);
    let mut exempted = Exempted::new();
    let mut all = Vec::new();
    for kept in revisions(r, freeze).await? {
        let key = kept.objection_id.and_then(|id| out.iter().find(|(objection, _)| *objection == id));
        exempted.extend(key.map(|(_, key)| key.clone()));
        let digits = digits(&basis.scorecard, &basis.indicators, &lists, &exempted);
        let digits = serde_json::to_string(&digits).map_err(Error::internal)?;
        let recomputed = digest(&freeze.body, &lists, &exempted, &digits)?;
        let same = recomputed == kept.digest && digits == kept.digits;
        all.push(RecomputedRevision { revision: kept.revision, digest: kept.digest, recomputed, same });
    }
    Ok(Recomputed { same: all.iter().all(|one| one.same), revisions: all })
}
