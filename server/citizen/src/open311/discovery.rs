//! Service discovery: where the methods are, in which formats.

use platform::{App, Text};

use super::tree::Node;

/// When what is offered last changed its shape.
const CHANGESET: &str = "2026-11-01T00:00:00+08:00";
const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";

/// The description of both endpoints: the one that counts, and one that checks and files nothing.
pub(crate) fn discovery(app: &App) -> Node {
    let home = app.config().server.public_url.trim_end_matches('/');
    let endpoint = |place: &str, kind: &str| {
        let formats = ["text/xml", "application/json"].map(Node::text).to_vec();
        Node::Record(vec![
            ("specification", Node::text(SPECIFICATION)),
            ("url", Node::text(format!("{home}{place}"))),
            ("changeset", Node::text(CHANGESET)),
            ("type", Node::text(kind)),
            ("formats", Node::List("format", formats)),
        ])
    };
    let district = &app.config().district;
    let contact = Text::owned(
        format!("{}网格化服务管理中心", district.name_zh),
        format!("Grid service centre of {}", district.name_en),
    );
    Node::Record(vec![
        ("changeset", Node::text(CHANGESET)),
        ("contact", Node::text(format!("{} / {}", contact.zh, contact.en))),
        ("key_service", Node::text(format!("{home}/api/docs#systems"))),
        (
            "endpoints",
            Node::List(
                "endpoint",
                vec![endpoint("/open311/v2", "production"), endpoint("/open311/test/v2", "test")],
            ),
        ),
    ])
}
