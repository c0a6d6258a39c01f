//! Which locks PostgreSQL's operations take on what was there before, and whether it is read or rewritten meanwhile.
//! Data about a server: `fixtures/tests/locks.rs` holds it against `pg_locks`.
//!
//! Left out are the locks of queries and of changes of rows, those on indexes and foreign tables, those on sequences that a
//! statement about a table takes along, and all on what the script makes itself.

mod column;
mod constraint;
mod definition;
mod hazards;
mod lock_set;
mod partition;
mod relations;
mod table;
mod tasks;
mod type_change;
mod volatile;

use autogen_diff_core::model::Column;
use autogen_diff_core::{ObjectId, Pair, QualifiedName, Schema};

use crate::plan::{
    AttachmentOperation, IndexOperation, MaterializedViewOperation, Operation, SequenceOperation,
    TypeOperation, ViewOperation,
};
use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::lock::LockMode::{
    AccessExclusive, AccessShare, Share, ShareRowExclusive, ShareUpdateExclusive,
};
use autogen_diff_core::lock::LockWork::{Instant, Rewrite, Scan};

pub(super) use hazards::{HeldLocks, hazards};
pub(super) use lock_set::LockSet;
pub(super) use relations::Relations;
pub(super) use tasks::tasks;
pub(crate) use type_change::is_stored_otherwise;

/// Whether the default of a column gives each row a value of its own.
pub(crate) fn has_volatile_default(column: &Column, schemas: Pair<&Schema>) -> bool {
    let there = Relations::of(&[], schemas);
    column.default.as_ref().is_some_and(|default| volatile::is_volatile(default.as_str(), &there))
}

/// The locks of an operation.
pub(super) fn locks(operation: &Operation, there: &Relations<'_>) -> LockSet {
    let found = match operation {
        Operation::Rename(rename) => of_rename(rename, there),
        Operation::Type(operation) => of_type(operation, there),
        Operation::Sequence(operation) => of_sequence(operation),
        Operation::Table(operation) => table::locks(operation, there),
        Operation::Partition(operation) => partition::locks(operation, there),
        Operation::Column(operation) => column::locks(operation, there),
        Operation::Constraint(operation) => constraint::locks(operation, there),
        Operation::Index(operation) => of_index(operation, there),
        Operation::View(operation) => of_view(operation),
        Operation::MaterializedView(operation) => of_materialized_view(operation, there),
        Operation::Definition(operation) => definition::locks(operation, there),
        Operation::Attachment(operation) => of_attachment(operation, there),
        Operation::Namespace(_) | Operation::Extension(_) => LockSet::default(),
    };
    found.on_existing(there)
}

fn of_rename(rename: &Rename, there: &Relations<'_>) -> LockSet {
    match rename {
        Rename::Table(names) => LockSet::on([names.from.clone()], AccessExclusive, Instant),
        Rename::Column(table, _) => LockSet::on(there.family(table), AccessExclusive, Instant),
        Rename::EnumValue(..) => LockSet::default(),
        Rename::Object(ids) => {
            let renamed = there.relation_of(&ids.from).or_else(|| there.relation_of(&ids.to));
            LockSet::on(renamed.cloned(), AccessExclusive, Instant)
        }
    }
}

fn of_type(operation: &TypeOperation, there: &Relations<'_>) -> LockSet {
    match operation {
        TypeOperation::ReplaceInUse { types: _, columns } => {
            let tables = columns.iter().flat_map(|column| there.family(&column.table));
            LockSet::on(tables, AccessExclusive, Rewrite)
        }
        TypeOperation::CreateEnum(_) | TypeOperation::DropEnum(_) | TypeOperation::AddEnumValue { .. } => {
            LockSet::default()
        }
    }
}

fn of_sequence(operation: &SequenceOperation) -> LockSet {
    match operation {
        SequenceOperation::Create(_) => LockSet::default(),
        SequenceOperation::Drop(sequence) => LockSet::on([sequence.name.clone()], AccessExclusive, Instant),
        SequenceOperation::Alter(pair) => {
            let mode =
                if pair.from.unlogged == pair.to.unlogged { ShareRowExclusive } else { AccessExclusive };
            LockSet::on([pair.to.name.clone()], mode, Instant)
        }
        SequenceOperation::SetOwner { sequence, owner: _ }
        | SequenceOperation::Detach { sequence, owner: _ } => {
            LockSet::on([sequence.clone()], ShareRowExclusive, Instant)
        }
        SequenceOperation::SetPersistence { sequence, table: _, persistence: _ } => {
            LockSet::on([sequence.clone()], AccessExclusive, Instant)
        }
        SequenceOperation::Continue { sequence: _, table, column: _ } => {
            LockSet::on([table.clone()], AccessShare, Scan)
        }
    }
}

