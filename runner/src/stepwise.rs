//! Running a migration statement by statement, on servers that take no change of a schema back.

use crate::backend::Backend;
use crate::directory::Migration;
use crate::error::RunError;
use crate::history::applied;
use crate::journal::{self, JournalEntry, StatementState};
use crate::run::{Direction, bookkeeping, is_wanted};
use crate::statement;

/// No migration may be on its way in the other direction.
pub(crate) fn finished<C: Backend>(connection: &mut C, direction: Direction) -> Result<(), RunError> {
    if C::ROLLS_BACK_SCHEMA {
        return Ok(());
    }
    let found = journal::unfinished(connection)?.into_iter().find(|found| found.direction == direction);
    found.map_or(Ok(()), |found| Err(RunError::Unfinished { version: found.version, file: direction.file() }))
}

/// Where the server takes nothing back: each statement is noted before and after it runs, so
/// that the next run goes on where this one stopped.
pub(crate) fn one_by_one<C: Backend>(
    connection: &mut C,
    migration: &Migration,
    direction: Direction,
    text: &str,
) -> Result<bool, RunError> {
    if !is_wanted(&applied(connection)?, migration, direction) {
        return Ok(false);
    }
    let journal = journal::read(connection, &migration.version, direction)?;
    let statements = statement::split(text);
    let (name, file) = (migration.name.clone(), direction.file());
    for (i, sql) in statements.iter().enumerate() {
        let position = i + 1;
        let entry = |state| JournalEntry { position, hash: journal::hash_of(sql), state };
        match journal.state(position) {
            Some(found) if found.state == StatementState::Started => {
                return Err(RunError::Unseen { name, file, position, statement: (*sql).to_owned() });
            }
            Some(found) if found.state == StatementState::Done && found.hash != journal::hash_of(sql) => {
                return Err(RunError::OtherStatement { name, file, position });
            }
            // What sets the session does so again; everything else is done.
            Some(found) if found.state == StatementState::Done && statement::first_word(sql) != "SET" => {
                continue;
            }
            Some(_) | None => {}
        }
        journal::note(connection, &journal, &entry(StatementState::Started))?;
        if let Err(error) = connection.batch_execute(sql) {
            // When even this can't be written, the statement stays one whose end nobody saw.
            let _ = journal::note(connection, &journal, &entry(StatementState::Failed));
            let message = error.to_string();
            return Err(RunError::Stopped { name, file, message, position, count: statements.len() });
        }
        journal::note(connection, &journal, &entry(StatementState::Done))?;
    }
    let books = bookkeeping(migration, direction);
    let forget = journal::forget(&migration.version, direction);
    connection.batch_execute(&format!("{};\n{books}{forget}COMMIT", C::BEGIN))?;
    Ok(true)
}
