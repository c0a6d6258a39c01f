//! What follows from the kinds of operations rather than from the objects that they need: which one waits for which.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::{Constraint, Persistence, Table};
use autogen_diff_core::{DefinitionKind, Ident, ObjectId, Pair, QualifiedName};

use super::operation::{
    AttachmentOperation, ColumnOperation, ConstraintOperation, IndexOperation, Operation, SequenceOperation,
    TableOperation, TypeOperation,
};

type Edges = BTreeSet<(usize, usize)>;

/// The operations by what they are about, so that each finds the others without a look at all.
#[derive(Default)]
struct Index<'a> {
    /// Values that are added, by their type.
    values: BTreeMap<&'a QualifiedName, Vec<usize>>,
    /// Privileges that are taken before the owner changes.
    takes: BTreeMap<&'a ObjectId, Vec<usize>>,
    grants: BTreeMap<&'a ObjectId, Vec<usize>>,
    /// Changes of privileges on whole relations.
    relation_grants: BTreeMap<&'a QualifiedName, Vec<usize>>,
    /// All that makes something.
    makers: Vec<usize>,
    /// Changes of a table's own attributes.
    alterations: BTreeMap<&'a QualifiedName, Vec<usize>>,
    /// Columns that are added or altered, by their table.
    columns: BTreeMap<&'a QualifiedName, Vec<usize>>,
    /// What drops a column, with its table or without.
    column_drops: BTreeMap<(&'a QualifiedName, &'a Ident), Vec<usize>>,
    /// Columns that are dropped, by their table.
    dropped_columns: BTreeMap<&'a QualifiedName, Vec<usize>>,
    /// Changes of what owns a sequence.
    owners: BTreeMap<&'a QualifiedName, Vec<usize>>,
    /// New foreign keys, by the table that they refer to.
    references: BTreeMap<&'a QualifiedName, Vec<usize>>,
    /// Foreign keys that go, by the table that they refer to.
    dropped_references: BTreeMap<&'a QualifiedName, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn of(operations: &'a [Operation]) -> Self {
        let mut index = Self::default();
        for (i, operation) in operations.iter().enumerate() {
            index.add(i, operation);
            if !operation.effects().creates.is_empty() {
                index.makers.push(i);
            }
        }
        index
    }

    fn add(&mut self, i: usize, operation: &'a Operation) {
        match operation {
            Operation::Type(TypeOperation::AddEnumValue { name, .. }) => {
                self.values.entry(name).or_default().push(i)
            }
            Operation::Attachment(AttachmentOperation::TakePrivileges { object, grants: _ }) => {
                self.takes.entry(object).or_default().push(i);
            }
            Operation::Attachment(AttachmentOperation::AlterPrivileges { object, grants: _ }) => {
                self.grants.entry(object).or_default().push(i);
                if let ObjectId::Table(name) | ObjectId::View(name) | ObjectId::MaterializedView(name) =
                    object
                {
                    self.relation_grants.entry(name).or_default().push(i);
                }
            }
            Operation::Table(TableOperation::Alter(pair)) => {
                self.alterations.entry(&pair.to.name).or_default().push(i)
            }
            Operation::Column(ColumnOperation::Add { table, .. } | ColumnOperation::Alter { table, .. }) => {
                self.columns.entry(table).or_default().push(i);
            }
            Operation::Column(ColumnOperation::Drop { table, column }) => {
                self.column_drops.entry((table, &column.name)).or_default().push(i);
                self.dropped_columns.entry(table).or_default().push(i);
            }
            Operation::Table(TableOperation::Drop(table)) => {
                for column in &table.columns {
                    self.column_drops.entry((&table.name, &column.name)).or_default().push(i);
                }
                table.constraints.iter().for_each(|constraint| self.add_dropped_reference(i, constraint));
            }
            Operation::Sequence(SequenceOperation::SetOwner { sequence, .. }) => {
                self.owners.entry(sequence).or_default().push(i)
            }
            Operation::Constraint(ConstraintOperation::Add { constraint, .. }) => {
                self.add_reference(i, constraint)
            }
            Operation::Constraint(ConstraintOperation::Drop { constraint, .. }) => {
                self.add_dropped_reference(i, constraint);
            }
            Operation::Table(TableOperation::Create(table)) => {
                table.constraints.iter().for_each(|constraint| self.add_reference(i, constraint));
            }
            Operation::Rename(_)
            | Operation::Namespace(_)
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

    fn add_reference(&mut self, i: usize, constraint: &'a Constraint) {
        if let Some(key) = constraint.foreign_key() {
            self.references.entry(&key.target).or_default().push(i);
        }
    }

    fn add_dropped_reference(&mut self, i: usize, constraint: &'a Constraint) {
        if let Some(key) = constraint.foreign_key() {
            self.dropped_references.entry(&key.target).or_default().push(i);
        }
    }
}

fn found<'m, K: Ord>(map: &'m BTreeMap<K, Vec<usize>>, key: &K) -> impl Iterator<Item = usize> + use<'m, K> {
    map.get(key).into_iter().flatten().copied()
}

