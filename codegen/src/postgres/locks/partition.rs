//! Locks of partitions.

use autogen_diff_core::QualifiedName;
use autogen_diff_core::lock::LockMode::{
    AccessExclusive, AccessShare, ShareRowExclusive, ShareUpdateExclusive,
};
use autogen_diff_core::lock::LockWork::{Instant, Scan};
use autogen_diff_core::model::PartitionOf;

use super::{LockSet, Relations};
use crate::plan::PartitionOperation;
use crate::postgres::partition_bound::is_proven;

pub(super) fn locks(operation: &PartitionOperation, there: &Relations<'_>) -> LockSet {
    match operation {
        PartitionOperation::Attach { table, partition } => attached(table, partition, there),
        PartitionOperation::Detach { table, partition } => detached(table, partition, there),
        PartitionOperation::SetAside { namespaces: _, tables } => {
            LockSet::on(tables.iter().map(|(_, table)| table.name.clone()), AccessExclusive, Instant)
        }
        // The tables are locked since they were set aside; that their rows are copied is a danger of its own.
        // The old ones go with their foreign keys.
        PartitionOperation::TakeRows { namespaces: _, tables } => {
            let keys = tables.iter().flat_map(|(_, pair)| &pair.from.constraints);
            let keys = keys.filter(|constraint| !constraint.inherited);
            let targets = keys.filter_map(|constraint| Some(constraint.foreign_key()?.target.clone()));
            LockSet::on(targets, AccessExclusive, Instant)
        }
    }
}

/// The rows of the new partition are looked at, unless a check says enough, and those of the default one.
fn attached(table: &QualifiedName, place: &PartitionOf, there: &Relations<'_>) -> LockSet {
    let beside = there.default_partition(&place.parent).filter(|default| *default != table);
    let defaults = beside.map(|default| there.family(default)).unwrap_or_default();
    let own = there.targets(table);
    let sides = [there.before(table), there.after(table)];
    let work = if is_proven(there.before(&place.parent), sides, &place.bound) { Instant } else { Scan };
    let replaced = there.targets(&place.parent).iter().filter(|target| own.contains(target));
    LockSet::on([place.parent.clone()], ShareUpdateExclusive, Instant)
        .and(LockSet::on(there.family(table), AccessExclusive, work))
        .and(LockSet::on(defaults, AccessExclusive, Scan))
        .and(LockSet::on(there.targets(&place.parent).iter().cloned(), ShareRowExclusive, Instant))
        // The partitioned table's key takes the place of its own.
        .and(LockSet::on(replaced.cloned(), AccessExclusive, Instant))
        .and(LockSet::on(there.referrers(&place.parent).with_own_key, ShareRowExclusive, Instant))
}

fn detached(table: &QualifiedName, place: &PartitionOf, there: &Relations<'_>) -> LockSet {
    let default = there.default_partition(&place.parent).cloned();
    let held = std::iter::once(place.parent.clone()).chain(there.family(table)).chain(default);
    let targets = there.targets(&place.parent).iter().flat_map(|target| there.with_partitions(target));
    // Rows that are referred to may not leave. What refers lets go of its key to the partition; its own partitions have none.
    let referrers = there.referrers(&place.parent);
    LockSet::on(held, AccessExclusive, Instant)
        .and(LockSet::on(referrers.with_own_key, AccessExclusive, Scan))
        .and(LockSet::on(referrers.inheriting, AccessShare, Scan))
        .and(LockSet::on(targets, ShareRowExclusive, Instant))
}
