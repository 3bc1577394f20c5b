//! `/orders/import` on the wire.

use axum::extract::{Multipart, State};
use axum::http::header;
use axum::response::IntoResponse;
use platform::import::{Import, sheet_limit, sheet_of};
use platform::{App, Call, Error, FieldProblem, Json, Query, Text, Thing};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::mapping::{Mapping, mapping};
use super::sheet::OrderSheet;
use super::ticket::{NewTicket, by_number};
use crate::books::{Books, books};
use crate::report::{Draft, draft};

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct OrderImportQuery {
    /// Only say what would happen.
    #[serde(default)]
    dry_run: bool,
    /// The name of a saved mapping; without one the usual headings are looked for.
    mapping: Option<String>,
}

/// A file, checked row by row.
struct Checked {
    sheet: OrderSheet,
    drafts: Vec<(Draft, Option<NewTicket>)>,
}

/// Takes orders or tickets in from a file; every row that is not taken is named with its reason. A ticket whose number
/// was taken before counts as accepted and is not taken twice.
#[utoipa::path(post, path = "/orders/import", tag = "orders", params(OrderImportQuery),
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: CSV, XLSX or JSON, 10 MB"),
    responses((status = 200, body = Import)))]
async fn import(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<OrderImportQuery>,
    form: Multipart,
) -> Result<Json<Import>, Error> {
    let caller = call.caller()?;
    let street = caller.post.street();
    app.policy().require(caller, "order:import", &Thing::at(caller.post.area), app.clock().now())?;
    let bytes = sheet_of(form).await?;
    let file = (asked.mapping.clone(), Sha256::digest(&bytes).to_vec());
    let Checked { sheet, drafts } = check(&app, &call, &asked, bytes).await?;
    let (accepted, is_tickets) = (drafts.len(), drafts.iter().any(|(_, ticket)| ticket.is_some()));
    let drafts = new_ones(&app, drafts).await?;
    let (added, problems) = (drafts.len(), sheet.problems);
    if !asked.dry_run && added > 0 {
        let detail = json!({ "orders": added, "known": accepted - added, "problems": problems.len() });
        // The same file under the same key is the same import.
        let filed = app.once(&call, street, &file, move |w| async move {
            for (draft, ticket) in drafts {
                let order = draft.file(&w).await?;
                if let Some(ticket) = ticket {
                    ticket.write(&w, &order).await?;
                }
            }
            w.record("order:import", street, detail);
            Ok(())
        });
        filed.await?;
    }
    let import = Import::new(accepted, problems, asked.dry_run, call.lang);
    Ok(Json(Import { added: is_tickets.then_some(added), ..import }))
}

/// Gives back the rows of a file that an import does not take, as a workbook with a column that says why.
#[utoipa::path(post, path = "/orders/import/rejected", tag = "orders", params(OrderImportQuery),
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: CSV, XLSX or JSON, 10 MB"),
    responses((status = 200, description = "the workbook", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn rejected(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<OrderImportQuery>,
    form: Multipart,
) -> Result<impl IntoResponse, Error> {
    call.caller()?;
    let bytes = sheet_of(form).await?;
    let Checked { sheet, .. } = check(&app, &call, &asked, bytes).await?;
    let (lang, now) = (call.lang, app.clock().now());
    let book = app.heavy(move |_| sheet.leftover(lang, now)).await??;
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"rejected.xlsx\""),
    ];
    Ok((headers, book))
}

async fn check(app: &App, call: &Call, asked: &OrderImportQuery, bytes: Vec<u8>) -> Result<Checked, Error> {
    let (books, asking, street) = (books(app).await?, call.clone(), call.caller()?.post.street());
    let by = match asked.mapping.clone() {
        Some(name) => Some(app.read(move |r| async move { mapping(&r, street, &name).await }).await?),
        None => None,
    };
    app.heavy(move |app| checked(app, &books, &asking, by.as_ref(), &bytes)).await?
}

/// Reads the sheet and checks each row as any report is checked.
fn checked(
    app: &App,
    books: &Books,
    call: &Call,
    by: Option<&Mapping>,
    bytes: &[u8],
) -> Result<Checked, Error> {
    let mut sheet = OrderSheet::read(bytes, by, books)?;
    let mut drafts = Vec::with_capacity(sheet.orders.len());
    let now = app.clock().now();
    for order in std::mem::take(&mut sheet.orders) {
        match draft(app, books, call, now, order.new) {
            Ok(draft) => drafts.push((draft, order.ticket)),
            Err(Error::Invalid(fields)) => {
                let found: Vec<_> = fields.iter().map(|field| sheet.problem(order.row, field)).collect();
                sheet.problems.extend(found);
            }
            Err(Error::Forbidden(_)) => {
                let text = Text::new("不在本岗位的辖区内", "outside the area of the post in use");
                let problem = sheet.problem(order.row, &FieldProblem::new("point", text));
                sheet.problems.push(problem);
            }
            Err(other) => return Err(other),
        }
    }
    sheet.problems.sort_by_key(|problem| problem.row);
    Ok(Checked { sheet, drafts })
}

/// What was not taken before, under its number.
async fn new_ones(
    app: &App,
    drafts: Vec<(Draft, Option<NewTicket>)>,
) -> Result<Vec<(Draft, Option<NewTicket>)>, Error> {
    app.read(move |r| async move {
        let mut new = Vec::with_capacity(drafts.len());
        for (draft, ticket) in drafts {
            let known = match &ticket {
                Some(ticket) => by_number(&r, draft.street(), &ticket.channel, &ticket.number).await?,
                None => None,
            };
            if known.is_none() {
                new.push((draft, ticket));
            }
        }
        Ok(new)
    })
    .await
}

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import)).routes(routes!(rejected)).layer(sheet_limit())
}
