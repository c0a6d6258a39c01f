//! Upgrade and downgrade.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::{Duration, Instant};

use autogen_migration_files::{Direction, Migration, MigrationDirectory, RevisionGraph};

use crate::backend::Backend;
use crate::bookkeeping::{changes, is_wanted};
use crate::commit::commit;
use crate::database_error::DatabaseError;
use crate::error::RunError;
use crate::event::Event;
use crate::failure::{bookkeeping_failed, failed};
use crate::history::{self, History, applied, check};
use crate::lock::{locked, waited};
use crate::non_transactional::{finished, run_statements};
use crate::options::RunOptions;
use crate::own_transaction::in_own_transaction;
use crate::retry::Retry;
use crate::timing;
use crate::transactions::{self, may_be_in_transaction, own_transaction};

/// One migration that ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The folder's name.
    pub name: String,
    /// How long it took.
    pub took: Duration,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunReport {
    /// The migrations that ran, in order.
    pub ran: Vec<Step>,
}

/// The migrations that an upgrade would run, in order.
///
/// # Errors
/// When the history does not allow it, or another plan was approved.
pub fn upgrade_steps<'a>(
    directory: &'a MigrationDirectory,
    history: &History,
    options: &RunOptions<'_>,
) -> Result<Vec<&'a Migration>, RunError> {
    let steps = pending_steps(directory, history, options)?;
    if let Some((approved, hashes)) = options.plan {
        hashes.must_be(approved, directory, history, &steps)?;
    }
    Ok(steps)
}

/// The same, whatever was approved.
fn pending_steps<'a>(
    directory: &'a MigrationDirectory,
    history: &History,
    options: &RunOptions<'_>,
) -> Result<Vec<&'a Migration>, RunError> {
    check(directory, history)?;
    let end = options.target.map_or(directory.migrations.len(), |target| target.0);
    let wanted = &directory.migrations[..end];
    let pending: Vec<&Migration> = wanted.iter().filter(|migration| !history.has(migration)).collect();
    if options.allow_out_of_order || pending.is_empty() {
        return Ok(pending);
    }
    let graph = directory.graph();
    let newest = history.current(directory);
    let merged: BTreeSet<&str> = newest.map(|newest| graph.merged_with(newest)).unwrap_or_default();
    let late = pending.iter().filter(|migration| {
        let is_older = newest.is_some_and(|newest| migration.version < newest.version);
        is_older && !merged.contains(migration.version.as_str())
    });
    let late: Vec<String> = late.map(|migration| migration.name.clone()).collect();
    let heads = without_merged(&graph, graph.heads_of(wanted));
    match (&heads[..], late.is_empty()) {
        ([_, _, ..], _) => Err(RunError::SeveralHeads(heads.iter().map(|head| head.name.clone()).collect())),
        ([] | [_], false) => Err(RunError::OutOfOrder(late)),
        ([] | [_], true) => Ok(pending),
    }
}

/// Heads of which none is merged with one before it.
fn without_merged<'a>(graph: &RevisionGraph<'_>, heads: Vec<&'a Migration>) -> Vec<&'a Migration> {
    let mut apart: Vec<&Migration> = Vec::new();
    for head in heads {
        if !apart.iter().any(|other| graph.are_merged(other, head)) {
            apart.push(head);
        }
    }
    apart
}

/// The migrations that a downgrade would undo, newest first.
///
/// # Errors
/// When the history does not allow it.
pub fn downgrade_steps<'a>(
    directory: &'a MigrationDirectory,
    history: &History,
    options: &RunOptions<'_>,
) -> Result<Vec<&'a Migration>, RunError> {
    check(directory, history)?;
    let applied: Vec<&Migration> =
        directory.migrations.iter().filter(|migration| history.has(migration)).collect();
    let keep = options.target.map_or(applied.len().saturating_sub(1), |target| target.0);
    let kept = &directory.migrations[..keep.min(directory.migrations.len())];
    let undone = applied.into_iter().filter(|migration| !kept.contains(migration));
    Ok(undone.rev().collect())
}

/// Applies what is pending. Of several callers at once, each migration is
/// applied by one, and all succeed.
///
/// # Errors
/// When the lock is not had in time, the history does not allow it, or a
/// statement fails; migrations before the failing one stay applied.
pub fn upgrade<C: Backend>(
    connection: &mut C,
    directory: &MigrationDirectory,
    options: &RunOptions<'_>,
) -> Result<RunReport, RunError> {
    locked(connection, options.lock_budget, |connection| {
        history::set_up(connection).map_err(|error| waited::<C>(error, options.lock_budget))?;
        finished(connection, Direction::Down)?;
        let steps = upgrade_steps(directory, &applied(connection)?, options)?;
        run_all(connection, &steps, Direction::Up, options)
    })
}

