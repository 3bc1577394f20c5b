//! `/session` on the wire.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use store::vals;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::{self, Account};
use crate::app::App;
use crate::bootstrap;
use crate::call::{Call, OpenCall, Who};
use crate::clock::Millis;
use crate::error::{Error, Text};
use crate::extract::Json;
use crate::limits::{Limited, Peer};
use crate::posts::{self, PostId, PostOut};
use crate::sessions;
use crate::sign_in::{self, Opened};
use crate::step_up::{Shown, step_up};
use crate::{code, secret};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    username: String,
    password: String,
    /// The six digits of the authenticator, where one is set.
    totp: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Bootstrap {
    /// The one-time code that `wangge admin bootstrap` printed.
    code: String,
    username: String,
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SwitchPost {
    #[schema(value_type = String)]
    post_id: PostId,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangePassword {
    current: String,
    new: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpCode {
    code: String,
}

/// Once more who it is: the code of the authenticator where one is set, else the password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StepUp {
    password: Option<String>,
    code: Option<String>,
}

/// Until when what needs a step-up is open.
#[derive(Serialize, ToSchema)]
struct SteppedUp {
    until: Millis,
}

/// The signed-in person, the post in use, and what it may do.
#[derive(Serialize, ToSchema)]
pub struct SessionOut {
    pub account: PersonOut,
    pub post: Option<PostOut>,
    pub posts: Vec<PostOut>,
    /// What the post in use may do somewhere, such as `order:accept`: pages hide what is not here.
    pub rights: Vec<String>,
    pub expires_at: Millis,
}

/// The signed-in person.
#[derive(Serialize, ToSchema)]
pub struct PersonOut {
    pub id: String,
    pub username: String,
    pub person_name: String,
    /// Whether a second factor is confirmed.
    pub totp: bool,
}

/// A second factor to be put into an authenticator.
#[derive(Serialize, ToSchema)]
struct TotpOut {
    /// Base32, for typing.
    secret: String,
    otpauth_url: String,
    qr_svg: String,
}

type Cookies = [(HeaderName, HeaderValue); 1];

async fn describe(app: &App, who: &Who) -> Result<SessionOut, Error> {
    let account_id = match who {
        Who::Post(caller) => caller.account,
        Who::Account(account) => *account,
        Who::Visitor | Who::System(_) | Who::Program(_) => return Err(Error::Unauthenticated),
    };
    let (account, held) = app
        .read(move |r| async move {
            let account: Account = r.find(&vals![account_id]).await?.ok_or(Error::Unauthenticated)?;
            Ok((account, posts::held(&r, account_id).await?))
        })
        .await?;
    let (post, rights) = match who {
        Who::Post(caller) => {
            let post = held.iter().find(|held| held.id == caller.post.id).map(PostOut::from);
            (post, app.policy().rights(caller).into_iter().map(str::to_owned).collect())
        }
        _ => (None, Vec::new()),
    };
    Ok(SessionOut {
        account: PersonOut {
            id: account.id.to_string(),
            username: account.username,
            person_name: account.person_name,
            totp: account.totp_confirmed_at.is_some(),
        },
        post,
        posts: held.iter().map(PostOut::from).collect(),
        rights,
        expires_at: app.clock().now().plus(app.config().session_idle_ms()),
    })
}

async fn answer(app: &App, opened: Opened) -> Result<(Cookies, Json<SessionOut>), Error> {
    let cookie = app.cookie(Some(&opened.token))?;
    Ok(([(header::SET_COOKIE, cookie)], Json(describe(app, &opened.who).await?)))
}

fn token<'a>(app: &App, headers: &'a HeaderMap) -> Result<&'a str, Error> {
    app.token(headers).ok_or(Error::Unauthenticated)
}

/// Who is signed in, in which post, with which rights.
#[utoipa::path(get, path = "/session", tag = "session", responses((status = 200, body = SessionOut)))]
async fn read(State(app): State<App>, call: Call) -> Result<Json<SessionOut>, Error> {
    Ok(Json(describe(&app, &call.who).await?))
}

/// Signs in; wrong tries make the account wait, ever longer.
#[utoipa::path(post, path = "/session", tag = "session", request_body = SignIn, responses((status = 200, body = SessionOut)))]
async fn open(
    State(app): State<App>,
    OpenCall(call): OpenCall,
    peer: Peer,
    Json(body): Json<SignIn>,
) -> Result<(Cookies, Json<SessionOut>), Error> {
    app.limiters().count(Limited::SignIn, peer)?;
    let opened = sign_in::sign_in(&app, &call, &body.username, &body.password, body.totp.as_deref()).await?;
    answer(&app, opened).await
}

