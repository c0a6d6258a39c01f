//! The verbs of each dialect: the one list of what statements begin with (PostgreSQL manual, part VI; MySQL manual,
//! chapter 15; MariaDB, "SQL Statements"; sqlite.org/lang.html).

use crate::dialect::Dialect;
use crate::lexeme::Lexeme;

/// What statements with a verb do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerbClass {
    /// They make an object.
    Create,
    /// They change one.
    Alter,
    /// They drop one.
    Drop,
    /// They give one another name.
    Rename,
    /// They say something of an object: `COMMENT`, `SECURITY LABEL`.
    Describes,
    /// `GRANT` and `REVOKE`.
    Grants,
    /// They change the session.
    SetsSession,
    /// They put, change or remove rows.
    ChangesRows,
    /// They move rows between a table and a file or the client.
    MovesRows,
    /// They ask something, or run code.
    RunsCode,
    /// They begin a transaction.
    BeginsTransaction,
    /// They end one.
    EndsTransaction,
    /// They are about savepoints, or prepare a transaction.
    WithinTransaction,
    /// They lock tables, or let them go.
    Locks,
    /// They tend or show what is there.
    Maintains,
    /// They are about the whole server, or about another; the text says how.
    ControlsServer(&'static str),
    /// They tell other sessions something.
    Notifies,
    /// No list has it.
    Unknown,
}

const SERVER: &str = "it is the whole server's";
const REPLICATION: &str = "replication is the whole server's";

use VerbClass::{
    Alter, BeginsTransaction, ChangesRows, ControlsServer, Create, Describes, Drop, EndsTransaction, Grants,
    Locks, Maintains, MovesRows, Notifies, Rename, RunsCode, SetsSession, Unknown, WithinTransaction,
};

const POSTGRES: [(&str, VerbClass); 53] = [
    ("CREATE", Create),
    ("ALTER", Alter),
    ("DROP", Drop),
    ("COMMENT", Describes),
    ("SECURITY", Describes),
    ("GRANT", Grants),
    ("REVOKE", Grants),
    ("SET", SetsSession),
    ("RESET", SetsSession),
    ("DISCARD", SetsSession),
    ("SELECT", RunsCode),
    ("TABLE", RunsCode),
    ("DO", RunsCode),
    ("CALL", RunsCode),
    ("EXECUTE", RunsCode),
    ("PREPARE", RunsCode),
    ("DEALLOCATE", RunsCode),
    ("WITH", RunsCode),
    ("VALUES", RunsCode),
    ("EXPLAIN", RunsCode),
    ("DECLARE", RunsCode),
    ("FETCH", RunsCode),
    ("MOVE", RunsCode),
    ("CLOSE", RunsCode),
    ("COPY", MovesRows),
    ("INSERT", ChangesRows),
    ("UPDATE", ChangesRows),
    ("DELETE", ChangesRows),
    ("MERGE", ChangesRows),
    ("TRUNCATE", ChangesRows),
    ("REFRESH", ChangesRows),
    ("BEGIN", BeginsTransaction),
    ("START", BeginsTransaction),
    ("COMMIT", EndsTransaction),
    ("END", EndsTransaction),
    ("ROLLBACK", EndsTransaction),
    ("ABORT", EndsTransaction),
    ("SAVEPOINT", WithinTransaction),
    ("RELEASE", WithinTransaction),
    ("LOCK", Locks),
    ("ANALYZE", Maintains),
    ("ANALYSE", Maintains),
    ("VACUUM", Maintains),
    ("REINDEX", Maintains),
    ("CLUSTER", Maintains),
    ("SHOW", Maintains),
    ("REASSIGN", ControlsServer("it changes all that a role owns, databases too")),
    ("LOAD", ControlsServer("it loads a library into the server")),
    ("IMPORT", ControlsServer("it asks another server; write the foreign tables that it makes")),
    ("CHECKPOINT", ControlsServer(SERVER)),
    ("LISTEN", Notifies),
    ("NOTIFY", Notifies),
    ("UNLISTEN", Notifies),
];

