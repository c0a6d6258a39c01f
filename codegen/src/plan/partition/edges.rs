//! What partitions demand of the order.

use std::collections::BTreeSet;

use autogen_diff_core::model::{Constraint, DefinitionParts, Index};
use autogen_diff_core::{ObjectId, Pair, QualifiedName, Schema};

use super::{attached_to, is_alone, partitioned_ancestors, parts};
use crate::plan::inherit;
use crate::plan::operation::{
    ColumnOperation, ConstraintOperation, DefinitionOperation, IndexOperation, Operation, PartitionOperation,
    TableOperation,
};

/// What partitions demand of the order.
pub(in crate::plan) fn first(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    schemas: Pair<&Schema>,
) {
    for (i, operation) in operations.iter().enumerate() {
        match operation {
            Operation::Partition(PartitionOperation::Attach { table, partition: _ }) => {
                before_attaching(edges, operations, i, table, schemas.to);
                let later = indices(operations, |other| stands_on(other, table));
                edges.extend(later.map(|later| (i, later)));
            }
            Operation::Index(IndexOperation::Create { table, index }) => {
                before_making_index(edges, operations, i, (table, index), schemas.to);
            }
            Operation::Constraint(ConstraintOperation::Add { table, constraint })
                if constraint.key().is_some_and(|key| key.attached_to.is_none()) && !constraint.inherited =>
            {
                let parts = indices(operations, |other| {
                    is_part_of_table(other, table) || is_inherited_key_below(other, table, schemas.to)
                });
                edges.extend(parts.map(|part| (part, i)));
                if is_alone(constraint) {
                    // ATTACH would make the parts that are left out on purpose.
                    let partitions = indices(
                        operations,
                        |other| matches!(other, Operation::Partition(PartitionOperation::Attach { partition, .. }) if partition.parent == *table),
                    );
                    edges.extend(partitions.map(|partition| (partition, i)));
                }
            }
            Operation::Constraint(ConstraintOperation::Add { table, constraint })
                if constraint.key().is_some() =>
            {
                // It goes with the key of the table above before it is made again, and comes after those below.
                let above = partitioned_ancestors(schemas.from, table);
                let others = indices(operations, |other| {
                    matches!(other, Operation::Constraint(ConstraintOperation::Drop { table: t, constraint: c })
                        if above.contains(&t) && c.key().is_some())
                        || is_inherited_key_below(other, table, schemas.to)
                });
                edges.extend(others.map(|other| (other, i)));
            }
            Operation::Table(TableOperation::Drop(table)) => {
                around_leaving(edges, operations, i, &table.name, schemas);
            }
            Operation::Partition(PartitionOperation::Detach { table, partition: _ }) => {
                around_leaving(edges, operations, i, table, schemas);
                around_detaching(edges, operations, i, table, schemas);
            }
            Operation::Index(IndexOperation::Drop { table, index }) => {
                let whole = table.sibling(index.name.clone());
                let again = indices(operations, |other| was_part(other, &whole, schemas.from));
                edges.extend(again.map(|part| (i, part)));
            }
            Operation::Index(IndexOperation::Attach { parent, .. }) => {
                let whole = indices(operations, |other| match other {
                    Operation::Index(IndexOperation::Create { table, index }) => {
                        table.sibling(index.name.clone()) == *parent
                    }
                    Operation::Constraint(ConstraintOperation::Add { table, constraint }) => {
                        let name = constraint.name.as_ref();
                        name.is_some_and(|name| table.sibling(name.clone()) == *parent)
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
                    | Operation::Attachment(_) => false,
                });
                edges.extend(whole.map(|whole| (whole, i)));
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
}

/// Whether it renames a foreign key of a table to a partitioned one.
fn renames_key_to_partitions(operation: &Operation, table: &QualifiedName, from: &Schema) -> bool {
    let Operation::Constraint(ConstraintOperation::Rename { table: renamed, names }) = operation else {
        return false;
    };
    let constraint = from.table(table).filter(|_| renamed == table).and_then(|t| t.constraint(&names.from));
    let target = constraint.and_then(|constraint| from.table(&constraint.foreign_key()?.target));
    target.is_some_and(|target| target.postgres().partition_key.is_some())
}

/// Whether it brings a clause that stands on a table.
fn stands_on(operation: &Operation, table: &QualifiedName) -> bool {
    let Operation::Definition(
        DefinitionOperation::Create(to) | DefinitionOperation::Replace(Pair { from: _, to }),
    ) = operation
    else {
        return false;
    };
    let DefinitionParts::Clauses(clauses) = &to.parts else { return false };
    clauses.clauses.values().any(|clause| clause.on == Some(ObjectId::Table(table.clone())))
}

/// What an index of a partitioned table waits for: the parts that it takes, and the partitions that it leaves out.
fn before_making_index(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    made: usize,
    (table, index): (&QualifiedName, &Index),
    to: &Schema,
) {
    let whole = table.sibling(index.name.clone());
    if index.partitioned && !index.valid {
        // ATTACH would make the parts that are left out on purpose.
        let partitions = indices(operations, |other| {
            matches!(other, Operation::Partition(PartitionOperation::Attach { table: t, partition })
                if partition.parent == *table && !has_part(to, t, &whole))
        });
        edges.extend(partitions.map(|partition| (partition, made)));
    }
    if index.valid {
        // It finds the parts that are there.
        let parts = indices(operations, |other| makes_part(other, &whole));
        edges.extend(parts.map(|part| (part, made)));
    }
    if index.parent.is_none() {
        // The first fitting index of a partition becomes the part, so the right one is first.
        let parts = indices(operations, |other| is_part_of_table(other, table));
        edges.extend(parts.map(|part| (part, made)));
    }
}

/// What is done while a table is still a partition, and what waits until it is none.
fn around_detaching(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    detaching: usize,
    table: &QualifiedName,
    schemas: Pair<&Schema>,
) {
    // The foreign keys that it has from above go there.
    let above = partitioned_ancestors(schemas.from, table);
    let keys = indices(operations, |other| {
        is_dropped_key_of_kept(other, schemas) && above.iter().any(|whole| is_of(other, whole))
    });
    edges.extend(keys.map(|key| (key, detaching)));
    let drops = indices(
        operations,
        |other| matches!(other, Operation::Table(TableOperation::Drop(dropped)) if dropped.name == *table),
    );
    edges.extend(drops.map(|drop| (detaching, drop)));
    // Then the server makes keys to the partitions of what it refers to, and names them as it likes.
    let renamed = indices(operations, |other| renames_key_to_partitions(other, table, schemas.from));
    let renamed: Vec<usize> = renamed.collect();
    let gives_name_up =
        |other: &Operation| renamed.iter().any(|rename| takes_name_of(&operations[*rename], other));
    let others = indices(operations, |other| {
        // What changes in any table above it reaches it as long as it is there.
        let changes = is_change_of(other, table) || above.iter().any(|whole| is_change_of(other, whole));
        changes && (is_of(other, table) || !is_dropped_key_of_kept(other, schemas)) && !gives_name_up(other)
    });
    let others = others.filter(|other| *other != detaching && !renamed.contains(other));
    edges.extend(others.map(|other| (detaching, other)));
    edges.extend(renamed.iter().map(|rename| (*rename, detaching)));
}

/// Whether a constraint is renamed to what another one of its table is called that goes.
fn takes_name_of(rename: &Operation, drop: &Operation) -> bool {
    let Operation::Constraint(ConstraintOperation::Rename { table: renamed, names }) = rename else {
        return false;
    };
    let Operation::Constraint(ConstraintOperation::Drop { table, constraint }) = drop else { return false };
    table == renamed && constraint.name.as_ref() == Some(&names.to)
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
    let is_dropped = matches!(operations[leaving], Operation::Table(TableOperation::Drop(_)));
    let keys = indices(operations, |other| {
        drops_key_to(other, &above, schemas.from) && (is_dropped || is_dropped_key_of_kept(other, schemas))
    });
    edges.extend(keys.filter(|key| *key != leaving).map(|key| (key, leaving)));
    // What a partition is partitioned by can't be dropped from above before it goes. New keys have to fit all that stay, and a new foreign key would hold the partition.
    let refers =
        |constraint: &Constraint| constraint.foreign_key().is_some_and(|key| above.contains(&&key.target));
    let columns_and_keys = indices(operations, |other| match other {
        Operation::Table(TableOperation::Create(table)) => table.constraints.iter().any(refers),
        Operation::Constraint(ConstraintOperation::Add { constraint, .. }) if refers(constraint) => true,
        Operation::Column(ColumnOperation::Drop { table, .. })
        | Operation::Constraint(ConstraintOperation::Add { table, .. })
        | Operation::Index(IndexOperation::Create { table, .. }) => above.contains(&table),
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
        | Operation::Attachment(_) => false,
    });
    edges.extend(columns_and_keys.map(|later| (leaving, later)));
    // Its values may be another partition's.
    let attachments = indices(operations, |other| {
        matches!(other, Operation::Partition(PartitionOperation::Attach { table: t, partition })
            if t != table && Some(&&partition.parent) == above.first())
    });
    edges.extend(attachments.map(|attachment| (leaving, attachment)));
}

/// Whether it does away with a foreign key to one of the tables, and is not about one of their partitions.
fn drops_key_to(operation: &Operation, targets: &[&QualifiedName], from: &Schema) -> bool {
    let refers = |constraint: &Constraint| {
        !constraint.inherited && constraint.foreign_key().is_some_and(|key| targets.contains(&&key.target))
    };
    match operation {
        Operation::Constraint(ConstraintOperation::Drop { constraint, .. }) => refers(constraint),
        Operation::Table(TableOperation::Drop(table)) => {
            let of_them = targets.contains(&&table.name)
                || partitioned_ancestors(from, &table.name).iter().any(|whole| targets.contains(whole));
            !of_them && table.constraints.iter().any(refers)
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
        | Operation::Attachment(_) => false,
    }
}

fn indices(operations: &[Operation], wanted: impl Fn(&Operation) -> bool) -> impl Iterator<Item = usize> {
    operations.iter().enumerate().filter(move |(_, operation)| wanted(operation)).map(|(i, _)| i)
}

/// Whether it drops a foreign key of a table that stays, and is no partition that may leave itself.
fn is_dropped_key_of_kept(operation: &Operation, schemas: Pair<&Schema>) -> bool {
    matches!(operation, Operation::Constraint(ConstraintOperation::Drop { table, constraint })
        if constraint.foreign_key().is_some()
            && schemas.to.has_table(table)
            && schemas.from.table(table).is_some_and(|table| table.postgres().partition_of.is_none()))
}

fn is_of(operation: &Operation, name: &QualifiedName) -> bool {
    matches!(operation, Operation::Constraint(ConstraintOperation::Drop { table, .. }) if table == name)
}

fn has_part(schema: &Schema, table: &QualifiedName, whole: &QualifiedName) -> bool {
    schema.table(table).is_some_and(|table| parts(table).any(|(_, parent)| parent == whole))
}

/// A partition brings its own columns, keys and indexes, and the parent's then find them.
fn before_attaching(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    attach: usize,
    table: &QualifiedName,
    to: &Schema,
) {
    let above = partitioned_ancestors(to, table);
    let own = indices(operations, |operation| {
        is_change_of(operation, table) || above.iter().any(|whole| is_change_of_columns(operation, whole))
    });
    edges.extend(own.filter(|own| *own != attach).map(|own| (own, attach)));
    // It stands apart from what of the whole goes.
    let gone = indices(operations, |operation| match operation {
        Operation::Index(IndexOperation::Drop { table, .. })
        | Operation::Constraint(ConstraintOperation::Drop { table, .. }) => above.contains(&table),
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
        | Operation::Attachment(_) => false,
    });
    edges.extend(gone.map(|gone| (gone, attach)));
}

fn makes_part(operation: &Operation, whole: &QualifiedName) -> bool {
    match operation {
        Operation::Index(IndexOperation::Create { index, .. }) => index.parent.as_ref() == Some(whole),
        Operation::Constraint(ConstraintOperation::Add { constraint, .. }) => {
            attached_to(constraint) == Some(whole)
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
        | Operation::Attachment(_) => false,
    }
}

fn is_part_of_table(operation: &Operation, table: &QualifiedName) -> bool {
    match operation {
        Operation::Index(IndexOperation::Create { table: t, index }) => t == table && index.parent.is_some(),
        Operation::Constraint(ConstraintOperation::Add { table: t, constraint }) => {
            t == table && attached_to(constraint).is_some()
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
        | Operation::Attachment(_) => false,
    }
}

/// Whether it makes a partition's part of a key of a table.
fn is_inherited_key_below(operation: &Operation, table: &QualifiedName, to: &Schema) -> bool {
    matches!(operation, Operation::Constraint(ConstraintOperation::Add { table: t, constraint })
        if constraint.inherited && constraint.key().is_some()
            && partitioned_ancestors(to, t).contains(&table))
}

/// Whether it changes a column, a constraint or an index of a table that stays.
fn is_change_of(operation: &Operation, table: &QualifiedName) -> bool {
    let of_index = operation.index().is_some_and(|index| match index {
        IndexOperation::Drop { table: t, .. }
        | IndexOperation::DropConcurrently { table: t, .. }
        | IndexOperation::Create { table: t, .. }
        | IndexOperation::CreateConcurrently { table: t, .. } => t == table,
        IndexOperation::Rename { .. }
        | IndexOperation::Alter { .. }
        | IndexOperation::ClusterOn { .. }
        | IndexOperation::Attach { .. } => false,
    });
    let joins =
        matches!(operation.partition(), Some(PartitionOperation::Attach { table: t, .. }) if t == table);
    of_index || joins || is_change_of_columns(operation, table) || is_change_of_constraints(operation, table)
}

fn is_change_of_columns(operation: &Operation, table: &QualifiedName) -> bool {
    inherit::changed_columns(operation) == Some(table)
}

fn is_change_of_constraints(operation: &Operation, table: &QualifiedName) -> bool {
    match operation.constraint() {
        Some(ConstraintOperation::Add { table: t, .. } | ConstraintOperation::Drop { table: t, .. }) => {
            t == table
        }
        Some(_) | None => false,
    }
}

/// Whether it makes an index again that goes along with the whole.
fn was_part(operation: &Operation, whole: &QualifiedName, from: &Schema) -> bool {
    let Operation::Index(IndexOperation::Create { table, index }) = operation else { return false };
    let parent_of = |index: &QualifiedName| {
        let tables = from.tables().filter(|table| table.name.namespace == index.namespace);
        tables.filter_map(|table| table.indexes.get(&index.name)).find_map(|index| index.parent.clone())
    };
    let first = parent_of(&table.sibling(index.name.clone()));
    std::iter::successors(first, parent_of).any(|ancestor| ancestor == *whole)
}
