//! Running a migration statement by statement, where no transaction takes back what is done: all of MySQL and MariaDB,
//! and elsewhere what can't run in a transaction.

use std::time::Duration;

use autogen_migration_files::{Direction, Migration, MigrationDirectory, sha256_hex};
use autogen_sql_text::{Statement, TokenizeError, VerbClass, split};

use crate::backend::Backend;
use crate::bookkeeping::{changes, is_wanted};
use crate::change::Change;
use crate::database_error::DatabaseError;
use crate::error::RunError;
use crate::failure::{bookkeeping_failed, failed};
use crate::journal::{self, JournalEntry, StatementState, Unfinished};
use crate::lock::waited;
use crate::options::RunOptions;
use crate::retry::Retry;
use crate::transactions::unreadable;

/// What the journal has for a statement that changes rows and is noted as done in one transaction with them.
const ROWS: &str = "rows";

/// No migration may be on its way in the other direction.
pub(crate) fn finished<C: Backend>(connection: &mut C, direction: Direction) -> Result<(), RunError> {
    let found = journal::unfinished(connection)?.into_iter().find(|found| found.direction == direction);
    found.map_or(Ok(()), |found| Err(RunError::Unfinished { version: found.version, file: direction.file() }))
}

/// The statements of a file as they run one by one.
fn statements<C: Backend>(text: &str) -> Result<Vec<&str>, TokenizeError> {
    // What PostgreSQL gets in one piece is one transaction, so such a file has one statement; SQLite's settings are about
    // what follows them.
    if C::ROLLS_BACK_SCHEMA {
        return Ok(vec![text.trim_end()]);
    }
    let statements = split(C::DIALECT, text)?;
    Ok(statements.iter().map(|statement| &text[statement.range()]).collect())
}

/// Each statement is noted before and after it runs, so that the next run goes on where this one stopped.
pub(crate) fn run_statements<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
    text: &str,
    options: &RunOptions<'_>,
) -> Result<bool, RunError> {
    let statements = statements::<C>(text).map_err(|error| unreadable(migration, direction, text, &error))?;
    let claimed = match C::LOCKS {
        true => is_wanted(connection, migration, direction)?
            .then(|| journal::read(connection, &migration.version, direction))
            .transpose()?,
        false => claimed(connection, migration, direction, &statements, options)?,
    };
    let Some(journal) = claimed else { return Ok(false) };
    connection.execute(C::SESSION_SETUP_SQL)?;
    let rows_apart = !statements.iter().any(|sql| Statement::of(C::DIALECT, sql).manages_transactions);
    for place in StatementRef::all(migration, direction, &statements) {
        if place.is_done(connection, &journal)? {
            continue;
        }
        connection.drop_invalid_index(place.sql)?;
        let in_transaction =
            rows_apart && !C::ROLLS_BACK_SCHEMA && Statement::of(C::DIALECT, place.sql).changes_rows;
        let object = match in_transaction {
            true => Some(ROWS.to_owned()),
            false => connection.object_state(place.sql)?.map(|state| sha256_hex(&state)),
        };
        let entry = place.entry(StatementState::Started, object);
        if C::LOCKS {
            journal::begin(connection, &journal, &entry)?;
        }
        place.run(connection, &journal, &entry, in_transaction, options)?;
    }
    let mut books = changes(migration, direction);
    books.push(journal::forget(&migration.version, direction));
    in_one_transaction(connection, &books)
        .map_err(|error| bookkeeping_failed(migration, direction, error))?;
    Ok(true)
}

