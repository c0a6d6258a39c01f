//! The primary key in the text of a SQLite table, by its tokens.

use std::ops::Range;

use autogen_diff_core::Dialect;
use autogen_sql_text::{Lexeme, lexemes};

/// The text of a table with another primary key; the columns are quoted. `None` when the text can't be read.
pub(super) fn with_key(text: &str, columns: &str) -> Option<String> {
    let lexemes = lexemes(Dialect::Sqlite, text);
    let open = lexemes.iter().position(|lexeme| lexeme.is_sign("("))?;
    let items = items(&lexemes[open..])?;
    let close = items.last()?.end + open;
    for item in &items {
        let item = &lexemes[item.start + open..item.end + open];
        let Some(key) = item.windows(2).position(|pair| pair[0].is("PRIMARY") && pair[1].is("KEY")) else {
            continue;
        };
        let is_of_table = key == 0 || (key == 2 && item[0].is("CONSTRAINT"));
        if is_of_table {
            let columns_at = item.get(key + 2)?.span.start;
            let end = item.iter().skip(key).find(|lexeme| lexeme.is_sign(")"))?.span.end;
            return Some(format!("{}({columns}){}", &text[..columns_at], &text[end..]));
        }
        // The key of one column stands at it; what others need stands in the table.
        let clause = clause_of(item, key)?;
        let without = format!("{}{}", text[..clause.start].trim_end(), &text[clause.end..]);
        return Some(appended(
            &without,
            lexemes[close].span.start - clause.len() - spaces(text, clause.start),
            columns,
        ));
    }
    Some(appended(text, lexemes[close].span.start, columns))
}

/// How many spaces stand before a place.
fn spaces(text: &str, at: usize) -> usize {
    at - text[..at].trim_end().len()
}

fn appended(text: &str, close: usize, columns: &str) -> String {
    let (before, after) = text.split_at(close);
    let inner = before.trim_end();
    format!("{inner}, PRIMARY KEY ({columns}){}{after}", &before[inner.len()..])
}

/// `[CONSTRAINT name] PRIMARY KEY [ASC | DESC] [ON CONFLICT …] [AUTOINCREMENT]`.
fn clause_of(item: &[Lexeme], key: usize) -> Option<Range<usize>> {
    let named = key >= 2 && item[key - 2].is("CONSTRAINT");
    let start = item[if named { key - 2 } else { key }].span.start;
    let mut last = key + 1;
    loop {
        let next = |ahead: usize, word: &str| item.get(last + ahead).is_some_and(|lexeme| lexeme.is(word));
        if next(1, "ASC") || next(1, "DESC") || next(1, "AUTOINCREMENT") {
            last += 1;
        } else if next(1, "ON") && next(2, "CONFLICT") {
            last += 3;
        } else {
            break;
        }
    }
    Some(start..item.get(last)?.span.end)
}

/// What stands between the parentheses, by commas; the first lexeme is the parenthesis.
fn items(lexemes: &[Lexeme]) -> Option<Vec<Range<usize>>> {
    let (mut items, mut depth, mut start) = (Vec::new(), 0, 1);
    for (i, lexeme) in lexemes.iter().enumerate() {
        if lexeme.is_sign("(") {
            depth += 1;
        } else if lexeme.is_sign(")") {
            depth -= 1;
        }
        if depth == 0 || (depth == 1 && lexeme.is_sign(",")) {
            items.push(start..i);
            start = i + 1;
        }
        if depth == 0 {
            return Some(items);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::with_key;

    #[test]
    fn the_key_is_found_wherever_it_stands() {
        for (old, new) in [
            (
                "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, code int NOT NULL)",
                "CREATE TABLE t (id INTEGER, code int NOT NULL, PRIMARY KEY (code))",
            ),
            (
                "CREATE TABLE t (\n    id int CONSTRAINT k PRIMARY KEY DESC ON CONFLICT IGNORE NOT NULL,\n    code int\n) STRICT",
                "CREATE TABLE t (\n    id int NOT NULL,\n    code int, PRIMARY KEY (code)\n) STRICT",
            ),
            (
                "CREATE TABLE t (id int, code int, CONSTRAINT k PRIMARY KEY (id, code) ON CONFLICT FAIL, CHECK (id > 0))",
                "CREATE TABLE t (id int, code int, CONSTRAINT k PRIMARY KEY (code) ON CONFLICT FAIL, CHECK (id > 0))",
            ),
            (
                "CREATE TABLE t (a text DEFAULT 'PRIMARY KEY', code int)",
                "CREATE TABLE t (a text DEFAULT 'PRIMARY KEY', code int, PRIMARY KEY (code))",
            ),
        ] {
            assert_eq!(with_key(old, "code").as_deref(), Some(new), "{old}");
        }
    }
}
