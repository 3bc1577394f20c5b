//! Learning from the district's closed cases.

use classifier::{Document, Fitted, Lexicon, fit};
use platform::jobs::Job;
use platform::{App, Call, Error, Millis};
use serde_json::json;
use store::{row, sql, vals};

use super::model::{Guesser, ModelRow};
use crate::books::books;
use crate::words::State;

/// The job that learns when somebody asked for it.
pub(crate) const KIND: &str = "orders:train-guess";
/// Cases of one street that are looked through at most, the latest first.
const CASES_OF_STREET: usize = 5_000;
/// Read at once.
const PAGE: i64 = 1_000;
/// It learns at three in the night, Beijing time.
const HOUR_MS: i64 = 3 * 3_600_000;

row! {
    struct Told { id: i64, state: State, class: String, address: String, description: String }
}

sql! {
    /// Those that are not closed are left out here: along the key, nothing has to be sorted.
    TOLD = "SELECT id, state, class, address, description FROM orders
        WHERE street_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    DROP_OLDER = "UPDATE guess_models SET body = '' WHERE id < $1 AND body <> ''";
}

/// The words of a case, as the model sees them.
pub(super) fn words(description: &str, address: &str) -> String {
    format!("{description} {address}")
}

/// Learns anew. Answers from how many cases; `None` when there are too few to say anything.
///
/// # Errors
/// What the store answers.
pub async fn train_guess(app: &App, call: &Call) -> Result<Option<u32>, Error> {
    let books = books(app).await?;
    let mut told: Vec<Told> = Vec::new();
    for street in books.areas.streets() {
        told.extend(told_in(app, *street).await?);
    }
    told.retain(|one| one.state == State::Closed);
    // Ids order by time across streets.
    told.sort_unstable_by_key(|one| one.id);
    let names: Vec<String> = books.catalogue.classes().map(|class| class.name.zh.to_string()).collect();
    let fitted = app.heavy(move |_| learn(&told, &names)).await?;
    let Some(Fitted { model, measure }) = fitted else { return Ok(None) };
    let documents = model.documents();
    let (body, measure) =
        (serde_json::to_string(&model).map_err(Error::internal)?, json!(measure).to_string());
    app.write(call, app.district(), move |w| async move {
        let by = w.call().account().ok();
        let row = ModelRow {
            id: w.id(),
            trained_at: w.now(),
            trained_by: by,
            documents: i64::from(documents),
            measure,
            body,
        };
        w.exec(&DROP_OLDER, &vals![row.id]).await?;
        w.insert(&row).await?;
        w.record("guess:learn", "model", json!({ "cases": documents }));
        w.outdates::<Guesser>().await
    })
    .await?;
    Ok(Some(documents))
}

async fn told_in(app: &App, street: i64) -> Result<Vec<Told>, Error> {
    let mut told: Vec<Told> = Vec::new();
    loop {
        let before = told.last().map_or(i64::MAX, |one| one.id);
        let page: Vec<Told> =
            app.read(move |r| async move { Ok(r.query(&TOLD, &vals![street, before, PAGE]).await?) }).await?;
        let is_last = i64::try_from(page.len()).is_ok_and(|found| found < PAGE);
        told.extend(page);
        if is_last || told.len() >= CASES_OF_STREET {
            return Ok(told);
        }
    }
}

fn learn(told: &[Told], names: &[String]) -> Option<Fitted> {
    let texts: Vec<String> = told.iter().map(|one| words(&one.description, &one.address)).collect();
    let documents: Vec<Document<'_>> =
        texts.iter().zip(told).map(|(text, one)| Document { text, class: &one.class }).collect();
    fit(&documents, &Lexicon::new(names.iter().map(String::as_str)))
}

/// The job: learns, whoever asked.
///
/// # Errors
/// What the store answers.
pub(crate) async fn work(app: App, _: Job) -> Result<(), Error> {
    train_guess(&app, &Call::program("guess")).await.map(drop)
}

/// Learns when three in the night has passed since the last time. For the one process that keeps the house.
///
/// # Errors
/// What the store answers.
pub async fn train_when_due(app: &App) -> Result<(), Error> {
    let now = app.clock().now();
    let today = Millis::at_beijing_midnight(now.beijing_date()).plus(HOUR_MS);
    let night = if now >= today { today } else { today.plus(-24 * 3_600_000) };
    let last = app.snapshot::<Guesser>().await?.known.as_ref().map(|known| known.trained_at);
    if last.is_none_or(|last| last < night) {
        train_guess(app, &Call::program("guess")).await?;
    }
    Ok(())
}
