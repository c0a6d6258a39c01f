//! Reads the live schema, over the connection that is open already where that sees what a new one would.

use autogen_diff_core::Schema;
use autogen_introspect::SchemaSource;

use crate::error::Error;
use crate::project::Project;

/// A connection to the database of a project.
pub(crate) trait LiveSchema {
    /// Reads the schema. It may have been read otherwise by a new session, where the connection has changed what is set of a role or a
    /// database.
    fn live_schema(&mut self, project: &Project) -> Result<Schema, Error>;
}

#[cfg(feature = "postgres")]
impl LiveSchema for diesel::PgConnection {
    /// A new session would cost the server as much as the reading. For namespaces of one database there are few for all.
    fn live_schema(&mut self, project: &Project) -> Result<Schema, Error> {
        let mut schema = match &project.namespace {
            Some(namespace) => project.server.read(namespace)?,
            None => autogen_introspect::postgres::introspect(self)?,
        };
        schema.notes.clear();
        Ok(schema)
    }
}

#[cfg(feature = "sqlite")]
impl LiveSchema for diesel::SqliteConnection {
    /// In another one, which may not write.
    fn live_schema(&mut self, project: &Project) -> Result<Schema, Error> {
        in_new_session(project)
    }
}

#[cfg(feature = "mysql")]
impl LiveSchema for autogen_introspect::mysql::Conn {
    /// In another one: this one has the settings that migrations run with.
    fn live_schema(&mut self, project: &Project) -> Result<Schema, Error> {
        in_new_session(project)
    }
}

/// Reads the live schema in a session of its own.
pub(crate) fn in_new_session(project: &Project) -> Result<Schema, Error> {
    let url = project.database_url()?.clone();
    let scratch = project.scratch(url.dialect(), Some(&url));
    Ok(SchemaSource::Database(url).read(&scratch)?.schema)
}
