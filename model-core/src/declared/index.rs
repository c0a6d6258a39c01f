//! An index.

use proc_macro2::Span;

use super::{PerDatabase, Text};
use crate::database::Database;

/// An index.
#[derive(Clone, Debug)]
pub struct Index {
    /// Where it stands.
    pub span: Span,
    /// Its name.
    pub name: Option<Text>,
    /// What is indexed.
    pub keys: Vec<IndexKey>,
    /// UNIQUE.
    pub unique: bool,
    /// The kind: `gin`; `fulltext` and `spatial` on MySQL.
    pub using: Option<Text>,
    /// Columns that come along.
    pub include: Vec<String>,
    /// The rows that are in it.
    pub predicate: PerDatabase,
    /// NULLS NOT DISTINCT.
    pub nulls_not_distinct: bool,
    /// What stands behind it, as SQL.
    pub options: PerDatabase,
    /// Its old name.
    pub renamed_from: Option<Text>,
    /// The databases that have it; empty for all.
    pub only: Vec<Database>,
}

/// A part of an index.
#[derive(Clone, Debug)]
pub struct IndexKey {
    /// Where it stands.
    pub span: Span,
    /// A column or an expression.
    pub part: KeyPart,
    /// The collation.
    pub collate: Option<String>,
    /// PostgreSQL's operator class.
    pub opclass: Option<String>,
    /// MySQL's length of a prefix.
    pub length: Option<u32>,
    /// The direction.
    pub order: KeyOrder,
}

/// A column or an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPart {
    /// A column's name.
    Column(String),
    /// An expression, as SQL.
    Expression(String),
}

/// A direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyOrder {
    /// DESC.
    pub descending: bool,
    /// NULLS FIRST or NULLS LAST, when stated.
    pub nulls_first: Option<bool>,
}
