//! Partitions that leave their place for a while or for good, and what differs while they stand alone.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::diff::change::{Change, IndexChange, SchemaDiff, TableAlteration, TableChange};
use autogen_diff_core::diff::partitioned_index::{RenamedIndexes, renamed_indexes, with_new_names};
use autogen_diff_core::diff::table::alteration;
use autogen_diff_core::model::{Constraint, ConstraintKind, ForeignKey, Table};
use autogen_diff_core::{Ident, Pair, QualifiedName, Schema};

use super::{attached_to, partitioned_ancestors};
use crate::postgres::default_name;

/// The tables that stop being a partition for a while or for good, with what differs
/// while they stand alone.
pub(in crate::plan) fn moves(
    diff: &SchemaDiff,
    schemas: Pair<&Schema>,
) -> BTreeMap<QualifiedName, TableAlteration> {
    let dropped = dropped_wholes(diff);
    let renamed = renamed_indexes(schemas);
    let mut moves = BTreeMap::new();
    for from in schemas.from.tables() {
        let name = &from.name;
        let Some(to) = schemas.to.table(name) else { continue };
        // The whole index needs the part, and the key needs the part: standing alone lets go of both.
        let key_of_dropped = |c: &Constraint| attached_to(c).is_some_and(|whole| dropped.contains(whole));
        let leaves = from.constraints.iter().any(key_of_dropped);
        if leaves
            || changes_part(from, to, &renamed)
            || from.postgres().partition_of != to.postgres().partition_of
        {
            let stays = without_keys_dropped_above(from, schemas);
            moves.insert(name.clone(), while_alone(Pair::new(&stays, to)));
        }
    }
    moves
}

/// Whether another part of the same whole takes the place of one: an index that becomes a key.
fn changes_part(from: &Table, to: &Table, renamed: &RenamedIndexes) -> bool {
    if from.postgres().partition_of.is_none() {
        return false;
    }
    let from = with_new_names(from, renamed);
    let table = Pair::new(&from, to);
    let keys =
        |table: &Table| table.constraints.iter().filter_map(attached_to).cloned().collect::<BTreeSet<_>>();
    let indexes = |table: &Table| {
        table.indexes.values().filter_map(|index| index.parent.clone()).collect::<BTreeSet<_>>()
    };
    let becomes = |from: BTreeSet<QualifiedName>, to: BTreeSet<QualifiedName>| !from.is_disjoint(&to);
    becomes(indexes(table.from), keys(table.to)) || becomes(keys(table.from), indexes(table.to))
}

fn dropped_wholes(diff: &SchemaDiff) -> BTreeSet<QualifiedName> {
    let mut dropped = BTreeSet::new();
    for change in &diff.changes {
        let Change::Table(change) = change else { continue };
        let TableChange::Alter(alteration) = change.as_ref() else { continue };
        for change in &alteration.indexes {
            match change {
                IndexChange::Drop(index) => {
                    dropped.insert(alteration.name().sibling(index.name.clone()));
                }
                IndexChange::Create(_) | IndexChange::Rename(_) | IndexChange::Alter(_) => {}
            }
        }
    }
    dropped
}

/// A partition without the foreign keys that are dropped above it, for good or to be others, before it leaves.
fn without_keys_dropped_above(table: &Table, schemas: Pair<&Schema>) -> Table {
    let above = partitioned_ancestors(schemas.from, &table.name);
    let is_dropped_at = |whole: &QualifiedName, name: &Ident| {
        let tables = schemas.map(|schema| schema.table(whole));
        let keys = tables.map(|table| table.and_then(|table| table.constraint(name)));
        tables.to.is_some()
            && keys.from.is_some_and(|from| !from.inherited && keys.to.is_none_or(|to| is_another(from, to)))
    };
    let is_dropped_above = |constraint: &Constraint| {
        let name = constraint.name.as_ref();
        constraint.inherited
            && constraint.foreign_key().is_some()
            && name.is_some_and(|name| above.iter().any(|whole| is_dropped_at(whole, name)))
    };
    let mut table = table.clone();
    table.constraints.retain(|constraint| !is_dropped_above(constraint));
    table
}

/// Whether one foreign key is dropped and another one made in its place.
fn is_another(from: &Constraint, to: &Constraint) -> bool {
    let made = |constraint: &Constraint| {
        let key = constraint.foreign_key().cloned();
        key.map(|key| ForeignKey { validated: true, ..key })
    };
    made(from) != made(to)
}

/// What differs between a table as it is after `DETACH` and as it has to be before `ATTACH`.
fn while_alone(table: Pair<&Table>) -> TableAlteration {
    let from = standing_alone(table.from);
    let mut to = standing_alone(table.to);
    // Foreign keys of the partitioned table come with `ATTACH`, unless they are there already.
    let comes = |constraint: &Constraint| {
        let inherited = constraint.name.as_ref().and_then(|name| table.to.constraint(name));
        constraint.foreign_key().is_some()
            && inherited.is_some_and(|c| c.inherited)
            && !from.constraints.contains(constraint)
    };
    to.constraints.retain(|constraint| !comes(constraint));
    let mut alteration = alteration(Pair::new(from, to));
    alteration.table = table.map(Table::clone);
    alteration
}

/// A table without what ties it to a partitioned table; the place itself stays as it is.
pub(in crate::plan) fn standing_alone(table: &Table) -> Table {
    let mut table = table.clone();
    if table.postgres().partition_of.is_none() {
        return table;
    }
    for column in &mut table.columns {
        column.postgres_mut().inherited = false;
        // The constraint has the name of the partitioned table's, and keeps it.
        let usual = default_name::of_object(&table.name.name, Some(column.name.as_str()), "not_null");
        let constraint = &mut column.postgres_mut().not_null;
        constraint.has_default_name = constraint.name.as_ref().is_none_or(|name| name.as_str() == usual);
    }
    for constraint in &mut table.constraints {
        constraint.inherited = false;
        match &mut constraint.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => key.attached_to = None,
            ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => {}
        }
    }
    table.indexes.values_mut().for_each(|index| index.parent = None);
    table
}
