//! What partitions add to a plan: their indexes and keys are parts of those of
//! the partitioned table, and are found, taken along or attached by name.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::diff::change::{Change, IndexChange, SchemaDiff, TableAlteration, TableChange};
use autogen_diff_core::diff::table::alteration;
use autogen_diff_core::model::{
    Constraint, ConstraintKind, Definition, DefinitionParts, Index, PartitionOf, Table,
};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use super::objects::ObjectPlans;
use super::operation::Operation;

/// The index of a table by which a part is known, be it of its own or a key's, and its whole.
fn parts(table: &Table) -> impl Iterator<Item = (&Ident, &QualifiedName)> {
    let indexes = table.indexes.values().filter_map(|index| Some((&index.name, index.parent.as_ref()?)));
    let keys = table.constraints.iter().filter_map(|c| Some((c.name.as_ref()?, attached_to(c)?)));
    indexes.chain(keys)
}

fn attached_to(constraint: &Constraint) -> Option<&QualifiedName> {
    constraint.key().and_then(|key| key.attached_to.as_ref())
}

/// The tables that stop being a partition for a while or for good, with what differs
/// while they stand alone.
pub(super) fn moves(diff: &SchemaDiff, schemas: Pair<&Schema>) -> BTreeMap<QualifiedName, TableAlteration> {
    let dropped = dropped_wholes(diff);
    let mut moves = BTreeMap::new();
    for (name, from) in &schemas.from.tables {
        let Some(to) = schemas.to.tables.get(name) else { continue };
        // The whole index needs the part, and the key needs the part: standing alone lets go of both.
        let key_of_dropped = |c: &Constraint| attached_to(c).is_some_and(|whole| dropped.contains(whole));
        let leaves = from.constraints.iter().any(key_of_dropped);
        if leaves || from.postgres.partition_of != to.postgres.partition_of {
            moves.insert(name.clone(), while_alone(Pair::new(from, to)));
        }
    }
    moves
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
fn standing_alone(table: &Table) -> Table {
    let mut table = table.clone();
    if table.postgres.partition_of.is_none() {
        return table;
    }
    for column in &mut table.columns {
        column.postgres.inherited = false;
        // The constraint has the name of the partitioned table's, and keeps it.
        let constraint = &mut column.postgres.not_null;
        let usual = format!("{}_{}_not_null", table.name.name, column.name);
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

/// The parts of an index that is dropped go along; those that are still wanted are made again.
pub(super) fn recreate_parts(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let mut work: Vec<QualifiedName> = dropped_indexes(objects).collect();
    while let Some(whole) = work.pop() {
        for table in schemas.from.tables.values() {
            let Some(to) = schemas.to.tables.get(&table.name) else { continue };
            let gone = table.indexes.values().filter(|index| index.parent.as_ref() == Some(&whole));
            for index in gone {
                work.push(table.name.sibling(index.name.clone()));
                make_again(objects, to, &index.name);
            }
        }
    }
}

fn dropped_indexes(objects: &ObjectPlans) -> impl Iterator<Item = QualifiedName> {
    objects.plans.values().filter_map(|plan| match &plan.drop {
        Some(Operation::DropIndex { table, index }) => Some(table.sibling(index.name.clone())),
        _ => None,
    })
}

fn make_again(objects: &mut ObjectPlans, to: &Table, name: &Ident) {
    let Some(index) = to.indexes.get(name) else { return };
    let plan = objects.plan(ObjectId::Index(to.name.clone(), name.clone()));
    plan.alters.clear();
    plan.create = Some(Operation::CreateIndex { table: to.name.clone(), index: index.clone() });
}

/// Attaches what no other statement finds by itself: neither `CREATE INDEX` on the
/// partitioned table nor `ATTACH PARTITION`.
pub(super) fn attach(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    for table in schemas.to.tables.values() {
        let arrives = objects.plans.get(&ObjectId::Table(table.name.clone())).is_some_and(|plan| {
            plan.alters.iter().any(|operation| matches!(operation, Operation::AttachPartition { .. }))
        });
        for (name, whole) in parts(table) {
            let was = schemas
                .from
                .tables
                .get(&table.name)
                .and_then(|from| parts(from).find(|(part, _)| *part == name).map(|(_, whole)| whole));
            let created = created_index(objects, schemas.to, whole);
            let found = match created {
                Some(index) => index.valid,
                None => arrives,
            };
            let stays = was == Some(whole) && created.is_none() && !is_created(objects, table, name);
            if !found && !stays {
                let (table, index, parent) = (table.name.clone(), name.clone(), whole.clone());
                let operation = Operation::AttachIndex { table: table.clone(), index, parent };
                objects.plan(ObjectId::Index(table, name.clone())).alters.push(operation);
            }
        }
    }
}

/// The index of a partitioned table, when this plan makes it.
fn created_index<'a>(objects: &ObjectPlans, to: &'a Schema, whole: &QualifiedName) -> Option<&'a Index> {
    let owner = to
        .tables
        .values()
        .find(|table| table.name.namespace == whole.namespace && table.indexes.contains_key(&whole.name))?;
    let id = ObjectId::Index(owner.name.clone(), whole.name.clone());
    objects.plans.get(&id)?.create.as_ref().map(|_| &owner.indexes[&whole.name])
}

fn is_created(objects: &ObjectPlans, table: &Table, name: &Ident) -> bool {
    let ids = [
        ObjectId::Index(table.name.clone(), name.clone()),
        ObjectId::Constraint(table.name.clone(), name.clone()),
    ];
    ids.iter().any(|id| objects.plans.get(id).is_some_and(|plan| plan.create.is_some()))
}

/// A definition that changes, without the clauses that stood on a partition that leaves its place: they go with that.
pub(super) fn without_departed(pair: &Pair<Definition>, schemas: Pair<&Schema>) -> Pair<Definition> {
    let mut pair = pair.clone();
    let stays = |on: &ObjectId| {
        let ObjectId::Table(name) = on else { return true };
        let place =
            |schema: &Schema| schema.tables.get(name).and_then(|table| table.postgres.partition_of.clone());
        place(schemas.from).is_some() && place(schemas.from) == place(schemas.to)
    };
    if let DefinitionParts::Clauses(clauses) = &mut pair.from.parts {
        clauses.clauses.retain(|_, clause| clause.on.as_ref().is_none_or(stays));
    }
    pair
}

/// Whether it brings a clause that stands on a table.
fn stands_on(operation: &Operation, table: &QualifiedName) -> bool {
    let (Operation::CreateDefinition(to) | Operation::ReplaceDefinition(Pair { from: _, to })) = operation
    else {
        return false;
    };
    let DefinitionParts::Clauses(clauses) = &to.parts else { return false };
    clauses.clauses.values().any(|clause| clause.on == Some(ObjectId::Table(table.clone())))
}

/// What partitions demand of the order.
pub(super) fn first(edges: &mut BTreeSet<(usize, usize)>, operations: &[Operation], from: &Schema) {
    for (i, operation) in operations.iter().enumerate() {
        match operation {
            Operation::AttachPartition { table, partition } => {
                before_attaching(edges, operations, i, table, partition);
                let later = indices(operations, |other| stands_on(other, table));
                edges.extend(later.map(|later| (i, later)));
            }
            Operation::CreateIndex { table, index } => {
                let whole = table.sibling(index.name.clone());
                if index.valid {
                    // It finds the parts that are there.
                    let parts = indices(operations, |other| makes_part(other, &whole));
                    edges.extend(parts.map(|part| (part, i)));
                }
                if index.parent.is_none() {
                    // The first fitting index of a partition becomes the part, so the right one is first.
                    let parts = indices(operations, |other| is_part_of_table(other, table));
                    edges.extend(parts.map(|part| (part, i)));
                }
            }
            Operation::AddConstraint { table, constraint }
                if constraint.key().is_some_and(|key| key.attached_to.is_none()) && !constraint.inherited =>
            {
                let parts = indices(operations, |other| is_part_of_table(other, table));
                edges.extend(parts.map(|part| (part, i)));
            }
            Operation::DetachPartition { table, partition } => {
                let others = indices(operations, |other| {
                    is_change_of(other, table) || is_change_of(other, &partition.parent)
                });
                edges.extend(others.filter(|other| *other != i).map(|other| (i, other)));
            }
            Operation::DropIndex { table, index } => {
                let whole = table.sibling(index.name.clone());
                let again = indices(operations, |other| was_part(other, &whole, from));
                edges.extend(again.map(|part| (i, part)));
            }
            Operation::AttachIndex { parent, .. } => {
                let whole = indices(operations, |other| {
                    matches!(other, Operation::CreateIndex { table, index }
                        if table.sibling(index.name.clone()) == *parent)
                });
                edges.extend(whole.map(|whole| (whole, i)));
            }
            _ => {}
        }
    }
}

fn indices(operations: &[Operation], wanted: impl Fn(&Operation) -> bool) -> impl Iterator<Item = usize> {
    operations.iter().enumerate().filter(move |(_, operation)| wanted(operation)).map(|(i, _)| i)
}

/// A partition brings its own columns, keys and indexes, and the parent's then find them.
fn before_attaching(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    attach: usize,
    table: &QualifiedName,
    partition: &PartitionOf,
) {
    let own = indices(operations, |operation| {
        is_change_of(operation, table) || is_change_of_columns(operation, &partition.parent)
    });
    edges.extend(own.filter(|own| *own != attach).map(|own| (own, attach)));
}

fn makes_part(operation: &Operation, whole: &QualifiedName) -> bool {
    match operation {
        Operation::CreateIndex { index, .. } => index.parent.as_ref() == Some(whole),
        Operation::AddConstraint { constraint, .. } => attached_to(constraint) == Some(whole),
        _ => false,
    }
}

fn is_part_of_table(operation: &Operation, table: &QualifiedName) -> bool {
    match operation {
        Operation::CreateIndex { table: t, index } => t == table && index.parent.is_some(),
        Operation::AddConstraint { table: t, constraint } => t == table && attached_to(constraint).is_some(),
        _ => false,
    }
}

/// Whether it changes a column, a constraint or an index of a table that stays.
fn is_change_of(operation: &Operation, table: &QualifiedName) -> bool {
    match operation {
        Operation::DropIndex { table: t, .. } | Operation::CreateIndex { table: t, .. } => t == table,
        Operation::AttachPartition { table: t, .. } => t == table,
        other => is_change_of_columns(other, table) || is_change_of_constraints(other, table),
    }
}

fn is_change_of_columns(operation: &Operation, table: &QualifiedName) -> bool {
    match operation {
        Operation::AddColumn { table: t, .. }
        | Operation::DropColumn { table: t, .. }
        | Operation::AlterColumn { table: t, .. }
        | Operation::DropDefault { table: t, .. }
        | Operation::SetDefault { table: t, .. } => t == table,
        _ => false,
    }
}

fn is_change_of_constraints(operation: &Operation, table: &QualifiedName) -> bool {
    match operation {
        Operation::AddConstraint { table: t, .. } | Operation::DropConstraint { table: t, .. } => t == table,
        _ => false,
    }
}

/// Whether it makes an index again that goes along with the whole.
fn was_part(operation: &Operation, whole: &QualifiedName, from: &Schema) -> bool {
    let Operation::CreateIndex { table, index } = operation else { return false };
    let parent_of = |index: &QualifiedName| {
        let tables = from.tables.values().filter(|table| table.name.namespace == index.namespace);
        tables.filter_map(|table| table.indexes.get(&index.name)).find_map(|index| index.parent.clone())
    };
    let first = parent_of(&table.sibling(index.name.clone()));
    std::iter::successors(first, parent_of).any(|ancestor| ancestor == *whole)
}