/// Signs out.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204)))]
async fn end(State(app): State<App>, call: Call, headers: HeaderMap) -> Result<(StatusCode, Cookies), Error> {
    sign_in::sign_out(&app, &call, token(&app, &headers)?).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, app.cookie(None)?)]))
}

/// Goes on in another post; the session's token changes.
#[utoipa::path(put, path = "/session/post", tag = "session", request_body = SwitchPost, responses((status = 200, body = SessionOut)))]
async fn switch(
    State(app): State<App>,
    call: Call,
    headers: HeaderMap,
    Json(body): Json<SwitchPost>,
) -> Result<(Cookies, Json<SessionOut>), Error> {
    let opened = sign_in::switch(&app, &call, token(&app, &headers)?, body.post_id.id).await?;
    answer(&app, opened).await
}

/// Changes the own password; every other session of the account ends.
#[utoipa::path(post, path = "/session/password", tag = "session", request_body = ChangePassword, responses((status = 204)))]
async fn password(
    State(app): State<App>,
    call: Call,
    headers: HeaderMap,
    Json(body): Json<ChangePassword>,
) -> Result<StatusCode, Error> {
    let session = sessions::hash(token(&app, &headers)?);
    accounts::change_password(&app, &call, session, &body.current, &body.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows once more who is signed in, for what is sensitive; holds for ten minutes, and the session's token changes.
#[utoipa::path(post, path = "/session/step-up", tag = "session", request_body = StepUp, responses((status = 200, body = SteppedUp)))]
async fn raise(
    State(app): State<App>,
    call: Call,
    headers: HeaderMap,
    peer: Peer,
    Json(body): Json<StepUp>,
) -> Result<(Cookies, Json<SteppedUp>), Error> {
    app.limiters().count(Limited::SignIn, peer)?;
    let shown = match (body.code, body.password) {
        (Some(code), None) => Shown::Code(code),
        (None, Some(password)) => Shown::Password(password),
        _ => {
            let text = Text::new("请填写密码或动态验证码", "give the password or the code");
            return Err(Error::field("password", text));
        }
    };
    let (fresh, until) = step_up(&app, &call, token(&app, &headers)?, shown).await?;
    Ok(([(header::SET_COOKIE, app.cookie(Some(&fresh))?)], Json(SteppedUp { until })))
}

/// Opens the first administrator's account with a one-time code.
#[utoipa::path(post, path = "/session/bootstrap", tag = "session", request_body = Bootstrap, responses((status = 200, body = SessionOut)))]
async fn first(
    State(app): State<App>,
    OpenCall(call): OpenCall,
    peer: Peer,
    Json(body): Json<Bootstrap>,
) -> Result<(Cookies, Json<SessionOut>), Error> {
    app.limiters().count(Limited::SignIn, peer)?;
    let opened = bootstrap::use_code(&app, &call, &body.code, &body.username, &body.password).await?;
    answer(&app, opened).await
}

/// Begins a second factor.
#[utoipa::path(post, path = "/session/totp", tag = "session", responses((status = 200, body = TotpOut)))]
async fn propose_totp(State(app): State<App>, call: Call) -> Result<Json<TotpOut>, Error> {
    let secret = accounts::propose_totp(&app, &call).await?;
    let id = call.account()?;
    let account: Account = app
        .read(move |r| async move { Ok(r.find(&vals![id]).await?) })
        .await?
        .ok_or(Error::Unauthenticated)?;
    let otpauth_url = secret::otpauth_url(&secret, &account.username, &app.config().district.name_zh)?;
    let qr_svg = code::qr_svg(&otpauth_url)?;
    Ok(Json(TotpOut { secret: secret::base32(&secret), otpauth_url, qr_svg }))
}

/// Confirms the second factor with its first code.
#[utoipa::path(put, path = "/session/totp", tag = "session", request_body = TotpCode, responses((status = 204)))]
async fn confirm_totp(
    State(app): State<App>,
    call: Call,
    Json(body): Json<TotpCode>,
) -> Result<StatusCode, Error> {
    accounts::confirm_totp(&app, &call, &body.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read, open, end))
        .routes(routes!(switch))
        .routes(routes!(password))
        .routes(routes!(raise))
        .routes(routes!(first))
        .routes(routes!(propose_totp, confirm_totp))
}
