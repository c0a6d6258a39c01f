//! The migration lock around what changes the runner's tables.

use std::time::Duration;

use crate::backend::Backend;
use crate::error::RunError;

/// Does something while no other upgrader does anything, as far as the database has a lock for it.
pub(crate) fn locked<C: Backend, T>(
    connection: &mut C,
    budget: Duration,
    work: impl FnOnce(&mut C) -> Result<T, RunError>,
) -> Result<T, RunError> {
    if let Some(why) = connection.refuses_writes()? {
        return Err(RunError::ReadOnly(why));
    }
    connection.lock(budget)?;
    let result = work(connection);
    connection.unlock();
    result
}

/// Tells a database that was locked all the time from other errors.
pub(crate) fn waited<C: Backend>(error: RunError, budget: Duration) -> RunError {
    match error {
        RunError::Database(error) if C::is_busy(&error) => {
            RunError::LockTimeout { waited: budget, holder: None }
        }
        other => other,
    }
}
