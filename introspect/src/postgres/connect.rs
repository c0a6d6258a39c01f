//! Connections to PostgreSQL and what identifies a database there.

use diesel::connection::CacheSize;
use diesel::sql_types::{Nullable, Text};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};

use crate::error::IntrospectError;
use crate::patience::{NO_ANSWER, with_connect_timeout};
use crate::scratch::one_text;
use crate::url::DatabaseUrl;

use super::certificates::with_system_certificates;

/// Opens a connection. It keeps no prepared statements, which a pooler may have in another session.
///
/// # Errors
/// When the server can't be reached; the message holds no password.
pub fn connect(url: &DatabaseUrl) -> Result<PgConnection, IntrospectError> {
    let failed =
        |message: &str| IntrospectError::Connect { url: url.to_string(), message: url.scrub(message) };
    let secret = with_system_certificates(url)?.secret().to_owned();
    let connection =
        with_connect_timeout(move || PgConnection::establish(&secret)).ok_or_else(|| failed(NO_ANSWER))?;
    let mut connection = connection.map_err(|error| failed(&error.to_string()))?;
    connection.set_prepared_statement_cache_size(CacheSize::Disabled);
    url.must_be_itself(&one_text(&mut connection, "SELECT pg_catalog.version() AS value")?)?;
    Ok(connection)
}

/// What is read before the search path is emptied.
#[derive(Debug, Clone, QueryableByName)]
pub struct ServerSettings {
    /// `server_version`.
    #[diesel(sql_type = Text)]
    pub version: String,
    /// `current_database()`.
    #[diesel(sql_type = Text)]
    pub database: String,
    /// `current_schema()`.
    #[diesel(sql_type = Nullable<Text>)]
    pub current_schema: Option<String>,
    /// `current_user`.
    #[diesel(sql_type = Text)]
    pub role: String,
    /// The namespace that the session is for, where it is for one alone: the runner's setting.
    #[diesel(sql_type = Nullable<Text>)]
    pub namespace: Option<String>,
}

/// Asks the server for its version and where unqualified names go.
///
/// # Errors
/// When the query fails.
pub fn server_settings(connection: &mut PgConnection) -> Result<ServerSettings, IntrospectError> {
    sql_query(
        "SELECT pg_catalog.current_setting('server_version') AS version, \
         pg_catalog.current_database()::text AS database, pg_catalog.current_schema()::text AS current_schema, \
         current_user::text AS role, NULLIF(pg_catalog.current_setting('autogen.namespace', true), '') AS namespace",
    )
    .get_result(connection)
    .map_err(|error| IntrospectError::query("asking the server for its version", &error))
}

/// What tells one database from every other: the cluster's system identifier
/// and the database's number.
///
/// # Errors
/// When the query fails.
pub fn identity(connection: &mut PgConnection) -> Result<String, IntrospectError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        identity: String,
    }
    sql_query(
        "SELECT c.system_identifier || '/' || d.oid AS identity \
         FROM pg_catalog.pg_control_system() c, pg_catalog.pg_database d \
         WHERE d.datname = pg_catalog.current_database()",
    )
    .get_result::<Row>(connection)
    .map(|row| row.identity)
    .map_err(|error| IntrospectError::query("asking the server which database this is", &error))
}
