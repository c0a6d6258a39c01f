//! Connections for the runner, by dialect.

use autogen_diff_core::Dialect;
use autogen_introspect::DatabaseUrl;

use crate::error::Error;
use crate::observer::Observer;

/// A connection that migrations are applied through.
pub(crate) enum AnyConnection {
    #[cfg(feature = "postgres")]
    Postgres(diesel::PgConnection),
    #[cfg(feature = "sqlite")]
    Sqlite(diesel::SqliteConnection),
    #[cfg(feature = "mysql")]
    Mysql(autogen_introspect::mysql::Conn),
}

/// Opens a database for writing, or only for reading.
#[cfg_attr(not(feature = "sqlite"), expect(unused_variables, reason = "only files are made"))]
pub(crate) fn open(
    observer: &dyn Observer,
    url: &DatabaseUrl,
    access: Access,
) -> Result<AnyConnection, Error> {
    match url.dialect() {
        #[cfg(feature = "postgres")]
        // Nothing is set in the session: behind a pooler it may be others' in a moment.
        Dialect::Postgres => Ok(AnyConnection::Postgres(autogen_introspect::postgres::connect(url)?)),
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => sqlite(observer, url, access),
        #[cfg(feature = "mysql")]
        Dialect::Mysql => {
            use autogen_introspect::mysql::{connect_to_read, connect_to_write};
            Ok(AnyConnection::Mysql(match access {
                Access::Write | Access::Create => connect_to_write(url)?,
                Access::Read => connect_to_read(url)?,
            }))
        }
        #[cfg(not(all(feature = "postgres", feature = "sqlite", feature = "mysql")))]
        other => Err(autogen_introspect::IntrospectError::NoSupport(other).into()),
    }
}

/// Opens a SQLite file; one that is made is told.
#[cfg(feature = "sqlite")]
fn sqlite(observer: &dyn Observer, url: &DatabaseUrl, access: Access) -> Result<AnyConnection, Error> {
    use autogen_introspect::SqliteMode;
    use autogen_introspect::sqlite::{OpenMode, connect};
    if url.sqlite_mode() == SqliteMode::ReadOnly && access != Access::Read {
        return Err(autogen_runner::RunError::ReadOnly("its URL says mode=ro").into());
    }
    let mode = match access {
        Access::Create => OpenMode::Create,
        Access::Write => OpenMode::ReadWrite,
        Access::Read => OpenMode::ReadOnly,
    };
    let made = url.missing_file().filter(|_| access == Access::Create);
    let connection = connect(url, mode)?;
    if let Some(path) = made {
        observer.tell(&crate::observer::Event::Created(&path));
    }
    Ok(AnyConnection::Sqlite(connection))
}

/// Refuses a pooler that shares sessions between its clients. Gives whether it is known that there is none.
#[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "only PostgreSQL has such poolers"))]
pub(crate) fn must_be_direct(url: &DatabaseUrl, connection: &mut AnyConnection) -> Result<bool, Error> {
    match connection {
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => crate::pooler::must_be_direct(url, connection),
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => Ok(true),
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(_) => Ok(true),
    }
}

/// Refuses a session that is not in the namespace that it is for, since that is not there (any more): tables would be made in
/// the next one of its search path.
#[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "only PostgreSQL has namespaces"))]
pub(crate) fn must_be_in(
    url: &DatabaseUrl,
    namespace: &str,
    connection: &mut AnyConnection,
) -> Result<(), Error> {
    match connection {
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => {
            use autogen_runner::Session as _;
            let current = connection.text("SELECT pg_catalog.current_schema()::pg_catalog.text");
            if current.map_err(autogen_runner::RunError::from)?.as_deref() == Some(namespace) {
                return Ok(());
            }
            let message = format!("there is no schema {namespace}");
            Err(autogen_introspect::IntrospectError::Connect { url: url.to_string(), message }.into())
        }
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => Ok(()),
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(_) => Ok(()),
    }
}

/// What a command may do to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Look at it.
    Read,
    /// Change it; a SQLite file that is not there is an empty database, and stays away.
    Write,
    /// Change it, and make a SQLite file that is not there.
    Create,
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
