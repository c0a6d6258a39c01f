//! The errors of a migration's statements, and of the row that records it.

use autogen_migration_files::{Direction, Migration};
use diesel::result::Error as DieselError;

use crate::error::RunError;
use crate::trouble::Trouble;

/// The error of the row that says that a migration is applied: somebody's trigger, or a database in trouble.
pub(crate) fn bookkeeping_failed(
    migration: &Migration,
    direction: Direction,
    error: DieselError,
) -> RunError {
    if Trouble::of(&error).is_some() {
        return error.into();
    }
    RunError::BookkeepingFailed {
        name: migration.name.clone(),
        file: direction.file(),
        message: error.to_string(),
    }
}

/// The error of a statement, with the line that the server names.
pub(crate) fn failed(
    migration: &Migration,
    direction: Direction,
    text: &str,
    error: &DieselError,
    rolled_back: bool,
) -> RunError {
    let (mut message, mut line) = (error.to_string(), None);
    if let DieselError::DatabaseError(_, information) = error {
        message = information.message().to_owned();
        if let Some(hint) = information.hint().or_else(|| information.details()) {
            message.push_str(&format!(" ({hint})"));
        }
        let position = information.statement_position().and_then(|p| usize::try_from(p).ok());
        line = position.map(|p| text.chars().take(p.saturating_sub(1)).filter(|c| *c == '\n').count() + 1);
    }
    RunError::Failed { name: migration.name.clone(), file: direction.file(), message, line, rolled_back }
}
