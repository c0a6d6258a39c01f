//! What a statement is, as far as its words tell. Nobody else asks for its first word.

mod object;
mod subject;
mod verb;

pub use object::Object;
pub use subject::Subject;
pub use verb::VerbClass;

pub(crate) use object::SERVER_OBJECTS_MYSQL;
pub(crate) use verb::class_of;

use crate::dialect::Dialect;
use crate::lexeme::{Lexeme, LexemeKind, lexemes};

/// A statement, classified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The first word in upper case; empty where none stands.
    pub verb: String,
    /// What statements with that verb do.
    pub class: VerbClass,
    /// The one object that it makes, changes, describes or drops.
    pub object: Option<Object>,
    /// Whether it changes rows and nothing else, so that it can share a transaction with a note of it.
    pub changes_rows: bool,
    /// Whether it makes a table with rows in it.
    pub fills_table: bool,
    /// Whether it begins or ends transactions or locks by itself.
    pub manages_transactions: bool,
    /// Whether statements behind it rely on what it does to the session.
    pub sets_session: bool,
    /// Whether it runs code rather than defining some. A body that only an event or a call runs is none.
    pub runs_code: bool,
    /// Whether it makes, changes or drops what is the whole server's: roles, databases, tablespaces.
    pub reaches_beyond_schema: bool,
    /// Whether an index is built or dropped while others write (`CONCURRENTLY`).
    pub is_concurrent: bool,
}

impl Statement {
    /// Classifies the first statement of a text; comments before it are passed over.
    pub fn of(dialect: Dialect, text: &str) -> Self {
        Self::of_lexemes(dialect, &lexemes(dialect, text))
    }

    /// The same by tokens that were read already.
    pub fn of_lexemes(dialect: Dialect, lexemes: &[Lexeme]) -> Self {
        let verb = lexemes.first().map(Lexeme::upper).unwrap_or_default();
        let class = class_of(dialect, lexemes);
        let object = Object::of(dialect, lexemes);
        let is_change = matches!(class, VerbClass::Create | VerbClass::Alter | VerbClass::Drop);
        let is_rows = class == VerbClass::ChangesRows;
        Self {
            changes_rows: is_rows && dialect_shares_transaction(&verb),
            fills_table: class == VerbClass::Create && fills_table(object.as_ref(), lexemes),
            manages_transactions: manages_transactions(class, &verb, lexemes),
            sets_session: class == VerbClass::SetsSession || calls(lexemes, "set_config"),
            runs_code: runs_code(class, object.as_ref(), lexemes) || is_analyzed_statement(dialect, lexemes),
            reaches_beyond_schema: is_change && object::is_of_server(dialect, lexemes),
            is_concurrent: is_change && lexemes.iter().take(5).any(|lexeme| lexeme.is("CONCURRENTLY")),
            verb,
            class,
            object,
        }
    }

    /// Whether it begins with a verb, given in upper case.
    pub fn is(&self, verb: &str) -> bool {
        self.verb == verb
    }
}

/// A `TRUNCATE` or `MERGE` is no row-by-row change, or of no server that has no transactions for its schema.
fn dialect_shares_transaction(verb: &str) -> bool {
    matches!(verb, "INSERT" | "UPDATE" | "DELETE" | "REPLACE")
}

/// `AS SELECT`, `AS VALUES`, `AS TABLE`, `AS EXECUTE`, or the same without `AS`. A partition's `VALUES` are its bounds, and what is in
/// parentheses behind other words is a default or a check.
fn fills_table(object: Option<&Object>, lexemes: &[Lexeme]) -> bool {
    let is_table = object.is_some_and(|object| object.kind == "TABLE");
    let brings = |at: usize| {
        let is_bound = || {
            let before = at.checked_sub(1).map(|before| &lexemes[before]);
            let behind = lexemes.get(at + 1);
            before.is_some_and(|lexeme| lexeme.is("FOR"))
                || behind.is_some_and(|lexeme| lexeme.is_any(&["LESS", "IN"]))
        };
        let is_query =
            |at: usize| lexemes[at].is("TABLE") && lexemes[..at].iter().any(|before| before.is("TABLE"));
        lexemes[at].is_any(&["SELECT", "EXECUTE"])
            || (lexemes[at].is("VALUES") && !is_bound())
            || is_query(at)
    };
    is_table && (0..lexemes.len()).any(brings)
}

