//! Troubles that are no fault of a migration, told from what the server says of them: Diesel
//! does not give the codes.

use crate::database_error::{DatabaseError, DatabaseErrorKind};

/// What is wrong with the database rather than with the migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The disk, or the space that the database may take, is full.
    Full,
    /// It takes no changes: a replica, or a file that may only be read.
    ReadOnly,
    /// The connection broke, so nobody saw how the last statement ended.
    Lost,
}

/// What PostgreSQL, SQLite, MySQL and MariaDB say, in lower case. PostgreSQL manual, Appendix A, classes 08, 25,
/// 53 and 57; sqlite.org/rescode.html; MySQL error reference 1021, 1114, 1290, 1792, 1836, 2006, 2013.
const PHRASES: [(&str, Trouble); 21] = [
    ("no space left on device", Trouble::Full),
    ("could not extend file", Trouble::Full),
    ("database or disk is full", Trouble::Full),
    ("disk full", Trouble::Full),
    ("the table '", Trouble::Full),
    ("read-only transaction", Trouble::ReadOnly),
    ("read only transaction", Trouble::ReadOnly),
    ("readonly database", Trouble::ReadOnly),
    ("unable to open database file", Trouble::ReadOnly),
    ("--read-only option", Trouble::ReadOnly),
    ("--super-read-only option", Trouble::ReadOnly),
    ("running in read-only mode", Trouble::ReadOnly),
    ("server closed the connection", Trouble::Lost),
    ("terminating connection", Trouble::Lost),
    ("no connection to the server", Trouble::Lost),
    ("could not receive data from server", Trouble::Lost),
    ("could not send data to server", Trouble::Lost),
    ("connection not open", Trouble::Lost),
    ("server has gone away", Trouble::Lost),
    ("lost connection to", Trouble::Lost),
    ("connection was killed", Trouble::Lost),
];

impl Trouble {
    /// What an error of the database says of it.
    pub fn of(error: &DatabaseError) -> Option<Self> {
        match error.kind {
            DatabaseErrorKind::ReadOnly => Some(Self::ReadOnly),
            DatabaseErrorKind::ConnectionLost => Some(Self::Lost),
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
        PHRASES.iter().find(|(phrase, _)| is_said(phrase)).map(|(_, trouble)| *trouble)
    }
}

#[cfg(test)]
mod tests {
    use super::Trouble;

    #[test]
    fn messages_tell_of_trouble_and_others_do_not() {
        let said = |message: &str| Trouble::in_message(message);
        assert_eq!(said("ERROR: could not extend file \"base/1\": No space left"), Some(Trouble::Full));
        assert_eq!(said("The table 't' is full"), Some(Trouble::Full));
        assert_eq!(said("the table 't' is not there"), None);
        assert_eq!(said("attempt to write a readonly database"), Some(Trouble::ReadOnly));
        assert_eq!(said("MySQL server has gone away"), Some(Trouble::Lost));
        assert_eq!(said("relation \"t\" already exists"), None);
    }
}
