//! What partitions add to a plan: their indexes and keys are parts of those of
//! the partitioned table, and are found, taken along or attached by name.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::diff::change::{Change, IndexChange, SchemaDiff, TableAlteration, TableChange};
use autogen_diff_core::diff::partitioned_index::{RenamedIndexes, renamed_indexes, with_new_names};
use autogen_diff_core::diff::table::alteration;
use autogen_diff_core::model::{
    Constraint, ConstraintKind, Definition, DefinitionParts, Expression, Index, PartitionOf, Table,
};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use super::implied;
use super::inherit;
use super::objects::{ObjectPlan, ObjectPlans};
use super::operation::Operation;
use super::swap::mentions;
use crate::postgres::default_name;

/// The index of a table by which a part is known, be it of its own or a key's, and its whole.
pub(super) fn parts(table: &Table) -> impl Iterator<Item = (&Ident, &QualifiedName)> {
    let indexes = table.indexes.values().filter_map(|index| Some((&index.name, index.parent.as_ref()?)));
    let keys = table.constraints.iter().filter_map(|c| Some((c.name.as_ref()?, attached_to(c)?)));
    indexes.chain(keys)
}

/// Whether a partition's part of the whole's key has another name than the server gives it
/// (`ChooseIndexName`), so that it has to be there before the whole's.
pub(super) fn names_key(table: &Table, constraint: &Constraint) -> bool {
    let (Some(key), Some(name)) = (constraint.key(), &constraint.name) else { return false };
    let table_name = &table.name.name;
    let usual = match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => default_name::of_object(table_name, None, "pkey"),
        ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check(_)
        | ConstraintKind::Exclude(_) => {
            let columns = default_name::of_columns(key.columns.iter().chain(&key.include));
            default_name::of_object(table_name, Some(&columns), "key")
        }
    };
    table.postgres.partition_of.is_some() && name.as_str() != usual
}

fn attached_to(constraint: &Constraint) -> Option<&QualifiedName> {
    constraint.key().and_then(|key| key.attached_to.as_ref())
}

/// The tables that stop being a partition for a while or for good, with what differs
/// while they stand alone.
pub(super) fn moves(diff: &SchemaDiff, schemas: Pair<&Schema>) -> BTreeMap<QualifiedName, TableAlteration> {
    let dropped = dropped_wholes(diff);
    let renamed = renamed_indexes(schemas);
    let mut moves = BTreeMap::new();
    for (name, from) in &schemas.from.tables {
        let Some(to) = schemas.to.tables.get(name) else { continue };
        // The whole index needs the part, and the key needs the part: standing alone lets go of both.
        let key_of_dropped = |c: &Constraint| attached_to(c).is_some_and(|whole| dropped.contains(whole));
        let leaves = from.constraints.iter().any(key_of_dropped);
        if leaves
            || changes_part(from, to, &renamed)
            || from.postgres.partition_of != to.postgres.partition_of
        {
            let stays = without_keys_dropped_above(from, schemas);
            moves.insert(name.clone(), while_alone(Pair::new(&stays, to)));
        }
    }
    moves
}

