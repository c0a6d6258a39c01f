//! What one statement does to tables and their rows, as its words tell.

use super::cursor::{Cursor, TableName};
use super::{alter, code, create, drop, rows};
use crate::{Dialect, Lexeme, LexemeKind};

/// One thing that a statement does. A sequence counts as a table whose only row is its counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Names without a namespace mean another one from here on.
    ChangesNamespace,
    /// A table is made.
    Creates { table: TableName, is_temporary: bool, unless_there: bool },
    /// All rows of a table go into another one.
    Copies { from: TableName, to: TableName },
    /// A table gets another name.
    Renames { from: TableName, to: TableName },
    /// A table goes.
    Drops(TableName),
    /// Rows, columns or values of a table go.
    LosesIn(TableName),
    /// The counter of a table goes, from which it takes numbers.
    LosesCounter(TableName),
    /// Something goes, and it can't be told of which table.
    Loses,
    /// A column of a table, or of one that can't be told, gets another type.
    Retypes(Option<TableName>),
}

/// The effects of a statement. What code does in the end is not among them.
pub(super) fn effects(dialect: Dialect, lexemes: &[Lexeme]) -> Vec<Effect> {
    let mut cursor = Cursor::new(dialect, lexemes);
    match cursor.word().as_str() {
        "DROP" => drop::effects(cursor),
        "ALTER" => alter::effects(cursor),
        "CREATE" => create::effects(cursor),
        "RENAME" => alter::renames(cursor),
        "TRUNCATE" => rows::truncate(cursor),
        "DELETE" => rows::delete(cursor),
        "UPDATE" => rows::update(cursor),
        "INSERT" => rows::insert(cursor),
        "REPLACE" => rows::replace(cursor),
        "LOAD" => rows::load(cursor),
        "MERGE" => rows::merge(cursor),
        "SELECT" => create::select_into(cursor),
        "WITH" => in_parts(dialect, lexemes),
        // It runs what it explains.
        "EXPLAIN" if lexemes.iter().any(|lexeme| lexeme.is("ANALYZE")) => in_parts(dialect, lexemes),
        "USE" => vec![Effect::ChangesNamespace],
        "SET" if names_search_path(cursor.rest()) => vec![Effect::ChangesNamespace],
        _ => Vec::new(),
    }
}

/// What is lost in a table, or somewhere.
pub(super) fn lost_in(table: Option<TableName>) -> Effect {
    table.map_or(Effect::Loses, Effect::LosesIn)
}

fn in_parts(dialect: Dialect, lexemes: &[Lexeme]) -> Vec<Effect> {
    code::parts(lexemes).into_iter().flat_map(|part| effects(dialect, part)).collect()
}

/// Whether a setting is where PostgreSQL looks for names.
pub(super) fn names_search_path(lexemes: &[Lexeme]) -> bool {
    lexemes.iter().any(|lexeme| match &lexeme.kind {
        LexemeKind::Word(word) | LexemeKind::Text(word) => {
            word.eq_ignore_ascii_case("search_path") || word.eq_ignore_ascii_case("schema")
        }
        LexemeKind::Name(_) | LexemeKind::Other(_) => false,
    })
}
