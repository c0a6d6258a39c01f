//! Reads the namespaces of a database one after the other over one session. A new session for each would cost more than the reading.

use autogen_diff_core::Schema;
use diesel::sql_types::{Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::connect::{ServerSettings, connect, server_settings};
use super::rows::{Catalog, keep_statements};
use super::{BEGIN, read, run};
use crate::error::IntrospectError;
use crate::url::DatabaseUrl;

/// How often one session reads. Plans that are kept are as good as the catalog was when they were made, and it grows with each
/// namespace that gets its first tables.
const READINGS: u32 = 100;

/// Names the namespace for the transaction, and gives it as `current_schema()` would: nothing where it is not there.
const NAME: &str = "SELECT (SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_namespace n WHERE n.nspname = s.name) AS current_schema \
     FROM (SELECT pg_catalog.set_config('autogen.namespace', $1, true)::pg_catalog.name AS name) s";

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Nullable<Text>)]
    current_schema: Option<String>,
}

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
    pub const fn should_be_replaced(&self) -> bool {
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
        let named: Named = sql_query(NAME)
            .bind::<Text, _>(namespace)
            .get_result(&mut self.connection)
            .map_err(|error| IntrospectError::query("naming the schema to read", &error))?;
        let namespace = Some(namespace.to_owned());
        let settings = ServerSettings {
            current_schema: named.current_schema,
            namespace: namespace.clone(),
            ..self.settings.clone()
        };
        read(&mut Catalog { namespace, ..Catalog::whole(&mut self.connection) }, &settings)
    }
}
