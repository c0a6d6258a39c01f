//! What the schema was when the last upgrade was through, so that the next one sees whether somebody else changed
//! it. The fingerprint is the caller's: this crate reads no catalogs.

use autogen_migration_files::sha256_hex;

use crate::backend::Backend;
use crate::change::Change;
use crate::database_error::DatabaseError;
use crate::error::RunError;
use crate::history::History;
use crate::tables::{OwnTable, SchemaRow};

/// One row, whoever writes it last.
const SETUP: &str = "CREATE TABLE IF NOT EXISTS __autogen_schema (id INTEGER PRIMARY KEY NOT NULL, \
    history VARCHAR(64) NOT NULL, basis VARCHAR(64) NOT NULL, fingerprint VARCHAR(64) NOT NULL)";

/// A schema at a place of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaMark {
    /// Which migrations were applied, as [`History::history_hash`] gives it.
    pub(crate) history: String,
    /// What the fingerprint depends on besides the schema; fingerprints with another basis are not comparable.
    pub(crate) basis: String,
    /// The schema's fingerprint.
    pub(crate) fingerprint: String,
}

impl History {
    /// A hash of which migrations are applied.
    pub fn history_hash(&self) -> String {
        let versions: Vec<&str> = self.applied.keys().map(String::as_str).collect();
        sha256_hex(&versions.join("\n"))
    }
}

/// What was recorded last, if anything was.
///
/// # Errors
/// When it is there and can't be read.
pub(crate) fn last_schema_mark<C: Backend>(connection: &mut C) -> Result<Option<SchemaMark>, RunError> {
    if !connection.has_table(OwnTable::Schema)? {
        return Ok(None);
    }
    let row = connection.schema_row()?;
    Ok(row.map(|SchemaRow { history, basis, fingerprint }| SchemaMark { history, basis, fingerprint }))
}

/// Records what is there now.
///
/// # Errors
/// When the database can't be written.
pub(crate) fn record_schema_mark<C: Backend>(connection: &mut C, now: &SchemaMark) -> Result<(), RunError> {
    let SchemaMark { history, basis, fingerprint } = now.clone();
    let row = SchemaRow { history, basis, fingerprint };
    if last_schema_mark(connection)?.is_none() {
        // Of several at the same moment, the later ones fail at either, and go on to change the row.
        let insert = Change::InsertSchema(row.clone());
        let made = connection.execute(SETUP).and_then(|()| connection.change(&insert));
        if last_schema_mark(connection)?.is_none() {
            made?;
        }
    }
    let update = Change::UpdateSchema(row);
    // MySQL counts no row that was so already.
    if connection.change(&update)? == 0 && last_schema_mark(connection)?.is_none() {
        return Err(DatabaseError::no_row(&update).into());
    }
    Ok(())
}
