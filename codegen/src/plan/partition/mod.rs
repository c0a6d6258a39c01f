//! What partitions add to a plan: their indexes and keys are parts of those of
//! the partitioned table, and are found, taken along or attached by name.

mod edges;
mod moves;

use std::collections::BTreeSet;

use autogen_diff_core::diff::partitioned_index::renamed_indexes;
use autogen_diff_core::model::{
    Constraint, ConstraintKind, Definition, DefinitionParts, Expression, Index, Table,
};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use super::implied;
use super::objects::{ObjectPlan, ObjectPlans};
use super::operation::{
    ColumnOperation, ConstraintOperation, IndexOperation, Operation, PartitionOperation, TableOperation,
};
use super::replace_type_in_use::mentions;
use crate::postgres::default_name;

pub(super) use edges::first;
pub(super) use moves::{moves, standing_alone};

/// The index of a table by which a part is known, be it of its own or a key's, and its whole.
pub(super) fn parts(table: &Table) -> impl Iterator<Item = (&Ident, &QualifiedName)> {
    let indexes = table.indexes.values().filter_map(|index| Some((&index.name, index.parent.as_ref()?)));
    let keys = table.constraints.iter().filter_map(|c| Some((c.name.as_ref()?, attached_to(c)?)));
    indexes.chain(keys)
}

/// Whether a partition's part of the whole's key has to be there before the whole's: it has another name than the
/// server gives it (`ChooseIndexName`), or the server makes no parts of a key of the whole alone.
pub(super) fn comes_first(to: &Schema, table: &Table, constraint: &Constraint) -> bool {
    table.postgres().partition_of.is_some()
        && (has_own_name(table, constraint) || whole_alone(to, table, constraint).is_some())
}

fn has_own_name(table: &Table, constraint: &Constraint) -> bool {
    let (Some(key), Some(name)) = (constraint.key(), &constraint.name) else { return false };
    let usual = match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => default_name::of_object(&table.name.name, None, "pkey"),
        ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check(_)
        | ConstraintKind::Exclude(_) => {
            let columns = default_name::of_columns(key.columns.iter().chain(&key.include));
            default_name::of_object(&table.name.name, Some(&columns), "key")
        }
    };
    name.as_str() != usual
}

/// The key of a partitioned table alone that a partition's key is a part of.
fn whole_alone(schema: &Schema, table: &Table, part: &Constraint) -> Option<QualifiedName> {
    let whole = schema.table(&table.postgres().partition_of.as_ref()?.parent)?;
    let is_whole = |key: &&Constraint| implied::is_part(part, key) && is_alone(key);
    let name = whole.constraints.iter().find(is_whole)?.name.clone()?;
    Some(whole.name.sibling(name))
}

fn is_alone(constraint: &Constraint) -> bool {
    constraint.key().is_some_and(|key| key.alone)
}

/// The parts of indexes and keys that the server attaches by no other statement, with their wholes.
fn attached<'a>(schema: &Schema, table: &'a Table) -> Vec<(&'a Ident, QualifiedName)> {
    let keys = table.constraints.iter();
    let keys = keys.filter_map(|key| Some((key.name.as_ref()?, whole_alone(schema, table, key)?)));
    parts(table).map(|(part, whole)| (part, whole.clone())).chain(keys).collect()
}

fn attached_to(constraint: &Constraint) -> Option<&QualifiedName> {
    constraint.key().and_then(|key| key.attached_to.as_ref())
}

/// The parts of an index that is dropped go along; those that are still wanted are made again.
pub(super) fn recreate_parts(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let mut work: Vec<QualifiedName> = dropped_indexes(objects).collect();
    while let Some(whole) = work.pop() {
        for table in schemas.from.tables() {
            let Some(to) = schemas.to.table(&table.name) else { continue };
            let gone = table.indexes.values().filter(|index| index.parent.as_ref() == Some(&whole));
            for index in gone {
                work.push(table.name.sibling(index.name.clone()));
                make_again(objects, to, &index.name);
            }
        }
    }
}

