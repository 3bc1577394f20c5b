//! Somebody who uses the routes, as a page does for them.

use std::net::Ipv4Addr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use platform::{Error, Text};
use serde_json::{Value as Json, json};
use tower::ServiceExt;

/// The largest answer that is read.
const MOST_BYTES: usize = 4 << 20;

/// Somebody in a session, with a purpose.
#[derive(Clone)]
pub struct Person {
    router: Router,
    headers: Vec<(&'static str, String)>,
    password: String,
    /// The code of the area that their post serves.
    pub area: i64,
}

impl Person {
    /// Signs in from an address of their own: how often one address may is counted on the machine's clock, which this life
    /// does not wait for.
    ///
    /// # Errors
    /// What the routes answer.
    pub async fn sign_in(
        router: &Router,
        username: &str,
        password: &str,
        address: Ipv4Addr,
    ) -> Result<Self, Error> {
        let visitor = Self::resident(router).with("x-forwarded-for", address.to_string());
        let body = json!({ "username": username, "password": password });
        let (told, cookie) = visitor.send(Method::POST, "/session", Some(body)).await?;
        let cookie = cookie.ok_or_else(|| Error::internal("a sign-in without a cookie"))?;
        let area = told.pointer("/post/area").and_then(Json::as_str).and_then(|area| area.parse().ok());
        Ok(Self {
            password: password.to_owned(),
            area: area.ok_or_else(|| Error::internal("a sign-in without a post"))?,
            ..visitor.with("cookie", cookie)
        })
    }

    /// Somebody without an account.
    pub fn resident(router: &Router) -> Self {
        Self { router: router.clone(), headers: Vec::new(), password: String::new(), area: 0 }
    }

    /// The same, with a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    /// The same, with a purpose.
    #[must_use]
    pub fn for_purpose(self, purpose: &str) -> Self {
        self.with("wangge-purpose", purpose)
    }

    /// The same, about a case.
    #[must_use]
    pub fn about(self, about: &str) -> Self {
        let encoded = about.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        self.with("wangge-about", encoded)
    }

    pub async fn get(&self, path: &str) -> Result<Json, Error> {
        self.send(Method::GET, path, None).await.map(|(told, _)| told)
    }

    pub async fn post(&self, path: &str, body: Json) -> Result<Json, Error> {
        self.send(Method::POST, path, Some(body)).await.map(|(told, _)| told)
    }

    pub async fn put(&self, path: &str, body: Json) -> Result<Json, Error> {
        self.send(Method::PUT, path, Some(body)).await.map(|(told, _)| told)
    }

    pub async fn patch(&self, path: &str, body: Json) -> Result<Json, Error> {
        self.send(Method::PATCH, path, Some(body)).await.map(|(told, _)| told)
    }

    /// Shows once more who it is; the session goes on under another cookie.
    pub async fn step_up(self) -> Result<Self, Error> {
        let body = json!({ "password": self.password });
        let (_, cookie) = self.send(Method::POST, "/session/step-up", Some(body)).await?;
        let cookie = cookie.ok_or_else(|| Error::internal("a step-up without a cookie"))?;
        Ok(self.with("cookie", cookie))
    }

    /// The only resident whom a name finds here.
    pub async fn find(&self, name: &str) -> Result<Option<String>, Error> {
        let found = self.post("/registry/find", json!({ "text": name })).await?;
        match found.pointer("/people").and_then(Json::as_array).map(Vec::as_slice) {
            Some([only]) if only["state"] == "living" => Ok(only["id"].as_str().map(str::to_owned)),
            _ => Ok(None),
        }
    }

    /// What came back, with the cookie that was set.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Json>,
    ) -> Result<(Json, Option<String>), Error> {
        let what = format!("{method} {path}");
        let mut request =
            Request::builder().method(method).uri(format!("/api/v1{path}")).header("host", "demo");
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let request = request.body(body).map_err(Error::internal)?;
        let response = self.router.clone().oneshot(request).await.map_err(Error::internal)?;
        let (status, cookie) = (response.status(), response.headers().get(header::SET_COOKIE).cloned());
        let bytes = to_bytes(response.into_body(), MOST_BYTES).await.map_err(Error::internal)?;
        if !status.is_success() {
            let told = String::from_utf8_lossy(&bytes);
            if status == StatusCode::CONFLICT {
                return Err(Error::conflict(Text::owned(told.to_string(), told.to_string())));
            }
            return Err(Error::internal(format!("the demo's {what} was answered {status}: {told}")));
        }
        let cookie =
            cookie.as_ref().and_then(|cookie| cookie.to_str().ok()).and_then(|text| text.split(';').next());
        let json =
            if bytes.is_empty() { Json::Null } else { serde_json::from_slice(&bytes).unwrap_or(Json::Null) };
        Ok((json, cookie.map(str::to_owned)))
    }
}

/// A text in an answer.
pub fn text(json: &Json, pointer: &str) -> Result<String, Error> {
    match json.pointer(pointer) {
        Some(Json::String(text)) => Ok(text.clone()),
        Some(Json::Number(number)) => Ok(number.to_string()),
        _ => Err(Error::internal(format!("the demo's answer has nothing at {pointer}"))),
    }
}
