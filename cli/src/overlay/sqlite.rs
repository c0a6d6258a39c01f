//! SQLite: the text of `CREATE TABLE` is edited in the copy, which is then read. The copy has no rows, so that
//! its schema may be written like a table (sqlite.org/pragma.html#pragma_writable_schema).

use std::collections::BTreeMap;

use autogen_diesel_schema::{Column, Edit, Table};
use autogen_diff_core::Schema;

use super::{Work, is_new};
use crate::error::CliError;

pub(super) fn declared(work: &mut Work<'_>, edits: &[Edit]) -> Result<Schema, CliError> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    work.run("PRAGMA foreign_keys = OFF")?;
    for edit in edits {
        match edit {
            Edit::CreateTable(table) => {
                let sql = work.create_table(table, edits)?;
                work.run(&sql)?;
            }
            Edit::DropTable(table) => {
                let sql = format!("DROP TABLE {}", work.quoted(table));
                work.run(&sql)?;
            }
            Edit::AddForeignKey(child, ..) if is_new(edits, child) => {}
            Edit::AddColumn(table, _)
            | Edit::DropColumn(table, _)
            | Edit::AlterColumn(table, ..)
            | Edit::SetPrimaryKey(table, _)
            | Edit::AddForeignKey(table, ..) => {
                if let Edit::DropColumn(_, column) = edit {
                    drop_indexes(work, table, column)?;
                }
                let text = texts.get(&table.sql_name).cloned().unwrap_or_else(|| source(work, table));
                texts.insert(table.sql_name.clone(), rewritten(work, &text, edit)?);
            }
        }
    }
    work.run("PRAGMA writable_schema = ON")?;
    for (table, text) in &texts {
        let [table, text] = [table, text].map(|text| work.quoter.literal(text));
        work.run(&format!("UPDATE sqlite_schema SET sql = {text} WHERE type = 'table' AND name = {table}"))?;
    }
    work.run("PRAGMA writable_schema = RESET")?;
    Ok(work.scratch.introspect()?)
}

fn source(work: &Work<'_>, table: &Table) -> String {
    work.now.tables.get(&work.name(table)).map(|table| table.sqlite.source.0.clone()).unwrap_or_default()
}

/// An index of a column goes with it.
fn drop_indexes(work: &mut Work<'_>, table: &Table, column: &Column) -> Result<(), CliError> {
    let column = work.ident(&column.sql_name);
    let indexes =
        work.now.tables.get(&work.name(table)).map(|table| table.indexes.clone()).unwrap_or_default();
    for (name, index) in &indexes {
        if index.covers(&column) {
            work.run(&format!("DROP INDEX {}", work.quoter.ident(name)))?;
        }
    }
    Ok(())
}

fn rewritten(work: &Work<'_>, text: &str, edit: &Edit) -> Result<String, CliError> {
    match edit {
        Edit::AddColumn(table, column) => {
            let last = column_source(work, table, None)?;
            replaced(work, text, &last, &format!("{last}, {}", work.definition(column)?))
        }
        Edit::AlterColumn(table, _, column) => {
            let old = column_source(work, table, Some(column))?;
            replaced(work, text, &old, &altered(&old, &work.definition(column)?))
        }
        Edit::DropColumn(table, column) => {
            let old = column_source(work, table, Some(column))?;
            let start = text.find(&old).ok_or_else(|| work.refused("the table's text can't be edited"))?;
            let (before, after) = (text[..start].trim_end(), text[start + old.len()..].trim_start());
            Ok(match (before.strip_suffix(','), after.strip_prefix(',')) {
                (_, Some(after)) => format!("{before} {}", after.trim_start()),
                (Some(before), None) => format!("{before}{after}"),
                (None, None) => return Err(work.refused("a table needs a column")),
            })
        }
        Edit::AddForeignKey(_, column, parent) => {
            let close = text.rfind(')').ok_or_else(|| work.refused("the table's text can't be edited"))?;
            Ok(format!(
                "{}, {}{}",
                text[..close].trim_end(),
                work.foreign_key(column, parent),
                &text[close..]
            ))
        }
        Edit::SetPrimaryKey(table, _) => {
            Err(work.refused(&format!("the primary key of {} changes", table.full_sql_name())))
        }
        Edit::CreateTable(_) | Edit::DropTable(_) => Ok(text.to_owned()),
    }
}

/// The text of a column's definition, or of the last one's.
fn column_source(work: &Work<'_>, table: &Table, column: Option<&Column>) -> Result<String, CliError> {
    let live = work.now.tables.get(&work.name(table));
    let found = match column {
        Some(column) => live.and_then(|live| live.column(&work.ident(&column.sql_name))),
        None => live.and_then(|live| live.columns.last()),
    };
    let source = found.map(|column| column.sqlite.source.0.clone()).filter(|source| !source.is_empty());
    source.ok_or_else(|| work.refused("the table's text can't be edited"))
}

fn replaced(work: &Work<'_>, text: &str, old: &str, new: &str) -> Result<String, CliError> {
    if text.matches(old).count() != 1 {
        return Err(work.refused("the table's text can't be edited"));
    }
    Ok(text.replacen(old, new, 1))
}

/// A definition with another type and nullability, and its other clauses as they are.
fn altered(old: &str, new: &str) -> String {
    const CLAUSES: [&str; 10] = [
        "CONSTRAINT",
        "PRIMARY",
        "NOT",
        "NULL",
        "UNIQUE",
        "CHECK",
        "DEFAULT",
        "COLLATE",
        "REFERENCES",
        "GENERATED",
    ];
    let upper = old.to_ascii_uppercase();
    let is_word = |at: usize, word: &str| {
        let before = upper[..at].chars().last().is_some_and(|c| c.is_whitespace() || c == ')' || c == '"');
        let after = upper[at + word.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '_');
        before && after
    };
    let starts = CLAUSES.iter().flat_map(|word| upper.match_indices(word).map(|(at, _)| (at, *word)));
    let first = starts.filter(|(at, word)| is_word(*at, word)).map(|(at, _)| at).min();
    let rest = first.map_or("", |at| &old[at..]);
    let position = rest.to_ascii_uppercase().find("NOT NULL");
    let rest = match position {
        Some(at) => format!("{}{}", &rest[..at], rest[at + "NOT NULL".len()..].trim_start()),
        None => rest.to_owned(),
    };
    format!("{new} {rest}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::altered;

    #[test]
    fn other_clauses_stay() {
        assert_eq!(altered("a VARCHAR(5) NOT NULL DEFAULT 'x'", "a text"), "a text DEFAULT 'x'");
        assert_eq!(altered("\"a\" INT", "a text NOT NULL"), "a text NOT NULL");
        assert_eq!(
            altered("a int REFERENCES p (id) ON DELETE CASCADE", "a bigint NOT NULL"),
            "a bigint NOT NULL REFERENCES p (id) ON DELETE CASCADE"
        );
    }
}
