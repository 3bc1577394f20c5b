//! What the API's description says beyond what is derived from handlers and types.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{ArrayItems, Components, Schema, SchemaType, Type};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

use crate::error::{Error, Problem, ProblemField};
use crate::room::Room;

/// # Errors
/// [`Error::Internal`] when a shape cannot be written as JSON.
pub(crate) fn complete(described: &mut OpenApi) -> Result<(), Error> {
    add_problems(described);
    name_operations(described);
    require_nulls(described)
}

/// Shapes of different rooms under one name; the description would keep only the last of them.
pub fn clashes(rooms: &[Room]) -> Vec<String> {
    let mut all = Components::new();
    let mut found = Vec::new();
    for room in rooms {
        let own = (room.router)().into_openapi().components.unwrap_or_default();
        for (name, schema) in own.schemas {
            match all.schemas.get(&name) {
                Some(known) if *known != schema => found.push(format!("{}: {name}", room.name)),
                _ => _ = all.schemas.insert(name, schema),
            }
        }
    }
    found
}

/// Adds the answer that every route shares, once instead of at every handler.
fn add_problems(described: &mut OpenApi) {
    let components = described.components.get_or_insert_with(Default::default);
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    components.schemas.insert(ProblemField::name().into_owned(), ProblemField::schema());
    let problem = ResponseBuilder::new()
        .description("Why it was not done, in the caller's language; nothing changed.")
        .content("application/problem+json", Content::new(Some(Ref::from_schema_name(Problem::name()))))
        .build();
    components.responses.insert("Problem".to_owned(), RefOr::T(problem));
    for item in described.paths.paths.values_mut() {
        for (_, operation) in operations_mut(item) {
            let answers = &mut operation.responses.responses;
            answers
                .entry("default".to_owned())
                .or_insert_with(|| RefOr::Ref(Ref::from_response_name("Problem")));
        }
    }
}

/// Names each operation by its method and path: handlers of two rooms share names, operations must not.
fn name_operations(described: &mut OpenApi) {
    for (path, item) in &mut described.paths.paths {
        let place = path.trim_start_matches("/api/v1/").replace(['{', '}'], "").replace('/', "_");
        for (method, operation) in operations_mut(item) {
            operation.operation_id = Some(format!("{method}_{place}"));
        }
    }
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// An answer's field without a value is sent as `null`, never left out; the derived shapes call it optional, as it is
/// in what we are sent.
fn require_nulls(described: &mut OpenApi) -> Result<(), Error> {
    let taken = taken(described)?;
    let Some(components) = &mut described.components else { return Ok(()) };
    for (_, schema) in components.schemas.iter_mut().filter(|(name, _)| !taken.contains(*name)) {
        require(schema);
    }
    Ok(())
}

/// Names of the shapes that requests are made of.
fn taken(described: &OpenApi) -> Result<BTreeSet<String>, Error> {
    let mut waiting = Vec::new();
    for item in described.paths.paths.values() {
        for operation in [&item.get, &item.post, &item.put, &item.patch, &item.delete].into_iter().flatten() {
            names(&serde_json::to_value(&operation.request_body).map_err(Error::internal)?, &mut waiting);
        }
    }
    let mut taken = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if taken.contains(&name) {
            continue;
        }
        let schema = described.components.as_ref().and_then(|components| components.schemas.get(&name));
        names(&serde_json::to_value(schema).map_err(Error::internal)?, &mut waiting);
        taken.insert(name);
    }
    Ok(taken)
}

/// Adds the names of all shapes that a part of the description points at.
fn names(part: &Value, found: &mut Vec<String>) {
    match part {
        Value::Object(fields) => {
            if let Some(Value::String(at)) = fields.get("$ref") {
                found.extend(at.strip_prefix("#/components/schemas/").map(str::to_owned));
            }
            fields.values().for_each(|field| names(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        _ => {}
    }
}

fn require(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            for (name, property) in &mut object.properties {
                if may_be_null(property) && !object.required.contains(name) {
                    object.required.push(name.clone());
                }
                require(property);
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                require(items);
            }
        }
        Schema::AllOf(all) => all.items.iter_mut().for_each(require),
        Schema::OneOf(one) => one.items.iter_mut().for_each(require),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(require),
        _ => {}
    }
}

fn may_be_null(schema: &RefOr<Schema>) -> bool {
    let RefOr::T(schema) = schema else { return false };
    match schema {
        Schema::Object(object) => holds_null(&object.schema_type),
        Schema::Array(array) => holds_null(&array.schema_type),
        Schema::OneOf(one) => one.items.iter().any(may_be_null),
        Schema::AnyOf(any) => any.items.iter().any(may_be_null),
        _ => false,
    }
}

fn holds_null(kind: &SchemaType) -> bool {
    match kind {
        SchemaType::Type(one) => *one == Type::Null,
        SchemaType::Array(any) => any.contains(&Type::Null),
        SchemaType::AnyValue => false,
    }
}
