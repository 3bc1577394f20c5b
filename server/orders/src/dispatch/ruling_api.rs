//! `/rulings` on the wire: what was decided when units disagreed.

use axum::extract::State;
use platform::{App, Call, Error, Json, List, Page, Query};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::books::books;
use crate::dispatch::ruling::search;
use crate::dispatch::wire::RulingOut;
use crate::present::Presenter;
use crate::view::{Bounds, ListQuery};

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct RulingQuery {
    /// Words of the case, the units, the clause or the reason.
    q: Option<String>,
    /// The code of a case class.
    class: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    limit: Option<i64>,
}

/// Lists rulings on cases that the post in use may read, the newest first.
#[utoipa::path(get, path = "/rulings", tag = "orders", params(RulingQuery),
    responses((status = 200, body = List<RulingOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<RulingQuery>,
) -> Result<Json<List<RulingOut>>, Error> {
    let (books, caller) = (books(&app).await?, call.caller()?.clone());
    let wanted = ListQuery { q: asked.q, class: asked.class, ..ListQuery::default() };
    let bounds = Bounds::of(&app, &caller, books.areas.streets(), &wanted)?;
    let page = Page { cursor: asked.cursor, limit: asked.limit };
    let with = Presenter { now: app.clock().now(), app: app.clone(), books, caller };
    let list = app.read(move |r| async move {
        let found = match &bounds {
            Some(bounds) => search(&r, bounds, page.after()?, page.limit() + 1).await?,
            None => Vec::new(),
        };
        List::cut(found, &page, r.now(), |ruling| ruling.id, |ruling| with.ruling(&ruling))
    });
    Ok(Json(list.await?))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}
