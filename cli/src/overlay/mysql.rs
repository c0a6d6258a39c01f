//! MySQL and MariaDB: the edits are made in the copy, which is then read.

use autogen_diesel_schema::{Column, Edit, Table};
use autogen_diff_core::Schema;
use autogen_diff_core::model::ConstraintKind;

use super::{Work, is_new};
use crate::error::CliError;

pub(super) fn declared(work: &mut Work<'_>, edits: &[Edit]) -> Result<Schema, CliError> {
    work.run("SET foreign_key_checks = 0")?;
    for edit in edits {
        let sql = statement(work, edit, edits)?;
        work.run(&sql)?;
    }
    Ok(work.scratch.introspect()?)
}

fn statement(work: &Work<'_>, edit: &Edit, edits: &[Edit]) -> Result<String, CliError> {
    let alter = |table: &Table, what: String| format!("ALTER TABLE {} {what}", work.quoted(table));
    Ok(match edit {
        Edit::CreateTable(table) => work.create_table(table, edits)?,
        Edit::DropTable(table) => format!("DROP TABLE {}", work.quoted(table)),
        Edit::AddColumn(table, column) => alter(table, format!("ADD COLUMN {}", work.definition(column)?)),
        Edit::DropColumn(table, column) => {
            alter(table, format!("DROP COLUMN {}", work.quoter.text(&column.sql_name)))
        }
        Edit::AlterColumn(table, _, column) => {
            alter(table, format!("MODIFY {}", altered(work, table, column)?))
        }
        Edit::SetPrimaryKey(table, key) => {
            let names: Vec<String> = key.iter().map(|name| work.quoter.text(name)).collect();
            let live = work.now.tables.get(&work.name(table));
            let has_key = live.is_some_and(|live| {
                live.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_)))
            });
            let drop = if has_key { "DROP PRIMARY KEY, " } else { "" };
            alter(table, format!("{drop}ADD PRIMARY KEY ({})", names.join(", ")))
        }
        Edit::AddForeignKey(child, column, parent) => {
            debug_assert!(is_new(edits, child) || !child.columns.is_empty(), "a child has columns");
            alter(child, format!("ADD {}", work.foreign_key(column, parent)))
        }
    })
}

/// The column's definition with another type and nullability, and all else as it is.
fn altered(work: &Work<'_>, table: &Table, column: &Column) -> Result<String, CliError> {
    let new = work.definition(column)?;
    let live = work.now.tables.get(&work.name(table));
    let live = live.and_then(|live| live.column(&work.ident(&column.sql_name)));
    let rest = live.map_or("", |live| live.mysql.definition.get(live.data_type.len()..).unwrap_or_default());
    let mut rest = rest.replace(" NOT NULL", "");
    if !column.ty.nullable {
        rest = rest.replace(" DEFAULT NULL", "").replacen(" NULL", "", 1);
    }
    // The type and NOT NULL come first, and before them nothing but a character set.
    Ok(format!("{new}{rest}"))
}
