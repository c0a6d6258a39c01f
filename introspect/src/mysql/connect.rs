//! Connections to MySQL and MariaDB, and what identifies the server.

use autogen_diff_core::{Flavor, Version};
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, MysqlConnection, QueryableByName, RunQueryDsl, sql_query};

use crate::error::IntrospectError;
use crate::url::DatabaseUrl;

/// Opens a connection whose session means what our texts mean.
///
/// # Errors
/// When the server can't be reached; the message holds no password.
pub fn connect(url: &DatabaseUrl) -> Result<MysqlConnection, IntrospectError> {
    let mut connection = MysqlConnection::establish(url.secret()).map_err(|error| {
        IntrospectError::Connect { url: url.to_string(), message: url.scrub(&error.to_string()) }
    })?;
    connection
        .batch_execute("SET SESSION sql_quote_show_create = 1, time_zone = '+00:00'")
        .map_err(|error| IntrospectError::query("preparing the session", &error))?;
    Ok(connection)
}

/// The vendor and release of the server.
///
/// # Errors
/// When the query fails.
pub fn server(connection: &mut MysqlConnection) -> Result<(Flavor, Version), IntrospectError> {
    let text = one(connection, "SELECT VERSION() AS value")?;
    let flavor = if text.contains("MariaDB") { Flavor::Mariadb } else { Flavor::Mysql };
    Ok((flavor, Version::parse(&text)))
}

/// The one text that a query gives under the name `value`.
pub(crate) fn one(connection: &mut MysqlConnection, sql: &str) -> Result<String, IntrospectError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        value: String,
    }
    sql_query(sql)
        .get_result::<Row>(connection)
        .map(|row| row.value)
        .map_err(|error| IntrospectError::query(sql, &error))
}
