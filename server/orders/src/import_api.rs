//! `/orders/import` on the wire.

use axum::extract::{Multipart, State};
use platform::import::{Import, ImportQuery, sheet_limit, sheet_of};
use platform::{App, Call, Error, FieldProblem, Json, Query, Text, Thing};
use serde_json::json;
use sha2::{Digest, Sha256};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::books::{Books, books};
use crate::report::{Draft, draft};
use crate::sheet::OrderSheet;

/// Takes orders in from a CSV or XLSX file; every row that is not taken is named with its reason.
#[utoipa::path(post, path = "/orders/import", tag = "orders", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "`file`: CSV or XLSX, 10 MB"),
    responses((status = 200, body = Import)))]
async fn import(
    State(app): State<App>,
    call: Call,
    Query(asked): Query<ImportQuery>,
    form: Multipart,
) -> Result<Json<Import>, Error> {
    let caller = call.caller()?;
    let thing = Thing::at(caller.post.area);
    app.policy().require(caller, "order:import", &thing, app.clock().now())?;
    let bytes = sheet_of(form).await?;
    let file = Sha256::digest(&bytes).to_vec();
    let (books, asking) = (books(&app).await?, call.clone());
    let (sheet, drafts) = app.heavy(move |app| checked(app, &books, &asking, &bytes)).await??;
    let accepted = drafts.len();
    let problems = sheet.problems;
    if !asked.dry_run && accepted > 0 {
        let street = caller.post.street();
        let detail = json!({ "orders": accepted, "problems": problems.len() });
        // The same file under the same key is the same import.
        let filed = app.once(&call, street, &file, move |w| async move {
            for draft in drafts {
                draft.file(&w).await?;
            }
            w.record("order:import", street, detail);
            Ok(())
        });
        filed.await?;
    }
    Ok(Json(Import::new(accepted, problems, asked.dry_run, call.lang)))
}

/// Reads the sheet and checks each row as any report is checked.
fn checked(app: &App, books: &Books, call: &Call, bytes: &[u8]) -> Result<(OrderSheet, Vec<Draft>), Error> {
    let mut sheet = OrderSheet::read(bytes)?;
    let mut drafts = Vec::with_capacity(sheet.orders.len());
    let now = app.clock().now();
    for order in std::mem::take(&mut sheet.orders) {
        match draft(app, books, call, now, order.new) {
            Ok(draft) => drafts.push(draft),
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
    Ok((sheet, drafts))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import)).layer(sheet_limit())
}
