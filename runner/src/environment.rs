//! What a database is for: `production`, say. It is named once, and lives in the database itself,
//! so that no settings file on the wrong machine can deny it.

use crate::backend::Backend;
use crate::change::Change;
use crate::error::RunError;
use crate::tables::OwnTable;

/// The key lets in one row, whoever comes first.
const SETUP: &str = "CREATE TABLE IF NOT EXISTS __autogen_environment (\
    id INTEGER PRIMARY KEY NOT NULL, name VARCHAR(50) NOT NULL)";

/// The name that the database was given, if it was.
///
/// # Errors
/// When the name is there and can't be read.
pub fn environment<C: Backend>(connection: &mut C) -> Result<Option<String>, RunError> {
    if !connection.has_table(OwnTable::Environment)? {
        return Ok(None);
    }
    Ok(connection.environment_row()?.map(|row| row.name))
}

/// Gives the database a name, unless it has one; gives the name that it has then, which is another's
/// where somebody was quicker.
///
/// # Errors
/// When the database can't be written.
pub fn name_environment<C: Backend>(connection: &mut C, name: &str) -> Result<String, RunError> {
    let insert = Change::InsertEnvironment(name.to_owned());
    // Of several at the same moment, the later ones fail at either.
    let made = connection.execute(SETUP).and_then(|()| connection.change(&insert).map(drop));
    match environment(connection)? {
        Some(name) => Ok(name),
        None => made.map(|()| name.to_owned()).map_err(RunError::from),
    }
}
