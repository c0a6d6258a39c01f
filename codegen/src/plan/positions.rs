//! Aliases that a view gives to a table's columns by position, put into the order
//! that the columns have at that point of the migration.

use std::collections::BTreeMap;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::model::Expression;
use autogen_diff_core::text::alias::alias_lists;
use autogen_diff_core::{Ident, Pair, QualifiedName, Schema};

use super::Plan;
use super::inherit::ancestors;
use super::operation::Operation;
use crate::quote::server_ident;

/// The columns of each table, in the order in which the database has them.
pub(super) type Orders = BTreeMap<QualifiedName, Vec<Ident>>;

/// The declared schema with each table's columns in the order in which a plan leaves them, which is what
/// the way back starts from.
pub fn with_columns_as_left(plan: &Plan, schemas: Pair<&Schema>) -> Schema {
    let orders = settle(&mut plan.operations.clone(), schemas);
    let mut left = schemas.to.clone();
    for (name, table) in &mut left.tables {
        if let Some(order) = orders.get(name) {
            table.columns.sort_by_key(|column| order.iter().position(|name| *name == column.name));
        }
    }
    left
}

/// Rewrites the queries of views that are made or replaced, and gives the order that all columns end in.
pub(super) fn settle(operations: &mut [Operation], schemas: Pair<&Schema>) -> Orders {
    let tables = schemas.from.tables.values();
    let names = |table: &autogen_diff_core::model::Table| {
        table.columns.iter().map(|column| column.name.clone()).collect()
    };
    let mut orders: Orders = tables.map(|table| (table.name.clone(), names(table))).collect();
    for operation in operations {
        match operation {
            Operation::Rename(rename) => follow(&mut orders, rename),
            Operation::CreateTable(table) => {
                orders.insert(table.name.clone(), names(table));
            }
            Operation::AddColumn { table, column } => add(&mut orders, schemas.to, table, &column.name),
            Operation::DropColumn { table, column } => remove(&mut orders, schemas.from, table, &column.name),
            Operation::CreateView(view) => view.query = settled(&view.query, &orders, schemas.to),
            Operation::ReplaceView(pair) => pair.to.query = settled(&pair.to.query, &orders, schemas.to),
            Operation::CreateMaterializedView(view) => {
                view.query = settled(&view.query, &orders, schemas.to);
            }
            _ => {}
        }
    }
    orders
}

fn follow(orders: &mut Orders, rename: &Rename) {
    match rename {
        Rename::Table(names) => {
            if let Some(columns) = orders.remove(&names.from) {
                orders.insert(names.to.clone(), columns);
            }
        }
        Rename::Column(table, names) => {
            let columns = orders.get_mut(table).into_iter().flatten();
            columns.filter(|column| **column == names.from).for_each(|column| *column = names.to.clone());
        }
        Rename::EnumValue(..) | Rename::Object(_) => {}
    }
}

/// A column comes to the end of its table and of those below that lack it.
fn add(orders: &mut Orders, to: &Schema, table: &QualifiedName, column: &Ident) {
    for (name, columns) in orders {
        if (name == table || is_below(to, name, table)) && !columns.contains(column) {
            columns.push(column.clone());
        }
    }
}

/// A column goes from its table and from those below that only have it from there.
fn remove(orders: &mut Orders, from: &Schema, table: &QualifiedName, column: &Ident) {
    for (name, columns) in orders {
        let inherited = from.tables.get(name).and_then(|table| table.column(column));
        let goes_along =
            inherited.is_some_and(|column| column.postgres.inherited) && is_below(from, name, table);
        if name == table || goes_along {
            columns.retain(|other| other != column);
        }
    }
}

fn is_below(schema: &Schema, table: &QualifiedName, above: &QualifiedName) -> bool {
    schema.tables.get(table).is_some_and(|table| ancestors(schema, table).contains(&above))
}

/// The query with each list of aliases in the order of the database instead of the model's.
fn settled(query: &Expression, orders: &Orders, to: &Schema) -> Expression {
    let text = query.as_str();
    let mut result = String::new();
    let mut rest = 0;
    for list in alias_lists(text) {
        let (Some(table), Some(order)) = (to.tables.get(&list.table), orders.get(&list.table)) else {
            continue;
        };
        let declared: Vec<&Ident> = table.columns.iter().map(|column| &column.name).collect();
        if order.iter().eq(declared.iter().copied()) {
            continue;
        }
        let alias = |column: &Ident| {
            let position = declared.iter().position(|declared| *declared == column);
            let alias = position.and_then(|position| list.aliases.get(position));
            server_ident(alias.unwrap_or(column).as_str())
        };
        result.push_str(&text[rest..list.span.start]);
        result.push_str(&order.iter().map(alias).collect::<Vec<_>>().join(", "));
        rest = list.span.end;
    }
    result.push_str(&text[rest..]);
    Expression::new(result)
}
