//! What a resident shows to see a case, and whether it opens it.

use orders::{Order, Proof, admits, books, by_number, streets_of_number};
use platform::{App, Error, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::visitor::Visitor;

/// Longer than any number is written.
const NUMBER_BYTES: usize = 60;

/// The token of the receipt, or the last four digits of the phone that was left.
#[derive(Clone, Serialize, Deserialize, IntoParams, ToSchema)]
pub(crate) struct ProofIn {
    pub token: Option<String>,
    pub phone_tail: Option<String>,
}

impl ProofIn {
    /// # Errors
    /// [`Error::Malformed`] unless exactly one is given, [`Error::Invalid`] for an ending that is none.
    pub fn read(&self) -> Result<Proof, Error> {
        match (&self.token, &self.phone_tail) {
            (Some(token), None) => Ok(Proof::Token(token.clone())),
            (None, Some(tail)) if tail.len() == 4 && tail.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Proof::PhoneTail(tail.clone()))
            }
            (None, Some(_)) => Err(Error::field(
                "phone_tail",
                Text::new("请输入手机号后四位数字", "enter the last four digits of the phone number"),
            )),
            _ => Err(Error::malformed(Text::new(
                "请扫回执上的二维码，或输入反映时所留手机号的后四位",
                "scan the code on the receipt, or enter the last four digits of the phone number that was left",
            ))),
        }
    }
}

/// The order under a number, for whoever shows a proof that opens it.
///
/// # Errors
/// [`Error::Missing`] for every other, without saying which of the two is wrong; [`Error::TooMany`] after too many
/// wrong endings.
pub(crate) async fn open(app: &App, visitor: &Visitor, typed: &str, proof: &ProofIn) -> Result<Order, Error> {
    let proof = proof.read()?;
    let books = books(app).await?;
    let typed = typed.get(..NUMBER_BYTES).unwrap_or(typed);
    let (number, streets) =
        streets_of_number(typed, books.areas.streets()).ok_or(Error::Missing("report"))?;
    let is_guessable = matches!(proof, Proof::PhoneTail(_));
    if is_guessable {
        app.limiters().guesses().count(visitor.peer, &number, app.clock().now())?;
    }
    let (asking, wanted) = (app.clone(), number.clone());
    let found = app.read(move |r| async move {
        for street in streets {
            if let Some(order) = by_number(&r, street, &wanted).await?
                && admits(&asking, &r, &order, &proof).await?
            {
                return Ok(Some(order));
            }
        }
        Ok(None)
    });
    let order = found.await?.ok_or(Error::Missing("report"))?;
    if is_guessable {
        app.limiters().guesses().was_right(visitor.peer, &number);
    }
    Ok(order)
}
