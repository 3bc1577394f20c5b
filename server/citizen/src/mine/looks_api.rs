//! `/public/mine/looks` on the wire: who looked, and the proof of each look.

use axum::extract::State;
use platform::{App, Download, Error, Json, LedgerProof, List, Millis, Page, Path, Query, Text, prove_entry};
use registry::look::LookId;
use registry::myself::{look, looks};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::looks::{MineLook, Teller, delayed};
use super::me::Me;

/// Who looked, the newest first.
#[derive(Serialize, ToSchema)]
struct MineLooks {
    items: Vec<MineLook>,
    /// Hand this back as `cursor`; `null` on the last page.
    next: Option<String>,
    /// Looks that the law hides for a time, once there are at least three.
    delayed: Option<usize>,
    now: Millis,
}

/// Shows residents who looked at what is known of them, for what, and what they saw.
#[utoipa::path(get, path = "/public/mine/looks", tag = "mine",
    params(Page, ("Wangge-Resident" = String, Header, description = "the pass")),
    responses((status = 200, body = MineLooks)))]
async fn list(State(app): State<App>, me: Me, Query(page): Query<Page>) -> Result<Json<MineLooks>, Error> {
    let before = page.after::<i64>()?.unwrap_or(i64::MAX);
    let limit = usize::try_from(page.limit() + 1).map_err(Error::internal)?;
    let areas = app.snapshot::<areas::Directory>().await?;
    let look = app.read(move |r| async move {
        let rows = looks(&r, &me.selves, before, limit, r.now()).await?.shown;
        let delayed = delayed(&r, &me).await?;
        let mut teller = Teller::new(&r, &me, areas).await?;
        let mut told = Vec::with_capacity(rows.len());
        for row in &rows {
            told.push((row.id, teller.tell(&r, row).await?));
        }
        Ok((told, delayed, r.now()))
    });
    let (told, delayed, now) = look.await?;
    let List { items, next, now } = List::cut(told, &page, now, |(id, _)| *id, |(_, told)| told)?;
    Ok(Json(MineLooks { items, next, delayed, now }))
}

/// The proof that a look stands in the ledger: a file to keep, which `wangge ledger verify-proof` checks anywhere.
#[utoipa::path(get, path = "/public/mine/looks/{id}/proof", tag = "mine",
    params(("id" = String, Path), ("Wangge-Resident" = String, Header, description = "the pass")),
    responses((status = 200, body = LedgerProof)))]
async fn prove(State(app): State<App>, me: Me, Path(id): Path<LookId>) -> Result<Download, Error> {
    let lang = me.call.lang;
    let found = app.read(move |r| async move { look(&r, &me.selves, (id.street, id.id), r.now()).await });
    let row = found.await?;
    let proof = prove_entry(&app, row.street_id, row.entry_id).await?;
    let name = Text::new("查询记录证明", "proof");
    let moment = row.at.beijing().strftime("%Y%m%d-%H%M%S").to_string();
    Ok(Download {
        media_type: "application/json",
        name: format!("{}-{moment}.json", name.in_lang(lang)),
        bytes: serde_json::to_vec(&proof).map_err(Error::internal)?,
    })
}

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(prove))
}
