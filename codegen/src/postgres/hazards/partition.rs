//! Dangers of partitions: rows outside of a bound, and rows that others refer to.

use autogen_diff_core::diff::change::{ConstraintChange, ObjectChange};
use autogen_diff_core::diff::table::alteration;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{PartitionOf, Table};
use autogen_diff_core::{Dialect, Pair, QualifiedName, Schema};

use crate::hazards::{CreatedHere, Standing, column, constraint, drop_column, hazard, lost_counter};
use crate::postgres::partition_bound::is_proven;
use crate::quote::Quoter;

/// `ATTACH PARTITION` looks at the rows of the table and at those of the default partition
/// (manual, ALTER TABLE).
pub(super) fn attach(
    table: &QualifiedName,
    place: &PartitionOf,
    created: &CreatedHere,
    schemas: Pair<&Schema>,
) -> Vec<Hazard> {
    let PartitionOf { parent, bound } = place;
    if created.returns(table, place) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let is_default = bound.as_str() == "DEFAULT";
    let is_proven =
        is_proven(schemas.from.table(parent), [schemas.from.table(table), schemas.to.table(table)], bound);
    if !created.is_made(table) && !is_default && !is_proven {
        let message = format!("fails if it holds a row outside of {bound}");
        found.push(hazard(HazardCode::Repartition, table.to_string(), message));
    }
    if !created.is_made(table) && is_default {
        let message = format!("fails if it holds a row that belongs in another partition of {parent}");
        found.push(hazard(HazardCode::Repartition, table.to_string(), message));
    }
    if let Some(default) = created.default_beside(place).filter(|_| !is_default) {
        let message = format!("fails if the default partition {default} holds a row within {bound}");
        found.push(hazard(HazardCode::Repartition, table.to_string(), message));
    }
    found
}

/// Rows that are referred to may not leave (`RI_PartitionRemove_Check`).
pub(super) fn detach(
    table: &QualifiedName,
    place: &PartitionOf,
    created: &CreatedHere,
    quoter: &Quoter,
) -> Vec<Hazard> {
    let keys = created.keys_to(&place.parent);
    keys.filter_map(|(user, key)| {
        let message = format!("fails if a row of {user} refers to one of its rows");
        let mut found = hazard(HazardCode::AddForeignKey, table.to_string(), message);
        found.look_first = Some(constraint::references(user, key.foreign_key()?, table, quoter));
        Some(found)
    })
    .collect()
}

/// Rows that go over to a table that is partitioned otherwise.
pub(super) fn take_rows(pair: &Pair<Table>, quoter: &Quoter) -> Vec<Hazard> {
    let table = &pair.to.name;
    let message = "all its rows are copied; reads and writes wait until that is done";
    let mut found = vec![hazard(HazardCode::RewriteTable, table.to_string(), message)];
    if pair.to.postgres().partition_key.is_some() {
        let message = "fails if a row fits in no partition";
        found.push(hazard(HazardCode::Repartition, table.to_string(), message));
    }
    let standing = Standing::of(Dialect::Postgres, &pair.from);
    let changes = alteration(pair.clone());
    for change in &changes.columns {
        match change {
            ObjectChange::Create(new) => found.extend(column::add(table, new, quoter)),
            ObjectChange::Drop(old) if old.generated.is_none() => found.push(drop_column(table, old)),
            ObjectChange::Drop(_) => {}
            ObjectChange::Alter(pair) => {
                found.extend(column::alter(table, pair, &standing, quoter));
                if pair.from.identity.is_some() && pair.to.identity.is_none() {
                    found.push(lost_counter(table, &pair.from));
                }
            }
        }
    }
    for change in &changes.constraints {
        match change {
            ConstraintChange::Add(new) if new.foreign_key().is_none() && !standing.implies(new) => {
                found.extend(constraint::add(table, new, quoter));
            }
            ConstraintChange::Validate(new) => found.extend(constraint::add(table, new, quoter)),
            ConstraintChange::Add(_)
            | ConstraintChange::Drop(_)
            | ConstraintChange::Rename(_)
            | ConstraintChange::AlterDeferrability(_) => {}
        }
    }
    found
}
