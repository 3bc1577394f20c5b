//! `/public/reports` on the wire: taking a report in.

use areas::{AreaCode, Position};
use axum::extract::State;
use axum::http::StatusCode;
use orders::{Contact, NewOrder, REPORT_PHOTOS, Source, books, draft, issue};
use platform::code::qr_svg;
use platform::limits::Limited;
use platform::{App, Error, FieldProblem, FileId, Json, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::promise::promise;
use crate::visitor::Visitor;

/// What a resident reports.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicReportIn {
    /// The code of a case class.
    class: String,
    /// Longitude and latitude in degrees.
    #[schema(value_type = Option<(f64, f64)>)]
    point: Option<(f64, f64)>,
    /// The code of a community or a grid, for whoever cannot point at the place.
    area: Option<String>,
    address: String,
    description: String,
    /// Pictures uploaded before, six at most.
    #[serde(default)]
    files: Vec<FileId>,
    /// Whom to call; it is sealed.
    phone: Option<String>,
}

/// What the resident keeps.
#[derive(Serialize, ToSchema)]
struct PublicReceipt {
    /// 受理编号.
    number: String,
    /// Opens the case; shown this once.
    token: String,
    street: Text,
    promise: Text,
    /// A drawing of the address of the case's own page.
    qr_svg: String,
}

/// What a report remembers of itself for a second click.
#[derive(Serialize, Deserialize)]
struct Filed {
    street: i64,
    order: i64,
    number: String,
    promise: Text,
    token_sealed: String,
}

/// Takes a resident's report in, once for each `Idempotency-Key`.
#[utoipa::path(post, path = "/public/reports", tag = "citizen", request_body = PublicReportIn,
    responses((status = 201, body = PublicReceipt)))]
async fn report(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<PublicReportIn>,
) -> Result<(StatusCode, Json<PublicReceipt>), Error> {
    let books = books(&app).await?;
    let new = new_order(&body)?;
    let drafted = draft(&app, &books, &visitor.call, app.clock().now(), new).map_err(by_our_names)?;
    let (reference, peer) = (books.clone(), visitor.peer);
    let filed = app.once(&visitor.call, drafted.street(), &body, move |w| async move {
        // Counted here, so that a repeated click is not a second report.
        w.app().limiters().count(Limited::Report, peer)?;
        let order = drafted.file(&w).await?;
        let token = issue(&w, &order).await?;
        let sealed = w.app().vault().seal("answers", "token", order.id, token.as_bytes());
        Ok(Filed {
            street: order.street_id,
            order: order.id,
            promise: promise(&reference, &order),
            number: order.number,
            token_sealed: sealed.map_err(Error::internal)?,
        })
    });
    let filed = filed.await?;
    let token =
        app.vault().open("answers", "token", filed.order, &filed.token_sealed).map_err(Error::internal)?;
    let token = String::from_utf8(token).map_err(Error::internal)?;
    let page = app.config().server.public_url.trim_end_matches('/');
    let receipt = PublicReceipt {
        qr_svg: qr_svg(&format!("{page}/p/track/{}?token={token}", filed.number))?,
        number: filed.number,
        token,
        street: books.areas.name(filed.street),
        promise: filed.promise,
    };
    Ok((StatusCode::CREATED, Json(receipt)))
}

fn new_order(body: &PublicReportIn) -> Result<NewOrder, Error> {
    let mut problems = Vec::new();
    let position = body.point.map(|(lon, lat)| Position::new(lon, lat)).transpose();
    let position = position.map_err(|error| {
        problems.push(FieldProblem::new("point", Text::owned(error.zh(), error.to_string())));
    });
    let area = body.area.as_deref().map(str::parse::<AreaCode>).transpose();
    let area = area.map_err(|error| {
        problems.push(FieldProblem::new("area", Text::owned(error.zh(), error.to_string())));
    });
    if body.files.len() > REPORT_PHOTOS {
        problems.push(FieldProblem::new("files", Text::new("照片不超过 6 张", "six pictures at most")));
    }
    match (position, area, problems.is_empty()) {
        (Ok(position), Ok(area), true) => Ok(NewOrder {
            source: Source::Resident,
            class: body.class.clone(),
            position,
            area,
            address: body.address.clone(),
            description: body.description.clone(),
            urgent: false,
            files: body.files.clone(),
            contact: body.phone.clone().map(|phone| Contact { name: None, phone: Some(phone) }),
        }),
        _ => Err(Error::invalid(problems)),
    }
}

/// The fields of a report are fewer than those of an order.
fn by_our_names(error: Error) -> Error {
    let Error::Invalid(problems) = error else { return error };
    let ours = |mut problem: FieldProblem| {
        if problem.field == "contact.phone" {
            "phone".clone_into(&mut problem.field);
        }
        problem
    };
    Error::Invalid(problems.into_iter().map(ours).collect())
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(report))
}
