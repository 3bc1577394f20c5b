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