/// What comes before and after an operation for its kind's sake.
pub(super) fn first(edges: &mut Edges, operations: &[Operation]) {
    let index = Index::of(operations);
    for (i, operation) in operations.iter().enumerate() {
        match operation {
            // All later operations speak of the new names.
            Operation::Rename(_) => rename(edges, operations, i),
            // Values of one type are added in the order of the type.
            Operation::Type(TypeOperation::AddEnumValue { name, .. }) => {
                in_turn(edges, found(&index.values, &name), i)
            }
            // What is granted is granted by the owner, and what is taken is taken by the one before.
            Operation::Attachment(AttachmentOperation::AlterOwner { object, owner: _ }) => {
                edges.extend(found(&index.takes, &object).map(|other| (other, i)));
                edges.extend(found(&index.grants, &object).map(|other| (i, other)));
            }
            // Objects are made under the default privileges that were there before.
            Operation::Attachment(AttachmentOperation::AlterPrivileges {
                object: ObjectId::Definition(DefinitionKind::DefaultPrivileges, _),
                grants: _,
            }) => edges.extend(index.makers.iter().map(|other| (*other, i))),
            // A privilege that is taken from a table is taken from its columns too.
            Operation::Attachment(AttachmentOperation::AlterPrivileges {
                object: ObjectId::Column(relation, _),
                grants: _,
            }) => {
                edges.extend(found(&index.relation_grants, &relation).map(|whole| (whole, i)));
            }
            // A table leaves a parent before it joins another.
            Operation::Table(TableOperation::Alter(pair)) => {
                in_turn(edges, found(&index.alterations, &&pair.to.name), i);
                persistence(edges, operations, &index, i, pair);
            }
            // A column's sequence is switched with its table, and then by itself.
            Operation::Sequence(SequenceOperation::SetPersistence { table, .. }) => {
                let others = found(&index.alterations, &table).chain(found(&index.columns, &table));
                edges.extend(others.map(|other| (other, i)));
            }
            Operation::Sequence(SequenceOperation::Detach { sequence, owner: (table, column) }) => {
                let later = found(&index.column_drops, &(table, column));
                edges.extend(later.chain(found(&index.owners, &sequence)).map(|other| (i, other)));
            }
            // A foreign key leans on any fitting key of its target, so one that goes must be gone before a new
            // one comes, and stays until the old ones are gone.
            Operation::Constraint(ConstraintOperation::Drop { table, constraint })
                if constraint.key().is_some() =>
            {
                around_key(edges, &index, i, table);
            }
            // An index may name any column of its table in an expression, and not every server drops it along with one.
            Operation::Index(IndexOperation::Drop { table, index: dropped }) => {
                edges.extend(found(&index.dropped_columns, &table).map(|column| (i, column)));
                if dropped.unique {
                    around_key(edges, &index, i, table);
                }
            }
            // A change of a column's type makes its indexes anew, without what was set for them.
            Operation::Index(IndexOperation::Alter { table, .. }) => {
                edges.extend(found(&index.columns, &table).map(|other| (other, i)));
            }
            Operation::Attachment(AttachmentOperation::AlterExtensionDependency {
                object: ObjectId::Index(table, _) | ObjectId::Constraint(table, _),
                extensions,
            }) if !extensions.to.is_subset(&extensions.from) => {
                edges.extend(found(&index.columns, &table).map(|other| (other, i)));
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
}

/// Foreign keys that refer to the table of a key that goes.
fn around_key(edges: &mut Edges, index: &Index<'_>, key: usize, table: &QualifiedName) {
    edges.extend(found(&index.references, &table).map(|other| (key, other)));
    edges.extend(found(&index.dropped_references, &table).map(|other| (other, key)));
}

/// Renames come first, in the order in which they are.
fn rename(edges: &mut Edges, operations: &[Operation], i: usize) {
    edges.extend((0..operations.len()).map(|other| {
        if matches!(operations[other], Operation::Rename(_)) && other < i { (other, i) } else { (i, other) }
    }));
}

/// Those of the same kind, in the order in which they are.
fn in_turn(edges: &mut Edges, others: impl Iterator<Item = usize>, i: usize) {
    edges.extend(others.filter(|other| *other < i).map(|other| (other, i)));
}

/// A permanent table refers to permanent ones alone, so tables that refer to each other are switched in an order.
fn persistence(
    edges: &mut Edges,
    operations: &[Operation],
    index: &Index<'_>,
    alter: usize,
    pair: &Pair<Table>,
) {
    if !is_switched(pair) {
        return;
    }
    let keys = pair.to.constraints.iter().filter_map(Constraint::foreign_key);
    let targets: BTreeSet<&QualifiedName> =
        keys.map(|key| &key.target).filter(|target| **target != pair.to.name).collect();
    let others = targets.iter().flat_map(|target| found(&index.alterations, target));
    let switched = others
        .filter(|other| matches!(&operations[*other], Operation::Table(TableOperation::Alter(other)) if is_switched(other)));
    edges.extend(switched.map(|target| match pair.to.postgres().persistence {
        Persistence::Permanent => (target, alter),
        Persistence::Unlogged => (alter, target),
    }));
}

fn is_switched(pair: &Pair<Table>) -> bool {
    pair.from.postgres().persistence != pair.to.postgres().persistence
}
