//! `/staff/accounts` on the wire.

use axum::extract::State;
use axum::http::StatusCode;
use platform::{App, Call, Error, Json, Thing, Write, hash_password, open_account, wire_id};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::form::{self, Form};

wire_id!(
    /// An account on the wire.
    AccountId, "acc"
);

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountIn {
    username: String,
    person_name: String,
}

/// A new account; its password exists only in this answer.
#[derive(Serialize, ToSchema)]
struct AccountOut {
    id: AccountId,
    username: String,
    one_time_password: String,
}

/// What the repetition of the same call is answered from: the password is never kept in clear.
#[derive(Serialize, Deserialize)]
struct Opened {
    id: i64,
    sealed_password: String,
}

/// Opens an account with a password for its first use, shown once.
#[utoipa::path(post, path = "/staff/accounts", tag = "staff", request_body = AccountIn,
    responses((status = 201, body = AccountOut)))]
async fn open(
    State(app): State<App>,
    call: Call,
    Json(body): Json<AccountIn>,
) -> Result<(StatusCode, Json<AccountOut>), Error> {
    app.policy().require(call.caller()?, "account:manage", &Thing::at(app.district()), app.clock().now())?;
    let mut form = Form::default();
    let username = form.kept("username", form::username(&body.username));
    let person_name = form.kept("person_name", form::line(&body.person_name, form::NAME));
    let (Some(username), Some(person_name)) = (username, person_name) else { return Err(form.refused()) };
    let password = app.chance().readable()?;
    let hash = hash_password(&app, &username, &password).await?;
    let name = username.clone();
    let verb = move |w: Write| async move {
        w.require("account:manage", &Thing::at(w.app().district()))?;
        let id = open_account(&w, &name, &person_name, hash).await?;
        let sealed = w.app().vault().seal("answers", "one_time_password", id, password.as_bytes());
        Ok(Opened { id, sealed_password: sealed.map_err(Error::internal)? })
    };
    let opened = app.once(&call, app.district(), &body, verb).await?;
    let password = app.vault().open("answers", "one_time_password", opened.id, &opened.sealed_password);
    let one_time_password = String::from_utf8(password.map_err(Error::internal)?).map_err(Error::internal)?;
    Ok((
        StatusCode::CREATED,
        Json(AccountOut { id: AccountId::shared(opened.id), username, one_time_password }),
    ))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open))
}