fn dropped_indexes(objects: &ObjectPlans) -> impl Iterator<Item = QualifiedName> {
    objects.plans.values().filter_map(|plan| {
        let Some(Operation::Index(IndexOperation::Drop { table, index })) = &plan.drop else { return None };
        Some(table.sibling(index.name.clone()))
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
    plan.create =
        Some(Operation::Index(IndexOperation::Create { table: to.name.clone(), index: Index::clone(index) }));
}

/// Attaches what no other statement finds by itself: neither `CREATE INDEX` on the
/// partitioned table nor `ATTACH PARTITION`.
pub(super) fn attach(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let renamed = renamed_indexes(schemas);
    for table in schemas.to.tables() {
        let arrives = objects.plans.get(&ObjectId::Table(table.name.clone())).is_some_and(|plan| {
            plan.alters
                .iter()
                .any(|operation| matches!(operation, Operation::Partition(PartitionOperation::Attach { .. })))
        });
        for (name, whole) in attached(schemas.to, table) {
            let old_name = objects.name_before(&table.name, name);
            let was = schemas.from.table(&table.name).and_then(|from| {
                let mut parts = attached(schemas.from, from).into_iter();
                parts.find(|(part, _)| **part == old_name).map(|(_, whole)| whole)
            });
            let created = created_whole(objects, schemas.to, &whole);
            let found = match created {
                Some(finds_parts) => finds_parts,
                None => arrives,
            };
            let stays = was.is_some_and(|was| *renamed.get(&was).unwrap_or(&was) == whole)
                && created.is_none()
                && !is_created(objects, table, name);
            if !found && !stays {
                let (table, index) = (table.name.clone(), name.clone());
                let operation =
                    Operation::Index(IndexOperation::Attach { table: table.clone(), index, parent: whole });
                objects.plan(ObjectId::Index(table, name.clone())).alters.push(operation);
            }
        }
    }
}

/// Whether this plan makes the index or key of a partitioned table, and if so, whether it finds its parts by itself.
fn created_whole(objects: &ObjectPlans, to: &Schema, whole: &QualifiedName) -> Option<bool> {
    let mut tables = to.tables().filter(|table| table.name.namespace == whole.namespace);
    let (id, finds_parts) = tables.find_map(|table| {
        let (owner, name) = (table.name.clone(), whole.name.clone());
        match (table.indexes.get(&name), table.constraint(&name)) {
            (Some(index), _) => Some((ObjectId::Index(owner, name), index.valid)),
            (None, Some(key)) if key.key().is_some() => {
                Some((ObjectId::Constraint(owner, name), !is_alone(key)))
            }
            (None, _) => None,
        }
    })?;
    objects.plans.get(&id)?.create.as_ref().map(|_| finds_parts)
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
            |schema: &Schema| schema.table(name).and_then(|table| table.postgres().partition_of.clone());
        place(schemas.from).is_some() && place(schemas.from) == place(schemas.to)
    };
    if let DefinitionParts::Clauses(clauses) = &mut pair.from.parts {
        clauses.clauses.retain(|_, clause| clause.on.as_ref().is_none_or(stays));
    }
    pair
}

/// The partitioned tables above a partition, the nearest first.
fn partitioned_ancestors<'a>(schema: &'a Schema, table: &QualifiedName) -> Vec<&'a QualifiedName> {
    let parent = |name: &QualifiedName| {
        let place = schema.table(name)?.postgres().partition_of.as_ref()?;
        Some(&place.parent)
    };
    std::iter::successors(parent(table), |name| parent(name)).collect()
}

/// A partition can't be dropped while a foreign key refers to the whole: it is detached first.
/// A partitioned table that refers to itself gives up that key before its partitions go.
pub(super) fn leave_before_drop(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let kept = targets_of_kept_keys(schemas.from, objects);
    for table in schemas.from.tables() {
        if !is_dropped(objects, &table.name) {
            continue;
        }
        drop_keys_within(schemas.from, objects, table);
        let above = partitioned_ancestors(schemas.from, &table.name);
        let Some(partition) = table.postgres().partition_of.clone() else { continue };
        if above.iter().any(|whole| kept.contains(whole)) {
            let table = table.name.clone();
            let leave = Operation::Partition(PartitionOperation::Detach { table: table.clone(), partition });
            objects.plan(ObjectId::Table(table)).alters.push(leave);
        }
    }
}

/// The tables that foreign keys of tables which stay refer to, but for keys that go.
fn targets_of_kept_keys<'a>(from: &'a Schema, objects: &ObjectPlans) -> BTreeSet<&'a QualifiedName> {
    let mut targets = BTreeSet::new();
    for table in from.tables().filter(|table| !is_dropped(objects, &table.name)) {
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
    plan.is_some_and(|plan| matches!(plan.drop, Some(Operation::Table(TableOperation::Drop(_)))))
}

fn drop_keys_within(from: &Schema, objects: &mut ObjectPlans, table: &Table) {
    let within = |name: &QualifiedName| {
        *name == table.name
            || partitioned_ancestors(from, name).contains(&&table.name)
            || partitioned_ancestors(from, &table.name).contains(&name)
    };
    let (keys, kept): (Vec<Constraint>, Vec<Constraint>) = table.constraints.iter().cloned().partition(|c| {
        let target = c.foreign_key().map(|key| &key.target);
        !c.inherited && table.postgres().partition_key.is_some() && target.is_some_and(within)
    });
    if keys.is_empty() {
        return;
    }
    for key in keys {
        let Some(name) = key.name.clone() else { continue };
        objects.plan(ObjectId::Constraint(table.name.clone(), name)).drop =
            Some(Operation::Constraint(ConstraintOperation::Drop {
                table: table.name.clone(),
                constraint: key,
            }));
    }
    objects.plan(ObjectId::Table(table.name.clone())).drop =
        Some(Operation::Table(TableOperation::Drop(Table { constraints: kept, ..table.clone() })));
}

/// The type of a column by which a table is partitioned can't be changed.
pub(super) fn refuse_types_of_keys(from: &Schema, objects: &mut ObjectPlans) {
    for table in from.tables() {
        let Some(key) = &table.postgres().partition_key else { continue };
        let family = partitioned_ancestors(from, &table.name).into_iter().chain([&table.name]);
        let columns = family.flat_map(|name| {
            let of_key = table.columns.iter().filter(|column| is_of_key(key, &column.name));
            of_key.map(|column| ObjectId::Column(name.clone(), column.name.clone()))
        });
        let retyped = columns.filter(|id| objects.plans.get(id).is_some_and(changes_type));
        for id in retyped.collect::<Vec<_>>() {
            let name = &table.name;
            let reason =
                format!("PostgreSQL can't change the type of a column by which {name} is partitioned");
            objects.refuse(id, &reason, &by_copying(name));
        }
    }
}

fn changes_type(plan: &ObjectPlan) -> bool {
    plan.alters.iter().any(|operation| {
        matches!(operation, Operation::Column(ColumnOperation::Alter { column, .. }) if implied::changes_type(column.as_ref()))
    })
}

/// Whether a table is partitioned by a column.
pub(super) fn is_of_key(key: &Expression, column: &Ident) -> bool {
    mentions(key.as_str(), column.as_str())
}

/// The steps where only a new table helps.
pub(super) fn by_copying(name: &QualifiedName) -> String {
    format!("pass --repartition, which makes {name} anew and copies its rows")
}
