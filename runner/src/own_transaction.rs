//! Files that say themselves where their transaction begins and ends (`run_in_transaction = false`).

use std::ops::Range;

use autogen_migration_files::{Direction, Migration};

use crate::backend::Backend;
use crate::bookkeeping::{claim, is_wanted};
use crate::commit::commit;
use crate::database_error::DatabaseError;
use crate::error::RunError;
use crate::failure::{bookkeeping_failed, failed};
use crate::options::RunOptions;
use crate::transactions::OwnTransaction;

/// Runs a file that is one transaction, with the version's row in it: right behind its beginning, so that a second upgrader
/// does nothing.
pub(crate) fn in_own_transaction<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
    text: &str,
    own: &OwnTransaction,
    options: &RunOptions<'_>,
) -> Result<bool, RunError> {
    let ran = uncommitted(connection, migration, direction, text, own, options);
    let ran = ran.and_then(|ran| match ran {
        true => commit(connection, migration, direction, &text[own.commit.clone()], |error| {
            refused::<C>(migration, direction, text, &own.commit, error, options)
        })
        .map(|()| true),
        false => Ok(false),
    });
    if !matches!(ran, Ok(true)) {
        // The first error is the one to tell about.
        let _ = connection.execute("ROLLBACK");
        return ran;
    }
    if let Some(settings) = &own.settings {
        let set = connection.execute(&text[settings.clone()]);
        set.map_err(|error| failed_at(migration, direction, text, settings, &error, false))?;
    }
    Ok(true)
}

/// All but the commit; false when somebody else did it meanwhile.
fn uncommitted<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
    text: &str,
    own: &OwnTransaction,
    options: &RunOptions<'_>,
) -> Result<bool, RunError> {
    let run = |connection: &mut C, place: &Range<usize>| {
        let ran = connection.execute(&text[place.clone()]);
        ran.map_err(|error| refused::<C>(migration, direction, text, place, error, options))
    };
    run(connection, &own.begin)?;
    match claim(connection, migration, direction) {
        Ok(true) => {}
        Ok(false) => return Ok(false),
        Err(error) if C::is_busy(&error) => {
            return Err(RunError::LockTimeout { waited: options.lock_budget, holder: None });
        }
        Err(error) => {
            // The first error is the one to tell about.
            let _ = connection.execute("ROLLBACK");
            return match is_wanted(connection, migration, direction)? {
                true => Err(bookkeeping_failed(migration, direction, error)),
                false => Ok(false),
            };
        }
    }
    // From BEGIN to COMMIT even a pooler stays with one session; is it the one that was locked?
    if !connection.holds_lock()? {
        return Err(RunError::LockLost(migration.name.clone()));
    }
    own.work.iter().try_for_each(|work| run(connection, work))?;
    Ok(true)
}

/// The error of a statement of the transaction: it takes everything back.
fn refused<C: Backend>(
    migration: &Migration,
    direction: Direction,
    text: &str,
    place: &Range<usize>,
    error: DatabaseError,
    options: &RunOptions<'_>,
) -> RunError {
    if C::is_busy(&error) {
        return RunError::LockTimeout { waited: options.lock_budget, holder: None };
    }
    failed_at(migration, direction, text, place, &error, true)
}

fn failed_at(
    migration: &Migration,
    direction: Direction,
    text: &str,
    place: &Range<usize>,
    error: &DatabaseError,
    rolled_back: bool,
) -> RunError {
    let failure = failed(migration, direction, &text[place.clone()], error, rolled_back);
    failure.behind(&text[..place.start], false)
}
