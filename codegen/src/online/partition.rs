//! A table that becomes a partition: a check that says what the bound says is validated while rows are written, so that the server
//! need not look at them while it attaches the table; then the check goes.

use autogen_diff_core::model::{Check, Column, Constraint, ConstraintKind, Index, PartitionOf, Table};
use autogen_diff_core::{Dialect, ObjectId, Pair, QualifiedName, Schema};

use super::{is_needed_by_nothing, is_parent};
use crate::hazards::Standing;
use crate::plan::mentions;
use crate::postgres::partition_bound::{check_name, check_of};

/// The schema in which the partitions still have the check.
pub(super) fn before_drop_check(schemas: Pair<&Schema>) -> Option<Schema> {
    let mut before = schemas.to.clone();
    let mut has_any = false;
    for (table, check) in attached(schemas) {
        if is_held(table.to, &check) {
            continue;
        }
        add(&mut before, &table.to.name, check)?;
        has_any = true;
    }
    has_any.then_some(before)
}

/// The schema in which the tables that have the check are none of the partitioned table.
pub(super) fn before_attach(schemas: Pair<&Schema>) -> Option<Schema> {
    let mut before = schemas.to.clone();
    let mut has_any = false;
    for (table, check) in attached(schemas) {
        before.insert(table.from.clone());
        take_dependencies(&mut before, schemas.from, &table.to.name);
        if !is_held(table.from, &check) {
            add(&mut before, &table.to.name, check)?;
        }
        has_any = true;
    }
    has_any.then_some(before)
}

/// The tables that become partitions, each with the check.
fn attached(schemas: Pair<&Schema>) -> Vec<(Pair<&Table>, Constraint)> {
    let tables = schemas.to.tables().filter_map(|to| {
        let place = to.postgres().partition_of.as_ref()?;
        let table = Pair::new(schemas.from.table(&to.name)?, to);
        let parent = schemas.map(|schema| schema.table(&place.parent));
        let expression = check_of(parent.from?, &place.bound)?;
        let keeps_key = parent.from?.postgres().partition_key == parent.to?.postgres().partition_key;
        let check =
            Constraint::new(Some(check_name(&to.name)), ConstraintKind::Check(Check::new(expression)));
        let is_free = |table: &Table| is_held(table, &check) || !table.has_constraint(&check_name(&to.name));
        let can_be = keeps_key
            && is_free(table.from)
            && is_free(to)
            && !has_default(schemas, place)
            && changes_nothing_else(schemas, table);
        can_be.then_some((table, check))
    });
    tables.collect()
}

/// Whether a table has a check that says as much.
fn is_held(table: &Table, check: &Constraint) -> bool {
    Standing::of(Dialect::Postgres, table).implies(check)
}

/// Whether there is a default partition, whose rows are looked at in any case.
fn has_default(schemas: Pair<&Schema>, place: &PartitionOf) -> bool {
    let mut tables = schemas.from.tables().chain(schemas.to.tables());
    tables.any(|table| {
        let own = table.postgres().partition_of.as_ref();
        own.is_some_and(|own| own.parent == place.parent && own.bound.as_str() == "DEFAULT")
    })
}

/// Whether a table stood alone, and nothing comes with its place but parts of what the partitioned table has.
fn changes_nothing_else(schemas: Pair<&Schema>, table: Pair<&Table>) -> bool {
    let own = table.map(Table::postgres);
    let mut alone = own.to.clone();
    alone.partition_of = None;
    let is_alone = own.from.inherits.is_empty() && own.from.partition_of.is_none() && *own.from == alone;
    let is_leaf = |schema| !is_parent(schema, &table.to.name);
    let is_whole = own.to.partition_key.is_some();
    is_alone
        && !is_whole
        && is_leaf(schemas.from)
        && is_leaf(schemas.to)
        && columns_alone(table.from) == columns_alone(table.to)
        && keeps_constraints(schemas, table)
        && keeps_indexes(schemas, table)
}

