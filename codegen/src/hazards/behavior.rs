//! What the database does with rows from now on that it did not do before.

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Action, Constraint, ForeignKey, Persistence, Table};
use autogen_diff_core::{Pair, QualifiedName, Schema};

use super::hazard;
use crate::plan::{ConstraintOperation, Operation, TableOperation};

/// What an operation changes.
pub(crate) fn changed(operation: &Operation, schemas: Pair<&Schema>) -> Vec<Hazard> {
    if let Some(ConstraintOperation::Add { table, constraint }) = operation.constraint() {
        let old = schemas.from.table(table);
        return old.and_then(|old| deletes_more(old, constraint)).into_iter().collect();
    }
    if let Some(TableOperation::Rebuild(pair)) = operation.table() {
        return pair.to.constraints.iter().filter_map(|new| deletes_more(&pair.from, new)).collect();
    }
    if let Some(TableOperation::Alter(pair)) = operation.table() {
        return lost_in_crash(pair).into_iter().collect();
    }
    Vec::new()
}

/// A foreign key that refused a delete, and changes rows instead.
fn deletes_more(table: &Table, new: &Constraint) -> Option<Hazard> {
    let key = new.foreign_key()?;
    let is_same = |old: &&ForeignKey| {
        (&old.columns, &old.target, &old.target_columns) == (&key.columns, &key.target, &key.target_columns)
    };
    let old = table.constraints.iter().filter_map(Constraint::foreign_key).find(is_same)?;
    let message = match (old.on_delete, key.on_delete) {
        (Action::NoAction | Action::Restrict | Action::SetNull | Action::SetDefault, Action::Cascade) => {
            format!("a delete of a row of {} deletes the rows that refer to it from here on", key.target)
        }
        (Action::NoAction | Action::Restrict, Action::SetNull | Action::SetDefault) => {
            format!("a delete of a row of {} changes the rows that refer to it from here on", key.target)
        }
        (_, Action::NoAction | Action::Restrict)
        | (Action::Cascade | Action::SetNull | Action::SetDefault, Action::SetNull | Action::SetDefault)
        | (Action::Cascade, Action::Cascade) => return None,
    };
    Some(hazard(HazardCode::DeletesMore, subject(&table.name, new), message))
}

fn subject(table: &QualifiedName, constraint: &Constraint) -> String {
    constraint.name.as_ref().map_or_else(|| table.to_string(), ToString::to_string)
}

/// A table that a crash empties.
fn lost_in_crash(pair: &Pair<Table>) -> Option<Hazard> {
    let becomes =
        pair.from.switches_persistence(&pair.to) && pair.to.postgres().persistence == Persistence::Unlogged;
    let message = "a crash empties it from here on, and replicas have no row of it";
    becomes.then(|| hazard(HazardCode::LostInCrash, pair.to.name.to_string(), message))
}
