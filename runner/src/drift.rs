//! Whether somebody changed the schema since the last upgrade: migrations are proven on a schema, and this may be another.
//! The fingerprint is the caller's: this crate reads no catalogs.

use autogen_migration_files::{Migration, MigrationDirectory};

use crate::backend::Backend;
use crate::error::RunError;
use crate::history::applied;
use crate::journal::unfinished;
use crate::schema_mark::{SchemaMark, last_schema_mark, record_schema_mark};

/// What a schema is, in two texts of at most 64 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaState {
    /// What the fingerprint depends on besides the schema; fingerprints with another basis are not comparable.
    pub basis: String,
    /// The schema's fingerprint.
    pub fingerprint: String,
}

/// What is known of a change that no migration made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// The schema is what the last upgrade left behind.
    Absent,
    /// It is another.
    Found,
    /// Nothing comparable was recorded at this place of the history.
    Unknown,
}

/// Compares the schema with what was recorded. `read` gives it, and may use the connection. `first` is the migration that would run next: one that
/// was planned for just this schema has not drifted.
///
/// # Errors
/// When the database or the schema can't be read.
pub fn drift<C: Backend, E: From<RunError>>(
    connection: &mut C,
    first: Option<&Migration>,
    read: impl FnOnce(&mut C) -> Result<SchemaState, E>,
) -> Result<Drift, E> {
    let Some(recorded) = last_schema_mark(connection)? else { return Ok(Drift::Unknown) };
    if history_hash(connection)?.as_ref() != Some(&recorded.history) {
        return Ok(Drift::Unknown);
    }
    let SchemaState { basis, fingerprint } = read(connection)?;
    if basis != recorded.basis {
        return Ok(Drift::Unknown);
    }
    let proven_on = first.and_then(Migration::header_fingerprints).map(|(from, _)| from);
    if fingerprint == recorded.fingerprint || proven_on.as_ref() == Some(&fingerprint) {
        return Ok(Drift::Absent);
    }
    // Another upgrade may have been at work while the schema was read.
    let is_same = history_hash(connection)?.as_ref() == Some(&recorded.history);
    Ok(if is_same { Drift::Found } else { Drift::Unknown })
}

/// Records the schema. `read` gives it, or none where it can't be read, and may use the connection. Says whether it is recorded: who
/// changes the database meanwhile records it.
///
/// # Errors
/// When the database can't be read or written.
pub fn record_schema<C: Backend>(
    connection: &mut C,
    read: impl FnOnce(&mut C) -> Option<SchemaState>,
) -> Result<bool, RunError> {
    let Some(history) = history_hash(connection)? else { return Ok(false) };
    let Some(SchemaState { basis, fingerprint }) = read(connection) else { return Ok(false) };
    if history_hash(connection)?.as_ref() != Some(&history) {
        return Ok(false);
    }
    record_schema_mark(connection, &SchemaMark { history, basis, fingerprint })?;
    Ok(true)
}

/// Records the schema where an upgrade was killed between its last migration and the record, if it is what that migration's header
/// says: nobody has changed it meanwhile. Says whether it is recorded now and was not before.
///
/// # Errors
/// When the database can't be read or written.
pub fn make_up_for_record<C: Backend>(
    connection: &mut C,
    directory: &MigrationDirectory,
    read: impl FnOnce(&mut C) -> Option<SchemaState>,
) -> Result<bool, RunError> {
    let history = applied(connection)?;
    let mut newest_first = directory.migrations.iter().rev();
    let last = newest_first.find(|migration| history.applied.contains_key(&migration.version));
    let Some((_, made)) = last.and_then(Migration::header_fingerprints) else { return Ok(false) };
    let recorded = last_schema_mark(connection)?;
    if recorded.is_some_and(|recorded| recorded.history == history.history_hash()) {
        return Ok(false);
    }
    record_schema(connection, |c| read(c).filter(|state| state.fingerprint == made))
}

/// The place of the history; none within a migration.
fn history_hash<C: Backend>(connection: &mut C) -> Result<Option<String>, RunError> {
    // In this order: whoever ends a migration between the two is seen in the history.
    let (unfinished, history) = (unfinished(connection)?, applied(connection)?);
    Ok(unfinished.is_empty().then(|| history.history_hash()))
}
