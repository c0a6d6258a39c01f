//! Whether a migration is still to be run, and the statements that note that it was.

use autogen_migration_files::{Direction, Migration};

use crate::history::{History, erase, record};

/// Whether a migration is still to be run, or undone.
pub(crate) fn is_wanted(history: &History, migration: &Migration, direction: Direction) -> bool {
    match direction {
        Direction::Up => !history.has(migration),
        Direction::Down => history.has(migration),
    }
}

/// The statements that note that a migration was applied, or undone.
pub fn bookkeeping(migration: &Migration, direction: Direction) -> String {
    match direction {
        Direction::Up => record(migration),
        Direction::Down => erase(migration),
    }
}
