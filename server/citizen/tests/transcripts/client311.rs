//! A program that speaks Open311, and a small reader of its XML.

use axum::http::Method;
use platform::PostKind;
use platform::testing::{Client, Reply};
use serde_json::{Value as Json, json};

use crate::district::{DISTRICT, HERE, Town};

pub const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// Somebody without a session, and the key of a connected system.
pub struct Program {
    pub client: Client,
    pub key: String,
}

/// One field of a form, escaped.
pub fn escaped(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

pub fn form(fields: &[(&str, &str)]) -> String {
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect::<Vec<_>>()
        .join("&")
}

impl Program {
    pub async fn connected(town: &Town, unit: Option<i64>) -> Self {
        Self::of_kind(town, "open311", DISTRICT, unit).await
    }

    pub async fn of_kind(town: &Town, kind: &str, area: i64, unit: Option<i64>) -> Self {
        let admin = town.house.signed_in(PostKind::Admin, DISTRICT).await;
        let body = json!({ "name": "测试程序", "kind": kind, "area": area.to_string(), "organisation_id": unit.map(Town::unit_id) });
        let key = admin.post("/systems", body).await.expect(201).text("/key");
        Self { client: town.house.visitor(), key }
    }

    pub async fn get(&self, place: &str) -> Reply {
        self.client.get(&format!("/open311/v2/{place}")).await
    }

    /// The JSON of an answer, after its XML was found to say the same.
    pub async fn both(&self, method: &str, query: &str) -> Json {
        let mark = if query.is_empty() { "" } else { "?" };
        let (xml, json) = (
            self.get(&format!("{method}.xml{mark}{query}")).await,
            self.get(&format!("{method}.json{mark}{query}")).await,
        );
        assert_eq!(xml.status, json.status);
        alike(&xml, &json);
        json.json
    }

    pub async fn post(&self, place: &str, fields: &[(&str, &str)]) -> Reply {
        let mut fields = fields.to_vec();
        fields.push(("api_key", &self.key));
        self.send(place, &form(&fields)).await
    }

    pub async fn send(&self, place: &str, body: &str) -> Reply {
        self.client
            .request(
                Method::POST,
                &format!("/open311/v2/{place}"),
                Some((FORM.to_owned(), body.as_bytes().to_vec())),
            )
            .await
    }

    /// Reports a cracked cover with these words; gives its id.
    pub async fn reports(&self, words: &str) -> String {
        let (lat, long) = (HERE[1].to_string(), HERE[0].to_string());
        let fields = [
            ("service_code", "p0101"),
            ("lat", lat.as_str()),
            ("long", long.as_str()),
            ("description", words),
            ("address_string", "柳石路 12 号"),
        ];
        self.post("requests.json", &fields).await.expect(201).text("/0/service_request_id")
    }
}

/// An element: its name, its text, its children.
#[derive(Debug)]
pub struct Element(pub String, pub String, pub Vec<Element>);

/// Reads what this room writes: no attributes, no comments.
pub fn read(xml: &str) -> Element {
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n").expect("the heading");
    let (element, rest) = element(body);
    assert_eq!(rest, "\n");
    element
}

fn element(text: &str) -> (Element, &str) {
    let (name, rest) = text.strip_prefix('<').unwrap().split_once('>').unwrap();
    assert!(!name.contains([' ', '=', ':']), "an attribute or a namespace: {name}");
    if let Some(name) = name.strip_suffix('/') {
        return (Element(name.to_owned(), String::new(), Vec::new()), rest);
    }
    let (mut words, mut rest, mut children) = (String::new(), rest, Vec::new());
    loop {
        let (before, after) = rest.split_at(rest.find('<').unwrap());
        words.push_str(before);
        if let Some(end) = after.strip_prefix(&format!("</{name}>")) {
            let words =
                words.replace("&lt;", "<").replace("&gt;", ">").replace("&#13;", "\r").replace("&amp;", "&");
            return (Element(name.to_owned(), words, children), end);
        }
        let (child, left) = element(after);
        children.push(child);
        rest = left;
    }
}

/// Whether both answers say the same.
#[track_caller]
pub fn alike(xml: &Reply, json: &Reply) {
    assert_eq!(xml.headers["content-type"], "text/xml; charset=utf-8");
    assert_eq!(json.headers["content-type"], "application/json; charset=utf-8");
    let root = read(std::str::from_utf8(&xml.bytes).unwrap());
    assert!(same(&root, &json.json), "{root:?}\n{:#}", json.json);
}

fn same(element: &Element, json: &Json) -> bool {
    let Element(_, text, children) = element;
    let bare = children.is_empty();
    match json {
        Json::Null => bare && text.is_empty(),
        Json::String(said) => bare && text == said,
        Json::Bool(_) | Json::Number(_) => {
            let said = json.to_string();
            bare && *text == said
        }
        Json::Array(items) => {
            children.len() == items.len() && children.iter().zip(items).all(|(child, item)| same(child, item))
        }
        Json::Object(fields) => {
            fields.len() == children.len()
                && children.iter().all(|child| fields.get(&child.0).is_some_and(|field| same(child, field)))
        }
    }
}
