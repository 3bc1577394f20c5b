//! The lines that are not crossed (DESIGN §1): no such field in the schema, in the API, or on a page.

use super::schema::tables;

/// Parts of names that no field has.
const NO_FIELD: &[&str] = &[
    "face_",
    "facial",
    "fingerprint",
    "iris",
    "voiceprint",
    "gait",
    "biometric",
    "credit_score",
    "risk_score",
    "risk_level",
    "person_score",
    "person_label",
    "person_tag",
    "key_person",
    "political",
    "religio",
    "faith",
    "party_member",
    "trajectory",
    "trail",
];

/// What no page speaks of. (A page may ask people not to photograph faces.)
const NO_WORD: &[&str] = &[
    "人脸识别",
    "声纹",
    "步态",
    "虹膜",
    "指纹",
    "政治面貌",
    "宗教信仰",
    "重点人员",
    "轨迹",
    "人员标签",
    "积分排名",
    "信用分",
    "face recognition",
    "political affiliation",
    "religious",
];

fn assert_clean(place: &str, word: &str, never: &[&str]) {
    let lower = word.to_lowercase();
    for never in never {
        assert!(!lower.contains(never), "{place} crosses a line: {never}");
    }
}

#[test]
fn no_table_has_a_field_that_crosses_a_line() {
    for (name, table) in tables() {
        assert_clean("schema", &name, NO_FIELD);
        table.columns().for_each(|column| assert_clean(&name, column, NO_FIELD));
    }
}

#[test]
fn no_answer_of_the_api_has_a_field_that_crosses_a_line() {
    let described: serde_json::Value = serde_json::from_str(&crate::house::description().unwrap()).unwrap();
    let mut fields = 0;
    let mut rest = vec![&described];
    while let Some(value) = rest.pop() {
        match value {
            serde_json::Value::Object(map) => {
                if let Some(serde_json::Value::Object(properties)) = map.get("properties") {
                    properties.keys().for_each(|name| assert_clean("API", name, NO_FIELD));
                    fields += properties.len();
                }
                rest.extend(map.values());
            }
            serde_json::Value::Array(items) => rest.extend(items),
            _ => {}
        }
    }
    assert!(fields > 100, "the test saw only {fields} fields");
}

#[test]
fn no_page_shows_a_word_that_crosses_a_line() {
    let web = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
    let mut files = 0;
    let mut folders = vec![web];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "node_modules" && name != "dist" {
                folders.push(path);
            } else if name.ends_with(".json") && (name.contains("zh-CN") || name.contains("en.json")) {
                assert_clean(&name, &std::fs::read_to_string(&path).unwrap(), NO_WORD);
                files += 1;
            }
        }
    }
    assert!(files > 4, "the test saw only {files} catalogues of words");
}
