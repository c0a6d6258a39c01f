//! Indexes and keys of partitioned tables that only get another name: the indexes
//! of the partitions stay attached, though they name their parent.

use std::collections::BTreeMap;

use crate::diff::change::{ConstraintChange, IndexChange};
use crate::diff::table::{constraint_changes, index_changes};
use crate::model::{ConstraintKind, Schema, Table};
use crate::name::QualifiedName;
use crate::pair::Pair;

/// The new name of each index of a partitioned table (`pg_inherits` of indexes), by its old one.
pub type RenamedIndexes = BTreeMap<QualifiedName, QualifiedName>;

/// Finds the indexes of partitioned tables that only get another name.
pub fn renamed_indexes(schemas: Pair<&Schema>) -> RenamedIndexes {
    let mut renamed = RenamedIndexes::new();
    loop {
        // A partition's index is a parent itself where the partition is partitioned.
        let found = renamed_with(schemas, &renamed);
        if found == renamed {
            return renamed;
        }
        renamed = found;
    }
}

fn renamed_with(schemas: Pair<&Schema>, renamed: &RenamedIndexes) -> RenamedIndexes {
    let partitioned = schemas.from.tables().filter(|table| table.postgres().partition_key.is_some());
    let pairs = partitioned.filter_map(|from| Some((from, schemas.to.table(&from.name)?)));
    pairs.flat_map(|(from, to)| names(Pair::new(&with_new_names(from, renamed), to))).collect()
}

fn names(table: Pair<&Table>) -> Vec<(QualifiedName, QualifiedName)> {
    let place = &table.to.name;
    let indexes =
        index_changes(table.map(|table| &table.indexes)).into_iter().filter_map(|change| match change {
            IndexChange::Rename(pair) => Some(pair.map(|index| index.name)),
            IndexChange::Create(_) | IndexChange::Drop(_) | IndexChange::Alter(_) => None,
        });
    let constraints = constraint_changes(table).into_iter().filter_map(|change| match change {
        ConstraintChange::Rename(names) => Some(names),
        ConstraintChange::Add(_)
        | ConstraintChange::Drop(_)
        | ConstraintChange::Validate(_)
        | ConstraintChange::AlterDeferrability(_) => None,
    });
    indexes.chain(constraints).map(|names| (place.sibling(names.from), place.sibling(names.to))).collect()
}

/// A table whose indexes name their parents by the new names.
pub fn with_new_names(table: &Table, renamed: &RenamedIndexes) -> Table {
    let mut table = table.clone();
    let follow = |parent: &mut Option<QualifiedName>| {
        if let Some(new) = parent.as_ref().and_then(|old| renamed.get(old)) {
            *parent = Some(new.clone());
        }
    };
    table.indexes.values_mut().for_each(|index| follow(&mut index.parent));
    for constraint in &mut table.constraints {
        match &mut constraint.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => follow(&mut key.attached_to),
            ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => {}
        }
    }
    table
}
