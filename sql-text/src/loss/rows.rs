//! Statements about rows: which throw rows or values away, and which carry all rows of a table into another one.

use super::cursor::{Cursor, TableName, between_commas, outside};
use super::effect::{Effect, lost_in};
use crate::{Dialect, Lexeme, LexemeKind};

const MODIFIERS: [&str; 5] = ["LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK", "IGNORE"];

pub(super) fn truncate(mut cursor: Cursor<'_>) -> Vec<Effect> {
    cursor.skip(&["TABLE", "ONLY"]);
    if cursor.peek().is_some_and(|next| next.is_sign("(")) {
        // The function of that name.
        return Vec::new();
    }
    let names = cursor.names();
    if names.is_empty() { vec![Effect::Loses] } else { names.into_iter().map(Effect::LosesIn).collect() }
}

pub(super) fn delete(mut cursor: Cursor<'_>) -> Vec<Effect> {
    cursor.skip(&MODIFIERS);
    if !cursor.skip(&["FROM"]) {
        // `DELETE a, b FROM …`, `DELETE HISTORY FROM …`.
        return vec![Effect::Loses];
    }
    cursor.skip(&["ONLY"]);
    let table = cursor.name().filter(|_| !cursor.peek().is_some_and(|next| next.is_sign(",")));
    let counter = table.as_ref().and_then(|table| counter_of(table, cursor));
    vec![counter.map_or_else(|| lost_in(table), Effect::LosesCounter)]
}

/// The table whose AUTOINCREMENT counter goes: `DELETE FROM sqlite_sequence WHERE name = 't'`.
fn counter_of(table: &TableName, cursor: Cursor<'_>) -> Option<TableName> {
    let is_counters = cursor.dialect == Dialect::Sqlite && table.name == "sqlite_sequence";
    match cursor.rest() {
        [condition, name, equals, value]
            if is_counters && condition.is("WHERE") && name.is("name") && equals.is_sign("=") =>
        {
            let LexemeKind::Text(name) = &value.kind else { return None };
            Some(TableName { namespace: table.namespace.clone(), name: name.to_lowercase() })
        }
        _ => None,
    }
}

pub(super) fn update(mut cursor: Cursor<'_>) -> Vec<Effect> {
    if !sets_null(cursor.rest()) {
        return Vec::new();
    }
    if cursor.skip(&["OR"]) {
        cursor.next();
    }
    cursor.skip(&MODIFIERS);
    cursor.skip(&["ONLY"]);
    let table = if cursor.peek().is_some_and(|next| next.is("SET")) { None } else { cursor.name() };
    let joins = outside(cursor.rest()).take_while(|(_, lexeme)| !lexeme.is("SET"));
    let is_one = !joins.into_iter().any(|(_, lexeme)| lexeme.is_sign(",") || lexeme.is("JOIN"));
    vec![lost_in(table.filter(|_| is_one))]
}

/// SQLite's `INSERT OR REPLACE`, what becomes of rows that are there already, and rows that are carried over.
pub(super) fn insert(mut cursor: Cursor<'_>) -> Vec<Effect> {
    let skips = cursor.rest().iter().any(|lexeme| lexeme.is_any(&["IGNORE", "CONFLICT", "DUPLICATE"]));
    let replaces = cursor.skip(&["OR"]) && cursor.word() == "REPLACE";
    cursor.skip(&MODIFIERS);
    cursor.skip(&["INTO"]);
    let Some(to) = cursor.name() else { return Vec::new() };
    if replaces || sets_null(cursor.rest()) {
        return vec![Effect::LosesIn(to)];
    }
    let copied = copied_table(cursor.dialect, cursor.rest()).filter(|_| !skips);
    copied.map(|from| Effect::Copies { from, to }).into_iter().collect()
}

/// MySQL's and SQLite's `REPLACE`: a row with the same key goes.
pub(super) fn replace(mut cursor: Cursor<'_>) -> Vec<Effect> {
    cursor.skip(&MODIFIERS);
    cursor.skip(&["INTO"]);
    cursor.name().map(Effect::LosesIn).into_iter().collect()
}

/// MySQL's `LOAD DATA … REPLACE INTO TABLE t`.
pub(super) fn load(cursor: Cursor<'_>) -> Vec<Effect> {
    let mut pairs = cursor.rest().windows(2);
    let replaces = pairs.any(|pair| pair[0].is("REPLACE") && pair[1].is("INTO"));
    replaces.then_some(Effect::Loses).into_iter().collect()
}

