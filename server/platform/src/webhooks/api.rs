//! `/webhooks` on the wire.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::hook::{self, Delivery, Webhook, WebhookId, checked_types};
use super::send::checked_url;
use super::sign::new_secret;
use crate::app::App;
use crate::area_code::AreaCode;
use crate::call::{Call, IfMatch};
use crate::clock::Millis;
use crate::error::{Error, FieldProblem, Text};
use crate::extract::{Json, Path, Query};
use crate::feed::Cursor;
use crate::ids::wire_id;
use crate::page::{List, Page};
use crate::policy::Thing;

wire_id!(
    /// A delivery on the wire.
    DeliveryId, "dlv"
);

/// Where to send what happens.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookIn {
    url: String,
    /// The code of a street, or the district's for all of its streets; that of the post in use when absent.
    street: Option<String>,
    /// Such as `order:dispatch`; all when empty.
    #[serde(default)]
    types: Vec<String>,
}

/// What changes; what is absent stays.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookPatch {
    url: Option<String>,
    types: Option<Vec<String>>,
    /// `false` goes on where it stood, at once.
    paused: Option<bool>,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplayIn {
    /// A cursor of the feed or of a delivery; streets that it does not name go on where they are. From the beginning when absent.
    after: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct WebhookOut {
    id: WebhookId,
    version: i64,
    url: String,
    street: String,
    types: Vec<String>,
    created_at: Millis,
    paused_at: Option<Millis>,
    /// `by_hand`, `failing` for too long, or the receiver is `gone`.
    paused_because: Option<String>,
    /// The first failure since the last success.
    failing_at: Option<Millis>,
    /// When it is tried again; only while it fails.
    next_at: Option<Millis>,
    delivered_at: Option<Millis>,
}

/// A webhook with its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
struct WebhookMade {
    webhook: WebhookOut,
    /// Verifies `webhook-signature` (Standard Webhooks 1.0).
    secret: String,
}

#[derive(Serialize, ToSchema)]
struct DeliveryOut {
    id: DeliveryId,
    /// `waiting` or `delivered`.
    state: String,
    /// `webhook-id`, by which the receiver knows a repetition.
    event: String,
    body: String,
    /// Replaying `after` this sends it again, and what follows it.
    cursor: String,
    queued_at: Millis,
    tries: i64,
    tried_at: Option<Millis>,
    status: Option<i64>,
    /// `answer`, `timeout`, `unknown_host`, `address`, `tls` or `unreachable`.
    problem: Option<String>,
}

impl From<&Webhook> for WebhookOut {
    fn from(hook: &Webhook) -> Self {
        Self {
            id: hook.wire_id(),
            version: hook.version,
            url: hook.url.clone(),
            street: hook.street_id.to_string(),
            types: hook.types.split_whitespace().map(str::to_owned).collect(),
            created_at: hook.created_at,
            paused_at: hook.paused_at,
            paused_because: hook.paused_because.clone(),
            failing_at: hook.failing_at,
            next_at: hook.failing_at.map(|_| hook.next_at),
            delivered_at: hook.delivered_at,
        }
    }
}

impl From<Delivery> for DeliveryOut {
    fn from(row: Delivery) -> Self {
        Self {
            id: DeliveryId::new(row.street_id, row.id),
            state: row.state,
            event: row.event,
            body: row.body,
            cursor: row.feed_cursor,
            queued_at: row.queued_at,
            tries: row.tries,
            tried_at: row.tried_at,
            status: row.status,
            problem: row.problem,
        }
    }
}

fn require(app: &App, call: &Call, street: i64) -> Result<(), Error> {
    app.policy().require(call.caller()?, "webhook:manage", &Thing::at(street), app.clock().now())
}

/// The webhooks of the post's street, or of the district and all its streets.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", responses((status = 200, body = List<WebhookOut>)))]
async fn list(State(app): State<App>, call: Call) -> Result<Json<List<WebhookOut>>, Error> {
    let own = call.caller()?.post.street();
    require(&app, &call, own)?;
    let asking = app.clone();
    let look = app.read(move |r| async move {
        let mut streets = hook::streets(&r, &asking, own).await?;
        if !streets.contains(&own) {
            streets.insert(0, own);
        }
        let mut all = Vec::new();
        for street in streets {
            all.extend(hook::of_street(&r, street).await?.iter().map(WebhookOut::from));
        }
        Ok(List::whole(all, r.now()))
    });
    Ok(Json(look.await?))
}

/// Makes a webhook that begins with what happens from now on. Its secret is shown this once.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = WebhookIn, responses((status = 201, body = WebhookMade)))]
async fn open(
    State(app): State<App>,
    call: Call,
    Json(body): Json<WebhookIn>,
) -> Result<(StatusCode, Json<WebhookMade>), Error> {
    let street = match &body.street {
        Some(code) => street_of(code)?,
        None => call.caller()?.post.street(),
    };
    require(&app, &call, street)?;
    let mut problems = Vec::new();
    let url = checked_url(&body.url, &app.config().webhooks).map_err(|problem| problems.push(problem));
    let types = checked_types(&body.types).map_err(|problem| problems.push(problem));
    let (Ok(url), Ok(types)) = (url, types) else { return Err(Error::invalid(problems)) };
    let (id, secret, asking) = (app.ids().next(app.clock().now()), new_secret(app.chance())?, app.clone());
    let cursor = app.read(move |r| async move {
        let streets = hook::streets(&r, &asking, street).await?;
        Cursor::at_end(&r, &streets).await
    });
    let row = Webhook {
        street_id: street,
        id,
        version: 1,
        url,
        secret_sealed: app
            .vault()
            .seal("webhooks", "secret", id, secret.as_bytes())
            .map_err(Error::internal)?,
        types,
        feed_cursor: cursor.await?.text(),
        created_at: app.clock().now(),
        paused_at: None,
        paused_because: None,
        closed_at: None,
        tries: 0,
        failing_at: None,
        next_at: app.clock().now(),
        delivered_at: None,
    };
    // The same click finds the same webhook: its secret lies sealed in its row.
    let opened = app.once(&call, street, &body, move |w| async move {
        w.insert(&row).await?;
        w.record("webhook:open", row.wire_id(), json!({ "types": row.types }));
        Ok(row.wire_id())
    });
    let id = opened.await?;
    let row = app.read(move |r| async move { hook::get(&r, id).await }).await?;
    let secret =
        app.vault().open("webhooks", "secret", row.id, &row.secret_sealed).map_err(Error::internal)?;
    let secret = String::from_utf8(secret).map_err(Error::internal)?;
    Ok((StatusCode::CREATED, Json(WebhookMade { webhook: WebhookOut::from(&row), secret })))
}

fn street_of(code: &str) -> Result<i64, Error> {
    let wrong = || {
        Error::field(
            "street",
            Text::new("请填写街道或本区的代码", "give the code of a street or of the district"),
        )
    };
    let code: AreaCode = code.parse().map_err(|_| wrong())?;
    Some(code.value()).filter(|code| *code < 1_000_000_000).ok_or_else(wrong)
}

/// Changes a webhook, pauses it, or lets it go on.
#[utoipa::path(patch, path = "/webhooks/{id}", tag = "webhooks",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the version that was read")),
    request_body = WebhookPatch, responses((status = 200, body = WebhookOut)))]
