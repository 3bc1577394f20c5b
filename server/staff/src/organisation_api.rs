//! `/staff/organisations` and `/staff/establishment` on the wire.

use std::collections::BTreeMap;

use axum::extract::State;
use platform::posts::{OrganisationId, OrganisationOut};
use platform::{App, Call, Error, Json, List, PostKind, Text};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::may_read;
use crate::directory::Directory;
use crate::organisation::{Organisation, OrganisationKind};
use crate::query;

/// An organisation.
#[derive(Serialize, ToSchema)]
struct OrganisationItem {
    id: OrganisationId,
    key: String,
    kind: OrganisationKind,
    name: Text,
    street: Option<String>,
    #[schema(value_type = Option<String>)]
    parent: Option<OrganisationId>,
}

/// Posts granted beside people in post.
#[derive(Serialize, ToSchema)]
struct EstablishmentItem {
    organisation: OrganisationOut,
    kind: PostKind,
    quota: i64,
    held: i64,
}

/// How other things mention an organisation.
pub(crate) fn named(organisation: &Organisation) -> OrganisationOut {
    OrganisationOut { id: OrganisationId::shared(organisation.id), name: organisation.name.clone() }
}

/// Organisations of the district and its streets.
#[utoipa::path(get, path = "/staff/organisations", tag = "staff",
    responses((status = 200, body = List<OrganisationItem>)))]
async fn organisations(State(app): State<App>, call: Call) -> Result<Json<List<OrganisationItem>>, Error> {
    may_read(&app, &call)?;
    let directory = app.snapshot::<Directory>().await?;
    let item = |one: &Organisation| OrganisationItem {
        id: OrganisationId::shared(one.id),
        key: one.key.clone(),
        kind: one.kind,
        name: one.name.clone(),
        street: one.street.map(|street| street.to_string()),
        parent: one.parent.map(OrganisationId::shared),
    };
    Ok(Json(List::whole(directory.all().map(item).collect(), app.clock().now())))
}

/// Posts granted to each organisation beside people in post; more people than posts are shown too.
#[utoipa::path(get, path = "/staff/establishment", tag = "staff",
    responses((status = 200, body = List<EstablishmentItem>)))]
async fn establishment(State(app): State<App>, call: Call) -> Result<Json<List<EstablishmentItem>>, Error> {
    may_read(&app, &call)?;
    let directory = app.snapshot::<Directory>().await?;
    let (granted, heads) = app.read(|r| async move { query::establishment(&r).await }).await?;
    let mut rows: BTreeMap<(i64, PostKind), (i64, i64)> = BTreeMap::new();
    for row in granted {
        rows.entry((row.organisation_id, row.kind)).or_default().0 = row.quota;
    }
    for row in heads {
        rows.entry((row.organisation_id, row.kind)).or_default().1 = row.people;
    }
    let items = rows.into_iter().filter_map(|((organisation, kind), (quota, held))| {
        let organisation = named(directory.organisation(organisation)?);
        Some(EstablishmentItem { organisation, kind, quota, held })
    });
    Ok(Json(List::whole(items.collect(), app.clock().now())))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(organisations)).routes(routes!(establishment))
}
