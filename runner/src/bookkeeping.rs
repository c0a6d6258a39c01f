//! Which migrations a run is about, and the rows that say that they ran.

use autogen_migration_files::{Direction, Migration};

use crate::change::Change;
use crate::history::{History, erase, record};

pub(crate) fn is_wanted(history: &History, migration: &Migration, direction: Direction) -> bool {
    match direction {
        Direction::Up => !history.has(migration),
        Direction::Down => history.has(migration),
    }
}

/// What notes that a migration was applied, or undone.
pub(crate) fn changes(migration: &Migration, direction: Direction) -> Vec<Change> {
    match direction {
        Direction::Up => record(migration),
        Direction::Down => erase(migration),
    }
}

/// The same as statements, for a script.
pub fn bookkeeping(migration: &Migration, direction: Direction) -> String {
    let changes = changes(migration, direction);
    changes.iter().map(|change| format!("{};\n", change.statement().literal())).collect()
}