const MYSQL: [(&str, VerbClass); 62] = [
    ("CREATE", Create),
    ("ALTER", Alter),
    ("DROP", Drop),
    ("RENAME", Rename),
    ("GRANT", Grants),
    ("REVOKE", Grants),
    ("SET", SetsSession),
    ("USE", SetsSession),
    ("SELECT", RunsCode),
    ("DO", RunsCode),
    ("CALL", RunsCode),
    ("WITH", RunsCode),
    ("VALUES", RunsCode),
    ("EXECUTE", RunsCode),
    ("PREPARE", RunsCode),
    ("DEALLOCATE", RunsCode),
    ("HANDLER", RunsCode),
    ("EXPLAIN", RunsCode),
    ("IF", RunsCode),
    ("CASE", RunsCode),
    ("LOOP", RunsCode),
    ("WHILE", RunsCode),
    ("REPEAT", RunsCode),
    ("FOR", RunsCode),
    ("INSERT", ChangesRows),
    ("REPLACE", ChangesRows),
    ("UPDATE", ChangesRows),
    ("DELETE", ChangesRows),
    ("TRUNCATE", ChangesRows),
    ("LOAD", MovesRows),
    ("IMPORT", MovesRows),
    ("BEGIN", BeginsTransaction),
    ("START", BeginsTransaction),
    ("COMMIT", EndsTransaction),
    ("ROLLBACK", EndsTransaction),
    ("SAVEPOINT", WithinTransaction),
    ("RELEASE", WithinTransaction),
    ("LOCK", Locks),
    ("UNLOCK", Locks),
    ("ANALYZE", Maintains),
    ("OPTIMIZE", Maintains),
    ("REPAIR", Maintains),
    ("CHECK", Maintains),
    ("CHECKSUM", Maintains),
    ("SHOW", Maintains),
    ("DESCRIBE", Maintains),
    ("DESC", Maintains),
    ("FLUSH", ControlsServer(SERVER)),
    ("KILL", ControlsServer(SERVER)),
    ("SHUTDOWN", ControlsServer(SERVER)),
    ("RESTART", ControlsServer(SERVER)),
    ("RESET", ControlsServer(SERVER)),
    ("PURGE", ControlsServer(SERVER)),
    ("CHANGE", ControlsServer(SERVER)),
    ("STOP", ControlsServer(SERVER)),
    ("INSTALL", ControlsServer(SERVER)),
    ("UNINSTALL", ControlsServer(SERVER)),
    ("BINLOG", ControlsServer(SERVER)),
    ("CLONE", ControlsServer(SERVER)),
    ("CACHE", ControlsServer(SERVER)),
    ("BACKUP", ControlsServer(SERVER)),
    ("XA", ControlsServer(SERVER)),
];

const SQLITE: [(&str, VerbClass); 23] = [
    ("CREATE", Create),
    ("ALTER", Alter),
    ("DROP", Drop),
    ("PRAGMA", SetsSession),
    ("SELECT", RunsCode),
    ("WITH", RunsCode),
    ("VALUES", RunsCode),
    ("EXPLAIN", RunsCode),
    ("INSERT", ChangesRows),
    ("REPLACE", ChangesRows),
    ("UPDATE", ChangesRows),
    ("DELETE", ChangesRows),
    ("BEGIN", BeginsTransaction),
    ("COMMIT", EndsTransaction),
    ("END", EndsTransaction),
    ("ROLLBACK", EndsTransaction),
    ("SAVEPOINT", WithinTransaction),
    ("RELEASE", WithinTransaction),
    ("ANALYZE", Maintains),
    ("REINDEX", Maintains),
    ("VACUUM", Maintains),
    ("ATTACH", ControlsServer("it opens another database file")),
    ("DETACH", ControlsServer("it opens another database file")),
];

/// What a statement does, by its verb and the words that change its meaning.
pub(crate) fn class_of(dialect: Dialect, lexemes: &[Lexeme]) -> VerbClass {
    let verbs: &[(&str, VerbClass)] = match dialect {
        Dialect::Postgres => &POSTGRES,
        Dialect::Mysql => &MYSQL,
        Dialect::Sqlite => &SQLITE,
    };
    let Some(first) = lexemes.first() else { return Unknown };
    let Some((_, class)) = verbs.iter().find(|(verb, _)| first.is(verb)) else {
        return if is_labelled(dialect, lexemes) { RunsCode } else { Unknown };
    };
    let second_is = |words: &[&str]| lexemes.get(1).is_some_and(|second| second.is_any(words));
    match class {
        // MariaDB's `BEGIN NOT ATOMIC`, and Oracle mode's block.
        BeginsTransaction if dialect == Dialect::Mysql && first.is("BEGIN") => {
            let is_alone = lexemes.get(1).is_none_or(|next| next.is("WORK") || next.is_sign(";"));
            if is_alone { BeginsTransaction } else { RunsCode }
        }
        BeginsTransaction
            if dialect == Dialect::Mysql && second_is(&["SLAVE", "REPLICA", "GROUP_REPLICATION", "ALL"]) =>
        {
            ControlsServer(REPLICATION)
        }
        EndsTransaction if second_is(&["PREPARED"]) => {
            ControlsServer("it ends another session's transaction")
        }
        // `ROLLBACK [WORK] TO [SAVEPOINT] a`
        EndsTransaction
            if first.is("ROLLBACK") && lexemes.iter().skip(1).take(2).any(|lexeme| lexeme.is("TO")) =>
        {
            WithinTransaction
        }
        RunsCode if first.is("PREPARE") && second_is(&["TRANSACTION"]) => WithinTransaction,
        Locks if second_is(&["INSTANCE"]) => ControlsServer(SERVER),
        other => *other,
    }
}

/// MariaDB's `label: LOOP …`.
fn is_labelled(dialect: Dialect, lexemes: &[Lexeme]) -> bool {
    dialect == Dialect::Mysql
        && (lexemes.get(1).is_some_and(|next| next.is_sign(":"))
            || lexemes[0].is_sign("<<")
            || lexemes[0].is("DECLARE"))
}
