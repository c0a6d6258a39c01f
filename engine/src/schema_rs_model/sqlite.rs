//! SQLite: the text of `CREATE TABLE` is edited in the copy, which is then read. The copy has no rows, so that
//! its schema may be written like a table (sqlite.org/pragma.html#pragma_writable_schema).

use std::collections::BTreeMap;

use autogen_diesel_schema::{Column, ColumnType, Edit, Table};
use autogen_diff_core::{Dialect, Schema};
use autogen_sql_text::{LexemeKind, lexemes};

use super::edit::{SchemaRsEdit, column_name, is_new};
use super::sqlite_key::with_key;
use crate::error::Error;

pub(super) fn declared(work: &mut SchemaRsEdit<'_>, edits: &[Edit]) -> Result<Schema, Error> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    work.run("PRAGMA foreign_keys = OFF")?;
    // Columns come in behind the last one that is there, so before that one is edited itself; keys move when all is there.
    let (added, others): (Vec<&Edit>, Vec<&Edit>) =
        edits.iter().partition(|edit| matches!(edit, Edit::AddColumn(..)));
    let (keys, others): (Vec<&Edit>, Vec<&Edit>) =
        others.into_iter().partition(|edit| matches!(edit, Edit::SetPrimaryKey(..)));
    for edit in added.into_iter().chain(others).chain(keys) {
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
            // A rowid that no column is: there is nothing to take away.
            Edit::DropColumn(table, column) if work.live_column(table, column).is_none() => {}
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
    work.scratch.write_table_texts(&texts).map_err(|failure| work.refused(&failure.message))?;
    Ok(work.scratch.introspect()?)
}

fn source(work: &SchemaRsEdit<'_>, table: &Table) -> String {
    work.now.table(&work.name(table)).map(|table| table.sqlite().source.0.clone()).unwrap_or_default()
}

/// An index of a column goes with it.
fn drop_indexes(work: &mut SchemaRsEdit<'_>, table: &Table, column: &Column) -> Result<(), Error> {
    let column = column_name(work.now, &column.sql_name);
    let indexes = work.now.table(&work.name(table)).map(|table| table.indexes.clone()).unwrap_or_default();
    for (name, index) in &indexes {
        if index.covers(&column) {
            work.run(&format!("DROP INDEX {}", work.quoter.ident(name)))?;
        }
    }
    Ok(())
}

fn rewritten(work: &SchemaRsEdit<'_>, text: &str, edit: &Edit) -> Result<String, Error> {
    match edit {
        Edit::AddColumn(table, column) => {
            let last = column_source(work, table, None)?;
            replaced(work, text, &last, &format!("{last}, {}", work.definition(column)?))
        }
        Edit::AlterColumn(table, column, change) => {
            let old = column_source(work, table, Some(column))?;
            let nullable =
                Column { ty: ColumnType { nullable: true, ..column.ty.clone() }, ..column.clone() };
            let other = change.has_type().then(|| work.definition(&nullable)).transpose()?;
            let new = altered(&old, other.as_deref(), column.ty.nullable);
            let new = new.ok_or_else(|| work.refused("the table's text can't be edited"))?;
            replaced(work, text, &old, &new)
        }
        Edit::DropColumn(table, column) => {
            let old = column_source(work, table, Some(column))?;
            let start = place(work, text, &old)?;
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
        Edit::SetPrimaryKey(_, key) => {
            let columns: Vec<String> = key.iter().map(|column| work.quoter.text(column)).collect();
            let edited = with_key(text, &columns.join(", "));
            edited.ok_or_else(|| work.refused("the table's text can't be edited"))
        }
        Edit::CreateTable(_) | Edit::DropTable(_) => Ok(text.to_owned()),
    }
}

/// The text of a column's definition, or of the last one's.
fn column_source(work: &SchemaRsEdit<'_>, table: &Table, column: Option<&Column>) -> Result<String, Error> {
    let live = work.now.table(&work.name(table));
    let found = match column {
        Some(column) => work.live_column(table, column),
        None => live.and_then(|live| live.columns.last()),
    };
    let source = found.map(|column| column.sqlite().source.0.clone()).filter(|source| !source.is_empty());
    source.ok_or_else(|| work.refused("the table's text can't be edited"))
}

fn replaced(work: &SchemaRsEdit<'_>, text: &str, old: &str, new: &str) -> Result<String, Error> {
    let start = place(work, text, old)?;
    Ok(format!("{}{new}{}", &text[..start], &text[start + old.len()..]))
}

/// Where a column's definition stands: behind a parenthesis or a comma, and not within another one's name.
fn place(work: &SchemaRsEdit<'_>, text: &str, definition: &str) -> Result<usize, Error> {
    place_of(text, definition).ok_or_else(|| work.refused("the table's text can't be edited"))
}

fn place_of(text: &str, definition: &str) -> Option<usize> {
    let begins = |at: &usize| text[..*at].trim_end().ends_with(['(', ',']);
    let ends = |at: &usize| text[at + definition.len()..].trim_start().starts_with([',', ')']);
    let mut places = text.match_indices(definition).map(|(at, _)| at).filter(|at| begins(at) && ends(at));
    match (places.next(), places.next()) {
        (Some(only), None) => Some(only),
        (Some(_), Some(_)) | (None, _) => None,
    }
}

/// A definition with another nullability, with another name and type when they are given, and its other clauses as they are.
fn altered(old: &str, name_and_type: Option<&str>, nullable: bool) -> Option<String> {
    const CLAUSES: [&str; 11] = [
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
        "AS",
    ];
    // Words outside of quotes, behind the name.
    let lexemes = lexemes(Dialect::Sqlite, old);
    if lexemes.is_empty() {
        return None;
    }
    let words = lexemes.iter().skip(1).filter(|lexeme| matches!(lexeme.kind, LexemeKind::Word(_)));
    let words: Vec<(String, std::ops::Range<usize>)> =
        words.map(|lexeme| (lexeme.upper(), lexeme.span.clone())).collect();
    let first = words.iter().find(|(word, _)| CLAUSES.contains(&word.as_str()));
    let own = first.map_or(old, |(_, first)| &old[..first.start]);
    let not_null = if nullable { "" } else { " NOT NULL" };
    let new = format!("{}{not_null}", name_and_type.unwrap_or(own).trim_end());
    let Some((_, first)) = first else { return Some(new) };
    let not_null = words.windows(2).find(|pair| pair[0].0 == "NOT" && pair[1].0 == "NULL");
    let rest = match not_null {
        Some(pair) => format!("{}{}", &old[first.start..pair[0].1.start], old[pair[1].1.end..].trim_start()),
        None => old[first.start..].to_owned(),
    };
    Some(format!("{new} {rest}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{altered, place_of};

    #[test]
    fn other_clauses_stay() {
        for (old, new, wanted) in [
            ("a VARCHAR(5) NOT NULL DEFAULT 'x'", "a text", "a text DEFAULT 'x'"),
            ("\"a\" INT", "a text NOT NULL", "a text NOT NULL"),
            (
                "a int REFERENCES p (id) ON DELETE CASCADE",
                "a bigint NOT NULL",
                "a bigint NOT NULL REFERENCES p (id) ON DELETE CASCADE",
            ),
            (
                "\"default\" int CHECK (\"default\" > 1)",
                "\"default\" text",
                "\"default\" text CHECK (\"default\" > 1)",
            ),
            ("a text DEFAULT 'not null'", "a blob", "a blob DEFAULT 'not null'"),
            ("a int AS (b * 2)", "a bigint", "a bigint AS (b * 2)"),
            ("a Numeric(10, 2) NOT NULL DEFAULT 1", "", "a Numeric(10, 2) DEFAULT 1"),
            ("\"a b\" VARCHAR(9)", " NOT NULL", "\"a b\" VARCHAR(9) NOT NULL"),
        ] {
            let (head, nullable) = new.strip_suffix(" NOT NULL").map_or((new, true), |head| (head, false));
            let head = Some(head).filter(|head| !head.is_empty());
            assert_eq!(altered(old, head, nullable).as_deref(), Some(wanted), "{old}");
        }
    }

    #[test]
    fn a_definition_is_not_found_within_another_one() {
        let text = "CREATE TABLE t (user_id integer, id integer, x text)";
        assert_eq!(place_of(text, "id integer"), text.find(", id integer").map(|at| at + 2));
        assert_eq!(place_of(text, "d integer"), None);
    }
}
