//! What a database or its client says when it does not do what it was asked for, whichever client it is.

use diesel::result::{DatabaseErrorKind as DieselKind, Error as DieselError};

use crate::change::Change;

/// An error of the database, or of the connection to it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct DatabaseError {
    /// What the server said, or the client where no server did.
    pub message: String,
    /// What the client tells of its kind.
    pub kind: DatabaseErrorKind,
    /// What the server advises.
    pub hint: Option<String>,
    /// What the server adds to its message.
    pub details: Option<String>,
    /// The place in the statement, in characters from 1, where the server names one.
    pub position: Option<usize>,
    /// The client's own error: `diesel::result::Error` or `mysql::Error`.
    #[source]
    pub client: Box<dyn std::error::Error + Send + Sync>,
}

/// Kinds of errors that the runner treats differently. Not every client tells them; the message then does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseErrorKind {
    /// A deadlock, a lock that was not had in time, or a transaction that others overtook: nothing was changed.
    LockConflict,
    /// The transaction, the session or the server takes no changes.
    ReadOnly,
    /// The connection broke.
    ConnectionLost,
    /// Anything else.
    Other,
}

impl DatabaseError {
    /// A change that found no row where one has to be.
    pub(crate) fn no_row(change: &Change) -> Self {
        let message = format!(
            "{} has not the row that was to change: somebody else deleted it, or works on the same migrations",
            change.table().name()
        );
        let client = Box::from(message.as_str());
        let kind = DatabaseErrorKind::Other;
        Self { message, kind, hint: None, details: None, position: None, client }
    }
}

impl From<DieselError> for DatabaseError {
    fn from(error: DieselError) -> Self {
        let message = error.to_string();
        let (mut kind, mut hint, mut details, mut position) = (DatabaseErrorKind::Other, None, None, None);
        if let DieselError::DatabaseError(diesel_kind, information) = &error {
            kind = diesel_kind.into();
            hint = information.hint().map(str::to_owned);
            details = information.details().map(str::to_owned);
            position = information.statement_position().and_then(|place| usize::try_from(place).ok());
        }
        Self { message, kind, hint, details, position, client: Box::new(error) }
    }
}

impl From<&DieselKind> for DatabaseErrorKind {
    fn from(kind: &DieselKind) -> Self {
        match kind {
            DieselKind::SerializationFailure => Self::LockConflict,
            DieselKind::ReadOnlyTransaction => Self::ReadOnly,
            DieselKind::ClosedConnection => Self::ConnectionLost,
            // Diesel's enum is an open one.
            _ => Self::Other,
        }
    }
}

#[cfg(feature = "mysql-crate")]
impl From<mysql::Error> for DatabaseError {
    fn from(error: mysql::Error) -> Self {
        use mysql::Error;
        let (message, kind) = match &error {
            Error::MySqlError(said) => (said.message.clone(), DatabaseErrorKind::of_mysql_code(said.code)),
            Error::IoError(io) => (io.to_string(), DatabaseErrorKind::ConnectionLost),
            Error::CodecError(codec) => (codec.to_string(), DatabaseErrorKind::ConnectionLost),
            Error::DriverError(driver) => (driver.to_string(), DatabaseErrorKind::Other),
            Error::UrlError(url) => (url.to_string(), DatabaseErrorKind::Other),
            Error::TlsError(tls) => (tls.to_string(), DatabaseErrorKind::Other),
            Error::FromValueError(_) | Error::FromRowError(_) => {
                (error.to_string(), DatabaseErrorKind::Other)
            }
        };
        let told = Self { message, kind, hint: None, details: None, position: None, client: Box::new(error) };
        if kind == DatabaseErrorKind::ConnectionLost { told.lost() } else { told }
    }
}

#[cfg(feature = "mysql-crate")]
impl DatabaseError {
    /// The same error of a connection that broke, in the words of the servers' own clients.
    pub(crate) fn lost(self) -> Self {
        let message = format!("lost connection to the server: {}", self.message);
        Self { message, kind: DatabaseErrorKind::ConnectionLost, ..self }
    }
}

#[cfg(feature = "mysql-crate")]
impl DatabaseErrorKind {
    /// MySQL error reference and MariaDB error codes: lock wait time-out and deadlock; a transaction and a server that only
    /// read; a server that shuts down, a session that was killed, and one that was idle for too long.
    const fn of_mysql_code(code: u16) -> Self {
        match code {
            1205 | 1213 => Self::LockConflict,
            1792 | 1836 => Self::ReadOnly,
            1053 | 1927 | 4031 => Self::ConnectionLost,
            _ => Self::Other,
        }
    }
}
