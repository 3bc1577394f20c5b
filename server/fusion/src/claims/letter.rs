//! A claim as its owner reads it: an open format, described in `docs/api.md`.

use platform::{App, Error, Millis, Text};
use registry::survive::Field;
use registry::{Record, Resident};
use serde::Serialize;
use store::{Tx, vals};
use utoipa::ToSchema;

use super::{Claim, ClaimBasis, Contract, LAW};
use crate::review::sides::now_is;

/// The name of the format; another number when a field changes its meaning.
pub(crate) const FORMAT: &str = "wangge-claims/1";

/// One disputed value, in clear, for whoever owns it. It comes under its number: taken twice it is one claim.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = ClaimLetter)]
pub(crate) struct Letter {
    /// 校核编号, by which the owner knows a repetition and answers.
    pub number: String,
    /// The owner's own id of the record.
    pub record: String,
    #[schema(value_type = String)]
    field: Field,
    /// What the record says, in its normal form.
    said: String,
    /// What it should say.
    should_be: String,
    basis: ClaimBasis,
    note: Option<String>,
    law: Text,
    made_at: Millis,
    /// By when an answer is due.
    due_at: Millis,
}

/// A claim with what it is about.
pub(crate) struct Dossier {
    pub claim: Claim,
    pub resident: Resident,
    record: Option<Record>,
}

impl Dossier {
    pub(crate) async fn of(tx: &Tx, claim: Claim) -> Result<Self, Error> {
        let record = tx.find(&vals![claim.street_id, claim.record_id]).await?;
        let resident = now_is(tx, claim.street_id, claim.resident_id).await?;
        Ok(Self { claim, resident, record })
    }

    /// Opens what is disputed, for whoever has a contract about it.
    ///
    /// # Errors
    /// [`Error::Conflict`] for a field that the contract does not name.
    pub(crate) fn letter(&self, app: &App, contract: &Contract) -> Result<Letter, Error> {
        contract.must_cover(self.claim.field()?)?;
        let disputed = self.claim.disputed(app)?;
        Ok(Letter {
            number: self.claim.number.clone(),
            record: self.record.as_ref().map(|record| record.external_id.clone()).unwrap_or_default(),
            field: self.claim.field()?,
            said: disputed.said,
            should_be: disputed.should_be,
            basis: self.claim.basis,
            note: disputed.note,
            law: LAW,
            made_at: self.claim.made_at,
            due_at: self.claim.due_at,
        })
    }
}
