//! The API's description, from which the web's client is made, says one thing of each shape, route and place.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::house;

/// Every operation as its address and what is said of it.
fn operations() -> Vec<(String, Json)> {
    let described: Json = serde_json::from_str(&house::description().unwrap()).unwrap();
    let items = described["paths"].as_object().unwrap().clone();
    let of = |(path, item): (String, Json)| {
        let operations = item.as_object().unwrap().clone().into_iter();
        operations.map(move |(method, operation)| (format!("{method} {path}"), operation)).collect::<Vec<_>>()
    };
    items.into_iter().flat_map(of).collect()
}

#[test]
fn two_rooms_never_give_one_name_to_different_shapes() {
    assert_eq!(platform::description::clashes(&house::rooms()), [] as [String; 0]);
}

#[test]
fn each_operation_has_a_name_of_its_own() {
    let all = operations();
    let names: BTreeSet<&str> =
        all.iter().map(|(_, operation)| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), all.len());
}

#[test]
fn every_place_in_an_address_is_described() {
    for (address, operation) in operations() {
        let open = address.split('{').skip(1).filter_map(|part| part.split('}').next());
        let wanted: BTreeSet<&str> = open.collect();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let given =
            parameters.iter().filter(|one| one["in"] == "path").filter_map(|one| one["name"].as_str());
        assert_eq!(given.collect::<BTreeSet<_>>(), wanted, "{address}");
    }
}

#[test]
fn a_field_without_a_value_is_required_of_answers_only() {
    let described: Json = serde_json::from_str(&house::description().unwrap()).unwrap();
    let shapes = &described["components"]["schemas"];
    let required =
        |shape: &str, field: &str| shapes[shape]["required"].as_array().unwrap().contains(&field.into());
    assert!(required("AreaOut", "valid_to"));
    assert!(!required("OrderIn", "contact"));
    // Left out by serde, so it may not be relied on.
    assert!(!required("Import", "retired"));
}
