//! What can be reported: the classes of the catalogue, each with the conditions of its standards.

use std::str::FromStr;

use catalogue::{Catalogue, Standard, StandardId};
use platform::{Lang, Text};
use worktime::Lang as Tongue;

use super::form::Form;
use super::tree::Node;

/// The attribute by which a client says which condition of a standard it sees.
const CONDITION: &str = "condition";

/// Every class in force under which somebody can report.
pub(crate) fn services(catalogue: &Catalogue, lang: Lang) -> Node {
    let codes = catalogue.minor_codes();
    Node::List("service", codes.iter().filter_map(|code| service(catalogue, code, lang)).collect())
}

fn service(catalogue: &Catalogue, code: &str, lang: Lang) -> Option<Node> {
    let class = catalogue.class(code)?;
    let group = class.parent.as_deref().and_then(|major| catalogue.class(major));
    let conditions: Vec<&str> =
        in_force(catalogue, code).iter().map(|standard| standard.open_condition.as_str()).collect();
    Some(Node::Record(vec![
        ("service_code", Node::text(code)),
        ("service_name", Node::text(class.name.in_lang(lang))),
        ("description", Node::text(conditions.join("；"))),
        ("metadata", Node::Truth(!conditions.is_empty())),
        ("type", Node::text("realtime")),
        ("keywords", Node::text("")),
        ("group", Node::maybe(group.map(|group| group.name.in_lang(lang)))),
    ]))
}

fn in_force<'a>(catalogue: &'a Catalogue, code: &str) -> Vec<&'a Standard> {
    catalogue.standards_of(code).into_iter().filter(|standard| standard.is_in_force()).collect()
}

/// What can be said with a report of one service; `None` for a code that no service has.
pub(crate) fn definition(catalogue: &Catalogue, code: &str, lang: Lang) -> Option<Node> {
    if !catalogue.minor_codes().contains(code) {
        return None;
    }
    let standards = in_force(catalogue, code);
    let mut attributes = Vec::new();
    if !standards.is_empty() {
        let told = Text::new("哪种情形与现场相符", "which of these is the case");
        let value = |standard: &&Standard| {
            Node::Record(vec![
                ("key", Node::text(StandardId::shared(standard.id).to_string())),
                ("name", Node::text(&standard.open_condition)),
            ])
        };
        let values = Node::List("value", standards.iter().map(value).collect());
        attributes.push(attribute(CONDITION, true, "singlevaluelist", 1, told.in_lang(lang), values));
        let limits: Vec<String> = standards
            .iter()
            .map(|standard| {
                let limit = standard.limit.text(match lang {
                    Lang::Zh => Tongue::Zh,
                    Lang::En => Tongue::En,
                });
                format!("{}: {limit}", standard.open_condition)
            })
            .collect();
        attributes.push(attribute("limit", false, "text", 2, &limits.join("\n"), Node::Null));
    }
    Some(Node::Record(vec![
        ("service_code", Node::text(code)),
        ("attributes", Node::List("attribute", attributes)),
    ]))
}

fn attribute(code: &str, variable: bool, datatype: &str, order: i64, told: &str, values: Node) -> Node {
    Node::Record(vec![
        ("variable", Node::Truth(variable)),
        ("code", Node::text(code)),
        ("datatype", Node::text(datatype)),
        ("required", Node::Truth(false)),
        ("datatype_description", Node::Null),
        ("order", Node::Whole(order)),
        ("description", Node::text(told)),
        ("values", if values == Node::Null { Node::List("value", Vec::new()) } else { values }),
    ])
}

/// The condition that a client chose.
///
/// # Errors
/// A text for more than one, or one that the service does not have.
pub(crate) fn condition(catalogue: &Catalogue, code: &str, form: &Form) -> Result<Option<String>, Text> {
    let chosen = form.attribute(CONDITION);
    let [one] = chosen.as_slice() else {
        let many = Text::new("attribute[condition] 只能选一项", "attribute[condition] takes one value");
        return if chosen.is_empty() { Ok(None) } else { Err(many) };
    };
    let id = StandardId::from_str(one).ok();
    let known =
        in_force(catalogue, code).into_iter().find(|standard| id.is_some_and(|id| id.id == standard.id));
    known.map(|standard| Some(standard.open_condition.clone())).ok_or(Text::new(
        "attribute[condition] 不是该服务的选项",
        "attribute[condition] is none of the service's values",
    ))
}
