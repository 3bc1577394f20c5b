//! Where each value of somebody comes from: who says it, since when, who says otherwise, and by which rule it stands.

use platform::{App, Error, Lang, Text, Write};
use serde::Serialize;
use utoipa::ToSchema;

use crate::card::{group_of, masked};
use crate::derive::{Heard, records_of};
use crate::look::{self, Asked};
use crate::record::Record;
use crate::resident::ResidentId;
use crate::sources::Sources;
use crate::survive::{Field, Rule, Rules, survive};
use crate::words::{Group, How};

/// A value that stands, with those that do not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Origin {
    pub field: Field,
    /// Masked.
    pub value: String,
    pub source: Text,
    pub said_on: Option<String>,
    pub rule: Rule,
    /// What the rule is called.
    pub rule_name: Text,
    pub rivals: Vec<RivalOut>,
}

/// A value that somebody else says.
#[derive(Debug, Serialize, ToSchema)]
pub struct RivalOut {
    /// Masked.
    pub value: String,
    pub source: Text,
    pub said_on: Option<String>,
}

/// The records of somebody, read under a trace.
pub struct Said {
    records: Vec<Record>,
    sources: Sources,
}

/// Reads what was said about somebody.
///
/// # Errors
/// As [`look::get`].
pub async fn said(w: &Write, asked: &Asked, id: ResidentId) -> Result<Said, Error> {
    let resident = look::get(w, asked, "resident:read", id).await?;
    let records = records_of(w, resident.street_id, resident.id).await?;
    let sources = Sources::of(w, w.app().district()).await?;
    let at = w.standing_in(w.call().clone(), resident.street_id, w.now());
    let groups: Vec<Group> = Field::ALL.iter().filter_map(|field| group_of(*field)).collect();
    look::leave(&at, asked, &[&resident], How::Read, &groups);
    Ok(Said { records, sources })
}

impl Said {
    /// What stands and what does not, masked.
    ///
    /// # Errors
    /// What the vault answers.
    pub fn origins(&self, app: &App, lang: Lang) -> Result<Vec<Origin>, Error> {
        let heard = Heard::open(app, &self.records, &self.sources)?;
        let chosen = survive(&heard.voices(), &Rules::default());
        Ok(chosen
            .into_iter()
            .map(|choice| Origin {
                field: choice.field,
                value: masked(choice.field, &choice.value, lang),
                source: self.sources.name(&choice.source),
                said_on: choice.said_on,
                rule: choice.rule,
                rule_name: choice.rule.name(),
                rivals: choice
                    .rivals
                    .into_iter()
                    .map(|rival| RivalOut {
                        value: masked(choice.field, &rival.value, lang),
                        source: self.sources.name(&rival.source),
                        said_on: rival.said_on,
                    })
                    .collect(),
            })
            .collect())
    }
}
