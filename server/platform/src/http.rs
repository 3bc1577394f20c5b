//! The one router: `/api/v1` of all rooms with what surrounds every request, the API's description, health and
//! metrics.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use store::sql;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::room::Room;
use crate::{
    api_page, description, events, feed_api, ledger_api, request, session_api, systems, uploads, webhooks,
};

/// A JSON body may be this large; files have limits of their own.
const BODY_BYTES: usize = 256 * 1024;

sql! {
    ALIVE = "SELECT CAST(1 AS BIGINT)";
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(session_api::router())
        .merge(ledger_api::router())
        .merge(systems::router())
        .merge(feed_api::router())
        .merge(webhooks::router())
        .routes(routes!(events::events))
        .merge(OpenApiRouter::new().routes(routes!(uploads::upload)).layer(uploads::picture_limit()))
}

/// The routes of all rooms below `/api/v1`, and their description.
///
/// # Errors
/// [`Error::Internal`] when the description cannot be written.
pub fn api(rooms: &[Room]) -> Result<(Router<App>, OpenApi), Error> {
    let info = InfoBuilder::new()
        .title("Wangge")
        .version("1")
        .description(Some("One system for a subdistrict and its district. Moments are RFC 3339 in UTC; errors are problem+json (RFC 9457)."))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").build()));
    let all = rooms.iter().fold(OpenApiRouter::new(), |all, room| all.merge((room.router)()));
    let (routes, mut described) =
        OpenApiRouter::with_openapi(OpenApiBuilder::new().info(info.build()).build())
            .nest("/api/v1", all)
            .split_for_parts();
    description::complete(&mut described)?;
    Ok((routes, described))
}

/// The whole server without its web pages.
///
/// # Errors
/// [`Error::Internal`] when the description cannot be written.
pub fn server(app: App, rooms: &[Room]) -> Result<Router, Error> {
    let (routes, described) = api(rooms)?;
    let json: Arc<str> = described.to_pretty_json().map_err(Error::internal)?.into();
    let page: Arc<str> = api_page::page(&described).into();
    let described = Router::new()
        .route(
            "/api/openapi.json",
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json.to_string()) }),
        )
        .route("/api/docs", get(move || async move { Html(page.to_string()) }))
        .route("/api/{*rest}", axum::routing::any(|| async { Error::Missing("route") }));
    let outside = rooms.iter().filter_map(|room| room.outside);
    let outside = outside.fold(Router::new(), |all, routes| all.merge(routes()));
    Ok(Router::new()
        .merge(routes)
        .merge(outside)
        .merge(described)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(CatchPanicLayer::custom(|_| Error::internal("a handler panicked").into_response()))
        .layer(middleware::from_fn_with_state(app.clone(), request::surround))
        .merge(Router::new().route("/health", get(health)).route("/metrics", get(metrics)))
        .with_state(app))
}

/// Says whether the store answers.
async fn health(State(app): State<App>) -> Response {
    let asked: Result<(i64,), Error> = app.read(|r| async move { Ok(r.one(&ALIVE, &[]).await?) }).await;
    match asked {
        Ok(_) => (StatusCode::OK, "ok\n").into_response(),
        Err(error) => {
            tracing::warn!(%error, "the store does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response()
        }
    }
}

fn recorder() -> Result<&'static PrometheusHandle, Error> {
    static RECORDER: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    let installed = RECORDER
        .get_or_init(|| PrometheusBuilder::new().install_recorder().map_err(|error| error.to_string()));
    installed.as_ref().map_err(Error::internal)
}

/// Folds what was counted into its sums; without this, counts would pile up until somebody asks for them.
///
/// # Errors
/// [`Error::Internal`] when another recorder is in place.
pub fn fold_counts() -> Result<(), Error> {
    recorder().map(PrometheusHandle::run_upkeep)
}

/// Installs the recorder before the first request, so that none goes uncounted.
///
/// # Errors
/// [`Error::Internal`] when another recorder is in place.
pub fn count_requests() -> Result<(), Error> {
    recorder().map(|_| ())
}

/// Figures for a collector, in Prometheus' text form; only a caller on this machine is answered, since no account asks.
async fn metrics(peer: crate::limits::Peer) -> Response {
    if !peer.0.is_loopback() {
        return StatusCode::NOT_FOUND.into_response();
    }
    match recorder() {
        Ok(recorder) => recorder.render().into_response(),
        Err(error) => error.status().into_response(),
    }
}
