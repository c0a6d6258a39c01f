//! A struct: a table.

use proc_macro2::Span;

use super::{Check, Column, Exclude, ForeignKey, Index, PerDatabase, Place, PrimaryKey, Text, Unique};
use crate::database::Database;

/// A struct: a table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The struct's name.
    pub rust_name: String,
    /// The modules that it is in, the crate's name first.
    pub module: Vec<String>,
    /// The struct.
    pub place: Place,
    /// The table's name.
    pub name: Text,
    /// The PostgreSQL schema.
    pub schema: Option<Text>,
    /// The fields that are columns.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: Option<PrimaryKey>,
    /// UNIQUE constraints.
    pub uniques: Vec<Unique>,
    /// Indexes.
    pub indexes: Vec<Index>,
    /// CHECK constraints.
    pub checks: Vec<Check>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// EXCLUDE constraints.
    pub excludes: Vec<Exclude>,
    /// The table's comment.
    pub comment: PerDatabase,
    /// The struct's documentation.
    pub doc: Option<Text>,
    /// Whether documentation is the comment, here and for the columns.
    pub doc_comments: bool,
    /// The table's old name.
    pub renamed_from: Option<Text>,
    /// What stands behind the columns, as SQL.
    pub options: PerDatabase,
    /// PostgreSQL's UNLOGGED.
    pub unlogged: Option<Span>,
    /// Whether `table!` is wanted, and for which database.
    pub diesel: Option<(Option<Database>, Span)>,
}
