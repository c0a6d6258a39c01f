//! Upgrade and downgrade.

use std::ops::Range;
use std::time::{Duration, Instant};

use autogen_migration_files::{Direction, Migration, MigrationDirectory, RevisionGraph};
use autogen_sql_text::{Dialect, Statement, VerbClass, split};

use crate::backend::Backend;
use crate::bookkeeping::{bookkeeping, changes, is_wanted};
use crate::database_error::DatabaseError;
use crate::error::RunError;
use crate::event::Event;
use crate::failure::{bookkeeping_failed, failed};
use crate::history::{self, History, applied, check};
use crate::options::RunOptions;
use crate::retry::Retry;
use crate::stepwise::{finished, one_by_one};
use crate::trouble::Trouble;

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
/// When the history does not allow it.
pub fn upgrade_steps<'a>(
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
    let late = pending.iter().filter(|migration| {
        newest
            .is_some_and(|newest| migration.version < newest.version && !graph.are_merged(migration, newest))
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
    locked(connection, options, |connection| {
        history::set_up(connection).or_else(|error| busy::<C, ()>(error, options))?;
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
    locked(connection, options, |connection| {
        finished(connection, Direction::Up)?;
        let steps = downgrade_steps(directory, &applied(connection)?, options)?;
        if !steps.is_empty() {
            history::set_up(connection)?;
        }
        run_all(connection, &steps, Direction::Down, options)
    })
}

fn locked<C: Backend, T>(
    connection: &mut C,
    options: &RunOptions<'_>,
    work: impl FnOnce(&mut C) -> Result<T, RunError>,
) -> Result<T, RunError> {
    if let Some(why) = connection.refuses_writes()? {
        return Err(RunError::ReadOnly(why));
    }
    connection.lock(options.lock_budget)?;
    let result = work(connection);
    connection.unlock();
    result
}

fn run_all<C: Backend>(
    connection: &mut C,
    steps: &[&Migration],
    direction: Direction,
    options: &RunOptions<'_>,
) -> Result<RunReport, RunError> {
    let tell = |event: Event<'_>| options.on_event.iter().for_each(|on_event| on_event(&event));
    let mut report = RunReport::default();
    for migration in steps {
        tell(Event::Started(migration));
        let start = Instant::now();
        if run_one(connection, migration, direction, options)? {
            let took = start.elapsed();
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
        one_by_one(connection, migration, direction, text, options)
    } else if migration.run_in_transaction {
        until_let_through(connection, migration, direction, text, options)
    } else {
        in_own_transaction(connection, migration, direction, text, options)
    };
    let restored = connection.execute(&session);
    let ran = ran?;
    restored?;
    Ok(ran)
}

/// Tries a transaction again and again while others hold what it needs.
fn until_let_through<C: Backend>(
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
    connection.execute(C::BEGIN).or_else(|error| busy::<C, ()>(error.into(), options))?;
    let told_at = |error: DatabaseError, statement: Range<usize>| {
        if C::is_lock_conflict(&error) {
            let (name, file, message) = (migration.name.clone(), direction.file(), error.to_string());
            return RunError::Blocked { name, file, waited: Duration::ZERO, message };
        }
        let failure = failed(migration, direction, &text[statement.clone()], &error, true);
        failure.behind(&text[..statement.start], statement != (0..text.len()))
    };
    let told = |error: DatabaseError| told_at(error, 0..text.len());
    let result = applied(connection).and_then(|history| {
        // From BEGIN to COMMIT even a pooler stays with one session; is it the one that was locked?
        if !connection.holds_lock()? {
            return Err(RunError::LockLost(migration.name.clone()));
        }
        if !is_wanted(&history, migration, direction) {
            return Ok(false);
        }
        if !C::TRANSACTION_TIMEOUTS_SQL.is_empty() {
            connection.execute(C::TRANSACTION_TIMEOUTS_SQL)?;
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
    match result {
        Ok(ran) => {
            let unseen = |error: DatabaseError| match Trouble::of(&error) {
                Some(Trouble::Lost) => RunError::CommitUnseen {
                    name: migration.name.clone(),
                    file: direction.file(),
                    message: error.to_string(),
                },
                Some(Trouble::Full | Trouble::ReadOnly) | None => told(error),
            };
            connection.execute("COMMIT").map_err(unseen)?;
            Ok(ran)
        }
        Err(error) => {
            // The statement's own error is the one to tell about.
            let _ = connection.execute("ROLLBACK");
            Err(error)
        }
    }
}

/// A file that says itself where its transaction begins (`run_in_transaction = false`).
///
/// Behind its `BEGIN` the version row is claimed; a second upgrader then fails on
/// the row's key before it changes anything. A file without one is recorded after it ran.
fn in_own_transaction<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
    text: &str,
    options: &RunOptions<'_>,
) -> Result<bool, RunError> {
    if !is_wanted(&applied(connection)?, migration, direction) {
        return Ok(false);
    }
    let Some(at) = behind_own_begin(C::DIALECT, text) else {
        if C::JOURNALS {
            return one_by_one(connection, migration, direction, text, options);
        }
        connection.execute(text).map_err(|error| failed(migration, direction, text, &error, false))?;
        connection
            .change_all(&changes(migration, direction))
            .map_err(|error| bookkeeping_failed(migration, direction, error))?;
        return Ok(true);
    };
    let claim = bookkeeping(migration, direction);
    let claimed = format!("{}\n{claim}{}", &text[..at], &text[at..]);
    let result = connection.execute(&claimed);
    let Err(error) = result else { return Ok(true) };
    let _ = connection.execute("ROLLBACK");
    let meanwhile = applied(connection).is_ok_and(|history| !is_wanted(&history, migration, direction));
    if meanwhile {
        return Ok(false);
    }
    if C::is_busy(&error) {
        return busy::<C, bool>(error.into(), options);
    }
    Err(failed(migration, direction, &claimed, &error, true))
}

/// The place behind the statement that begins a file's own transaction, when the file is one that it also commits:
/// a row in the first of several, or in one that more than settings follow (SQLite's `PRAGMA foreign_keys`), would
/// say too much.
fn behind_own_begin(dialect: Dialect, text: &str) -> Option<usize> {
    let statements = split(dialect, text).ok()?;
    let classes: Vec<_> = statements.iter().map(|statement| statement.classify(dialect)).collect();
    let of_class = |class: VerbClass| {
        let places = (0..classes.len()).filter(|i| classes[*i].class == class);
        places.collect::<Vec<_>>()
    };
    let ([begin], [end]) =
        (&of_class(VerbClass::BeginsTransaction)[..], &of_class(VerbClass::EndsTransaction)[..])
    else {
        return None;
    };
    let commits = !matches!(classes[*end].verb.as_str(), "ROLLBACK" | "ABORT");
    let is_setting = |statement: &Statement| statement.class == VerbClass::SetsSession;
    (commits && classes[end + 1..].iter().all(is_setting)).then_some(())?;
    let end = statements[*begin].range().end;
    text[end..].find(';').map(|semicolon| end + semicolon + 1)
}

/// Tells a database that was locked all the time from other errors.
fn busy<C: Backend, T>(error: RunError, options: &RunOptions<'_>) -> Result<T, RunError> {
    match error {
        RunError::Database(error) if C::is_busy(&error) => {
            Err(RunError::LockTimeout { waited: options.lock_budget, holder: None })
        }
        other => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_that_is_one_transaction_takes_the_row_in() {
        let place = |text: &str| behind_own_begin(Dialect::Postgres, text).map(|at| text[..at].to_owned());
        assert_eq!(place("-- a\nbegin work ;\nSELECT 1;\nCOMMIT;\n").as_deref(), Some("-- a\nbegin work ;"));
        let rebuild = "PRAGMA foreign_keys = OFF; BEGIN; SELECT 1; COMMIT; PRAGMA foreign_keys = ON;";
        let at = behind_own_begin(Dialect::Sqlite, rebuild).map(|at| &rebuild[..at]);
        assert_eq!(at, Some("PRAGMA foreign_keys = OFF; BEGIN;"));
        for other in [
            "SELECT 1;",
            "BEGIN; SELECT 1;",
            "BEGIN; SELECT 1; ROLLBACK;",
            "BEGIN; SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a);",
            "BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT;",
        ] {
            assert_eq!(place(other), None, "{other}");
        }
    }
}
