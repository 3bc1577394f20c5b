//! The API's description as a page: no script, nothing from elsewhere, made once at start.

use std::fmt::Write;

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{OpenApi, RefOr};

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let all = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The page: every route by room, what it takes and answers.
pub(crate) fn page(described: &OpenApi) -> String {
    let mut rooms: std::collections::BTreeMap<&str, String> = std::collections::BTreeMap::new();
    for (path, item) in &described.paths.paths {
        for (method, operation) in operations(item) {
            let room = operation.tags.as_ref().and_then(|tags| tags.first()).map_or("other", String::as_str);
            let summary =
                operation.summary.as_deref().or(operation.description.as_deref()).unwrap_or_default();
            let statuses =
                operation.responses.responses.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let mut parameters = String::new();
            for parameter in operation.parameters.iter().flatten() {
                let RefOr::T(parameter) = parameter else { continue };
                let about = parameter.description.as_deref().unwrap_or_default();
                let line = write!(
                    parameters,
                    "<li><code>{}</code> {}</li>",
                    escaped(&parameter.name),
                    escaped(about)
                );
                debug_assert!(line.is_ok(), "writing to a string cannot fail");
            }
            rooms.entry(room).or_default().push_str(&format!(
                "<article><h3><b>{method}</b> <code>{}</code></h3><p>{}</p><ul>{parameters}</ul><p><small>{statuses}</small></p></article>\n",
                escaped(path),
                escaped(summary),
            ));
        }
    }
    let body: String = rooms
        .iter()
        .map(|(room, routes)| format!("<section><h2>{}</h2>\n{routes}</section>\n", escaped(room)))
        .collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Wangge API</title></head><body>\n\
         <h1>Wangge API</h1><p>Machine-readable: <a href=\"/api/openapi.json\">openapi.json</a> (OpenAPI 3.1). \
         Errors are <code>application/problem+json</code> in the language of <code>Accept-Language</code>; creates take an \
         <code>Idempotency-Key</code>, edits an <code>If-Match</code>.</p>\n{body}</body></html>\n"
    )
}
