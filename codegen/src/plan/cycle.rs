//! Cycles of tables: what ties them together becomes operations of its own.

use std::collections::BTreeSet;

use autogen_diff_core::model::{Constraint, ConstraintKind, Table};
use autogen_diff_core::{ObjectId, QualifiedName, Schema};

use super::operation::{ConstraintOperation, DefinitionOperation, Operation, TableOperation};

/// The names of a cycle's tables.
fn tables_of<'a>(operations: &'a [Operation], cycle: &BTreeSet<usize>) -> BTreeSet<&'a QualifiedName> {
    let tables = cycle.iter().filter_map(|i| match operations[*i].table() {
        Some(TableOperation::Create(table) | TableOperation::Drop(table)) => Some(&table.name),
        Some(_) | None => None,
    });
    tables.collect()
}

/// Whether a constraint of a table is to be an operation of its own, given the tables of the cycle.
pub(super) type Splits = fn(&Table, &BTreeSet<&QualifiedName>, &Constraint) -> bool;

/// Whether it is a foreign key between two tables of a cycle.
pub(super) fn is_key_within(
    table: &Table,
    tables: &BTreeSet<&QualifiedName>,
    constraint: &Constraint,
) -> bool {
    let target = constraint.foreign_key().map(|key| &key.target);
    target.is_some_and(|target| *target != table.name && tables.contains(target))
}

/// Whether it may call a function that needs the table.
pub(super) const fn is_check(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::Check(_)) && !constraint.inherited
}

/// Drops of what would go with a relation of a cycle, as operations of their own: policies, rules and
/// triggers that refer to the others.
pub(super) fn drops_apart(
    operations: &[Operation],
    cycles: &[BTreeSet<usize>],
    from: &Schema,
) -> Vec<Operation> {
    let dropped: BTreeSet<ObjectId> =
        operations.iter().flat_map(|operation| operation.effects().drops).collect();
    let members = cycles.iter().flatten();
    let relations: BTreeSet<ObjectId> = members.flat_map(|i| operations[*i].effects().drops).collect();
    let parts = from.definitions().filter(|definition| {
        definition.parent.as_ref().is_some_and(|parent| relations.contains(parent))
            && definition.is_complete()
            && !dropped.contains(&definition.id())
    });
    parts.cloned().map(|object| Operation::Definition(DefinitionOperation::Drop(object))).collect()
}

/// Takes the constraints that tie the tables of a cycle together out of the tables.
pub(super) fn take_apart(
    operations: &[Operation],
    cycles: &[BTreeSet<usize>],
    tie: Splits,
) -> Vec<Operation> {
    let mut result = operations.to_vec();
    for cycle in cycles {
        let tables = tables_of(operations, cycle);
        for i in cycle {
            let without = |table: &Table| -> (Table, Vec<Constraint>) {
                let (apart, kept) = table.constraints.iter().cloned().partition(|c| tie(table, &tables, c));
                (Table { constraints: kept, ..table.clone() }, apart)
            };
            match &operations[*i] {
                Operation::Table(TableOperation::Create(table)) => {
                    let (created, apart) = without(table);
                    let table = table.name.clone();
                    result[*i] = Operation::Table(TableOperation::Create(created));
                    let added = apart.into_iter();
                    result.extend(added.map(|constraint| {
                        Operation::Constraint(ConstraintOperation::Add { table: table.clone(), constraint })
                    }));
                }
                Operation::Table(TableOperation::Drop(table)) => {
                    let (dropped, apart) = without(table);
                    let table = table.name.clone();
                    result[*i] = Operation::Table(TableOperation::Drop(dropped));
                    let gone = apart.into_iter();
                    result.extend(gone.map(|constraint| {
                        Operation::Constraint(ConstraintOperation::Drop { table: table.clone(), constraint })
                    }));
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
    result
}
