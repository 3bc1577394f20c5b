//! Bodies, paths and queries whose rejections speak like every other error.

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::{Error, Text};

/// A JSON body.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Error))]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The parts of a path. A path that names nothing well is a thing that does not exist.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Error))]
pub struct Path<T>(pub T);

/// The query of a URL.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Error))]
pub struct Query<T>(pub T);

impl From<JsonRejection> for Error {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge(Text::new("内容过大", "the body is too large")),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::WrongType(Text::new(
                "请以 JSON 发送（Content-Type: application/json）",
                "send JSON (Content-Type: application/json)",
            )),
            _ => {
                let reason = rejection.body_text();
                Self::Malformed(Text::owned(
                    format!("JSON 无法读取：{reason}"),
                    format!("the JSON cannot be read: {reason}"),
                ))
            }
        }
    }
}

impl From<PathRejection> for Error {
    fn from(_: PathRejection) -> Self {
        Self::Missing("path")
    }
}

impl From<QueryRejection> for Error {
    fn from(rejection: QueryRejection) -> Self {
        let reason = rejection.body_text();
        Self::Malformed(Text::owned(
            format!("查询参数有误：{reason}"),
            format!("the query cannot be read: {reason}"),
        ))
    }
}
