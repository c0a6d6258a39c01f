//! Reads one namespace after the other of a database over one session, which a new one for each would cost more than the reading.

use autogen_diff_core::Schema;
use diesel::sql_types::Text;
use diesel::{PgConnection, RunQueryDsl, sql_query};

use super::connect::{ServerSettings, connect, server_settings};
use super::rows::{Catalog, keep_statements};
use super::{BEGIN, read, run};
use crate::error::IntrospectError;
use crate::url::DatabaseUrl;

/// How often one session reads. Plans that are kept are as good as the catalog was when they were made, and it grows with each
/// namespace that gets its first tables.
const READINGS: u32 = 100;

/// A session that reads namespaces of its database.
pub struct NamespaceReader {
    connection: PgConnection,
    settings: ServerSettings,
    readings: u32,
}

impl NamespaceReader {
    /// Connects. Statements are kept where it is known that no pooler is between.
    ///
    /// # Errors
    /// When there is no connection.
    pub fn open(url: &DatabaseUrl, is_direct: bool) -> Result<Self, IntrospectError> {
        let mut connection = connect(url)?;
        if is_direct {
            keep_statements(&mut connection);
        }
        let settings = server_settings(&mut connection)?;
        Ok(Self { connection, settings, readings: 0 })
    }

    /// Whether another one should take its place.
    pub const fn is_worn(&self) -> bool {
        self.readings >= READINGS
    }

    /// Reads what a namespace has, as a session that is for it alone would ([`super::introspect`]).
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn read(&mut self, namespace: &str) -> Result<Schema, IntrospectError> {
        self.readings += 1;
        run(&mut self.connection, BEGIN)?;
        let read = self.read_in_transaction(namespace);
        let ended = run(&mut self.connection, "ROLLBACK");
        let schema = read?;
        ended?;
        Ok(schema)
    }

    fn read_in_transaction(&mut self, namespace: &str) -> Result<Schema, IntrospectError> {
        sql_query("SELECT pg_catalog.set_config('autogen.namespace', $1, true)")
            .bind::<Text, _>(namespace)
            .execute(&mut self.connection)
            .map_err(|error| IntrospectError::query("naming the schema to read", &error))?;
        let namespace = Some(namespace.to_owned());
        let settings = ServerSettings {
            current_schema: namespace.clone(),
            namespace: namespace.clone(),
            ..self.settings.clone()
        };
        read(&mut Catalog { namespace, ..Catalog::whole(&mut self.connection) }, &settings)
    }
}
