//! Scratch databases of SQLite, in memory.

use autogen_diff_core::Schema;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;

use super::{Boundary, ScratchOptions, ServerFailure, Surroundings, one_text, server_failure};
use crate::error::IntrospectError;

/// A database in memory.
pub struct SqliteScratch {
    connection: SqliteConnection,
}

impl SqliteScratch {
    pub(super) fn create(_options: &ScratchOptions) -> Result<Self, IntrospectError> {
        Ok(Self { connection: crate::sqlite::in_memory()? })
    }

    pub(super) const fn boundary(&self) -> &Boundary {
        &Boundary::Confined
    }

    /// Runs one statement or many, until one fails.
    pub(super) fn execute(&mut self, sql: &str) -> Result<(), ServerFailure> {
        self.connection.batch_execute(sql).map_err(|error| server_failure(&error))
    }

    pub(super) fn introspect(&mut self) -> Result<Schema, IntrospectError> {
        crate::sqlite::introspect(&mut self.connection)
    }

    /// The one text that a query gives.
    pub(super) fn value(&mut self, sql: &str) -> Result<String, IntrospectError> {
        one_text(&mut self.connection, sql)
    }

    /// The target's file.
    pub(super) fn surroundings(&mut self) -> Result<Surroundings, IntrospectError> {
        Ok(Surroundings::default())
    }
}