async fn change(
    State(app): State<App>,
    call: Call,
    Path(id): Path<WebhookId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<WebhookPatch>,
) -> Result<Json<WebhookOut>, Error> {
    require(&app, &call, id.street)?;
    let mut problems: Vec<FieldProblem> = Vec::new();
    let url = body.url.as_deref().map(|url| checked_url(url, &app.config().webhooks)).transpose();
    let url = url.map_err(|problem| problems.push(problem));
    let types =
        body.types.as_deref().map(checked_types).transpose().map_err(|problem| problems.push(problem));
    let (Ok(url), Ok(types)) = (url, types) else { return Err(Error::invalid(problems)) };
    let changed = app.write(&call, id.street, move |w| async move {
        let mut hook = hook::get(&w, id).await?;
        hook.version = seen;
        hook.url = url.unwrap_or(hook.url);
        hook.types = types.unwrap_or(hook.types);
        match body.paused {
            Some(true) if hook.paused_at.is_none() => {
                hook.paused_at = Some(w.now());
                hook.paused_because = Some("by_hand".to_owned());
            }
            Some(false) => hook.resume(w.now()),
            _ => {}
        }
        w.update(&hook).await?;
        hook.version += 1;
        w.record(
            "webhook:change",
            id,
            json!({ "version": hook.version, "paused": hook.paused_at.is_some() }),
        );
        Ok(WebhookOut::from(&hook))
    });
    changed.await.map(Json)
}

/// Ends a webhook; what waits is not sent any more.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)), responses((status = 204)))]
async fn close(State(app): State<App>, call: Call, Path(id): Path<WebhookId>) -> Result<StatusCode, Error> {
    require(&app, &call, id.street)?;
    let closed = app.write(&call, id.street, move |w| async move {
        let mut hook = hook::get(&w, id).await?;
        hook.closed_at = Some(w.now());
        w.update(&hook).await?;
        w.record("webhook:close", id, json!({}));
        Ok(StatusCode::NO_CONTENT)
    });
    closed.await
}

/// What was sent and what waits, the newest first.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", params(("id" = String, Path), Page), responses((status = 200, body = List<DeliveryOut>)))]
async fn list_deliveries(
    State(app): State<App>,
    call: Call,
    Path(id): Path<WebhookId>,
    Query(page): Query<Page>,
) -> Result<Json<List<DeliveryOut>>, Error> {
    require(&app, &call, id.street)?;
    let before = page.after::<i64>()?.unwrap_or(i64::MAX);
    let limit = page.limit() + 1;
    let look = app.read(move |r| async move {
        hook::get(&r, id).await?;
        Ok((hook::deliveries(&r, id, before, limit).await?, r.now()))
    });
    let (rows, now) = look.await?;
    List::cut(rows, &page, now, |row| row.id, DeliveryOut::from).map(Json)
}

/// Sends again what happened after a cursor, in order and under the same ids.
#[utoipa::path(post, path = "/webhooks/{id}/replay", tag = "webhooks", params(("id" = String, Path)), request_body = ReplayIn, responses((status = 200, body = WebhookOut)))]
async fn replay(
    State(app): State<App>,
    call: Call,
    Path(id): Path<WebhookId>,
    Json(body): Json<ReplayIn>,
) -> Result<Json<WebhookOut>, Error> {
    require(&app, &call, id.street)?;
    let after = body.after.as_deref().map(Cursor::parse).transpose()?;
    let asking = app.clone();
    // From the beginning: place 0 of each street that it may send.
    let streets = app.read(move |r| async move { hook::streets(&r, &asking, id.street).await }).await?;
    let to = after.unwrap_or_else(|| Cursor::beginning(&streets)).within(&streets);
    let replayed = app.write(&call, id.street, move |w| async move {
        let hook = hook::get(&w, id).await?;
        hook::rewind(&w, hook, &to).await?;
        w.record("webhook:replay", id, json!({}));
        Ok(WebhookOut::from(&hook::get(&w, id).await?))
    });
    replayed.await.map(Json)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, open))
        .routes(routes!(change, close))
        .routes(routes!(list_deliveries))
        .routes(routes!(replay))
}
