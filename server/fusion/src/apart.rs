//! Residents who were found to be two: they are not asked about again, and not joined by way of others.

use platform::{Error, Millis, Write};
use store::{Tx, sql, table, vals};

table! {
    /// That two residents are different people, until it is lifted.
    pub(crate) struct Apart in "apart" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub one_id: i64,
        pub other_id: i64,
        pub at: Millis,
        pub by_account: Option<i64>,
        pub by_post: Option<i64>,
        pub lifted_at: Option<Millis>,
    }
}

sql! {
    FROM_ONE = "SELECT other_id FROM apart WHERE street_id = $1 AND one_id = $2 AND lifted_at IS NULL ORDER BY id LIMIT 200";
    FROM_OTHER = "SELECT one_id FROM apart WHERE street_id = $1 AND other_id = $2 AND lifted_at IS NULL ORDER BY id LIMIT 200";
    /// Who was joined into somebody and has not been parted since.
    JOINED = "SELECT gone_id FROM merges WHERE street_id = $1 AND kept_id = $2 AND undone_at IS NULL ORDER BY id LIMIT 200";
    LIFT = "UPDATE apart SET lifted_at = $3 WHERE street_id = $1 AND id = $2 AND lifted_at IS NULL";
}

/// Everybody of whom a resident is made: those joined into them, and those joined into these.
///
/// # Errors
/// What the store answers.
pub(crate) async fn made_of(tx: &Tx, street: i64, resident: i64) -> Result<Vec<i64>, Error> {
    let mut all = vec![resident];
    let mut at = 0;
    while let Some(next) = all.get(at).copied() {
        let joined: Vec<(i64,)> = tx.query(&JOINED, &vals![street, next]).await?;
        all.extend(joined.into_iter().map(|(id,)| id));
        at += 1;
    }
    Ok(all)
}

/// Whether anybody of whom the one is made was found to be somebody else than anybody of whom the other is made.
///
/// # Errors
/// What the store answers.
pub(crate) async fn is_apart(tx: &Tx, street: i64, one: i64, other: i64) -> Result<bool, Error> {
    let (ones, others) = (made_of(tx, street, one).await?, made_of(tx, street, other).await?);
    for id in ones {
        let mut apart: Vec<(i64,)> = tx.query(&FROM_ONE, &vals![street, id]).await?;
        apart.extend(tx.query::<(i64,)>(&FROM_OTHER, &vals![street, id]).await?);
        if apart.iter().any(|(id,)| others.contains(id)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes down that two are different people.
pub(crate) fn part(w: &Write, street: i64, one: i64, other: i64) -> i64 {
    let id = w.id();
    w.insert_later(&Apart {
        street_id: street,
        id,
        one_id: one,
        other_id: other,
        at: w.now(),
        by_account: w.call().account().ok(),
        by_post: w.call().caller().ok().map(|caller| caller.post.id),
        lifted_at: None,
    });
    id
}

/// Takes that back.
pub(crate) fn lift(w: &Write, street: i64, id: i64) {
    w.later(&LIFT, &vals![street, id, w.now()]);
}
