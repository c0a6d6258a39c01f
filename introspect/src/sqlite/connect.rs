//! Connections to SQLite files and memory.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use crate::error::IntrospectError;
use crate::url::{DatabaseUrl, SqliteMode};

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// Never written, never created; a file that is not there is an empty database.
    ReadOnly,
    /// Written, but not created: likewise.
    ReadWrite,
    /// Written, and created when it is not there.
    Create,
}

/// Opens a database.
///
/// # Errors
/// When the file can't be opened, or is not there and its URL does not let it be made.
pub fn connect(url: &DatabaseUrl, mode: OpenMode) -> Result<SqliteConnection, IntrospectError> {
    let failed = |message: String| IntrospectError::Connect { url: url.to_string(), message };
    let path = url.sqlite_path().ok_or_else(|| failed("it is no SQLite database".to_owned()))?;
    if url.sqlite_mode() != SqliteMode::Create {
        url.must_be_there()?;
    }
    let target = match (mode, url.sqlite_mode()) {
        (_, SqliteMode::ReadOnly) => file_uri(&path, "ro"),
        (OpenMode::Create, SqliteMode::Create) => file_uri(&path, "rwc"),
        (OpenMode::ReadOnly | OpenMode::ReadWrite, _) if !path.exists() => return in_memory(),
        (OpenMode::ReadWrite, _) | (OpenMode::Create, SqliteMode::ReadWrite) => file_uri(&path, "rw"),
        (OpenMode::ReadOnly, _) => file_uri(&path, "ro"),
    };
    let mut connection = SqliteConnection::establish(&target).map_err(|error| failed(error.to_string()))?;
    // Another process may be writing at this very moment.
    connection.batch_execute("PRAGMA busy_timeout = 10000").map_err(|error| failed(error.to_string()))?;
    // Opening is lazy: the first read tells whether the file is a database at all.
    sql_query("SELECT count(*) FROM sqlite_schema")
        .execute(&mut connection)
        .map_err(|error| failed(error.to_string()))?;
    Ok(connection)
}

/// A new database in memory.
///
/// # Errors
/// When SQLite can't make one.
pub fn in_memory() -> Result<SqliteConnection, IntrospectError> {
    SqliteConnection::establish(":memory:").map_err(|error| IntrospectError::Connect {
        url: "sqlite::memory:".to_owned(),
        message: error.to_string(),
    })
}

/// A `file:` URI (sqlite.org/uri.html) with the characters escaped that mean something there.
fn file_uri(path: &Path, mode: &str) -> String {
    let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{escaped}?mode={mode}")
}

/// `sqlite_version()`.
///
/// # Errors
/// When the query fails.
pub fn library_version(connection: &mut SqliteConnection) -> Result<String, IntrospectError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        version: String,
    }
    sql_query("SELECT sqlite_version() AS version")
        .get_result::<Row>(connection)
        .map(|row| row.version)
        .map_err(|error| IntrospectError::query("asking SQLite for its version", &error))
}
