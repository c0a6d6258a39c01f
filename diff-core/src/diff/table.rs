//! Tables: which are new, gone or different, and what inside them differs.

use std::collections::BTreeMap;

use crate::diff::change::{
    Change, ColumnChange, ConstraintChange, IndexChange, ObjectChange, TableAlteration, TableChange,
};
use crate::diff::matching::match_by;
use crate::diff::partitioned_index::{RenamedIndexes, renamed_indexes, with_new_names};
use crate::model::{Column, Constraint, ConstraintKind, Index, Schema, Table};
use crate::name::{Ident, QualifiedName};
use crate::pair::Pair;
use crate::shared::Shared;

pub(super) fn diff_tables(schemas: Pair<&Schema>) -> Vec<Change> {
    let renamed = renamed_indexes(schemas);
    let found = changed(schemas.from, |table| as_found(table, schemas.to.table(&table.name), &renamed));
    let from = |name: &QualifiedName| found.get(name).or_else(|| schemas.from.table(name));
    let declared = changed(schemas.to, |table| without_broken_indexes(table, from(&table.name)));
    let sides = Pair::new(with(schemas.from, &found), with(schemas.to, &declared));
    let changes = match_by(sides, |table| &table.name, same_table).into_iter().map(|change| {
        Change::Table(Box::new(match change {
            ObjectChange::Create(table) => TableChange::Create(table),
            ObjectChange::Drop(table) => TableChange::Drop(table),
            ObjectChange::Alter(pair) => TableChange::Alter(alteration(pair)),
        }))
    });
    changes.collect()
}

/// Tables that are compared otherwise than their schema has them.
type Changed<'a> = BTreeMap<&'a QualifiedName, Table>;

fn changed(schema: &Schema, change: impl Fn(&Table) -> Option<Table>) -> Changed<'_> {
    schema.tables().filter_map(|table| Some((&table.name, change(table)?))).collect()
}

/// The tables of a schema, some of them changed.
fn with<'a>(schema: &'a Schema, changed: &'a Changed<'a>) -> impl Iterator<Item = &'a Table> + Clone {
    schema.tables().map(|table| changed.get(&table.name).unwrap_or(table))
}

/// A table with the new names of its indexes' parents, and with the persistence of the other side where no statement
/// changes it. Nothing where it has both.
fn as_found(from: &Table, to: Option<&Table>, renamed: &RenamedIndexes) -> Option<Table> {
    let followed = (!renamed.is_empty()).then(|| with_new_names(from, renamed));
    let persistence = to.filter(|to| !from.switches_persistence(to)).map(|to| to.postgres().persistence);
    match persistence.filter(|persistence| *persistence != from.postgres().persistence) {
        Some(persistence) => {
            let mut table = followed.unwrap_or_else(|| from.clone());
            table.postgres_mut().persistence = persistence;
            Some(table)
        }
        None => followed,
    }
}

/// A declared table without the indexes that a concurrent build left behind: nobody wants one, so what is
/// there under its name stays. Nothing where it has none.
fn without_broken_indexes(to: &Table, from: Option<&Table>) -> Option<Table> {
    let is_broken = |index: &Shared<Index>| !index.valid && !index.partitioned;
    if !to.indexes.values().any(is_broken) {
        return None;
    }
    let mut to = to.clone();
    to.indexes.retain(|name, index| match from.and_then(|from| from.indexes.get(name)) {
        Some(other) if is_broken(index) => {
            *index = other.clone();
            true
        }
        Some(_) | None => !is_broken(index),
    });
    Some(to)
}

/// Whether two tables are the same but for the order of columns and constraints.
fn same_table(from: &Table, to: &Table) -> bool {
    let Table { name: _, columns, constraints, indexes, extra } = from;
    *extra == to.extra
        && *indexes == to.indexes
        && columns.len() == to.columns.len()
        && columns.iter().all(|column| to.column(&column.name) == Some(column))
        && constraints.len() == to.constraints.len()
        && constraints.iter().all(|constraint| to.constraints.contains(constraint))
}

/// What differs inside a table.
pub fn alteration(table: Pair<Table>) -> TableAlteration {
    let columns = column_changes(table.as_ref());
    let constraints = constraint_changes(table.as_ref());
    let indexes = index_changes(table.as_ref().map(|table| &table.indexes));
    TableAlteration { table, columns, constraints, indexes }
}

fn column_changes(tables: Pair<&Table>) -> Vec<ColumnChange> {
    let dropped = tables.from.columns.iter().filter(|c| tables.to.column(&c.name).is_none());
    let mut changes: Vec<ColumnChange> = dropped.cloned().map(ObjectChange::Drop).collect();
    changes.extend(tables.to.columns.iter().filter_map(|to| column_change(tables.from, to)));
    changes
}