/// The columns, but for whether they are the partitioned table's too.
fn columns_alone(table: &Table) -> Vec<Column> {
    let alone = |column: &Column| {
        let mut column = column.clone();
        column.postgres_mut().inherited = false;
        column
    };
    let mut columns: Vec<Column> = table.columns.iter().map(alone).collect();
    columns.sort_by(|a, b| a.name.cmp(&b.name));
    columns
}

fn keeps_constraints(schemas: Pair<&Schema>, table: Pair<&Table>) -> bool {
    let alone = |constraint: &Constraint| {
        let mut constraint = constraint.clone();
        constraint.inherited = false;
        match &mut constraint.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => key.attached_to = None,
            ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => {}
        }
        constraint
    };
    let old: Vec<Constraint> = table.from.constraints.iter().map(alone).collect();
    let new: Vec<Constraint> = table.to.constraints.iter().map(alone).collect();
    let comes_along = |constraint: &Constraint| {
        let id =
            constraint.name.as_ref().map(|name| ObjectId::Constraint(table.to.name.clone(), name.clone()));
        constraint.inherited && id.is_none_or(|id| is_bare(schemas.to, &id))
    };
    let is_held_check =
        |constraint: &Constraint| constraint.name.as_ref() == Some(&check_name(&table.to.name));
    let mut fresh = table.to.constraints.iter().filter(|constraint| !old.contains(&alone(constraint)));
    old.iter().all(|constraint| new.contains(constraint))
        && fresh.all(|constraint| comes_along(constraint) || is_held_check(constraint))
}

fn keeps_indexes(schemas: Pair<&Schema>, table: Pair<&Table>) -> bool {
    let alone = |index: &Index| Index { parent: None, ..index.clone() };
    let stays = |index: &Index| table.to.indexes.get(&index.name).is_some_and(|to| alone(to) == alone(index));
    let comes_along = |index: &Index| {
        let id = ObjectId::Index(table.to.name.clone(), index.name.clone());
        index.parent.is_some() && is_bare(schemas.to, &id)
    };
    let mut fresh = table.to.indexes.values().filter(|index| !table.from.indexes.contains_key(&index.name));
    table.from.indexes.values().all(|index| stays(index)) && fresh.all(|index| comes_along(index))
}

/// Whether an object can come later: nothing is said of it, and nothing leans on it.
fn is_bare(schema: &Schema, id: &ObjectId) -> bool {
    !schema.comments.contains_key(id) && is_needed_by_nothing(schema, id)
}

fn add(schema: &mut Schema, table: &QualifiedName, check: Constraint) -> Option<()> {
    let name = check.name.clone()?;
    let ConstraintKind::Check(own) = &check.kind else { return None };
    let text = own.expression.to_string();
    let own = schema.table_mut(table)?;
    own.constraints.push(check);
    let columns = own.columns.iter().filter(|column| mentions(&text, column.name.as_str()));
    let needs = columns.map(|column| ObjectId::Column(table.clone(), column.name.clone())).collect();
    schema.dependencies.insert(ObjectId::Constraint(table.clone(), name), needs);
    Some(())
}

/// What a table and its parts lean on is as it was.
fn take_dependencies(before: &mut Schema, from: &Schema, table: &QualifiedName) {
    let is_of_table = |id: &ObjectId| match id {
        ObjectId::Table(name)
        | ObjectId::Column(name, _)
        | ObjectId::Constraint(name, _)
        | ObjectId::Index(name, _) => name == table,
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Definition(..) => false,
    };
    before.dependencies.retain(|id, _| !is_of_table(id));
    let own = from.dependencies.iter().filter(|(id, _)| is_of_table(id));
    let own: Vec<_> = own.map(|(id, needs)| (id.clone(), needs.clone())).collect();
    before.dependencies.extend(own);
}
