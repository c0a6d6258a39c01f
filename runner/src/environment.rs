//! What a database is for: `production`, say. It is named once, and lives in the database itself,
//! so that no settings file on the wrong machine can deny it.

use crate::backend::Backend;
use crate::error::RunError;

const SETUP: &str =
    "CREATE TABLE IF NOT EXISTS __autogen_environment (name VARCHAR(50) PRIMARY KEY NOT NULL)";

/// The name that the database was given, if it was.
///
/// # Errors
/// When the name is there and can't be read.
pub fn environment<C: Backend>(connection: &mut C) -> Result<Option<String>, RunError> {
    let exists = "SELECT name AS a, name AS b FROM __autogen_environment WHERE 1 = 0";
    if connection.texts(exists).is_err() {
        return Ok(None);
    }
    let rows = connection.texts("SELECT name AS a, NULL AS b FROM __autogen_environment")?;
    Ok(rows.into_iter().next().map(|(name, _)| name))
}

/// Gives the database a name that it has not had.
///
/// # Errors
/// When the database can't be written.
pub fn name_environment<C: Backend>(connection: &mut C, name: &str) -> Result<(), RunError> {
    connection.batch_execute(SETUP)?;
    let name = name.replace('\'', "''");
    Ok(connection.batch_execute(&format!("INSERT INTO __autogen_environment (name) VALUES ('{name}')"))?)
}
