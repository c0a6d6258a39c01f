//! Types of several columns that are changed with one rewrite of their table (manual, ALTER TABLE: notes).

use autogen_diff_core::QualifiedName;
use autogen_diff_core::lock::{Lock, LockWork};

use crate::plan::{ColumnOperation, Operation};
use crate::script::Statement;

/// The table that the last statement rewrites for the type of a column.
#[derive(Default)]
pub(super) struct LastRewrite(Option<QualifiedName>);

impl LastRewrite {
    /// Puts statements behind those that are spelled, or into the last of them when that rewrites the same table.
    pub(super) fn append(
        &mut self,
        operation: &Operation,
        new: Vec<Statement>,
        spelled: &mut Vec<Statement>,
    ) {
        let rewritten = rewritten(operation, &new).cloned();
        let joined = match (spelled.last_mut(), new.as_slice()) {
            (Some(last), [only]) if rewritten.is_some() && rewritten == self.0 => join(last, only),
            (Some(_) | None, _) => None,
        };
        if joined.is_none() {
            spelled.extend(new);
        }
        self.0 = rewritten;
    }
}

/// The table that an operation rewrites by its only statement, the change of a column's type.
fn rewritten<'a>(operation: &'a Operation, statements: &[Statement]) -> Option<&'a QualifiedName> {
    let Operation::Column(ColumnOperation::Alter { table, column }) = operation else { return None };
    let [only] = statements else { return None };
    let rewrites = only.locks.iter().any(|lock| lock.relation == *table && lock.work == LockWork::Rewrite);
    (rewrites && column.from.data_type != column.to.data_type).then_some(table)
}

/// One `ALTER TABLE` with the actions of both.
fn join(last: &mut Statement, new: &Statement) -> Option<()> {
    let (table, _) = new.sql.split_once(" ALTER COLUMN ")?;
    let action = new.sql.strip_prefix(table)?.trim_start();
    if !last.sql.starts_with(&format!("{table} ALTER COLUMN "))
        && !last.sql.starts_with(&format!("{table}\n"))
    {
        return None;
    }
    last.sql = match last.sql.strip_prefix(&format!("{table} ")) {
        Some(first) => format!("{table}\n    {first},\n    {action}"),
        None => format!("{},\n    {action}", last.sql),
    };
    for lock in &new.locks {
        add_lock(&mut last.locks, lock);
    }
    for hazard in &new.hazards {
        if !last.hazards.contains(hazard) {
            last.hazards.push(hazard.clone());
        }
    }
    Some(())
}

/// The stronger of two locks on a relation, for the longer time.
fn add_lock(locks: &mut Vec<Lock>, new: &Lock) {
    match locks.iter_mut().find(|lock| lock.relation == new.relation) {
        None => locks.push(new.clone()),
        Some(lock) => {
            lock.mode = lock.mode.max(new.mode);
            lock.work = lock.work.max(new.work);
        }
    }
}