fn of_index(operation: &IndexOperation, there: &Relations<'_>) -> LockSet {
    match operation {
        IndexOperation::Create { table, index } if index.partitioned && !index.valid => {
            LockSet::on([table.clone()], Share, Instant)
        }
        IndexOperation::Create { table, index: _ } => LockSet::on(there.with_partitions(table), Share, Scan),
        IndexOperation::CreateConcurrently { table, index: _ } => {
            LockSet::on([table.clone()], ShareUpdateExclusive, Scan)
        }
        IndexOperation::DropConcurrently { table, index: _ } => {
            LockSet::on([table.clone()], ShareUpdateExclusive, Instant)
        }
        IndexOperation::Drop { table, index: _ } => {
            LockSet::on(there.with_partitions(table), AccessExclusive, Instant)
        }
        IndexOperation::ClusterOn { relation, index: _ } => {
            LockSet::on([relation.clone()], ShareUpdateExclusive, Instant)
        }
        IndexOperation::Rename { .. } | IndexOperation::Alter { .. } | IndexOperation::Attach { .. } => {
            LockSet::default()
        }
    }
}

fn of_view(operation: &ViewOperation) -> LockSet {
    match operation {
        ViewOperation::Create(_) => LockSet::default(),
        ViewOperation::Drop(view) => LockSet::on([view.name.clone()], AccessExclusive, Instant),
        ViewOperation::Replace(pair) => LockSet::on([pair.to.name.clone()], AccessExclusive, Instant),
    }
}

fn of_materialized_view(operation: &MaterializedViewOperation, there: &Relations<'_>) -> LockSet {
    match operation {
        MaterializedViewOperation::Create(view) if !view.populated => LockSet::default(),
        MaterializedViewOperation::Create(view) => {
            LockSet::on(there.tables_of(&ObjectId::MaterializedView(view.name.clone())), AccessShare, Scan)
        }
        MaterializedViewOperation::Drop(view) => LockSet::on([view.name.clone()], AccessExclusive, Instant),
        MaterializedViewOperation::Alter(pair) => {
            let settings = |name| {
                let sides = pair.as_ref().map(|view| view.column_settings.get(name));
                sides.map(|column| column.map(|column| column.settings.clone()).unwrap_or_default())
            };
            let modes = pair.to.columns.iter().filter_map(|name| column::settings_mode(&settings(name)));
            let mode = modes.max().unwrap_or(ShareUpdateExclusive);
            LockSet::on([pair.to.name.clone()], mode, Instant)
        }
    }
}

/// The relation that a comment locks: what hangs on one by a name of its own (constraints, triggers) is only looked up.
fn commented(object: &ObjectId) -> Option<QualifiedName> {
    match object {
        ObjectId::Column(relation, _) => Some(relation.clone()),
        ObjectId::Table(_)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Sequence(_)
        | ObjectId::Constraint(..)
        | ObjectId::Definition(..)
        | ObjectId::Index(..)
        | ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_) => relations::relation(object).cloned(),
    }
}

fn of_attachment(operation: &AttachmentOperation, there: &Relations<'_>) -> LockSet {
    match operation {
        AttachmentOperation::SetComment { object, text: _ } => {
            LockSet::on(commented(object), ShareUpdateExclusive, Instant)
        }
        AttachmentOperation::AlterOwner { object, owner: _ } => {
            LockSet::on(there.relation_of(object).cloned(), AccessExclusive, Instant)
        }
        AttachmentOperation::AlterExtensionDependency { object, extensions: _ } => match object {
            ObjectId::MaterializedView(name) => LockSet::on([name.clone()], AccessExclusive, Instant),
            ObjectId::Index(..)
            | ObjectId::Definition(..)
            | ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::EnumType(_)
            | ObjectId::Sequence(_)
            | ObjectId::Table(_)
            | ObjectId::Column(..)
            | ObjectId::Constraint(..)
            | ObjectId::View(_) => LockSet::default(),
        },
        AttachmentOperation::TakePrivileges { .. } | AttachmentOperation::AlterPrivileges { .. } => {
            LockSet::default()
        }
    }
}
