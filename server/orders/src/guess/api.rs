//! `/orders/guess` on the wire.

use areas::Position;
use axum::extract::State;
use axum::http::StatusCode;
use classifier::Share;
use platform::posts::{OrganisationId, OrganisationOut};
use platform::{App, Call, Error, Json, Millis, Path, Text, Thing};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Guesser, Known};
use super::train::{KIND, words};
use crate::books::{Books, books};
use crate::order::OrderId;
use crate::query::get_visible;
use crate::suggest::standard_by_words;
use crate::wire::Coded;

/// Guesses that are offered at most.
const TOP: usize = 3;
/// A guess that is less sure than this is not offered.
const LEAST: f64 = 0.02;
/// The longest text that is looked at, in characters.
const CHARS: usize = 2_000;

/// What somebody is about to report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GuessIn {
    description: String,
    #[serde(default)]
    address: String,
    /// Longitude and latitude in degrees: whose street it is decides about the unit.
    #[schema(value_type = Option<(f64, f64)>)]
    point: Option<(f64, f64)>,
}

/// A stretch of the text that speaks for a class.
#[derive(Debug, Serialize, ToSchema)]
struct GuessWordOut {
    text: String,
    /// How much more often the class has it than the others, as the natural logarithm of the odds.
    log_odds: f64,
}

/// A class that a report may have; a person decides.
#[derive(Debug, Serialize, ToSchema)]
struct GuessOut {
    class: Coded,
    /// Between 0 and 1: of guesses that are so sure, about this share was right.
    confidence: f64,
    words: Vec<GuessWordOut>,
    /// The unit that the class's standard names.
    unit: Option<OrganisationOut>,
    /// The entry of the duty list under which the class falls.
    duty: Option<Coded>,
}

/// What the words say; empty when they say nothing, or before the model has learned.
#[derive(Debug, Serialize, ToSchema)]
struct Guesses {
    items: Vec<GuessOut>,
}

/// A share of held-out cases with its 95 % interval.
#[derive(Debug, Serialize, ToSchema)]
struct GuessShareOut {
    /// None of nothing.
    value: Option<f64>,
    low: f64,
    high: f64,
    hits: usize,
    of: usize,
}

/// How good the guesses are. Absent figures: too few closed cases to learn from.
#[derive(Debug, Serialize, ToSchema)]
struct GuessModelOut {
    trained_at: Option<Millis>,
    /// Closed cases that it learned from.
    cases: u32,
    classes: usize,
    /// Pairs of characters and words that it weighs.
    features: usize,
    /// The first guess was the class that the case was closed under, on later cases than it had learned from.
    top1: Option<GuessShareOut>,
    /// One of the first three was.
    top3: Option<GuessShareOut>,
    /// The first was, where it was at least 80 % sure.
    sure: Option<GuessShareOut>,
}

impl From<Share> for GuessShareOut {
    fn from(share: Share) -> Self {
        Self { value: share.value(), low: share.low, high: share.high, hits: share.hits, of: share.of }
    }
}

impl From<Option<&Known>> for GuessModelOut {
    fn from(known: Option<&Known>) -> Self {
        Self {
            trained_at: known.map(|known| known.trained_at),
            cases: known.map_or(0, |known| known.model.documents()),
            classes: known.map_or(0, |known| known.model.classes()),
            features: known.map_or(0, |known| known.model.features()),
            top1: known.map(|known| known.measure.top1.into()),
            top3: known.map(|known| known.measure.top3.into()),
            sure: known.map(|known| known.measure.sure.into()),
        }
    }
}

/// Guesses for a text in a street.
async fn guesses(app: &App, description: &str, address: &str, street: i64) -> Result<Guesses, Error> {
    let (books, guesser) = (books(app).await?, app.snapshot::<Guesser>().await?);
    let cut = |text: &str| text.chars().take(CHARS).collect::<String>();
    let text = words(&cut(description), &cut(address));
    let guessed = guesser.known.as_ref().map(|known| known.model.guess(&text, TOP)).unwrap_or_default();
    let in_force = books.catalogue.minor_codes();
    let offered =
        guessed.into_iter().filter(|guess| guess.confidence >= LEAST && in_force.contains(&guess.class));
    Ok(Guesses { items: offered.map(|guess| out(&books, guess, description, street)).collect() })
}

