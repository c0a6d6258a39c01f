//! `CREATE TABLE`, `CREATE SEQUENCE` and `SELECT … INTO`.

use super::cursor::Cursor;
use super::effect::{Effect, names_search_path};
use super::rows::copied_table;
use crate::{Dialect, Lexeme};

pub(super) fn effects(mut cursor: Cursor<'_>) -> Vec<Effect> {
    let replaces = cursor.skip(&["OR", "REPLACE"]);
    cursor.skip(&["GLOBAL", "LOCAL"]);
    let is_temporary = cursor.skip(&["TEMP", "TEMPORARY"]);
    cursor.skip(&["UNLOGGED", "FOREIGN", "VIRTUAL"]);
    if !cursor.skip(&["TABLE", "SEQUENCE"]) {
        return Vec::new();
    }
    let unless_there = cursor.skip(&["IF", "NOT", "EXISTS"]);
    let Some(table) = cursor.name() else { return Vec::new() };
    let mut effects = Vec::new();
    if replaces && !is_temporary {
        effects.push(Effect::Drops(table.clone()));
    }
    effects.push(Effect::Creates { table: table.clone(), is_temporary, unless_there });
    if !is_without_data(cursor.rest()) {
        let copied = copied_table(cursor.dialect, cursor.rest());
        effects.extend(copied.map(|from| Effect::Copies { from, to: table }));
    }
    effects
}

/// `CREATE TABLE … AS … WITH NO DATA`.
fn is_without_data(lexemes: &[Lexeme]) -> bool {
    matches!(lexemes, [.., no, data] if no.is("NO") && data.is("DATA"))
}

/// PostgreSQL's `SELECT … INTO t FROM …`, and what `set_config` does to names.
pub(super) fn select_into(mut cursor: Cursor<'_>) -> Vec<Effect> {
    let calls = |lexeme: &Lexeme| lexeme.is("set_config");
    if cursor.rest().iter().any(calls) && names_search_path(cursor.rest()) {
        return vec![Effect::ChangesNamespace];
    }
    if cursor.dialect != Dialect::Postgres {
        return Vec::new();
    }
    let all = cursor.rest();
    while let Some(next) = cursor.next() {
        if !next.is("INTO") {
            continue;
        }
        let is_temporary = cursor.skip(&["TEMP", "TEMPORARY"]);
        cursor.skip(&["UNLOGGED", "TABLE"]);
        let Some(table) = cursor.name() else { break };
        let made = Effect::Creates { table: table.clone(), is_temporary, unless_there: false };
        let from = super::rows::selected_table(cursor.dialect, all);
        return std::iter::once(made).chain(from.map(|from| Effect::Copies { from, to: table })).collect();
    }
    Vec::new()
}
