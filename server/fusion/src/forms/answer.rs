//! What a community has written into a form: only what the register does not know.

use std::collections::BTreeMap;

use platform::{App, Error, Millis, Text, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};

use super::Form;

const VALUE_CHARS: usize = 200;

table! {
    /// The answers of one community to a form, for a month.
    pub struct FormAnswer in "form_answers" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub form_id: i64,
        pub community: i64,
        /// `2026-11`.
        pub month: String,
        /// Rows that it has.
        pub people: i64,
        /// Cells that somebody typed.
        pub typed: i64,
        /// Cells that the register filled.
        pub filled: i64,
        /// Values of the new columns by row, as sealed JSON.
        pub sealed: String,
        pub finished_at: Option<Millis>,
        pub finished_by: Option<i64>,
    }
}

sql! {
    OF_FORM: FormAnswer = "WHERE street_id = $1 AND form_id = $2 AND community = $3 AND month = $4 LIMIT 1";
    OF_MONTH: FormAnswer = "WHERE street_id = $1 AND month = $2 ORDER BY id LIMIT 100000";
}

/// Values of the new columns, by the row's id.
pub type Rows = BTreeMap<String, Vec<String>>;

/// The answers to a form, or none yet.
///
/// # Errors
/// What the store answers.
pub async fn answers_to(
    r: &Tx,
    form: &Form,
    (street, community): (i64, i64),
    month: &str,
) -> Result<Option<FormAnswer>, Error> {
    Ok(r.opt(&OF_FORM, &vals![street, form.id, community, month]).await?)
}

/// All answers of a street for a month.
///
/// # Errors
/// What the store answers.
pub async fn answers_of_month(r: &Tx, street: i64, month: &str) -> Result<Vec<FormAnswer>, Error> {
    Ok(r.query(&OF_MONTH, &vals![street, month]).await?)
}

impl FormAnswer {
    /// What was typed, by row.
    ///
    /// # Errors
    /// What the vault answers.
    pub fn rows(&self, app: &App) -> Result<Rows, Error> {
        let plain =
            app.vault().open("form_answers", "sealed", self.id, &self.sealed).map_err(Error::internal)?;
        serde_json::from_slice(&plain).map_err(Error::internal)
    }
}

/// What is saved.
#[derive(Clone, Debug)]
pub struct Filled {
    pub community: i64,
    pub month: String,
    pub rows: Rows,
    /// The rows that the form has there today.
    pub all: i64,
    pub finish: bool,
    /// The version that was read; 0 for none yet.
    pub version: i64,
}

/// Checks values against the new columns of a form.
///
/// # Errors
/// [`Error::Invalid`] with the reason.
pub fn check(form: &Form, rows: &Rows) -> Result<(), Error> {
    let asked = usize::try_from(form.new_count()).unwrap_or(0);
    let wrong = |zh, en| Err(Error::field("rows", Text::new(zh, en)));
    if rows.values().any(|values| values.len() != asked) {
        return wrong("每行须给出全部待填列的值", "each row needs a value for each new column");
    }
    if rows.values().flatten().any(|value| value.chars().count() > VALUE_CHARS) {
        return wrong("每格不超过 200 字", "a cell takes 200 characters at most");
    }
    Ok(())
}

/// Saves what was typed over what was saved before; a finished answer stays as it is.
///
/// # Errors
/// What the store and the vault answer; a conflict when somebody saved meanwhile, or it is finished.
pub async fn save_answers(w: &Write, form: &Form, new: Filled) -> Result<FormAnswer, Error> {
    let known = answers_to(w, form, (w.street(), new.community), &new.month).await?;
    if known.as_ref().is_some_and(|known| known.finished_at.is_some()) {
        return Err(Error::conflict(Text::new("该表已报送", "this form was handed in already")));
    }
    if known.as_ref().map_or(0, |known| known.version) != new.version {
        return Err(store::Error::Stale.into());
    }
    let mut rows = known.as_ref().map(|known| known.rows(w.app())).transpose()?.unwrap_or_default();
    rows.extend(new.rows);
    rows.retain(|_, values| values.iter().any(|value| !value.is_empty()));
    let typed = rows.values().flatten().filter(|value| !value.is_empty()).count() as i64;
    let id = known.as_ref().map_or_else(|| w.id(), |known| known.id);
    let text = serde_json::to_vec(&rows).map_err(Error::internal)?;
    let answer = FormAnswer {
        street_id: w.street(),
        id,
        version: known.as_ref().map_or(1, |known| known.version),
        form_id: form.id,
        community: new.community,
        month: new.month,
        people: new.all,
        typed,
        filled: new.all * form.known_count,
        sealed: w.app().vault().seal("form_answers", "sealed", id, &text).map_err(Error::internal)?,
        finished_at: new.finish.then_some(w.now()),
        finished_by: w.call().account().ok().filter(|_| new.finish),
    };
    let act = if new.finish { "form:finish" } else { "form:save" };
    w.record(
        act,
        form.wire_id(),
        json!({ "community": answer.community, "typed": typed, "rows": answer.people }),
    );
    if known.is_none() {
        w.insert(&answer).await?;
        return Ok(answer);
    }
    w.update(&answer).await?;
    Ok(FormAnswer { version: answer.version + 1, ..answer })
}
