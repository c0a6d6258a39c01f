//! Locks of tables themselves.

use autogen_diff_core::Pair;
use autogen_diff_core::lock::LockMode::{AccessExclusive, ShareRowExclusive, ShareUpdateExclusive};
use autogen_diff_core::lock::LockWork::{Instant, Rewrite, Scan};
use autogen_diff_core::model::{PostgresTable, Table};

use super::{LockSet, Relations};
use crate::plan::TableOperation;

pub(super) fn locks(operation: &TableOperation, there: &Relations<'_>) -> LockSet {
    match operation {
        TableOperation::Create(table) => created(table, there),
        TableOperation::Drop(table) => dropped(table, there),
        TableOperation::Alter(pair) => altered(pair),
        TableOperation::Rebuild(_) | TableOperation::AlterAtOnce(_) => LockSet::default(),
    }
}

/// Foreign keys put triggers on what they refer to.
fn created(table: &Table, there: &Relations<'_>) -> LockSet {
    let keys = table.constraints.iter().filter_map(|constraint| constraint.foreign_key());
    let targets = keys.flat_map(|key| there.family(&key.target));
    LockSet::on(targets, ShareRowExclusive, Instant).and(LockSet::on(
        table.postgres().inherits.iter().cloned(),
        ShareUpdateExclusive,
        Instant,
    ))
}

fn dropped(table: &Table, there: &Relations<'_>) -> LockSet {
    let parent = table.postgres().partition_of.as_ref().map(|place| &place.parent);
    let default = parent.and_then(|parent| there.default_partition(parent)).cloned();
    let held = std::iter::once(table.name.clone()).chain(parent.cloned()).chain(default);
    LockSet::on(held.chain(there.targets(&table.name).iter().cloned()), AccessExclusive, Instant)
}

fn altered(pair: &Pair<Table>) -> LockSet {
    let Pair { from, to } = pair.as_ref().map(|table| table.postgres());
    let PostgresTable {
        persistence,
        storage_parameters,
        access_method,
        tablespace,
        row_security: _,
        force_row_security: _,
        replica_identity: _,
        clustered_on: _,
        partition_key: _,
        partition_of: _,
        inherits,
        of_type: _,
    } = to;
    let is_moved = *persistence != from.persistence
        || *access_method != from.access_method
        || *tablespace != from.tablespace;
    let quiet = PostgresTable { storage_parameters: storage_parameters.clone(), ..from.clone() };
    let only_parameters = quiet == *to;
    let parents = inherits.iter().filter(|parent| !from.inherits.contains(parent));
    let parents = LockSet::on(parents.cloned(), ShareUpdateExclusive, Instant);
    let mode = if only_parameters { ShareUpdateExclusive } else { AccessExclusive };
    let work = if is_moved {
        Rewrite
    } else if lends_what_rows_are_judged_by(pair) {
        Scan
    } else {
        Instant
    };
    LockSet::on([pair.to.name.clone()], mode, work).and(parents)
}

/// Whether a table gets checks, or columns that may not be NULL, from a new parent (see `inherit` in `postgres/table.rs`).
fn lends_what_rows_are_judged_by(pair: &Pair<Table>) -> bool {
    let Pair { from, to } = pair;
    let mut columns = to.columns.iter().filter(|c| c.postgres().inherited && from.column(&c.name).is_none());
    let checks = to.constraints.iter().filter(|constraint| constraint.inherited);
    let mut checks = checks.filter_map(|check| check.name.as_ref());
    let joins = to.postgres().inherits.iter().any(|parent| !from.postgres().inherits.contains(parent));
    joins && (columns.any(|column| !column.nullable) || checks.any(|name| from.constraint(name).is_none()))
}
