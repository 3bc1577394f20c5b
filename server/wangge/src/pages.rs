//! The pages inside the program: three entries that share code, each under a strict policy.
//!
//! Files under `/assets/` carry a hash in their name and are kept for a year; everything else is asked for anew.
//! A missing file with an extension is a 404, never a page: a missing worker must not turn into HTML.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "../../web/dist/"]
#[allow_missing = true]
struct Dist;

/// Nothing runs, shows or is asked for that does not come from here.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>网格</title>\
    <p>这个程序编译时没有包含网页。请先在 web 目录运行 npm ci 和 npm run build，再重新编译；或直接运行 cargo xtask demo。</p>\
    <p lang=\"en\">This program was compiled without its pages: run npm ci and npm run build in web/, then compile again, \
    or run cargo xtask demo.</p></html>";

/// Everything that is not the API.
pub fn router() -> Router {
    Router::new().fallback(page)
}

async fn page(request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let name = path.trim_start_matches('/');
    let has_extension = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let (name, found) = match asset(name) {
        Some(found) => (name, Some(found)),
        None if has_extension => (name, None),
        None => (entry(path), asset(entry(path))),
    };
    let mut response = match found {
        Some(found) => found.answer(name, request.headers()),
        None if has_extension => StatusCode::NOT_FOUND.into_response(),
        None => {
            (StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response()
        }
    };
    let headers = response.headers_mut();
    let mut put =
        |name: &'static str, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    put("content-security-policy", POLICY);
    put("x-content-type-options", "nosniff");
    put("referrer-policy", "no-referrer");
    put("permissions-policy", "camera=(self), geolocation=(self), microphone=()");
    put("cross-origin-opener-policy", "same-origin");
    response
}

/// The page that shows addresses without a file of their own.
fn entry(path: &str) -> &'static str {
    if path == "/p" || path.starts_with("/p/") { "p/index.html" } else { "index.html" }
}

/// One file as it goes out.
#[derive(Clone)]
struct Asset {
    plain: Bytes,
    gzip: Option<Bytes>,
    tag: HeaderValue,
}

fn asset(name: &str) -> Option<Asset> {
    static KNOWN: OnceLock<Mutex<HashMap<String, Asset>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    if let Some(asset) = known.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
        return Some(asset.clone());
    }
    let file = Dist::get(name)?;
    let plain = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    let digest = Sha256::digest(&plain);
    let tag = digest.iter().take(8).fold(String::from("\""), |tag, byte| format!("{tag}{byte:02x}")) + "\"";
    let asset = Asset { gzip: packed(&plain), plain, tag: HeaderValue::from_str(&tag).ok()? };
    known.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), asset.clone());
    Some(asset)
}

/// The packed copy, where packing pays.
fn packed(plain: &[u8]) -> Option<Bytes> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    let packed = packer.write_all(plain).and_then(|()| packer.finish());
    match packed {
        Ok(packed) if packed.len() < plain.len() * 9 / 10 => Some(Bytes::from(packed)),
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(%error, "a page cannot be packed and goes out as it is");
            None
        }
    }
}

impl Asset {
    fn answer(self, name: &str, asked: &HeaderMap) -> Response {
        let keep =
            if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        let known = asked.get(header::IF_NONE_MATCH).is_some_and(|tag| *tag == self.tag);
        let takes_gzip = asked
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains("gzip"));
        let (body, encoding) = match self.gzip.filter(|_| takes_gzip) {
            Some(gzip) => (gzip, Some("gzip")),
            None => (self.plain, None),
        };
        let mut response = match known {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => Response::new(Body::from(body)),
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.tag);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if !known {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
            if let Some(encoding) = encoding {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
        }
        response
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
