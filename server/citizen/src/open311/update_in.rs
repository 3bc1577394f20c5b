//! An update that another system sends: a step where its unit may take it, a remark otherwise, never a forced state.

use axum::http::StatusCode;
use orders::{Action, Decided, StepInput, books, clocks_of, comment, decide};
use platform::{App, Call, Error, FileId, Millis, SystemInUse, Text, Who, uploads};
use serde_json::json;
use store::{Tx, sql, table, vals};

use super::form::Form;
use super::format::{Answer, Refused};
use super::list::get;
use super::status::{meant, word};
use super::tree::{Node, is_writable};

/// The longest id of an update.
const ID_CHARS: usize = 100;
/// The longest description: it has to fit into a remark, with its status.
const DESCRIPTION_CHARS: usize = 1_900;
const MOST_FILES: usize = 6;

table! {
    /// An update that was taken. Each is taken once.
    struct Update in "open311_updates" key 2 {
        street_id: i64,
        id: i64,
        system_id: i64,
        /// The other system's own id of it.
        update_id: String,
        order_id: i64,
        status: String,
        /// When the other system says that it happened.
        updated_at: Millis,
        at: Millis,
    }
}

sql! {
    KNOWN = "SELECT id FROM open311_updates WHERE street_id = $1 AND system_id = $2 AND update_id = $3";
}

/// What an update says.
struct Said {
    request: String,
    update: String,
    status: &'static str,
    description: String,
    updated_at: Millis,
}

/// Takes an update in.
///
/// # Errors
/// One text for each thing that is wrong; an update that was taken before is refused.
pub(crate) async fn update(
    app: &App,
    (call, system): (Call, SystemInUse),
    form: Form,
    streets: Vec<i64>,
) -> Result<Answer, Refused> {
    let said = read(&form)?;
    let order = get(app, &said.request, streets).await?.order;
    let call = Call { who: Who::System(system), key: None, ..call };
    let (street, update_id) = (order.street_id, said.update.clone());
    let known = app.read(move |r| async move { is_known(&r, street, system.id, &update_id).await }).await?;
    if known {
        return Err(known_before());
    }
    let mut files = Vec::with_capacity(form.files.len());
    for bytes in form.files.into_iter().take(MOST_FILES) {
        files.push(uploads::keep(app, &call, 0, bytes).await?.id);
    }
    let decided = match meant(said.status, order.state) {
        Some(action) => step(app, &call, &order, action, &said.description, files).await?,
        None => None,
    };
    let kept = said.update.clone();
    let taken = app.write(&call, street, move |w| async move {
        if is_known(&w, street, system.id, &said.update).await? {
            return Ok(false);
        }
        let update = Update {
            street_id: street,
            id: w.id(),
            system_id: system.id,
            update_id: said.update,
            order_id: order.id,
            status: said.status.to_owned(),
            updated_at: said.updated_at,
            at: w.now(),
        };
        w.insert(&update).await?;
        match decided {
            Some(decided) => {
                let w = w.standing_in(w.call().clone(), street, decided.at());
                decided.take(&w).await?;
            }
            None => {
                let text = format!("［{}］{}", said.status, said.description);
                comment(&w, &order, &text).await?;
            }
        }
        w.record("open311:update", order.wire_id(), json!({ "update": update.id, "status": update.status }));
        Ok(true)
    });
    if !taken.await? {
        return Err(known_before());
    }
    let record = Node::Record(vec![("update_id", Node::text(&kept))]);
    let node = Node::List("request_update", vec![record]);
    Ok(Answer { status: StatusCode::CREATED, ..Answer::ok("service_request_updates", node) })
}

async fn is_known(r: &Tx, street: i64, system: i64, update: &str) -> Result<bool, Error> {
    Ok(r.opt::<(i64,)>(&KNOWN, &vals![street, system, update]).await?.is_some())
}

fn known_before() -> Refused {
    Refused::bad(Text::new("该 update_id 已接收过", "this update_id was taken before"))
}

/// The step that is meant, if flow and policy both allow it with what came along.
async fn step(
    app: &App,
    call: &Call,
    order: &orders::Order,
    action: Action,
    note: &str,
    files: Vec<FileId>,
) -> Result<Option<Decided>, Error> {
    let (street, id) = (order.street_id, order.id);
    let clocks = app.read(move |r| async move { clocks_of(&r, street, id).await }).await?;
    let input = StepInput { note: Some(note.to_owned()), files, ..StepInput::of(action) };
    match decide(app, &books(app).await?, call, app.clock().now(), order, clocks, input) {
        Ok(decided) => Ok(Some(decided)),
        // It is a remark then.
        Err(Error::Forbidden(_) | Error::Conflict { .. } | Error::Invalid(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

fn read(form: &Form) -> Result<Said, Refused> {
    let mut problems = Vec::new();
    let mut needed = |name: &str| {
        let value = form.one(name);
        if value.is_none() {
            problems.push(Text::owned(format!("缺少 {name}"), format!("{name} is missing")));
        }
        value.unwrap_or_default().to_owned()
    };
    let (request, update) = (needed("service_request_id"), needed("update_id"));
    let (written, description) = (needed("status"), needed("description"));
    needed("updated_datetime");
    let status = word(&written);
    if status.is_none() && !written.is_empty() {
        problems.push(Text::new("status 不在可用词表内", "status is none of the known words"));
    }
    if update.chars().count() > ID_CHARS || update.chars().any(char::is_control) {
        problems.push(Text::new("update_id 不超过 100 字", "update_id has 100 characters at most"));
    }
    if description.chars().count() > DESCRIPTION_CHARS || !description.chars().all(is_writable) {
        problems.push(Text::new(
            "description 不超过 1900 字，且不含控制字符",
            "description has 1,900 characters at most and no control characters",
        ));
    }
    let updated_at = form.moment("updated_datetime")?;
    match (problems.is_empty(), status, updated_at) {
        (true, Some(status), Some(updated_at)) => {
            Ok(Said { request, update, status, description, updated_at })
        }
        _ => Err(Refused::Said(StatusCode::BAD_REQUEST, problems)),
    }
}
