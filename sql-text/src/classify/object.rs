//! The object that a statement is about.

use std::ops::Range;

use super::unquoted;
use crate::dialect::Dialect;
use crate::lexeme::{Lexeme, has_outer_comma};

/// An object, as a statement names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its kind in upper case: `TABLE`, `MATERIALIZED VIEW`.
    pub kind: String,
    /// The parts of its name, without quotes.
    pub name: Vec<String>,
    /// The bytes of its name in the statement.
    pub span: Range<usize>,
    /// The table of an index, trigger or policy, when it is named.
    pub on: Option<Vec<String>>,
}

/// Words between a verb and the kind of an object that say nothing of the kind.
const ASIDE: [&str; 26] = [
    "OR",
    "REPLACE",
    "IF",
    "NOT",
    "EXISTS",
    "UNLOGGED",
    "TEMPORARY",
    "TEMP",
    "GLOBAL",
    "LOCAL",
    "UNIQUE",
    "FULLTEXT",
    "SPATIAL",
    "VECTOR",
    "CONCURRENTLY",
    "CONSTRAINT",
    "RECURSIVE",
    "TRUSTED",
    "PROCEDURAL",
    "VIRTUAL",
    "IGNORE",
    "ONLINE",
    "OFFLINE",
    "ONLY",
    "DEFINER",
    "INVOKER",
];

/// Kinds that are named by more than one word.
const LONG_KINDS: [&str; 16] = [
    "ACCESS METHOD",
    "DEFAULT PRIVILEGES",
    "EVENT TRIGGER",
    "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",
    "LARGE OBJECT",
    "MATERIALIZED VIEW",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "PACKAGE BODY",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "USER MAPPING",
    "OWNED BY",
];

/// What is the whole server's on PostgreSQL.
const SERVER_OBJECTS_POSTGRES: [&str; 7] =
    ["ROLE", "USER", "GROUP", "DATABASE", "TABLESPACE", "SYSTEM", "OWNED BY"];

/// The same on MySQL and MariaDB.
pub(crate) const SERVER_OBJECTS_MYSQL: [&str; 12] = [
    "USER",
    "ROLE",
    "SERVER",
    "TABLESPACE",
    "LOGFILE",
    "UNDO",
    "RESOURCE",
    "REFERENCE",
    "INSTANCE",
    "PREPARE",
    "DATABASE",
    "SCHEMA",
];

/// Whether the object of a statement is the whole server's.
pub(super) fn is_of_server(dialect: Dialect, lexemes: &[Lexeme]) -> bool {
    let Some((kind, _)) = kind_at(dialect, lexemes, 1) else { return false };
    match dialect {
        Dialect::Postgres => SERVER_OBJECTS_POSTGRES.contains(&kind.as_str()),
        Dialect::Mysql => SERVER_OBJECTS_MYSQL.contains(&kind.as_str()),
        Dialect::Sqlite => false,
    }
}

impl Object {
    /// The object of a statement; none for several, for one without a name, and where no object is named.
    pub(crate) fn of(dialect: Dialect, lexemes: &[Lexeme]) -> Option<Self> {
        let verb = lexemes.first()?;
        let start = if verb.is_any(&["CREATE", "ALTER", "DROP", "RENAME"]) {
            1
        } else if verb.is("COMMENT") && lexemes.get(1)?.is("ON") {
            2
        } else {
            return None;
        };
        let (kind, at) = kind_at(dialect, lexemes, start)?;
        let at = at + lexemes[at..].iter().take_while(|lexeme| is_before_name(lexeme)).count();
        // An index may be made without a name.
        if lexemes.get(at)?.is("ON") {
            return None;
        }
        let (name, end) = name_at(dialect, lexemes, at)?;
        let is_list = verb.is_any(&["DROP", "RENAME"]) && has_outer_comma(&lexemes[end..]);
        let has_table = ["INDEX", "TRIGGER", "POLICY"].contains(&kind.as_str());
        let on = if has_table { table_behind(dialect, &lexemes[end..]) } else { None };
        let span = lexemes[at].span.start..lexemes[end - 1].span.end;
        (!is_list).then_some(Self { kind, name, span, on })
    }
}

/// The name behind the first `ON`.
fn table_behind(dialect: Dialect, lexemes: &[Lexeme]) -> Option<Vec<String>> {
    let on = lexemes.iter().position(|lexeme| lexeme.is("ON"))?;
    let is_before = |lexeme: &&Lexeme| is_before_name(lexeme);
    let at = on + 1 + lexemes[on + 1..].iter().take_while(is_before).count();
    name_at(dialect, lexemes, at).map(|(name, _)| name)
}

/// `IF NOT EXISTS`, `CONCURRENTLY`, `ONLY`.
fn is_before_name(lexeme: &Lexeme) -> bool {
    lexeme.is_any(&["IF", "NOT", "EXISTS", "CONCURRENTLY", "ONLY"])
}

/// The kind that stands at a place or behind words that say nothing of it, and the place behind it.
fn kind_at(dialect: Dialect, lexemes: &[Lexeme], mut at: usize) -> Option<(String, usize)> {
    loop {
        let lexeme = lexemes.get(at)?;
        if dialect == Dialect::Mysql
            && lexeme.is_any(&["DEFINER", "ALGORITHM"])
            && lexemes.get(at + 1)?.is_sign("=")
        {
            at = behind_account(lexemes, at + 2);
        } else if dialect == Dialect::Mysql && lexeme.is("SQL") && lexemes.get(at + 1)?.is("SECURITY") {
            at += 3;
        } else if lexeme.is_any(&ASIDE) || is_aggregate(lexemes, at) {
            at += 1;
        } else {
            break;
        }
    }
    let mut kind = lexemes.get(at)?.upper();
    at += 1;
    let goes_on = |kind: &str| {
        LONG_KINDS.iter().any(|long| long.strip_prefix(kind).is_some_and(|rest| rest.starts_with(' ')))
    };
    while goes_on(&kind) {
        let longer = format!("{kind} {}", lexemes.get(at).map(Lexeme::upper).unwrap_or_default());
        let is_one = LONG_KINDS.iter().any(|long| *long == longer) || goes_on(&longer);
        if !is_one {
            break;
        }
        kind = longer;
        at += 1;
    }
    (!kind.is_empty()).then_some((kind, at))
}

/// MySQL's `AGGREGATE FUNCTION`.
fn is_aggregate(lexemes: &[Lexeme], at: usize) -> bool {
    lexemes[at].is("AGGREGATE") && lexemes.get(at + 1).is_some_and(|next| next.is("FUNCTION"))
}

/// The place behind `user@host`, `CURRENT_USER()` or `MERGE`.
fn behind_account(lexemes: &[Lexeme], at: usize) -> usize {
    let is = |at: usize, sign: &str| lexemes.get(at).is_some_and(|lexeme| lexeme.is_sign(sign));
    if is(at + 1, "@") || is(at + 1, "(") { at + 3 } else { at + 1 }
}

/// A name with the names before it, and the place behind it.
fn name_at(dialect: Dialect, lexemes: &[Lexeme], mut at: usize) -> Option<(Vec<String>, usize)> {
    let mut name = vec![unquoted(dialect, lexemes.get(at)?)?];
    at += 1;
    while lexemes.get(at).is_some_and(|lexeme| lexeme.is_sign(".")) {
        name.push(unquoted(dialect, lexemes.get(at + 1)?)?);
        at += 2;
    }
    Some((name, at))
}
