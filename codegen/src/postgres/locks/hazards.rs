//! What the locks of an operation mean for programs that run.

use std::collections::BTreeSet;

use autogen_diff_core::QualifiedName;
use autogen_diff_core::hazard::{Hazard, HazardCode, Instead};
use autogen_diff_core::lock::LockWork;
use autogen_diff_core::model::{ConstraintKind, TextConstraintKind};

use super::{LockSet, Relations};
use crate::hazards::{validated_behind, waits, waits_behind};
use crate::plan::{ConstraintOperation, IndexOperation, Operation, PartitionOperation};

/// The tables that a transaction has locked already, so that they can't be read.
#[derive(Default)]
pub(in crate::postgres) struct HeldLocks {
    tables: BTreeSet<QualifiedName>,
    /// Those that were told to wait for something else.
    told: BTreeSet<QualifiedName>,
    /// Those that got a constraint that holds for new rows alone.
    with_unchecked: BTreeSet<QualifiedName>,
}

impl HeldLocks {
    /// Takes the locks of an operation; gives the tables that wait for it, though it needs no such lock on them.
    fn take(&mut self, locks: &LockSet, there: &Relations<'_>) -> Vec<QualifiedName> {
        let takes_long = locks.iter().any(|(_, _, work)| work > LockWork::Instant);
        let blocked = |relation: &QualifiedName| {
            locks.iter().any(|(other, mode, _)| other == relation && mode.blocks_reads())
        };
        let waiting = self.tables.iter().filter(|table| takes_long && !blocked(table));
        let waiting: Vec<_> = waiting.filter(|table| !self.told.contains(table)).cloned().collect();
        self.told.extend(waiting.iter().cloned());
        let taken = locks.iter().filter(|(_, mode, _)| mode.blocks_reads());
        let tables = taken.filter(|(relation, ..)| there.before(relation).is_some());
        self.tables.extend(tables.map(|(table, ..)| table.clone()));
        waiting
    }
}

impl HeldLocks {
    /// A constraint that is validated behind one that was added `NOT VALID`.
    fn validated(&mut self, operation: &Operation) -> Option<Hazard> {
        let Operation::Constraint(operation) = operation else { return None };
        match operation {
            ConstraintOperation::Add { table, constraint } if is_unchecked(&constraint.kind) => {
                self.with_unchecked.insert(table.clone());
                None
            }
            ConstraintOperation::Validate { table, constraint: _ } if self.with_unchecked.contains(table) => {
                self.told.insert(table.clone());
                Some(validated_behind(table.to_string()))
            }
            ConstraintOperation::Add { .. }
            | ConstraintOperation::FromIndex { .. }
            | ConstraintOperation::Validate { .. }
            | ConstraintOperation::Drop { .. }
            | ConstraintOperation::Rename { .. }
            | ConstraintOperation::AlterDeferrability { .. } => None,
        }
    }
}

/// Whether a constraint is added `NOT VALID`.
const fn is_unchecked(kind: &ConstraintKind) -> bool {
    match kind {
        ConstraintKind::Check(check) => !check.validated,
        ConstraintKind::ForeignKey(key) => !key.validated,
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) => false,
    }
}

/// Whoever has to wait for longer than an instant, with the form in which nobody does.
pub(in crate::postgres) fn hazards(
    operation: &Operation,
    locks: &LockSet,
    instead: Option<Instead>,
    held: &mut HeldLocks,
    there: &Relations<'_>,
) -> Vec<Hazard> {
    let own = locks.iter().filter(|(relation, ..)| locks.whole_of(relation, there).is_none());
    let own =
        own.filter_map(|(relation, mode, work)| waits(relation.to_string(), mode, work, code(operation)));
    let mut found: Vec<Hazard> = own.collect();
    if let Some(last) = found.last_mut().filter(|last| last.code != HazardCode::RewriteTable) {
        last.instead = instead;
    }
    found.extend(held.validated(operation));
    let waiting = held.take(locks, there);
    if !waiting.is_empty() {
        let names: Vec<String> = waiting.iter().map(ToString::to_string).collect();
        found.push(waits_behind(&names));
    }
    found
}

/// Why something is read under a lock.
fn code(operation: &Operation) -> HazardCode {
    match operation {
        Operation::Index(
            IndexOperation::Create { .. }
            | IndexOperation::CreateConcurrently { .. }
            | IndexOperation::Drop { .. }
            | IndexOperation::DropConcurrently { .. }
            | IndexOperation::Rename { .. }
            | IndexOperation::Alter { .. }
            | IndexOperation::ClusterOn { .. }
            | IndexOperation::Attach { .. },
        ) => HazardCode::BuildIndex,
        Operation::Constraint(ConstraintOperation::Add { table: _, constraint }) => match &constraint.kind {
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => HazardCode::BuildIndex,
            ConstraintKind::ForeignKey(_) => HazardCode::CheckForeignKey,
            ConstraintKind::Check(_) => HazardCode::CheckRows,
            ConstraintKind::Exclude(text) => match TextConstraintKind::of(text) {
                TextConstraintKind::Exclusion
                | TextConstraintKind::PrimaryKey
                | TextConstraintKind::Unique => HazardCode::BuildIndex,
                TextConstraintKind::ForeignKey => HazardCode::CheckForeignKey,
                TextConstraintKind::Check => HazardCode::CheckRows,
            },
        },
        Operation::Partition(
            PartitionOperation::Attach { .. }
            | PartitionOperation::Detach { .. }
            | PartitionOperation::SetAside { .. }
            | PartitionOperation::TakeRows { .. },
        ) => HazardCode::CheckPartition,
        Operation::Constraint(
            ConstraintOperation::FromIndex { .. }
            | ConstraintOperation::Drop { .. }
            | ConstraintOperation::Rename { .. }
            | ConstraintOperation::Validate { .. }
            | ConstraintOperation::AlterDeferrability { .. },
        )
        | Operation::Rename(_)
        | Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Table(_)
        | Operation::Column(_)
        | Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Definition(_)
        | Operation::Attachment(_) => HazardCode::CheckRows,
    }
}
