//! What is told of a migration that failed.

use autogen_migration_files::{Direction, Migration};

use crate::condition::DatabaseCondition;
use crate::database_error::DatabaseError;
use crate::error::RunError;

/// The error of the row that says that a migration is applied: somebody's trigger, or a database in trouble.
pub(crate) fn bookkeeping_failed(
    migration: &Migration,
    direction: Direction,
    error: DatabaseError,
) -> RunError {
    if DatabaseCondition::of(&error).is_some() {
        return error.into();
    }
    RunError::BookkeepingFailed {
        name: migration.name.clone(),
        file: direction.file(),
        message: error.to_string(),
    }
}

/// The error of a statement of a migration, with its line where the server told its place.
pub(crate) fn failed(
    migration: &Migration,
    direction: Direction,
    text: &str,
    error: &DatabaseError,
    rolled_back: bool,
) -> RunError {
    let mut message = error.message.clone();
    if let Some(hint) = error.hint.as_ref().or(error.details.as_ref()) {
        message.push_str(&format!(" ({hint})"));
    }
    let before = |place: usize| text.chars().take(place.saturating_sub(1));
    let above = migration.lines_above(direction);
    let line = error.position.map(|place| above + before(place).filter(|c| *c == '\n').count() + 1);
    RunError::Failed { file: migration.file_name(direction), message, line, rolled_back }
}
