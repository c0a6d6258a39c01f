//! What an operation does to all rows of a table, as far as it is known how long that takes.

use autogen_diff_core::estimate::{IndexedValues, TableTask, Task};
use autogen_diff_core::lock::LockWork;
use autogen_diff_core::model::{Column, Constraint, ConstraintKind, Index, IndexKeyValue, KeyConstraint};
use autogen_diff_core::{Ident, QualifiedName};

use super::{LockSet, Relations};
use crate::casts::Declared;
use crate::plan::{ColumnOperation, ConstraintOperation, IndexOperation, Operation};

/// What an operation does for long; nothing where a part of it is not known, since its time would be too short.
pub(in crate::postgres) fn tasks(
    operation: &Operation,
    locks: &LockSet,
    there: &Relations<'_>,
) -> Vec<TableTask> {
    let long = locks.iter().filter(|(.., work)| *work > LockWork::Instant);
    let each = long.map(|(table, _, work)| {
        let tasks = match work {
            LockWork::Rewrite => Some(vec![Task::Rewrite]),
            LockWork::Scan | LockWork::Instant => scanned(operation, table, there),
        };
        tasks.map(|tasks| tasks.into_iter().map(|task| TableTask { table: table.clone(), task }).collect())
    });
    let known: Option<Vec<Vec<TableTask>>> = each.collect();
    known.unwrap_or_default().concat()
}

/// Why the rows of a table are read; none where it is not known for how long.
fn scanned(operation: &Operation, table: &QualifiedName, there: &Relations<'_>) -> Option<Vec<Task>> {
    match operation {
        Operation::Index(operation) => built(operation, there),
        Operation::Constraint(operation) => judged(operation, table, there),
        // Which indexes are built again is not known here.
        Operation::Column(ColumnOperation::Alter { table: _, column }) => {
            let is_retyped = column.from.data_type != column.to.data_type;
            let is_recollated = column.from.collation != column.to.collation;
            (!is_retyped && !is_recollated).then(|| vec![Task::Scan])
        }
        Operation::Column(
            ColumnOperation::Add { .. }
            | ColumnOperation::Drop { .. }
            | ColumnOperation::DropIdentity { .. }
            | ColumnOperation::DropDefault { .. }
            | ColumnOperation::SetDefault { .. },
        )
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Table(_)
        | Operation::Partition(_)
        | Operation::Definition(_) => Some(vec![Task::Scan]),
        // What a query takes goes by more than the rows that it reads.
        Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Rename(_)
        | Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Attachment(_) => None,
    }
}

fn built(operation: &IndexOperation, there: &Relations<'_>) -> Option<Vec<Task>> {
    match operation {
        IndexOperation::Create { table, index } => Some(vec![build(table, index, there)?]),
        // The rows are read once more, for what was written meanwhile.
        IndexOperation::CreateConcurrently { table, index } => {
            Some(vec![build(table, index, there)?, Task::Scan])
        }
        IndexOperation::Drop { .. }
        | IndexOperation::DropConcurrently { .. }
        | IndexOperation::Rename { .. }
        | IndexOperation::Alter { .. }
        | IndexOperation::ClusterOn { .. }
        | IndexOperation::Attach { .. } => None,
    }
}

/// An index over all rows whose values are sorted.
fn build(table: &QualifiedName, index: &Index, there: &Relations<'_>) -> Option<Task> {
    let is_sorted = index.method.as_deref().is_none_or(|method| method == "btree");
    if !is_sorted || index.predicate.is_some() {
        return None;
    }
    let has_text = index.keys.iter().any(|key| match &key.value {
        IndexKeyValue::Column(column) => is_text(table, column, there),
        IndexKeyValue::Expression(_) => true,
    });
    Some(build_of(has_text))
}

fn judged(
    operation: &ConstraintOperation,
    table: &QualifiedName,
    there: &Relations<'_>,
) -> Option<Vec<Task>> {
    let (own, constraint) = match operation {
        ConstraintOperation::Add { table, constraint }
        | ConstraintOperation::Validate { table, constraint } => (table, constraint),
        ConstraintOperation::FromIndex { .. }
        | ConstraintOperation::Drop { .. }
        | ConstraintOperation::Rename { .. }
        | ConstraintOperation::AlterDeferrability { .. } => return None,
    };
    of_constraint(own, constraint, table, there)
}

fn of_constraint(
    own: &QualifiedName,
    constraint: &Constraint,
    table: &QualifiedName,
    there: &Relations<'_>,
) -> Option<Vec<Task>> {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => Some(vec![build_key(own, key, there), Task::Scan]),
        ConstraintKind::Unique(key) => Some(vec![build_key(own, key, there)]),
        ConstraintKind::Check(_) => Some(vec![Task::Scan]),
        ConstraintKind::ForeignKey(_) if there.with_partitions(own).contains(table) => {
            Some(vec![Task::CheckForeignKey])
        }
        // It is read along, which the rate of the key holds.
        ConstraintKind::ForeignKey(_) => Some(Vec::new()),
        ConstraintKind::Exclude(_) => None,
    }
}

fn build_key(table: &QualifiedName, key: &KeyConstraint, there: &Relations<'_>) -> Task {
    build_of(key.columns.iter().any(|column| is_text(table, column, there)))
}

const fn build_of(has_text: bool) -> Task {
    Task::BuildIndex(if has_text { IndexedValues::Texts } else { IndexedValues::Numbers })
}

/// Whether a column's values are compared by the rules of a language. A new column is not known here, and has few values.
fn is_text(table: &QualifiedName, column: &Ident, there: &Relations<'_>) -> bool {
    let found = there.before(table).and_then(|table| table.column(column));
    found.is_some_and(|column: &Column| {
        let is_of_bytes =
            column.collation.as_ref().is_some_and(|name| matches!(name.name.as_str(), "C" | "POSIX"));
        let name = Declared::parse(&column.data_type).name;
        !is_of_bytes && matches!(name.as_str(), "text" | "character varying" | "character" | "citext")
    })
}
