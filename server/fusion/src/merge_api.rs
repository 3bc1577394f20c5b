//! Merges on the wire.

use axum::extract::State;
use platform::{App, Call, Error, Json, List, Millis, Path};
use registry::look::{self, Asked};
use registry::{Group, How, Resident, ResidentId};
use serde::Serialize;
use store::vals;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::merge::{self, Merge, MergeId, unmerge};

/// Merges of one resident that are shown.
const SHOWN: i64 = 100;

/// That two residents were made one, without a value of either.
#[derive(Serialize, ToSchema)]
struct MergeOut {
    id: MergeId,
    version: i64,
    kept: ResidentId,
    gone: ResidentId,
    /// Records that moved.
    records: usize,
    at: Millis,
    undone_at: Option<Millis>,
}

impl MergeOut {
    fn of(row: &Merge) -> Result<Self, Error> {
        Ok(Self {
            id: row.wire_id(),
            version: row.version,
            kept: ResidentId::new(row.street_id, row.kept_id),
            gone: ResidentId::new(row.street_id, row.gone_id),
            records: row.records()?,
            at: row.at,
            undone_at: row.undone_at,
        })
    }
}

/// Lists the merges of which a resident was a part.
#[utoipa::path(get, path = "/residents/{id}/merges", tag = "fusion",
    params(("id" = String, Path), ("Wangge-Purpose" = String, Header, description = "why")),
    responses((status = 200, body = List<MergeOut>)))]
async fn list(
    State(app): State<App>,
    call: Call,
    asked: Asked,
    Path(id): Path<ResidentId>,
) -> Result<Json<List<MergeOut>>, Error> {
    call.caller()?;
    let looked = app.write(&call, id.street, move |w| async move {
        let resident = look::get(&w, &asked, "resident:read", id).await?;
        let rows = merge::of(&w, id.street, id.id, SHOWN).await?;
        look::leave(&w, &asked, &[&resident], How::Read, &[] as &[Group]);
        let items = rows.iter().map(MergeOut::of).collect::<Result<Vec<_>, _>>()?;
        Ok((items, w.now()))
    });
    let (items, now) = looked.await?;
    Ok(Json(List::whole(items, now)))
}

/// Parts two residents who were made one; nothing that was known of either is lost.
#[utoipa::path(post, path = "/merges/{id}/undo", tag = "fusion", params(("id" = String, Path)), responses((status = 200, body = MergeOut)))]
async fn undo(State(app): State<App>, call: Call, Path(id): Path<MergeId>) -> Result<Json<MergeOut>, Error> {
    call.caller()?;
    let undone = app.write(&call, id.street, move |w| async move {
        let row: Option<Merge> = w.find(&vals![id.street, id.id]).await?;
        let row = row.ok_or(Error::Missing("merge"))?;
        let kept: Option<Resident> = w.find(&vals![id.street, row.kept_id]).await?;
        w.require("review:decide", &kept.ok_or(Error::Missing("resident"))?.thing())?;
        MergeOut::of(&unmerge(&w, id.street, id.id).await?)
    });
    undone.await.map(Json)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(undo))
}
