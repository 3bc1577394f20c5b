//! How SQLite would look for the rows of one order. PostgreSQL decides by counts of its own.

use store::{Engine, statements, testing};

#[tokio::test]
async fn the_rows_of_one_order_are_found_without_walking_its_street() {
    let fresh = testing::sqlite().await.unwrap();
    fresh.store.migrate(&platform::migrations(&crate::house::rooms()), 1).await.unwrap();
    let mut seen = 0;
    for sql in statements() {
        let text = sql.text(Engine::Sqlite);
        if !text.contains("order_id = $") || text.starts_with("INSERT") {
            continue;
        }
        seen += 1;
        for step in fresh.store.plan(sql).await.unwrap() {
            let by_street = step.contains("PRIMARY KEY (street_id=?") && !step.contains("AND id=?");
            let walks = step.starts_with("SCAN ") || by_street;
            assert!(!walks, "{}:{} {} walks a street: {step}\n{text}", sql.file, sql.line, sql.name);
        }
    }
    assert!(seen > 15, "only {seen} statements ask for the rows of an order");
}

/// What each search of the one box must be found by.
const FOUND_BY: [(&str, &str); 10] = [
    ("BY_NUMBER", "value_index=?"),
    ("BY_NAME", "name=?"),
    ("BY_READING", "reading=?"),
    ("BY_INITIALS", "initials=?"),
    ("DWELLINGS", "dwelling_key=?"),
    ("BUILDINGS", "building_key=?"),
    ("BUILDINGS_OF_ESTATE", "estate=?"),
    ("UNITS_BY_CODE", "code=?"),
    ("UNITS_BY_NAME", "name=?"),
    ("UNITS_BY_INITIALS", "initials=?"),
];

#[tokio::test]
async fn whoever_is_looked_up_is_found_without_walking_a_street() {
    let fresh = testing::sqlite().await.unwrap();
    fresh.store.migrate(&platform::migrations(&crate::house::rooms()), 1).await.unwrap();
    let parts = ["find", "whereabouts", "card", "reveal", "kin", "measure", "derive"];
    let files = parts.map(|part| format!("registry/src/{part}.rs"));
    let (mut seen, mut searches) = (0, 0);
    for sql in statements().filter(|sql| files.iter().any(|file| sql.file.ends_with(file.as_str()))) {
        let text = sql.text(Engine::Sqlite);
        if text.starts_with("INSERT") {
            continue;
        }
        seen += 1;
        let plan = fresh.store.plan(sql).await.unwrap();
        for step in &plan {
            let by_street = step.contains("PRIMARY KEY (street_id=?") && !step.contains("AND id=?");
            let walks = step.starts_with("SCAN ") || by_street && !step.contains("account_id=?");
            assert!(!walks, "{}:{} {} walks a street: {step}\n{text}", sql.file, sql.line, sql.name);
        }
        if sql.file.ends_with("registry/src/find.rs")
            && let Some((_, column)) = FOUND_BY.iter().find(|(name, _)| *name == sql.name)
        {
            assert!(
                plan.iter().any(|step| step.contains(column)),
                "{} is not found by {column}: {plan:?}",
                sql.name
            );
            searches += 1;
        }
    }
    assert!(seen > 20 && searches == FOUND_BY.len(), "{seen} statements, {searches} searches");
}
