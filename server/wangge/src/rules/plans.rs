//! How SQLite, which knows no counts here, would look for the rows of one order.

use rusqlite::Connection;
use store::{Engine, statements};

/// The steps of the plan of a statement.
fn plan(house: &Connection, text: &str) -> Vec<String> {
    let mut asked = house.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
    let steps = asked.raw_query();
    steps.mapped(|row| row.get::<_, String>(3)).collect::<Result<_, _>>().unwrap()
}

#[test]
fn the_rows_of_one_order_are_found_without_walking_its_street() {
    let house = Connection::open_in_memory().unwrap();
    for migration in platform::migrations(&crate::house::rooms()) {
        house.execute_batch(migration.sql).unwrap();
    }
    let mut seen = 0;
    for sql in statements() {
        let text = sql.text(Engine::Sqlite);
        if !text.contains("order_id = $") || text.starts_with("INSERT") {
            continue;
        }
        seen += 1;
        for step in plan(&house, text) {
            let walks = step.starts_with("SCAN ") || step.ends_with("(street_id=?)");
            assert!(!walks, "{}:{} {} walks a street: {step}\n{text}", sql.file, sql.line, sql.name);
        }
    }
    assert!(seen > 15, "only {seen} statements ask for the rows of an order");
}
