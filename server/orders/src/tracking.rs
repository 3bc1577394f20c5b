//! How a resident without an account follows an order: by the token of the receipt or the end of the phone left.

use platform::{App, Error, Millis, Read, Write, secret};
use store::{table, vals};

use crate::contact::ContactRow;
use crate::order::Order;

table! {
    /// The hash of the token on a receipt. Its id is the order's.
    pub struct Tracking in "order_tracking" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub token_hash: Vec<u8>,
        pub at: Millis,
    }
}

/// What a resident shows.
#[derive(Clone, Debug)]
pub enum Proof {
    /// The token of the receipt.
    Token(String),
    /// The last four digits of the phone that was left.
    PhoneTail(String),
}

/// Makes the token of an order's receipt; only its hash is kept.
///
/// # Errors
/// What the store answers.
pub async fn issue(w: &Write, order: &Order) -> Result<String, Error> {
    let token = w.app().chance().token()?;
    let token_hash = secret::hash_token(&token).to_vec();
    w.insert(&Tracking { street_id: order.street_id, id: order.id, token_hash, at: w.now() }).await?;
    Ok(token)
}

/// Whether this proof opens this order.
///
/// # Errors
/// What the store answers.
pub async fn admits(app: &App, r: &Read, order: &Order, proof: &Proof) -> Result<bool, Error> {
    let key = vals![order.street_id, order.id];
    match proof {
        Proof::Token(token) => {
            let kept: Option<Tracking> = r.find(&key).await?;
            Ok(kept.is_some_and(|kept| secret::equal(&kept.token_hash, &secret::hash_token(token))))
        }
        Proof::PhoneTail(tail) => {
            let contact: Option<ContactRow> = r.find(&key).await?;
            Ok(contact.is_some_and(|contact| contact.ends_in(app, order, tail)))
        }
    }
}
