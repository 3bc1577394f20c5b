//! `/public/mine/export.json` and `.pdf` on the wire.

use axum::extract::State;
use platform::{App, Download, Error, PDF, Text};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::export::{MineCopy, copy};
use super::me::Me;
use super::printed::document;

fn name(me: &Me, copy: &MineCopy, ending: &str) -> String {
    let words = Text::new("我的信息", "my-information");
    format!("{}-{}.{ending}", words.in_lang(me.call.lang), copy.made_at.beijing_date())
}

/// Gives residents everything that is known of them, who looked and what they asked, for programs to read.
#[utoipa::path(get, path = "/public/mine/export.json", tag = "mine",
    params(("Wangge-Resident" = String, Header, description = "the pass")), responses((status = 200, body = MineCopy)))]
async fn as_json(State(app): State<App>, me: Me) -> Result<Download, Error> {
    let copy = copy(&app, &me, "json").await?;
    let bytes = serde_json::to_vec_pretty(&copy).map_err(Error::internal)?;
    Ok(Download { media_type: "application/json", name: name(&me, &copy, "json"), bytes })
}

/// The same on paper.
#[utoipa::path(get, path = "/public/mine/export.pdf", tag = "mine",
    params(("Wangge-Resident" = String, Header, description = "the pass")),
    responses((status = 200, description = "the copy", content_type = "application/pdf", body = Vec<u8>)))]
async fn as_pdf(State(app): State<App>, me: Me) -> Result<Download, Error> {
    let copy = copy(&app, &me, "pdf").await?;
    let name = name(&me, &copy, "pdf");
    let document = document(&copy, me.call.lang);
    let bytes = app.heavy(move |_| paper::pdf(&document)).await??;
    Ok(Download { media_type: PDF, name, bytes })
}

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(as_json)).routes(routes!(as_pdf))
}
