//! What one `schema.rs` says and another does not.

use autogen_diff_core::Dialect;

use crate::file::{Column, Joinable, SchemaFile, Table};
use crate::types::{TypeSpelling, same_type};

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
    /// A column of another type or nullability, as it shall be.
    AlterColumn(Table, Column, ColumnChange),
    /// Another primary key, by the columns' names in the database.
    SetPrimaryKey(Table, Vec<String>),
    /// A foreign key that is not there yet: the child, the column, and the parent.
    AddForeignKey(Table, Column, Table),
}

/// What of a column is another. Only that may change: a file says less of a type than the database does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnChange {
    /// The type.
    Type,
    /// Whether it may be NULL.
    Nullability,
    /// Both.
    Both,
}

impl ColumnChange {
    const fn of(is_other_type: bool, is_other_nullability: bool) -> Option<Self> {
        match (is_other_type, is_other_nullability) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Type),
            (false, true) => Some(Self::Nullability),
            (false, false) => None,
        }
    }

    /// Whether the type is another.
    pub const fn has_type(self) -> bool {
        match self {
            Self::Type | Self::Both => true,
            Self::Nullability => false,
        }
    }

    /// Whether it is another whether the column may be NULL.
    pub const fn has_nullability(self) -> bool {
        match self {
            Self::Nullability | Self::Both => true,
            Self::Type => false,
        }
    }
}

/// Compares what is there with what is stated.
///
/// A `joinable!` that is stated no more is no reason to drop a foreign key: there are files without any.
pub fn edits(found: &SchemaFile, stated: &SchemaFile, dialect: Dialect) -> Vec<Edit> {
    let comparison = Comparison {
        dialect,
        names: if stated.generated { TypeSpelling::Printed } else { TypeSpelling::ByHand },
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
    let new_joins = stated.joinables.iter().filter(|join| !comparison.has_join(found, stated, join));
    edits.extend(new_joins.filter_map(|join| foreign_key(stated, join)));
    edits
}

fn columns(file: &SchemaFile) -> impl Iterator<Item = &Column> {
    file.tables.iter().flat_map(|table| &table.columns)
}

fn by_rust_name<'a>(file: &'a SchemaFile, name: &str) -> Option<&'a Table> {
    file.tables.iter().find(|table| table.rust_name == name)
}

fn foreign_key(stated: &SchemaFile, join: &Joinable) -> Option<Edit> {
    let (child, column, parent) = ends(stated, join)?;
    Some(Edit::AddForeignKey(child.clone(), column.clone(), parent.clone()))
}

/// The child, the column and the parent of a join.
fn ends<'a>(file: &'a SchemaFile, join: &Joinable) -> Option<(&'a Table, &'a Column, &'a Table)> {
    let (child, parent) = (by_rust_name(file, &join.child)?, by_rust_name(file, &join.parent)?);
    let column = child.columns.iter().find(|column| column.rust_name == join.column)?;
    Some((child, column, parent))
}

struct Comparison {
    dialect: Dialect,
    names: TypeSpelling,
    with_lengths: bool,
}

impl Comparison {
    /// SQLite's tables are the same in any case.
    fn is_table(&self, one: &Table, other: &Table) -> bool {
        let [one, other] = [one, other].map(Table::full_sql_name);
        match self.dialect {
            Dialect::Sqlite => one.eq_ignore_ascii_case(&other),
            Dialect::Postgres | Dialect::Mysql => one == other,
        }
    }

    /// Columns are the same in any case on MySQL too.
    fn same_name(&self, one: &str, other: &str) -> bool {
        match self.dialect {
            Dialect::Sqlite | Dialect::Mysql => one.eq_ignore_ascii_case(other),
            Dialect::Postgres => one == other,
        }
    }

    fn same_table<'a>(&self, file: &'a SchemaFile, table: &Table) -> Option<&'a Table> {
        file.tables.iter().find(|other| self.is_table(other, table))
    }

    /// Whether a file has the same join, by names in the database.
    fn has_join(&self, found: &SchemaFile, stated: &SchemaFile, join: &Joinable) -> bool {
        let Some((child, column, parent)) = ends(stated, join) else { return false };
        found.joinables.iter().filter_map(|other| ends(found, other)).any(|other| {
            self.is_table(child, other.0)
                && self.same_name(&column.sql_name, &other.1.sql_name)
                && self.is_table(parent, other.2)
        })
    }

    fn table(&self, before: &Table, after: &Table, edits: &mut Vec<Edit>) {
        let find = |table: &Table, name: &str| {
            table.columns.iter().find(|column| self.same_name(&column.sql_name, name)).cloned()
        };
        for column in &after.columns {
            match find(before, &column.sql_name) {
                None => edits.push(Edit::AddColumn(before.clone(), column.clone())),
                Some(old) => edits.extend(self.altered(before, &old, column)),
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

    fn altered(&self, table: &Table, old: &Column, new: &Column) -> Option<Edit> {
        // SQLite tells a rowid as nullable, and many a file is mended there by hand.
        let is_key = self.dialect == Dialect::Sqlite && table.primary_key.contains(&old.rust_name);
        let is_same_type = same_type(self.dialect, self.names, old, new) && self.same_length(old, new);
        let change = ColumnChange::of(!is_same_type, !is_key && old.ty.nullable != new.ty.nullable)?;
        let as_stated = Column { sql_name: old.sql_name.clone(), ..new.clone() };
        Some(Edit::AlterColumn(table.clone(), as_stated, change))
    }

    /// SQLite keeps no lengths; a person states them where they matter.
    fn same_length(&self, old: &Column, new: &Column) -> bool {
        let is_stated = match self.names {
            TypeSpelling::Printed => self.with_lengths,
            TypeSpelling::ByHand => new.max_length.is_some(),
        };
        self.dialect == Dialect::Sqlite || !is_stated || old.max_length == new.max_length
    }
}
