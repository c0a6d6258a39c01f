//! What one `schema.rs` says and another does not.

use autogen_diff_core::Dialect;

use crate::file::{Column, Joinable, SchemaFile, Table};
use crate::types::same_type;

/// One thing that has to be done to the database behind a file, so that it is the one behind another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A table that is not there yet.
    CreateTable(Table),
    /// A table that is stated no more.
    DropTable(Table),
    /// A column that is not there yet.
    AddColumn(Table, Column),
    /// A column that is stated no more.
    DropColumn(Table, Column),
    /// A column of another type or nullability; as it is, and as it shall be.
    AlterColumn(Table, Column, Column),
    /// Another primary key, by the columns' names in the database.
    SetPrimaryKey(Table, Vec<String>),
    /// A foreign key that is not there yet: the child, the column, and the parent.
    AddForeignKey(Table, Column, Table),
}

/// Compares what is there with what is stated.
///
/// A `joinable!` that is stated no more is no reason to drop a foreign key: there are files without any.
pub fn edits(found: &SchemaFile, stated: &SchemaFile, dialect: Dialect) -> Vec<Edit> {
    let comparison = Comparison {
        dialect,
        // A file of an older Diesel says nothing of lengths.
        with_lengths: columns(stated).any(|column| column.max_length.is_some()),
    };
    let mut edits = Vec::new();
    for table in &stated.tables {
        match comparison.same_table(found, table) {
            None => edits.push(Edit::CreateTable(table.clone())),
            Some(before) => comparison.table(before, table, &mut edits),
        }
    }
    let gone = found.tables.iter().filter(|table| comparison.same_table(stated, table).is_none());
    edits.extend(gone.cloned().map(Edit::DropTable));
    let new_joins = stated.joinables.iter().filter(|join| !has_join(found, stated, join));
    edits.extend(new_joins.filter_map(|join| foreign_key(stated, join)));
    edits
}

fn columns(file: &SchemaFile) -> impl Iterator<Item = &Column> {
    file.tables.iter().flat_map(|table| &table.columns)
}

fn by_rust_name<'a>(file: &'a SchemaFile, name: &str) -> Option<&'a Table> {
    file.tables.iter().find(|table| table.rust_name == name)
}

/// Whether a file has the same join, by names in the database.
fn has_join(found: &SchemaFile, stated: &SchemaFile, join: &Joinable) -> bool {
    let names = |file: &SchemaFile, join: &Joinable| {
        let (child, parent) = (by_rust_name(file, &join.child)?, by_rust_name(file, &join.parent)?);
        let column = child.columns.iter().find(|column| column.rust_name == join.column)?;
        Some([child.full_sql_name(), parent.full_sql_name(), column.sql_name.clone()])
    };
    let wanted = names(stated, join);
    wanted.is_some() && found.joinables.iter().any(|other| names(found, other) == wanted)
}

fn foreign_key(stated: &SchemaFile, join: &Joinable) -> Option<Edit> {
    let (child, parent) = (by_rust_name(stated, &join.child)?, by_rust_name(stated, &join.parent)?);
    let column = child.columns.iter().find(|column| column.rust_name == join.column)?;
    Some(Edit::AddForeignKey(child.clone(), column.clone(), parent.clone()))
}

struct Comparison {
    dialect: Dialect,
    with_lengths: bool,
}

impl Comparison {
    /// SQLite's names are the same in any case.
    fn same_name(&self, one: &str, other: &str) -> bool {
        match self.dialect {
            Dialect::Sqlite => one.eq_ignore_ascii_case(other),
            Dialect::Postgres | Dialect::Mysql => one == other,
        }
    }

    fn same_table<'a>(&self, file: &'a SchemaFile, table: &Table) -> Option<&'a Table> {
        file.tables.iter().find(|other| self.same_name(&other.full_sql_name(), &table.full_sql_name()))
    }

    fn table(&self, before: &Table, after: &Table, edits: &mut Vec<Edit>) {
        let find = |table: &Table, name: &str| {
            table.columns.iter().find(|column| self.same_name(&column.sql_name, name)).cloned()
        };
        for column in &after.columns {
            match find(before, &column.sql_name) {
                None => edits.push(Edit::AddColumn(before.clone(), column.clone())),
                Some(old) if !self.same_column(before, &old, column) => {
                    edits.push(Edit::AlterColumn(before.clone(), old, column.clone()));
                }
                Some(_) => {}
            }
        }
        let gone = before.columns.iter().filter(|column| find(after, &column.sql_name).is_none());
        edits.extend(gone.map(|column| Edit::DropColumn(before.clone(), column.clone())));
        let (old, new) = (before.key(), after.key());
        let same = old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| self.same_name(old, new));
        if !same {
            edits.push(Edit::SetPrimaryKey(after.clone(), new.into_iter().map(str::to_owned).collect()));
        }
    }

    fn same_column(&self, table: &Table, old: &Column, new: &Column) -> bool {
        // SQLite tells a rowid as nullable, and many a file is mended there by hand.
        let is_key = self.dialect == Dialect::Sqlite && table.primary_key.contains(&old.rust_name);
        let same_length = !self.with_lengths || old.max_length == new.max_length;
        same_type(self.dialect, old, new) && (is_key || old.ty.nullable == new.ty.nullable) && same_length
    }
}
