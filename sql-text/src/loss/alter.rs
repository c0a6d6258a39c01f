//! `ALTER`, and MySQL's `RENAME TABLE`.

use super::cursor::{Cursor, TableName, between_commas};
use super::effect::{Effect, lost_in};
use crate::{Dialect, Lexeme};

/// What follows `DROP` inside of `ALTER TABLE` and is no column. A word that is not reserved may name one.
const fn no_column(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Postgres | Dialect::Sqlite => &["CONSTRAINT"],
        Dialect::Mysql => &["CONSTRAINT", "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK", "PERIOD"],
    }
}

/// What a clause that matters here begins with.
const CLAUSES: [&str; 10] =
    ["DROP", "TRUNCATE", "EXCHANGE", "DISCARD", "ENGINE", "ALTER", "MODIFY", "CHANGE", "CONVERT", "ADD"];

pub(super) fn effects(mut cursor: Cursor<'_>) -> Vec<Effect> {
    cursor.skip(&["ONLINE"]);
    // MariaDB: rows that a new unique key does not let in are thrown away.
    let throws_away = cursor.skip(&["IGNORE"]);
    match cursor.word().as_str() {
        "TABLE" | "SEQUENCE" => table(cursor, throws_away),
        "TYPE" => composite(cursor),
        _ => Vec::new(),
    }
}

fn table(mut cursor: Cursor<'_>, throws_away: bool) -> Vec<Effect> {
    cursor.skip(&["IF", "EXISTS", "ONLY"]);
    let table = cursor.name();
    cursor.sign("*");
    if table.is_none() {
        // A name that is put in when the statement is run: `ALTER TABLE %I …`.
        while cursor.peek().is_some_and(|next| !next.is_any(&CLAUSES)) {
            cursor.next();
        }
    }
    let thrown = throws_away.then(|| lost_in(table.clone()));
    let clauses = between_commas(cursor.rest()).into_iter();
    let of_clause = |clause: &[Lexeme]| clause_effect(cursor.dialect, table.as_ref(), clause);
    thrown.into_iter().chain(clauses.filter_map(of_clause)).collect()
}

/// What one clause of an `ALTER TABLE` does.
fn clause_effect(dialect: Dialect, table: Option<&TableName>, clause: &[Lexeme]) -> Option<Effect> {
    let mut cursor = Cursor::new(dialect, clause);
    let second = clause.get(1);
    let second_is = |words: &[&str]| second.is_some_and(|second| second.is_any(words));
    let lost = || Some(lost_in(table.cloned()));
    match cursor.word().as_str() {
        "DROP" if second_is(&["SYSTEM"]) => lost(),
        "DROP" => (!second_is(no_column(dialect))).then(|| lost_in(table.cloned())),
        // A partition that is detached, converted or reorganized keeps its rows.
        "TRUNCATE" | "EXCHANGE" if second_is(&["PARTITION"]) => lost(),
        "DISCARD" => lost(),
        "ENGINE" if clause.iter().any(|lexeme| lexeme.is("BLACKHOLE")) => lost(),
        "ALTER" if gives_a_type(clause) => Some(Effect::Retypes(table.cloned())),
        "MODIFY" | "CHANGE" => Some(Effect::Retypes(table.cloned())),
        "CONVERT" if second_is(&["TO"]) => Some(Effect::Retypes(table.cloned())),
        "RENAME" => renamed(table?, cursor),
        "SET" if second_is(&["SCHEMA"]) => moved(table?, cursor),
        _ => None,
    }
}

/// `ALTER [COLUMN] c [SET DATA] TYPE t`.
fn gives_a_type(clause: &[Lexeme]) -> bool {
    let behind = if clause.get(1).is_some_and(|second| second.is("COLUMN")) { 3 } else { 2 };
    let rest = clause.get(behind..).unwrap_or_default();
    matches!(rest, [kind, ..] if kind.is("TYPE"))
        || matches!(rest, [set, data, ..] if set.is("SET") && data.is("DATA"))
}

/// `RENAME TO t`; MySQL also takes `RENAME t` and `RENAME AS t`. With two names it is a column or the like.
fn renamed(table: &TableName, mut cursor: Cursor<'_>) -> Option<Effect> {
    let is_told = cursor.skip(&["TO", "AS"]);
    let to = cursor.name()?;
    (is_told || cursor.rest().is_empty()).then(|| Effect::Renames { from: table.clone(), to })
}

fn moved(table: &TableName, mut cursor: Cursor<'_>) -> Option<Effect> {
    cursor.next();
    let namespace = cursor.name()?.name;
    let to = TableName { namespace: Some(namespace), name: table.name.clone() };
    Some(Effect::Renames { from: table.clone(), to })
}

/// An attribute of a composite type is a part of each value.
fn composite(mut cursor: Cursor<'_>) -> Vec<Effect> {
    cursor.name();
    let clauses = between_commas(cursor.rest()).into_iter();
    let of_clause = |clause: &[Lexeme]| match clause {
        [drop, attribute, ..] if drop.is("DROP") && attribute.is("ATTRIBUTE") => Some(Effect::Loses),
        [alter, attribute, ..] if alter.is("ALTER") && attribute.is("ATTRIBUTE") => {
            Some(Effect::Retypes(None))
        }
        _ => None,
    };
    clauses.filter_map(of_clause).collect()
}

/// `RENAME TABLE a TO b, c TO d`.
pub(super) fn renames(mut cursor: Cursor<'_>) -> Vec<Effect> {
    if !cursor.skip(&["TABLE", "TABLES"]) {
        return Vec::new();
    }
    let pairs = between_commas(cursor.rest()).into_iter();
    let renamed = |pair: &[Lexeme]| {
        let mut cursor = Cursor::new(cursor.dialect, pair);
        cursor.skip(&["IF", "EXISTS"]);
        let from = cursor.name()?;
        while !cursor.skip(&["TO"]) {
            cursor.next()?;
        }
        Some(Effect::Renames { from, to: cursor.name()? })
    };
    pairs.filter_map(renamed).collect()
}
