//! What surrounds every request: its id, its language, its log line, its metrics, the guard against foreign
//! pages, and the writing of errors.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::Stopwatch;
use crate::error::{Error, Text};

/// The languages of the house.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// The first language of `Accept-Language` that the house speaks; Chinese when it names none.
    pub fn of(headers: &HeaderMap) -> Self {
        let asked =
            headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        for tag in asked.split(',').map(|part| part.trim().to_ascii_lowercase()) {
            if tag.starts_with("zh") {
                return Self::Zh;
            }
            if tag.starts_with("en") {
                return Self::En;
            }
        }
        Self::Zh
    }
}

/// The id under which logs, ledger and a caller's complaint meet.
#[derive(Clone, Debug)]
pub struct RequestId(Arc<str>);

impl RequestId {
    pub fn of(parts: &Parts) -> Self {
        parts.extensions.get().cloned().unwrap_or_else(|| Self(Arc::from("none")))
    }
}

impl From<RequestId> for Arc<str> {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

/// On a response whose refusal is already in words: it goes out as it is.
#[derive(Clone, Copy, Debug)]
pub struct InWords;

/// The outermost layer of the API.
pub(crate) async fn surround(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let id = RequestId(Arc::from(crate::ids::encode(0, app.ids().next(app.clock().now()))));
    let lang = Lang::of(request.headers());
    let method = request.method().clone();
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    request.extensions_mut().insert(id.clone());
    let mut response = match from_our_pages(&request) {
        Ok(()) => match app.admission().enter() {
            Ok(place) => {
                let response = next.run(request).await;
                drop(place);
                response
            }
            Err(busy) => busy.into_response(),
        },
        Err(error) => error.into_response(),
    };
    let in_words = response.extensions_mut().remove::<InWords>().is_some();
    let refused = response.extensions_mut().remove::<Error>();
    let refused = refused.or_else(|| refused_by_the_frame(response.status()).filter(|_| !in_words));
    if let Some(error) = refused {
        if let Error::Internal(reason) = &error {
            tracing::error!(request.id = %id.0, %method, path, %reason, "request {method} {path} broke");
        }
        if !in_words {
            let allowed = response.headers_mut().remove(header::ALLOW);
            response = error.problem(lang, &id.0).into_response();
            response.headers_mut().extend(allowed.map(|methods| (header::ALLOW, methods)));
        }
    }
    let status = response.status().as_u16();
    let elapsed = watch.elapsed();
    let labels = [("method", method.to_string()), ("path", path.clone()), ("status", status.to_string())];
    metrics::histogram!("http_request_duration_seconds", &labels).record(elapsed.as_secs_f64());
    let duration_ms = elapsed.as_secs_f64() * 1e3;
    tracing::debug!(request.id = %id.0, %method, path, status, duration_ms, "request {method} {path} answered {status}");
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert("x-request-id", value);
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What the framework refuses before a handler is asked carries a status and no words: it gets ours.
fn refused_by_the_frame(status: StatusCode) -> Option<Error> {
    match status {
        StatusCode::BAD_REQUEST => {
            Some(Error::malformed(Text::new("请求无法读取", "the request cannot be read")))
        }
        StatusCode::NOT_FOUND => Some(Error::Missing("route")),
        StatusCode::METHOD_NOT_ALLOWED => Some(Error::WrongMethod),
        StatusCode::PAYLOAD_TOO_LARGE => {
            Some(Error::TooLarge(Text::new("内容过大", "the body is too large")))
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Some(Error::WrongType(Text::new("不支持这种内容类型", "this type of content is not taken")))
        }
        _ => None,
    }
}

/// A change may be asked for by our own pages and by programs, never by somebody else's page.
fn from_our_pages(request: &Request) -> Result<(), Error> {
    // Where no cookie speaks for anybody, a foreign page can do no more than its visitor.
    let is_ours = request.uri().path().starts_with("/api/");
    if !is_ours || matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let foreign_site = header("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let foreign_origin = header("origin").is_some_and(|origin| {
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        header("host") != Some(host)
    });
    if foreign_site || foreign_origin {
        return Err(Error::Forbidden(Text::new(
            "请求来自其他网站，已拒绝",
            "the request came from another site and was refused",
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_speak_is_taken() {
        for (asked, lang) in
            [("", Lang::Zh), ("en-GB,zh;q=0.5", Lang::En), ("fr, zh-CN", Lang::Zh), ("de", Lang::Zh)]
        {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(asked))]);
            assert_eq!(Lang::of(&headers), lang, "{asked}");
        }
    }
}