pub(super) fn merge(mut cursor: Cursor<'_>) -> Vec<Effect> {
    cursor.skip(&["INTO", "ONLY"]);
    let table = cursor.name();
    let mut pairs = cursor.rest().windows(2);
    let deletes = pairs.any(|pair| pair[0].is("THEN") && pair[1].is("DELETE"));
    (deletes || sets_null(cursor.rest())).then(|| lost_in(table)).into_iter().collect()
}

/// Whether a value is set to NULL: in an `UPDATE`, or in what becomes of a row that is there already.
fn sets_null(lexemes: &[Lexeme]) -> bool {
    const END: [&str; 7] = ["WHERE", "FROM", "RETURNING", "WHEN", "ORDER", "LIMIT", "SET"];
    let assignments = |at: usize| {
        let rest = &lexemes[at + 1..];
        let is_end = |lexeme: &Lexeme| lexeme.is_any(&END) || lexeme.is_sign(";");
        let end = outside(rest).find(|(_, lexeme)| is_end(lexeme)).map_or(rest.len(), |(end, _)| end);
        between_commas(&rest[..end])
    };
    let starts = (0..lexemes.len()).filter(|at| {
        let is_key_update = || *at > 0 && lexemes[*at].is("UPDATE") && lexemes[*at - 1].is("KEY");
        lexemes[*at].is("SET") || is_key_update()
    });
    let is_null = |assignment: &[Lexeme]| {
        let mut signs = outside(assignment).filter(|(_, lexeme)| lexeme.is_sign("="));
        signs.next().is_some_and(|(at, _)| is_null_value(&assignment[at + 1..]))
    };
    starts.into_iter().flat_map(assignments).any(is_null)
}

/// `NULL`, `NULL::text`, `CAST(NULL AS text)`, or a row with one of them in it.
fn is_null_value(value: &[Lexeme]) -> bool {
    let before = |at: usize| at.checked_sub(1).map(|before| &value[before]);
    // A parenthesis that begins a value opens a row; what stands in any other one is an argument.
    let mut rows = vec![true];
    for (at, lexeme) in value.iter().enumerate() {
        let starts = before(at).is_none_or(|before| before.is_sign("(") || before.is_sign(","));
        if lexeme.is_sign("(") {
            let is_row = starts || before(at).is_some_and(|before| before.is("ROW"));
            let is_cast = at == 1 && value[0].is("CAST");
            let in_row = rows.last().copied().unwrap_or_default();
            rows.push(in_row && (is_row || is_cast));
        } else if lexeme.is_sign(")") {
            rows.pop();
        } else if lexeme.is("NULL") && starts && rows.last().copied().unwrap_or_default() {
            let next = value.get(at + 1);
            let ends = next
                .is_none_or(|next| [")", ",", "::"].iter().any(|sign| next.is_sign(sign)) || next.is("AS"));
            if ends {
                return true;
            }
        }
    }
    false
}

/// The table all of whose rows a `SELECT` or `TABLE` behind some words takes.
pub(super) fn copied_table(dialect: Dialect, lexemes: &[Lexeme]) -> Option<TableName> {
    let (at, first) = outside(lexemes).find(|(_, lexeme)| lexeme.is_any(&["SELECT", "TABLE"]))?;
    let rest = &lexemes[at + 1..];
    if first.is("SELECT") {
        return selected_table(dialect, rest);
    }
    let mut cursor = Cursor::new(dialect, rest);
    cursor.name().filter(|_| cursor.rest().is_empty())
}

/// The same behind the word `SELECT`. What filters, joins or groups takes not all of them.
pub(super) fn selected_table(dialect: Dialect, lexemes: &[Lexeme]) -> Option<TableName> {
    const FEWER: [&str; 13] = [
        "WHERE",
        "LIMIT",
        "OFFSET",
        "FETCH",
        "GROUP",
        "HAVING",
        "DISTINCT",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "TABLESAMPLE",
        "ONLY",
        "PARTITION",
    ];
    let plain: Vec<(usize, &Lexeme)> = outside(lexemes).collect();
    let (place, from) = plain.iter().enumerate().find(|(_, (_, lexeme))| lexeme.is("FROM"))?;
    let behind = &plain[place + 1..];
    let is_join = |at: usize| {
        let before = at.checked_sub(1).map(|before| behind[before].1);
        behind[at].1.is("JOIN") && !before.is_some_and(|before| before.is_any(&["LEFT", "OUTER"]))
    };
    let takes_fewer = plain.iter().any(|(_, lexeme)| lexeme.is_any(&FEWER))
        || behind.iter().any(|(_, lexeme)| lexeme.is_sign(","))
        || (0..behind.len()).any(is_join);
    Cursor::new(dialect, &lexemes[from.0 + 1..]).name().filter(|_| !takes_fewer)
}
