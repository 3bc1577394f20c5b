//! Tables as the migrations write them.

use std::collections::BTreeMap;

use sqlparser::ast::{
    AlterTableOperation, ColumnOption, CreateTable, DataType, IndexColumn, Statement, TableConstraint,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// One table with its indexes.
pub struct Table {
    pub create: CreateTable,
    pub indexes: Vec<(bool, Vec<String>)>,
}

impl Table {
    /// Whether a street owns its rows.
    pub fn is_of_street(&self) -> bool {
        self.columns().next() == Some("street_id")
    }

    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.create.columns.iter().map(|column| column.name.value.as_str())
    }

    fn constraints(&self) -> impl Iterator<Item = (bool, Vec<String>)> {
        self.create.constraints.iter().filter_map(|constraint| match constraint {
            TableConstraint::PrimaryKey(key) => Some((true, named(&key.columns))),
            TableConstraint::Unique(key) => Some((false, named(&key.columns))),
            _ => None,
        })
    }
}

fn named(columns: &[IndexColumn]) -> Vec<String> {
    columns.iter().map(|column| column.column.expr.to_string()).collect()
}

/// Every table of the house, by name.
pub fn tables() -> BTreeMap<String, Table> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for migration in platform::migrations(&crate::house::rooms()) {
        let place = format!("{}/{}", migration.room, migration.name);
        let parsed = Parser::parse_sql(&PostgreSqlDialect {}, migration.sql);
        for statement in parsed.unwrap_or_else(|error| panic!("{place}: {error}")) {
            match statement {
                Statement::CreateTable(create) => {
                    let name = create.name.to_string();
                    let known = tables.insert(name.clone(), Table { create, indexes: Vec::new() });
                    assert!(known.is_none(), "{place} makes {name} twice");
                }
                Statement::CreateIndex(index) => {
                    let table = tables.get_mut(&index.table_name.to_string());
                    let table = table.unwrap_or_else(|| panic!("{place}: an index on no table"));
                    table.indexes.push((index.unique, named(&index.columns)));
                }
                Statement::AlterTable(alter) => {
                    let table = tables.get_mut(&alter.name.to_string());
                    let table = table.unwrap_or_else(|| panic!("{place}: changes no table"));
                    for operation in alter.operations {
                        let AlterTableOperation::AddColumn { column_def, .. } = operation else {
                            panic!("{place}: a migration only adds columns yet: {operation}")
                        };
                        table.create.columns.push(column_def);
                    }
                }
                other => panic!("{place}: a migration makes tables, columns and indexes: {other}"),
            }
        }
    }
    assert!(tables.len() > 20, "the house has more tables than {}", tables.len());
    tables
}

#[test]
fn columns_are_of_the_four_types_that_both_engines_share() {
    for (name, table) in tables() {
        for column in &table.create.columns {
            let shared = matches!(
                column.data_type,
                DataType::BigInt(_) | DataType::Text | DataType::Bytea | DataType::DoublePrecision
            );
            assert!(shared, "{name}.{} is {}", column.name, column.data_type);
            for option in &column.options {
                let plain = matches!(
                    option.option,
                    ColumnOption::NotNull
                        | ColumnOption::PrimaryKey(_)
                        | ColumnOption::Unique(_)
                        | ColumnOption::ForeignKey(_)
                );
                // A column that comes later says what the rows before it hold.
                let plain = plain || matches!(option.option, ColumnOption::Default(_));
                assert!(
                    plain,
                    "{name}.{}: values come from the program, not from {}",
                    column.name, option.option
                );
            }
        }
    }
}

#[test]
fn every_key_and_index_of_a_street_table_begins_with_its_street() {
    for (name, table) in tables().into_iter().filter(|(_, table)| table.is_of_street()) {
        let keys: Vec<_> = table.constraints().collect();
        assert!(
            keys.contains(&(true, vec!["street_id".into(), "id".into()])),
            "{name} has no key (street_id, id)"
        );
        for (_, columns) in keys.into_iter().chain(table.indexes) {
            assert_eq!(columns.first().map(String::as_str), Some("street_id"), "{name} {columns:?}");
        }
    }
}

#[test]
fn shared_tables_never_point_at_street_tables() {
    let tables = tables();
    let mut pointers = 0;
    for (name, table) in &tables {
        let in_columns =
            table.create.columns.iter().flat_map(|column| &column.options).filter_map(|option| match &option
                .option
            {
                ColumnOption::ForeignKey(key) => Some(key.foreign_table.to_string()),
                _ => None,
            });
        for target in in_columns {
            pointers += 1;
            let target = tables
                .get(&target)
                .unwrap_or_else(|| panic!("{name} points at {target}, which is not there"));
            assert!(table.is_of_street() || !target.is_of_street(), "{name} points at a street table");
        }
    }
    assert!(pointers > 3, "the test saw no pointers");
}

#[test]
fn moments_are_named_by_their_verb_and_are_whole_numbers() {
    for (name, table) in tables() {
        for column in &table.create.columns {
            let is_moment = column.name.value.ends_with("_at") || column.name.value == "at";
            assert!(!is_moment || matches!(column.data_type, DataType::BigInt(_)), "{name}.{}", column.name);
        }
    }
}
