//! Connections for the runner, by dialect.

use autogen_diff_core::Dialect;
use autogen_introspect::DatabaseUrl;

use crate::error::CliError;

/// A connection that migrations are applied through.
pub(crate) enum AnyConnection {
    #[cfg(feature = "postgres")]
    Postgres(diesel::PgConnection),
    #[cfg(feature = "sqlite")]
    Sqlite(diesel::SqliteConnection),
    #[cfg(feature = "mysql")]
    Mysql(diesel::MysqlConnection),
}

/// Opens a database for writing, or only for reading.
pub(crate) fn open(url: &DatabaseUrl, access: Access) -> Result<AnyConnection, CliError> {
    match url.dialect() {
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            use diesel::connection::SimpleConnection as _;
            let mut connection = autogen_introspect::postgres::connect(url)?;
            let quiet = "SET client_min_messages = warning";
            let prepare = match access {
                Access::Write => quiet.to_owned(),
                Access::Read => format!("{quiet}; SET default_transaction_read_only = on"),
            };
            connection.batch_execute(&prepare).map_err(autogen_runner::RunError::from)?;
            Ok(AnyConnection::Postgres(connection))
        }
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => {
            use autogen_introspect::sqlite::{OpenMode, connect};
            let mode = match access {
                Access::Write => OpenMode::ReadWrite,
                Access::Read => OpenMode::ReadOnly,
            };
            Ok(AnyConnection::Sqlite(connect(url, mode)?))
        }
        #[cfg(feature = "mysql")]
        Dialect::Mysql => {
            use diesel::connection::SimpleConnection as _;
            let mut connection = autogen_introspect::mysql::connect(url)?;
            if access == Access::Read {
                let prepare = connection.batch_execute("SET SESSION TRANSACTION READ ONLY");
                prepare.map_err(autogen_runner::RunError::from)?;
            }
            Ok(AnyConnection::Mysql(connection))
        }
        #[cfg(not(all(feature = "postgres", feature = "sqlite", feature = "mysql")))]
        other => Err(autogen_introspect::IntrospectError::NoSupport(other).into()),
    }
}

/// What a command may do to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Look at it.
    Read,
    /// Change it.
    Write,
}

/// Runs the same code on whichever connection it is.
macro_rules! with_connection {
    ($any:expr, $connection:ident => $body:expr) => {
        match $any {
            #[cfg(feature = "postgres")]
            $crate::connection::AnyConnection::Postgres($connection) => $body,
            #[cfg(feature = "sqlite")]
            $crate::connection::AnyConnection::Sqlite($connection) => $body,
            #[cfg(feature = "mysql")]
            $crate::connection::AnyConnection::Mysql($connection) => $body,
        }
    };
}
pub(crate) use with_connection;
