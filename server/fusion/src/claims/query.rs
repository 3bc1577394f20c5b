//! Looks at claims.

use areas::Directory;
use platform::Error;
use platform::policy::Scope;
use store::{Tx, sql, vals};

use super::{BY_NUMBER, Claim, ClaimId, ClaimState};

sql! {
    ALL: Claim = "WHERE street_id = $1 AND id < $2 AND (area BETWEEN $3 AND $4 OR area = $5) ORDER BY id DESC LIMIT $6";
    IN_STATE: Claim = "WHERE street_id = $1 AND state = $2 AND id < $3 AND (area BETWEEN $4 AND $5 OR area = $6)
        ORDER BY id DESC LIMIT $7";
    AWAITED: Claim = "WHERE street_id = $1 AND source = $2 AND state IN ('open', 'sent') AND id > $3 ORDER BY id LIMIT $4";
}

/// The streets that a scope reaches.
pub(crate) fn streets(scope: &Scope, areas: &Directory) -> Vec<i64> {
    let own = |street: &i64| {
        scope.street.is_none_or(|only| only == *street)
            && scope.district.is_none_or(|district| district == street / 1000)
    };
    match scope.is_empty {
        true => Vec::new(),
        false => areas.streets().iter().copied().filter(own).collect(),
    }
}

/// Up to `limit` claims before an id, the newest first.
pub(crate) async fn list(
    tx: &Tx,
    streets: &[i64],
    scope: &Scope,
    state: Option<ClaimState>,
    before: i64,
    limit: i64,
) -> Result<Vec<Claim>, Error> {
    let mut all: Vec<Claim> = Vec::new();
    for street in streets.iter().copied() {
        all.extend(match state {
            Some(state) => {
                let values = vals![street, state, before, scope.low, scope.high, scope.exact, limit];
                tx.query::<Claim>(&IN_STATE, &values).await?
            }
            None => {
                let values = vals![street, before, scope.low, scope.high, scope.exact, limit];
                tx.query::<Claim>(&ALL, &values).await?
            }
        });
    }
    all.sort_by_key(|claim| std::cmp::Reverse(claim.id));
    all.truncate(usize::try_from(limit).map_err(Error::internal)?);
    Ok(all)
}

/// The claim with this id, where the scope reaches.
///
/// # Errors
/// [`Error::Missing`] when there is none, or none that the caller may know of.
pub(crate) async fn get(tx: &Tx, scope: &Scope, id: ClaimId) -> Result<Claim, Error> {
    let found = find(tx, id.street, id.id).await?;
    found.filter(|claim| scope.covers(&claim.thing())).ok_or(Error::Missing("claim"))
}

/// The claim with this id, whoever asks.
pub(crate) async fn find(tx: &Tx, street: i64, id: i64) -> Result<Option<Claim>, Error> {
    Ok(tx.find(&vals![street, id]).await?)
}

/// The claim under a number in its written form.
pub(crate) async fn by_number(tx: &Tx, street: i64, number: &str) -> Result<Option<Claim>, Error> {
    Ok(tx.opt(&BY_NUMBER, &vals![street, number]).await?)
}

/// Claims of a street that a source has not answered, the oldest first.
pub(crate) async fn awaited(
    tx: &Tx,
    street: i64,
    source: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Claim>, Error> {
    Ok(tx.query(&AWAITED, &vals![street, source, after, limit]).await?)
}
