//! How large the tables of a database are. No values of rows are read.

use autogen_diff_core::Dialect;
use autogen_diff_core::stats::TableStats;

use crate::error::IntrospectError;
use crate::url::DatabaseUrl;

/// The tables of a database with their sizes, by name.
#[derive(Debug)]
pub struct Sizes {
    /// The flavor and release of the server.
    pub server: String,
    /// The tables; those of migration tools of ours and Diesel's left out.
    pub tables: Vec<TableStats>,
}

/// Reads the sizes of a live database.
///
/// # Errors
/// When there is no connection or the catalog can't be read.
pub fn sizes(url: &DatabaseUrl) -> Result<Sizes, IntrospectError> {
    match url.dialect() {
        #[cfg(feature = "postgres")]
        Dialect::Postgres => crate::postgres::sizes(&mut crate::postgres::connect(url)?),
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => {
            let mode = crate::sqlite::OpenMode::ReadOnly;
            crate::sqlite::sizes(&mut crate::sqlite::connect(url, mode)?)
        }
        #[cfg(feature = "mysql")]
        Dialect::Mysql => crate::mysql::sizes(&mut crate::mysql::connect_to_read(url)?),
        #[cfg(not(all(feature = "postgres", feature = "sqlite", feature = "mysql")))]
        other => Err(IntrospectError::NoSupport(other)),
    }
}
