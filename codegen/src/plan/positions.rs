//! Aliases that a view gives to a table's columns by position, put into the order
//! that the columns have at that point of the migration.

use std::collections::BTreeMap;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::model::{Definition, DefinitionParts, Expression, Table};
use autogen_diff_core::text::alias::alias_lists;
use autogen_diff_core::{Ident, Pair, QualifiedName, Schema};

use super::Plan;
use super::inherit::{Children, children};
use super::operation::{
    ColumnOperation, DefinitionOperation, MaterializedViewOperation, Operation, TableOperation, ViewOperation,
};
use crate::quote::server_ident;

/// The columns of each table, in the order in which the database has them.
pub(super) type Orders = BTreeMap<QualifiedName, Vec<Ident>>;

/// The declared schema with each table's columns in the order in which a plan leaves them, which is what
/// the way back starts from.
pub fn with_columns_as_left(plan: &Plan, schemas: Pair<&Schema>) -> Schema {
    let orders = settle(&mut plan.operations.clone(), schemas);
    let mut left = schemas.to.clone();
    for table in left.tables_mut() {
        if let Some(order) = orders.get(&table.name) {
            let place = |column: &Ident| order.iter().position(|name| name == column);
            table.columns.sort_by_key(|column| place(&column.name).unwrap_or(usize::MAX));
        }
    }
    left
}

/// Rewrites the queries of views that are made or replaced, and gives the order that all columns end in.
pub(super) fn settle(operations: &mut [Operation], schemas: Pair<&Schema>) -> Orders {
    let tables = schemas.from.tables();
    let mut orders: Orders = tables.map(|table| (table.name.clone(), names(table))).collect();
    let children = schemas.map(children);
    for operation in operations {
        match operation {
            Operation::Rename(rename) => follow(&mut orders, rename),
            Operation::Table(TableOperation::Create(table)) => create(&mut orders, table),
            Operation::Table(TableOperation::Alter(pair)) => lend(&mut orders, &pair.to),
            Operation::Column(ColumnOperation::Add { table, column }) => {
                add(&mut orders, &children.to, table, &column.name)
            }
            Operation::Column(ColumnOperation::Drop { table, column }) => {
                remove(&mut orders, schemas.from, &children.from, table, &column.name);
            }
            Operation::Definition(DefinitionOperation::Replace(pair)) => {
                follow_type(&mut orders, &pair.to, schemas.to)
            }
            Operation::View(ViewOperation::Create(view)) => {
                view.query = settled(&view.query, &orders, schemas.to)
            }
            Operation::View(ViewOperation::Replace(pair)) => {
                pair.to.query = settled(&pair.to.query, &orders, schemas.to)
            }
            Operation::MaterializedView(MaterializedViewOperation::Create(view)) => {
                view.query = settled(&view.query, &orders, schemas.to);
            }
            Operation::Namespace(_)
            | Operation::Extension(_)
            | Operation::Type(_)
            | Operation::Sequence(_)
            | Operation::Table(_)
            | Operation::Partition(_)
            | Operation::Column(_)
            | Operation::Constraint(_)
            | Operation::Index(_)
            | Operation::View(_)
            | Operation::MaterializedView(_)
            | Operation::Definition(_)
            | Operation::Attachment(_) => {}
        }
    }
    orders
}

fn names(table: &Table) -> Vec<Ident> {
    table.columns.iter().map(|column| column.name.clone()).collect()
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

/// A new inheritance child has its parents' columns first, in their order.
fn create(orders: &mut Orders, table: &Table) {
    let inherited = table.postgres().inherits.iter().filter_map(|parent| orders.get(parent)).flatten();
    let mut columns: Vec<Ident> = Vec::new();
    for column in inherited.cloned().chain(names(table)) {
        if !columns.contains(&column) && table.column(&column).is_some() {
            columns.push(column);
        }
    }
    orders.insert(table.name.clone(), columns);
}

/// A table that gets a parent gets the columns that it lacks behind its own.
fn lend(orders: &mut Orders, table: &Table) {
    let Some(columns) = orders.get_mut(&table.name) else { return };
    for column in table.columns.iter().filter(|column| column.postgres().inherited) {
        if !columns.contains(&column.name) {
            columns.push(column.name.clone());
        }
    }
}

/// A typed table follows its type.
fn follow_type(orders: &mut Orders, definition: &Definition, to: &Schema) {
    let DefinitionParts::Composite(_) = &definition.parts else { return };
    let typed = |table: &&Table| table.postgres().of_type.as_ref() == Some(&definition.identity);
    for table in to.tables().filter(typed) {
        let Some(columns) = orders.get_mut(&table.name) else { continue };
        columns.retain(|column| table.column(column).is_some());
        let new = names(table).into_iter().filter(|column| !columns.contains(column)).collect::<Vec<_>>();
        columns.extend(new);
    }
}

/// A column comes to the end of its table and of those below that lack it.
fn add(orders: &mut Orders, children: &Children<'_>, table: &QualifiedName, column: &Ident) {
    if let Some(columns) = orders.get_mut(table)
        && !columns.contains(column)
    {
        columns.push(column.clone());
    }
    for child in children.get(table).into_iter().flatten() {
        add(orders, children, child, column);
    }
}

/// A column goes from its table and from those below that only have it from there.
fn remove(
    orders: &mut Orders,
    from: &Schema,
    children: &Children<'_>,
    table: &QualifiedName,
    column: &Ident,
) {
    if let Some(columns) = orders.get_mut(table) {
        columns.retain(|other| other != column);
    }
    for child in children.get(table).into_iter().flatten() {
        let column_of = from.table(child).and_then(|child| child.column(column));
        if column_of.is_some_and(|column| column.postgres().inherited) {
            remove(orders, from, children, child, column);
        }
    }
}

/// The query with each list of aliases in the order of the database instead of the model's.
fn settled(query: &Expression, orders: &Orders, to: &Schema) -> Expression {
    let text = query.as_str();
    let mut result = String::new();
    let mut rest = 0;
    for list in alias_lists(text) {
        let (Some(table), Some(order)) = (to.table(&list.table), orders.get(&list.table)) else {
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
