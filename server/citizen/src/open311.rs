//! Open311 GeoReport v2 at `/open311/v2`: requests reported and read by programs that know nothing else of us.
//!
//! - **XML and JSON say the same**: both are written from one tree, refusals too.
//! - **Only what is public is shown**, whatever is asked; `record` says what that is.
//! - **A key to write, none to read.** Reading is counted against the address that it comes from.
//! - **An update never forces a state**: it is a step that the flow allows to the unit, or a remark.
//! - `/open311/test/v2` is the same with nothing filed.

mod discovery;
mod filter;
mod form;
mod format;
mod list;
mod post;
mod record;
mod services;
mod status;
mod tree;
mod update_in;
mod updates;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use orders::{Role, books};
use platform::files::Size;
use platform::systems::by_key;
use platform::{App, Call, Error, FileId, InWords, Lang, OpenCall, RequestId, SystemInUse, SystemKind, Text};
use std::sync::Arc;

use crate::visitor::Visitor;
use form::Form;
use format::{Answer, Format, Refused};

/// A form with six pictures of a phone.
const BODY_BYTES: usize = 24 * 1024 * 1024;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/open311/v2/{*rest}", any(serve))
        .route("/open311/test/v2/{*rest}", any(serve))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

async fn serve(State(app): State<App>, request: Request) -> Response {
    let (method, lang) = (request.method().clone(), Lang::of(request.headers()));
    let (parts, body) = request.into_parts();
    let id: Arc<str> = RequestId::of(&parts).into();
    let path = parts.uri.path().to_owned();
    let is_test = path.starts_with("/open311/test/");
    let rest = path.split_once("/v2/").map_or("", |(_, rest)| rest).to_owned();
    let (place, format) = Format::part(&rest);
    let request = Request::from_parts(parts, body);
    let reads = matches!(method, Method::GET | Method::HEAD);
    let mut response = if method == Method::OPTIONS {
        (StatusCode::NO_CONTENT, [(header::ALLOW, "GET, HEAD, POST")]).into_response()
    } else if let (Some(rest), true) = (rest.strip_prefix("media/"), reads) {
        match picture(&app, request, rest).await {
            Ok(response) => response,
            Err(refused) => refused.written(Format::Xml, lang, &id),
        }
    } else {
        let form = format.unwrap_or(Format::Xml);
        match answer(&app, request, (place, format), is_test).await {
            Ok(answer) => answer.written(form),
            Err(refused) => refused.written(form, lang, &id),
        }
    };
    response.extensions_mut().insert(InWords);
    let headers = response.headers_mut();
    if reads || method == Method::OPTIONS {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("link, retry-after"));
    }
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}

async fn answer(
    app: &App,
    request: Request,
    (place, format): (&str, Option<Format>),
    is_test: bool,
) -> Result<Answer, Refused> {
    let nowhere = || Refused::missing(Text::new("没有这个地址", "there is no such address"));
    let parts: Vec<&str> = place.split('/').collect();
    let is_post = match *request.method() {
        Method::GET | Method::HEAD => false,
        Method::POST => true,
        _ => return Err(wrong_method()),
    };
    if format.is_none() {
        return Err(nowhere());
    }
    match (is_post, parts.as_slice()) {
        (true, ["requests" | "servicerequestupdates"]) => write(app, request, place, is_test).await,
        (false, ["discovery"]) => {
            counted(app, request).await?;
            Ok(Answer::ok("discovery", discovery::discovery(app)))
        }
        (false, ["services" | "requests" | "servicerequestupdates"])
        | (false, ["services" | "requests" | "tokens", _]) => {
            let form = Form::of_query(&request)?;
            let call = counted(app, request).await?;
            read(app, &form, &parts, call.lang).await
        }
        (true, ["discovery" | "services"] | ["services" | "requests" | "tokens", _]) => Err(wrong_method()),
        _ => Err(nowhere()),
    }
}

fn wrong_method() -> Refused {
    Refused::Error(Error::WrongMethod)
}