/// Whether another part of the same whole takes the place of one: an index that becomes a key.
fn changes_part(from: &Table, to: &Table, renamed: &RenamedIndexes) -> bool {
    if from.postgres.partition_of.is_none() {
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

/// A partition without the foreign keys that are dropped above it, before it leaves.
fn without_keys_dropped_above(table: &Table, schemas: Pair<&Schema>) -> Table {
    let above = partitioned_ancestors(schemas.from, &table.name);
    let is_dropped_at = |whole: &QualifiedName, name: &Ident| {
        let tables = schemas.map(|schema| schema.tables.get(whole));
        tables.from.is_some_and(|from| from.constraint(name).is_some_and(|c| !c.inherited))
            && tables.to.is_some_and(|to| to.constraint(name).is_none())
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
        let usual = default_name::of_object(&table.name.name, Some(column.name.as_str()), "not_null");
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
    let renamed = objects.renamed_part(&ObjectId::Index(to.name.clone(), name.clone()));
    let name = match &renamed {
        Some(ObjectId::Index(_, new)) => new,
        Some(_) | None => name,
    };
    let Some(index) = to.indexes.get(name) else { return };
    let plan = objects.plan(ObjectId::Index(to.name.clone(), name.clone()));
    plan.alters.clear();
    plan.create = Some(Operation::CreateIndex { table: to.name.clone(), index: index.clone() });
}

/// Attaches what no other statement finds by itself: neither `CREATE INDEX` on the
/// partitioned table nor `ATTACH PARTITION`.
pub(super) fn attach(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let renamed = renamed_indexes(schemas);
    for table in schemas.to.tables.values() {
        let arrives = objects.plans.get(&ObjectId::Table(table.name.clone())).is_some_and(|plan| {
            plan.alters.iter().any(|operation| matches!(operation, Operation::AttachPartition { .. }))
        });
        for (name, whole) in parts(table) {
            let old_name = objects.name_before(&table.name, name);
            let was =
                schemas.from.tables.get(&table.name).and_then(|from| {
                    parts(from).find(|(part, _)| **part == old_name).map(|(_, whole)| whole)
                });
            let created = created_index(objects, schemas.to, whole);
            let found = match created {
                Some(index) => index.valid,
                None => arrives,
            };
            let stays = was.map(|was| renamed.get(was).unwrap_or(was)) == Some(whole)
                && created.is_none()
                && !is_created(objects, table, name);
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
pub(super) fn first(edges: &mut BTreeSet<(usize, usize)>, operations: &[Operation], schemas: Pair<&Schema>) {
    for (i, operation) in operations.iter().enumerate() {
        match operation {
            Operation::AttachPartition { table, partition } => {
                before_attaching(edges, operations, i, table, partition);
                let later = indices(operations, |other| stands_on(other, table));
                edges.extend(later.map(|later| (i, later)));
            }
            Operation::CreateIndex { table, index } => {
                let whole = table.sibling(index.name.clone());
                if index.partitioned && !index.valid {
                    // ATTACH would make the parts that are left out on purpose.
                    let partitions = indices(operations, |other| {
                        matches!(other, Operation::AttachPartition { table: t, partition }
                            if partition.parent == *table && !has_part(schemas.to, t, &whole))
                    });
                    edges.extend(partitions.map(|partition| (partition, i)));
                }
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
                let parts = indices(operations, |other| {
                    is_part_of_table(other, table) || is_inherited_key_below(other, table, schemas.to)
                });
                edges.extend(parts.map(|part| (part, i)));
            }
            Operation::AddConstraint { table, constraint } if constraint.key().is_some() => {
                // It goes with the key of the table above before it is made again, and comes after those below.
                let above = partitioned_ancestors(schemas.from, table);
                let others = indices(operations, |other| {
                    matches!(other, Operation::DropConstraint { table: t, constraint: c }
                        if above.contains(&t) && c.key().is_some())
                        || is_inherited_key_below(other, table, schemas.to)
                });
                edges.extend(others.map(|other| (other, i)));
            }
            Operation::DropTable(table) => {
                around_leaving(edges, operations, i, &table.name, schemas);
            }
            Operation::DetachPartition { table, partition } => {
                around_leaving(edges, operations, i, table, schemas);
                // The foreign keys that it has from above go there.
                let above = partitioned_ancestors(schemas.from, table);
                let keys = indices(operations, |other| {
                    is_dropped_key_of_kept(other, schemas) && above.iter().any(|whole| is_of(other, whole))
                });
                edges.extend(keys.map(|key| (key, i)));
                let drops = indices(
                    operations,
                    |other| matches!(other, Operation::DropTable(dropped) if dropped.name == *table),
                );
                edges.extend(drops.map(|drop| (i, drop)));
                let others = indices(operations, |other| {
                    let changes = is_change_of(other, table) || is_change_of(other, &partition.parent);
                    changes && (is_of(other, table) || !is_dropped_key_of_kept(other, schemas))
                });
                edges.extend(others.filter(|other| *other != i).map(|other| (i, other)));
            }
            Operation::DropIndex { table, index } => {
                let whole = table.sibling(index.name.clone());
                let again = indices(operations, |other| was_part(other, &whole, schemas.from));
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

/// What has to be gone before a table stops being a partition for good, and what waits for that.
fn around_leaving(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    leaving: usize,
    table: &QualifiedName,
    schemas: Pair<&Schema>,
) {
    let above = partitioned_ancestors(schemas.from, table);
    if above.is_empty() {
        return;
    }
    // A partition that moves waits for keys of tables that stay alone: the others go with their tables.
    let is_dropped = matches!(operations[leaving], Operation::DropTable(_));
    let keys = indices(operations, |other| {
        drops_key_to(other, &above, schemas.from) && (is_dropped || is_dropped_key_of_kept(other, schemas))
    });
    edges.extend(keys.filter(|key| *key != leaving).map(|key| (key, leaving)));
    // What a partition is partitioned by can't be dropped from above before it goes. New keys have to fit all that stay, and a new foreign key would hold the partition.
    let refers =
        |constraint: &Constraint| constraint.foreign_key().is_some_and(|key| above.contains(&&key.target));
    let columns_and_keys = indices(operations, |other| match other {
        Operation::CreateTable(table) => table.constraints.iter().any(refers),
        Operation::AddConstraint { constraint, .. } if refers(constraint) => true,
        Operation::DropColumn { table, .. }
        | Operation::AddConstraint { table, .. }
        | Operation::CreateIndex { table, .. } => above.contains(&table),
        _ => false,
    });
    edges.extend(columns_and_keys.map(|later| (leaving, later)));
    // Its values may be another partition's.
    let attachments = indices(operations, |other| {
        matches!(other, Operation::AttachPartition { table: t, partition }
            if t != table && Some(&&partition.parent) == above.first())
    });
    edges.extend(attachments.map(|attachment| (leaving, attachment)));
}

/// The partitioned tables above a partition, the nearest first.
fn partitioned_ancestors<'a>(schema: &'a Schema, table: &QualifiedName) -> Vec<&'a QualifiedName> {
    let parent = |name: &QualifiedName| {
        let place = schema.tables.get(name)?.postgres.partition_of.as_ref()?;
        Some(&place.parent)
    };
    std::iter::successors(parent(table), |name| parent(name)).collect()
}

/// Whether it does away with a foreign key to one of the tables, and is not about one of their partitions.
fn drops_key_to(operation: &Operation, targets: &[&QualifiedName], from: &Schema) -> bool {
    let refers = |constraint: &Constraint| {
        !constraint.inherited && constraint.foreign_key().is_some_and(|key| targets.contains(&&key.target))
    };
    match operation {
        Operation::DropConstraint { constraint, .. } => refers(constraint),
        Operation::DropTable(table) => {
            let of_them = targets.contains(&&table.name)
                || partitioned_ancestors(from, &table.name).iter().any(|whole| targets.contains(whole));
            !of_them && table.constraints.iter().any(refers)
        }
        _ => false,
    }
}

/// A partition can't be dropped while a foreign key refers to the whole: it is detached first.
/// A partitioned table that refers to itself gives up that key before its partitions go.
pub(super) fn leave_before_drop(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let kept = targets_of_kept_keys(schemas.from, objects);
    for table in schemas.from.tables.values() {
        if !is_dropped(objects, &table.name) {
            continue;
        }
        drop_keys_within(schemas.from, objects, table);
        let above = partitioned_ancestors(schemas.from, &table.name);
        let Some(partition) = table.postgres.partition_of.clone() else { continue };
        if above.iter().any(|whole| kept.contains(whole)) {
            let table = table.name.clone();
            let leave = Operation::DetachPartition { table: table.clone(), partition };
            objects.plan(ObjectId::Table(table)).alters.push(leave);
        }
    }
}

/// The tables that foreign keys of tables which stay refer to, but for keys that go.
fn targets_of_kept_keys<'a>(from: &'a Schema, objects: &ObjectPlans) -> BTreeSet<&'a QualifiedName> {
    let mut targets = BTreeSet::new();
    for table in from.tables.values().filter(|table| !is_dropped(objects, &table.name)) {
        for constraint in table.constraints.iter().filter(|constraint| !constraint.inherited) {
            let Some(key) = constraint.foreign_key() else { continue };
            let goes = constraint.name.as_ref().is_some_and(|name| {
                let id = ObjectId::Constraint(table.name.clone(), name.clone());
                objects.plans.get(&id).is_some_and(|plan| plan.drop.is_some())
            });
            if !goes {
                targets.insert(&key.target);
            }
        }
    }
    targets
}

fn is_dropped(objects: &ObjectPlans, table: &QualifiedName) -> bool {
    let plan = objects.plans.get(&ObjectId::Table(table.clone()));
    plan.is_some_and(|plan| matches!(plan.drop, Some(Operation::DropTable(_))))
}

fn drop_keys_within(from: &Schema, objects: &mut ObjectPlans, table: &Table) {
    let within = |name: &QualifiedName| {
        *name == table.name
            || partitioned_ancestors(from, name).contains(&&table.name)
            || partitioned_ancestors(from, &table.name).contains(&name)
    };
    let (keys, kept): (Vec<Constraint>, Vec<Constraint>) = table.constraints.iter().cloned().partition(|c| {
        let target = c.foreign_key().map(|key| &key.target);
        !c.inherited && table.postgres.partition_key.is_some() && target.is_some_and(within)
    });
    if keys.is_empty() {
        return;
    }
    for key in keys {
        let Some(name) = key.name.clone() else { continue };
        objects.plan(ObjectId::Constraint(table.name.clone(), name)).drop =
            Some(Operation::DropConstraint { table: table.name.clone(), constraint: key });
    }
    objects.plan(ObjectId::Table(table.name.clone())).drop =
        Some(Operation::DropTable(Table { constraints: kept, ..table.clone() }));
}

/// The type of a column by which a table is partitioned can't be changed.
pub(super) fn refuse_types_of_keys(from: &Schema, objects: &mut ObjectPlans) {
    for table in from.tables.values() {
        let Some(key) = &table.postgres.partition_key else { continue };
        let family = partitioned_ancestors(from, &table.name).into_iter().chain([&table.name]);
        let columns = family.flat_map(|name| {
            table.columns.iter().map(|column| ObjectId::Column(name.clone(), column.name.clone()))
        });
        let retyped = columns.filter(|id| objects.plans.get(id).is_some_and(changes_type));
        for id in retyped.filter(|id| is_of_key(key, id)).collect::<Vec<_>>() {
            let name = &table.name;
            let reason =
                format!("PostgreSQL can't change the type of a column by which {name} is partitioned");
            objects.refuse(id, &reason, &by_copying(name));
        }
    }
}

fn changes_type(plan: &ObjectPlan) -> bool {
    plan.alters.iter().any(|operation| {
        matches!(operation, Operation::AlterColumn { column, .. } if implied::changes_type(column))
    })
}

fn is_of_key(key: &Expression, column: &ObjectId) -> bool {
    matches!(column, ObjectId::Column(_, name) if mentions(key.as_str(), name.as_str()))
}

/// The steps where only a new table helps.
pub(super) fn by_copying(name: &QualifiedName) -> String {
    format!(
        "rename {name}, make the partitioned one beside it, INSERT INTO {name} SELECT * FROM the old one, \
         drop that; then run autogen again"
    )
}

fn indices(operations: &[Operation], wanted: impl Fn(&Operation) -> bool) -> impl Iterator<Item = usize> {
    operations.iter().enumerate().filter(move |(_, operation)| wanted(operation)).map(|(i, _)| i)
}

/// Whether it drops a foreign key of a table that stays, and is no partition that may leave itself.
fn is_dropped_key_of_kept(operation: &Operation, schemas: Pair<&Schema>) -> bool {
    matches!(operation, Operation::DropConstraint { table, constraint }
        if constraint.foreign_key().is_some()
            && schemas.to.tables.contains_key(table)
            && schemas.from.tables.get(table).is_some_and(|table| table.postgres.partition_of.is_none()))
}

fn is_of(operation: &Operation, name: &QualifiedName) -> bool {
    matches!(operation, Operation::DropConstraint { table, .. } if table == name)
}

fn has_part(schema: &Schema, table: &QualifiedName, whole: &QualifiedName) -> bool {
    schema.tables.get(table).is_some_and(|table| parts(table).any(|(_, parent)| parent == whole))
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

/// Whether it makes a partition's part of a key of a table.
fn is_inherited_key_below(operation: &Operation, table: &QualifiedName, to: &Schema) -> bool {
    matches!(operation, Operation::AddConstraint { table: t, constraint }
        if constraint.inherited && constraint.key().is_some()
            && partitioned_ancestors(to, t).contains(&table))
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
    inherit::changed_columns(operation) == Some(table)
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