/// Claims a file by the journal's row of its one statement, where no lock keeps others out; none when somebody else ran it.
/// Whoever comes while another has claimed it waits until that one is through. When that one died, nobody else can tell, and
/// after the time for waiting it is the caller who has to.
fn claimed<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
    statements: &[&str],
    options: &RunOptions<'_>,
) -> Result<Option<Unfinished>, RunError> {
    let mut retry = Retry::new(options);
    loop {
        let begun = connection.execute(C::BEGIN);
        begun.map_err(|error| waited::<C>(error.into(), options.lock_budget))?;
        let claim = try_claim(connection, migration, direction, statements);
        let ended = connection.execute(if claim.is_ok() { "COMMIT" } else { "ROLLBACK" });
        let claim = claim?;
        ended?;
        let open = match claim {
            Claim::Ours(journal) => return Ok(Some(journal)),
            Claim::NotWanted => return Ok(None),
            Claim::Others(open) => open,
        };
        if !retry.again(options, migration, "another upgrade has begun it") {
            let place =
                StatementRef::all(migration, direction, statements).nth(open.position.saturating_sub(1));
            let statement = place.map(|place| place.sql.to_owned()).unwrap_or_default();
            let (name, file) = (migration.name.clone(), direction.file());
            return Err(RunError::OutcomeUnknown { name, file, position: open.position, statement });
        }
    }
}

/// Whose a file is.
enum Claim {
    /// This session's, with what the journal had of it before.
    Ours(Unfinished),
    /// Nobody's: it is through.
    NotWanted,
    /// Another's, which began a statement.
    Others(JournalEntry),
}

fn try_claim<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
    statements: &[&str],
) -> Result<Claim, RunError> {
    if !is_wanted(connection, migration, direction)? {
        return Ok(Claim::NotWanted);
    }
    let journal = journal::read(connection, &migration.version, direction)?;
    if let Some(open) = journal.open() {
        return Ok(Claim::Others(open.clone()));
    }
    for place in StatementRef::all(migration, direction, statements) {
        // What is done by somebody's decision stays so.
        let is_done = journal.state(place.position).is_some_and(|entry| entry.state == StatementState::Done);
        if !is_done {
            journal::begin(connection, &journal, &place.entry(StatementState::Started, None))?;
        }
    }
    Ok(Claim::Ours(journal))
}

fn in_one_transaction<C: Backend>(connection: &mut C, changes: &[Change]) -> Result<(), DatabaseError> {
    connection.execute(C::BEGIN)?;
    let changed = connection.change_all(changes).and_then(|()| connection.execute("COMMIT"));
    if changed.is_err() {
        // The first error is the one to tell about.
        let _ = connection.execute("ROLLBACK");
    }
    changed
}

/// What the catalog says of the statement that a migration stopped at: done, to be run again, or nothing.
///
/// # Errors
/// When the database can't be read.
pub fn probe<C: Backend>(
    connection: &mut C,
    directory: &MigrationDirectory,
    unfinished: &Unfinished,
) -> Result<Option<StatementState>, RunError> {
    let Some((entry, migration)) = unfinished.open().zip(directory.get(&unfinished.version)) else {
        return Ok(None);
    };
    match statement_at::<C>(migration, unfinished.direction, entry.position) {
        Some(sql) => decide(connection, entry, sql),
        None => Ok(None),
    }
}

/// A statement of a migration by its place from 1, as it runs on a kind of database.
pub fn statement_at<C: Backend>(
    migration: &Migration,
    direction: Direction,
    position: usize,
) -> Option<&str> {
    statements::<C>(migration.text(direction)?).ok()?.into_iter().nth(position.checked_sub(1)?)
}

/// Whether a statement whose end nobody saw is done.
fn decide<C: Backend>(
    connection: &mut C,
    entry: &JournalEntry,
    sql: &str,
) -> Result<Option<StatementState>, RunError> {
    if entry.hash != journal::hash_of(sql) {
        return Ok(None);
    }
    let Some(before) = &entry.object else { return Ok(None) };
    if before == ROWS {
        // The rows and the note would have come together, unless a table knows no transactions.
        return Ok(connection.all_tables_roll_back()?.then_some(StatementState::Failed));
    }
    let now = connection.object_state(sql)?.map(|state| sha256_hex(&state));
    Ok(now.map(|now| if now == *before { StatementState::Failed } else { StatementState::Done }))
}

/// A statement in its file.
struct StatementRef<'a> {
    migration: &'a Migration,
    direction: Direction,
    /// From 1.
    position: usize,
    count: usize,
    sql: &'a str,
}

