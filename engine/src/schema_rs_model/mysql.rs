//! MySQL and MariaDB: the edits are made in the copy, which is then read.

use autogen_diesel_schema::{Column, ColumnChange, Edit, Table};
use autogen_diff_core::Schema;

use super::edit::SchemaRsEdit;
use crate::error::Error;

pub(super) fn declared(work: &mut SchemaRsEdit<'_>, edits: &[Edit]) -> Result<Schema, Error> {
    work.run("SET foreign_key_checks = 0")?;
    for edit in edits {
        let sql = statement(work, edit, edits)?;
        work.run(&sql)?;
    }
    Ok(work.scratch.introspect()?)
}

fn statement(work: &SchemaRsEdit<'_>, edit: &Edit, edits: &[Edit]) -> Result<String, Error> {
    let alter = |table: &Table, what: String| format!("ALTER TABLE {} {what}", work.quoted(table));
    Ok(match edit {
        Edit::CreateTable(table) => work.create_table(table, edits)?,
        Edit::DropTable(table) => format!("DROP TABLE {}", work.quoted(table)),
        Edit::AddColumn(table, column) => alter(table, format!("ADD COLUMN {}", work.definition(column)?)),
        Edit::DropColumn(table, column) => {
            alter(table, format!("DROP COLUMN {}", work.quoter.text(&column.sql_name)))
        }
        Edit::AlterColumn(table, column, change) => {
            alter(table, format!("MODIFY {}", altered(work, table, column, *change)?))
        }
        Edit::SetPrimaryKey(table, key) => {
            let names: Vec<String> = key.iter().map(|name| work.quoter.text(name)).collect();
            let live = work.now.table(&work.name(table));
            let has_key = live.is_some_and(|live| live.primary_key().is_some());
            let drop = if has_key { "DROP PRIMARY KEY, " } else { "" };
            alter(table, format!("{drop}ADD PRIMARY KEY ({})", names.join(", ")))
        }
        Edit::AddForeignKey(child, column, parent) => {
            alter(child, format!("ADD {}", work.foreign_key(column, parent)))
        }
    })
}

/// The column's definition with another type and nullability, and all else as it is.
fn altered(
    work: &SchemaRsEdit<'_>,
    table: &Table,
    column: &Column,
    change: ColumnChange,
) -> Result<String, Error> {
    let live = work.live_column(table, column);
    let ty = match live {
        Some(live) if !change.has_type() => live.data_type.clone(),
        Some(_) | None => work.sql_type(column)?,
    };
    let new = format!("{} {ty}", work.quoter.text(&column.sql_name));
    let rest =
        live.map_or("", |live| live.mysql().definition.get(live.data_type.len()..).unwrap_or_default());
    Ok(format!("{new}{}", with_nullability(rest, column.ty.nullable)))
}

/// What follows a type: the character set and the collation stay before `NOT NULL`, and strings as they are.
fn with_nullability(rest: &str, nullable: bool) -> String {
    let quote = rest.find('\'').unwrap_or(rest.len());
    let (head, tail) = rest.split_at(quote);
    let head = head.replacen(" NOT NULL", "", 1);
    if nullable {
        return head + tail;
    }
    let head = head.replacen(" DEFAULT NULL", "", 1).replacen(" NULL", "", 1);
    let mut end = 0;
    while let Some(word) =
        [" CHARACTER SET ", " COLLATE "].iter().find(|word| head[end..].starts_with(**word))
    {
        end += word.len();
        end += head[end..].find(' ').unwrap_or(head.len() - end);
    }
    format!("{} NOT NULL{}{tail}", &head[..end], &head[end..])
}

#[cfg(test)]
mod tests {
    use super::with_nullability;

    #[test]
    fn not_null_comes_behind_the_character_set() {
        assert_eq!(
            with_nullability(" CHARACTER SET latin1 COLLATE latin1_bin DEFAULT NULL", false),
            " CHARACTER SET latin1 COLLATE latin1_bin NOT NULL"
        );
        assert_eq!(
            with_nullability(" NOT NULL DEFAULT 'x' COMMENT 'is NOT NULL'", true),
            " DEFAULT 'x' COMMENT 'is NOT NULL'"
        );
        assert_eq!(with_nullability("", false), " NOT NULL");
    }
}
