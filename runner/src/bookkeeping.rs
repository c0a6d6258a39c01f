//! Which migrations a run is about, and the rows that say that they ran.

use autogen_migration_files::{Direction, Migration};
use autogen_sql_text::Dialect;

use crate::backend::Backend;
use crate::change::Change;
use crate::database_error::DatabaseError;
use crate::history::{erase, record};

/// Whether a migration is still to run: somebody else may have run it meanwhile.
pub(crate) fn is_wanted<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
) -> Result<bool, DatabaseError> {
    let is_applied = connection.is_applied(&migration.version)?;
    Ok(match direction {
        Direction::Up => !is_applied,
        Direction::Down => is_applied,
    })
}

/// Notes within a transaction that a migration was applied, or undone. False when somebody else undid it meanwhile; one that
/// somebody else applied is an error of the row's key.
pub(crate) fn claim<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
) -> Result<bool, DatabaseError> {
    let own = Change::DeleteApplied(migration.version.clone());
    for change in changes(migration, direction) {
        if connection.change(&change)? == 0 && change == own {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What notes that a migration was applied, or undone.
pub(crate) fn changes(migration: &Migration, direction: Direction) -> Vec<Change> {
    match direction {
        Direction::Up => record(migration),
        Direction::Down => erase(migration),
    }
}

/// The same as statements, for a script.
pub fn bookkeeping(dialect: Dialect, migration: &Migration, direction: Direction) -> String {
    let changes = changes(migration, direction);
    changes.iter().map(|change| format!("{};\n", change.statement().literal(dialect))).collect()
}
