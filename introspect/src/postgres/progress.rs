//! How far the statement of another session is.

use autogen_diff_core::Version;
use diesel::PgConnection;
use diesel::connection::SimpleConnection as _;
use serde::Deserialize;

use super::rows::{Catalog, catalog_query};
use super::{connect, server_settings};
use crate::error::IntrospectError;
use crate::progress::StatementProgress;
use crate::url::DatabaseUrl;

/// A session that looks at another one. It only reads, each time in a moment, and waits for nothing.
pub struct ProgressReader {
    connection: PgConnection,
    version: Version,
    pid: i64,
}

#[derive(Deserialize)]
struct ProgressRow {
    pid: i64,
    #[serde(flatten)]
    progress: StatementProgress,
}

impl ProgressReader {
    /// Opens a session that looks at the one of a process.
    ///
    /// # Errors
    /// When there is no connection to be had.
    pub fn open(url: &DatabaseUrl, pid: i64) -> Result<Self, IntrospectError> {
        let mut connection = connect(url)?;
        connection
            .batch_execute(
                "SET default_transaction_read_only = on; SET statement_timeout = '2s'; SET lock_timeout = '1s'",
            )
            .map_err(|error| IntrospectError::query("preparing the session", &error))?;
        let version = Version::parse(&server_settings(&mut connection)?.version);
        Ok(Self { connection, version, pid })
    }

    /// How far its statement is; none where the server does not tell that of such a statement.
    ///
    /// # Errors
    /// When the server does not answer in a moment.
    pub fn read(&mut self) -> Result<Option<StatementProgress>, IntrospectError> {
        let rows: Vec<ProgressRow> =
            catalog_query!(&mut Catalog::whole(&mut self.connection), "progress", self.version)?;
        Ok(rows.into_iter().find(|row| row.pid == self.pid).map(|row| row.progress))
    }
}
