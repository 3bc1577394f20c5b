//! Pictures of residents on the wire: on their way, added to a report, and looked at.

use axum::extract::{Multipart, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use orders::{Proof, add_photos, admits, books, by_number, file_of, steps_of, streets_of_number};
use platform::files::Size;
use platform::{App, Error, FileId, FileOut, Json, Path, Query, Text, uploads};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::pass;
use crate::proof::{self, ProofIn};
use crate::tracking::is_public;
use crate::visitor::Visitor;

/// Pictures that come after the words.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PublicPhotosIn {
    token: String,
    files: Vec<FileId>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct PictureQuery {
    /// The token of the receipt, or that of the case's page.
    token: String,
    /// `thumb` or `full`.
    size: Option<String>,
}

/// Uploads a picture for a report to come.
#[utoipa::path(post, path = "/public/files", tag = "citizen",
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: JPEG, PNG or WebP, 10 MB"),
    responses((status = 201, body = FileOut)))]
async fn upload(
    State(app): State<App>,
    visitor: Visitor,
    form: Multipart,
) -> Result<(StatusCode, Json<FileOut>), Error> {
    // The street is not known before the place is.
    let out = uploads::keep(&app, &visitor.call, 0, uploads::picture_of(form).await?).await?;
    Ok((StatusCode::CREATED, Json(out)))
}

/// Adds pictures to a report that is still open, six at most together with the first ones.
#[utoipa::path(post, path = "/public/reports/{number}/files", tag = "citizen", params(("number" = String, Path)),
    request_body = PublicPhotosIn, responses((status = 204)))]
async fn add(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<PublicPhotosIn>,
) -> Result<StatusCode, Error> {
    let shows = ProofIn { token: Some(body.token.clone()), phone_tail: None };
    let order = proof::open(&app, &visitor, &number, &shows).await?;
    let (street, files) = (order.street_id, body.files.clone());
    app.once(&visitor.call, street, &body, move |w| async move { add_photos(&w, &order, &files).await })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a picture of a case to whoever follows it.
#[utoipa::path(get, path = "/public/reports/{number}/files/{file}", tag = "citizen",
    params(("number" = String, Path), ("file" = String, Path), PictureQuery),
    responses((status = 200, description = "the picture", content_type = "image/jpeg")))]
async fn picture(
    State(app): State<App>,
    _visitor: Visitor,
    Path((number, file)): Path<(String, FileId)>,
    Query(asked): Query<PictureQuery>,
) -> Result<impl IntoResponse, Error> {
    let size = match asked.size.as_deref() {
        None | Some("full") => Size::Full,
        Some("thumb") => Size::Thumb,
        Some(_) => {
            return Err(Error::malformed(Text::new("size 须为 thumb 或 full", "size is thumb or full")));
        }
    };
    let books = books(&app).await?;
    let (number, streets) =
        streets_of_number(&number, books.areas.streets()).ok_or(Error::Missing("file"))?;
    let asking = app.clone();
    let found = app.read(move |r| async move {
        let proof = Proof::Token(asked.token.clone());
        for street in streets {
            let Some(order) = by_number(&r, street, &number).await? else { continue };
            if pass::opens(&asking, &order, &asked.token, r.now())
                || admits(&asking, &r, &order, &proof).await?
            {
                let goes_on = orders::main_of(&r, order.clone()).await?;
                // Of the order that another was joined to only what was done is shown, not what others sent.
                let (order, found) = match file_of(&r, &order, file).await {
                    Err(Error::Missing(_)) => {
                        let found = file_of(&r, &goes_on, file).await?;
                        (goes_on, Some(found).filter(|found| found.role == orders::Role::After))
                    }
                    found => (order, Some(found?)),
                };
                let steps = steps_of(&r, &order, 0, 500).await?;
                return Ok(found.filter(|found| is_public(found, &steps)));
            }
        }
        Ok(None)
    });
    let found = found.await?.ok_or(Error::Missing("file"))?;
    let media_type = HeaderValue::from_str(&found.media_type).map_err(Error::internal)?;
    let bytes = app.heavy(move |app| app.files().read(&found.sha256, size)).await??;
    let bytes = bytes.ok_or(Error::Missing("file"))?;
    // What an id names never changes; only whoever may see it keeps it.
    let kept = HeaderValue::from_static("private, max-age=86400, immutable");
    Ok(([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, kept)], bytes))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(add))
        .routes(routes!(picture))
        .merge(OpenApiRouter::new().routes(routes!(upload)).layer(uploads::picture_limit()))
}
