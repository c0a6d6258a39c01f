//! A field: a column.

use proc_macro2::Span;

use super::{PerDatabase, Text};
use crate::types::FieldType;

/// A field: a column.
#[derive(Clone, Debug)]
pub struct Column {
    /// The field's name.
    pub field: String,
    /// The column's name.
    pub name: Text,
    /// The field.
    pub span: Span,
    /// The field's type, and where it stands.
    pub ty: FieldType,
    /// Where the type stands.
    pub ty_span: Span,
    /// Whether NULL is allowed though the type is no `Option`.
    pub nullable: bool,
    /// The SQL type, when it is stated.
    pub sql_type: PerDatabase,
    /// Diesel's type, when it is stated.
    pub diesel_type: Option<syn::Type>,
    /// How long it is.
    pub size: Size,
    /// What fills it.
    pub kind: ColumnKind,
    /// The default, as SQL.
    pub default: PerDatabase,
    /// The collation.
    pub collate: PerDatabase,
    /// The comment.
    pub comment: PerDatabase,
    /// The field's documentation.
    pub doc: Option<Text>,
    /// The column's old name.
    pub renamed_from: Option<Text>,
    /// More of the column, as SQL.
    pub options: PerDatabase,
    /// Whether its foreign key is no join.
    pub no_join: bool,
}

/// How long a value may be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    /// `varchar(n)`, in characters.
    pub max_length: Option<(u32, Span)>,
    /// `char(n)`, in characters.
    pub fixed_length: Option<(u32, Span)>,
    /// Digits in all (numeric), or behind the second (time).
    pub precision: Option<(u32, Span)>,
    /// Digits behind the point.
    pub scale: Option<(u32, Span)>,
}

/// What fills a column.
#[derive(Clone, Debug)]
pub enum ColumnKind {
    /// Who inserts, or the default.
    Plain,
    /// It counts by itself.
    Identity(Identity),
    /// An expression.
    Generated(Generated),
}

/// `identity`, `autoincrement` or `serial`.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Where it stands.
    pub span: Span,
    /// GENERATED ALWAYS instead of BY DEFAULT.
    pub always: bool,
    /// PostgreSQL's `serial` instead of an identity column.
    pub serial: bool,
    /// SQLite's AUTOINCREMENT: no rowid is given twice.
    pub autoincrement: bool,
    /// The sequence's options (`START WITH 10`), as SQL.
    pub options: Vec<String>,
}

/// `generated = "…"`.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The expression.
    pub expression: PerDatabase,
    /// Computed when it is read.
    pub is_virtual: bool,
}
