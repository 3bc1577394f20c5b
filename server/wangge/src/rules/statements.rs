//! Every statement of the program, parsed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use sqlparser::ast::{Expr, ObjectName, Query, SetExpr, Statement, TableFactor, Value, Visit, Visitor};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use store::{Engine, Reach, Sql, both_engines, statements};

use super::schema::tables;

/// What one statement touches and compares.
#[derive(Default)]
struct Seen {
    /// Tables, each with the name that the statement calls it by.
    tables: Vec<(String, String)>,
    /// Names whose `street_id` is compared with a parameter or with another `street_id`.
    bound: BTreeMap<String, usize>,
    functions: BTreeSet<String>,
    ordered_without_limit: bool,
}

impl Visitor for Seen {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, alias, .. } = factor {
            let called = alias.as_ref().map_or_else(|| name.to_string(), |alias| alias.name.value.clone());
            self.tables.push((name.to_string(), called));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
        let name = name.to_string();
        if !self.tables.iter().any(|(known, _)| *known == name) {
            self.tables.push((name.clone(), name));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let reads = matches!(query.body.as_ref(), SetExpr::Select(_));
        self.ordered_without_limit |= reads && query.order_by.is_some() && query.limit_clause.is_none();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::BinaryOp { left, op: sqlparser::ast::BinaryOperator::Eq, right } => {
                for (side, other) in [(left, right), (right, left)] {
                    if let Some(called) = street_of(side)
                        && (is_parameter(other) || street_of(other).is_some())
                    {
                        *self.bound.entry(called).or_default() += 1;
                    }
                }
            }
            Expr::Function(function) => {
                self.functions.insert(function.name.to_string().to_lowercase());
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// The name before `street_id`, empty when it stands alone.
fn street_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(name) if name.value == "street_id" => Some(String::new()),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [called, name] if name.value == "street_id" => Some(called.value.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn is_parameter(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if matches!(value.value, Value::Placeholder(_)))
}

fn parsed(sql: &Sql, engine: Engine) -> Statement {
    let text = sql.text(engine);
    let mut parsed = Parser::parse_sql(&PostgreSqlDialect {}, text)
        .unwrap_or_else(|error| panic!("{}:{} {}: {error}\n{text}", sql.file, sql.line, sql.name));
    assert_eq!(parsed.len(), 1, "{} holds more than one statement", sql.name);
    parsed.remove(0)
}

fn seen(statement: &Statement) -> Seen {
    let mut seen = Seen::default();
    assert!(statement.visit(&mut seen).is_continue());
    seen
}

#[test]
fn every_statement_on_a_street_table_binds_its_street() {
    let of_street: BTreeSet<String> =
        tables().into_iter().filter(|(_, table)| table.is_of_street()).map(|(name, _)| name).collect();
    let mut checked = 0;
    for sql in statements() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let statement = parsed(sql, engine);
            let seen = seen(&statement);
            let place = format!("{}:{} {}", sql.file, sql.line, sql.name);
            if let Statement::Insert(insert) = &statement {
                let first = insert.columns.first().map(ToString::to_string).unwrap_or_default();
                let name = insert.table.to_string();
                assert!(
                    !of_street.contains(&name) || first == "street_id",
                    "{place} inserts into {name} without a street"
                );
                continue;
            }
            let touched: Vec<_> = seen.tables.iter().filter(|(name, _)| of_street.contains(name)).collect();
            if sql.reach == Reach::City {
                continue;
            }
            let plain = touched.iter().filter(|(name, called)| name == called).count();
            for (name, called) in &touched {
                let needed = if name == called { plain } else { touched.len() };
                let each = seen.bound.get("").is_some_and(|times| *times >= needed);
                assert!(
                    each || seen.bound.contains_key(called),
                    "{place} reads {name} of every street:\n{}",
                    sql.text(engine)
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 60, "the test saw only {checked} uses of street tables");
}

#[test]
fn nothing_reads_across_streets_but_what_is_listed_here() {
    let of_street: BTreeSet<String> =
        tables().into_iter().filter(|(_, table)| table.is_of_street()).map(|(name, _)| name).collect();
    let mut across: Vec<String> = statements()
        .filter(|sql| sql.reach == Reach::City)
        .filter(|sql| {
            seen(&parsed(sql, Engine::Postgres)).tables.iter().any(|(name, _)| of_street.contains(name))
        })
        .map(|sql| format!("{} {}", sql.file, sql.name))
        .collect();
    across.sort_unstable();
    insta::assert_snapshot!(across.join("\n"), @r"
    server/platform/src/door.rs FORGET_ANSWERS
    server/platform/src/events.rs FORGET
    server/platform/src/jobs.rs DUE
    server/platform/src/ledger_api.rs NEXT_STREET
    server/platform/src/sequencer.rs WAITING_STREETS
    server/platform/src/uploads.rs FORGET
    server/platform/src/webhooks/deliver.rs DUE
    server/platform/src/webhooks/deliver.rs FORGET
    server/registry/src/community.rs ALL
    server/registry/src/statistics/load.rs STREETS
    ");
}

#[test]
fn moments_come_from_the_program_and_ordered_lists_have_an_end() {
    for sql in statements() {
        let seen = seen(&parsed(sql, Engine::Postgres));
        let place = format!("{}:{} {}", sql.file, sql.line, sql.name);
        for function in ["now", "random", "current_timestamp", "nextval", "datetime", "strftime", "julianday"]
        {
            assert!(!seen.functions.contains(function), "{place} calls {function}");
        }
        assert!(!seen.ordered_without_limit, "{place} orders rows without a limit");
    }
}

both_engines! {
    async fn every_statement_is_understood_by_both_engines(fresh) {
        fresh.store.migrate(&platform::migrations(&crate::house::rooms()), 1).await.unwrap();
        let mut count = 0;
        for sql in statements() {
            fresh.store.prepare(sql).await.unwrap_or_else(|error| panic!("{}:{} {error}", sql.file, sql.line));
            count += 1;
        }
        assert!(count > 80, "only {count} statements were seen");
    }
}
