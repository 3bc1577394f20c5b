//! What can go wrong, by kind; every kind has one status and speaks the caller's language (RFC 9457).

use std::fmt::Display;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::request::Lang;
pub use crate::text::Text;

/// One field of the caller's input that cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The path of the field in the body, such as `contact.phone`.
    pub field: String,
    pub detail: Text,
}

impl FieldProblem {
    pub fn new(field: impl Into<String>, detail: Text) -> Self {
        Self { field: field.into(), detail }
    }
}

/// Why a call was not done. Nothing changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be understood: 400.
    #[error("malformed: {}", .0.en)]
    Malformed(Text),
    /// The request is understood, some fields are wrong: 422.
    #[error("invalid fields")]
    Invalid(Vec<FieldProblem>),
    /// Nobody is signed in, or the session ended: 401.
    #[error("not signed in")]
    Unauthenticated,
    /// Signing in did not succeed: 401 with a code that the sign-in page knows.
    #[error("sign-in refused: {0}")]
    SignIn(&'static str, Text),
    /// Known, but the post in use may not do this: 403.
    #[error("forbidden: {}", .0.en)]
    Forbidden(Text),
    /// The post may do this once something else has been done: 403 with a code that pages know.
    #[error("barred: {0}")]
    Barred(&'static str, Text),
    /// There is no such thing, or the caller may not know that there is: 404.
    #[error("no such {0}")]
    Missing(&'static str),
    /// There is such an address, but not for this method: 405.
    #[error("no such method here")]
    WrongMethod,
    /// Another change came first, or the state does not allow it: 409.
    #[error("conflict: {}", detail.en)]
    Conflict {
        detail: Text,
        /// What stands now, as the caller may see it.
        current: Option<Arc<serde_json::Value>>,
    },
    /// An edit without `If-Match`: 428.
    #[error("an edit needs If-Match")]
    PreconditionRequired,
    /// The body is larger than allowed: 413.
    #[error("the body is too large")]
    TooLarge(Text),
    /// The content is of a kind that is not taken: 415.
    #[error("unsupported content")]
    WrongType(Text),
    /// Too often: 429.
    #[error("too many tries; again in {retry_after_seconds} s")]
    TooMany { retry_after_seconds: u64 },
    /// The store cannot keep up; the same call may be sent again: 503.
    #[error("busy")]
    Busy,
    /// Our fault: 500. The reason is for the operator's log alone.
    #[error("internal: {0}")]
    Internal(Arc<str>),
}

impl Error {
    /// A failure of ours; the reason is logged, not shown.
    pub fn internal(reason: impl Display) -> Self {
        Self::Internal(reason.to_string().into())
    }

    pub fn conflict(detail: Text) -> Self {
        Self::Conflict { detail, current: None }
    }

    pub fn malformed(detail: Text) -> Self {
        Self::Malformed(detail)
    }

    /// One wrong field.
    pub fn field(field: impl Into<String>, detail: Text) -> Self {
        Self::Invalid(vec![FieldProblem::new(field, detail)])
    }

    pub fn invalid(fields: Vec<FieldProblem>) -> Self {
        Self::Invalid(fields)
    }

    /// The post in use may not do this.
    pub fn forbidden() -> Self {
        Self::Forbidden(Text::new("当前岗位无权办理此事项", "the post in use may not do this"))
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthenticated | Self::SignIn(..) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::Barred(..) => StatusCode::FORBIDDEN,
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Invalid(_) => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::SignIn(code, _) | Self::Barred(code, _) => code,
            Self::Forbidden(_) => "forbidden",
            Self::Missing(_) => "not_found",
            Self::WrongMethod => "wrong_method",
            Self::Conflict { .. } => "conflict",
            Self::PreconditionRequired => "precondition_required",
            Self::TooLarge(_) => "too_large",
            Self::WrongType(_) => "wrong_type",
            Self::TooMany { .. } => "too_many",
            Self::Busy => "busy",
            Self::Internal(_) => "internal",
        }
    }

    fn detail(&self) -> Text {
        match self {
            Self::Malformed(text)
            | Self::SignIn(_, text)
            | Self::Barred(_, text)
            | Self::Forbidden(text)
            | Self::TooLarge(text)
            | Self::WrongType(text)
            | Self::Conflict { detail: text, .. } => text.clone(),
            Self::Invalid(_) => Text::new(
                "有内容需要更正，已填内容没有丢失",
                "some fields need correction; nothing you typed is lost",
            ),
            Self::Unauthenticated => Text::new("请先登录", "please sign in"),
            Self::Missing(_) => {
                Text::new("没有找到，或当前岗位不可查看", "not found, or not visible to the post in use")
            }
            Self::WrongMethod => {
                Text::new("此地址不支持这种请求方式", "this address does not take this method")
            }
            Self::PreconditionRequired => Text::new(
                "修改时须带上读取时的版本（If-Match）",
                "an edit must carry the version that was read (If-Match)",
            ),
            Self::TooMany { retry_after_seconds } => Text::owned(
                format!("操作过于频繁，请在 {retry_after_seconds} 秒后再试"),
                format!("too many tries; try again in {retry_after_seconds} seconds"),
            ),
            Self::Busy => Text::new(
                "系统繁忙，请稍后重试，内容没有丢失",
                "the system is busy; try again shortly, nothing is lost",
            ),
            Self::Internal(_) => Text::new(
                "系统出错，已记录，请凭请求编号联系管理员",
                "something broke on our side; it is logged under the request id",
            ),
        }
    }

    /// This error as RFC 9457 tells it, in one language.
    pub fn problem(&self, lang: Lang, request_id: &str) -> Problem {
        let fields = match self {
            Self::Invalid(fields) => fields
                .iter()
                .map(|problem| ProblemField {
                    field: problem.field.clone(),
                    detail: problem.detail.in_lang(lang).to_owned(),
                })
                .collect(),
            _ => Vec::new(),
        };
        let current = match self {
            Self::Conflict { current, .. } => current.as_deref().cloned(),
            _ => None,
        };
        let retry_after_seconds = match self {
            Self::TooMany { retry_after_seconds } => Some(*retry_after_seconds),
            Self::Busy => Some(1),
            _ => None,
        };
        let status = self.status();
        Problem {
            kind: format!("/problems/{}", self.code()),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            code: self.code().to_owned(),
            detail: self.detail().in_lang(lang).to_owned(),
            fields,
            current,
            retry_after_seconds,
            request_id: request_id.to_owned(),
        }
    }
}

/// `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// A stable word for programs.
    pub code: String,
    /// What happened and what is safe, in the caller's language.
    pub detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ProblemField>,
    /// After a lost race: what stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub retry_after_seconds: Option<u64>,
    pub request_id: String,
}

/// One field that needs correction.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    pub field: String,
    pub detail: String,
}

impl Problem {
    pub(crate) fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry = self.retry_after_seconds;
        let mut response = (status, axum::Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if let Some(seconds) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The answer is written by the outermost layer, which knows the caller's language and the request's id.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