fn column_change(from: &Table, to: &Column) -> Option<ColumnChange> {
    match from.column(&to.name) {
        None => Some(ObjectChange::Create(to.clone())),
        Some(from) if from != to => Some(ObjectChange::Alter(Pair::new(from.clone(), to.clone()))),
        Some(_) => None,
    }
}

pub(super) fn constraint_changes(tables: Pair<&Table>) -> Vec<ConstraintChange> {
    let mut dropped: Vec<&Constraint> = Vec::new();
    let mut changes = Vec::new();
    for from in &tables.from.constraints {
        let same_name = from.name.as_ref().and_then(|name| tables.to.constraint(name));
        match same_name {
            Some(to) if from == to => {}
            Some(to) => changes.extend(altered_constraint(from, to)),
            None if tables.to.constraints.contains(from) => {}
            None => dropped.push(from),
        }
    }
    let mut added: Vec<&Constraint> = tables
        .to
        .constraints
        .iter()
        .filter(|to| match &to.name {
            Some(name) => tables.from.constraint(name).is_none(),
            None => !tables.from.constraints.contains(to),
        })
        .collect();
    dropped.retain(|from| match renamed_to(from, &mut added) {
        Some(names) => {
            // The partitioned or inherited table's own change reaches its checks below.
            let reached = from.inherited && matches!(from.kind, ConstraintKind::Check(_));
            changes.extend((!reached).then_some(ConstraintChange::Rename(names)));
            false
        }
        None => true,
    });
    changes.extend(dropped.into_iter().cloned().map(ConstraintChange::Drop));
    changes.extend(added.into_iter().cloned().map(ConstraintChange::Add));
    changes
}

/// Takes the constraint out of `added` that is the same under another name.
fn renamed_to(from: &Constraint, added: &mut Vec<&Constraint>) -> Option<Pair<Ident>> {
    let position = added.iter().position(|to| {
        to.kind == from.kind && to.deferrability == from.deferrability && to.inherited == from.inherited
    })?;
    let to = added.remove(position);
    Some(Pair::new(from.name.clone()?, to.name.clone()?))
}

fn altered_constraint(from: &Constraint, to: &Constraint) -> Vec<ConstraintChange> {
    if becomes_valid(from, to) {
        return vec![ConstraintChange::Validate(to.clone())];
    }
    if from.foreign_key().is_some() && from.kind == to.kind && from.inherited == to.inherited {
        return vec![ConstraintChange::AlterDeferrability(Pair::new(from.clone(), to.clone()))];
    }
    vec![ConstraintChange::Drop(from.clone()), ConstraintChange::Add(to.clone())]
}

/// Whether the only difference is that `to` is validated and `from` is not.
fn becomes_valid(from: &Constraint, to: &Constraint) -> bool {
    let mut validated = from.clone();
    match &mut validated.kind {
        ConstraintKind::ForeignKey(key) => key.validated = true,
        ConstraintKind::Check(check) => check.validated = true,
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) => {}
    }
    validated == *to
}

/// The differences between two sets of indexes of one relation.
pub fn index_changes(indexes: Pair<&BTreeMap<Ident, Shared<Index>>>) -> Vec<IndexChange> {
    let mut created = Vec::new();
    let mut dropped = Vec::new();
    let mut changes = Vec::new();
    let sides = indexes.map(|indexes| indexes.values().map(|index| &**index));
    for change in match_by(sides, |index| &index.name, Index::eq) {
        match change {
            ObjectChange::Create(index) => created.push(index),
            ObjectChange::Drop(index) => dropped.push(index),
            ObjectChange::Alter(pair) if differs_in_storage_only(&pair) => {
                changes.push(IndexChange::Alter(pair));
            }
            // The parts of two indexes that changed names with each other.
            ObjectChange::Alter(Pair { from, to }) if from.parent.is_some() && from.parent != to.parent => {
                dropped.push(from);
                created.push(to);
            }
            ObjectChange::Alter(Pair { from, to }) => {
                changes.push(IndexChange::Drop(from));
                changes.push(IndexChange::Create(to));
            }
        }
    }
    for from in dropped {
        let same = created.iter().position(|to| Index { name: from.name.clone(), ..to.clone() } == from);
        changes.push(match same {
            Some(position) => IndexChange::Rename(Pair::new(from, created.remove(position))),
            None => IndexChange::Drop(from),
        });
    }
    changes.extend(created.into_iter().map(IndexChange::Create));
    changes
}

fn differs_in_storage_only(pair: &Pair<Index>) -> bool {
    let Pair { from, to } = pair;
    let alike = Index {
        storage_parameters: to.storage_parameters.clone(),
        tablespace: to.tablespace.clone(),
        parent: to.parent.clone(),
        // An index of a partitioned table is valid once each partition has its part.
        valid: if to.partitioned && to.valid { to.valid } else { from.valid },
        ..from.with_statistics_of(to)
    };
    alike == *to && (from.parent.is_none() || from.parent == to.parent)
}
