//! `/orders/import/mappings` and what a file has for columns, on the wire.

use std::collections::BTreeMap;

use axum::extract::{Multipart, State};
use platform::import::{sheet_limit, sheet_of};
use platform::{App, Call, Error, Json, Text, Thing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::columns::{FIELDS, guessed};
use super::mapping::{self, Mapping};
use super::rows::rows;
use crate::books::books;

/// As many rows as show what the columns hold.
const SAMPLE_ROWS: usize = 5;

/// How columns of a sheet fill our fields.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IntakeMapping {
    name: String,
    /// The street that it is for; that of the post in use when absent.
    street: Option<String>,
    /// The channel of the tickets, where no column tells it; `12345` when absent.
    channel: Option<String>,
    /// Headings by our fields.
    columns: BTreeMap<String, String>,
    /// Our class codes by the other office's words.
    #[serde(default)]
    classes: BTreeMap<String, String>,
}

/// The saved mappings.
#[derive(Serialize, ToSchema)]
struct IntakeMappings {
    items: Vec<IntakeMapping>,
}

/// A field that a column can fill.
#[derive(Serialize, ToSchema)]
struct IntakeField {
    field: &'static str,
    name: Text,
    needed: bool,
}

/// The columns of a file.
#[derive(Serialize, ToSchema)]
struct IntakeColumns {
    /// The first row.
    headings: Vec<String>,
    /// Headings by our fields, as far as they are usual ones.
    guessed: BTreeMap<&'static str, String>,
    /// The first rows below.
    sample: Vec<Vec<String>>,
    rows: usize,
    fields: Vec<IntakeField>,
}

impl IntakeMapping {
    fn of(street: i64, mapping: Mapping) -> Self {
        Self {
            name: mapping.name,
            street: Some(street.to_string()),
            channel: mapping.channel,
            columns: mapping.columns,
            classes: mapping.classes,
        }
    }
}

/// Lists the mappings of the street of the post in use.
#[utoipa::path(get, path = "/orders/import/mappings", tag = "orders",
    responses((status = 200, body = IntakeMappings)))]
async fn list(State(app): State<App>, call: Call) -> Result<Json<IntakeMappings>, Error> {
    let caller = call.caller()?;
    let street = caller.post.street();
    let thing = Thing::at(caller.post.area);
    if !app.policy().allows(caller, "order:import", &thing, app.clock().now())? {
        return Ok(Json(IntakeMappings { items: Vec::new() }));
    }
    let all = app.read(move |r| async move { mapping::mappings(&r, street).await }).await?;
    Ok(Json(IntakeMappings { items: all.into_iter().map(|own| IntakeMapping::of(street, own)).collect() }))
}

/// Saves a mapping under its name, in place of an earlier one.
#[utoipa::path(put, path = "/orders/import/mappings", tag = "orders", request_body = IntakeMapping,
    responses((status = 200, body = IntakeMapping)))]
async fn save(
    State(app): State<App>,
    call: Call,
    Json(body): Json<IntakeMapping>,
) -> Result<Json<IntakeMapping>, Error> {
    let caller = call.caller()?;
    let street = body.street.as_deref().map(str::parse::<i64>).transpose();
    let street = street
        .map_err(|_| Error::field("street", Text::new("街道编码有误", "this is no street's code")))?
        .unwrap_or_else(|| caller.post.street());
    app.policy().require(caller, "order:import", &Thing::at(street), app.clock().now())?;
    let given =
        Mapping { name: body.name, channel: body.channel, columns: body.columns, classes: body.classes };
    let mapping = given.tidy(&books(&app).await?)?;
    let saved = mapping.clone();
    app.write(&call, street, move |w| async move { mapping::put(&w, &saved).await }).await?;
    Ok(Json(IntakeMapping::of(street, mapping)))
}

/// Tells the columns of a file, and which of our fields they seem to fill. Nothing is kept.
#[utoipa::path(post, path = "/orders/import/columns", tag = "orders",
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: CSV, XLSX or JSON, 10 MB"),
    responses((status = 200, body = IntakeColumns)))]
async fn columns(State(app): State<App>, call: Call, form: Multipart) -> Result<Json<IntakeColumns>, Error> {
    call.caller()?;
    let bytes = sheet_of(form).await?;
    let mut read = app.heavy(move |_| rows(&bytes)).await??.into_iter();
    let headings = read.next().map(|first| first.cells).unwrap_or_default();
    let guessed = guessed(&headings).into_iter().map(|(field, (_, heading))| (field, heading)).collect();
    let rows = read.len();
    Ok(Json(IntakeColumns {
        headings,
        guessed,
        sample: read.take(SAMPLE_ROWS).map(|row| row.cells).collect(),
        rows,
        fields: FIELDS
            .iter()
            .map(|field| IntakeField {
                field: field.name,
                name: Text::owned(field.zh, field.en),
                needed: field.needed,
            })
            .collect(),
    }))
}

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, save))
        .merge(OpenApiRouter::new().routes(routes!(columns)).layer(sheet_limit()))
}