/// Undoes applied migrations, newest first.
///
/// # Errors
/// As for [`upgrade`].
pub fn downgrade<C: Backend>(
    connection: &mut C,
    directory: &MigrationDirectory,
    options: &RunOptions<'_>,
) -> Result<RunReport, RunError> {
    locked(connection, options.lock_budget, |connection| {
        finished(connection, Direction::Up)?;
        let steps = downgrade_steps(directory, &applied(connection)?, options)?;
        if !steps.is_empty() {
            history::set_up(connection)?;
        }
        run_all(connection, &steps, Direction::Down, options)
    })
}

fn run_all<C: Backend>(
    connection: &mut C,
    steps: &[&Migration],
    direction: Direction,
    options: &RunOptions<'_>,
) -> Result<RunReport, RunError> {
    let tell = |event: Event<'_>| options.on_event.iter().for_each(|on_event| on_event(&event));
    let mut report = RunReport::default();
    steps
        .iter()
        .try_for_each(|migration| transactions::check_transactions(C::DIALECT, migration, direction))?;
    for migration in steps {
        tell(Event::Started(migration));
        let start = Instant::now();
        if run_one(connection, migration, direction, options)? {
            let took = start.elapsed();
            if direction == Direction::Up {
                timing::note(connection, migration, took);
            }
            tell(Event::Finished(migration, took));
            report.ran.push(Step { name: migration.name.clone(), took });
        }
    }
    Ok(report)
}

/// Runs one migration; false when somebody else did it meanwhile.
fn run_one<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
    options: &RunOptions<'_>,
) -> Result<bool, RunError> {
    let text = migration.text(direction).ok_or_else(|| RunError::NoDown(migration.name.clone()))?;
    if !connection.holds_lock()? {
        return Err(RunError::LockLost(migration.name.clone()));
    }
    let session = connection.session()?;
    let ran = if !C::ROLLS_BACK_SCHEMA {
        run_statements(connection, migration, direction, text, options)
    } else if migration.run_in_transaction {
        retry_on_lock_conflict(connection, migration, direction, text, options)
    } else if let Some(own) = own_transaction(C::DIALECT, text) {
        in_own_transaction(connection, migration, direction, text, &own, options)
    } else if may_be_in_transaction(C::DIALECT, text) {
        retry_on_lock_conflict(connection, migration, direction, text, options)
    } else {
        run_statements(connection, migration, direction, text, options)
    };
    let restored = connection.execute(&session);
    let ran = ran?;
    restored?;
    Ok(ran)
}

/// Tries a transaction again and again while others hold what it needs.
fn retry_on_lock_conflict<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
    text: &str,
    options: &RunOptions<'_>,
) -> Result<bool, RunError> {
    let mut retry = Retry::new(options);
    loop {
        let tried = in_transaction(connection, migration, direction, text, options);
        let Err(RunError::Blocked { name, file, mut message, .. }) = tried else { return tried };
        if let Some(oldest) = connection.oldest_transaction() {
            message.push_str(&format!("; the oldest transaction is {oldest}"));
        }
        if !retry.again(options, migration, &message) {
            return Err(RunError::Blocked { name, file, waited: retry.waited(), message });
        }
    }
}

/// The version row is claimed before the statements, in the same transaction.
fn in_transaction<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
    text: &str,
    options: &RunOptions<'_>,
) -> Result<bool, RunError> {
    let begun = connection.execute(C::BEGIN);
    begun.map_err(|error| waited::<C>(error.into(), options.lock_budget))?;
    let told_at = |error: DatabaseError, statement: Range<usize>| {
        if C::is_lock_conflict(&error) {
            let (name, file, message) = (migration.name.clone(), direction.file(), error.to_string());
            return RunError::Blocked { name, file, waited: Duration::ZERO, message };
        }
        let failure = failed(migration, direction, &text[statement.clone()], &error, true);
        failure.behind(&text[..statement.start], statement != (0..text.len()))
    };
    let told = |error: DatabaseError| told_at(error, 0..text.len());
    let result = is_wanted(connection, migration, direction).map_err(RunError::from).and_then(|is_wanted| {
        // From BEGIN to COMMIT even a pooler stays with one session; is it the one that was locked?
        if !connection.holds_lock()? {
            return Err(RunError::LockLost(migration.name.clone()));
        }
        if !is_wanted {
            return Ok(false);
        }
        if !C::TRANSACTION_SETUP_SQL.is_empty() {
            connection.execute(&C::TRANSACTION_SETUP_SQL.join("; "))?;
        }
        connection.change_all(&changes(migration, direction)).map_err(|error| {
            match C::is_lock_conflict(&error) {
                true => told(error),
                false => bookkeeping_failed(migration, direction, error),
            }
        })?;
        let statements = options.split.and_then(|split| split(text));
        let statements = statements.unwrap_or_else(|| std::iter::once(0..text.len()).collect());
        for statement in statements {
            let sql = &text[statement.clone()];
            connection.execute(sql).map_err(|error| told_at(error, statement))?;
        }
        Ok(true)
    });
    let result =
        result.and_then(|ran| commit(connection, migration, direction, "COMMIT", told).map(|()| ran));
    if result.is_err() {
        // The first error is the one to tell about. SQLite leaves a transaction open that it can't commit.
        let _ = connection.execute("ROLLBACK");
    }
    result
}
