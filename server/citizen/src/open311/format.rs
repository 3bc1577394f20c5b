//! The two forms of an answer, chosen by the ending of the address, and refusals in the same form.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use platform::{Error, InWords, Lang, Text};

use super::tree::Node;

/// XML or JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Xml,
    Json,
}

impl Format {
    /// Parts an address from its ending; an unknown ending is none of ours.
    pub fn part(path: &str) -> (&str, Option<Self>) {
        match path.rsplit_once('.') {
            Some((path, "xml")) => (path, Some(Self::Xml)),
            Some((path, "json")) => (path, Some(Self::Json)),
            _ => (path, None),
        }
    }
}

/// An answer before it has a form: the root element and what it holds.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub root: &'static str,
    pub node: Node,
    /// The address of the next page.
    pub next: Option<String>,
}

impl Answer {
    pub fn ok(root: &'static str, node: Node) -> Self {
        Self { status: StatusCode::OK, root, node, next: None }
    }

    pub fn written(self, format: Format) -> Response {
        let (kind, body) = match format {
            Format::Xml => ("text/xml; charset=utf-8", self.node.xml(self.root)),
            Format::Json => ("application/json; charset=utf-8", self.node.json().to_string()),
        };
        let mut response = (self.status, [(header::CONTENT_TYPE, kind)], body).into_response();
        let next =
            self.next.and_then(|place| HeaderValue::from_str(&format!("<{place}>; rel=\"next\"")).ok());
        response.headers_mut().extend(next.map(|next| (header::LINK, next)));
        response
    }
}

/// Why a call was not done.
#[derive(Debug)]
pub(crate) enum Refused {
    /// In words of this room, one for each problem.
    Said(StatusCode, Vec<Text>),
    /// As the other rooms say it.
    Error(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Refused {
    /// The request as it stands cannot be done.
    pub fn bad(text: Text) -> Self {
        Self::Said(StatusCode::BAD_REQUEST, vec![text])
    }

    /// There is no such thing, or nobody may know of it.
    pub fn missing(text: Text) -> Self {
        Self::Said(StatusCode::NOT_FOUND, vec![text])
    }

    /// The key is missing or opens nothing.
    pub fn key() -> Self {
        let text = Text::new("api_key 缺失或无效", "api_key is missing or not valid");
        Self::Said(StatusCode::FORBIDDEN, vec![text])
    }

    pub fn written(self, format: Format, lang: Lang, request: &str) -> Response {
        let (status, told, retry, error) = match self {
            Self::Said(status, texts) => {
                (status, texts.iter().map(|text| text.in_lang(lang).to_owned()).collect(), None, None)
            }
            Self::Error(error) => {
                let problem = error.problem(lang, request);
                let fields: Vec<String> =
                    problem.fields.iter().map(|field| format!("{}: {}", field.field, field.detail)).collect();
                let told = if fields.is_empty() { vec![problem.detail] } else { fields };
                (status_of(&error), told, problem.retry_after_seconds, Some(error))
            }
        };
        let item = |description: &String| {
            Node::Record(vec![
                ("code", Node::text(status.as_str())),
                ("description", Node::text(description)),
            ])
        };
        let node = Node::List("error", told.iter().map(item).collect());
        let mut response = Answer { status, root: "errors", node, next: None }.written(format);
        response.headers_mut().extend(retry.map(|seconds| (header::RETRY_AFTER, seconds.into())));
        // Our own failures are logged by the outermost layer.
        if let Some(error) = error {
            response.extensions_mut().insert(error);
        }
        response.extensions_mut().insert(InWords);
        response
    }
}

/// The specification knows 404, 403 for the key, and 400 for everything else that the caller got wrong.
fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Malformed(_) | Error::Invalid(_) | Error::Conflict { .. } | Error::PreconditionRequired => {
            StatusCode::BAD_REQUEST
        }
        Error::Unauthenticated | Error::SignIn(..) => StatusCode::FORBIDDEN,
        other => other.status(),
    }
}