/// Counts a call against the address that it comes from.
async fn counted(app: &App, request: Request) -> Result<Call, Refused> {
    let (mut parts, _) = request.into_parts();
    Ok(Visitor::from_request_parts(&mut parts, app).await?.call)
}

async fn read(app: &App, form: &Form, parts: &[&str], lang: Lang) -> Result<Answer, Refused> {
    let streets = streets(app, form).await?;
    match parts {
        ["services"] => Ok(Answer::ok("services", services::services(&books(app).await?.catalogue, lang))),
        ["services", code] => {
            let known = services::definition(&books(app).await?.catalogue, code, lang);
            let none = || Refused::missing(Text::new("没有这个服务", "there is no such service"));
            known.map(|node| Answer::ok("service_definition", node)).ok_or_else(none)
        }
        ["requests", id] => list::one(app, id, streets, lang).await,
        ["tokens", token] => list::token(app, token, streets).await,
        ["requests"] => list::list(app, form, streets, lang).await,
        _ => updates::updates(app, form, streets, lang).await,
    }
}

async fn write(app: &App, request: Request, place: &str, is_test: bool) -> Result<Answer, Refused> {
    let (mut parts, body) = request.into_parts();
    let OpenCall(call) = OpenCall::from_request_parts(&mut parts, app).await?;
    let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|shown| shown.strip_prefix("Bearer ")).map(str::to_owned);
    let form = Form::of_body(Request::from_parts(parts, body)).await?;
    let system = key(app, form.one("api_key").map(str::to_owned).or(shown)).await?;
    let streets = streets(app, &form).await?;
    match place {
        "requests" => post::post(app, (call, system), form, is_test).await,
        _ => update_in::update(app, (call, system), form, streets).await,
    }
}

/// The system whose key was sent.
async fn key(app: &App, sent: Option<String>) -> Result<SystemInUse, Refused> {
    let sent = sent.ok_or_else(Refused::key)?;
    let system = by_key(app, &sent).await.map_err(|error| match error {
        Error::Unauthenticated => Refused::key(),
        other => Refused::Error(other),
    })?;
    if system.kind == SystemKind::Open311 { Ok(system) } else { Err(Refused::key()) }
}

/// The streets of the jurisdiction that is named: the district's code or a street's; all when none is.
async fn streets(app: &App, form: &Form) -> Result<Vec<i64>, Refused> {
    let all = books(app).await?.areas.streets().to_vec();
    let Some(named) = form.one("jurisdiction_id") else { return Ok(all) };
    match named.parse::<i64>() {
        Ok(code) if code == app.district() => Ok(all),
        Ok(code) if all.contains(&code) => Ok(vec![code]),
        _ => Err(Refused::missing(Text::new("没有这个 jurisdiction_id", "there is no such jurisdiction_id"))),
    }
}

/// A picture of a request that was reported in public: that of the report, or of what was done.
async fn picture(app: &App, request: Request, rest: &str) -> Result<Response, Refused> {
    counted(app, request).await?;
    let parted = rest.strip_suffix(".jpg").and_then(|rest| rest.split_once('/'));
    let (number, file) = parted.ok_or_else(list::missing)?;
    let file: FileId = file.parse().map_err(|_| list::missing())?;
    let streets = books(app).await?.areas.streets().to_vec();
    let shown = list::get(app, number, streets).await?;
    if !record::is_open(&shown.order) {
        return Err(list::missing());
    }
    let found = app.read(move |r| async move {
        let file = orders::file_of(&r, &shown.order, file).await?;
        let steps = orders::steps_of(&r, &shown.order, 0, 500).await?;
        Ok(Some(file).filter(|file| file.role == Role::Before || crate::tracking::is_public(file, &steps)))
    });
    let found = found.await?.ok_or_else(list::missing)?;
    let bytes = app.heavy(move |app| app.files().read(&found.sha256, Size::Full)).await?;
    let bytes = bytes.map_err(Error::from)?.ok_or_else(list::missing)?;
    let kept =
        [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "public, max-age=86400, immutable")];
    Ok((kept, bytes).into_response())
}
