//! Locks of constraints.

use autogen_diff_core::lock::LockMode::{
    AccessExclusive, AccessShare, Share, ShareRowExclusive, ShareUpdateExclusive,
};
use autogen_diff_core::lock::LockWork::{Instant, Scan};
use autogen_diff_core::model::{Constraint, ConstraintKind, KeyConstraint, TextConstraintKind};
use autogen_diff_core::{ObjectId, QualifiedName};

use super::{LockSet, Relations};
use crate::plan::ConstraintOperation;

pub(super) fn locks(operation: &ConstraintOperation, there: &Relations<'_>) -> LockSet {
    match operation {
        ConstraintOperation::Add { table, constraint } => added(table, constraint, there),
        ConstraintOperation::FromIndex { table, constraint, index: _ } => {
            let tables = if matches!(constraint.kind, ConstraintKind::PrimaryKey(_)) {
                there.family(table)
            } else {
                vec![table.clone()]
            };
            LockSet::on(tables, AccessExclusive, Instant)
        }
        ConstraintOperation::Drop { table, constraint } => {
            let own = LockSet::on(holders(table, constraint, there), AccessExclusive, Instant);
            own.and(LockSet::on(targets(table, constraint, there), AccessExclusive, Instant))
        }
        ConstraintOperation::Rename { table, names } => {
            // A key's name is its index's, which is each table's own.
            let renamed = there.before(table).and_then(|table| table.constraint(&names.from));
            let tables = match renamed.and_then(Constraint::key) {
                Some(_) => vec![table.clone()],
                None => there.family(table),
            };
            LockSet::on(tables, AccessExclusive, Instant)
        }
        ConstraintOperation::Validate { table, constraint } => {
            let own = LockSet::on(holders(table, constraint, there), ShareUpdateExclusive, Scan);
            own.and(LockSet::on(targets(table, constraint, there), AccessShare, Scan))
        }
        ConstraintOperation::AlterDeferrability { table, constraint } => {
            let targets = constraint.to.foreign_key().filter(|key| is_partitioned(&key.target, there));
            let targets = targets.map(|key| there.family(&key.target)).unwrap_or_default();
            let own = LockSet::on(there.with_partitions(table), AccessExclusive, Instant);
            own.and(LockSet::on(targets, AccessExclusive, Instant))
        }
    }
}

fn added(table: &QualifiedName, constraint: &Constraint, there: &Relations<'_>) -> LockSet {
    let on = |mode, work| LockSet::on(holders(table, constraint, there), mode, work);
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) if key.alone => {
            LockSet::on([table.clone()], AccessExclusive, Instant)
        }
        ConstraintKind::PrimaryKey(key) => {
            let parts = if sets_not_null(table, key, there) { AccessExclusive } else { Share };
            // NOT NULL reaches what inherits, the key does not.
            let children = if may_hold_null(table, key, there) { Scan } else { Instant };
            let own = on(parts, Scan).and(LockSet::on([table.clone()], AccessExclusive, Scan));
            if is_partitioned(table, there) {
                own
            } else {
                own.and(LockSet::on(there.family(table), AccessExclusive, children))
            }
        }
        // The partitions' indexes are made as `CREATE INDEX` makes them.
        ConstraintKind::Exclude(text) if TextConstraintKind::of(text) == TextConstraintKind::ForeignKey => {
            let is_judged = !text.as_str().ends_with(" NOT ENFORCED") && there.is_there(table);
            let work = if is_judged { Scan } else { Instant };
            let targets = targets(table, constraint, there);
            on(ShareRowExclusive, work).and(LockSet::on(targets, ShareRowExclusive, work))
        }
        ConstraintKind::Exclude(text) if TextConstraintKind::of(text) == TextConstraintKind::Check => {
            on(AccessExclusive, Instant)
        }
        ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) => {
            on(Share, Scan).and(LockSet::on([table.clone()], AccessExclusive, Scan))
        }
        ConstraintKind::ForeignKey(key) => {
            let work = if key.validated && there.is_there(table) { Scan } else { Instant };
            let targets = there.with_partitions(&key.target);
            on(ShareRowExclusive, work).and(LockSet::on(targets, ShareRowExclusive, work))
        }
        ConstraintKind::Check(check) => on(AccessExclusive, if check.validated { Scan } else { Instant }),
    }
}

/// The tables that have a constraint with the table that it is on.
fn holders(table: &QualifiedName, constraint: &Constraint, there: &Relations<'_>) -> Vec<QualifiedName> {
    match &constraint.kind {
        ConstraintKind::Check(check) if check.no_inherit => vec![table.clone()],
        ConstraintKind::Check(_) => there.family(table),
        ConstraintKind::Exclude(text) if TextConstraintKind::of(text) == TextConstraintKind::Check => {
            there.family(table)
        }
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Exclude(_) => there.with_partitions(table),
    }
}

/// Whether a primary key changes columns of the partitions too: those that may hold NULL so far, and from 18 on all.
fn sets_not_null(table: &QualifiedName, key: &KeyConstraint, there: &Relations<'_>) -> bool {
    there.release() >= 18 || may_hold_null(table, key, there)
}

fn may_hold_null(table: &QualifiedName, key: &KeyConstraint, there: &Relations<'_>) -> bool {
    let columns = there.before(table).into_iter().flat_map(|table| &table.columns);
    let mut nullable = columns.filter(|column| column.nullable && key.columns.contains(&column.name));
    nullable.next().is_some()
}

/// What a foreign key refers to, one that is held as text included.
fn targets(table: &QualifiedName, constraint: &Constraint, there: &Relations<'_>) -> Vec<QualifiedName> {
    match (&constraint.kind, &constraint.name) {
        (ConstraintKind::ForeignKey(key), _) => there.with_partitions(&key.target),
        (ConstraintKind::Exclude(text), Some(name))
            if TextConstraintKind::of(text) == TextConstraintKind::ForeignKey =>
        {
            there.tables_of(&ObjectId::Constraint(table.clone(), name.clone()))
        }
        (
            ConstraintKind::Exclude(_)
            | ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Check(_),
            _,
        ) => Vec::new(),
    }
}

fn is_partitioned(table: &QualifiedName, there: &Relations<'_>) -> bool {
    there.before(table).is_some_and(|table| table.postgres().partition_key.is_some())
}
