//! Conditions of a database that are no fault of a migration, by the server's messages: Diesel
//! does not give the codes.

use crate::database_error::{DatabaseError, DatabaseErrorKind};

/// What is wrong with the database rather than with the migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseCondition {
    /// The disk, or the space that the database may take, is full.
    DiskFull,
    /// It takes no changes: a replica, or a file that may only be read.
    ReadOnly,
    /// The connection broke, so nobody saw how the last statement ended.
    ConnectionLost,
}

/// What PostgreSQL, SQLite, MySQL and MariaDB say, in lower case. PostgreSQL manual, Appendix A, classes 08, 25,
/// 53 and 57; sqlite.org/rescode.html; MySQL error reference 1021, 1114, 1290, 1792, 1836, 2006, 2013.
const PHRASES: [(&str, DatabaseCondition); 21] = [
    ("no space left on device", DatabaseCondition::DiskFull),
    ("could not extend file", DatabaseCondition::DiskFull),
    ("database or disk is full", DatabaseCondition::DiskFull),
    ("disk full", DatabaseCondition::DiskFull),
    ("the table '", DatabaseCondition::DiskFull),
    ("read-only transaction", DatabaseCondition::ReadOnly),
    ("read only transaction", DatabaseCondition::ReadOnly),
    ("readonly database", DatabaseCondition::ReadOnly),
    ("unable to open database file", DatabaseCondition::ReadOnly),
    ("--read-only option", DatabaseCondition::ReadOnly),
    ("--super-read-only option", DatabaseCondition::ReadOnly),
    ("running in read-only mode", DatabaseCondition::ReadOnly),
    ("server closed the connection", DatabaseCondition::ConnectionLost),
    ("terminating connection", DatabaseCondition::ConnectionLost),
    ("no connection to the server", DatabaseCondition::ConnectionLost),
    ("could not receive data from server", DatabaseCondition::ConnectionLost),
    ("could not send data to server", DatabaseCondition::ConnectionLost),
    ("connection not open", DatabaseCondition::ConnectionLost),
    ("server has gone away", DatabaseCondition::ConnectionLost),
    ("lost connection to", DatabaseCondition::ConnectionLost),
    ("connection was killed", DatabaseCondition::ConnectionLost),
];

impl DatabaseCondition {
    /// What an error of the database says of it.
    pub fn of(error: &DatabaseError) -> Option<Self> {
        match error.kind {
            DatabaseErrorKind::ReadOnly => Some(Self::ReadOnly),
            DatabaseErrorKind::ConnectionLost => Some(Self::ConnectionLost),
            DatabaseErrorKind::LockConflict | DatabaseErrorKind::Other => Self::in_message(&error.message),
        }
    }

    /// What a server's message says of it.
    pub fn in_message(message: &str) -> Option<Self> {
        let message = message.to_lowercase();
        let is_said = |phrase: &str| match phrase {
            "the table '" => message.contains(phrase) && message.contains("is full"),
            other => message.contains(other),
        };
        PHRASES.iter().find(|(phrase, _)| is_said(phrase)).map(|(_, condition)| *condition)
    }
}

#[cfg(test)]
mod tests {
    use super::DatabaseCondition;

    #[test]
    fn messages_tell_of_trouble_and_others_do_not() {
        let said = |message: &str| DatabaseCondition::in_message(message);
        assert_eq!(
            said("ERROR: could not extend file \"base/1\": No space left"),
            Some(DatabaseCondition::DiskFull)
        );
        assert_eq!(said("The table 't' is full"), Some(DatabaseCondition::DiskFull));
        assert_eq!(said("the table 't' is not there"), None);
        assert_eq!(said("attempt to write a readonly database"), Some(DatabaseCondition::ReadOnly));
        assert_eq!(said("MySQL server has gone away"), Some(DatabaseCondition::ConnectionLost));
        assert_eq!(said("relation \"t\" already exists"), None);
    }
}
