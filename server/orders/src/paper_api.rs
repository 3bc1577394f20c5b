//! Orders on paper and in workbooks.

use axum::extract::State;
use paper::Paper;
use platform::{App, Call, Download, Error, Lang, PDF, Path, Query, Text, XLSX};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::books::books;
use crate::detail::order_for;
use crate::export::written;
use crate::inbox::Inbox;
use crate::order::{Order, OrderId};
use crate::present::Presenter;
use crate::printed::printed;
use crate::query::{get_visible, steps_of};
use crate::slip::{Happened, Sent, Slip};
use crate::step::Step;
use crate::view::ListQuery;
use crate::words::Act;

/// The most steps that are looked through for the last dispatch.
const STEPS: i64 = 500;
/// How many handfuls of rows may wait for the workbook.
const WAITING: usize = 4;

/// What a slip is printed on.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Sheet {
    #[default]
    A4,
    /// A roll of 80 mm.
    Receipt,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct SlipQuery {
    #[serde(default)]
    #[param(inline)]
    paper: Sheet,
    /// `zh` or `en`; the caller's language when absent.
    #[param(inline)]
    lang: Option<Lang>,
}

/// Prints the slip that goes with an order: what, where, until when, under which clause, with its code.
#[utoipa::path(get, path = "/orders/{id}/slip.pdf", tag = "orders", params(("id" = String, Path), SlipQuery),
    responses((status = 200, description = "the slip", content_type = "application/pdf", body = Vec<u8>)))]
async fn slip(
    State(app): State<App>,
    call: Call,
    Path(id): Path<OrderId>,
    Query(asked): Query<SlipQuery>,
) -> Result<Download, Error> {
    let lang = asked.lang.unwrap_or(call.lang);
    let order = order_for(&app, &call, id).await?;
    let (books, caller) = (books(&app).await?, call.caller()?.clone());
    let (asking, who) = (app.clone(), caller.clone());
    let found = app.read(move |r| async move {
        let order = get_visible(&asking, &r, &who, id).await?;
        Ok((steps_of(&r, &order, 0, STEPS).await?, order))
    });
    let (steps, row) = found.await?;
    let printed = printed(&app, &call, &books.staff, lang, Text::new("派单", "dispatch")).await?;
    let page = app.config().server.public_url.trim_end_matches('/').to_owned();
    let with = Presenter { now: app.clock().now(), app: app.clone(), books, caller };
    let told = |step: &Step| {
        let by = with.by(step.post_id, step.post_organisation_id);
        Ok(Happened { at: step.at, act: with.act_name(&row, step.action)?, by, note: step.note.clone() })
    };
    let history = steps.iter().map(told).collect::<Result<Vec<_>, Error>>()?;
    let last = steps.into_iter().rfind(|step| matches!(step.action, Act::Dispatch | Act::Rule));
    let document = Slip {
        history,
        issuer: with.books.areas.name(row.street_id),
        state: with.state_name(&row)?,
        sent: last.map(|step| Sent {
            at: step.at,
            by: with.by(step.post_id, step.post_organisation_id),
            note: step.note,
            clause: step.clause,
        }),
        page: format!("{page}/orders/{id}"),
        paper: match asked.paper {
            Sheet::A4 => Paper::A4,
            Sheet::Receipt => Paper::Receipt,
        },
        order: &order,
        lang,
        printed,
    }
    .document();
    let name = format!("{}-{}.pdf", document.title, order.row.number);
    let bytes = app.heavy(move |_| paper::pdf(&document)).await??;
    Ok(Download { media_type: PDF, name, bytes })
}

/// Hands out a list of orders as a workbook, all of its rows; the ledger keeps who took it and what was asked for.
#[utoipa::path(get, path = "/orders/list.xlsx", tag = "orders", params(ListQuery),
    responses((status = 200, description = "the list", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn workbook(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<ListQuery>,
) -> Result<Download, Error> {
    let (books, caller) = (books(&app).await?, call.caller()?.clone());
    let street = caller.post.street();
    let scope = app.policy().scope(&caller, "order:export", app.clock().now());
    if scope.is_empty {
        return Err(Error::forbidden());
    }
    let inbox = Inbox::of(&app, &books, &caller, &asked)?;
    let lang = call.lang;
    let with = Presenter { now: app.clock().now(), app: app.clone(), books, caller };
    let (to, rows) = mpsc::channel::<Vec<Order>>(WAITING);
    let read = app.read(move |r| async move { inbox.stream(&r, to).await });
    let write = app.heavy(move |_| written(&with, &scope, lang, rows));
    let (read, wrote) = tokio::join!(read, write);
    let (bytes, count) = wrote??;
    read?;
    let detail = json!({
        "rows": count,
        "view": format!("{:?}", asked.view),
        "class": asked.class,
        "area": asked.area,
        "searched": asked.q.is_some(),
    });
    let recorded = app.write(&call, street, move |w| async move {
        w.record("orders:export", street, detail);
        Ok(())
    });
    recorded.await?;
    let name = Text::new("工单", "orders");
    let day = app.clock().now().beijing_date();
    let name = format!("{}-{day}.xlsx", name.in_lang(lang));
    Ok(Download { media_type: XLSX, name, bytes })
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(slip)).routes(routes!(workbook))
}
