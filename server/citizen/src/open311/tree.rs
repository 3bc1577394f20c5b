//! One tree for both forms of an answer, so that XML and JSON cannot say different things.

use serde_json::{Map, Value};

/// A part of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// An empty element, or null.
    Null,
    Text(String),
    Whole(i64),
    Number(f64),
    Truth(bool),
    /// The name of each item's element, which JSON leaves out, and the items.
    List(&'static str, Vec<Node>),
    Record(Vec<(&'static str, Node)>),
}

/// Whether XML 1.0 can hold a character at all.
pub(crate) fn is_writable(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

impl Node {
    /// A text; what XML cannot hold becomes the replacement character, in both forms alike.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(text.as_ref().chars().map(|c| if is_writable(c) { c } else { '\u{FFFD}' }).collect())
    }

    /// A text, or nothing.
    pub fn maybe(text: Option<impl AsRef<str>>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    pub fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::from(text.as_str()),
            Self::Whole(number) => Value::from(*number),
            Self::Number(number) => Value::from(*number),
            Self::Truth(truth) => Value::from(*truth),
            Self::List(_, items) => items.iter().map(Self::json).collect(),
            Self::Record(fields) => {
                let fields = fields.iter().map(|(name, node)| ((*name).to_owned(), node.json()));
                Value::Object(fields.collect::<Map<_, _>>())
            }
        }
    }

    pub fn xml(&self, root: &str) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        self.element(root, &mut out);
        out.push('\n');
        out
    }

    fn element(&self, name: &str, out: &mut String) {
        let is_empty = match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::List(_, items) => items.is_empty(),
            _ => false,
        };
        if is_empty {
            out.extend(["<", name, "/>"]);
            return;
        }
        out.extend(["<", name, ">"]);
        match self {
            Self::Null => {}
            Self::Text(text) => escape(text, out),
            Self::Whole(number) => out.push_str(&number.to_string()),
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::Truth(truth) => out.push_str(&truth.to_string()),
            Self::List(item, items) => items.iter().for_each(|node| node.element(item, out)),
            Self::Record(fields) => fields.iter().for_each(|(name, node)| node.element(name, out)),
        }
        out.extend(["</", name, ">"]);
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A reader turns a bare carriage return into a line feed.
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_has_no_attributes_and_says_what_json_says() {
        let node = Node::List(
            "service",
            vec![Node::Record(vec![
                ("service_code", Node::text("001")),
                ("description", Node::text("a < b & c\r\n井盖\u{1}")),
                ("group", Node::Null),
                ("metadata", Node::Truth(true)),
                ("lat", Node::Number(24.305)),
            ])],
        );
        assert_eq!(
            node.xml("services"),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<services><service><service_code>001</service_code>\
             <description>a &lt; b &amp; c&#13;\n井盖\u{FFFD}</description><group/><metadata>true</metadata>\
             <lat>24.305</lat></service></services>\n"
        );
        let expected = serde_json::json!([{
            "service_code": "001", "description": "a < b & c\r\n井盖\u{FFFD}", "group": null, "metadata": true, "lat": 24.305,
        }]);
        assert_eq!(node.json(), expected);
        assert_eq!(
            Node::List("request", Vec::new()).xml("service_requests").lines().nth(1),
            Some("<service_requests/>")
        );
    }
}