fn manages_transactions(class: VerbClass, verb: &str, lexemes: &[Lexeme]) -> bool {
    match class {
        VerbClass::BeginsTransaction
        | VerbClass::EndsTransaction
        | VerbClass::WithinTransaction
        | VerbClass::Locks => true,
        VerbClass::SetsSession => lexemes.iter().any(|lexeme| {
            lexeme
                .name()
                .is_some_and(|name| name.to_ascii_lowercase().trim_start_matches('@') == "autocommit")
        }),
        VerbClass::ControlsServer(_) => matches!(verb, "XA" | "FLUSH"),
        VerbClass::Create
        | VerbClass::Alter
        | VerbClass::Drop
        | VerbClass::Rename
        | VerbClass::Describes
        | VerbClass::Grants
        | VerbClass::ChangesRows
        | VerbClass::MovesRows
        | VerbClass::RunsCode
        | VerbClass::Maintains
        | VerbClass::Notifies
        | VerbClass::Unknown => false,
    }
}

fn calls(lexemes: &[Lexeme], function: &str) -> bool {
    lexemes.windows(2).any(|pair| pair[0].is(function) && pair[1].is_sign("("))
}

/// `ANALYZE SELECT …`, which runs the statement (MariaDB manual, "ANALYZE Statement"), as opposed to `ANALYZE TABLE`.
fn is_analyzed_statement(dialect: Dialect, lexemes: &[Lexeme]) -> bool {
    let is_analyze = lexemes.first().is_some_and(|first| first.is("ANALYZE"));
    let is_of_table = lexemes
        .get(1)
        .is_some_and(|second| second.is_any(&["TABLE", "TABLES", "LOCAL", "NO_WRITE_TO_BINLOG"]));
    dialect == Dialect::Mysql && is_analyze && !is_of_table
}

/// What statements do when they run, and not when what they define is run.
fn runs_code(class: VerbClass, object: Option<&Object>, lexemes: &[Lexeme]) -> bool {
    let has = |word: &str| lexemes.iter().any(|lexeme| lexeme.is(word));
    match class {
        VerbClass::RunsCode | VerbClass::ChangesRows | VerbClass::MovesRows => true,
        VerbClass::SetsSession => lexemes.iter().any(|lexeme| lexeme.is_sign("(")) || has("STATEMENT"),
        VerbClass::Create | VerbClass::Alter => match object.map(|object| object.kind.as_str()) {
            Some("EVENT") => true,
            Some("VIEW" | "TRIGGER" | "PROCEDURE" | "FUNCTION" | "PACKAGE" | "PACKAGE BODY") => false,
            Some(_) | None => has("SELECT"),
        },
        VerbClass::Drop
        | VerbClass::Rename
        | VerbClass::Describes
        | VerbClass::Grants
        | VerbClass::BeginsTransaction
        | VerbClass::EndsTransaction
        | VerbClass::WithinTransaction
        | VerbClass::Locks
        | VerbClass::Maintains
        | VerbClass::ControlsServer(_)
        | VerbClass::Notifies
        | VerbClass::Unknown => false,
    }
}

/// A part of a name as the server keeps it: without quotes, doubled quotes single, and folded where the server does.
pub fn unquoted(dialect: Dialect, lexeme: &Lexeme) -> Option<String> {
    let name = lexeme.name()?;
    match (&lexeme.kind, dialect) {
        (LexemeKind::Name(_), Dialect::Postgres | Dialect::Sqlite) => Some(name.replace("\"\"", "\"")),
        (LexemeKind::Name(_), Dialect::Mysql) => Some(name.replace("``", "`")),
        (LexemeKind::Word(_), Dialect::Postgres) => Some(name.to_ascii_lowercase()),
        (LexemeKind::Word(_) | LexemeKind::Text(_) | LexemeKind::Other(_), _) => Some(name.to_owned()),
    }
}

#[cfg(test)]
mod tests;