fn out(books: &Books, guess: classifier::Guess, description: &str, street: i64) -> GuessOut {
    let class = books.catalogue.class(&guess.class);
    let name = class.map_or_else(|| Text::owned(&guess.class, &guess.class), |class| class.name.clone());
    let duty = books.catalogue.duties_of(&guess.class).into_iter().next();
    let of_standard = standard_by_words(books, &guess.class, description)
        .map(|standard| standard.organisation_key.clone())
        .or_else(|| duty.and_then(|duty| duty.owner.clone()));
    let unit = of_standard.and_then(|key| books.staff.by_key(&key, Some(street)));
    GuessOut {
        class: Coded { code: guess.class, name },
        confidence: guess.confidence,
        words: guess
            .words
            .into_iter()
            .map(|word| GuessWordOut { text: word.text, log_odds: word.log_odds })
            .collect(),
        unit: unit
            .map(|unit| OrganisationOut { id: OrganisationId::shared(unit.id), name: unit.name.clone() }),
        duty: duty.map(|duty| Coded { code: duty.code.clone(), name: duty.name() }),
    }
}

/// What a report is likely about, from its words; nothing of it is kept.
#[utoipa::path(post, path = "/orders/guess", tag = "orders", request_body = GuessIn, responses((status = 200, body = Guesses)))]
async fn guess(
    State(app): State<App>,
    call: Call,
    Json(body): Json<GuessIn>,
) -> Result<Json<Guesses>, Error> {
    let caller = call.caller()?;
    let position = body.point.and_then(|(lon, lat)| Position::new(lon, lat).ok());
    let located = app.snapshot::<areas::Directory>().await?;
    let located = position.and_then(|position| located.locate(position));
    let thing = Thing::at(located.map_or(caller.post.area, areas::AreaCode::value));
    app.policy().require(caller, "order:report", &thing, app.clock().now())?;
    let street = located.and_then(areas::AreaCode::street_id).unwrap_or(caller.post.street());
    guesses(&app, &body.description, &body.address, street).await.map(Json)
}

/// What an order is likely about, from its words.
#[utoipa::path(get, path = "/orders/{id}/guess", tag = "orders", params(("id" = String, Path)), responses((status = 200, body = Guesses)))]
async fn guess_of(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
) -> Result<Json<Guesses>, Error> {
    let (asking, caller) = (app.clone(), call.caller()?.clone());
    let order = app.read(move |r| async move { get_visible(&asking, &r, &caller, id).await }).await?;
    guesses(&app, &order.description, &order.address, order.street_id).await.map(Json)
}

/// How good the guesses are, measured on cases that the model had not learned from.
#[utoipa::path(get, path = "/orders/guess/model", tag = "orders", responses((status = 200, body = GuessModelOut)))]
async fn guess_model(State(app): State<App>, call: Call) -> Result<Json<GuessModelOut>, Error> {
    let thing = Thing::at(app.district());
    app.policy().require(call.caller()?, "catalogue:read", &thing, app.clock().now())?;
    let guesser = app.snapshot::<Guesser>().await?;
    Ok(Json(guesser.known.as_ref().into()))
}

/// Has the model learn anew from the closed cases; it does so every night by itself.
#[utoipa::path(post, path = "/orders/guess/model", tag = "orders", responses((status = 204)))]
async fn train(State(app): State<App>, call: Call) -> Result<StatusCode, Error> {
    app.policy().require(call.caller()?, "catalogue:edit", &Thing::at(app.district()), app.clock().now())?;
    app.write(&call, app.district(), move |w| async move {
        w.enqueue(KIND, &json!({}), w.now()).await?;
        w.record("guess:train", "model", json!({}));
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(guess)).routes(routes!(guess_of)).routes(routes!(guess_model, train))
}
