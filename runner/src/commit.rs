//! The commit of a migration, behind which the next one begins.

use autogen_migration_files::{Direction, Migration};

use crate::backend::Backend;
use crate::condition::DatabaseCondition;
use crate::database_error::DatabaseError;
use crate::error::RunError;

/// Commits by a statement. When the connection breaks nobody knows whether it did; `told` tells of all other errors.
pub(crate) fn commit<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
    sql: &str,
    told: impl FnOnce(DatabaseError) -> RunError,
) -> Result<(), RunError> {
    connection.execute(sql).map_err(|error| match DatabaseCondition::of(&error) {
        Some(DatabaseCondition::ConnectionLost) => RunError::CommitOutcomeUnknown {
            name: migration.name.clone(),
            file: direction.file(),
            message: error.to_string(),
        },
        Some(DatabaseCondition::DiskFull | DatabaseCondition::ReadOnly) | None => told(error),
    })
}