impl<'a> StatementRef<'a> {
    /// All of a file.
    fn all(
        migration: &'a Migration,
        direction: Direction,
        statements: &'a [&'a str],
    ) -> impl Iterator<Item = Self> {
        let count = statements.len();
        let place =
            move |(i, sql): (usize, &&'a str)| Self { migration, direction, position: i + 1, count, sql };
        statements.iter().enumerate().map(place)
    }

    fn entry(&self, state: StatementState, object: Option<String>) -> JournalEntry {
        JournalEntry { position: self.position, hash: journal::hash_of(self.sql), state, object }
    }

    /// Whether it need not run, as far as the journal and the catalog tell.
    fn is_done<C: Backend>(&self, connection: &mut C, journal: &Unfinished) -> Result<bool, RunError> {
        let (name, file, position) = (self.migration.name.clone(), self.direction.file(), self.position);
        let Some(found) = journal.state(position) else { return Ok(false) };
        match found.state {
            StatementState::Failed => Ok(false),
            StatementState::Started if self.migration.is_restartable(self.direction) => Ok(false),
            StatementState::Started => match decide(connection, found, self.sql)? {
                Some(StatementState::Done) => {
                    connection.change_row(&journal::ended(journal, position, StatementState::Done))?;
                    Ok(true)
                }
                Some(StatementState::Failed | StatementState::Started) => Ok(false),
                None => {
                    Err(RunError::OutcomeUnknown { name, file, position, statement: self.sql.to_owned() })
                }
            },
            StatementState::Done if found.hash != journal::hash_of(self.sql) => {
                Err(RunError::StatementChanged { name, file, position })
            }
            // What sets the session does so again, for the statements behind it; everything else is done.
            StatementState::Done => {
                let sets_session = Statement::of(C::DIALECT, self.sql).class == VerbClass::SetsSession;
                Ok(C::ROLLS_BACK_SCHEMA || !sets_session)
            }
        }
    }

    /// Runs it, and again while it gives way to others: then it has changed nothing.
    fn run<C: Backend>(
        &self,
        connection: &mut C,
        journal: &Unfinished,
        entry: &JournalEntry,
        in_transaction: bool,
        options: &RunOptions<'_>,
    ) -> Result<(), RunError> {
        let done = journal::ended(journal, entry.position, StatementState::Done);
        let mut retry = Retry::new(options);
        loop {
            let ran = if in_transaction {
                let ran = connection.execute(C::BEGIN).and_then(|()| connection.execute(self.sql));
                let noted = ran.and_then(|()| connection.change_row(&done));
                noted.and_then(|()| connection.execute("COMMIT"))
            } else {
                connection.execute(self.sql)
            };
            let Err(error) = ran else { break };
            if in_transaction {
                // The statement's own error is the one to tell about.
                let _ = connection.execute("ROLLBACK");
            }
            if !C::is_lock_conflict(&error) || !retry.again(options, self.migration, &error.to_string()) {
                return Err(self.stopped(connection, journal, &error, retry.waited()));
            }
            connection.drop_invalid_index(self.sql)?;
        }
        // Without a lock the row is the claim, and goes together with the record that the file is through.
        if in_transaction || !C::LOCKS { Ok(()) } else { Ok(connection.change_row(&done)?) }
    }

    fn stopped<C: Backend>(
        &self,
        connection: &mut C,
        journal: &Unfinished,
        error: &DatabaseError,
        waited: Duration,
    ) -> RunError {
        if C::ROLLS_BACK_SCHEMA {
            // A transaction that the file began would take the note back, and be the application's.
            let _ = connection.execute("ROLLBACK");
        }
        // When even this can't be written, the statement stays one whose end nobody saw.
        let _ = connection.change_row(&journal::ended(journal, self.position, StatementState::Failed));
        let (name, file) = (self.migration.name.clone(), self.direction.file());
        let message = error.to_string();
        if C::is_lock_conflict(error) {
            return RunError::Blocked { name, file, waited, message };
        }
        if C::ROLLS_BACK_SCHEMA {
            return failed(self.migration, self.direction, self.sql, error, false);
        }
        RunError::Stopped { name, file, message, position: self.position, count: self.count }
    }
}
